"""What is said of rates that are no numbers at the start, before a step is taken."""

import json
import unittest

from pde_runs import PdeCase, deck_text
from support.tarn_program import tarn

HOLE = "x > 20 && x < 21 && y > 33 && y < 34 ? 0 : 1"  # one cell, (20, 33), between those that `check` looks at


class BadRates(PdeCase):
    def said_of(self, ranks, equation, initial=HOLE, more="", time="dt = 0.01", name="deck"):
        deck = self.write(f"{name}.toml", deck_text(cells=(100, 100), end=1, time=time, equations={"u": equation, "v": "0"},
                                                    initial={"u": initial, "v": "2 * x"}, more=more))
        words = ["-n", ranks] if ranks > 1 else []
        run = self.folder / f"run_{name}_{ranks}"
        done = tarn("run", deck, "--run-dir", run, "--quiet", *words)
        self.assertEqual(done.returncode, 2, done.stderr)
        (line,) = [line for line in done.stderr.splitlines() if "at the start" in line]
        self.assertEqual(json.loads((run / "run.json").read_text())["exit_code"], 2)
        return line.split("deck.toml:")[-1]

    def test_equation_cell_and_values_are_told_alike_on_any_number_of_ranks(self):
        told = ('16:21: pde.equations.u: at the start d/dt of u is NaN or infinite in cell (20, 33): 1 / u is inf, where '
                'x = 20.5, y = 33.5, u = 0, v = 41')
        for ranks in (1, 3):
            with self.subTest(ranks=ranks):
                self.assertEqual(self.said_of(ranks, "laplace(u) + 1 / u"), told)

    def test_the_cell_that_an_operator_takes_is_told(self):
        self.assertEqual(self.said_of(1, "0.1 * laplace(log(u) * v)"),
                         "16:20: pde.equations.u: at the start d/dt of u is NaN or infinite in cell (20, 32): log(u) is -inf in "
                         "cell (20, 33), where x = 20.5, y = 33.5, u = 0, v = 41")

    def test_what_needs_a_name_of_a_let_or_a_mean_is_told_by_its_cell(self):
        more = '[pde.let]\nw = "laplace(u)"\n'
        self.assertIn("d/dt of u is NaN or infinite in cell (0, 0), where x = 0.5, y = 0.5, u = 1, v = 1",
                      self.said_of(1, "0.1 * laplace(u) / (mean(u) - mean(u)) + laplace(w)", more=more))

    def test_the_formula_is_told_that_gave_it(self):
        """Of a conservation law: a flux along an axis, the speed of signals, or the source beside it."""
        sound = {"flux": '["h", "h"]', "speed": '["1", "1"]', "source": "-h"}
        for key, column, spoiled in (("pde.flux.h", 14, {"flux": '["h", "1 / h"]'}),
                                     ("pde.speed", 22, {"speed": '["1", "1 + 1 / h"]'}),
                                     ("pde.equations.h", 13, {"source": "1e-3 * log(h)"})):
            with self.subTest(key):
                flux, speed, source = (sound | spoiled).values()
                deck = deck_text(cells=(100, 100), end=1, time="dt = 0.001", pde=f"speed = {speed}", equations={"h": source},
                                 initial={"h": HOLE}, more=f"[pde.flux]\nh = {flux}\n")
                done = tarn("run", self.write("deck.toml", deck), "--run-dir", self.folder / key, "--quiet")
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertRegex(done.stderr, rf"deck.toml:\d+:{column}: {key}: at the start d/dt of h is NaN or infinite")

    def test_a_restart_is_held_to_the_checkpoint_alone(self):
        """Its fields are sound, whatever the deck's start is."""
        sound = deck_text(cells=(100, 100), end=1, time="dt = 0.01", equations={"u": "0.1 * laplace(u)"},
                          initial={"u": "1"})
        run = self.run_in("run", self.write("sound.toml", sound), "--set", "time.max_steps=2")
        divided = sound.replace('"0.1 * laplace(u)"', '"0.1 * laplace(u) + 1e-9 / u"').replace('u = "1"', f'u = "{HOLE}"')
        checkpoint = max((run / "ckpt").glob("*.h5"))
        self.run_in("next", self.write("divided.toml", divided), "--restart", checkpoint, "--set", "time.max_steps=4")

    def test_a_run_whose_rates_are_numbers_takes_its_steps(self):
        deck = deck_text(cells=(20,), end=1, time="dt = 0.01", equations={"u": "u > 0 ? 1 / u : 0"}, initial={"u": "x > 10 ? 1 : 0"})
        self.run_in("run", self.write("deck.toml", deck), "--set", "time.max_steps=2")


if __name__ == "__main__":
    unittest.main()
