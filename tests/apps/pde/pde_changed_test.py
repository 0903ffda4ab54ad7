"""A restart whose deck is not that of the checkpoint says so."""

import json
import unittest

from pde_runs import PdeCase, deck_text


class ChangedEquations(PdeCase):
    def test_a_restart_tells_the_keys_that_are_not_those_of_the_checkpoint(self):
        deck = deck_text(cells=(16,), end=1, time="dt = 0.01", equations={"u": "0.1 * laplace(u)", "v": "0"},
                         initial={"u": "sin(2 * pi * x / 16)", "v": "1"})
        file = self.write("deck.toml", deck)
        words = ("run", file, "--run-dir", self.folder / "run", "--restart", "auto")
        first = self.run_ok(*words, "--set", "time.max_steps=2")
        self.assertNotIn("differ from the checkpoint", first.stdout)
        same = self.run_ok(*words, "--set", "time.max_steps=4", "--set", "history.every={ steps = 2 }")
        self.assertNotIn("differ from the checkpoint", same.stdout)

        self.write("deck.toml", deck.replace('"0.1 * laplace(u)"', '"0.2 * laplace(u) - k * v"') + "\n[constants]\nk = 2\n")
        other = self.run_ok(*words, "--set", "time.max_steps=6")

        told = "keys that differ from the checkpoint's deck: constants.k, pde.equations.u"
        self.assertIn(f"\nchanged {told}\n", other.stdout)
        self.assertIn(f"\nnote: {told}\n", other.stdout)
        self.assertIn(told, json.loads((self.folder / "run" / "run.json").read_text())["remarks"])
        page = (self.folder / "run" / "report.html").read_text()
        self.assertIn("constants.k, pde.equations.u", page)


if __name__ == "__main__":
    unittest.main()
