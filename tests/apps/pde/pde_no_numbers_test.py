"""Columns and outputs that become NaN or infinite are told, once each; the run goes on."""

import json
import math
import unittest

from pde_runs import PdeCase, deck_text, fields_of, history_of
from support.tarn_program import tarn

# v falls to 0 at time 0.5, in the cells of x > 5 alone; u is sound throughout.
DECK = {"cells": (8, 6), "end": 1, "time": "dt = 0.125", "pde": 'integrator = "euler"', "history": "steps = 1",
        "equations": {"u": "laplace(u)", "v": "x > 5 ? -2 : 0"}, "initial": {"u": "x", "v": "1"}}
MORE = """
[pde.output]
ratio = "1 / v"
sound = "1 / (1 + v^2)"
[pde.history]
total = "integral(1 / v)"
amount = "mean(v)"
pole = "1 / (mean(u) - mean(u))"
[[output]]
every = { steps = 1 }
fields = ["u", "ratio", "sound"]
[[image]]
field = "ratio"
every = { steps = 1 }
"""


class NoNumbers(PdeCase):
    def warnings_of(self, name, *words):
        deck = self.write("deck.toml", deck_text(**DECK, more=MORE))
        done = self.run_ok("run", deck, "--run-dir", self.folder / name, *words)
        kept = json.loads((self.folder / name / "run.json").read_text())["warnings"]
        told = [line.removeprefix("tarn: ") for line in done.stderr.splitlines() if "tells this once" in line]
        self.assertEqual(sorted(told), sorted(kept), done.stderr)
        return [line.split("deck.toml:")[-1] for line in kept]

    def test_each_key_is_told_once_on_any_number_of_ranks(self):
        expected = [
            "pde.history.pole: is infinite at time 0; the run goes on, and tells this once",
            "pde.history.total: is NaN at time 0.5; the run goes on, and tells this once",
            "pde.output.ratio: is NaN or infinite in cell (5, 0) at time 0.5; the run goes on, and tells this once"]
        for ranks in (1, 2, 3):
            with self.subTest(ranks=ranks):
                told = self.warnings_of(f"on-{ranks}", *(["-n", ranks] if ranks > 1 else []))
                self.assertEqual([line.split(": ", 1)[1] for line in told], expected)
                for line in told:
                    self.assertRegex(line, r"^\d+:[89]: pde\.")
                history = history_of(self.folder / f"on-{ranks}")
                self.assertTrue(math.isnan(history["total"][4]))
                self.assertTrue(all(math.isfinite(value) for value in history["amount"]))
                self.assertEqual(fields_of(self.folder / f"on-{ranks}")["v"][0, 7], -1)

    def test_what_is_infinite_is_not_taken_for_too_large_a_number(self):
        """Of a series in single precision."""
        more = MORE.replace('fields = ["u"', 'precision = "single"\nfields = ["u"')
        deck = self.write("deck.toml", deck_text(**DECK, more=more))
        self.run_ok("run", deck, "--run-dir", self.folder / "run")
        large = self.write("large.toml", deck_text(**DECK, more=more.replace('"1 / (1 + v^2)"', '"1e39 * u"')))
        done = tarn("run", large, "--run-dir", self.folder / "large")
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("sound is beyond single precision in cell (0, 0)", done.stderr)

    def test_a_number_that_is_too_large_is_told_once_after_one_that_is_none(self):
        """The run went on without a word of it: what is infinite in the file was not told apart from what was so before."""
        more = MORE.replace('fields = ["u"', 'precision = "single"\nfields = ["u"').replace(
            '"1 / v"', '"x < 1 ? 1 / v : x > 5 && y > 3 ? 10^(38 - 20 * v) : 1"', 1)
        deck = self.write("deck.toml", deck_text(**{**DECK, "equations": {"u": "laplace(u)", "v": "x > 5 || x < 1 ? -2 : 0"}},
                                                 more=more))
        for ranks in (1, 3):
            with self.subTest(ranks=ranks):
                run = self.folder / f"run_{ranks}"
                self.run_ok("run", deck, "--run-dir", run, *(["-n", ranks] if ranks > 1 else []))
                told = [line for line in json.loads((run / "run.json").read_text())["warnings"] if "ratio" in line]
                self.assertEqual(len(told), 2, told)
                self.assertIn("pde.output.ratio: is NaN or infinite in cell (0, 0) at time 0.5", told[0])
                self.assertRegex(told[1], r'^ratio is beyond single precision in cell \(5, 3\) at step 5, time 0.625, and infinite in the '
                                          r'series \S+ of \[\[output\]\], which needs precision = "run"; the run goes on, and tells '
                                          'this once$')

    def test_a_sound_run_is_told_nothing(self):
        deck = self.write("deck.toml", deck_text(**DECK, more=MORE.replace("1 / v\"", "1 / (1 + v^2)\"").replace(
            "integral(1 / v)", "integral(v)").replace(
            "1 / (mean(u) - mean(u))", "mean(u)")))
        self.run_ok("run", deck, "--run-dir", self.folder / "run")
        self.assertEqual(json.loads((self.folder / "run" / "run.json").read_text())["warnings"], [])


if __name__ == "__main__":
    unittest.main()
