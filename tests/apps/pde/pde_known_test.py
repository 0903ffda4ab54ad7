"""Known answers: other apps, exact solutions, speeds of fronts, rates of growth, what stays."""

import math
import unittest

import numpy

from pde_runs import PdeCase, centres, deck_text, fields_of, history_of

TURN = 2 * math.pi


def rms(difference):
    return math.sqrt(numpy.mean(numpy.square(difference)))


class OtherApps(PdeCase):
    def other(self, name, text):
        return fields_of(self.run_in(name, self.write(name + ".toml", text)))

    def test_gray_scott_to_rounding(self):
        common = '[grid]\ncells = [40, 31]\nupper = [40.0, 31.0]\n[time]\nend = 50\ndt = 1.0\n[run]\nseed = 5\n'
        app = self.other("app", common + 'app = "gray_scott"\n[gray_scott]\nfeed = 0.037\nkill = 0.06\nintegrator = "rk2"\n'
                         '[gray_scott.initial]\nu = "1 - 0.5 * random"\nv = "0.4 * random"\n')
        deck = self.solve("deck", cells=(40, 31), end=50, time="dt = 1.0", pde='integrator = "rk2"', equations={
            "u": "0.16 * laplace(u) - u * v^2 + 0.037 * (1 - u)", "v": "0.08 * laplace(v) + u * v^2 - (0.037 + 0.06) * v"},
            initial={"u": "1 - 0.5 * random", "v": "0.4 * random"})
        for name in "uv":
            self.assert_figure(f"Gray-Scott, {name} beside the app, largest difference", abs(app[name] - deck[name]).max(),
                               below=1e-13)
            self.assertGreater(numpy.ptp(deck[name]), 0.01)

    def test_heat_to_rounding(self):
        common = ('[grid]\ncells = [24, 17]\n[grid.boundary]\nx = ["dirichlet", "neumann"]\n[time]\nend = 0.02\n'
                  'dt = 0.0002\n[run]\napp = "heat"\n[heat]\ndiffusivity = 0.7\nsource = "x * cos(3 * t)"\n'
                  'initial = "sin(5 * x) * cos(2 * pi * y)"\n[heat.boundary_value]\nx_lower = "sin(9 * t) + y"\n'
                  'x_upper = "0.5"\n')
        app = self.other("app", common)["temperature"]
        deck = self.solve("deck", cells=(24, 17), upper=(1, 1), end=0.02, time="dt = 0.0002", pde='integrator = "euler"',
                          equations={"u": "0.7 * laplace(u) + x * cos(3 * t)"},
                          initial={"u": "sin(5 * x) * cos(2 * pi * y)"}, boundary='x = "given"',
                          more='[pde.boundary.u]\nx_lower = { value = "sin(9 * t) + y" }\nx_upper = { slope = 0.5 }')["u"]
        self.assert_figure("Heat beside the app, largest difference", abs(app - deck).max(), below=1e-13)


