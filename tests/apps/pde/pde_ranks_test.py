"""A deck's equations give the same bits on any number of ranks, and after restarts on other numbers."""

import unittest

import numpy

from pde_runs import PdeCase, bits_of, deck_text, fields_of

# All that ranks could get wrong: neighbours along and across axes, fields of a let with ghosts of their own, formulas of
# space and of time, integrals, every kind of boundary, steps that depend on the state.
EQUATIONS = {
    "u": "diffuse(0.1 + 0.05 * w^2 + 0.01 * sin(x), u) - 0.3 * {advection} + 0.1 * mean(w) * cos(y + 2 * t)",
    "w": "0.1 * laplace(w) - 0.01 * laplace(curved) + 0.02 * grad2(u) + u * (1 - u) * w + 0.001 * integral(u^2)",
}
LET = """
[pde.let]
curved = "laplace(w) + 0.2 * x * w"
[pde.output]
turning = "dx(w) * u + t"
[pde.history]
mass = "integral(u + w)"
"""
BOUNDARY = """
[pde.boundary.u]
{axis} = {{ value = "0.2 + 0.1 * sin(t + {other})" }}
[pde.boundary.w]
{axis}_lower = {{ slope = "0.05 * t" }}
{axis}_upper = {{ robin = ["1", "2", "0.3"] }}
[pde.boundary.curved]
{axis} = {{ mirror = 1 }}
"""
CASES = {  # cells, boundaries, given axis, a coordinate along it, advection
    1: ([67], 'x = "given"', "x", "1", "upwind(u, w)"),
    2: ([23, 29], 'x = "periodic"\ny = "given"', "y", "x", "upwind(u, -1, w)"),
    3: ([11, 13, 10], 'x = "outflow"\ny = "given"\nz = "periodic"', "y", "z", "upwind(u, -1, w, w) + dyz(w) + dxy(u)"),
}


