"""Every deck of docs/equations.md can be run as it stands."""

import re
import unittest

from support.tarn_program import SOURCE, Case, tarn

BLOCKS = re.findall(r"```toml\n(.*?)```", (SOURCE / "docs" / "equations.md").read_text(), re.DOTALL)


class Guide(Case):
    def test_every_deck_runs(self):
        self.assertGreaterEqual(len(BLOCKS), 4)
        for number, block in enumerate(BLOCKS):
            with self.subTest(block=block.splitlines()[:12]):
                deck = self.write(f"deck{number}.toml", block)
                self.run_ok("check", deck)
                self.run_ok("run", deck, "--run-dir", self.folder / str(number), "--quiet", "--set", "time.max_steps=20")

    def test_the_error_that_it_shows_is_what_is_said(self):
        text = (SOURCE / "docs" / "equations.md").read_text()
        words = re.search(r"'laplace' stands in .*", text).group(0)
        deck = self.write("deck.toml", BLOCKS[0].replace("0.5 * laplace(T)", "laplace(T + laplace(T))"))
        self.assertIn(words, tarn("check", deck).stderr)


if __name__ == "__main__":
    unittest.main()
