"""A run agrees to rounding with the same equations written down in NumPy.

    gray_scott_numpy_test.py --long   1,000 steps of 64^3 too
"""

import os
import sys
import unittest

import numpy

from gray_scott_runs import LENGTHS, GrayScottCase, deck_text, fields_of

LONG = "--long" in sys.argv or "TARN_LONG_TESTS" in os.environ
DU, DV, FEED, KILL, STEP = 0.16, 0.08, 0.037, 0.06, 0.25
# A start without random numbers: NumPy makes it from the same formula.
U = {1: "1 - 0.5 * exp(-(x - 5)^2 / 20)", 2: "1 - 0.5 * exp(-((x - 5)^2 + (y - 6)^2) / 20)",
     3: "1 - 0.5 * exp(-((x - 5)^2 + (y - 6)^2 + (z - 4)^2) / 20)"}
V = {dimensions: text.replace("1 - 0.5", "0.6") for dimensions, text in U.items()}


def laplacian(field, ends):
    """Second differences along all axes; `ends` makes the ghosts of an axis (of the array) from the field."""
    total = numpy.zeros_like(field)
    for axis in range(field.ndim):
        lower, upper = ends(field, axis)
        wide = numpy.concatenate([lower, field, upper], axis)
        count = field.shape[axis]
        part = [numpy.take(wide, range(start, start + count), axis) for start in (0, 1, 2)]
        total += (part[0] - 2 * part[1] + part[2]) / LENGTHS[field.ndim - 1 - axis] ** 2
    return total


def periodic(field, axis):
    return numpy.take(field, [-1], axis), numpy.take(field, [0], axis)


def insulated(field, axis):
    return numpy.take(field, [0], axis), numpy.take(field, [-1], axis)


def rates(u, v, ends):
    reaction = u * v * v
    return (DU * laplacian(u, ends) - reaction + FEED * (1 - u),
            DV * laplacian(v, ends) + reaction - (FEED + KILL) * v)


def euler(u, v, ends):
    du, dv = rates(u, v, ends)
    return u + STEP * du, v + STEP * dv


def rk2(u, v, ends):
    """Heun's method."""
    du, dv = rates(u, v, ends)
    du_end, dv_end = rates(u + STEP * du, v + STEP * dv, ends)
    return u + STEP / 2 * (du + du_end), v + STEP / 2 * (dv + dv_end)


def rk4(u, v, ends):
    """The classical Runge-Kutta method."""
    stages = [rates(u, v, ends)]
    for part in (0.5, 0.5, 1):
        du, dv = stages[-1]
        stages.append(rates(u + part * STEP * du, v + part * STEP * dv, ends))
    weights = (1, 2, 2, 1)
    return (u + STEP / 6 * sum(w * du for w, (du, _) in zip(weights, stages)),
            v + STEP / 6 * sum(w * dv for w, (_, dv) in zip(weights, stages)))


def start(cells):
    axes = [length * (numpy.arange(count) + 0.5) for length, count in zip(LENGTHS, cells)]
    places = dict(zip("xyz", reversed(numpy.meshgrid(*reversed(axes), indexing="ij"))))
    shape = tuple(reversed(cells))
    return [eval(text[len(cells)].replace("^", "**"), {"exp": numpy.exp}, places) + numpy.zeros(shape)
            for text in (U, V)]


class AgainstNumPy(GrayScottCase):
    def check(self, cells, integrator, kind, steps, tolerance):
        dimensions = len(cells)
        boundary = "\n".join(f'{axis} = "{kind}"' for axis in "xyz"[:dimensions])
        deck = self.write("deck.toml", deck_text(
            cells, integrator=integrator, steps=steps, noise=0, time=f"dt = {STEP}", boundary=boundary,
            u=U[dimensions], v=V[dimensions]))
        found = fields_of(self.run_in(f"{dimensions}d-{integrator}-{kind}", deck))
        u, v = first = start(cells)
        advance = {"euler": euler, "rk2": rk2, "rk4": rk4}[integrator]
        for _ in range(steps):
            u, v = advance(u, v, periodic if kind == "periodic" else insulated)
        self.assertGreater(abs(v - first[1]).max(), 0.1)
        self.assertGreater(v.max(), 0.2, "nothing reacts any more")
        differences = [abs(a - b).max() for a, b in zip(found, (u, v))]
        self.assertLess(max(differences), tolerance, (cells, integrator, kind))

    def test_every_dimension_integrator_and_boundary(self):
        for cells in ([40], [20, 17], [13, 14, 12]):
            for integrator in ("euler", "rk2", "rk4"):
                for kind in ("periodic", "neumann"):
                    with self.subTest(cells=cells, integrator=integrator, kind=kind):
                        self.check(cells, integrator, kind, 100, 1e-14)

    @unittest.skipUnless(LONG, "takes a minute: --long")
    def test_1000_steps_of_64_cubed(self):
        self.check([64, 64, 64], "euler", "periodic", 1000, 1e-13)


if __name__ == "__main__":
    unittest.main(argv=[word for word in sys.argv if word != "--long"])
