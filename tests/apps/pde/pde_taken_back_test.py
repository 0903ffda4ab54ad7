"""Steps that turn out to be too long once the state at their end is known: they are taken back and made again shorter."""

import json
import re
import unittest

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
        told = self.run_ok("run", self.deck(PULSES, "rk2", 0.9), "--run-dir", self.folder / "run", "--quiet", "-n", 2).stderr
        self.assertEqual(len(re.findall(r"deck\.toml:\d+:\d+: time\.cfl: many steps were too long for what they led to and were taken "
                                        r"back, 10 of \d+ up to time 0\.\d+; with a smaller time\.cfl", told)), 1, told)

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
        for integrator, precision in (("euler", "single"), ("rk2", "double"), ("rk3", "single"), ("rk4", "double"), ("rkl2", "double")):
            with self.subTest(integrator):
                deck = self.deck(FLASHES, integrator, 0.9, precision)
                whole = self.run_in(f"{integrator}-whole", deck)
                self.assertIn("taken back", self.remarks(whole))
                parts = self.run_in(f"{integrator}-parts", deck, "--set", "time.max_steps=17", "-n", 3)
                self.run_in(f"{integrator}-parts", deck, "--set", "time.max_steps=31", "--restart")
                self.run_in(f"{integrator}-parts", deck, "--restart", "-n", 2)
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
