"""Ensembles whose members run as one batch: each has the bits of its own run, whatever becomes of the others."""
import csv
import io
import json
import signal
import subprocess
import time
import unittest

import h5py

from support.tarn_program import PROGRAM, Case, tarn

DECK = """
[run]
app = "gray_scott"
precision = "%(precision)s"
[grid]
cells = %(cells)s
boundary = { x = "%(boundary)s" }
[time]
end = 1e9
dt = 0.5
max_steps = %(steps)d
[constants]
level = 0.3
[gray_scott]
du = 2e-5
dv = 1e-5
feed = 0.04
kill = 0.06
integrator = "%(integrator)s"
[gray_scott.initial]
u = "1 - 0.1 * random"
v = "x < 0.5 ? level : 0.1 * random"
[history]
every = { steps = 10 }
[checkpoint]
every = { steps = 20 }
[[output]]
series = "fields"
every = { steps = 20 }
[[output]]
series = "thin"
fields = ["v"]
every = { steps = 40 }
stride = [2]
"""
VARY = """
[ensemble]
combine = "zip"
[ensemble.vary]
"run.seed" = [1, 2, 3, 4]
"gray_scott.feed" = [0.03, 0.04, 0.05, 0.04]
"gray_scott.du" = [2e-5, 1e-5, 2e-5, 3e-5]
"gray_scott.noise" = [%s]
"constants.level" = [0.1, 0.2, 0.3, 0.4]
"""
PLAIN, NOISY = VARY % "0, 0, 0, 0", VARY % "0.1, 0.2, 0.3, 0.05"


HEAT = """
[run]
app = "heat"
[grid]
cells = %(cells)s
boundary = { x = ["dirichlet", "neumann"] }
[time]
end = 1e9
dt = %(dt)s
max_steps = 30
[constants]
warm = 2
[heat]
diffusivity = "%(diffusivity)s"
initial = "300 + random + warm * cos(3 * x)"
integrator = "%(integrator)s"
%(source)s
[heat.boundary_value]
x_lower = "300 + warm"
x_upper = "-warm"
[history]
every = { steps = 10 }
[[output]]
series = "fields"
every = { steps = 10 }
[ensemble]
combine = "zip"
[ensemble.vary]
"run.seed" = [1, 2, 3, 4]
"constants.warm" = [1, 2, 3, 0.5]
"heat.initial" = ["300 + random", "300 + warm * random", "299 + x", "300 + warm * cos(3 * x)"]
"""


def deck(more="", cells="[20, 14]", boundary="held", precision="double", integrator="euler", steps=40):
    return DECK % locals() + more


def table(run):
    return list(csv.DictReader(io.StringIO(tarn("ensemble", run, "--csv").stdout)))


