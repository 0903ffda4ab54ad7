"""The largest stable step that tarn works out, beside the largest that is stable."""

import json
import math
import os
import re
import shutil
import unittest

import numpy

from pde_runs import PdeCase, deck_text, history_of
from support.tarn_program import DECKS, tarn

STABLE, UNSTABLE = 0.95, 1.1
LENGTHS = (1.0, 1.3, 0.8)
SCHEMES = ("euler", "rk2", "rk3", "rk4", "rkl2")
LONG = "TARN_LONG_TESTS" in os.environ


def steps_of(scheme, dimensions):
    """How many are enough to tell; rkl2 goes beyond all numbers sooner, Euler's method with a wind later."""
    if scheme == "rkl2":
        return 170
    return 600 if LONG or dimensions == 1 else 300 if scheme == "euler" else 120


# Linear equations. WIND is a flow along all axes; cells are so wide that it is faster than diffusion in the fast one.
SYSTEMS = {
    "diffusion": {"u": "laplace(u)"},
    "fluxes": {"u": "diffuse(1, u)"},
    "mixed": {"u": "dxx(u) + dyy(u) + 0.8 * dxy(u)"},
    "slow wind": {"u": "laplace(u) - WIND"},
    "fast wind": {"u": "FAST * laplace(u) - WIND"},
    "strong wind": {"u": "0.125 * FAST * laplace(u) - WIND"},
    "upwind": {"u": "0.7 * FAST * laplace(u) - upwind(WINDS, u)"},
    "two fields": {"u": "laplace(u) + 20 * dx(v)", "v": "0.5 * laplace(v) + 20 * dx(u) - v"},
    "waves": {"u": "v", "v": "laplace(u)"},
    "turning": {"u": "-laplace(v)", "v": "laplace(u)"},
    "plate": {"u": "-laplace(w)"},
}
LETS = {"plate": {"w": "laplace(u)"}}
WINDS = ("fast wind", "strong wind", "upwind")
UNDAMPED = ("waves", "turning")  # grow with euler, rk2 and rkl2, however short the step
FACES = {
    "value": "{axis} = {{ value = 0 }}",
    "slope": "{axis} = {{ slope = 0 }}",
    "robin": '{axis}_lower = {{ robin = ["1", "-0.1", "0"] }}\n{axis}_upper = {{ robin = ["1", "0.1", "0"] }}',
    "even": "{axis} = {{ mirror = 1 }}",
    "odd": "{axis} = {{ mirror = -1 }}",
}

# The first of each are those of the suite in two and three dimensions.
PERIODIC = ("fast wind", "upwind", "waves", "mixed", "diffusion", "fluxes", "slow wind", "two fields", "turning", "plate")
BETWEEN = {
    "value": ("diffusion", "fast wind", "waves", "fluxes", "mixed", "slow wind", "strong wind", "upwind", "two fields",
              "plate"),
    "slope": ("diffusion", "fluxes", "slow wind", "fast wind", "upwind", "waves", "plate"),
    "robin": ("diffusion",),
    "even": ("diffusion",),
    "odd": ("diffusion",),
}


def named(text, number):
    """Fields and names with a number behind each, so that many systems stand in one deck."""
    return re.sub(r"\b([uvw])\b", rf"\g<1>{number}", text)


class Linear:
    """A linear system with constant coefficients on a grid; `given` are the axes whose faces have conditions."""

    def __init__(self, name, order, cells, faces="periodic", given=""):
        self.name, self.order, self.cells, self.faces, self.given = name, order, cells, faces, given

    def schemes(self):
        """Those with which a step beyond the limit makes it large on this grid."""
        if self.name in UNDAMPED:
            return ["rk3", "rk4"]
        slow = {"euler"} if self.name == "strong wind" else set()
        if self.given and self.name in ("two fields", "strong wind"):
            slow.add("rkl2")  # its long steps are limited by waves that faces take in
        if self.given and self.name == "fast wind" and max(self.cells) < 100:
            slow |= {"euler", "rkl2"}  # limited by waves that have gone before they are large
        if self.given and self.name == "strong wind" and len(self.cells) == 3:
            slow.add("rk2")  # limited by modes that a wind along the face carries away
        if self.given and self.name == "fast wind" and self.order == 2 and len(self.cells) > 1:
            slow.add("euler")
        return [scheme for scheme in SCHEMES if scheme not in slow]

    def is_filled(self):
        """Whether a wind brings in what its first cells make of the noise."""
        return self.faces == "slope" and self.name in WINDS

    def formula(self, text):
        axes = "xyz"[:len(self.cells)]
        wind = " + ".join(f"{1 - 0.4 * n} * d{axis}(u)" for n, axis in enumerate(axes))
        winds = ", ".join(str(1 - 0.8 * n) for n in range(len(axes)))
        fast = repr(LENGTHS[0] / self.cells[0] / 2.2)
        return text.replace("WINDS", winds).replace("WIND", f"({wind})").replace("FAST", fast)

    def parts(self, rate="1", number=""):
        """Equations at so many times their speed, lets, and conditions on faces."""
        equations = {named(field, number): named(f"{rate} * ({self.formula(text)})", number)
                     for field, text in SYSTEMS[self.name].items()}
        lets = {named(name, number): named(text, number) for name, text in LETS.get(self.name, {}).items()}
        lines = "".join(FACES[self.faces].format(axis=axis) + "\n" for axis in self.given)
        return equations, lets, "".join(f"[pde.boundary.{name}]\n{lines}" for name in [*equations, *lets] if lines)


