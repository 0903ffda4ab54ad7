"""Bad files, killed runs and signals: what is right stays, and --restart does only the rest."""

import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

import h5py
import numpy

from apps.pipeline.pipeline_case import (EXIT_DATA, EXIT_STOPPED, EXIT_USAGE, GRAM, PipelineCase, deck_text,
                                         random_array, step)
from support.tarn_program import PROGRAM, tarn

SLOW = [step("matmul", a="data", b="data", transpose_b=True, out="g0")] + [
    step("formula", expression=f"sin(g{n}) * cos(g{n}) + exp(sin(g{n}))", out=f"g{n + 1}") for n in range(12)
] + [step("sum", a="g12", out="total")]


class Faults(PipelineCase):
    def put_bad_items(self):
        """Six files, of which two are sound."""
        arrays = {name: random_array((30, 20), "float64", n) for n, name in enumerate(("a.h5", "f.h5"))}
        for name, array in arrays.items():
            self.put(name, array)
        self.put("b.h5", numpy.array([b"text"] * 5))
        (self.root / "in" / "c.h5").write_bytes(b"this is no HDF5 file" * 10)
        self.put("d.h5", random_array((300, 200), "float64", 9), fletcher32=True, chunks=(50, 200))
        data = bytearray((self.root / "in" / "d.h5").read_bytes())
        data[len(data) // 2] ^= 1
        (self.root / "in" / "d.h5").write_bytes(data)
        with h5py.File(self.root / "in" / "e.h5", "w") as file:
            file["other"] = [1.0]
        return arrays

    def test_bad_items_are_skipped_and_told_and_the_rest_is_right(self):
        arrays = self.put_bad_items()

        done = self.run_deck(deck_text(GRAM, ["total"], ["gram"]), "run", expect=EXIT_DATA)

        rows = {row["file"]: row for row in self.rows("run")}
        self.assertEqual([row["status"] for row in rows.values()],
                         ["done", "failed", "failed", "failed", "failed", "done"])
        for name, array in arrays.items():
            self.assert_close(float(rows[f"in/{name}"]["total"]), (array @ array.T).sum())
            self.assert_close(self.kept("run", name, "gram"), array @ array.T)
        self.assertEqual({path.name for path in (self.folder / "run" / "out").iterdir()}, {"a.h5", "f.h5"})
        for file, what in (("b", "/data holds text; numbers of up to 64 bits are read"), ("c", "is not an HDF5 file"),
                           ("d", "cannot read /data"), ("e", "has no /data; / holds [other]")):
            self.assertRegex(done.stderr, rf"tarn: in/{file}\.h5 skipped: .*{what.replace('[', chr(92) + '[')}")
        self.assertEqual(self.summary("run")["items"], {"all": 6, "done": 2, "failed": 4})
        self.assertEqual(self.summary("run")["reason"], "4 of 6 files failed")
        self.assertEqual(list((self.folder / "run" / "tmp").iterdir()), [])

    def test_a_missing_file_of_a_list_fails_alone(self):
        self.put("a.h5", random_array((3, 3), "float64", 1))
        head = 'files = ["in/none.h5", "in/a.h5"]'

        done = self.run_deck(deck_text(GRAM, ["total"], head=head), "run", expect=EXIT_DATA)

        self.assertEqual([row["status"] for row in self.rows("run")], ["done", "failed"])
        self.assertIn("in/none.h5 skipped: ", done.stderr)
        self.assertIn("No such file or directory", done.stderr)

    def test_items_of_a_wrong_shape_or_type_fail_alone(self):
        self.put("a.h5", random_array((3, 4), "float64", 1))
        self.put("b.h5", random_array((2, 3, 2, 2), "float64", 1))
        self.put("c.h5", random_array((3, 4), "complex128", 1))
        steps = GRAM + [step("formula", expression="data + 1", out="f"), step("sum", a="f", out="s")]

        done = self.run_deck(deck_text(steps, ["total", "s"]), "run", expect=EXIT_DATA)

        self.assertEqual([row["status"] for row in self.rows("run")], ["done", "failed", "failed"])
        self.assertIn("in/b.h5 skipped: pipeline.step[0] (gram): matmul takes arrays of 1 to 3 axes, not of shape "
                      "(2, 3, 2, 2)", done.stderr)
        self.assertIn("in/c.h5 skipped: pipeline.step[2] (f): formulas do not read complex numbers, and 'data' is "
                      "complex", done.stderr)

    def test_stop_ends_the_run_and_a_restart_does_the_rest(self):
        arrays = self.put_bad_items()
        deck = deck_text(GRAM, ["total"], head='inputs = "in/*.h5"\non_error = "stop"')

        stopped = self.run_deck(deck, "run", expect=EXIT_DATA)
        self.assertIn("tarn: in/b.h5 failed: ", stopped.stderr)
        self.assertIn("missing", [row["status"] for row in self.rows("run")])
        for name in "bcde":
            self.put(f"{name}.h5", arrays["a.h5"])
        self.run_deck(deck, "run", "--restart")

        totals = [float(row["total"]) for row in self.rows("run")]
        self.assertEqual(totals[:5], [totals[0]] * 5)
        self.assertEqual(self.summary("run")["items"], {"all": 6, "done": 6, "failed": 0})

    def test_a_restart_does_only_what_failed_or_is_missing(self):
        for n in range(4):
            self.put(f"{n}.h5", random_array((30, 20), "float64", n))
        good = (self.root / "in" / "2.h5").read_bytes()
        (self.root / "in" / "2.h5").write_bytes(good[: len(good) // 2])
        deck = deck_text(GRAM, ["total"], ["gram"])
        self.run_deck(deck, "run", expect=EXIT_DATA)
        (self.root / "in" / "2.h5").write_bytes(good)
        (self.folder / "run" / "out" / "3.h5").unlink()
        before = {n: (self.folder / "run" / "out" / f"{n}.h5").stat().st_mtime_ns for n in (0, 1)}

        self.run_deck(deck, "run", "--restart", "-n", "2")

        self.assertEqual(before, {n: (self.folder / "run" / "out" / f"{n}.h5").stat().st_mtime_ns for n in (0, 1)})
        self.run_deck(deck, "fresh")
        self.assertEqual((self.folder / "run" / "results.csv").read_text(),
                         (self.folder / "fresh" / "results.csv").read_text())
        other = deck_text([step("sum", a="data", out="total")], ["total"])
        refused = self.run_deck(other, "run", "--restart", expect=EXIT_USAGE)
        self.assertIn("this run did something else", refused.stderr)

    def start(self, deck, directory, *words):
        return subprocess.Popen([PROGRAM, "run", str(self.write("p.toml", deck)), "--root", str(self.root), "--run-dir",
                                 str(self.folder / directory), "--quiet", *map(str, words)], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, start_new_session=True)

    def recorded(self, directory):
        logs = (self.folder / directory / "items").glob("*.jsonl")
        return sum(log.read_text(errors="replace").count("\n") for log in logs)

    def wait_for_items(self, process, directory, count):
        deadline = time.monotonic() + 120
        while self.recorded(directory) < count and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertIsNone(process.poll(), "the run ended before it could be disturbed")

    def ranks_of(self, launcher):
        """Processes that run the tarn program below a launcher."""
        found = []
        for entry in os.scandir("/proc"):
            if entry.name.isdigit():
                try:
                    process = pathlib.Path(entry.path)
                    words = (process / "cmdline").read_bytes().split(b"\0")
                    parent = int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
                except OSError:
                    continue
                if str(self.folder).encode() in b" ".join(words) and parent != os.getpid() and b"mpiexec" not in words[0]:
                    found.append(int(entry.name))
        return found

    def test_killed_in_the_middle_a_restart_costs_nothing(self):
        for n in range(12):
            self.put(f"{n:02}.h5", random_array((300, 50), "float64", n))
        deck = deck_text(SLOW, ["total"], ["g1"])
        self.run_deck(deck, "undisturbed")
        for ranks, whole in ((1, True), (2, False)):
            with self.subTest(ranks=ranks):
                name = f"killed{ranks}"
                process = self.start(deck, name, *(["-n", ranks] if ranks > 1 else []))
                self.wait_for_items(process, name, 3)
                if whole:
                    os.killpg(process.pid, signal.SIGKILL)
                else:
                    os.kill(self.ranks_of(process.pid)[-1], signal.SIGKILL)  # one rank; MPI ends the others
                process.wait(timeout=60)
                counted = self.recorded(name)
                log = next((self.folder / name / "items").glob("*.jsonl"))
                with open(log, "a") as file:
                    file.write('xxh64:0 {"file": "torn')  # as a crash in the middle of a line leaves it

                self.run_deck(deck, name, "--restart", "-n", 2)

                self.assertGreaterEqual(counted, 3)
                self.assertEqual(self.recorded(name), 12, "items that were done were done again")
                self.assertEqual((self.folder / name / "results.csv").read_text(),
                                 (self.folder / "undisturbed" / "results.csv").read_text())
                for n in range(12):
                    self.assertEqual(self.kept(name, f"{n:02}.h5", "g1").tobytes(),
                                     self.kept("undisturbed", f"{n:02}.h5", "g1").tobytes())
                self.assertEqual(list((self.folder / name / "tmp").iterdir()), [])

    def test_sigterm_ends_with_75_after_the_current_items(self):
        for n in range(12):
            self.put(f"{n:02}.h5", random_array((300, 50), "float64", n))
        deck = deck_text(SLOW, ["total"])
        for ranks in (1, 2):
            with self.subTest(ranks=ranks):
                name = f"stopped{ranks}"
                process = self.start(deck, name, *(["-n", ranks] if ranks > 1 else []))
                self.wait_for_items(process, name, 2)

                process.send_signal(signal.SIGTERM)

                self.assertEqual(process.wait(timeout=60), EXIT_STOPPED)
                summary = self.summary(name)
                self.assertEqual(summary["status"], "stopped")
                self.assertLess(summary["items"]["done"], 12)
                self.run_deck(deck, name, "--restart")
                self.assertEqual(self.summary(name)["items"], {"all": 12, "done": 12, "failed": 0})
                self.assertEqual(self.recorded(name), 12)

    def test_json_dry_run_and_check(self):
        self.put("a.h5", random_array((3, 4), "float64", 1))
        deck = self.write("p.toml", deck_text(GRAM, ["total"]))

        told = json.loads(self.run_ok("run", deck, "--root", self.root, "--json").stdout)
        forecast = self.run_ok("run", deck, "--root", self.root, "--dry-run").stdout
        checked = self.run_ok("check", deck, "--root", self.root).stdout
        nothing = tarn("check", deck, "--root", self.folder)

        self.assertEqual((told["status"], told["exit_code"], told["app"], told["items"]),
                         ("done", 0, "pipeline", {"all": 1, "done": 1, "failed": 0}))
        self.assertEqual(told["bytes_read"], 96)
        self.assertEqual(told, json.loads((self.root / "latest" / "run.json").read_text()))
        self.assertIn("items   1, 96 B in all\n        1 of float64 (3, 4): whole, ", forecast)
        self.assertEqual(checked, f"{deck}: the deck is sound\n{forecast}")
        self.assertEqual(nothing.returncode, EXIT_DATA)
        self.assertIn("pipeline.inputs: no file matches 'in/*.h5' beneath ", nothing.stderr)

    def test_a_link_out_of_the_root_is_not_followed(self):
        with h5py.File(self.folder / "secret.h5", "w") as file:
            file["data"] = numpy.ones((2, 2))
        (self.root / "in" / "a.h5").symlink_to(self.folder / "secret.h5")

        done = self.run_deck(deck_text(GRAM, ["total"]), "run", expect=EXIT_DATA)

        self.assertIn("in/a.h5 skipped: ", done.stderr)
        self.assertIn("leads out of ", done.stderr)


if __name__ == "__main__":
    unittest.main()