class Batches(Case):
    def ensemble(self, text, name="e", code=0, words=()):
        path = self.write("deck.toml", text)
        done = tarn("run", path, "--run-dir", self.folder / name, *words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return self.folder / name

    def alone(self, ensemble, member):
        """A member's deck as a run of its own."""
        run = self.folder / f"alone-{ensemble.name}-{member}"
        self.run_ok("run", ensemble / member / "deck.toml", "--run-dir", run, "--quiet")
        return run

    def same_as_alone(self, ensemble, members=4, batch="batch-0000", fields=("u", "v")):
        for n in range(members):
            member = "%04d" % n
            alone = self.alone(ensemble, member)
            self.assertEqual((ensemble / member / "history.csv").read_text(), (alone / "history.csv").read_text())
            self.same_series(ensemble / batch / "series/fields.h5", n, alone, "fields", fields)
        self.assertEqual(list((ensemble / batch / "out").iterdir()), [])

    def same_series(self, file, n, alone, series, fields):
        files = sorted((alone / "out").glob(series + "-*.h5"))
        with h5py.File(file) as all_members:
            self.assertEqual(len(all_members["dimensions/time"]), len(files))
            for t, path in enumerate(files):
                with h5py.File(path) as own:
                    (step,) = own["data"]
                    self.assertEqual(all_members["dimensions/step"][t], int(step))
                    for field in fields:
                        values = own[f"data/{step}/fields/{field}"][...]
                        got = all_members[f"t0_fields/{field}"][n, t]
                        self.assertEqual((got.dtype, got.shape), (values.dtype, values.shape))
                        self.assertEqual(got.tobytes(), values.tobytes(), f"{field} of member {n} at step {step}")

    def test_members_in_two_dimensions_have_the_bits_of_their_own_runs(self):
        for integrator, more in (("euler", NOISY), ("rk2", PLAIN)):
            run = self.ensemble(deck(more, integrator=integrator), name=integrator)
            self.assertEqual([row["status"] for row in table(run)], ["done"] * 4)
            self.same_as_alone(run)

    def test_members_in_one_dimension_have_the_bits_of_their_own_runs(self):
        for boundary, integrator, more in (("neumann", "rk4", PLAIN), ("periodic", "euler", NOISY)):
            run = self.ensemble(deck(more, cells="[37]", boundary=boundary, precision="single", integrator=integrator), name=boundary)
            self.same_as_alone(run)

    def test_members_of_heat_have_the_bits_of_their_own_runs(self):
        cases = [("[18, 12]", "euler", "1e-4 * warm", ""), ("[18, 12]", "euler", "1e-4 * (warm + x)", 'source = "warm * y"'),
                 ("[21]", "rkl2", "1e-4", 'source = "warm * x"\nstages = 5')]
        for n, (cells, integrator, diffusivity, source) in enumerate(cases):
            text = HEAT % {"cells": cells, "dt": "2.0", "diffusivity": diffusivity, "integrator": integrator, "source": source}
            run = self.ensemble(text, name="heat-%d" % n)
            self.same_as_alone(run, fields=["temperature"])
        source = '"heat.source" = ["x", "t", "2", "x * t"]\n'
        path = self.write("deck.toml", HEAT % {"cells": "[9]", "dt": "1.0", "diffusivity": "1e-4", "integrator": "euler", "source": ""} + source)
        checked = json.loads(self.run_ok("check", path, "--json", cwd=self.folder).stdout)
        self.assertEqual(checked["batches"], [[0, 2]])
        self.assertEqual(checked["alone"], [{"members": [1, 3], "why": "heat.source changes in time"}])

    def test_the_file_of_a_series_is_laid_out_as_data_sets_for_learning_are(self):
        run = self.ensemble(deck(PLAIN))
        with h5py.File(run / "batch-0000/series/fields.h5") as file:
            self.assertEqual((file.attrs["n_trajectories"], file.attrs["n_spatial_dims"]), (4, 2))
            self.assertEqual([name.decode() for name in file["dimensions"].attrs["spatial_dims"]], ["y", "x"])
            self.assertEqual(list(file["dimensions/time"]), [0, 10, 20])
            self.assertEqual(list(file["dimensions/x"][:2]), [0.025, 0.075000000000000011])
            self.assertEqual(file["t0_fields/u"].shape, (4, 3, 14, 20))
            self.assertEqual(file["t0_fields/u"].chunks, (1, 1, 14, 20))
            self.assertEqual(list(file["scalars/gray_scott.feed"]), [0.03, 0.04, 0.05, 0.04])
            self.assertEqual(file["boundary_conditions/x_boundary"].attrs["bc_type"].decode(), "HELD")
            self.assertEqual(file["decks/0002"].attrs["deck"].decode(), (run / "0002/deck.toml").read_text())
        with h5py.File(run / "batch-0000/series/thin.h5") as file:
            self.assertEqual((file["t0_fields/v"].shape, file["t0_fields/v"].dtype), ((4, 2, 7, 10), "float64"))
            self.assertNotIn("u", file["t0_fields"])
        self.run_ok("data", "verify", run / "batch-0000")

    def test_a_member_that_fails_is_named_and_the_others_go_on(self):
        more = VARY.replace('"constants.level" = [0.1, 0.2, 0.3, 0.4]', '"constants.level" = [0.1, 1e200, 0.3, 0.4]') % "0, 0, 0, 0"
        run = self.ensemble(deck(more), code=4)
        rows = table(run)
        self.assertEqual([row["status"] for row in rows], ["done", "failed", "done", "done"])
        self.assertEqual([row["exit_code"] for row in rows], ["0", "4", "0", "0"])
        alone = tarn("run", run / "0001/deck.toml", "--run-dir", self.folder / "own")
        self.assertEqual(alone.returncode, 4)
        reason = json.loads((self.folder / "own/run.json").read_text())["reason"]
        self.assertEqual(json.loads((run / "0001/run.json").read_text())["reason"], reason)
        self.assertEqual((run / "0001/history.csv").read_text(), (self.folder / "own/history.csv").read_text())
        self.assertIn("member 0001 failed: ", (run / "job-batch-0000.log").read_text())
        for n in (0, 2, 3):
            own = self.alone(run, "%04d" % n)
            self.assertEqual((run / ("%04d" % n) / "history.csv").read_text(), (own / "history.csv").read_text())
            self.same_series(run / "batch-0000/series/fields.h5", n, own, "fields", ["u", "v"])

    def test_where_all_fail_the_batch_does(self):
        more = '[ensemble.vary]\n"constants.level" = [1e200, 2e200]\n'
        run = self.ensemble(deck(more), code=4)
        self.assertEqual([row["status"] for row in table(run)], ["failed", "failed"])

    def test_stopped_and_continued(self):
        text = deck(NOISY, steps=10**7).replace("steps = 20 }", "steps = 1000000 }").replace("steps = 40 }", "steps = 1000000 }")
        path = self.write("deck.toml", text.replace("steps = 10 }", "steps = 100 }"))
        run = subprocess.Popen([PROGRAM, "run", path, "--run-dir", self.folder / "e", "--quiet"], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not (self.folder / "e/batch-0000/history.csv").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1)
        run.send_signal(signal.SIGTERM)
        self.assertEqual(run.wait(60), 75)
        self.assertEqual([row["status"] for row in table(self.folder / "e")], ["stopped"] * 4)
        steps = json.loads((self.folder / "e/batch-0000/run.json").read_text())["steps"]
        self.assertEqual(table(self.folder / "e")[3]["step"], str(steps // 100 * 100))
        self.assertGreater(steps, 0)
        # A checkpoint of the whole batch: the same ensemble with an end is made of it by hand.
        for deck_file in (self.folder / "e").glob("*/deck.toml"):
            deck_file.write_text(deck_file.read_text().replace("max_steps = 10000000", f"max_steps = {steps + 50}"))
        path.write_text(path.read_text().replace("max_steps = 10000000", f"max_steps = {steps + 50}"))
        self.run_ok("run", path, "--run-dir", self.folder / "e", "--restart")
        self.assertIn("restart from", (self.folder / "e/job-batch-0000.log").read_text())
        self.same_as_alone(self.folder / "e")
        self.run_ok("run", path, "--run-dir", self.folder / "e", "--restart")  # nothing is left to do

    def test_members_that_differ_in_other_keys_make_batches_of_their_own(self):
        more = '[ensemble.vary]\n"gray_scott.integrator" = ["euler", "rk2", "rk4"]\n"gray_scott.kill" = [0.05, 0.06]\n' \
               '"gray_scott.noise" = [0, 0.1]\n'
        path = self.write("deck.toml", deck(more.replace(', "rk4"', "")))
        checked = json.loads(self.run_ok("check", path, "--json", cwd=self.folder).stdout)
        self.assertEqual(checked["batches"], [[0, 2], [1, 3], [4, 6], [5, 7]])
        self.assertEqual(checked["alone"], [])
        run = self.ensemble(deck(more.replace(', "rk4"', "")))
        self.assertEqual([row["status"] for row in table(run)], ["done"] * 8)
        for batch, members in (("batch-0001", (1, 3)), ("batch-0002", (4, 6))):
            for place, n in enumerate(members):
                own = self.alone(run, "%04d" % n)
                self.assertEqual((run / ("%04d" % n) / "history.csv").read_text(), (own / "history.csv").read_text())
                self.same_series(run / batch / "series/fields.h5", place, own, "fields", ["u", "v"])

    def test_check_says_which_members_run_as_one_or_why_not(self):
        def told(text, *words):
            path = self.write("deck.toml", text)
            return self.run_ok("check", path, *words, cwd=self.folder).stdout.split("all members:\n")[1].split("\n", 1)[1]

        self.assertRegex(told(deck(PLAIN)), r"^batch   members 0-3 run as one, 4 together, about .*B of memory\n$")
        why = "alone   members 0-3: "
        self.assertEqual(told(deck(PLAIN), "--set", "grid.cells=[8, 8, 8]"), why + "a grid of 3 dimensions has no axis left for members\n")
        self.assertEqual(told(deck(PLAIN).replace("dt = 0.5", "cfl = 0.5")), why + "time.dt is not given, and each has steps of its own length\n")
        picture = '[[image]]\nfield = "u"\nevery = { steps = 10 }\n'
        if "no pictures" not in tarn("check", self.write("p.toml", deck(picture))).stderr:
            self.assertEqual(told(deck(PLAIN + picture)), why + "each draws the pictures of its [[image]]\n")
        more = '[ensemble.vary]\n"grid.cells" = [[8, 8], [9, 9]]\n'
        self.assertEqual(told(deck(more)), "alone   members 0-1: no other has all that a batch has in common\n")
        dry = self.run_ok("run", self.write("deck.toml", deck(PLAIN)), "--dry-run", "--at-once", "2", cwd=self.folder).stdout
        self.assertTrue(dry.endswith("alone   members 0-3: --at-once asks for runs of their own\n"), dry)

    def test_batches_that_a_program_cannot_go_on_with_are_refused(self):
        """As those that `tarn` began are in a program without batches of the app; here the members have no step in common."""
        run = self.ensemble(deck(PLAIN).replace("dt = 0.5", ""))
        (run / "batches.json").write_text('[{"directory": "batch-0000", "members": [0, 1, 2, 3]}]')

        done = tarn("run", self.folder / "deck.toml", "--run-dir", run, "--restart")

        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("members 0-3 of", done.stderr)
        self.assertIn("began as one batch, which this program cannot go on with: time.dt is not given", done.stderr)

    def test_at_once_asks_for_runs_of_their_own(self):
        run = self.ensemble(deck(PLAIN), words=["--at-once", "2"])
        self.assertFalse((run / "batch-0000").exists())
        self.assertTrue((run / "0003/out").is_dir())


if __name__ == "__main__":
    unittest.main()