def deck_of(systems, pde="", **others):
    """A deck of some systems on one grid, given as (system, rate, number)."""
    one = systems[0][0]
    equations, lets, conditions = {}, {}, ""
    for system, rate, number in systems:
        parts = system.parts(rate, number)
        equations |= parts[0]
        lets |= parts[1]
        conditions += parts[2]
    table = "[pde.let]\n" + "".join(f'{name} = "{text}"\n' for name, text in lets.items()) if lets else ""
    return deck_text(cells=one.cells, upper=LENGTHS[:len(one.cells)], pde=f"order = {one.order}\n{pde}",
                     equations=equations, initial={name: "random - 0.5" if name[0] == "u" else "0" for name in equations},
                     boundary="".join(f'{axis} = "given"\n' for axis in one.given), more=table + conditions, **others)


class LinearSystems(PdeCase):
    def limits(self, system):
        """The limit by integrator, as `tarn check` tells it."""
        key = f"pde.integrator={json.dumps(system.schemes())}"
        told = json.loads(self.run_ok("check", self.write("one.toml", deck_of([(system, "1", "")], end=1)),
                                      "--json", "--ensemble", key).stdout)
        found = re.findall(r"\((\w+); largest stable step(?: at the start)? ([0-9.e+-]+)", json.dumps(told["forecasts"]))
        self.assertEqual([scheme for scheme, _ in found], system.schemes())
        return {scheme: float(limit) for scheme, limit in found}

    def growths(self, systems, scheme, limits):
        """How often u is as large as at the start, in some rows of the history; for shares of each system's limit.

        All run together with steps of 1: each with its equations at so many times their speed."""
        entries = [(system, repr(share * limit[scheme]), f"{name}{n}")
                   for n, (system, limit) in enumerate(zip(systems, limits)) for name, share in (("a", STABLE), ("b", UNSTABLE))]
        steps = steps_of(scheme, len(systems[0].cells))
        run = self.run_in(f"run{len(list(self.folder.iterdir()))}", self.write("all.toml", deck_of(
            entries, f'integrator = "{scheme}"\ntrust_dt = true', end=steps, time="dt = 1", history=f"steps = {steps // 30}")))
        history = history_of(run)
        self.assertEqual(history["step"][-1], steps)
        grown = []
        for _, _, number in entries:
            size = numpy.maximum(-history[f"u{number}_minimum"], history[f"u{number}_maximum"])
            grown.append(size / size[0])
        return list(zip(grown[::2], grown[1::2]))

    def compare(self, systems):
        """Prints a line for each system and integrator. Noise has waves of all lengths: at the end u may be no larger than
        at the start with a share of the limit, and beyond it u must become large, if only until a wind has carried it out.
        A wind from a slope brings in what the cells beside it make of the noise, which may be somewhat more."""
        limits = [self.limits(system) for system in systems]
        for scheme in SCHEMES:
            chosen = [(system, limit) for system, limit in zip(systems, limits) if scheme in limit]
            found = self.growths([system for system, _ in chosen], scheme, [limit for _, limit in chosen])
            for (system, limit), (below, beyond) in zip(chosen, found):
                what = f"{'x'.join(map(str, system.cells)):8} order {system.order} {scheme:5} {system.faces:8} {system.name:11}"
                print(f"{what} limit {limit[scheme]:9.4g}   {STABLE} of it: {below[-1]:8.2g}   {UNSTABLE}: {max(beyond):8.2g}")
                with self.subTest(what):
                    self.assertLessEqual(below[-1], 3 if system.is_filled() else 1)
                    self.assertGreater(max(beyond), 100)
        print(end="", flush=True)

    def on_grid(self, dimensions, order):
        # Winds need a long way to become large on. Between slopes 8 cells have too few of the shortest waves.
        periodic, faced = ([16], [400]) if dimensions == 1 else ([16, 16],) * 2 if dimensions == 2 else ([12, 12, 12],) * 2
        exists = lambda name: not {"fluxes": order == 2, "upwind": order == 4, "mixed": dimensions == 1}.get(name)
        # On few cells a wind between faces is in danger by a mode beside them alone, which only order 4 has.
        stays = lambda name, faces: dimensions == 1 or name not in WINDS or (order == 4 and faces == "value")
        self.compare([Linear(name, order, periodic) for name in (PERIODIC if LONG or dimensions == 1 else PERIODIC[:4])
                      if exists(name)])
        self.compare([Linear(name, order, faced, faces, "xyz"[:dimensions]) for faces, names in BETWEEN.items()
                      for name in (names if LONG or dimensions == 1 else names[:3] if faces == "value" else names[:1])
                      if exists(name) and stays(name, faces)])

    def test_one_dimension_second_order(self):
        self.on_grid(1, 2)

    def test_one_dimension_fourth_order(self):
        self.on_grid(1, 4)

    def test_two_dimensions_second_order(self):
        self.on_grid(2, 2)

    def test_two_dimensions_fourth_order(self):
        self.on_grid(2, 4)

    def test_three_dimensions_second_order(self):
        self.on_grid(3, 2)

    def test_three_dimensions_fourth_order(self):
        self.on_grid(3, 4)

    def test_winds_of_fields_that_act_on_each_other_in_space(self):
        """Modes beside faces are carried along the other axes by the wind: what grows does so slowly, behind the noise."""
        more = "".join(f"[pde.boundary.{name}]\n" + "".join(f"{axis} = {{ value = 0 }}\n" for axis in "xyz") for name in "uv")
        wind = lambda name: f"0.004 * laplace({name}) - (dx({name}) + dy({name}) + dz({name}))"
        words = dict(cells=(16, 16, 16), upper=(1, 1, 1), pde='order = 4\nintegrator = "rk2"\ntrust_dt = true', more=more,
                     equations={"u": f"{wind('u')} + 1e-9 * v", "v": f"{wind('v')} + 1e-9 * u"},
                     initial={"u": "random - 0.5", "v": "random - 0.5"}, history="steps = 100",
                     boundary='x = "given"\ny = "given"\nz = "given"')
        told = self.run_ok("check", self.write("free.toml", deck_text(end=1, **words).replace("trust_dt = true", ""))).stdout
        step = STABLE * float(re.search(r"largest stable step ([0-9.e+-]+)", told).group(1))
        history = history_of(self.run_in("wind", self.write("wind.toml", deck_text(
            end=600 * step, time=f"dt = {step!r}", **words))))
        size = history["u_maximum"]
        print(f"16x16x16 order 4 rk2, two fields in a wind: {step:.4g}, u after 400, 500 and 600 steps: {size[4:7]}")
        self.assertLess(size[6], size[4])

    def test_rkl2_with_few_stages(self):
        """Its limit is that of the paper, (s^2 + s - 2)/4 of Euler's: with 3 stages 1.16 of it is stable, as is told."""
        system = Linear("diffusion", 2, [16])
        deck = self.write("few.toml", deck_of([(system, "1", "")], 'integrator = "rkl2"\nstages = 3', end=1))
        limit = float(re.search(r"largest stable step ([0-9.e+-]+)", self.run_ok("check", deck).stdout).group(1))
        self.assertAlmostEqual(limit, 2.5 * 0.5 / 16**2, delta=1e-6)
        entries = [(system, repr(share * limit), str(n)) for n, share in enumerate((1.1, 1.2))]
        history = history_of(self.run_in("few", self.write("steps.toml", deck_of(
            entries, 'integrator = "rkl2"\nstages = 3\ntrust_dt = true', end=300, time="dt = 1"))))
        stable, unstable = (history[f"u{n}_maximum"][-1] / history[f"u{n}_maximum"][0] for n in range(2))
        print(f"rkl2 with 3 stages, u after 300 steps: {stable:.2g} with 1.1 of the limit, {unstable:.2g} with 1.2")
        self.assertLess(stable, 1)
        self.assertGreater(unstable, 100)

    @unittest.skipUnless(LONG, "takes a minute: ./dev test --long")
    def test_winds_between_faces(self):
        """A wind carries waves out of the grid while they grow: beyond the limit they become large on their way, if it is
        long. On few cells they are gone before, and a longer step runs as well."""
        for cells in ([400, 8], [400, 8, 4]):
            for order in (2, 4):
                self.compare([Linear(name, order, cells, faces, "x") for faces in ("value", "slope")
                              for name in ("fast wind", "upwind") if order == 2 or name != "upwind"])