class ExactSolutions(PdeCase):
    def orders(self, what, error_of, cells, least):
        errors = [error_of(n) for n in cells]
        told = ", ".join(f"{error:.2e} on {n}" for error, n in zip(errors, cells))
        for n in range(len(errors) - 1):
            self.assert_figure(f"{what}, order from {cells[n]} to {cells[n + 1]} cells (errors {told})",
                               math.log2(errors[n] / errors[n + 1]), above=least)

    def test_the_wave_equation_by_d_alembert(self):
        def error(n):
            u = self.solve(f"wave{n}", cells=[n], upper=[1], end=0.3, pde='integrator = "rk4"',
                           equations={"u": "v", "v": "dxx(u)"}, initial={"u": "exp(-400 * (x - 0.5)^2)", "v": "0"})["u"]
            x = centres(n)
            hill = lambda at: numpy.exp(-400 * (at - 0.5) ** 2)
            return rms(u - 0.5 * (hill(x - 0.3) + hill(x + 0.3)))

        self.orders("D'Alembert's wave", error, (100, 200, 400), 1.9)

    def test_an_advected_and_diffused_wave(self):
        for advection in ("0.7 * dx(u) - 0.4 * dy(u)", "upwind(0.7, -0.4, u)"):
            def error(n):
                name = f"wave{n}-{advection[0]}"
                u = self.solve(name, cells=[n, n], upper=[1, 1], end=0.3, pde='integrator = "rk3"',
                               equations={"u": f"0.01 * laplace(u) - ({advection})"},
                               initial={"u": "sin(2 * pi * x) * sin(2 * pi * y)"})["u"]
                x, y = numpy.meshgrid(centres(n), centres(n))
                decay = math.exp(-0.01 * 2 * TURN**2 * 0.3)
                exact = decay * numpy.sin(TURN * (x - 0.7 * 0.3)) * numpy.sin(TURN * (y + 0.4 * 0.3))
                return rms(u - exact)

            self.orders(f"A wave in a wind by {advection[:2]}", error, (24, 48, 96), 1.85)

    def test_an_advected_and_diffused_gaussian(self):
        """A hill that a wind carries while it becomes wider: its square width grows by 2 D t. It starts so narrow, and ends
        so far from the faces, that these do not matter."""
        diffusivity, width, end, wind = 0.004, 0.06, 0.4, (0.7, -0.4)
        for advection in ("0.7 * dx(u) - 0.4 * dy(u)", "upwind(0.7, -0.4, u)"):
            def error(n):
                u = self.solve(f"hill{n}-{advection[0]}", cells=[n, n], upper=[1, 1], end=end, pde='integrator = "rk3"',
                               boundary='x = "given"\ny = "given"',
                               equations={"u": f"{diffusivity} * laplace(u) - ({advection})"},
                               initial={"u": f"exp(-((x - 0.35)^2 + (y - 0.6)^2) / (2 * {width}^2))"},
                               more="[pde.boundary.u]\nx = { value = 0 }\ny = { value = 0 }")["u"]
                x, y = numpy.meshgrid(centres(n), centres(n))
                square = width**2 + 2 * diffusivity * end
                distance = (x - 0.35 - wind[0] * end) ** 2 + (y - 0.6 - wind[1] * end) ** 2
                return rms(u - width**2 / square * numpy.exp(-distance / (2 * square)))

            self.orders(f"A Gaussian in a wind by {advection[:2]}", error, (48, 96, 192), 1.85)

    def test_a_step_is_safe_in_cells_that_are_extreme_along_no_axis(self):
        """Round a vortex the flow is fastest along x and along y elsewhere than across both."""
        self.solve("vortex", cells=[128, 128], lower=[-1, -1], upper=[1, 1], end=1.5, pde='integrator = "rk3"',
                   equations={"c": "2e-4 * laplace(c) - upwind(-y * spin, x * spin, c)"},
                   initial={"c": "y > 0 ? 1 : 0"}, more='[pde.let]\nspin = "4 * exp(-4 * (x^2 + y^2))"')
        history = history_of(self.folder / "vortex")
        self.assert_figure("A tracer in a vortex, maximum", max(history["c_maximum"]), below=1.3)
        self.assert_figure("A tracer in a vortex, minimum", min(history["c_minimum"]), above=-0.3)

    def test_burgers_by_cole_and_hopf(self):
        nu, a, end = 0.05, 0.5, 0.3

        def error(n):
            theta = lambda at, t: 1 + a * math.exp(-nu * TURN**2 * t) * numpy.cos(TURN * at)
            slope = lambda at, t: -a * TURN * math.exp(-nu * TURN**2 * t) * numpy.sin(TURN * at)
            u = self.solve(f"burgers{n}", cells=[n], upper=[1], end=end, pde='integrator = "rk3"',
                           equations={"u": f"{nu} * dxx(u) - dx(u^2 / 2)"},
                           initial={"u": f"2 * {nu} * {a} * 2 * pi * sin(2 * pi * x) / (1 + {a} * cos(2 * pi * x))"})["u"]
            x = centres(n)
            return rms(u + 2 * nu * slope(x, end) / theta(x, end))

        self.orders("Burgers by Cole and Hopf", error, (50, 100, 200), 1.9)

    def test_boundaries_of_every_kind(self):
        """u = exp(-t) (sin x + 2) with u'' - u_t forced: the value, the slope and a mixture of both are known."""
        upper = 1.5

        def error(n, lower_face, upper_face):
            u = self.solve(f"faces{n}-{lower_face[2]}-{upper_face[2]}", cells=[n], upper=[upper], end=0.5,
                           pde='integrator = "rk2"', boundary='x = "given"',
                           equations={"u": "dxx(u) - 2 * exp(-t)"}, initial={"u": "sin(x) + 2"},
                           more=f"[pde.boundary.u]\nx_lower = {{ {lower_face} }}\nx_upper = {{ {upper_face} }}")["u"]
            return abs(u - math.exp(-0.5) * (numpy.sin(centres(n, upper)) + 2)).max()

        value = lambda at: f'value = "exp(-t) * (sin({at}) + 2)"'
        slope = lambda at: f'slope = "exp(-t) * cos({at})"'
        robin = lambda at: f'robin = ["2", "3", "exp(-t) * (2 * (sin({at}) + 2) + 3 * cos({at}))"]'
        for lower_face, upper_face in ((value(0), slope(upper)), (slope(0), value(upper)), (value(0), robin(upper))):
            self.orders(f"Faces of {lower_face.split()[0]} and {upper_face.split()[0]}",
                        lambda n: error(n, lower_face, upper_face), (20, 40, 80), 1.8)


