"""However `tarn verify` ends, its directory says so, and what cannot be written is refused before anything runs."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

from support.tarn_program import PROGRAM, Case, tarn

LIMIT = 900  # seconds: other programs may share the processors

PULSE = """
[run]
app = "heat"
name = "pulse"
[grid]
cells = [{cells}]
[time]
end = 0.02
cfl = 0.8
[heat]
diffusivity = 1
initial = "2 + sin(2 * pi * x)"
[exact]
source = "by hand"
temperature = "2 + exp(-4 * pi^2 * t) * sin(2 * pi * x)"
[[output]]
every = {{ time = 0.01 }}
"""


class VerifyEnds(Case):
    def verify(self, *words, code, env=None):
        done = tarn("verify", *words, "--json", cwd=self.folder, timeout=LIMIT, env=env)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        report = json.loads(done.stdout)
        return done.stderr if "error" in report else report

    def summary(self, name="proof"):
        return json.loads((self.folder / name / "run.json").read_text())

    def test_what_would_end_a_run_early_is_left_out_visibly(self):
        deck = self.write("pulse.toml", PULSE.format(cells=32))
        limits = ("time.max_steps", "time.max_walltime")
        report = self.verify(deck, "--set", "time.max_steps=2", "--set", "time.max_walltime=00:00:01", code=0)
        findings = report["problems"][0]["findings"]
        self.assertEqual({f["of"]: f["verdict"] for f in findings if f["what"] == "limit"},
                         dict.fromkeys(limits, "skipped"))
        self.assertEqual([f["verdict"] for f in findings if f["what"] == "restart"], ["good"])
        whole = self.verify(deck, code=0)["problems"][0]
        self.assertEqual([grid["errors"] for grid in report["problems"][0]["grids"]],
                         [grid["errors"] for grid in whole["grids"]])

    def test_a_signal_while_it_measures_keeps_what_was_found(self):
        small = self.write("small.toml", PULSE.format(cells=32))
        large = self.write("large.toml", PULSE.format(cells=32) + "[verify]\nladder = [64, 4096]\n")
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                proof = self.folder / f"proof{number}"
                started = subprocess.Popen([PROGRAM, "verify", small, large, "--output", proof], cwd=self.folder,
                                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                           text=True)
                self.addCleanup(started.kill)
                self.wait_for_measuring(started, proof)
                started.send_signal(number)
                out, told = started.communicate(timeout=LIMIT)
                self.assertEqual(started.returncode, -number, out + told)
                self.assertIn(f"tarn: stopped: {number.name}; what was found before is in {proof}/report.html", told)
                summary = self.summary(proof.name)
                self.assertEqual((summary["status"], summary["good"], len(summary["problems"])), ("stopped", False, 1))
                self.assertIn(f"stopped: {number.name}", (proof / "report.html").read_text())
                self.run_ok("data", "verify", proof)

    def wait_for_measuring(self, started, proof):
        """Until the first problem is done: its table is the first that is printed."""
        deadline = time.monotonic() + LIMIT
        while True:
            self.assertIsNone(started.poll())
            self.assertLess(time.monotonic(), deadline)
            line = started.stdout.readline()
            if line.startswith("heat: pulse"):
                self.assertEqual(self.summary(proof.name)["status"], "running")
                return

    def test_an_error_on_the_way_is_in_its_summary(self):
        small = self.write("small.toml", PULSE.format(cells=32))
        large = self.write("large.toml", PULSE.format(cells=32) + "[verify]\nladder = [64, 2048]\n")
        proof = self.folder / "proof"
        started = subprocess.Popen([PROGRAM, "verify", small, large, "--output", proof], cwd=self.folder,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(started.kill)
        self.wait_for_measuring(started, proof)
        shutil.rmtree(proof / "tmp" / "scratch")
        (proof / "tmp" / "scratch").write_text("in the way")
        _, told = started.communicate(timeout=LIMIT)
        self.assertEqual(started.returncode, 3, told)
        summary = self.summary()
        self.assertEqual((summary["status"], summary["exit_code"], len(summary["problems"])), ("failed", 3, 1))
        self.assertEqual(told, f"tarn: {summary['reason']}\n")

    def test_a_place_that_cannot_be_written_is_refused_before_anything_runs(self):
        deck = self.write("pulse.toml", PULSE.format(cells=32))
        file = self.write("file", "")
        nowhere = {"PATH": "/nowhere"}
        began = time.monotonic()
        for words, told in ((("--output", file), "is no directory"), (("--output", file / "below"), "is no directory"),
                            (("--output", "/proc/proof"), "/proc: cannot make a file in the directory"),
                            (("--root", "/proc"), "/proc"), (("--root", "/tmp"), "is open to all users")):
            with self.subTest(words=words):
                self.assertIn(told, self.verify(deck, *words, code=3, env=nowhere))
        self.assertLess(time.monotonic() - began, 60)
        self.assertEqual(sorted(os.listdir(self.folder)), ["file", "pulse.toml"])
        self.assertFalse(list(pathlib.Path("/tmp").glob(".tarn-root")))


if __name__ == "__main__":
    unittest.main()