class LawsWithSources(PdeCase):
    """What the signals of a law and its source take of a step adds up."""

    SOURCES = (("0.0078 * laplace(h)", "minmod", "rk2"), ("0.004 * laplace(h)", "van_leer", "rk2"),
               ("0.002 * laplace(h)", "mc", "rk3"), ("0.1 * laplace(h)", "mc", "rk3"), ("-100 * h", "minmod", "rk2"),
               ("-100 * h", "van_leer", "rk3"), ("-5 * h", "mc", "rk2"))

    def largest(self, name, source, limiter, scheme, time):
        words = f'integrator = "{scheme}"\nlimiter = "{limiter}"\nspeed = ["1"]' + ("\ntrust_dt = true" if "dt" in time else "")
        deck = self.write("deck.toml", deck_text(cells=(64,), upper=(1,), end=5, time=time, pde=words, equations={"h": source},
                                                 initial={"h": "x > 0.25 && x < 0.5 ? 1 : 0"}, history="steps = 1",
                                                 more='[pde.flux]\nh = ["h"]\n'))
        done = tarn("run", deck, "--run-dir", self.folder / name, "--quiet")
        self.assertIn(done.returncode, (0, 4), done.stderr)
        history = history_of(self.folder / name)
        sizes = numpy.maximum(-history["h_minimum"], history["h_maximum"])
        return sizes.max() if done.returncode == 0 else math.inf, numpy.diff(history["time"])[0]

    def test_the_derived_step_is_stable_and_not_far_too_short(self):
        for n, (source, limiter, scheme) in enumerate(self.SOURCES):
            with self.subTest(f"{source} {limiter} {scheme}"):
                most, step = self.largest(f"follows{n}", source, limiter, scheme, f"cfl = {STABLE}")
                beyond, _ = self.largest(f"beyond{n}", source, limiter, scheme, f"dt = {2 * step / STABLE}")
                print(f"law with {source:20} {limiter:8} {scheme} limit {step / STABLE:.5f}: largest {most:.6f}, "
                      f"with twice the limit {beyond:.2g}", flush=True)
                self.assertLessEqual(most, 1.01)  # long steps of rk3 in diffusion overshoot a little
                self.assertGreater(beyond, 10)