class Patterns(PdeCase):
    def test_kuramoto_sivashinsky_grows_as_it_should(self):
        """A small wave of k = 1/sqrt 2 grows with 1/4; on this grid as its differences have it."""
        n, length = 64, TURN * math.sqrt(2)
        run = self.run_in("ks", self.write("ks.toml", deck_text(
            cells=[n], upper=[length], end=20, pde='integrator = "rk4"',
            equations={"u": "-dxx(w) - dx(u^2) / 2"}, initial={"u": f"1e-8 * sin(x / {math.sqrt(2)!r})"},
            more='[pde.let]\nw = "u + dxx(u)"\n')))
        history = history_of(run)
        growth = math.log(history["u_maximum"][-1] / history["u_maximum"][0]) / (history["time"][-1] - history["time"][0])
        self.assert_figure("Kuramoto-Sivashinsky, growth of a small wave (1/4)", growth, above=0.2495, below=0.2505)

    def test_fisher_fronts_have_their_speed(self):
        """2 sqrt(D r) (1 - 3 / (4 r t)): M. Bramson, Mem. Am. Math. Soc. 44 (1983) no. 285."""
        n, length, start, end = 1500, 300.0, 60, 100
        places = []
        for time in (start, end):
            u = self.solve(f"fisher{time}", cells=[n], upper=[length], end=time, boundary='x = "given"',
                           equations={"u": "dxx(u) + u * (1 - u)"}, initial={"u": "x < 10 ? 1 : 0"},
                           more='[pde.boundary.u]\nx = { slope = 0 }')["u"]
            last = numpy.flatnonzero(u > 0.5)[-1]
            places.append((last + 0.5 + (u[last] - 0.5) / (u[last] - u[last + 1])) * length / n)
        exact = 2 * (end - start) - 1.5 * math.log(end / start)
        self.assert_figure("Fisher, way of the front in shares of Bramson's", (places[1] - places[0]) / exact,
                           above=0.99, below=1.01)


class Conservation(PdeCase):
    def test_diffusion_keeps_the_amount(self):
        run = self.run_in("ch", self.write("ch.toml", deck_text(
            cells=(32, 24), end=20, pde='integrator = "rk2"', equations={"c": "diffuse(1 - 0.5 * c^2, mu)"},
            initial={"c": "0.1 + 0.2 * (random - 0.5)"},
            more='[pde.let]\nmu = "c^3 - c - laplace(c)"\n[pde.history]\n'
                 'energy = "integral((c^2 - 1)^2 / 4 - c * laplace(c) / 2)"\n')))
        history = history_of(run)
        self.assert_figure("Cahn-Hilliard, change of the amount", abs(history["c_integral"] - history["c_integral"][0]).max(),
                           below=1e-11)
        self.assertGreater(numpy.ptp(history["c_maximum"]), 0.05)
        self.assert_figure("Cahn-Hilliard, largest rise of the scheme's energy", numpy.diff(history["energy"]).max(),
                           below=1e-12 * history["energy"][0])

    def test_conservation_laws_keep_the_amount(self):
        run = self.run_in("laws", self.write("laws.toml", BASIN))
        history = history_of(run)
        self.assert_figure("A basin, change of the water", abs(history["h_integral"] - history["h_integral"][0]).max(),
                           below=1e-13)
        self.assertGreater(numpy.ptp(history["h_maximum"]), 0.1)
        h = fields_of(run)["h"]
        self.assert_figure("A basin, difference across the diagonal", abs(h - h.T).max(), below=1e-12)

    def test_a_lake_at_rest_stays_to_the_bit(self):
        run = self.run_in("lake", self.write("lake.toml", BASIN), "--set", "pde.initial.h=1.7")
        for name, value in (("h", 1.7), ("hu", 0), ("hv", 0)):
            print(f"A lake at rest, largest change of {name}: {abs(fields_of(run)[name] - value).max():g}, asked 0")
            self.assertTrue((fields_of(run)[name] == value).all(), name)


