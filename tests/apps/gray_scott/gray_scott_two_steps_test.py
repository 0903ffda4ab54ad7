"""Two steps in one pass over memory have the bits of single steps, on any number of ranks and after a restart."""

import unittest

from gray_scott_runs import GrayScottCase, bits_of, deck_text


class TwoSteps(GrayScottCase):
    def check(self, cells, precision):
        deck = self.write("deck.toml", deck_text(cells, precision, steps=43, noise=0))
        whole = bits_of(self.run_in("single", deck, "--set", "gray_scott.steps_per_pass=1"))
        for choice in ("2", "auto"):
            for ranks in (1, 2, 4):
                run = self.run_in(f"{choice}-{ranks}", deck, "--set", f"gray_scott.steps_per_pass={choice}", "-n", ranks)
                self.assertEqual(bits_of(run), whole, f"{choice} on {ranks} ranks")
        two = ("--set", "gray_scott.steps_per_pass=2")
        self.run_in("parts", deck, *two, "--set", "time.max_steps=20")
        self.assertEqual(bits_of(self.run_in("parts", deck, *two, "--restart", "-n", 2)), whole)

    def test_1d_double(self):
        self.check([41], "double")

    def test_2d_single(self):
        self.check([19, 23], "single")

    def test_3d_double(self):
        self.check([9, 8, 11], "double")


if __name__ == "__main__":
    unittest.main()
