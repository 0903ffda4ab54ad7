"""What becomes of a command whose messages cannot be written: it goes on, and its exit code is as ever."""

import csv
import json
import subprocess
import unittest

import h5py
import numpy

from support.disks import with_files_up_to
from support.tarn_program import PROGRAM, Case

ROD = """[run]
app = "heat"
[grid]
cells = [64, 64]
[time]
end = 0.001
dt = 1e-5
[heat]
diffusivity = 1
initial = "sin(2 * pi * x)"
[checkpoint]
every = { steps = 20 }
"""
# A small file, where a checkpoint is a large one.
SMALL_OUTPUT = """[[output]]
every = { steps = 100 }
stride = [64, 64]
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
LIMIT = 120  # seconds


class Messages(Case):
    def setUp(self):
        super().setUp()
        self.write("rod.toml", ROD)
        self.write("bad.toml", ROD.replace("dt = 1e-5", "dt = -1"))

    def sh(self, command, largest_file=None):
        """`tarn COMMAND`, with redirections as a shell knows them."""
        limited = with_files_up_to(largest_file) if largest_file else []
        return subprocess.run([*limited, "/bin/sh", "-c", f"'{PROGRAM}' {command}"], cwd=self.folder, capture_output=True,
                              text=True, timeout=LIMIT)

    def summary(self):
        return json.loads((self.folder / "run/run.json").read_text())

    def test_an_error_keeps_its_exit_code(self):
        for stream in ("2>/dev/full", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"):
            for command, code in (("check bad.toml", 2), ("run bad.toml", 2), ("run bad.toml -n 2", 2),
                                  ("check none.toml", 3), ("chekc", 2), ("run rod.toml --set 'heat.source=exp(1e9 * t)'", 4)):
                with self.subTest(command=command, stream=stream):
                    done = self.sh(f"{command} {stream}")
                    self.assertEqual((done.returncode, done.stderr), (code, ""))

    def test_a_pipeline_keeps_its_good_files(self):
        (self.folder / "in").mkdir()
        for n in range(5):
            with h5py.File(self.folder / f"in/good-{n}.h5", "w") as file:
                file["data"] = numpy.full((4, 4), float(n))
        self.write("in/bad.h5", "no HDF5")
        self.write("sums.toml", SUMS)

        done = self.sh("run sums.toml --root . --run-dir run 2>/dev/full")

        self.assertEqual(done.returncode, 3)
        with open(self.folder / "run/results.csv", newline="") as file:
            totals = [row["total"] for row in csv.DictReader(file) if row["status"] == "done"]
        self.assertEqual([float(total) for total in totals], [0, 16, 32, 48, 64])

    def test_a_warning_that_cannot_be_written_ends_no_run(self):
        large = ROD.replace("[64, 64]", "[512, 512]").replace("diffusivity = 1", "diffusivity = 1e-3")
        self.write("rod.toml", large + SMALL_OUTPUT)
        for stream in ("2>/dev/full", "2>&-", ">/dev/full 2>/dev/full"):
            with self.subTest(stream=stream):
                done = self.sh(f"run rod.toml --run-dir run{len(stream)} {stream}", largest_file=1000000)
                self.assertEqual(done.returncode, 0)
                run = self.folder / f"run{len(stream)}"
                summary = json.loads((run / "run.json").read_text())
                self.assertEqual((summary["status"], summary["steps"]), ("done", 100))
                self.assertEqual(list(run.glob("ckpt/*.h5")), [])

    def test_closed_streams_are_not_taken_by_files_of_a_run(self):
        for streams, ranks in (("<&- >&- 2>&-", ""), ("<&-", ""), ("<&-", " -n 2"), ("<&- >&- 2>&-", " -n 2")):
            with self.subTest(streams=streams, ranks=ranks):
                done = self.sh(f"run rod.toml --run-dir 'run{streams}{ranks}'{ranks} {streams}")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                run = self.folder / f"run{streams}{ranks}"
                self.assertEqual(json.loads((run / "run.json").read_text())["status"], "done")
                self.assertEqual(self.sh(f"data verify 'run{streams}{ranks}'").returncode, 0)

    def test_a_report_that_is_lost_ends_no_run_but_is_told(self):
        done = self.sh("run rod.toml --run-dir run >/dev/full")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stderr, "tarn: the run's report could not be written to the standard output: No space "
                                      "left on device\n")
        self.assertEqual(self.summary()["status"], "done")

    def test_an_answer_that_is_lost_is_an_error(self):
        cases = [("describe", ">/dev/full", "No space left on device"), ("describe", ">&-", "Bad file descriptor"),
                 ("list", ">/dev/full", "No space left on device"), ("--help", ">/dev/full", "No space left on device"),
                 ("--version", ">&-", "Bad file descriptor"), ("check rod.toml", ">&-", "Bad file descriptor"),
                 ("run rod.toml --dry-run", ">/dev/full", "No space left on device"),
                 ("info --json", ">/dev/full", "No space left on device"),
                 ("run rod.toml --json --run-dir run", ">/dev/full", "No space left on device")]
        for command, stream, why in cases:
            with self.subTest(command=command, stream=stream):
                done = self.sh(f"{command} {stream}")
                self.assertEqual(done.stderr, f"tarn: cannot write to the standard output: {why}\n")
                self.assertEqual(done.returncode, 3)
        self.assertEqual(self.summary()["status"], "done")


if __name__ == "__main__":
    unittest.main()
