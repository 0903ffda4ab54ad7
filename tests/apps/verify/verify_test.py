"""`tarn verify` proves what is right, finds what is spoiled on purpose, and says what it could not look at."""

import json
import os
import pathlib
import resource
import signal
import subprocess
import time
import unittest

from support.tarn_program import DECKS, PROGRAM, Case, tarn

SPOILED = os.environ["TARN_SPOILED_PROGRAM"]
LIMIT = 900  # seconds: other programs may share the processors

PULSE = """
[run]
app = "heat"
name = "pulse"
{run}
[grid]
cells = [32]
[time]
end = 0.02
cfl = 0.8
[heat]
diffusivity = 1
initial = "2 + sin(2 * pi * x)"
"""
EXACT = """
[exact]
source = "by hand"
temperature = "2 + exp(-{rate} * pi^2 * t) * sin(2 * pi * x)"
"""
VERIFY = """
[verify]
ladder = [16, 32, 64]
order = {order}
norms = ["l1", "l2", "max"]
"""


class VerifyCase(Case):
    def verify(self, *words, code, program=PROGRAM, env=None):
        done = subprocess.run([program, "verify", *map(str, words), "--json"], cwd=self.folder, capture_output=True, text=True,
                              timeout=LIMIT, stdin=subprocess.DEVNULL, check=False, env={**os.environ, **(env or {})})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        report = json.loads(done.stdout)
        return done.stderr if "error" in report else report

    def findings(self, report, problem=0):
        return {(f["what"], f["of"]): f["verdict"] for f in report["problems"][problem]["findings"]}

    def bad(self, report):
        return {f["what"] for problem in report["problems"] for f in problem["findings"] if f["verdict"] == "bad"}


ZERO = """
[run]
app = "pde"
[grid]
cells = [16]
[time]
end = 0.05
[pde.equations]
u = "laplace(u)"
v = "laplace(v) + {rest}"
[pde.manufactured]
u = "exp(-t) * sin(2 * pi * x)"
v = "0"
[verify]
ladder = [8, 16, 32]
"""


POLE = """
[run]
app = "pde"
[grid]
cells = [32]
[time]
end = 1e-3
dt = 1e-5
[pde.equations]
u = "0.1 * laplace(u) + 1 / (x - 0.0625){more}"
[pde.initial]
u = "1 + x"
"""
SOLUTION = """
[exact]
u = "1 + x"
"""


class Grids(VerifyCase):
    """A deck that is sound on its own grid, and not on one of the ladder."""

    def refused(self, text, what, place, ending="verify.ladder chooses others"):
        told = self.verify(self.write("pole.toml", text), code=2)
        first, last = told.splitlines()
        self.assertEqual(last, "tarn: 1 problem in the deck")
        self.assertTrue(first.startswith(place) or first.startswith(str(self.folder / place)), first)
        self.assertIn(what, first)
        self.assertTrue(first.endswith("a grid that tarn verify takes: " + ending), first)

    def test_the_grid_is_told(self):
        pole = "is inf, where x = 0.0625, {}u = 1.0625; this is on {} cells, "
        equation = "pole.toml:10:27: pde.equations.u: at the start"
        self.refused(POLE.format(more="") + SOLUTION, pole.format("", 8), equation)
        self.refused(POLE.format(more="").replace("[32]", "[32, 64]") + SOLUTION, pole.format("y = 0.03125, ", "8 x 16"), equation)
        self.refused(POLE.format(more=""), pole.format("", 8), equation)  # a short run, for no solution is known
        self.refused(POLE.format(more="").replace("0.0625", "0.0078125") + SOLUTION + "[verify]\nladder = [16, 32, 64]\n",
                     "x = 0.0078125, u = 1.00781; this is on 64 cells, ", equation)

    def test_steps_that_are_too_long_are_told_with_what_makes_them(self):
        text = POLE.format(more="").replace(" + 1 / (x - 0.0625)", "").replace("1e-5", "4e-3").replace("1e-3", "4e-2")
        self.refused(text + SOLUTION + "[verify]\nstep_power = 0\nladder = [16, 32, 64]\n",
                     "0.004 is above the largest stable step, 0.0012207, which laplace of u in the equation of u sets",
                     "--set time.dt=", "verify.ladder chooses others, and verify.step_power how time.dt goes with the spacing")

    def test_what_a_run_finds_at_its_start_is_told_of_the_deck(self):
        """What needs a mean is looked at when a run begins."""
        self.refused(POLE.format(more=" + 1e-9 * mean(u)") + SOLUTION, "this is on 8 cells", "pole.toml: pde.equations.u: at the start")


