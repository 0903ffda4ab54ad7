"""Times are exact: steps are counted, what is due at a time is written at that time, and restarts change nothing."""

import pathlib
import re
import unittest

import h5py

from heat_runs import EXIT_STOPPED, HeatCase, checkpoints, deck_text, history, snapshots, summary

LINE = """
[run]
app = "heat"
[grid]
cells = [5]
[time]
end = {end}
dt = {dt}
[heat]
diffusivity = 1e-4
initial = "random + x"
source = "sin(t)"
[[output]]
every = {{ time = {every} }}
[history]
every = {{ steps = {steps} }}
[checkpoint]
every = {{ {checkpoint} }}
keep = 1000
"""


def line(end, dt, every, steps=1, checkpoint="steps = 1000000"):
    return LINE.format(end=end, dt=dt, every=every, steps=steps, checkpoint=checkpoint)


def time_of(path):
    with h5py.File(path) as file:
        (step,) = file["data"]
        return float(file[f"data/{step}"].attrs["time"])


class Times(HeatCase):
    def test_of_many_steps_do_not_drift(self):
        deck = self.write("deck.toml", line(2400, 0.12, 1200, steps=10000))
        told = self.run_ok("check", deck).stdout
        self.assertEqual(int(re.search(r"about (\d+) of", told)[1]), 20000)
        self.assertIn(" 3 snapshots", told)
        self.run_in("run", deck)
        written = snapshots(self.folder / "run")
        self.assertEqual([time_of(path) for path in written], [0, 1200, 2400])
        self.assertEqual([int(path.stem[-10:]) for path in written], [0, 10000, 20000])
        self.assertEqual(summary(self.folder / "run")["steps"], 20000)
        with h5py.File(written[-1]) as file:
            self.assertEqual(float(file["data/20000"].attrs["dt"]), 0.12)

    def test_are_the_multiples_themselves(self):
        deck = self.write("deck.toml", line(7, 0.03, 0.7, steps=1000))
        self.run_in("run", deck)
        times = [time_of(path) for path in snapshots(self.folder / "run")]
        self.assertEqual(times, [n * 0.7 for n in range(10)] + [7])


class Restarts(HeatCase):
    def setUp(self):
        super().setUp()
        self.deck = self.write("deck.toml", line(2, 0.13, 0.45))

    def assert_same(self, one, other):
        self.assert_same_end(one, other)
        for pair in zip(snapshots(self.folder / one), snapshots(self.folder / other), strict=True):
            self.assertEqual(pair[0].name, pair[1].name)
            self.assertEqual(*map(time_of, pair))

    def test_after_every_step(self):
        """Each process takes one step; between the targets the checkpoint tells what is counted."""
        self.run_in("whole", self.deck)
        steps = summary(self.folder / "whole")["steps"]
        self.assertGreater(steps, 15)
        for step in range(1, steps + 1):
            ranks = ("-n", 1 + step % 3) if step % 4 == 0 else ()
            restart = ("--restart",) if step > 1 else ()
            self.run_in("parts", self.deck, *restart, "--set", f"time.max_steps={step}", *ranks)
        # A run that is stopped writes its last state, which the whole one does only where it is due.
        whole, parts = ({path.name: path for path in snapshots(self.folder / name)} for name in ("whole", "parts"))
        for name, path in whole.items():
            self.assertEqual(time_of(path), time_of(parts[name]))
        self.assert_same_end("whole", "parts")

    def test_after_an_end_that_was_moved(self):
        """What is counted from is then a time that no key of the deck tells."""
        self.run_in("once", self.deck, "--set", "time.end=0.617")
        self.run_in("once", self.deck, "--restart")
        self.run_in("twice", self.deck, "--set", "time.end=0.617")
        self.run_in("twice", self.deck, "--restart", "--set", "time.max_steps=7")
        self.run_in("twice", self.deck, "--restart")
        self.assert_same_end("once", "twice")

    def test_with_another_step(self):
        self.run_in("once", self.deck, "--set", "time.max_steps=3")
        self.run_in("once", self.deck, "--restart", "--set", "time.dt=0.017")
        self.run_in("twice", self.deck, "--set", "time.max_steps=3")
        self.run_in("twice", self.deck, "--restart", "--set", "time.dt=0.017", "--set", "time.max_steps=17")
        self.run_in("twice", self.deck, "--restart", "--set", "time.dt=0.017")
        self.assert_same_end("once", "twice")
        self.assertEqual(time_of(snapshots(self.folder / "once")[-1]), 2)

    def test_by_walltime(self):
        """Stops and checkpoints that walltime decides leave the steps as they are."""
        text = deck_text([64, 48], time="dt = 1e-7").replace("every = { steps = 5 }", "every = { steps = 999 }")
        text = text.replace("every = { steps = 20 }", 'every = { walltime = "00:00:01" }')
        deck = self.write("long.toml", text)
        self.run_in("whole", deck)
        self.run_in("parts", deck, "--set", 'time.max_walltime="00:00:01"', expect=EXIT_STOPPED)
        told = summary(self.folder / "parts")
        self.assertEqual(int(checkpoints(self.folder / "parts")[-1].stem), told["steps"])
        self.run_in("parts", deck, "--restart")
        self.assert_same_end("whole", "parts")

    def test_from_a_file_of_version_2(self):
        """It was written before files told what is counted: dt = 0.05, step 4."""
        old = pathlib.Path(__file__).parent / "version2.h5"
        deck = self.write("old.toml", line(1.2, 0.05, 0.5).replace("cells = [5]", "cells = [3]"))
        self.run_in("on", deck, "--restart", old)
        rows = history(self.folder / "on").splitlines()
        self.assertEqual(rows[1].split(",")[0], "4")
        self.assertEqual(summary(self.folder / "on")["steps"], 24)
        self.assertEqual([time_of(path) for path in snapshots(self.folder / "on")], [0.2, 0.5, 1, 1.2])


if __name__ == "__main__":
    unittest.main()
