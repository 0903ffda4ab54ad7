"""What is told of a deck's equations: kernels, units, and why a run blew up."""

import csv
import json
import re
import shutil
import unittest

import h5py
import numpy

from pde_runs import PdeCase, deck_text, fields_of, history_of
from support.tarn_program import DECKS, tarn

GRAY_SCOTT = dict(cells=(16, 12), end=1, time="dt = 0.5", pde='integrator = "rk2"', initial={"u": "random", "v": "0.1"},
                  equations={"u": "0.16 * laplace(u) - u * v^2", "v": "0.08 * laplace(v) + u * v^2 - 0.1 * v"})


class Explain(PdeCase):
    def test_kernels_loads_stores_and_order(self):
        text = self.run_ok("check", "--explain", self.write("deck.toml", deck_text(**GRAY_SCOTT))).stdout
        self.assertIn('kernel "rates": a cell has 10 loads from 2 arrays, 2 stores,', text)
        self.assertIn("at least 48 bytes move", text)  # both fields read, written, and combined with the step's start
        self.assertIn("ghosts of u, v, 1 cell wide", text)
        self.assertRegex(text, r"r\d+ = \(u\[x\+1\] - u\) - \(u - u\[x-1\]\)")
        self.assertRegex(text, r"d/dt v = r\d+")
        self.assertIn("on an NVIDIA GPU the driver compiles it", text)
        self.assertIn("r0 = (sin(t) + mean(u)) * u", self.run_ok("check", "--explain", self.write("t.toml", deck_text(
            cells=(16,), end=1, time="dt = 1e-3", equations={"u": "(sin(t) + mean(u)) * u"}, initial={"u": "1"}))).stdout)
        one_stage = self.run_ok("check", "--explain", self.write("deck.toml", deck_text(**GRAY_SCOTT)),
                                "--set", "pde.integrator=euler").stdout
        self.assertIn("at least 32 bytes move", one_stage)

    def test_equations_that_limit_no_step(self):
        deck = deck_text(cells=(16,), end=1, time="dt = 0.1", equations={"u": "1 + t"}, initial={"u": "1"})
        text = self.run_ok("check", self.write("deck.toml", deck)).stdout
        self.assertIn("(rk2; nothing in the equations limits the step)", text)

    def test_what_is_too_long_to_compile_is_told(self):
        divisions = "sign(u" + " / v / u" * 200 + ")"
        deck = deck_text(**{**GRAY_SCOTT, "pde": "trust_dt = true", "equations": {"u": divisions, "v": "0"}})
        text = self.run_ok("check", "--explain", self.write("deck.toml", deck)).stdout
        self.assertIn("on an NVIDIA GPU it is interpreted: it is so long that the driver would compile for seconds", text)

    def test_fields_of_lets_and_integrals_come_before_what_needs_them(self):
        deck = deck_text(**{**GRAY_SCOTT, "equations": {"u": "laplace(w) * mean(v) + sin(x)", "v": "0.1 * laplace(v)"}},
                         more='[pde.let]\nw = "u - 0.01 * laplace(u)"\n')
        text = self.run_ok("check", "--explain", self.write("deck.toml", deck)).stdout
        order = re.findall(r"^  \d\. (.*)$", text, re.MULTILINE)
        self.assertEqual(len(order), 4, order)
        self.assertIn("ghosts of u, v", order[0])
        self.assertIn("rates", order[3])
        self.assertIn('kernel "w", then the ghosts of w', order[1:3])
        self.assertIn("mean(v), over the domain", order[1:3])
        self.assertIn("s0 = sin(x)  (computed once)", text)

    def test_other_apps_say_that_they_have_none(self):
        done = tarn("check", "--explain", DECKS / "heat" / "plate.toml")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--explain", done.stderr)