class Ranks(PdeCase):
    def deck(self, dimensions, precision="double", integrator="rk3"):
        cells, boundary, axis, other, advection = CASES[dimensions]
        equations = {name: text.format(advection=advection) for name, text in EQUATIONS.items()}
        if dimensions == 1:
            equations["u"] = equations["u"].replace("cos(y", "cos(x")
        return self.write("deck.toml", deck_text(
            equations, {"u": "0.5 * random", "w": "0.2 + 0.3 * random"}, cells, 1000, boundary=boundary,
            more=LET + BOUNDARY.format(axis=axis, other=other) + '[[image]]\nfield = "turning"\nevery = { steps = 10 }',
            pde=f'integrator = "{integrator}"', precision=precision, time="max_steps = 16"))

    def test_any_number_of_ranks_and_restarts(self):
        for dimensions, precision, integrator in ((1, "double", "rk2"), (2, "single", "rk4"), (3, "double", "rk3")):
            with self.subTest(dimensions=dimensions):
                deck, name = self.deck(dimensions, precision, integrator), f"{dimensions}d"
                whole = self.run_in(name, deck)
                for values in fields_of(whole).values():
                    self.assertTrue(numpy.isfinite(values).all())
                    self.assertGreater(numpy.ptp(values), 0.05)
                for ranks in (2, 3, 5):
                    run = self.run_in(f"{name}-{ranks}", deck, "-n", ranks)
                    self.assertEqual(bits_of(run), bits_of(whole), f"{ranks} ranks")
                    self.assertEqual((run / "history.csv").read_text(), (whole / "history.csv").read_text())
                parts = self.run_in(f"{name}-parts", deck, "--set", "time.max_steps=5", "-n", 3)
                self.run_in(f"{name}-parts", deck, "--restart", "--set", "time.max_steps=11")
                self.run_in(f"{name}-parts", deck, "--restart", "-n", 2)
                self.assertEqual(bits_of(parts), bits_of(whole), "restarts on 1 and 2 ranks after 3")

    def test_fourth_order(self):
        """Ghosts from polynomials read four cells inside, some of which are other ranks'."""
        for dimensions, precision in ((1, "double"), (2, "double"), (3, "single")):
            with self.subTest(dimensions=dimensions):
                deck = self.write("deck.toml", self.deck(dimensions, precision, "rk4").read_text().replace(
                    "[pde]", "[pde]\norder = 4", 1).replace('"outflow"', '"given"').replace(
                    "upwind(u, -1, w, w)", "w * dx(u)").replace("upwind(u, -1, w)", "w * dx(u)").replace("upwind(u, w)", "w * dx(u)"))
                if dimensions == 3:  # a second given axis: corners of both
                    deck.write_text(deck.read_text() + FACES_OF_X)
                name = f"{dimensions}d"
                whole = self.run_in(name, deck)
                for values in fields_of(whole).values():
                    self.assertTrue(numpy.isfinite(values).all())
                    self.assertGreater(numpy.ptp(values), 0.05)
                for ranks in (2, 3, 5) if dimensions < 3 else (2, 4):  # blocks have as many cells as ghosts
                    run = self.run_in(f"{name}-{ranks}", deck, "-n", ranks)
                    self.assertEqual(bits_of(run), bits_of(whole), f"{ranks} ranks")
                parts = self.run_in(f"{name}-parts", deck, "--set", "time.max_steps=5", "-n", 3)
                self.run_in(f"{name}-parts", deck, "--restart")
                self.assertEqual(bits_of(parts), bits_of(whole), "a restart on 1 rank after 3")

    def test_a_face_of_one_rank_moves(self):
        """All ranks look at the stable step after the same steps, whoever has the face: they wait for each other."""
        deck = self.write("deck.toml", deck_text(
            {"u": "diffuse(1 + u, u)"}, {"u": "0.9 * random"}, [32], 1000, boundary='x = "given"', time="dt = 0.22\nmax_steps = 60",
            more='[pde.boundary.u]\nx_lower = { value = "0.5 + 0.3 * sin(t)" }\nx_upper = { value = "1" }',
            pde='integrator = "euler"'))
        whole = self.run_in("whole", deck)
        self.assertEqual(bits_of(self.run_in("on-3", deck, "-n", 3, timeout=60)), bits_of(whole))

    def test_manufactured_solutions(self):
        """Sources, starts and faces that follow from a solution are computed on ranks of their own."""
        deck = self.write("deck.toml", MANUFACTURED)
        whole = self.run_in("whole", deck)
        for ranks in (2, 3):
            self.assertEqual(bits_of(self.run_in(f"on-{ranks}", deck, "-n", ranks)), bits_of(whole), f"{ranks} ranks")
        parts = self.run_in("parts", deck, "--set", "time.max_steps=5", "-n", 3)
        self.run_in("parts", deck, "--restart", "-n", 2)
        self.assertEqual(bits_of(parts), bits_of(whole), "a restart on 2 ranks after 3")


FACES_OF_X = """
[pde.boundary.u.x]
slope = "0.1 * t"
[pde.boundary.w.x]
value = "0.3 + 0.1 * y"
[pde.boundary.curved.x]
value = "0"
"""

MANUFACTURED = """
[run]
app = "pde"
[grid]
cells = [20, 23]
[grid.boundary]
y = "given"
[time]
end = 1000
max_steps = 15
[pde]
integrator = "rk3"
[pde.equations]
u = "diffuse(0.1 + 0.1 * v, u) - upwind(v, 0.5, u) + 0.001 * laplace(w)"
v = "0.05 * laplace(v) + u * v - v^3"
[pde.let]
w = "u * v - 0.01 * laplace(u)"
[pde.manufactured]
u = "1 + 0.3 * exp(-t) * sin(2 * pi * x) * cos(3 * y)"
v = "0.5 + 0.2 * cos(2 * pi * (x - t)) * sin(y)"
[pde.boundary.v]
y_upper = { slope = 0 }
[pde.boundary.u]
y_lower = { robin = ["1 + x", "0.5", "0"] }
"""


if __name__ == "__main__":
    unittest.main()