class LostSteps(PdeCase):
    """A run whose step can no longer be chosen ends and says why; its history is there up to then."""

    def end_of(self, coefficient, ranks, end=1):
        deck = self.write("deck.toml", deck_text(cells=(16,), upper=(1,), end=end, equations={"u": f"diffuse({coefficient}, u)"},
                                                 initial={"u": "1 + sin(2 * pi * x)"}))
        run = self.folder / f"run{len(list(self.folder.iterdir()))}"
        done = tarn("run", deck, "--run-dir", run, "--quiet", *(["-n", ranks] if ranks > 1 else []))
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertGreater(len(history_of(run)["time"]), 1)
        return json.loads((run / "run.json").read_text())["reason"]

    def test_a_coefficient_beyond_all_numbers(self):
        for ranks in (1, 3):
            self.assertRegex(self.end_of("t < 0.0234375 ? 1 : 1 / (t - t)", ranks),
                             r"no step can be chosen: what the equations multiply the fields with, .* has become infinite or NaN")

    def test_steps_that_come_to_nothing(self):
        for ranks in (1, 3):
            self.assertRegex(self.end_of("t < 0.0234375 ? 1 : 1e20 + u", ranks),
                             r"the largest stable step falls to \S+e-\d\d, which diffuse of u in the equation of u sets, within each "
                             r"step that was tried; the last was \d\.\d+e-\d\d long; in the step from \d+ on, at time 0\.02343")
            self.assertRegex(self.end_of("1 + 300 * t + u", ranks, end=1e8),
                             r"the time step has collapsed to 9\.\d+e-05, which diffuse of u in the equation of u sets; in the step "
                             r"from \d+ on, at time 0\.\d+")