class LimitsAtTheStart(PdeCase):
    """What is told of the step before a run, and by a run before its first step."""

    def deck(self, equation, time="cfl = 0.5", initial="1 + 0.5 * sin(2 * pi * x)", cells=64, **more):
        return self.write("deck.toml", deck_text(cells=(cells,), upper=(1,), end=0.01, time=time, equations={"u": equation},
                                                 initial={"u": initial}, **more))

    def limit_of(self, equation):
        told = self.run_ok("check", self.deck(equation)).stdout
        return float(re.search(r"largest stable step(?: at the start)? ([0-9.e+-]+),", told).group(1))

    def test_integrals_and_means_have_their_values(self):
        alone = self.limit_of("laplace(u)")
        for equation, factor in (("laplace(u) * mean(u^2)", 1.125), ("laplace(u) / integral(1 + u^2)", 1 / 2.125),
                                 ("laplace(u) * (mean(u) - 0.5)", 0.5), ("(1 + 9 * mean(u)) * laplace(u)", 10)):
            with self.subTest(equation):
                self.assertAlmostEqual(self.limit_of(equation) * factor / alone, 1, delta=0.02)  # of cells that are much alike

    def test_means_make_no_wave_stable(self):
        done = tarn("check", self.deck("-dx(u) - 2000 * mean(u)", pde='integrator = "euler"'))
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn("no step is stable", done.stderr)
        self.assertIn("ill-posed", self.run_ok("check", self.deck("-dxx(u) - 1e6 * mean(u)", "dt = 1e-9")).stdout)

    def test_means_that_the_limit_does_not_count_are_told(self):
        let = '[pde.let]\nw = "laplace(mean(u) * u)"\nv = "laplace(u) * mean(u)"\n'
        for equation, told in (("laplace(u) - upwind(mean(u), u)", "mean(u) inside upwind in the equation of u"),
                               ("laplace(u) - grad2(mean(u^2) * u)", "mean(u^2) inside grad2 in the equation of u"),
                               ("laplace(u) + integral(grad2(u)) * u", "integral(grad2(u)), which is of slopes, in the equation of u"),
                               ("laplace(u) + w - laplace(w)", "mean(u) inside operators of w in the equation of u"),
                               ("-laplace(v)", "mean(u) inside operators of v in the equation of u")):
            with self.subTest(equation):
                text = self.run_ok("check", self.deck(equation, "dt = 1e-9", more=let)).stdout
                self.assertIn(f"; not counted: {told}; take a smaller time.cfl if the run grows unstable)", text)
        for equation in ("laplace(u) - 20 * mean(u)", "laplace(u * mean(u^2))", "upwind(mean(x), u)", "laplace(u) + w",
                         "diffuse(1 + mean(u), u) * integral(1)"):
            with self.subTest(equation):
                self.assertNotIn("not counted", self.run_ok("check", self.deck(equation, "dt = 1e-9", more=let)).stdout)
        law = deck_text(cells=(40,), upper=(1,), end=0.1, time="cfl = 0.5", equations={}, pde='speed = ["2"]', initial={"h": "1"},
                        more='[pde.flux]\nh = ["h * mean(h)"]\n')
        self.assertIn("not counted: mean(h) inside pde.flux in the equation of h",
                      self.run_ok("check", self.write("law.toml", law)).stdout)

    def test_what_is_estimated_refuses_nothing(self):
        """Of many cells some are looked at: the run looks at all before its first step."""
        narrow = "exp(-((x - 0.5) / 2e-5)^2) / 2e-5 / sqrt(pi)"
        deck = self.deck("laplace(u) * integral(u)", "dt = 2e-10", initial=narrow, cells=40960)
        self.run_ok("run", deck, "--run-dir", self.folder / "sound", "--quiet", "--set", "time.max_steps=2")
        done = tarn("run", deck, "--run-dir", self.folder / "long", "--quiet", "--set", "time.dt=4e-10")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("4e-10 is above the largest stable step", done.stderr)
        law = self.write("law.toml", deck_text(cells=(40960,), upper=(1,), end=1e-6, time="cfl = 0.5", equations={},
                                               pde='speed = ["2 - integral(h)"]', initial={"h": narrow},
                                               more='[pde.flux]\nh = ["h"]\n'))
        self.run_ok("check", law)

    def test_a_coefficient_that_is_no_number_in_some_cells_is_left_out(self):
        """The derivative of sqrt(u), times a curvature of 0, where there is nothing."""
        deck = self.deck("diffuse(sqrt(u), u)", "cfl = 0.9", initial="max(0, 1 - 16 * (x - 0.5)^2)")
        self.run_in("porous", deck)

    def test_signals_that_cannot_be_are_refused(self):
        for words, message in (('speed = ["-1"]', "pde.speed: is -1 in cell \\(0\\) at the start: it is a finite number, and not below 0"),
                               ('signals = [["1", "-1"]]', "pde.signals: the slowest is 1 and the fastest -1 in cell")):
            with self.subTest(words):
                done = tarn("check", self.write("deck.toml", deck_text(
                    cells=(16,), end=1, time="cfl = 0.5", pde=words, equations={}, initial={"u": "1"}, more='[pde.flux]\nu = ["u"]\n')))
                self.assertEqual(done.returncode, 2, done.stdout)
                self.assertRegex(done.stderr, rf"deck.toml:\d+:1\d: {message}")

    def test_signals_may_have_means(self):
        for words in ('speed = ["max(mean(u), 1)"]', 'signals = [["mean(u) - 2", "mean(u)"]]'):
            with self.subTest(words):
                self.run_in(words[:5], self.write("deck.toml", deck_text(
                    cells=(16,), upper=(1,), end=0.1, time="cfl = 0.5", pde=words, equations={},
                    initial={"u": "1 + 0.5 * sin(2 * pi * x)"}, more='[pde.flux]\nu = ["u"]\n')))

    def test_a_step_above_the_limit_of_a_cell_that_check_does_not_see_is_refused(self):
        deck = self.deck("diffuse(D, u)", "dt = 1e-6", initial="sin(2 * pi * x)", cells=1000,
                         more='[pde.let]\nD = "abs(x - 0.4995) < 0.0004 ? 100 : 1e-3"\n')
        self.run_ok("check", deck)
        done = tarn("run", deck, "--run-dir", self.folder / "run", "--quiet")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertRegex(done.stderr, r"deck.toml:\d+:6: time.dt: 1e-06 is above the largest stable step, \S+, which diffuse of u")

    def test_central_derivatives_that_nothing_damps_are_told(self):
        for equation in ("-dx(u)", "-u * dx(u) - u", "grad2(u)", "div(u)"):
            with self.subTest(equation):
                told = self.run_ok("check", self.deck(equation, pde='integrator = "rk4"')).stdout
                self.assertRegex(told, r"warning \S*deck.toml:\d+:5: pde.equations.u: \w+ of u is a central difference, and "
                                       "nothing in this equation damps short waves")
        for equation in ("-dx(u) + 0.01 * laplace(u)", "-upwind(1, u)", "-dx(u) - dxx(w)", "u", "-dx(w)"):
            with self.subTest(equation):
                told = self.run_ok("check", self.deck(equation, "dt = 1e-9", pde='integrator = "rk4"',
                                                      more='[pde.let]\nw = "0.001 * laplace(u)"\n')).stdout
                self.assertNotIn("central difference", told)

    def test_nothing_limits_the_step_at_the_start(self):
        done = tarn("check", self.deck("t * laplace(u)"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("time.dt: missing: nothing in the equations limits the step at the start", done.stderr)


class BlowUp(PdeCase):
    def test_field_cell_step_and_limit_are_named(self):
        deck = self.write("deck.toml", deck_text(
            cells=[64], upper=[1], end=1, time="dt = 2e-4", pde="trust_dt = true",
            equations={"u": "laplace(u)"}, initial={"u": "random"}))
        done = tarn("run", deck, "--run-dir", self.folder / "run", "--quiet")
        self.assertEqual(done.returncode, 4)
        self.assertRegex(done.stderr, r"u is NaN or infinite in cell \(\d+\) at step \d+")
        self.assertIn("the last step was 0.0002 long", done.stderr)
        limit = float(re.search(r"the largest stable step was ([0-9.e-]+) when it was last looked at, which laplace of u", done.stderr).group(1))
        self.assertAlmostEqual(limit, 0.5 / 64**2, delta=1e-7)


class BadFaces(PdeCase):
    """A face whose value becomes NaN while the run goes on."""

    def said_of(self, ranks, boundary, let=""):
        deck = self.write("deck.toml", deck_text(
            cells=(16, 16), upper=(1, 1), end=1, boundary='x = "given"', equations={"u": "laplace(u)" + (" + laplace(w)" if let else "")},
            initial={"u": "0"}, more=f"{let}[pde.boundary.u]\n{boundary}\n"))
        words = ["-n", ranks] if ranks > 1 else []
        done = tarn("run", deck, "--run-dir", self.folder / f"run{ranks}", "--quiet", *words)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("u is NaN or infinite in cell (", done.stderr)
        self.assertIn("laplace of u in the equation of u sets", done.stderr)
        return done.stderr

    def test_the_face_and_its_formula_are_named_on_any_number_of_ranks(self):
        boundary = 'x_lower = { value = "1 + sqrt(0.01 - t)" }\nx_upper = { slope = 0 }'
        for ranks in (1, 3):
            with self.subTest(ranks=ranks):
                self.assertRegex(self.said_of(ranks, boundary), r"; \S*deck\.toml:23:21: pde\.boundary\.u\.x_lower\.value is NaN or "
                                                                r"infinite on the face x_lower at time 0\.0")

    def test_a_part_of_a_mixture_is_named(self):
        boundary = 'x = { robin = ["1", "2", "log(0.01 - t)"] }'
        said = self.said_of(1, boundary)
        for face in ("x_lower", "x_upper"):
            self.assertRegex(said, rf"deck\.toml:23:26: pde\.boundary\.u\.x\.robin is NaN or infinite on the face {face} at time")

    def test_a_face_that_is_bad_in_one_place_at_the_start_is_refused(self):
        deck = self.write("deck.toml", deck_text(
            cells=(3000, 4), upper=(3000, 1), end=1, time="dt = 0.1", boundary='y = "given"', equations={"u": "0.1 * laplace(u)"}, initial={"u": "0"},
            pde="trust_dt = true", more='[pde.boundary.u]\ny = { value = "x > 1234 && x < 1235 ? 1 / (x - 1234.5) : 0" }\n'))
        done = tarn("run", deck, "--run-dir", self.folder / "run", "--quiet")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertRegex(done.stderr, r"deck\.toml:\d+:15: pde\.boundary\.u\.y\.value: is NaN or infinite on the face y_lower at the start")

    def robin(self, a, b, **more):
        boundary = f'[pde.boundary.u]\nx_lower = {{ robin = ["{a}", "{b}", "1"] }}\nx_upper = {{ value = 0 }}\n'
        return self.write("deck.toml", deck_text(**{**dict(
            cells=(16, 2048), upper=(1, 2048), end=0.1, time="dt = 1e-4", boundary='x = "given"', equations={"u": "laplace(u)"},
            initial={"u": "1"}, more=boundary), **more}))

    def test_a_mixture_that_leaves_what_is_beyond_unknown_at_the_start_is_refused(self):
        """Everywhere, where `check` looks, and in one place that only the run sees; in both orders."""
        nothing = r"deck\.toml:\d+:21: pde\.boundary\.u\.x_lower\.robin: a u \+ b du/dx says nothing about the value beyond the face"
        for a, b, place in (("t", "t", "0, 8.5"), ("y - 200.5", "0", "0, 200.5"), ("1", "y < 500 ? 1 : 1 / 32", "0, 504.5")):
            with self.subTest(a=a, b=b):
                done = tarn("check", self.robin(a, b))
                self.assertEqual(done.returncode, 2, done.stdout)
                self.assertRegex(done.stderr, rf"{nothing} at \({place}\), on the face x_lower at the start\n")
        for name, words in (("second", {}), ("fourth", {"pde": "order = 4"}), ("single", {"precision": "single"})):
            with self.subTest(name):
                done = tarn("run", self.robin("y - 201.5", "0", **words), "--run-dir", self.folder / name, "--quiet")
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertRegex(done.stderr, rf"{nothing} x_lower at the start\n")

    def test_a_mixture_that_leaves_what_is_beyond_unknown_later_is_named(self):
        done = tarn("run", self.robin("t < 0.005 ? 1 : 0", "0"), "--run-dir", self.folder / "run", "--quiet", "-n", 2)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertRegex(done.stderr, r"; \S*deck\.toml:\d+:21: pde\.boundary\.u\.x_lower\.robin: a u \+ b du/dx says nothing about "
                                      r"the value beyond the face x_lower at time 0\.0")
        self.assertNotIn("is NaN or infinite on the face", done.stderr)

    def test_a_face_is_named_where_no_step_can_be_chosen(self):
        """What the step follows from is no number before the field is looked at."""
        for name, equation, value in (("infinite", "diffuse(exp(h), h)", "t < 2^-7 ? 1 : exp(1000)"),
                                      ("mean", "laplace(h) * mean(h)", "1 + sqrt(0.01 - t)")):
            with self.subTest(name):
                deck = self.write("deck.toml", deck_text(
                    cells=(16,), upper=(1,), end=1, boundary='x = "given"', equations={"h": equation}, initial={"h": "1"},
                    history="steps = 1000", more=f'[pde.boundary.h]\nx_lower = {{ value = "{value}" }}\nx_upper = {{ slope = 0 }}\n'))
                done = tarn("run", deck, "--run-dir", self.folder / name, "--quiet")
                self.assertEqual(done.returncode, 4, done.stderr)
                self.assertIn("no step can be chosen", done.stderr)
                self.assertNotIn("the solution grows without bounds", done.stderr)
                self.assertRegex(done.stderr, r"; \S*deck\.toml:\d+:21: pde\.boundary\.h\.x_lower\.value is NaN or infinite on the face x_lower")

    def test_a_mean_that_is_no_number_is_told_where_no_step_can_be_chosen(self):
        deck = self.write("deck.toml", deck_text(cells=(16,), upper=(1,), end=1, equations={"h": "laplace(h) * mean(v)", "v": "sqrt(0.01 - t)"},
                                                 initial={"h": "1", "v": "1"}, history="steps = 1000"))
        done = tarn("run", deck, "--run-dir", self.folder / "run", "--quiet")
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("has become infinite or NaN; the solution grows without bounds", done.stderr)

    def test_a_face_that_is_bad_for_a_moment_alone_is_named(self):
        """It is sound again when the field is looked at."""
        for ranks, face in ((1, 'value = "1 / (t - 21 * 2^-11)"'), (2, 'robin = ["t - 21 * 2^-11", "0", "1"]')):
            deck = self.write("deck.toml", deck_text(
                cells=(16, 16), upper=(1, 1), end=1, time="dt = 0.00048828125", boundary='x = "given"', equations={"u": "laplace(u)"},
                initial={"u": "1"}, more=f"[pde.boundary.u]\nx_lower = {{ {face} }}\nx_upper = {{ slope = 0 }}\n"))
            with self.subTest(face):
                done = tarn("run", deck, "--run-dir", self.folder / f"run{ranks}", "--quiet", "-n", ranks)
                self.assertEqual(done.returncode, 4, done.stderr)
                self.assertIn("at step 25, time 0.012207", done.stderr)
                self.assertRegex(done.stderr, r"pde\.boundary\.u\.x_lower\.(value is NaN|robin: a u).* the face x_lower at time 0\.0102539;")

    def test_a_face_is_looked_at_where_it_is_read(self):
        """sqrt(y) is NaN in the corner beyond two faces, which mixed derivatives alone read."""
        for mixed, code in (("", 0), (" + 0.1 * dxy(u)", 2)):
            deck = self.write("deck.toml", deck_text(
                cells=(8, 8), upper=(1, 1), end=0.01, boundary='x = "given"\ny = "outflow"', equations={"u": "laplace(u)" + mixed},
                initial={"u": "1"}, more='[pde.boundary.u]\nx_lower = { value = "sqrt(y)" }\nx_upper = { robin = ["sqrt(y)", "1", "0"] }\n'))
            with self.subTest(mixed=mixed):
                done = tarn("run", deck, "--run-dir", self.folder / f"run{code}", "--quiet")
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertEqual("x_lower.value: is NaN or infinite on the face x_lower at the start" in done.stderr, code == 2, done.stderr)

    def test_a_run_that_blows_up_by_itself_blames_no_face(self):
        deck = self.write("deck.toml", deck_text(
            cells=[64], upper=[1], end=1, time="dt = 2e-4", pde="trust_dt = true", boundary='x = "given"',
            equations={"u": "laplace(u)"}, initial={"u": "random"}, more='[pde.boundary.u]\nx = { value = "sin(t)" }\n'))
        done = tarn("run", deck, "--run-dir", self.folder / "run", "--quiet")
        self.assertEqual(done.returncode, 4)
        self.assertNotIn("face", done.stderr)


class StepLimit(PdeCase):
    """How often a run looks at the stable step."""

    def looks(self, deck, steps=10):
        run = self.run_in(deck.stem, deck, "--set", f"time.max_steps={steps}")
        regions = json.loads((run / "run.json").read_text())["regions"]
        return sum(region["calls"] for region in regions if region["name"] == "largest step")

    def test_is_looked_at_once_where_it_follows_from_space_alone(self):
        for name in ("wave", "vortex_tracer"):
            with self.subTest(deck=name):
                self.assertEqual(self.looks(DECKS / "pde" / f"{name}.toml"), 1)

    def test_is_looked_at_in_each_step_where_it_follows_from_the_fields_or_the_time(self):
        for name, equation, looks in (("fields", "(1 + u^2) * laplace(u)", 11), ("time", "(1 + t) * x * laplace(u)", 21)):
            with self.subTest(of=name):
                deck = self.write(f"{name}.toml", deck_text(cells=[16], upper=[1], end=1, equations={"u": equation},
                                                            initial={"u": "sin(2 * pi * x)"}))
                self.assertEqual(self.looks(deck), looks)  # before the first step, after each, and with the time within each


class FixedStep(PdeCase):
    """A step that the deck fixes, and a stable step that falls below it while the run goes on."""

    SPACING = 1 / 64

    def run_to_the_limit(self, equations, share, initial="sin(2 * pi * x)", restart_at=None):
        """Ends with exit code 4; gives the step it came to, the largest |u| then, and the limit that it tells."""
        dt = share * self.SPACING**2 / 2
        deck = self.write("deck.toml", deck_text(cells=[64], upper=[1], end=2000 * dt, time=f"dt = {dt!r}",
                                                 equations=equations, initial={"u": initial},
                                                 pde='integrator = "euler"'))
        run = self.folder / "run"
        words = ["run", deck, "--run-dir", run, "--quiet", "--set", "history.every={ steps = 1 }"]
        if restart_at:
            self.run_ok(*words, "--set", f"time.max_steps={restart_at}")
            words.append("--restart")
        done = tarn(*words)
        self.assertEqual(done.returncode, 4, done.stderr)
        told = re.search(r"time\.dt = \S+ is now above the largest stable step, ([0-9.e+-]+), which \w+ of u", done.stderr)
        self.assertIsNotNone(told, done.stderr)
        with open(run / "history.csv") as file:
            rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
        u = max(abs(float(rows[-1][name])) for name in ("u_minimum", "u_maximum"))
        return int(rows[-1]["step"]), u, float(told.group(1)) / dt

    def test_that_a_coefficient_of_time_crosses_slowly_is_refused_in_time(self):
        step, u, limit = self.run_to_the_limit({"u": "(1 + 200 * t) * laplace(u)"}, share=0.7)
        self.assertGreater(step, 10)
        self.assertLessEqual(u, 1)
        self.assertGreater(limit, 0.95)

    def test_that_a_jump_crosses_is_refused_after_few_steps(self):
        jump = 70 * 0.9 * self.SPACING**2 / 2
        equations = {"u": f"(t < {jump!r} ? 1 : 2) * laplace(u)"}
        step, u, limit = self.run_to_the_limit(equations, share=0.9)
        self.assertLess(step, 70 + 5)
        self.assertAlmostEqual(limit, 0.5 / 0.9, delta=1e-3)
        self.assertLess(u, 1)

    def test_that_the_solution_crosses_is_refused_in_time(self):
        """The limit falls ever faster: u grows by e in 1/5 of the time."""
        equations = {"u": "(1 + u^2) * laplace(u) + 20 * u"}
        for restart_at in (None, 40):
            with self.subTest(restart_at=restart_at):
                shutil.rmtree(self.folder / "run", ignore_errors=True)
                step, u, limit = self.run_to_the_limit(equations, share=0.85, initial="0.05", restart_at=restart_at)
                self.assertGreater(step, 100)
                self.assertGreater(limit, 0.98)
                self.assertAlmostEqual(u**2, 1 / 0.85 - 1, delta=0.03)


class FacesWithSeveralRules(PdeCase):
    def test_beside_others_with_one(self):
        for x, y in ("xy", "yx"):
            deck = self.write("deck.toml", deck_text(
                cells=(16, 16), upper=(1, 1), end=0.01, pde="order = 4", equations={"u": "laplace(u)"}, initial={"u": "x * y"},
                boundary='x = "given"\ny = "given"', more=f"[pde.boundary.u]\n{y} = {{ value = 0 }}\n"
                f'{x}_upper = {{ value = 0 }}\n{x}_lower = {{ robin = ["1", "-0.1 * (1 + {y})", "0"] }}'))
            self.assertIn("largest stable step 0.000", self.run_ok("check", deck).stdout)


class LongSteps(PdeCase):
    CELLS, END = 200, 0.1

    def test_of_rkl2_are_warned_of_where_they_are_bad(self):
        x = (numpy.arange(self.CELLS) + 0.5) / self.CELLS
        waves = {1: numpy.sin(2 * numpy.pi * x), 15: 0.1 * numpy.sin(30 * numpy.pi * x)}
        exact = sum(wave * numpy.exp(-4 * self.CELLS**2 * numpy.sin(numpy.pi * n / self.CELLS) ** 2 * self.END)
                    for n, wave in waves.items())
        warned = 0
        for stages in (9, 99, 999):
            deck = self.write("deck.toml", deck_text(
                cells=(self.CELLS,), upper=(1,), end=self.END, time="cfl = 0.9", equations={"u": "laplace(u)"},
                initial={"u": "sin(2 * pi * x) + 0.1 * sin(30 * pi * x)"},
                pde=f'integrator = "rkl2"\nstages = {stages}'))
            told = re.search(r"warning \d+ steps? of rkl2 with \d+ stages may leave an error of ([\d.]+) of",
                             self.run_ok("check", deck).stdout)
            end = fields_of(self.run_in(f"stages{stages}", deck))["u"]
            error = numpy.sqrt(numpy.mean((end - exact) ** 2) / numpy.mean(sum(waves.values()) ** 2))
            self.assertLess(error, float(told[1]) if told else 0.01, stages)
            warned += told is not None
        self.assertEqual(warned, 2)


class IllPosed(PdeCase):
    """Waves that grow the faster the shorter they are, with a step that the deck gives."""

    def said_of(self, equations, cells=(32,), upper=None, more="", pde=""):
        deck = self.write("deck.toml", deck_text(
            cells=cells, upper=upper or [1] * len(cells), end=1e-3, time="dt = 1e-6",
            equations=equations, initial={name: "sin(2 * pi * x)" for name in equations}, more=more,
            pde='integrator = "rk4"\n' + pde))
        return self.run_ok("check", deck).stdout

    def test_is_told_with_its_place(self):
        text = self.said_of({"T": "-0.5 * laplace(T)"})
        self.assertRegex(text, r"\nwarning .*deck\.toml:17:1: pde\.equations\.T: this equation is ill-posed: the shorter a "
                               r"wave of T, the faster it grows\. On this grid waves of 2 cells grow e-fold in 0\.000488, ")
        self.assertAlmostEqual(0.000488, 1 / (0.5 * 4 * 32**2), delta=1e-6)

    LETS = {"w": "laplace(a)", "slope": "dx(a)", "m": "a^3 - a - laplace(a)"}

    def lets_of(self, equations):
        used = [name for name in self.LETS if any(re.search(rf"\b{name}\b", text) for text in equations.values())]
        return "[pde.let]\n" + "".join(f'{name} = "{self.LETS[name]}"\n' for name in used) if used else ""

    def test_is_found_in_every_guise(self):
        for equations, field in (({"a": "-dx(slope)", "b": "laplace(b)"}, "a"), ({"a": "diffuse(-2, a)"}, "a"),
                                 ({"a": "laplace(a)", "b": "0.1 * a - laplace(b)"}, "b"), ({"a": "laplace(b)", "b": "laplace(a)"}, "a"),
                                 ({"a": "b", "b": "-laplace(a)"}, "a"), ({"a": "-laplace(a) - 100 * a"}, "a"),
                                 ({"a": "laplace(a) + laplace(w)"}, "a"), ({"a": "diffuse(a, a)"}, "a"),
                                 ({"a": "5 - 1e-3 * laplace(a) - 3 * dx(a)"}, "a")):
            with self.subTest(equations=equations):
                self.assertIn(f"pde.equations.{field}: this equation is ill-posed",
                              self.said_of(equations, more=self.lets_of(equations)))
        for order in (2, 4):
            text = self.said_of({"a": "dxx(a) - 0.5 * dyy(a)"}, cells=(16, 12), pde=f"order = {order}")
            self.assertIn("pde.equations.a: this equation is ill-posed", text)

    def test_is_not_told_of_what_a_higher_derivative_or_a_neighbour_damps(self):
        for equations in ({"a": "-laplace(a) - laplace(w) - dx(a)^2 / 2"}, {"a": "0.3 * a - a^3 - a - 2 * laplace(a) - laplace(w)"},
                          {"a": "laplace(m)"}, {"a": "laplace(a) + 1000 * a"}, {"a": "-laplace(b)", "b": "laplace(a)"},
                          {"a": "b", "b": "laplace(a)"}, {"a": "-dx(b)", "b": "-dx(a)"}, {"a": "-upwind(1, a)"}, {"a": "dx(w)"},
                          {"a": "laplace(a) + 3 * laplace(b)", "b": "laplace(b)"}, {"a": "1 + t"}):
            for cells, length in ((32, 50), (16, 30), (16, 300)):  # on the last, waves of two cells may grow
                with self.subTest(equations=equations, cells=cells, length=length):
                    self.assertNotIn("ill-posed", self.said_of(equations, (cells,), [length], self.lets_of(equations)))

    def test_no_deck_that_comes_with_tarn_is(self):
        decks = sorted((DECKS / "pde").glob("*.toml"))
        self.assertGreater(len(decks), 15)
        for deck in decks:
            with self.subTest(deck=deck.name):
                self.assertNotIn("warning", self.run_ok("check", deck, "--any-space").stdout)

    def test_a_run_tells_and_keeps_it(self):
        deck = self.write("deck.toml", deck_text(cells=[16], upper=[1], end=1e-4, time="dt = 1e-5",
                                                 equations={"T": "-laplace(T)"}, initial={"T": "sin(2 * pi * x)"}))
        text = self.run_ok("run", deck, "--run-dir", self.folder / "run").stdout
        (kept,) = json.loads((self.folder / "run" / "run.json").read_text())["warnings"]
        self.assertIn("deck.toml:16:1: pde.equations.T: this equation is ill-posed", kept)
        self.assertIn(f"\nwarning {kept}\n", text)
        self.assertIn("this equation is ill-posed", (self.folder / "run" / "report.html").read_text())


class ManufacturedSolutions(PdeCase):
    DECK = ('[run]\napp = "pde"\n[grid]\ncells = [20]\nlower = [-1.0]\nupper = [1.0]\nboundary = {{ x = "given" }}\n'
            '[time]\nend = 1\n[pde.equations]\nu = "laplace(u)"\n[pde.manufactured]\nu = "{solution}"\n')

    def said_of(self, solution):
        return tarn("check", self.write("deck.toml", self.DECK.format(solution=solution)))

    def test_poles_are_found_wherever_they_lie(self):
        for place in (-0.999, -0.61803, 0, 0.05, 0.1, 0.7321):
            for pole in (f"1 / (x - {place})", f"(x - {place})^-2", f"(x - {place})^-3", f"t * tan(pi / 2 * (1 + x - {place}))"):
                with self.subTest(pole=pole):
                    done = self.said_of(pole)
                    self.assertEqual(done.returncode, 2, done.stdout)
                    self.assertRegex(done.stderr, r"^.*:13:5: pde.manufactured.u: (has a pole near|is -?(inf|nan) at) ")
        self.assertRegex(self.said_of("sin(x) / (t - 0.62)").stderr, "has a pole near .*, at time 0.6[12]")

    def test_what_is_steep_or_only_looks_like_a_pole_is_taken(self):
        for smooth in ("sin(x - 0.033) / (x - 0.033)", "1 / (1e-4 + x^2)", "tanh(50 * x)", "tan(1.5 * x)", "exp(-t) / (2 + x)",
                       "(x^2 - 0.033^2) / (x - 0.033)", "sqrt(1 - 0.9 * t) / (x - 1.05)"):
            with self.subTest(smooth=smooth):
                done = self.said_of(smooth)
                self.assertEqual(done.returncode, 0, done.stderr)


class Units(PdeCase):
    def test_files_carry_them(self):
        deck = self.write("deck.toml", deck_text(
            cells=[16], end=0.1, upper=[1], equations={"c": "D * laplace(c)"}, initial={"c": "c0 * sin(2 * pi * x / L)^2"},
            more='[constants]\nD = 0.1\nc0 = 2\nL = 1\n[pde.units]\nx = "m"\nt = "s"\nc = "mol/m^3"\nD = "m^2/s"\nc0 = "mol/m^3"\n'
                 'L = "m"\n[pde.output]\nflow = "-D * dx(c)"\n[[output]]\nevery = { time = 0.1 }\nfields = ["c", "flow"]'))
        run = self.run_in("run", deck)
        told = []
        for path in run.glob("**/*.h5"):
            with h5py.File(path) as file:
                file.visititems(lambda name, item: told.append(f"{name} {dict(item.attrs)}"))
        for name, unit in (("c", "mol/m^3"), ("flow", "mol/m^2/s")):
            self.assertTrue(any(f"/{name} " in line and unit in line for line in told), "\n".join(told))


if __name__ == "__main__":
    unittest.main()
