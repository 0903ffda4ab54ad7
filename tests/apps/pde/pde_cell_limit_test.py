"""The largest stable step, where cells change by themselves: by integrals and means, and as oscillators."""

import json
import re
import unittest

import numpy

from pde_runs import PdeCase, deck_text, history_of
from support.tarn_program import tarn

STABLE, UNSTABLE = 0.95, 1.1
SCHEMES = ("euler", "rk2", "rk3", "rk4", "rkl2")


class IntegralsAndMeans(PdeCase):
    """What an integral or a mean does to all cells at once, which no neighbour damps, limits the step."""

    # Equations, names, and how fast a disturbance of all cells decays, worked out by hand; the domain is 2 long.
    LINEAR = {
        "a mean": ({"u": "0.001 * dxx(u) - 2000 * mean(u)"}, {}, 2000),
        "an integral beside a decay": ({"u": "0.001 * dxx(u) - 50 * u - 2000 * integral(u)"}, {}, 4050),
        "weights": ({"u": "0.001 * dxx(u) - 3000 * s * mean(s * u)"}, {"s": "sin(pi * x)"}, 1500),
        "a mean of a mean": ({"u": "0.001 * dxx(u) - 1000 * mean(u + mean(u))"}, {}, 2000),
        "two fields": ({"u": "0.001 * dxx(u) - 1000 * mean(2 * u + v)", "v": "0.001 * dxx(v) - 1000 * mean(u + 2 * v)"}, {}, 3000),
        "a name with an operator": ({"u": "0.001 * laplace(w) - 2000 * mean(w)"}, {"w": "u - 1e-6 * laplace(u)"}, 2000),
    }
    # At the start u is 2 everywhere.
    OTHERS = {
        "a norm that is held": ({"u": "0.001 * dxx(u) - 500 * (mean(u^2) - 1) * u"}, {}, 5500),
        "a rate that the mean sets": ({"u": "0.001 * dxx(u) - 300 * mean(u)^2 * u"}, {}, 3600),
        "in a name": ({"u": "1e-6 * laplace(w) - mean(w)"}, {"w": "100 * u^3 - 1e-6 * laplace(u)"}, 1200),
        "what has no derivative": ({"u": "-900 * u - 20 * mean(sqrt(u - 2))"}, {}, 900),
    }
    # A mean that acts through another field, inside an operator, on one wave, and on a law.
    ROUNDABOUT = {
        "another field": ({"u": "dxx(u) - 100 * u + 1e3 * v", "v": "-100 * v - 1e3 * mean(u)"}, {}, ""),
        "inside a curvature": ({"u": "0.01 * dxx(u) + 400 * laplace(w)"}, {"w": "sin(pi * x) * mean(sin(pi * x) * u)"}, ""),
        "inside a slope": ({"u": "dxx(u) - 1000 * dx(sin(pi * x) * mean(cos(pi * x) * u))"}, {}, ""),
        "the shortest wave": ({"u": "dxx(u) - 1024 * w * mean(w * u)"}, {"w": "cos(8 * pi * x)"}, ""),
        "a step in space": ({"u": "dxx(u) - 2000 * w * mean(w * u)"}, {"w": "x < 1 ? -1 : 1"}, ""),
        "a narrow place": ({"u": "dxx(u) - 30000 * w * mean(w * u)"}, {"w": "exp(-500 * (x - 0.94)^2)"}, ""),
        "a law": ({"u": "-2000 * w * mean(w * u)"}, {"w": "cos(8 * pi * x)"}, '[pde.flux]\nu = ["125 * u"]\n'),
    }

    def deck(self, equations, lets, initial, laws="", **others):
        table = "[pde.let]\n" + "".join(f'{name} = "{text}"\n' for name, text in lets.items()) if lets else ""
        return self.write("deck.toml", deck_text(cells=(16,), upper=(2,), equations=equations, more=table + laws,
                                                 initial={field: initial for field in equations}, **others))

    def limit(self, equations, lets, initial, scheme):
        told = self.run_ok("check", self.deck(equations, lets, initial, end=1, pde=f'integrator = "{scheme}"')).stdout
        return float(re.search(r"largest stable step(?: at the start)? ([0-9.e+-]+)", told)[1])

    def test_limits_are_those_worked_out_by_hand(self):
        for initial, cases in (("random", self.LINEAR), ("2", self.OTHERS)):
            for name, (equations, lets, rate) in cases.items():
                for scheme, reach in (("euler", 2), ("rk2", 2), ("rk3", 2.5127), ("rk4", 2.7853)):
                    with self.subTest(f"{name} {scheme}"):
                        share = self.limit(equations, lets, initial, scheme) * rate / reach
                        self.assertLess(share, 1.0005)
                        self.assertGreater(share, 0.98)  # coefficients of cells are rounded up

    def test_a_step_beyond_the_limit_makes_all_cells_grow(self):
        for name, (equations, lets, rate) in self.LINEAR.items():
            for scheme, reach in (("euler", 2), ("rk2", 2), ("rk3", 2.5127), ("rk4", 2.7853)):
                grown = []
                for share in (STABLE, UNSTABLE):
                    step = share * reach / rate
                    deck = self.deck(equations, lets, "random", end=100 * step, time=f"dt = {step!r}", history="steps = 1",
                                     pde=f'integrator = "{scheme}"\ntrust_dt = true')
                    history = history_of(self.run_in(f"run{len(list(self.folder.iterdir()))}", deck))
                    sizes = numpy.maximum(-history["u_minimum"], history["u_maximum"])
                    grown.append(sizes[-1] / sizes[0])
                print(f"{name:28} {scheme:5} {STABLE} of the limit: {grown[0]:8.2g}   {UNSTABLE}: {grown[1]:8.2g}", flush=True)
                with self.subTest(f"{name} {scheme}"):
                    self.assertLessEqual(grown[0], 1)
                    self.assertGreater(grown[1], 100)

    def growth(self, deck):
        history = history_of(self.run_in(f"run{len(list(self.folder.iterdir()))}", deck))
        sizes = numpy.maximum(-history["u_minimum"], history["u_maximum"])
        return sizes.max() / sizes[0], float(history["time"][1] - history["time"][0])

    def test_roundabout_ways_are_found_and_the_step_is_not_far_too_short(self):
        for name, (equations, lets, laws) in self.ROUNDABOUT.items():
            speed = '\nspeed = ["125"]' if laws else ""
            with self.subTest(name):
                most, step = self.growth(self.deck(equations, lets, "random", laws, end=0.3, time=f"cfl = {STABLE}",
                                                   history="steps = 1", pde=speed))
                step *= 2.2 / STABLE
                beyond, _ = self.growth(self.deck(equations, lets, "random", laws, end=100 * step, time=f"dt = {step!r}",
                                                  history="steps = 1", pde=f"trust_dt = true{speed}"))
                print(f"a mean by way of {name:20} {STABLE} of the limit: largest {most:.4g}, with 2.2 of it {beyond:.2g}", flush=True)
                self.assertLessEqual(most, 2)
                self.assertGreater(beyond, 100)

    def test_a_weak_mean_does_not_hide_that_nothing_is_known(self):
        done = tarn("check", self.deck({"u": "dxx(u) - 1000 * sqrt(u) + 1 - 0.001 * mean(u)"}, {}, "0", end=1))
        self.assertEqual(done.returncode, 2)
        self.assertIn("nothing in the equations limits the step at the start", done.stderr)

    def test_many_that_change_are_told_and_those_that_stay_are_looked_at_once(self):
        terms = lambda weight: "".join(f" - {weight.format(n)} * mean({weight.format(n)} * u)" for n in range(1, 6))
        told = self.run_ok("check", self.deck({"u": "dxx(u)" + terms("u^{}")}, {}, "1", end=1)).stdout
        self.assertIn("not all that integrals and means do to each other is counted", told)
        deck = self.deck({"u": "dxx(u)" + terms("cos({} * pi * x)")}, {}, "random", end=0.1)
        self.assertNotIn("is counted", self.run_ok("check", deck).stdout)
        report = json.loads((self.run_in("once", deck) / "run.json").read_text())
        self.assertEqual({one["name"]: one["calls"] for one in report["regions"]}["largest step"], 1)

    def test_the_limit_follows_the_state(self):
        """u falls from 2 to 1, where the limit is longer; a step that is too long for the start is refused there."""
        equations, lets, _ = self.OTHERS["a norm that is held"]
        text = dict(end=0.05, history="steps = 1")
        history = history_of(self.run_in("follows", self.deck(equations, lets, "2", time="cfl = 0.5", **text)))
        self.assertAlmostEqual(history["u_maximum"][-1], 1, delta=1e-6)
        steps = numpy.diff(history["time"])
        self.assertAlmostEqual(steps[0] * 5500, 1, delta=1e-2)
        self.assertLess(steps.max() * 1000, 1.0001)
        self.assertGreater(steps.max() * 1000, 0.9)  # steps up to the end are made alike
        refused = tarn("check", self.deck(equations, lets, "2", time="dt = 1e-3", **text))
        self.assertEqual(refused.returncode, 2)
        self.assertRegex(refused.stderr, r"time.dt: 0.001 is above the largest stable step, 0.00036\d+, which mean\(u\^2\) sets")

    def test_oscillations_of_means_are_followed(self):
        equations = {"u": "dxx(u) + 100 * mean(v)", "v": "dxx(v) - 100 * mean(u)"}
        for scheme in SCHEMES:
            with self.subTest(scheme):
                self.assertLessEqual(self.limit(equations, {}, "random", scheme), 0.0101 if scheme != "rk4" else 0.0283)


