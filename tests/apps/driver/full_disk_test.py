"""Runs on a disk that is full: how they ended is told all the same."""

import json
import unittest

from support.tarn_program import ROD, Case, tarn

# A checkpoint after each of many steps, none of which fits.
MANY_WARNINGS = ("--set", "time.dt=1e-4", "--set", "checkpoint.every={ steps = 1 }", "--set", "history.every={ steps = 1000 }")
SUMS = """[run]
app = "pipeline"
[pipeline]
inputs = "in/*.h5"
[[pipeline.step]]
op = "formula"
expression = "2 * data"
out = "twice"
[pipeline.keep]
arrays = ["twice"]
"""


class FullDisk(Case):
    def run_on(self, kib, *words):
        """A run on a disk of that size. @returns its directory"""
        disk = self.disk(f"disk{kib}", f"size={kib}k")
        done = tarn("run", *words, "--run-dir", disk / "run", "--quiet", env={"TARN_REPORT_SECONDS": "1000"})
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertNotIn("run.json could not be written", done.stderr)
        return disk / "run"

    def tells_its_end(self, run):
        told = json.loads((run / "run.json").read_text())
        self.assertEqual((told["status"], told["exit_code"]), ("failed", 3))
        self.assertNotEqual(told["reason"], "")
        self.assertIn(" 0 problems", self.run_ok("data", "verify", run).stdout)
        self.assertEqual(json.loads(self.run_ok("data", "show", run, "--json").stdout)["status"], "failed")
        self.assertEqual(list((run / "tmp").iterdir()), [])  # nothing is left of the room
        return told

    def test_a_run_tells_how_it_ended(self):
        deck = self.write("rod.toml", ROD)
        for kib in (40, 44, 52, 64):
            with self.subTest(kib=kib):
                self.tells_its_end(self.run_on(kib, deck))

    def test_a_run_whose_warnings_do_not_fit_leaves_them_out(self):
        run = self.run_on(64, self.write("rod.toml", ROD), *MANY_WARNINGS)

        told = self.tells_its_end(run)

        self.assertNotIn("warnings", told)
        self.assertIn("versions", told)

    def test_a_pipeline_tells_how_it_ended(self):
        self.run_ok("data", "make", self.folder / "in", "--shape", "100x100", "--count", "2")

        deck = self.write("sums.toml", SUMS)
        for kib in (44, 48, 52, 56, 60, 64):
            with self.subTest(kib=kib):
                told = self.tells_its_end(self.run_on(kib, deck, "--root", self.folder))

                self.assertEqual(told["app"], "pipeline")


if __name__ == "__main__":
    unittest.main()
