"""Steps that turn out to be too long once the state at their end is known: they are taken back and made again shorter."""

import json
import os
import re
import unittest
from pathlib import Path

import numpy

from pde_runs import PdeCase, bits_of, deck_text, history_of

# The Brusselator with diffusion: between its flashes, which limit the step, it is slow. Right: u from 0.2 to 3.8.
FLASHES = {"equations": {"u": "1 - 4 * u + u^2 * v + 0.1 * laplace(u)", "v": "3 * u - u^2 * v + 0.1 * laplace(v)"},
           "initial": {"u": "1.2 + sin(2 * pi * x / 50)", "v": "3"}, "cells": (32,), "upper": (50,), "end": 20}
# Robertson's kinetics, Hairer and Wanner, Solving Ordinary Differential Equations II, Springer 1996, chapter IV.1: at the
# start nothing but the slowest reaction runs.
KINETICS = {"equations": {"a": "-0.04 * a + 1e4 * b * c", "b": "0.04 * a - 1e4 * b * c - 3e7 * b^2", "c": "3e7 * b^2"},
            "initial": {"a": "1", "b": "0", "c": "0"}, "cells": (2,), "end": 0.4, "history": "time = 0.1"}
# Nothing turns at the start, and at the end 200 times in a unit of time.
TURNS = {"equations": {"u": "100 * t * v - 0.1 * u", "v": "-100 * t * u - 0.1 * v"}, "initial": {"u": "1", "v": "0"},
         "cells": (2,), "end": 2}


# Each cell comes to 1. Where a step is too long, both of its ends may be below 1, where the decay is slow, and a stage of it
# above, where it is fast: a Runge-Kutta method can then stay there for ever.
GROWS_TO_ONE = {"equations": {"u": "0.1 * laplace(u) + 5 * u * (1 - u)"}, "initial": {"u": "0.3 + 0.4 * random"}, "cells": (64,),
                "upper": (100,), "end": 10}
# The decay is slow at each whole time, at which steps end, and fast between.
PULSES = {"equations": {"u": "-(1 + 1000 * sin(pi * t)^2) * (u - 1)"}, "initial": {"u": "2"}, "cells": (2,), "end": 4,
          "history": "time = 1"}
# The limit becomes less in every step.
AGAIN_AND_AGAIN = {"equations": {"u": "-u / (0.05 + sqrt(u))"}, "initial": {"u": "0.01"}, "cells": (2,), "end": 3}
# Michaelis and Menten's kinetics with diffusion: beyond -0.05, where the rate is infinite, the decay goes on as before.
DECAYS_TO_NOTHING = {"equations": {"u": "0.1 * laplace(u) - u / (0.05 + u)"}, "initial": {"u": "1 + 0.1 * sin(2 * pi * x / 50)"},
                     "cells": (32,), "upper": (50,), "end": 20}
# The Oregonator, J. J. Tyson, Ann. N. Y. Acad. Sci. 316 (1979) 279: u comes close to 0.002 and may be thrown beyond -0.002.
OREGONATOR = {"equations": {"u": "100 * (u * (1 - u) - v * (u - 0.002) / (u + 0.002)) + 0.1 * laplace(u)", "v": "u - v + 0.1 * laplace(v)"},
              "initial": {"u": "0.01", "v": "0.2 * (1 + 0.1 * sin(2 * pi * x / 50))"}, "cells": (16,), "upper": (50,), "end": 6}
# What divides passes 0, where the quotient is 1: at time 2 u is exp(-2.114502): the integral of the quotient by the midpoint rule.
PASSES_ZERO = {"equations": {"u": "-u * QUOTIENT", "v": "-1 + 0 * u"}, "initial": {"u": "1", "v": "1"}, "cells": (4,), "end": 2}