class Oscillators(PdeCase):
    """What turns in each cell by itself, at 30 radians per unit of time."""

    DAMPED = {"u": "v - 0.5 * u", "v": "-900 * u - 0.5 * v"}
    BENT = {"u": "v - 0.5 * u", "v": "-900 * sin(u) - 0.5 * v"}
    METHODS = {"euler": [1, 1], "rk2": [1 / 2, 1, 1]}  # R of each, the highest power of its argument first

    def border(self, scheme):
        """The step at which |R| is 1 again, the eigenvalues being -0.5 +- 30i."""
        rate = -0.5 + 30j
        grown = [factor * rate**power for power, factor in zip(range(len(self.METHODS[scheme]))[::-1], self.METHODS[scheme])]
        square = numpy.polymul(grown, numpy.conj(grown)).real
        square[-1] -= 1
        return min(float(root.real) for root in numpy.roots(square) if abs(root.imag) < 1e-9 and root.real > 1e-6)

    def deck(self, equations, scheme, time="", pde="", **others):
        return self.write("deck.toml", deck_text(cells=(8,), upper=(1,), equations=equations, initial={field: "0" for field in equations} | {"u": "0.01"},
                                                 time=time, pde=f'integrator = "{scheme}"\n{pde}', **others))

    def limit(self, equations, scheme):
        told = self.run_ok("check", self.deck(equations, scheme, end=1)).stdout
        return float(re.search(r"largest stable step(?: at the start)? ([0-9.e+-]+)", told)[1])

    def sizes(self, *deck, **others):
        history = history_of(self.run_in(f"run{len(list(self.folder.iterdir()))}", self.deck(*deck, **others)))
        return numpy.maximum(-history["u_minimum"], history["u_maximum"])

    def test_decay_with_their_limit_and_grow_beyond_it(self):
        for scheme in self.METHODS:
            limit = self.border(scheme)
            self.assertAlmostEqual(self.limit(self.DAMPED, scheme) / limit, 1, delta=1e-3)
            for share in (STABLE, UNSTABLE):
                step = share * limit
                sizes = self.sizes(self.DAMPED, scheme, f"dt = {step!r}", "trust_dt = true", end=150, history="time = 0.5")
                decays = sizes[-20:].max() < 0.5 * sizes[:20].max()
                print(f"{scheme} {share} of the limit: from {sizes[:20].max():.3g} to {sizes[-20:].max():.3g}", flush=True)
                self.assertEqual(decays, share < 1)

    def test_without_decay_they_are_followed(self):
        for scheme, radians in (("euler", 0.437), ("rk2", 1), ("rk3", 1), ("rk4", 1)):
            for equations in ({"u": "v", "v": "-900 * u"}, {"u": "v * (1 + 1e-9 * u)", "v": "-900 * u"}):
                self.assertAlmostEqual(self.limit(equations, scheme) * 30 / radians, 1, delta=0.02)

    def test_a_step_that_lets_them_grow_is_told(self):
        steady = {"u": "v", "v": "-900 * u"}
        for equations, scheme, time, is_told in (
                (self.DAMPED, "rk2", "cfl = 0.9", False), (steady, "rk2", "cfl = 0.9", True), (steady, "rk4", "cfl = 0.9", False),
                (self.BENT, "rk2", "cfl = 0.9", True), (self.BENT, "rk2", "cfl = 0.5", False), (self.BENT, "rk3", "cfl = 0.9", False),
                (self.BENT, "rk2", "dt = 0.02", True), (self.BENT, "rk2", "dt = 0.017", False)):
            told = self.run_ok("check", self.deck(equations, scheme, time, end=1)).stdout
            self.assertEqual(f"pde.integrator: what turns in a cell grows by {scheme} with this step" in told, is_told, told)

    def test_slow_decay_that_makes_steps_short_is_told(self):
        for decay, is_told in ((1e-3, True), (20, False)):
            equations = {"u": f"v - {decay} * u", "v": f"-900 * u - {decay} * v"}
            told = self.run_ok("check", self.deck(equations, "euler", "cfl = 0.9", end=1)).stdout
            self.assertEqual("rk3 and rk4 take far longer ones" in told, is_told, told)

    def test_equal_ones_that_drive_each_other_are_followed(self):
        """Their eigenvalues differ by rounding alone, which is no decay."""
        equations = {"u": "v", "v": "-900 * u", "w": "s", "s": "-900 * w + u"}
        for scheme, radians in (("euler", 0.437), ("rk2", 1), ("rk4", 1)):
            self.assertAlmostEqual(self.limit(equations, scheme) * 30 / radians, 1, delta=0.02)

    def test_fast_decay_beside_waves_does_not_let_them_grow(self):
        """Waves of one field are not followed for the decay of another one."""
        for equations in ({"u": "-dx(u)", "w": "-100 * w"}, {"u": "v", "v": "laplace(u)", "w": "-100 * w"}):
            for scheme in ("euler", "rk2"):
                done = tarn("check", self.deck(equations, scheme, end=1))
                self.assertEqual(done.returncode, 2, f"{equations} {scheme}")
                self.assertIn("no step is stable", done.stderr)

    def test_those_of_means_are_told(self):
        for scheme, is_told in (("euler", True), ("rk2", True), ("rk4", False)):
            told = self.run_ok("check", self.deck({"u": "-10 * mean(v)", "v": "10 * mean(u)"}, scheme, "cfl = 0.9", end=1)).stdout
            self.assertEqual(f"grows by {scheme}" in told, is_told, told)

    def test_growth_beside_them_hides_no_limit(self):
        """Waves and turns that grow slowly by themselves need the steps of those that do not grow."""
        for growing, steady in (({"u": "v + 0.01 * u", "v": "-900 * u + 0.01 * v"}, {"u": "v", "v": "-900 * u"}),
                                ({"u": "-dx(u) + 0.001 * u", "v": "0.001 * v"}, {"u": "-dx(u)", "v": "0"})):
            for scheme in ("rk3", "rk4"):
                self.assertAlmostEqual(self.limit(growing, scheme) / self.limit(steady, scheme), 1, delta=0.01)


