"""A run that has no result, or could not write its numbers as they are, does not succeed; damaged inputs are told."""

import json
import subprocess
import unittest

import h5py
import numpy

from support.disks import with_files_up_to
from support.tarn_program import PROGRAM, Case, tarn

ROD = """[run]
app = "heat"
[grid]
cells = [512, 512]
boundary = { x = ["dirichlet", "neumann"] }
[time]
end = 1e-3
dt = 1e-5
[heat]
diffusivity = 1e-3
initial = "sin(2 * pi * x)"
boundary_value = { x_lower = 1, x_upper = 0 }
[checkpoint]
every = { steps = 40 }
"""
SUMS = """[run]
app = "pipeline"
[pipeline]
inputs = "in/*.h5"
[[pipeline.step]]
op = "sum"
a = "data"
out = "total"
[pipeline.keep]
scalars = ["total"]
"""
SMALL = 1000000  # bytes: less than a checkpoint, more than all else
LIMIT = 120  # seconds


class Results(Case):
    def setUp(self):
        super().setUp()
        self.deck = self.write("rod.toml", ROD)
        self.run = self.folder / "run"

    def run_with_full_disk(self, *words):
        """Where no file can be larger than SMALL."""
        return subprocess.run([*with_files_up_to(SMALL), PROGRAM, "run", self.deck, "--run-dir", self.run, *words],
                              capture_output=True, text=True, timeout=LIMIT, stdin=subprocess.DEVNULL)

    def summary(self):
        return json.loads((self.run / "run.json").read_text())

    def test_a_run_whose_last_checkpoint_is_not_there_has_failed(self):
        done = self.run_with_full_disk()
        self.assertEqual(done.returncode, 3)
        warnings = [line for line in done.stderr.splitlines() if "could not be written, older ones" in line]
        self.assertEqual(len(warnings), 3, done.stderr)
        self.assertTrue(done.stderr.endswith(
            "tarn: step 100 is the last, but its checkpoint could not be written, and there is no [[output]]: the run "
            "has no result\n"), done.stderr)
        summary = self.summary()
        self.assertEqual((summary["status"], summary["exit_code"]), ("failed", 3))
        self.assertIn("the run has no result", summary["reason"])

    def test_a_run_whose_output_is_there_has_a_result(self):
        done = self.run_with_full_disk("--set", "output=[{every={steps=100}, stride=[64, 64]}]")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr.count("could not be written, older ones"), 3)
        self.assertEqual(self.summary()["status"], "done")

    def small_grid(self):
        text = ROD.replace("[512, 512]", "[64, 64]").replace("diffusivity = 1e-3", "diffusivity = 1")
        self.deck = self.write("rod.toml", text)

    def test_numbers_beyond_single_precision_are_refused_by_key(self):
        self.small_grid()
        beyond = "beyond single precision, at most 3.403e+38"
        cases = [
            (["heat.initial=1e39"], "heat.initial: is 1e+39: " + beyond),
            (["heat.initial=-1e200 * 10"], "heat.initial: is -1e+201: " + beyond),
            (["heat.source=1e39"], "heat.source: is 1e+39: " + beyond),
            (["heat.boundary_value.x_lower=1e39"], "heat.boundary_value.x_lower: is 1e+39: " + beyond),
            (["heat.diffusivity=1e39", "time.dt=1e-45", "time.end=1e-44"], "heat.diffusivity: is 1e+39: " + beyond),
            (["heat.diffusivity=1e36", "time.dt=1e-41", "time.end=1e-40"],
             "heat.diffusivity: diffusivity/dx^2 is 4.096e+39: " + beyond),
            (["heat.diffusivity=1 + x", "time.dt=1e-41", "time.end=1e-40", "grid.upper=[1e-18, 1e-18]"],
             "heat.diffusivity: 1/dx^2 is 4.096e+39: " + beyond),
            (["time.dt=1e-50", "time.end=1e-48"], "time.dt: the step is 1e-50: zero in single precision"),
            (["heat.diffusivity=1e-60"], "heat.diffusivity: the value is 1e-60: zero in single precision"),
            (["heat.diffusivity=0", "time.dt=1e39", "time.end=1e40"], "time.dt: the step is 1e+39: " + beyond),
        ]
        for overrides, message in cases:
            with self.subTest(overrides=overrides):
                words = [word for override in overrides for word in ("--set", override)]
                done = tarn("check", self.deck, "--set", "run.precision=single", *words)
                self.assertIn(message, done.stderr)
                self.assertEqual(done.returncode, 2)
                self.assertEqual(tarn("check", self.deck, *words).returncode, 0)

    def test_numbers_beyond_single_precision_in_some_cells_end_the_run(self):
        self.small_grid()
        # Of 300 cells along an axis the first is not looked at before the run.
        for override, message in (("heat.initial=x < 0.003 ? 1e39 : 1", "temperature is NaN or infinite in cell (0, 0)"),
                                  ("heat.source=x < 0.003 ? 1e39 : 1", "temperature is NaN or infinite in cell ("),
                                  ("heat.boundary_value.x_lower=y < 0.003 ? 1e39 : 1",
                                   "temperature is NaN or infinite in cell (")):
            with self.subTest(override=override):
                self.run = self.folder / str(abs(hash(override)))
                done = tarn("run", self.deck, "--run-dir", self.run, "--set", "run.precision=single", "--set",
                            "grid.cells=[300, 300]", "--set", "heat.diffusivity=1e-3", "--set", override)
                self.assertIn(message, done.stderr)
                self.assertEqual(done.returncode, 4)

    def test_output_in_single_precision_holds_no_infinity(self):
        self.small_grid()
        series = ["--set", 'output=[{series="small", every={steps=1}, precision="single", slice={y=[0, 0.2]}}]']
        shown = tarn("check", self.deck, *series, "--set", "heat.initial=1e39")
        self.assertIn("heat.initial: is 1e+39: beyond single precision, at most 3.403e+38; ", shown.stderr)
        self.assertEqual(shown.returncode, 2)
        message = ("tarn: temperature is beyond single precision in cell (61, 2) at step 0, time 0: the series small of "
                   '[[output]] needs precision = "run"\n')
        for ranks in ([], ["-n", 2]):
            with self.subTest(ranks=ranks):
                self.run = self.folder / f"run{len(ranks)}"
                done = tarn("run", self.deck, "--run-dir", self.run, *series, *ranks, "--set",
                            "heat.initial=x > 0.95 && y > 0.03 ? -1e39 : 1")
                self.assertEqual((done.returncode, done.stderr), (4, message))
                self.assertEqual(list(self.run.glob("out/*")), [])
        # What the series does not hold may be as large as it likes.
        done = tarn("run", self.deck, "--run-dir", self.folder / "beside", *series, "--set", "time.max_steps=1", "--set",
                    "heat.initial=y > 0.9 ? 1e39 : 1")
        self.assertEqual(done.returncode, 0, done.stderr)


