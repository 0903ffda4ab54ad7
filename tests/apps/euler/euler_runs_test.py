"""Whole runs of euler: the fallback on ranks and after a restart, bad states, scalars by name, what decks may ask."""

import csv
import json
import re
import unittest

import h5py

from support.tarn_program import DECKS, Case, tarn

EXIT_USAGE, EXIT_NUMERICS = 2, 4

# Two cold streams part and others meet: cells come out unsound unless first order helps.
COLD = """
[run]
app = "euler"
precision = "{precision}"
[grid]
cells = [30, 26]
[grid.boundary]
y = "reflect"
[time]
end = 1
max_steps = 24
cfl = 0.8
[euler]
reconstruction = "{reconstruction}"
integrator = "rk3"
gravity = [0, -0.5]
scalars = ["dye", "smoke"]
[euler.initial]
density = "1 + 0.1 * random"
velocity_x = "x < 0.3 ? -4 : x < 0.7 ? 3 : -4"
velocity_y = "y < 0.5 ? -2 : 2"
pressure = 1e-5
dye = "x < 0.5 ? 1 : 0"
smoke = "y"
[history]
every = {{ steps = 1 }}
[checkpoint]
every = {{ steps = 10 }}
[[output]]
every = {{ steps = 12 }}
fields = ["density", "dye", "mach", "vorticity"]
"""


def fields_of(run):
    """Name and bytes of every field in the last checkpoint."""
    with h5py.File(max((run / "ckpt").glob("*.h5"))) as file:
        (step,) = file["data"].values()
        return {name: values[...].tobytes() for name, values in step["fields"].items()}


def last_row(run):
    with open(run / "history.csv", newline="") as file:
        return list(csv.DictReader(file))[-1]


def remarks_of(run):
    return json.loads((run / "run.json").read_text())["remarks"]