class OneDeck(VerifyCase):
    def test_a_field_that_stays_0_is_right(self):
        """Exactly, and up to what is left over of another field by rounding: an order it has in neither case."""
        for rest, is_zero in (("dx(u) - dx(u)", True), ("dx(u) - dx(1.1 * u) / 1.1", False)):
            with self.subTest(rest=rest):
                report = self.verify(self.write("zero.toml", ZERO.format(rest=rest)), code=0)
                self.assertEqual(self.findings(report)[("order", "v L1")], "good")
                errors = [grid["errors"]["v"]["l1"] for grid in report["problems"][0]["grids"]]
                self.assertEqual(max(errors) == 0, is_zero, errors)

    def test_a_field_that_is_to_be_0_and_is_not_is_bad(self):
        text = ZERO.format(rest="1e-6 * sin(2 * pi * x)").replace("[pde.manufactured]", "[pde.initial]")
        text = text.replace('"exp(-t) * sin', '"sin').replace("[verify]", '[exact]\nv = 0\n[verify]')
        self.assertEqual(self.bad(self.verify(self.write("zero.toml", text), code=4)), {"order"})

    def test_orders_conservation_ranks_and_restart_are_looked_at(self):
        deck = self.write("pulse.toml", PULSE.format(run="") + EXACT.format(rate=4) + VERIFY.format(order=1.8))

        report = self.verify(deck, code=0)

        self.assertEqual(self.findings(report), {
            ("order", "temperature L1"): "good", ("order", "temperature L2"): "good", ("order", "temperature max"): "good",
            ("conservation", "temperature"): "good", ("ranks", "2"): "good", ("ranks", "3"): "good", ("restart", ""): "good"})
        problem = report["problems"][0]
        self.assertEqual([grid["cells"] for grid in problem["grids"]], [[16], [32], [64]])
        for order in problem["orders"]["temperature"].values():
            self.assertAlmostEqual(order, 2, delta=0.1)

    def test_a_wrong_solution_and_a_wrong_promise_end_with_4(self):
        wrong = self.write("wrong.toml", PULSE.format(run="") + EXACT.format(rate=4.1) + VERIFY.format(order=1.8))
        self.assertEqual(self.bad(self.verify(wrong, code=4)), {"order"})
        proud = self.write("proud.toml", PULSE.format(run="") + EXACT.format(rate=4) + VERIFY.format(order=2.5))
        self.assertEqual(self.bad(self.verify(proud, code=4)), {"order"})
        strict = self.write("strict.toml", PULSE.format(run="") + EXACT.format(rate=4) + VERIFY.format(order=1.8) +
                            "largest_error = 1e-6\n")
        self.assertEqual(self.bad(self.verify(strict, code=4)), {"error"})
        stays = self.write("stays.toml", PULSE.format(run="").replace("[grid]", '[grid]\nboundary = { x = "dirichlet" }')
                           + '[heat.boundary_value]\nx_lower = 2\nx_upper = 1\n[verify]\nconserved = ["temperature"]\n')
        self.assertEqual(self.bad(self.verify(stays, code=4)), {"conservation"})

    def test_a_deck_without_a_solution_is_checked_and_says_so(self):
        deck = self.write("pulse.toml", PULSE.format(run=""))

        report = self.verify(deck, code=0)

        self.assertEqual(set(self.findings(report)), {("conservation", "temperature"), ("ranks", "2"), ("ranks", "3"),
                                                      ("restart", "")})
        self.assertIn("no exact solution is known", tarn("verify", deck, cwd=self.folder).stdout)

    def test_the_app_itself_may_know_the_solution(self):
        report = self.verify(DECKS / "euler" / "sod.toml", code=0)
        self.assertEqual(report["problems"][0]["exact"][0]["field"], "density")
        self.assertIn("Toro", report["problems"][0]["exact"][0]["source"])
        self.assertGreater(report["problems"][0]["orders"]["density"]["l1"], 0.7)

    def test_single_precision_is_held_to_its_own_rounding(self):
        deck = self.write("pulse.toml", PULSE.format(run="") + EXACT.format(rate=4) + VERIFY.format(order=1.8))
        report = self.verify(deck, "--set", "run.precision=single", code=0)
        self.assertEqual(report["problems"][0]["precision"], "single")
        self.assertGreater(report["problems"][0]["grids"][2]["errors"]["temperature"]["max"], 1e-7)

    def test_the_report_is_a_page_of_its_own(self):
        deck = self.write("pulse.toml", PULSE.format(run="") + EXACT.format(rate=4) + VERIFY.format(order=1.8))
        output = self.folder / "proof"

        report = self.verify(deck, "--output", output, code=0)

        page = (output / "report.html").read_text()
        self.assertEqual(page.count("<svg"), 1)
        self.assertEqual(page.count("<polyline"), 3)
        self.assertNotIn("http", page)
        self.assertIn("<td>conservation</td>", page)
        self.assertEqual(json.loads((output / "run.json").read_text()), report)
        self.assertEqual(list((output / "tmp").iterdir()), [])
        self.run_ok("data", "verify", output)
        self.assertIn("is not empty", self.verify(deck, "--output", output, code=3))
        self.verify(deck, code=0)
        self.assertTrue((self.folder / "runs" / "latest" / "report.html").is_file())

    def test_its_page_is_never_taken_for_that_of_a_run(self):
        deck = self.write("pulse.toml", PULSE.format(run="") + EXACT.format(rate=4) + VERIFY.format(order=1.8))
        self.verify(deck, "--output", "proof", code=0)
        page = self.folder / "proof" / "report.html"
        before = page.read_bytes()
        self.assertIn(b"Exact solution: by hand.", before)
        for words in (["proof"], ["proof", "--output", "other.html"]):
            refused = tarn("report", *words, cwd=self.folder)
            self.assertEqual(refused.returncode, 3, refused.stdout)
            self.assertIn("its report.html tells of something else", refused.stderr)
        self.assertEqual(page.read_bytes(), before)
        self.assertFalse((self.folder / "other.html").exists())

    def test_without_a_launcher_ranks_are_left_out_visibly(self):
        deck = self.write("pulse.toml", PULSE.format(run=""))
        done = subprocess.run(["mpiexec", "-n", "1", PROGRAM, "verify", deck, "--json"], cwd=self.folder, capture_output=True,
                              text=True, timeout=LIMIT, stdin=subprocess.DEVNULL, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.findings(json.loads(done.stdout))[("ranks", "2")], "skipped")
        self.assertIn("rank of an MPI launcher", done.stdout)

    def test_grids_that_ranks_cannot_share_are_left_out(self):
        deck = self.write("small.toml", PULSE.format(run="").replace("[32]", "[2]") + "[verify]\nladder = [2, 4]\n")
        findings = self.findings(self.verify(deck, code=0))
        self.assertEqual((findings[("ranks", "2")], findings[("ranks", "3")]), ("good", "skipped"))

    def test_bad_input_is_told(self):
        for words, told in ((["nothing"], "there is no app 'nothing'"), (["pipeline"], "has no decks of its own"),
                            ([DECKS / "pipeline" / "mixed.toml"], "takes no steps")):
            self.assertIn(told, self.verify(*words, code=2))
        self.assertIn("nowhere.toml", self.verify("nowhere.toml", code=3))
        for table, told in (("ladder = [32, 16]", "each grid must have more cells"), ("norms = [\"l3\"]", "l3"),
                            ("conserved = [\"u\"]", "u"), ("order = 0", "order")):
            deck = self.write("bad.toml", PULSE.format(run="") + f"[verify]\n{table}\n")
            self.assertIn(told, self.verify(deck, code=2))
        deck = self.write("odd.toml", PULSE.format(run="").replace("[32]", "[32, 24]") + "[verify]\nladder = [30, 60]\n")
        self.assertIn("odd.toml:15:10: verify.ladder: with 30 cells along x", self.verify(deck, code=2))