class DamagedInputs(Case):
    """Files that HDF5 cannot open, read by commands that start no MPI."""

    def setUp(self):
        super().setUp()
        (self.folder / "in").mkdir()
        self.deck = self.write("sums.toml", SUMS)

    def test_a_pipeline_of_them_is_forecast(self):
        values = numpy.arange(5000.0).reshape(50, 100)
        for name in ("cut", "group", "good"):
            with h5py.File(self.folder / f"in/{name}.h5", "w") as file:
                if name == "group":
                    file["data/inside"] = values
                else:
                    file.create_dataset("data", data=values)
        whole = (self.folder / "in/cut.h5").read_bytes()
        for length in (len(whole) // 2, 700, 200, 100, 0):
            (self.folder / "in/cut.h5").write_bytes(whole[:length])
            for command in (["check"], ["run", "--dry-run"]):
                with self.subTest(length=length, command=command):
                    done = tarn(*command, self.deck, "--root", self.folder)
                    self.assertEqual((done.returncode, done.stderr), (0, ""))
                    self.assertIn("in/cut.h5", done.stdout)
                    self.assertIn("in/group.h5", done.stdout)
                    self.assertIn("1 of float64 (50, 100)", done.stdout)

    def test_an_export_that_fails_leaves_nothing(self):
        rod = self.write("rod.toml", ROD + "[[output]]\nevery = { steps = 100 }\n")
        self.run_ok("run", rod, "--run-dir", self.folder / "run")
        snapshot = self.folder / "run/out/fields-0000000100.h5"
        whole = bytearray(snapshot.read_bytes())
        with h5py.File(snapshot) as file:
            place = file["data/100/fields/temperature"].id.get_chunk_info(0).byte_offset
        whole[place + 100] ^= 1
        snapshot.write_bytes(whole)
        before = sorted(self.folder.iterdir())

        done = tarn("data", "export", snapshot, "--format", "npy", "-o", self.folder / "u.npy")

        self.assertEqual(done.returncode, 3)
        self.assertTrue(done.stderr.startswith("tarn: "), done.stderr)
        self.assertEqual(sorted(self.folder.iterdir()), before)


if __name__ == "__main__":
    unittest.main()
