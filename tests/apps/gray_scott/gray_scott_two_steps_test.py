"""Two steps in one pass over memory have the bits of single steps, on any number of ranks and after a restart."""

import json
import unittest

from gray_scott_runs import GrayScottCase, bits_of, deck_text


class TwoSteps(GrayScottCase):
    two = ("--set", "gray_scott.steps_per_pass=2")

    def check(self, cells, precision):
        """@returns a deck, and the bits of its run by single steps"""
        deck = self.write("deck.toml", deck_text(cells, precision, steps=107, noise=0))
        whole = bits_of(self.run_in("single", deck, "--set", "gray_scott.steps_per_pass=1"))
        for ranks in (1, 4):
            run = self.run_in(f"two-{ranks}", deck, *self.two, "-n", ranks)
            self.assertEqual(bits_of(run), whole, f"on {ranks} ranks")
        run = self.run_in("auto", deck, "-n", 2)
        self.assertEqual(bits_of(run), whole, "auto")
        (remark,) = json.loads((run / "run.json").read_text())["remarks"]
        self.assertIn("in a trial two at once were ", remark)
        return deck, whole

    def test_1d_double(self):
        self.check([41], "double")

    def test_2d_single_and_after_a_restart(self):
        deck, whole = self.check([19, 23], "single")
        self.run_in("parts", deck, *self.two, "--set", "time.max_steps=20")
        self.assertEqual(bits_of(self.run_in("parts", deck, *self.two, "--restart", "-n", 2)), whole)

    def test_3d_double(self):
        self.check([9, 8, 11], "double")


if __name__ == "__main__":
    unittest.main()