class EulerRuns(Case):
    def run_deck(self, name, text, *words):
        deck = self.write(f"{name}.toml", text)
        self.run_ok("run", deck, "--quiet", "--run-dir", self.folder / name, *words)
        return self.folder / name

    def test_the_fallback_gives_the_same_bits_on_ranks_and_after_a_restart(self):
        for precision, reconstruction in (("double", "weno5"), ("single", "ppm"), ("double", "plm")):
            text = COLD.format(precision=precision, reconstruction=reconstruction)
            one = self.run_deck(f"one-{precision}-{reconstruction}", text)
            self.assertGreater(float(last_row(one)["fallback_cells"]), 0)
            for ranks in (2, 3, 4, 7) if precision == "single" else (2, 3):
                many = self.run_deck(f"{ranks}-{precision}-{reconstruction}", text, "-n", ranks)
                self.assertEqual(fields_of(many), fields_of(one), ranks)
                self.assertEqual(last_row(many), last_row(one), ranks)
            half = self.run_deck(f"half-{precision}-{reconstruction}", text, "--set", "time.max_steps=10", "-n", "3")
            self.assertGreater(float(last_row(half)["fallback_cells"]), 0)
            self.run_ok("run", self.folder / f"half-{precision}-{reconstruction}.toml", "--quiet", "--run-dir", half,
                        "--restart", "-n", "2")
            self.assertEqual(fields_of(half), fields_of(one))
            self.assertEqual(last_row(half), last_row(one))
            self.assertEqual(remarks_of(half), remarks_of(one))

    def test_the_report_tells_where_the_fallback_acted(self):
        deck = self.write("cold.toml", COLD.format(precision="double", reconstruction="weno5"))
        done = self.run_ok("run", deck, "--run-dir", self.folder / "cold")
        (remark,) = remarks_of(self.folder / "cold")
        self.assertRegex(remark, r"^\d+ cells came out .* in \d+ stages at time .* within x .* to .*, y .*; the first: "
                                 r"\(\d+, \d+\) at \(.*, .*\)")
        self.assertIn("note: " + remark, done.stdout)
        calm = self.run_deck("calm", (DECKS / "euler" / "sod.toml").read_text(), "--set", "time.max_steps=3")
        self.assertEqual(remarks_of(calm), [])

    def test_outputs_are_named_in_the_deck(self):
        run = self.run_deck("outputs", COLD.format(precision="double", reconstruction="plm"))
        with h5py.File(max((run / "out").glob("*.h5"))) as file:
            (step,) = file["data"].values()
            self.assertEqual(sorted(step["fields"]), ["density", "dye", "mach", "vorticity"])

    def test_a_bad_state_ends_the_run_and_leaves_its_checkpoints(self):
        # After t = 0.02 a face gives a negative pressure.
        text = """
[run]
app = "euler"
[grid]
cells = [16, 12]
[grid.boundary]
x = ["given", "outflow"]
[time]
end = 1
dt = 0.002
[checkpoint]
every = { steps = 5 }
[euler]
[euler.initial]
density = 1
velocity_x = 1
velocity_y = 0
pressure = 1
[euler.boundary.x_lower]
density = 1
velocity_x = 1
velocity_y = 0
pressure = "t < 0.0201 || y < 0.5 ? 1 : -3"
"""
        deck = self.write("bad.toml", text)
        for name, words in (("run", ()), ("ranks", ("-n", "3"))):
            done = tarn("run", deck, "--run-dir", self.folder / name, *words)
            self.assertEqual(done.returncode, EXIT_NUMERICS, done.stdout + done.stderr)
            told = json.loads((self.folder / name / "run.json").read_text())
            self.assertRegex(told["reason"], r"cell \(0, 6\): density .* beside it at higher x: density 1, .*before the step: cell \(0, 6\): "
                             r"density 1, .* in the step from 10 on")
            self.assertEqual(max(int(path.stem) for path in (self.folder / name / "ckpt").glob("*.h5")), 10)

    def collapse(self, cells, hot, ranks):
        """Where a formula of places holds, the pressure on a face grows beyond all bounds as t comes near 0.3183: so the
        sound gets faster with each step. Returns what ended the run, its directory, and what it printed."""
        text = f"""
[run]
app = "euler"
[grid]
cells = {cells}
[grid.boundary]
x = ["given", "outflow"]
[time]
end = 1
cfl = 0.8
[checkpoint]
every = {{ steps = 50 }}
[euler]
[euler.initial]
density = 1
velocity_x = 0
velocity_y = 0
pressure = 1
[euler.boundary.x_lower]
density = 1
velocity_x = 0
velocity_y = 0
pressure = "{hot} ? 1 / (t - 0.3183)^2 : 1"
"""
        run = self.folder / f"on-{ranks}"
        done = tarn("run", self.write("collapse.toml", text), "--run-dir", run, "-n", ranks)
        self.assertEqual(done.returncode, EXIT_NUMERICS, done.stdout + done.stderr)
        reason = json.loads((run / "run.json").read_text())["reason"]
        self.assertEqual(done.stderr.count(reason), 1, done.stderr)
        return reason, run, done.stdout

    def test_a_step_that_collapses_ends_the_run_and_leaves_its_checkpoints(self):
        reason, run, _ = self.collapse([4, 3], "y < 1", 1)
        told = re.fullmatch(r"the time step has collapsed to (\S+); cell \(0, 0\): density .*, velocity \(.*\), pressure .*; "
                            r"beside it at higher x: density .*; beside it at higher y: density .*; "
                            r"in the step from (\d+) on, at time 0\.3183", reason)
        self.assertTrue(told, reason)
        self.assertLess(float(told[1]), 1e-12)
        self.assertGreater(float(told[1]), 5e-13)  # it ends at once
        last = int(told[2]) // 50 * 50
        newest = max((run / "ckpt").glob("*.h5"))
        self.assertEqual(int(newest.stem), last)
        self.assertIn("density", fields_of(run))

    def test_a_step_that_collapses_is_told_alike_on_ranks(self):
        # The cells above and below the hot row are as fast. The first has a neighbour on another rank: above it on 2 ranks,
        # whose blocks have 4 rows each, and below it on 3, whose blocks have 3, 3 and 2.
        hot = "y > 0.5 && y < 0.625"
        reason, one, _ = self.collapse([3, 8], hot, 1)
        self.assertRegex(reason, r"^the time step has collapsed to \S+; cell \(\d, 3\): density .*; beside it at lower y: "
                                 r"density .*; beside it at higher y: density .*; in the step from \d+ on, at time 0\.3183$")
        for ranks in (2, 3):
            told, many, printed = self.collapse([3, 8], hot, ranks)
            self.assertIn(f"{ranks} as 1 x {ranks} x 1", printed)
            self.assertEqual(told, reason, ranks)
            self.assertEqual(max((many / "ckpt").glob("*.h5")).name, max((one / "ckpt").glob("*.h5")).name)
            self.assertEqual(fields_of(many), fields_of(one), ranks)

    def test_a_state_that_is_none_is_refused(self):
        text = (DECKS / "euler" / "sod.toml").read_text()
        wrong = text.replace('pressure = "x < 0.5 ? 1 : 0.1"', 'pressure = "x < 0.5 ? 1 : -0.1"')
        self.assertNotEqual(wrong, text)
        done = tarn("check", self.write("bad.toml", wrong))
        self.assertEqual(done.returncode, EXIT_USAGE)
        self.assertIn("euler.initial.pressure: is -0.1 at", done.stderr)

    def test_check_warns_of_two_stages_with_weno5(self):
        text = (DECKS / "euler" / "shu_osher.toml").read_text().replace('integrator = "rk3"', 'integrator = "rk2"')
        self.assertIn("rk2", text)
        done = self.run_ok("check", self.write("two.toml", text))
        self.assertIn("warning", done.stdout)
        self.assertIn("weno5 with rk2 is unstable", done.stdout)

    def test_check_tells_the_steps_of_a_given_dt(self):
        text = (DECKS / "euler" / "sod.toml").read_text().replace("cfl = 0.8", "dt = 5e-4")
        self.assertIn("steps   about 400 of at most 0.0005", self.run_ok("check", self.write("dt.toml", text)).stdout)
        done = tarn("check", self.write("tiny.toml", text.replace("5e-4", "5e-40")))
        self.assertEqual(done.returncode, EXIT_USAGE)
        self.assertIn("time.dt", done.stderr)

    def test_every_deck_passes_its_check(self):
        decks = sorted((DECKS / "euler").glob("*.toml"))
        self.assertGreaterEqual(len(decks), 15)
        for deck in decks:
            self.run_ok("check", deck)


if __name__ == "__main__":
    unittest.main()