SOLITON = """
[run]
app = "pde"
[grid]
cells = [192]
lower = [-10.0]
upper = [10.0]
[time]
end = 0.5
[pde]
integrator = "rk4"
order = {order}
[pde.equations]
u = "-6 * u * dx(u) - dx(w)"
[pde.let]
w = "dxx(u)"
[pde.initial]
u = "2 / cosh(x)^2"
[exact]
u = "2 / cosh(x - {speed} * t)^2"
"""
JUMP = """
[run]
app = "pde"
[grid]
cells = [128]
[time]
end = 0.5
[pde]
integrator = "rk3"
speed = [1]
[pde.flux]
u = ["u"]
[pde.initial]
u = "abs(x - 0.5) < 0.2 ? 1 : 0"
[exact]
u = "abs(mod(x - t + 1, 1) - 0.5) < 0.2 ? 1 : 0"
"""


class NoOrderGiven(VerifyCase):
    def order_of(self, text, code, *words):
        report = self.verify(self.write("deck.toml", text), *words, code=code)
        (found,) = [f for f in report["problems"][0]["findings"] if f["what"] == "order"]
        self.assertEqual(found["verdict"], "bad" if code else "good")
        return found["detail"]

    def test_a_speed_that_is_a_hundredth_wrong_is_found(self):
        for order in (2, 4):
            self.assertIn(f"expected of a method of order {order};", self.order_of(SOLITON.format(order=order, speed=4), 0))
            self.assertIn(f"expected of a method of order {order};", self.order_of(SOLITON.format(order=order, speed=4.04), 4))

    def test_steps_in_time_are_part_of_the_promise(self):
        text = ZERO.format(rest="0").replace("[pde.equations]", '[pde]\norder = 4\nintegrator = "euler"\n[pde.equations]')
        text = text.replace('v = "0"\n', "").replace('v = "laplace(v) + 0"\n', "")
        self.assertIn("of a method of order 2;", self.order_of(text, 0))

    def test_a_jump_is_promised_nothing(self):
        detail = self.order_of(JUMP, 0)
        self.assertIn("at least 0.5 and 0.375 are expected; errors", detail)

    def test_a_ladder_that_stops_falling_is_found_at_its_end(self):
        """Of a method that promises nothing: the errors of the whole ladder fall with 0.5 and more."""
        text = PULSE.format(run="") + EXACT.format(rate=4.02) + VERIFY.format(order=0.5).replace('"l1", "l2", "max"', '"l1"')
        detail = self.order_of(text, 4)
        self.assertGreater(float(detail.split(",")[0]), 0.5)


