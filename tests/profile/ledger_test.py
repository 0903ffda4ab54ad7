"""The bytes that tarn says crossed between host and device, beside the copies that CUPTI saw."""

import collections
import json
import os
import unittest

from support.tarn_program import DECKS, Case

LIBRARY = os.environ["TARN_COPY_PROFILE_LIBRARY"]
LARGEST_ARGUMENTS = 4096  # [bytes] what Kokkos copies for a launch: a kernel with its parameters


class Copies:
    """Copies by size, of all processes of a run."""

    def __init__(self, files):
        self.by_size = {way: collections.Counter() for way in ("to_device", "to_host")}
        for file in files:
            counts = json.loads(file.read_text())
            assert counts["dropped"] == 0, f"CUPTI lost records: {counts}"
            for way, copies in self.by_size.items():
                copies.update({int(size): number for size, number in counts[way]["copies"].items()})

    def without(self, other):
        for way, copies in self.by_size.items():
            copies.subtract(other.by_size[way])
        return self

    def bytes(self, way, at_least=0):
        return sum(size * number for size, number in self.by_size[way].items() if size >= at_least)


class Ledger(Case):
    def copies_of(self, name, *words):
        profile = {"CUDA_INJECTION64_PATH": LIBRARY, "TARN_COPY_PROFILE": str(self.folder / name)}
        self.run_ok(*words, env=profile)
        files = list(self.folder.glob(f"{name}.*.json"))
        self.assertTrue(files, "CUPTI was not asked")
        return Copies(files)

    def check(self, deck, folder, *made):
        """The copies of a pipeline run beyond those of a start are the run's crossings and arguments of kernels."""
        root = self.folder / "root"
        self.run_ok("data", "make", folder, "--root", root, *made)
        start = self.copies_of("start", "info")
        run = self.copies_of("run", "run", DECKS / "pipeline" / deck, "--root", root, "--run-dir", self.folder / "done")
        run.without(start)
        ledger = json.loads((self.folder / "done" / "run.json").read_text())
        self.assertGreater(ledger["bytes_to_device"], 0)
        self.assertEqual(run.bytes("to_host"), ledger["bytes_to_host"])
        self.assertEqual(run.bytes("to_device", at_least=LARGEST_ARGUMENTS), ledger["bytes_to_device"])

    def test_scalars_of_large_arrays(self):
        self.check("gram_sum.toml", "gpu_data", "--shape", "1000x1000", "--count", "4", "--random", "uniform",
                   "--seed", "1")

    def test_arrays_and_scalars_both_ways(self):
        self.check("mixed.toml", "small_data", "--shape", "120x80", "--count", "6", "--random", "uniform", "--seed",
                   "3", "--dtype", "float")


if __name__ == "__main__":
    unittest.main()