class TakenBack(PdeCase):
    def deck(self, problem, integrator, cfl, precision="double", **others):
        return self.write("deck.toml", deck_text(pde=f'integrator = "{integrator}"', time=f"cfl = {cfl}", precision=precision,
                                                 **{"history": "steps = 1", **problem, **others}))

    def remarks(self, run):
        return " ".join(json.loads((run / "run.json").read_text())["remarks"])

    def test_flashes_are_followed(self):
        for integrator in ("euler", "rk2", "rk3", "rk4"):
            for cfl in (0.5, 0.9):
                with self.subTest(f"{integrator} {cfl}"):
                    run = self.run_in(f"{integrator}{cfl}", self.deck(FLASHES, integrator, cfl))
                    history = history_of(run)
                    print(f"{integrator} {cfl}: u from {history['u_minimum'].min():.3f} to {history['u_maximum'].max():.3f}", flush=True)
                    self.assertGreater(history["u_minimum"].min(), 0.1)
                    self.assertLess(history["u_maximum"].max(), 5)
                    if cfl > 0.5:
                        self.assertRegex(self.remarks(run), r"\d+ steps were taken back and made again shorter")

    def test_kinetics_that_begin_slowly_are_right(self):
        for integrator in ("rk2", "rk4"):
            with self.subTest(integrator):
                for cfl, error in ((0.5, 2e-3), (0.9, 0.02)):
                    history = history_of(self.run_in(f"{integrator}{cfl}", self.deck(KINETICS, integrator, cfl)))
                    for field, expected in (("a", 0.9851721), ("b", 3.386395e-5), ("c", 1.479402e-2)):
                        self.assertAlmostEqual(history[f"{field}_maximum"][-1] / expected, 1, delta=error)

    def test_what_is_fast_within_a_step_alone_is_followed(self):
        for integrator in ("euler", "rk2", "rk3", "rk4"):
            for name, problem in (("grows to one", GROWS_TO_ONE), ("pulses", PULSES)):
                with self.subTest(f"{name} {integrator}"):
                    history = history_of(self.run_in(f"{name[0]}-{integrator}", self.deck(problem, integrator, 0.9)))
                    self.assertAlmostEqual(history["u_minimum"][-1], 1, delta=1e-3)
                    self.assertAlmostEqual(history["u_maximum"][-1], 1, delta=1e-3)

    def test_where_many_steps_are_taken_back_a_smaller_step_is_advised(self):
        told = self.run_ok("run", self.deck(AGAIN_AND_AGAIN, "rk3", 0.9), "--run-dir", self.folder / "run", "--quiet", "-n", 2).stderr
        self.assertEqual(len(re.findall(r"deck\.toml:\d+:\d+: time\.cfl: many steps were too long for what they led to and were taken "
                                        r"back, 20 of \d+ up to time [\d.]+; with a smaller time\.cfl", told)), 1, told)

    def test_a_step_across_a_place_where_the_equations_are_infinite_is_told(self):
        """Also where a stage alone leads there and back, on any number of ranks; not where the steps are short enough."""
        told = r"deck\.toml:\d+:\d+: pde\.equations\.u: this divides by 0\.05 \+ u, whose sign changed in a step from time"
        for integrator in ("euler", "rk2", "rk3", "rk4"):
            for cfl, times in ((0.9, 1), (0.5, 1), (0.01, 0)):
                with self.subTest(f"{integrator} {cfl}"):
                    deck = self.deck(DECAYS_TO_NOTHING, integrator, cfl)
                    run = self.folder / f"{integrator}{cfl}"
                    said = self.run_ok("run", deck, "--run-dir", run, "--quiet", "-n", 2).stderr
                    self.assertEqual(len(re.findall(told, said)), times, said)
                    if times == 0:
                        self.assertGreater(history_of(run)["u_minimum"].min(), -0.05)
                        self.assertLess(history_of(run)["u_maximum"][-1], 1e-9)

    def test_no_stage_leads_beside_such_a_place_in_short_steps(self):
        # The exact solution: 0.05 log(u) + u = 1 - t.
        deck = {"equations": {"u": "-u / (0.05 + u)"}, "initial": {"u": "1"}, "cells": (4,), "end": 1.2}
        for integrator in ("rk2", "rk3", "rk4"):
            for cfl in (0.01, 0.02):
                with self.subTest(f"{integrator} {cfl}"):
                    run = self.run_in(f"{integrator}{cfl}", self.deck(deck, integrator, cfl))
                    self.assertAlmostEqual(history_of(run)["u_maximum"][-1], 0.013904, delta=0.002)

    def test_an_oscillator_keeps_from_such_a_place_in_short_steps(self):
        history = history_of(self.run_in("oregonator", self.deck(OREGONATOR, "rk4", 0.02)))
        self.assertGreater(history["u_minimum"].min(), 0.002)
        self.assertAlmostEqual(history["u_maximum"].max(), 0.940987, delta=2e-3)  # RK4, 600,000 steps

    def test_what_passes_zero_in_time_or_over_the_domain_is_told(self):
        for name, equations in (("time", {"u": "-u + 1 / (t - 0.55)"}), ("mean", {"u": "-1 + 0.001 * laplace(u)", "w": "-w + 1 / mean(u)"})):
            with self.subTest(name):
                deck = self.write(f"{name}.toml", deck_text(equations, {field: "1" for field in equations}, (4,), 1.5, pde='integrator = "rk4"'))
                said = self.run_ok("run", deck, "--run-dir", self.folder / name, "--quiet").stderr
                self.assertEqual(len(re.findall(r"this divides by (t - 0\.55|mean\(u\)), whose sign changed", said)), 1, said)

    def test_a_divisor_that_passes_zero_is_told_once(self):
        for name, quotient, told in (("plain", "(exp(v) - 1) / v", 1), ("power", "(exp(v) - 1) * v^-1", 1),
                                     ("even", "(exp(v) - 1) * v / v^2", 1), ("choice", "(v > 1e-9 || v < -1e-9 ? (exp(v) - 1) / v : 1)", 0),
                                     ("positive", "(exp(v) - 1) / (2 + v^2)", 0)):
            with self.subTest(name):
                problem = {**PASSES_ZERO, "equations": {**PASSES_ZERO["equations"], "u": f"-u * {quotient}"}}
                run = self.folder / name
                said = self.run_ok("run", self.deck(problem, "rk4", 0.9), "--run-dir", run, "--quiet", "-n", 2).stderr
                self.assertEqual(len(re.findall(r"deck\.toml:\d+:\d+: pde\.equations\.u: this divides by v, whose sign changed in a step "
                                                r"from time [\d.]+ on", said)), told, said)
                if name != "positive":
                    self.assertAlmostEqual(history_of(run)["u_maximum"][-1], 0.120693, delta=0.02)

    def test_rounding_keeps_no_run_before_a_zero(self):
        # A field that is stopped by rounding just before the 0, and one that meets it. Both quotients are 1 there.
        for name, equations, initial, end, right in (
                ("before", {"u": "1", "w": "-w * sin(u - 100) / (u - 100)"}, {"u": "98", "w": "1"}, 4, 0.0403),
                ("on", {"c": "-1 + 0 * c", "w": "-w * (exp(c - 1) - 1) / (c - 1)"}, {"c": "1.25", "w": "1"}, 0.5, 0.606)):
            for precision in ("single", "double"):
                with self.subTest(f"{name} {precision}"):
                    deck = self.deck({"equations": equations, "initial": initial, "cells": (4,), "end": end}, "rk3", 0.1, precision)
                    history = history_of(self.run_in(f"{name}-{precision}", deck))
                    self.assertLess(len(history["time"]), 400)
                    self.assertAlmostEqual(history["w_maximum"][-1], right, delta=0.02)

    def test_a_fixed_step_across_such_a_place_is_told(self):
        deck = self.write("fixed.toml", deck_text(**{**DECAYS_TO_NOTHING, "history": "steps = 1", "end": 1.5}, time="dt = 0.5"))
        said = self.run_ok("run", deck, "--run-dir", self.folder / "fixed", "--quiet").stderr
        self.assertIn("pde.equations.u: this divides by 0.05 + u, whose sign changed in a step from time 1 on", said)

    def test_the_whole_limit_costs_no_steps_twice(self):
        smooth = {"equations": {"u": "-dx(u^2 / 2) + 0.02 * laplace(u)"}, "initial": {"u": "sin(2 * pi * x) + 1"}, "cells": (64,), "end": 0.3}
        steps = {}
        for cfl in (0.9, 1.0):
            run = self.run_in(f"cfl{cfl}", self.deck(smooth, "rk2", cfl))
            found = re.search(r"(\d+) steps? w\w+ taken back", self.remarks(run))
            steps[cfl] = len(history_of(run)["time"]) + (int(found[1]) if found else 0)
        self.assertLessEqual(steps[1.0], steps[0.9], steps)

    def test_what_turns_faster_in_time_is_followed(self):
        history = history_of(self.run_in("turns", self.deck(TURNS, "rk4", 0.2)))
        size = (history["u_maximum"][-1] ** 2 + history["v_maximum"][-1] ** 2) ** 0.5
        self.assertAlmostEqual(size, 0.8187308, delta=0.01)  # exp(-0.2)

    def test_a_method_that_makes_later_turns_grow_is_told_once(self):
        deck = self.deck(TURNS, "rk2", 0.9)
        self.assertNotIn("grows by", self.run_ok("check", deck).stdout)
        told = self.run_ok("run", deck, "--run-dir", self.folder / "run", "--quiet", "-n", 2).stderr
        self.assertEqual(told.count("what turns in a cell grows by rk2 with its steps at time 0."), 1, told)

    def test_restarts_and_ranks_take_the_same_steps(self):
        for integrator, precision, problem in (("euler", "single", FLASHES), ("rk2", "double", FLASHES), ("rk3", "single", FLASHES),
                                               ("rk4", "double", FLASHES), ("rkl2", "double", FLASHES)):
            with self.subTest(f"{integrator} {precision}"):
                deck = self.deck(problem, integrator, 0.9, precision)
                whole = self.run_in(f"{integrator}-{precision}-whole", deck)
                self.assertIn("taken back", self.remarks(whole))
                parts = self.run_in(f"{integrator}-{precision}-parts", deck, "--set", "time.max_steps=17", "-n", 3)
                self.run_in(f"{integrator}-{precision}-parts", deck, "--set", "time.max_steps=31", "--restart")
                self.run_in(f"{integrator}-{precision}-parts", deck, "--restart", "-n", 2)
                self.assertEqual(bits_of(parts), bits_of(whole))
                self.assertEqual(list(history_of(parts)["time"]), list(history_of(whole)["time"]))

    def test_rk2_has_an_array_more(self):
        for integrator, arrays in (("euler", 2), ("rk2", 3), ("rk3", 3), ("rk4", 4)):
            told = self.run_ok("check", "--explain", self.deck(FLASHES, integrator, 0.9)).stdout
            self.assertIn(f"integrator {integrator}, {arrays} arrays of each field", told)
        linear = self.deck({**FLASHES, "equations": {"u": "laplace(u)", "v": "laplace(v)"}}, "rk2", 0.9)
        self.assertIn("integrator rk2, 2 arrays of each field", self.run_ok("check", "--explain", linear).stdout)


if __name__ == "__main__":
    unittest.main()