BASIN = """
[run]
app = "pde"
[grid]
cells = [30, 30]
[grid.boundary]
x = "given"
y = "given"
[time]
end = 0.2
[pde]
speed = ["abs(hu/h) + sqrt(9.81*h)", "abs(hv/h) + sqrt(9.81*h)"]
[pde.flux]
h = ["hu", "hv"]
hu = ["hu^2/h + 9.81*h^2/2", "hu*hv/h"]
hv = ["hu*hv/h", "hv^2/h + 9.81*h^2/2"]
[pde.initial]
h = "1 + 0.5 * exp(-((x - 0.4)^2 + (y - 0.4)^2) / 0.01)"
hu = 0
hv = 0
[pde.boundary.h]
x = { mirror = 1 }
y = { mirror = 1 }
[pde.boundary.hu]
x = { mirror = -1 }
y = { mirror = 1 }
[pde.boundary.hv]
x = { mirror = 1 }
y = { mirror = -1 }
[history]
every = { steps = 1 }
"""


class Shocks(PdeCase):
    def test_the_total_variation_of_a_scalar_law_does_not_grow(self):
        """Burgers' equation from a sine: after the shock has formed only it takes variation away. Its speed is the mean."""
        for limiter in ("minmod", "van_leer", "mc"):
            variation = []
            for end in (0.05, 0.15, 0.25, 0.5):
                u = fields_of(self.run_in(f"{limiter}{end}", self.write("b.toml", BURGERS.format(limiter=limiter)),
                                          "--set", f"time.end={end}"))["u"]
                variation.append(numpy.sum(abs(u - numpy.roll(u, 1))))
                self.assertAlmostEqual(numpy.mean(u), 0.5, delta=1e-14)
            self.assert_figure(f"Burgers' shock, {limiter}, total variation", variation[0], below=4 + 1e-12)
            self.assert_figure(f"Burgers' shock, {limiter}, its largest rise", numpy.diff(variation).max(), below=1e-12)
            # The jump stands where the sine's zero with falling values went: x = 0.5 + 0.5 t.
            steepest = numpy.argmin(numpy.roll(u, -1) - u)
            self.assert_figure(f"Burgers' shock, {limiter}, distance from its place in cells",
                               abs((steepest + 1) / 200 - 0.75) * 200, below=1.5)


BURGERS = """
[run]
app = "pde"
[grid]
cells = [200]
[time]
end = 0.25
cfl = 0.5
[pde]
speed = ["abs(u)"]
limiter = "{limiter}"
[pde.flux]
u = ["u^2 / 2"]
[pde.initial]
u = "0.5 + sin(2 * pi * x)"
"""


class ShallowWater(PdeCase):
    def test_a_breaking_dam(self):
        """The middle state between rarefaction and shock: J. J. Stoker, Water Waves, Interscience 1957, chapter 10.8."""
        g, left, right, end = 9.81, 2.0, 1.0, 0.5
        # The height that the wave equations of both sides agree on, by bisection.
        rarefied = lambda h: 2 * (math.sqrt(g * left) - math.sqrt(g * h))
        shocked = lambda h: (h - right) * math.sqrt(g / 2 * (h + right) / (h * right))
        low, high = right, left
        for _ in range(100):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if rarefied(middle) > shocked(middle) else (low, middle)
        u, c = rarefied(middle), math.sqrt(g * middle)
        shock = middle * u / (middle - right)
        x = centres(400, 5.0, -5.0)
        fan = (2 * math.sqrt(g * left) - x / end) ** 2 / (9 * g)
        exact = numpy.where(x < -math.sqrt(g * left) * end, left,
                            numpy.where(x < (u - c) * end, fan, numpy.where(x < shock * end, middle, right)))
        for name, solver in (("llf", 'speed = ["abs(hu/h) + sqrt(9.81*h)"]'),
                             ("hll", 'signals = [["hu/h - sqrt(9.81*h)", "hu/h + sqrt(9.81*h)"]]')):
            for limiter in ("minmod", "van_leer", "mc"):
                run = self.run_in(f"{name}-{limiter}", self.write("dam.toml", f"""
[run]
app = "pde"
[grid]
cells = [400]
lower = [-5.0]
upper = [5.0]
[grid.boundary]
x = "outflow"
[time]
end = {end}
cfl = 0.5
[pde]
{solver}
limiter = "{limiter}"
[pde.flux]
h = ["hu"]
hu = ["hu^2/h + 9.81*h^2/2"]
[pde.initial]
h = "x < 0 ? 2 : 1"
hu = 0
"""))
                h = fields_of(run)["h"]
                self.assert_figure(f"Stoker's dam break, {name}, {limiter}, L1 of h", numpy.mean(abs(h - exact)), below=0.006)
                self.assert_figure(f"Stoker's dam break, {name}, {limiter}, middle height ({middle:.6f})",
                                   h[numpy.argmin(abs(x - 0.5))], above=middle - 1e-3, below=middle + 1e-3)


if __name__ == "__main__":
    unittest.main()