IN_TIME = """
[run]
app = "pde"
[grid]
cells = [24]
{boundary}
[time]
end = 0.1
[pde]
integrator = "{integrator}"
{faces}
[pde.equations]
u = "0.1 * laplace(u) - u * dx(u)"
[pde.initial]
u = "1 + 0.5 * sin(2 * pi * x)"
[verify]
steps = 40
norms = ["l1", "max"]
"""
ORDERS = {"euler": 1, "rk2": 2, "rk3": 3, "rk4": 4, "rkl2": 2}


class OrderInTime(VerifyCase):
    def orders_of(self, text, code, *words):
        """What was found, and the findings, of a deck."""
        (problem,) = self.verify(self.write("deck.toml", text), *words, code=code)["problems"]
        return problem, [f for f in problem["findings"] if f["what"] == "order in time"]

    def test_each_integrator_has_its_own(self):
        """Without an exact solution, and whatever the error in space is."""
        for integrator, order in ORDERS.items():
            with self.subTest(integrator=integrator):
                problem, found = self.orders_of(IN_TIME.format(integrator=integrator, boundary="", faces=""), 0)
                self.assertEqual([f["of"] for f in found], ["u L1", "u max"])
                self.assertTrue(all(f"of a method of order {order};" in f["detail"] for f in found), found)
                self.assertEqual([rung["steps"] for rung in problem["halvings"]], [40, 80, 160])
                for measured in problem["orders_in_time"]["u"].values():
                    self.assertAlmostEqual(measured, order, delta=0.15)

    def test_an_order_that_it_has_not_is_bad(self):
        for integrator, order in ORDERS.items():
            with self.subTest(integrator=integrator):
                _, found = self.orders_of(IN_TIME.format(integrator=integrator, boundary="", faces=""), 4,
                                          "--set", f"verify.order_in_time={order + 0.5}")
                self.assertEqual({f["verdict"] for f in found}, {"bad"})

    def test_between_faces_it_is_the_second(self):
        text = IN_TIME.format(integrator="rk4", boundary='boundary = { x = "given" }',
                              faces='[pde.boundary.u]\nx = { value = "1 + sin(40 * t)" }')
        _, found = self.orders_of(text, 0)
        self.assertTrue(all("of a method of order 2;" in f["detail"] for f in found), found)

    def test_steps_that_are_too_long_are_bad(self):
        text = IN_TIME.format(integrator="rk4", boundary="", faces="").replace("steps = 40", "steps = 2")
        _, found = self.orders_of(text.replace("0.1 * laplace", "10 * laplace"), 4)
        self.assertEqual({f["verdict"] for f in found}, {"bad"})

    def test_other_apps_have_it_too(self):
        """They promise nothing; beside the order in space."""
        text = PULSE.format(run="") + EXACT.format(rate=4) + VERIFY.format(order=1.8) + "steps = 200\norder_in_time = 0.95\n"
        problem, found = self.orders_of(text, 0)
        self.assertEqual([f["of"] for f in found], ["temperature L1", "temperature L2", "temperature max"])
        self.assertAlmostEqual(problem["orders_in_time"]["temperature"]["max"], 1, delta=0.05)
        self.assertAlmostEqual(problem["orders"]["temperature"]["max"], 2, delta=0.1)

    def test_it_is_on_the_page_and_the_terminal(self):
        deck = self.write("deck.toml", IN_TIME.format(integrator="rk3", boundary="", faces=""))
        told = self.run_ok("verify", deck, "--output", self.folder / "proof", cwd=self.folder, timeout=LIMIT).stdout
        self.assertIn("  from the result of twice as many steps:\n  u in time", told)
        page = (self.folder / "proof" / "report.html").read_text()
        self.assertIn("<h3>u in time: from the result of twice as many steps</h3>", page)
        self.assertIn("<tr><td>24</td><td>160</td>", page)

    def test_an_order_without_steps_is_refused(self):
        deck = self.write("deck.toml", PULSE.format(run="") + "[verify]\norder_in_time = 2\n")
        self.assertIn("verify.order_in_time: is measured where steps is given", self.verify(deck, code=2))


