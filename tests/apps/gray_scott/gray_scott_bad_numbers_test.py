"""A run whose numbers go bad ends with exit code 4 and tells where."""

import unittest

from gray_scott_runs import GrayScottCase, deck_text
from support.tarn_program import tarn


class BadNumbers(GrayScottCase):
    def fail(self, deck, *words, code=4):
        done = tarn("run", deck, "--run-dir", self.folder / "run", "--quiet", *words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr

    def test_a_state_beyond_what_the_step_can_take(self):
        deck = self.write("deck.toml", deck_text([12, 10], noise=0, steps=300, v="20 + random", time="dt = 0.5"))
        for ranks in (1, 3):
            with self.subTest(ranks=ranks):
                self.assertRegex(self.fail(deck, "-n", ranks),
                                 r"[uv] is NaN or infinite in cell \(\d+, \d+\) at step \d+")
                self.folder.joinpath("run").rename(self.folder / f"run-{ranks}")

    def test_a_bad_start(self):
        deck = self.write("deck.toml", deck_text([12, 10], v="x > 3 && x < 9 && y > 3 && y < 6 ? sqrt(-1) : 0"))
        self.assertIn("gray_scott.initial.v: is nan at (3.5, ", self.fail(deck, code=2))
        self.assertFalse((self.folder / "run").exists())

    def test_a_bad_start_where_no_sample_looked(self):
        deck = self.write("deck.toml", deck_text([400, 10], v="x > 2 && x < 4 ? sqrt(-1) : 0"))
        self.assertRegex(self.fail(deck), r"v is NaN or infinite in cell \(2, 0\) at step 0")


if __name__ == "__main__":
    unittest.main()
