"""More known answers: fronts, dispersion, shallow water over a film and over a bump, gas beside the app euler."""

import math
import unittest

import numpy

from pde_runs import PdeCase, centres, deck_text, fields_of, history_of


class Fronts(PdeCase):
    def test_nagumo_fronts_have_their_shape_and_speed(self):
        """u = 1/(1 + exp((x - c t)/sqrt(2 D))), c = sqrt(D/2) (1 - 2a): J. D. Murray, Mathematical Biology I, ch. 13.5."""
        a, diffusivity, n, length, end = 0.2, 0.5, 400, 80.0, 60
        speed, width = math.sqrt(diffusivity / 2) * (1 - 2 * a), math.sqrt(2 * diffusivity)
        errors = []
        for cells in (n // 2, n):
            u = self.solve(f"nagumo{cells}", cells=[cells], upper=[length], end=end, boundary='x = "given"',
                           pde='integrator = "rk2"', equations={"u": f"{diffusivity} * dxx(u) + u * (1 - u) * (u - {a})"},
                           initial={"u": f"1 / (1 + exp((x - 25) / {width!r}))"},
                           more='[pde.boundary.u]\nx = { slope = 0 }')["u"]
            x = centres(cells, length)
            exact = 1 / (1 + numpy.exp((x - 25 - speed * end) / width))
            errors.append(numpy.max(abs(u - exact)))
            last = numpy.flatnonzero(u > 0.5)[-1]
            place = (last + 0.5 + (u[last] - 0.5) / (u[last] - u[last + 1])) * length / cells
            print(f"Nagumo on {cells} cells: speed {(place - 25) / end:.6f}, exact {speed:.6f}, largest error {errors[-1]:.2e}")
            self.assertAlmostEqual((place - 25) / end / speed, 1, delta=0.005)
        self.assertGreater(math.log2(errors[0] / errors[1]), 1.9)


class FacesAndLayers(PdeCase):
    def test_a_steady_state_of_layers_stays_with_the_harmonic_mean(self):
        """Through two layers the flux is the same: T is a straight line in each, D dT/dx = 1 / (0.5/D1 + 0.5/D2)."""
        first, second, cells = 1.0, 50.0, 40
        flux = 1 / (0.5 / first + 0.5 / second)
        exact = f"x < 0.5 ? {flux / first!r} * x : 1 - {flux / second!r} * (1 - x)"
        distance = {}
        for mean in ("harmonic", "arithmetic"):
            layers = self.solve(mean, cells=[cells], upper=[1], end=0.5, time="cfl = 0.9", boundary='x = "given"',
                                pde=f'face_mean = "{mean}"', equations={"T": f"diffuse(x < 0.5 ? {first} : {second}, T)"},
                                initial={"T": exact}, more="[pde.boundary.T]\nx_lower = { value = 0 }\nx_upper = { value = 1 }")["T"]
            x = centres(cells)
            distance[mean] = abs(layers - numpy.where(x < 0.5, flux / first * x, 1 - flux / second * (1 - x))).max()
        print(f"Two layers, from the exact steady state: {distance}")
        self.assertLess(distance["harmonic"], 1e-13)
        self.assertGreater(distance["arithmetic"], 1e-3)

    def test_mirrors_have_the_order_of_the_differences(self):
        """exp(-k^2 t) cos(k x) between even mirrors, with sin(k x) between odd ones."""
        k, end = math.pi, 0.1
        for mirror, name, function in ((1, "cos", numpy.cos), (-1, "sin", numpy.sin)):
            for order in (2, 4):
                errors = []
                for cells in (16, 32):
                    u = self.solve(f"{name}{order}{cells}", cells=[cells], upper=[1], end=end, boundary='x = "given"',
                                   time=f"dt = {0.4 / cells**2!r}", pde=f'order = {order}\nintegrator = "rk4"',
                                   equations={"u": "laplace(u)"}, initial={"u": f"{name}({k!r} * x)"},
                                   more=f"[pde.boundary.u]\nx = {{ mirror = {mirror} }}")["u"]
                    errors.append(abs(u - math.exp(-k**2 * end) * function(k * centres(cells))).max())
                measured = math.log2(errors[0] / errors[1])
                print(f"{name} between mirrors of {mirror}, order {order}: errors {errors[0]:.2e} {errors[1]:.2e}, order {measured:.2f}")
                self.assertAlmostEqual(measured, order, delta=0.2)

    def test_what_flows_out_does_not_come_back(self):
        """A pulse leaves through a face of outflow: of its amount hardly anything is left."""
        run = self.run_in("out", self.write("out.toml", deck_text(
            cells=[100], upper=[1], end=2, time="cfl = 0.8", boundary='x = "outflow"', pde='speed = ["1"]', equations={},
            initial={"h": "exp(-((x - 0.5) / 0.1)^2)"}, more='[pde.flux]\nh = ["h"]\n')))
        history = history_of(run)
        amount = history["h_integral"]
        print(f"A pulse that flows out: {amount[0]:.4f} at the start, {amount[-1]:.2e} at the end")
        self.assertAlmostEqual(amount[0], 0.1 * math.sqrt(math.pi), delta=1e-6)
        self.assertLess(abs(amount[-1]), 1e-6)


class Dispersion(PdeCase):
    def test_schnakenberg_grows_as_its_linearisation_says(self):
        """The growth of the cosine that grows fastest is the largest eigenvalue of J - k^2 D: J. D. Murray, Mathematical
        Biology II, ch. 2."""
        a, b, gamma, d = 0.1, 0.9, 1.0, 20.0
        u0, v0 = a + b, b / (a + b) ** 2
        jacobian = gamma * numpy.array([[2 * u0 * v0 - 1, u0**2], [-2 * u0 * v0, -(u0**2)]])
        of_wave = lambda k: numpy.linalg.eig(jacobian - k**2 * numpy.diag([1, d]))
        k = max(numpy.linspace(0.1, 1, 901).tolist(), key=lambda k: of_wave(k)[0].real.max())
        values, vectors = of_wave(k)
        growth, (u1, v1) = values.real.max(), vectors[:, values.real.argmax()].real.tolist()
        length = 2 * math.pi / k
        run = self.run_in("turing", self.write("turing.toml", deck_text(
            cells=[128], upper=[length], end=20, pde='integrator = "rk2"',
            equations={"u": f"dxx(u) + {gamma} * ({a} - u + u^2 * v)", "v": f"{d} * dxx(v) + {gamma} * ({b} - u^2 * v)"},
            initial={"u": f"{u0!r} + 1e-6 * {u1!r} * cos({k} * x)", "v": f"{v0!r} + 1e-6 * {v1!r} * cos({k} * x)"},
            more=f'[pde.history]\nwave = "integral(u * cos({k} * x))"')))
        history = history_of(run)
        measured = math.log(history["wave"][-1] / history["wave"][0]) / (history["time"][-1] - history["time"][0])
        print(f"Schnakenberg, the fastest wave, k = {k:.3f}: growth {measured:.6f}, by the dispersion relation {growth:.6f}")
        self.assertGreater(growth, 0.05)
        self.assertAlmostEqual(measured / growth, 1, delta=0.01)


SHALLOW = """
[run]
app = "pde"
[constants]
g = 9.81
[grid]
cells = [{cells}]
lower = [{lower}]
upper = [{upper}]
[grid.boundary]
x = "outflow"
[time]
end = {end}
cfl = {cfl}
[pde]
limiter = "minmod"
signals = [["hu/h - sqrt(g*h)", "hu/h + sqrt(g*h)"]]
[pde.flux]
h = ["hu"]
hu = ["hu^2/h + g*h^2/2"]
[pde.equations]
hu = "{source}"
[pde.let]
bump = "0.2 * exp(-(x/0.5)^2)"
[pde.initial]
h = "{h}"
hu = 0
"""


class ShallowWater(PdeCase):
    def test_a_dam_breaks_over_a_film(self):
        """A. Ritter, Z. VDI 36 (1892) 947: the tip runs with 2 sqrt(g h) where there is no film; here it is a millionth."""
        g, end, errors = 9.81, 0.5, []
        for cells in (200, 400, 800):
            run = self.run_in(f"ritter{cells}", self.write("ritter.toml", SHALLOW.format(
                cells=cells, lower=-5.0, upper=5.0, end=end, cfl=0.4, source="0", h="x < 0 ? 1 : 1e-6")))
            h = fields_of(run)["h"]
            x = centres(cells, 5.0, -5.0)
            c = math.sqrt(g)
            exact = numpy.where(x < -c * end, 1, numpy.where(x < 2 * c * end, (2 * c - x / end) ** 2 / (9 * g), 1e-6))
            self.assertTrue((h > 0).all())
            errors.append(numpy.mean(abs(h - exact)))
        print("Ritter's dam break, L1 of h on 200, 400, 800 cells:", *(f"{error:.2e}" for error in errors))
        self.assertLess(errors[1], 0.004)
        self.assertGreater(math.log2(errors[0] / errors[2]) / 2, 0.7)

    def test_over_a_bump_a_lake_moves_less_as_the_square_of_a_cell(self):
        speeds = []
        for cells in (50, 100, 200):
            run = self.run_in(f"bump{cells}", self.write("bump.toml", SHALLOW.format(
                cells=cells, lower=-3.0, upper=3.0, end=0.5, cfl=0.4, source="g * h * bump * 2 * x / 0.5^2", h="1 - bump")))
            fields = fields_of(run)
            speeds.append(numpy.max(abs(fields["hu"] / fields["h"])))
        print("A lake over a bump, its largest velocity on 50, 100, 200 cells:", *(f"{speed:.2e}" for speed in speeds))
        self.assertGreater(math.log2(speeds[1] / speeds[2]), 1.7)
        self.assertGreater(math.log2(speeds[0] / speeds[1]), 1.7)


class Gas(PdeCase):
    """Sod's tube: G. A. Sod, J. Comput. Phys. 27 (1978) 1."""

    def exact(self, x, end, gamma=1.4):
        """Density: rarefaction, contact and shock around the pressure that both sides agree on, by bisection."""
        c_left, c_right = math.sqrt(gamma), math.sqrt(gamma * 0.1 / 0.125)
        fan = lambda p: 2 * c_left / (gamma - 1) * (1 - p ** ((gamma - 1) / (2 * gamma)))
        shock = lambda p: (p - 0.1) * math.sqrt(2 / (0.125 * ((gamma + 1) * p + (gamma - 1) * 0.1)))
        low, high = 0.1, 1.0
        for _ in range(100):
            p = 0.5 * (low + high)
            low, high = (p, high) if fan(p) > shock(p) else (low, p)
        u, left = fan(p), p ** (1 / gamma)
        ratio = (gamma - 1) / (gamma + 1)
        right = 0.125 * (p / 0.1 + ratio) / (ratio * p / 0.1 + 1)
        speed = c_right * math.sqrt((gamma + 1) / (2 * gamma) * p / 0.1 + (gamma - 1) / (2 * gamma))
        s = (x - 0.5) / end
        in_fan = (2 / (gamma + 1) - ratio / c_left * s) ** (2 / (gamma - 1))
        tail = u - c_left * p ** ((gamma - 1) / (2 * gamma))
        return numpy.where(s < -c_left, 1, numpy.where(s < tail, in_fan, numpy.where(s < u, left, numpy.where(
            s < speed, right, 0.125))))

    def test_sod_as_a_deck_is_as_near_as_the_app(self):
        from support.tarn_program import SOURCE
        errors = {}
        for name, words in (("pde", ["--set", 'pde.limiter="van_leer"']),
                            ("euler", ["--set", 'euler.riemann="llf"', "--set", "grid.cells=[200]"])):
            deck = SOURCE / "input_decks" / name / "sod.toml"
            run = self.run_in(name, deck, "--set", "time.cfl=0.5", *words)
            fields = fields_of(run)
            rho = fields["rho" if name == "pde" else "density"]
            errors[name] = numpy.mean(abs(rho - self.exact(centres(200), 0.2)))
        print(f"Sod, L1 of the density on 200 cells: deck {errors['pde']:.3e}, app {errors['euler']:.3e}")
        self.assertLess(errors["pde"], 1.3 * errors["euler"])


if __name__ == "__main__":
    unittest.main()