class Cells(PdeCase):
    """Cells of several fields whose rates change with the fields."""

    LORENZ = {"u": "10 * (v - u)", "v": "u * (28 - w) - v", "w": "u * v - 8 / 3 * w"}
    # Decay at 1000 and at 50 that turns little, beside what changes.
    STIFF = {"u": "-1000 * u + v", "v": "-1000 * v - u * (1 + 0.1 * u)"}
    PENDULUM = {"u": "v - 50 * u", "v": "-25 * sin(u) - 50 * v"}

    def deck(self, equations, scheme, **others):
        return self.write("deck.toml", deck_text(cells=(8,), upper=(1,), equations=equations,
                                                 initial={field: "1" for field in equations}, pde=f'integrator = "{scheme}"', **others))

    def limit(self, equations, scheme):
        told = self.run_ok("check", self.deck(equations, scheme, end=1)).stdout
        self.assertNotIn("grows by", told)
        return float(re.search(r"largest stable step at the start ([0-9.e+-]+)", told)[1])

    def test_fast_decay_limits_the_step(self):
        for equations, rate in ((self.STIFF, 1000), (self.PENDULUM, 50)):
            for scheme, reach in (("euler", 2), ("rk2", 2), ("rk3", 2.5127), ("rk4", 2.7853)):
                share = self.limit(equations, scheme) * rate / reach
                self.assertLess(share, 1.01, scheme)
                self.assertGreater(share, 0.9, scheme)

    def test_three_fields_are_followed(self):
        """Lorenz' system beside the same with short steps of our own, before chaos has made them differ."""
        state, step = numpy.array([1.0, 1, 1]), 1e-4
        rate = lambda s: numpy.array([10 * (s[1] - s[0]), s[0] * (28 - s[2]) - s[1], s[0] * s[1] - 8 / 3 * s[2]])
        for _ in range(10000):
            a = rate(state)
            b = rate(state + step / 2 * a)
            c = rate(state + step / 2 * b)
            state = state + step / 6 * (a + 2 * b + 2 * c + rate(state + step * c))
        for scheme in ("rk3", "rk4"):
            self.assertLess(self.limit(self.LORENZ, scheme), 2.8 / 22.8)
            history = history_of(self.run_in(scheme, self.deck(self.LORENZ, scheme, end=1, time="cfl = 0.1", history="time = 1")))
            for field, expected in zip("uvw", state):
                self.assertAlmostEqual(history[f"{field}_maximum"][-1], expected, delta=0.05)

    def test_growth_is_followed(self):
        """FitzHugh and Nagumo's cells grow at some times of a turn; each begins at another one."""
        deck = self.write("deck.toml", deck_text(
            cells=(16,), upper=(16,), end=100, history="steps = 1", pde='integrator = "rk4"', initial={"u": "1.2 + 0.1 * x", "v": "1"},
            equations={"u": "u - u^3 / 3 - v + 0.5 + 0.01 * laplace(u)", "v": "0.08 * (u + 0.7 - 0.8 * v) + 0.01 * laplace(v)"}))
        history = history_of(self.run_in("turns", deck))
        self.assertLess(history["u_maximum"].max(), 3)
        self.assertGreater(history["u_minimum"].min(), -3)
        self.assertLess(numpy.diff(history["time"]).max(), 10)

    def test_a_fixed_step_may_be_longer_than_growth(self):
        deck = self.deck({"u": "10 * u * (1 - u)"}, "rk4", time="dt = 0.15", end=3)
        self.run_ok("check", deck)
        self.run_in("fixed", deck)

    def test_growth_alone_sets_no_step(self):
        done = tarn("check", self.deck({"u": "4 * u * (1 - 1e-3 * u)"}, "rk4", end=1))
        self.assertEqual(done.returncode, 2)
        self.assertIn("nothing in the equations but growth limits the step at the start", done.stderr)


if __name__ == "__main__":
    unittest.main()
