"""One thing is named as one: no message says "1 files"."""

import re
import unittest

from support.tarn_program import Case, tarn

DECK = """
[run]
app = "heat"
name = "one"
[grid]
cells = [1]
[time]
end = 1e-4
dt = 1e-4
max_steps = 1
[heat]
diffusivity = 1
initial = "2"
[checkpoint]
keep = 1
"""
PULSE = """
[run]
app = "heat"
[grid]
cells = [16]
[time]
end = 1e-3
[heat]
diffusivity = 1
initial = "2 + sin(2 * pi * x)"
[verify]
ladder = [8, 16]
"""
PIPELINE = """
[run]
app = "pipeline"
[pipeline]
inputs = "in/*.h5"
dataset = "/data"
[[pipeline.step]]
op = "sum"
a = "data"
out = "total"
[pipeline.keep]
scalars = ["total"]
"""
SEVERAL_OF_ONE = re.compile(r"(?<![\d.])1 ([a-z]{3,}s|pass(?:es)|axes)\b(?! of)")
SINGULAR = {"is", "was", "pass", "has", "passes", "goes", "this"}


class Counted(Case):
    def look(self, *words, code=0, cwd=None):
        done = tarn(*words, cwd=cwd or self.folder)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        for line in (done.stdout + done.stderr).splitlines():
            found = [match for match in SEVERAL_OF_ONE.findall(line) if match not in SINGULAR]
            self.assertEqual(found, [], line)
        return done.stdout

    def test_runs_checks_and_data(self):
        deck = self.write("one.toml", DECK)
        run = self.folder / "runs" / "one"
        self.assertIn("1 checkpoint of", self.look("check", deck))
        text = self.look("run", deck, "--run-dir", run)
        self.assertIn("grid    1 cell\n", text)
        self.assertIn("after 1 step", text)
        self.assertIn("1 HDF5 file,", text)
        self.assertIn("1 checkpoint ", self.look("data", "ls", run))
        self.assertRegex(self.look("data", "verify", run / next(run.glob("ckpt/*.h5")).relative_to(run)), "^1 file, ")
        self.assertIn("equal to the bit, 1 cell\n", self.look("compare", run, run))
        self.assertIn("1 member", self.look("check", deck, "--ensemble", "time.max_steps=[1]"))
        self.assertIn("1 member that differs in", self.look("run", deck, "--ensemble", "time.max_steps=[1]", "--dry-run"))

    def test_what_goes(self):
        self.look("data", "make", "set", "--shape", "4")
        self.assertIn("1 file, ", self.look("data", "rm", "set/data_0000.h5"))
        self.assertRegex(self.look("data", "rm", "set/data_0000.h5", "--yes"), "1 file, .* is in ")

    def test_verify(self):
        self.assertRegex(self.look("verify", self.write("pulse.toml", PULSE)), r"good: 1 deck in ")

    def test_pipelines(self):
        self.look("data", "make", "in", "--shape", "1x3")
        deck = self.write("sum.toml", PIPELINE)
        text = self.look("run", deck, "--root", self.folder, "--run-dir", "out")
        self.assertIn("1 of 1 item done", text)


if __name__ == "__main__":
    unittest.main()
