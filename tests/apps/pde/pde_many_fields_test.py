"""Decks of as many fields as there may be: soon checked, and run."""

import unittest

from pde_runs import PdeCase, deck_text
from support.tarn_program import tarn


def ring(fields):
    """So many fields, each of which depends on itself and on two others, with products that differ in each cell."""
    names = range(fields)
    return {
        "equations": {f"u{n}": f"1e-3 * laplace(u{n}) + u{(n + 1) % fields} - u{n} * u{n - 1 if n else fields - 1}" for n in names},
        "initial": {f"u{n}": f"{n % 5 + 1} + sin(2 * pi * x) * cos(2 * pi * y)" for n in names},
    }


def all_of_all(fields):
    """The same with each depending on all."""
    sums = {n: " + ".join(f"{0.01 * (1 + n * m % 7):.2f} * u{m}" for m in range(fields)) for n in range(fields)}
    return {**ring(fields), "equations": {f"u{n}": f"1e-3 * laplace(u{n}) - u{n} * ({sums[n]})" for n in sums}}


class ManyFields(PdeCase):
    def test_as_many_as_there_may_be_are_checked_soon_and_run(self):
        for name, made in (("ring", ring(64)), ("all", all_of_all(64))):
            with self.subTest(fields=name):
                deck = self.write(f"{name}.toml", deck_text(cells=(16, 16), upper=(1, 1), end=1, **made))
                checked = self.run_ok("check", deck, timeout=30)  # it takes two seconds, and took minutes
                self.assertIn("largest stable step at the start 0.", checked.stdout)
                self.run_in(name, deck, "--set", "time.max_steps=2")

    def test_the_step_is_that_of_single_fields_where_they_are_alike(self):
        """Fields that hardly know of each other, so many that not all waves in all cells can be looked at."""
        def limit(fields):
            equations = {f"u{n}": f"{1 + n % 3} * laplace(u{n}) - 1e-9 * u{n} * u{(n + 1) % fields}" for n in range(fields)}
            deck = deck_text(cells=(24, 24), upper=(1, 1), end=1, equations=equations,
                             initial={name: "1 + x * y" for name in equations})
            text = self.run_ok("check", self.write(f"{fields}.toml", deck)).stdout
            return text.split("largest stable step at the start ")[1].split(",")[0]
        self.assertEqual({limit(fields) for fields in (3, 20, 40)}, {"0.0001447"})

    def test_the_step_is_that_of_few_fields_where_long_waves_in_a_wind_set_it(self):
        """Of each wave the cell of the strongest wind counts, though the shortest waves of u0 decay much faster."""
        def limit(fields):
            equations = {"u0": "0.02 * laplace(u0)"} | {
                f"u{n}": f"0.001 * laplace(u{n}) - (1 + 0.3 * u0) * dx(u{n}) - 1e-6 * u{n} * u{n % (fields - 1) + 1}"
                for n in range(1, fields)}
            deck = deck_text(cells=(24, 24), upper=(1, 1), end=1, equations=equations, pde='integrator = "euler"',
                             initial={name: "1 + x * y" for name in equations})
            text = self.run_ok("check", self.write(f"{fields}.toml", deck)).stdout
            return float(text.split("largest stable step at the start ")[1].split(",")[0])
        few = limit(3)
        for fields in (9, 20, 40):
            self.assertAlmostEqual(limit(fields) / few, 1, delta=0.02)

    def test_more_coefficients_than_are_looked_at_are_refused_unless_the_step_is_trusted(self):
        sums = [" + ".join(f"{1 + n * 0.01 + m * 0.001:.3f} * u{m}" for m in range(30)) for n in range(30)]
        equations = {f"u{n}": f"1e-3 * laplace(u{n}) - u{n} * ({sums[n]})" for n in range(30)}
        deck = self.write("deck.toml", deck_text(cells=(16,), upper=(1,), end=1e-3, equations=equations,
                                                 initial={name: "1 + x" for name in equations}))
        done = tarn("check", deck)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"deck\.toml:15:1: pde\.equations: the stable step depends on \d+ quantities that differ "
                                      r"from cell to cell, more than 512: give time\.dt and pde\.trust_dt = true, ")
        words = ["--set", "time.dt=1e-5", "--set", "pde.trust_dt=true"]
        self.assertIn("no stable step is looked for", self.run_ok("check", deck, *words).stdout)
        self.run_in("run", deck, *words, "--set", "time.max_steps=20")


if __name__ == "__main__":
    unittest.main()