class Stopping(VerifyCase):
    """A signal while ranks run ends the command, as it does later: it is no finding."""

    def ranks_of(self, process):
        """The processes at the second level below it: those that the launcher has started."""
        launchers = [int(child) for task in pathlib.Path(f"/proc/{process}/task").glob("*/children")
                     for child in task.read_text().split()]
        return [child for launcher in launchers for task in pathlib.Path(f"/proc/{launcher}/task").glob("*/children")
                for child in task.read_text().split()]

    def test_a_signal_to_the_ranks_ends_all(self):
        deck = self.write("pulse.toml", PULSE.format(run="") + EXACT.format(rate=4) + VERIFY.format(order=1.8))
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                started = subprocess.Popen([PROGRAM, "verify", deck, "--output", self.folder / "proof"], cwd=self.folder,
                                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                           text=True, env={**os.environ, "TMPDIR": str(self.folder)})
                self.addCleanup(started.kill)
                deadline = time.monotonic() + LIMIT
                while not self.ranks_of(started.pid):
                    self.assertIsNone(started.poll())
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.001)
                started.send_signal(number)
                out, told = started.communicate(timeout=LIMIT)
                self.assertEqual((started.returncode, out), (-number, ""), told)
                self.assertIn(f"tarn: stopped by {number.name}; nothing is reported", told)
                self.assertFalse((self.folder / "proof").exists())
                self.assertEqual(list(self.folder.glob("tarn-verify-*")), [])

    def test_the_name_of_a_deck_may_be_any_bytes(self):
        folder = os.path.join(os.fsencode(self.folder), b"a\xff \n'")
        os.mkdir(folder)
        deck = os.path.join(folder, b"pulse.toml")
        with open(deck, "w") as file:
            file.write(PULSE.format(run=""))
        done = subprocess.run([PROGRAM, "verify", deck, "--output", os.path.join(folder, b"proof"), "--json"],
                              capture_output=True, timeout=LIMIT, stdin=subprocess.DEVNULL, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""), done.stdout)
        self.assertEqual(self.bad(json.loads(done.stdout)), set())
        self.assertTrue(os.path.exists(os.path.join(folder, b"proof/report.html")))

    def test_a_directory_with_something_in_it_is_refused_before_anything_runs(self):
        deck = self.write("pulse.toml", PULSE.format(run=""))
        told = self.verify(deck, "--output", self.folder, code=3, env={"PATH": "/nowhere"})
        self.assertEqual(told, f"tarn: --output {self.folder}: is not empty; the report needs a new directory or an empty one\n")


