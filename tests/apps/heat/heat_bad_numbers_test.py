"""A run whose numbers go bad ends with exit code 4, tells where, and leaves a sound checkpoint."""

import re
import unittest

import numpy

from heat_runs import EXIT_NUMERICS, EXIT_USAGE, HeatCase, checkpoints, deck_text, snapshots, summary, temperature


class BadNumbers(HeatCase):
    def bad_deck(self, formula):
        text = deck_text([12, 10], time="dt = 1e-4")  # 100 steps
        return self.write("bad.toml", text.replace("40 * sin(300 * t) * x", formula))

    def check(self, formula, *words):
        done = self.run_in("run", self.bad_deck(formula), *words, expect=EXIT_NUMERICS)
        told = summary(self.folder / "run")
        self.assertEqual((told["status"], told["exit_code"]), ("failed", EXIT_NUMERICS))
        self.assertIn(told["reason"], done.stderr)
        found = re.search(r"temperature is NaN or infinite in cell \((\d+), (\d+)\) at step (\d+)", told["reason"])
        self.assertIsNotNone(found, told["reason"])
        return [int(text) for text in found.groups()]

    # The source is bad from t = 0.005 in the cells right of x = 0.5, so the first step that starts there, the 51st,
    # makes them so; the first of them in the domain is cell (6, 0). History rows are due every 5 steps.
    def test_nan_names_field_cell_and_step(self):
        x, y, step = self.check("t > 0.00495 && x > 0.5 ? sqrt(-1) * x : 1")
        self.assertEqual(y, 0)
        self.assertIn(x, (1, 2, 3, 4, 5, 6))  # it spreads one cell a step until it is seen
        self.assertGreater(step, 50)
        self.assertLessEqual(step, 55)

    def test_infinity_is_seen_on_ranks_too(self):
        _, _, step = self.check("t > 0.00495 && x > 0.5 ? 1 / (x - x) : 1", "-n", 3)
        self.assertLessEqual(step, 55)

    def test_what_was_written_before_is_sound_and_goes_on(self):
        self.check("t > 0.00495 && x > 0.5 ? sqrt(-1) * x : 1")
        run = self.folder / "run"
        for path in checkpoints(run) + snapshots(run):
            self.assertTrue(numpy.isfinite(temperature(path)).all(), path)
        self.assertEqual(int(checkpoints(run)[-1].stem), 40)
        self.run_in("run", self.bad_deck("1"), "--restart")
        self.assertEqual((summary(run)["status"], summary(run)["steps"]), ("done", 100))
        self.assertTrue(numpy.isfinite(temperature(snapshots(run)[-1])).all())

    def test_a_bad_start_is_told_before_anything_is_written(self):
        text = deck_text([12, 10]).replace("random + x", "log(x - 0.5)")
        done = self.run_in("run", self.write("bad.toml", text), expect=EXIT_USAGE)
        self.assertIn("heat.initial: is nan at (0.0416667, 0.05): it must be a number", done.stderr)
        self.assertFalse((self.folder / "run").exists())

    def test_a_bad_start_where_no_sample_looked_is_told_by_the_run(self):
        text = deck_text([200, 10]).replace("random + x", "x > 0.005 && x < 0.01 ? log(x - 0.5) : x")
        done = self.run_in("run", self.write("bad.toml", text), expect=EXIT_NUMERICS)
        self.assertRegex(done.stderr, r"cell \(1, 0\) at step 0")
        self.assertEqual(snapshots(self.folder / "run") + checkpoints(self.folder / "run"), [])


if __name__ == "__main__":
    unittest.main()