# Decks whose equations are not linear, or have coefficients that differ from cell to cell: what is changed so that they
# take some hundred steps of a moment.
BENT = {
    "burgers": {},
    "dam_break": {"grid.cells": [200]},
    "fisher": {"grid.cells": [200], "grid.upper": [50.0], "time.end": 20},
    "kuramoto_sivashinsky": {"time.end": 10},
    "schroedinger": {},
    "sod": {},
    "allen_cahn": {"grid.cells": [32, 32], "grid.upper": [32.0, 32.0]},
    "basin": {"grid.cells": [40, 40], "time.end": 1},
    "cahn_hilliard": {"grid.cells": [32, 32], "grid.upper": [32.0, 32.0], "time.end": 40},
    "fitzhugh_nagumo": {"time.end": 75},
    "ginzburg_landau": {"grid.cells": [32, 32], "grid.upper": [24.0, 24.0]},
    "gray_scott": {"time.end": 600},
    "keller_segel": {"grid.cells": [48, 48], "grid.upper": [20.0, 20.0], "time.end": 20},
    "kuramoto_sivashinsky_2d": {"grid.cells": [32, 32], "grid.upper": [32.0, 32.0], "time.end": 20},
    "lotka_volterra": {"time.end": 200},
    "schnakenberg": {"grid.cells": [32, 32], "grid.upper": [20.0, 20.0], "time.end": 3},
    "swift_hohenberg": {"grid.cells": [32, 32], "grid.upper": [20.0, 20.0], "time.end": 5},
    "vortex_tracer": {"grid.cells": [64, 64], "time.end": 6},
    "wave": {"grid.cells": [80, 60]},
}
FINE = 1.05  # how exactly the largest step that runs is found


class OtherDecks(PdeCase):
    """The limit follows the state: the least that a run had is compared with the largest step that runs, which a deck's
    own step is: it ends with exit code 0, and no field becomes 1.5 times as large as it is with short steps."""

    def size(self, name, step):
        """Runs the deck: the largest value of each field that there was, and the steps; None: it ended with exit code 4."""
        text = re.sub(r"(?m)^(dt|cfl) = .*\n|^\[history\]\n.*\n|^\[\[image\]\]\n(?:[a-z_]+ = .*\n)*", "",
                      (DECKS / "pde" / f"{name}.toml").read_text())
        changes = {"history.every": "{ steps = 1 }"} | {key: json.dumps(value) for key, value in {**BENT[name], **step}.items()}
        words = [word for key, value in changes.items() for word in ("--set", f"{key}={value}")]
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        done = tarn("run", self.write("deck.toml", text), "--run-dir", self.folder / "run", "--quiet", *words)
        if done.returncode == 4:
            return None
        self.assertEqual(done.returncode, 0, f"{name} {words}: {done.stderr}")
        history = history_of(self.folder / "run")
        fields = [column[:-8] for column in history if column.endswith("_minimum")]
        steps = numpy.diff(history["time"])[:-2]  # without those that are shortened to meet the end
        return {field: max(abs(history[field + end]).max() for end in ("_minimum", "_maximum")) for field in fields}, steps

    def compare(self, names):
        """0.95 of the limit runs, and twice the limit does not; between both the largest that runs is looked for."""
        for name in names:
            with self.subTest(name):
                usual, steps = self.size(name, {"time.cfl": 0.4})
                runs = lambda found: found is not None and all(found[0][field] <= 1.5 * usual[field] for field in usual)
                followed = self.size(name, {"time.cfl": STABLE})
                self.assertTrue(runs(followed), f"{name}: {followed} beside {usual}")
                limit = followed[1].min() / STABLE
                fixed = lambda factor: runs(self.size(name, {"time.dt": factor * limit, "pde.trust_dt": True}))
                low, high = 1.0 if fixed(1.0) else STABLE, 2.0
                self.assertFalse(fixed(high), f"{name}: the limit is {limit}, twice as much runs")
                while high / low > FINE:
                    middle = math.sqrt(low * high)
                    low, high = (middle, high) if fixed(middle) else (low, middle)
                print(f"{name:24} limit at the start {followed[1][0] / STABLE:9.4g}, least {limit:9.4g}   "
                      f"largest step that runs {low * limit:9.4g}   least limit in shares of it {1 / low:.2f}", flush=True)

    def test_some(self):
        self.compare(["burgers", "fisher", "sod"])

    @unittest.skipUnless(os.environ.get("TARN_LONG_TESTS"), "takes minutes: ./dev test --long")
    def test_all(self):
        self.compare(BENT)


if __name__ == "__main__":
    unittest.main()
