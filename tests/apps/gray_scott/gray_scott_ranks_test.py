"""A run has the same bits on any number of ranks, and after a restart on another number.

    gray_scott_ranks_test.py --long   every dimension with every integrator and precision
"""

import itertools
import os
import sys
import unittest

import numpy

from gray_scott_runs import GrayScottCase, bits_of, deck_text, fields_of

LONG = "--long" in sys.argv or "TARN_LONG_TESTS" in os.environ
CELLS = {1: [41], 2: [19, 23], 3: [9, 8, 11]}
CASES = [(1, "single", "rk4"), (2, "double", "rk2"), (3, "double", "euler"), (3, "single", "rk4")]
ALL_CASES = list(itertools.product(CELLS, ("single", "double"), ("euler", "rk2", "rk4")))


class Ranks(GrayScottCase):
    def check(self, dimensions, precision, integrator):
        deck = self.write("deck.toml", deck_text(CELLS[dimensions], precision, integrator))
        name = f"{dimensions}d-{precision}-{integrator}"
        whole = self.run_in(f"{name}-1", deck)
        u, v = fields_of(whole)
        self.assertEqual(u.shape, tuple(reversed(CELLS[dimensions])))
        self.assertEqual(u.dtype, numpy.float32 if precision == "single" else numpy.float64)
        for values in (u, v):
            self.assertTrue(numpy.isfinite(values).all())
            self.assertGreater(numpy.ptp(values), 0.01)  # a constant would hide a wrong exchange
        for ranks in (2, 3, 4, 7):
            run = self.run_in(f"{name}-{ranks}", deck, "-n", ranks)
            self.assertEqual(bits_of(run), bits_of(whole), f"{ranks} ranks")
            self.assertEqual((run / "history.csv").read_text(), (whole / "history.csv").read_text(), f"{ranks} ranks")
        parts = self.run_in(f"{name}-parts", deck, "--set", "time.max_steps=7", "-n", 3)
        self.assertNotEqual(bits_of(parts), bits_of(whole))
        self.run_in(f"{name}-parts", deck, "--restart", "--set", "time.max_steps=13")
        self.run_in(f"{name}-parts", deck, "--restart", "-n", 2)
        self.assertEqual(bits_of(parts), bits_of(whole), "restarts on 1 and 2 ranks after 3")

    def test_any_number_of_ranks_and_restarts(self):
        for case in ALL_CASES if LONG else CASES:
            with self.subTest(case=case):
                self.check(*case)

    def test_the_seed_changes_the_noise(self):
        deck = self.write("deck.toml", deck_text(CELLS[2], u="1", v="0"))
        runs = [self.run_in(name, deck, *words) for name, words in
                (("a", ()), ("b", ("--set", "run.seed=12")), ("c", ("--set", "gray_scott.noise=0")))]
        self.assertEqual(len({bits_of(run) for run in runs}), 3)


if __name__ == "__main__":
    unittest.main(argv=[word for word in sys.argv if word != "--long"])