class Apps(VerifyCase):
    def test_every_app_is_proved_with_a_source_for_each_solution(self):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        report = self.verify(code=0)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)

        # Less than a minute on two cores, whatever else they do. Several threads of OpenMP count while they wait, too, as
        # long as others have the cores.
        if os.environ.get("OMP_NUM_THREADS", "1") == "1":
            self.assertLess(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 60)
        self.assertEqual({problem["app"] for problem in report["problems"]}, {"euler", "gray_scott", "heat", "pde"})
        known = [problem for problem in report["problems"] if problem["exact"]]
        self.assertGreaterEqual(len(known), 15)
        for problem in known:
            for exact in problem["exact"]:
                self.assertRegex(exact["source"], r"(19|20)\d\d", problem["name"])
        kept = {problem["app"] for problem in report["problems"]
                for finding in problem["findings"] if finding["what"] == "conservation"}
        self.assertEqual(kept, {"euler", "gray_scott", "heat", "pde"})
        self.assertEqual(self.bad(report), set())
        for problem in report["problems"]:
            kinds = {finding["what"] for finding in problem["findings"] if finding["verdict"] == "good"}
            self.assertLessEqual({"ranks", "restart"}, kinds, problem["name"])


    def test_single_precision_is_proved_too(self):
        for app in ("euler", "heat"):
            report = self.verify(app, "--set", "run.precision=single", code=0)
            self.assertEqual({problem["precision"] for problem in report["problems"]}, {"single"})
            orders = [f for problem in report["problems"] for f in problem["findings"] if f["what"] == "order"]
            measured = [f for f in orders if "are those of rounding" not in f["detail"]]
            self.assertGreater(len(measured), len(orders) / 3)


class Spoiled(VerifyCase):
    def expect(self, app, code, *found):
        self.assertEqual(self.bad(self.verify(app, code=code, program=SPOILED)), set(found))

    def test_the_sound_app_passes(self):
        self.expect("honest", 0)

    def test_a_wrong_coefficient_is_found(self):
        self.expect("wrong_coefficient", 4, "order", "error")

    def test_a_first_order_ghost_is_found(self):
        self.expect("first_order_ghost", 4, "order", "error")

    def test_a_flux_that_loses_is_found(self):
        self.expect("lossy_flux", 4, "conservation")

    def test_ranks_that_differ_are_found(self):
        self.expect("unlike_ranks", 4, "ranks")

    def test_a_state_that_no_checkpoint_holds_is_found(self):
        self.expect("forgetful", 4, "restart")


if __name__ == "__main__":
    unittest.main()
