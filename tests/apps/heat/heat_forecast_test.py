"""What `tarn check` forecasts is what the run then does."""

import json
import os
import re
import subprocess
import unittest

import numpy

from heat_runs import HeatCase, deck_text, snapshots, summary, temperature
from support.tarn_program import PROGRAM, tarn


class Forecast(HeatCase):
    def test_of_steps_and_bytes_holds(self):
        deck = self.write("deck.toml", deck_text([20, 20], precision="single", variable=True))
        told = self.run_ok("check", deck).stdout
        steps = int(re.search(r"about (\d+) of", told)[1])
        count, size, unit = re.search(r"(\d+) snapshots of ([\d.]+) (kB|B) in all", told).groups()
        self.run_in("run", deck)
        taken = summary(self.folder / "run")["steps"]
        self.assertAlmostEqual(steps, taken, delta=1)  # the way to each output is cut evenly
        written = snapshots(self.folder / "run")
        self.assertEqual(int(count), len(written))
        taken = sum(path.stat().st_size for path in written)
        self.assertAlmostEqual(float(size) * {"B": 1, "kB": 1000}[unit], taken, delta=0.15 * taken)

    def test_of_space_says_what_is_free_and_that_it_is_not_enough(self):
        small = self.write("deck.toml", deck_text([20, 20], precision="single", variable=True))
        root = self.folder / "not" / "there"

        fits = self.run_ok("check", small, "--root", root).stdout
        vast = ["check", small, "--root", root, "--set", "grid.cells=[30000000, 30000000]", "--set", "time.max_steps=1"]
        never = tarn(*vast)

        self.assertRegex(fits, rf"\nspace   [\d.]+ kB, and [\d.]+ [kMGTP]B are free at {self.folder}\n")
        self.assertRegex(never.stdout, r"\nspace   NOT ENOUGH: [\d.e+]+ PB, and ")
        self.assertEqual(never.returncode, 2)
        self.assertRegex(never.stdout, r"^\S+: the deck is sound, and the disk is too full\n")
        self.assertRegex(never.stderr, r"^tarn: the run cannot come to its end: its files take at least .*--any-space")
        self.assertEqual(tarn(*vast, "--any-space").returncode, 0)

    def test_of_space_is_no_verdict_where_less_may_be_written(self):
        text = deck_text([20, 20], precision="single", variable=True)
        self.assertIn("[[output]]", text)
        deck = self.write("deck.toml", text.replace("[[output]]", '[[output]]\ncompression = "deflate"'))
        free = json.loads(self.run_ok("check", deck, "--json", "--root", self.folder).stdout)["disk"]["free_bytes"]
        side = int((free / 4 * 0.6) ** 0.5)  # a checkpoint fits, and what else is kept and written does not

        told = self.run_ok("check", deck, "--root", self.folder, "--set", f"grid.cells=[{side}, {side}]", "--set",
                           "time.max_steps=1").stdout

        self.assertRegex(told, r"\nspace   PERHAPS NOT ENOUGH: ")

    def test_as_json(self):
        deck = self.write("deck.toml", deck_text([20, 20], precision="single", variable=True))
        told = json.loads(self.run_ok("check", deck, "--json", "--root", self.folder).stdout)

        self.assertEqual((told["app"], told["sound"], told["fits"]), ("heat", True, True))
        self.assertLessEqual(told["disk"]["least_bytes"], told["disk"]["expected_bytes"])
        self.assertEqual(told["disk"]["place"], str(self.folder))
        self.assertEqual([line.split()[0] for line in told["forecast"] if line[0] != " "],
                         ["steps", "memory", "files", "space"])
        wrong = tarn("check", deck, "--json", "--set", "grid.cells=[0]")
        told = json.loads(wrong.stdout)
        self.assertEqual((wrong.returncode, told["sound"], [problem["text"] for problem in told["problems"]]),
                         (2, False, wrong.stderr.splitlines()[:-1]))

    def test_of_memory_counts_the_array_of_two_steps_on_several_ranks(self):
        steady = self.write("steady.toml", deck_text([100, 100], steady=True))
        moving = self.write("moving.toml", deck_text([100, 100]))
        more = " more for two steps in a pass on several ranks;"

        for choice in ("2", "auto"):
            told = self.run_ok("check", steady, "--set", f"heat.steps_per_pass={choice}").stdout
            self.assertRegex(told, r"\nmemory  .* 240 kB of arrays .*; 80 kB" + more)
        self.assertNotIn(more, self.run_ok("check", steady, "--set", "heat.steps_per_pass=1").stdout)
        self.assertNotIn(more, self.run_ok("check", moving).stdout)

    def test_of_memory_is_enough(self):
        """Arrays and buffers are four times 141 MB: what was told without the buffers did not do."""
        text = deck_text([260, 260, 260], time="max_steps = 2").replace("{ time = 0.005 }", "{ steps = 1 }")
        deck = self.write("deck.toml", text)
        told = re.search(r"memory  (\d+) MB on the device.*; beside (\d+) MB of its own", self.run_ok("check", deck).stdout)
        process = subprocess.Popen([PROGRAM, "run", deck, "--run-dir", self.folder / "run", "--quiet"],
                                   stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        peak = used.ru_maxrss / 1000
        self.assertLess(peak, int(told[1]) + int(told[2]))
        self.assertGreater(peak, 0.9 * int(told[1]))

    def test_of_a_restart_is_of_what_is_left(self):
        deck = self.write("deck.toml", deck_text([25, 16], time="cfl = 0.5"))
        run = ("run", deck, "--run-dir", self.folder / "run")
        self.run_ok(*run, "--set", "time.max_steps=5")
        before = len(snapshots(self.folder / "run"))
        left = r"about (\d+) of at most .* from step 5, time .*\n.*\n.*?(\d+) snapshots"
        (checkpoint,) = (self.folder / "run/ckpt").glob("*.h5")
        elsewhere = self.run_ok("run", deck, "--restart", checkpoint, "--dry-run").stdout
        for words in (["latest"], ["auto"]):
            forecast = self.run_ok(*run, "--dry-run", "--restart", *words).stdout
            self.assertEqual(re.search(left, forecast)[1], re.search(left, elsewhere)[1])
        told = self.run_ok(*run, "--restart").stdout
        self.assertEqual(re.search(left, told).groups(), re.search(left, forecast).groups())
        steps, count = re.search(left, told).groups()
        self.assertEqual(int(steps), summary(self.folder / "run")["steps"] - 5)
        self.assertEqual(int(count), len(snapshots(self.folder / "run")) - before)

    def test_is_followed_by_where_the_time_before_the_steps_went(self):
        deck = self.write("deck.toml", deck_text([25, 16], time="max_steps = 5"))
        run = ("run", deck, "--run-dir", self.folder / "run")
        first = self.run_ok(*run).stdout
        start = summary(self.folder / "run")["start_seconds"]
        again = self.run_ok(*run, "--restart", "--set", "time.max_steps=6").stdout
        second = summary(self.folder / "run")["start_seconds"]
        self.assertRegex(first, r"in the time loop.*\n[\d.]+ s before it: [\d.]+ s for the initial state, [\d.]+ s to ")
        self.assertRegex(again, r"for the initial state, [\d.]+ s for the checkpoint, [\d.]+ s to measure the bandwidth\n")
        self.assertGreater(min(start["initial_state"], start["bandwidth"], *second.values()), 0)
        self.assertEqual(start["checkpoint"], 0)


class Accuracy(HeatCase):
    """Of rkl2: what is told beside the exact solution, here of a step in the temperature between two cold ends."""

    CELLS, END = 200, 0.1
    DECK = """
[run]
app = "heat"
[grid]
cells = [200]
[grid.boundary]
x = "dirichlet"
[time]
end = 0.1
[heat]
diffusivity = 1
initial = "x < 0.5 ? 1 : 0"
integrator = "rkl2"
stages = {}
[heat.boundary_value]
x_lower = 0
x_upper = 0
[[output]]
every = {{ steps = 1000000 }}
"""

    def exact(self):
        """Of the equations discrete in space; so what is left is the error in time."""
        places = (numpy.arange(self.CELLS) + 0.5) / self.CELLS
        start = numpy.where(places < 0.5, 1.0, 0.0)
        numbers = numpy.arange(1, self.CELLS + 1)
        modes = numpy.sin(numpy.pi * numbers[:, None] * places)
        shares = modes @ start / (modes**2).sum(axis=1)
        rates = 4 * self.CELLS**2 * numpy.sin(numpy.pi * numbers / 2 / self.CELLS) ** 2
        return start, (shares * numpy.exp(-rates * self.END)) @ modes

    def test_is_told_where_it_is_bad(self):
        start, exact = self.exact()
        warned = 0
        for stages in (3, 31, 63, 99, 199, 999):
            deck = self.write("deck.toml", self.DECK.format(stages))
            text = self.run_ok("check", deck).stdout
            told = re.search(r"warning \d+ steps? of rkl2 with \d+ stages may leave an error of ([\d.]+) of", text)
            self.assertIn(told[0] if told else "files ", self.run_ok("run", deck, "--root", self.folder).stdout)
            end = temperature(snapshots(self.folder / "latest")[-1])
            error = numpy.sqrt(numpy.mean((end - exact) ** 2) / numpy.mean(start**2))
            self.assertLess(error, float(told[1]) if told else 0.01, stages)
            warned += told is not None
        self.assertEqual(warned, 4)


if __name__ == "__main__":
    unittest.main()
