"""Whole runs of the implicit integrator: ranks, restarts, and a step that does not converge."""

import csv
import io
import re
import unittest

import numpy

from heat_runs import EXIT_NUMERICS, HeatCase, checkpoints, deck_text, history, snapshots, summary, temperature

CRANK_NICOLSON = 'scheme = "crank_nicolson"'
JACOBI = 'preconditioner = "jacobi"'

# Nothing happens until the source begins, so that the first steps need no iteration; then more than one is needed.
LATE = """
[run]
app = "heat"
[grid]
cells = [24, 20]
[grid.boundary]
x = "dirichlet"
[time]
end = 0.1
dt = 0.01
[heat]
diffusivity = 1
initial = 0
source = "t > 0.065 ? sin(40 * x * y) : 0"
integrator = "implicit"
preconditioner = "jacobi"
max_iterations = {iterations}
[heat.boundary_value]
x_lower = 0
x_upper = 0
[[output]]
every = {{ steps = 2 }}
[checkpoint]
every = {{ steps = 2 }}
keep = 9
"""


class Implicit(HeatCase):
    def check_ranks(self, cells, **options):
        text = deck_text(cells, integrator="implicit", time="dt = 0.001", **options)
        deck = self.write("deck.toml", text.replace("every = { steps = 5 }", "every = { steps = 1 }"))
        self.run_in("on1", deck)
        self.assertGreater(numpy.ptp(temperature(snapshots(self.folder / "on1")[-1])), 0.1)
        self.assertGreater(len(history(self.folder / "on1").splitlines()), 10)
        for ranks in (2, 3, 4):
            with self.subTest(ranks=ranks):
                self.run_in(f"on{ranks}", deck, "-n", ranks)
                self.assert_same_end("on1", f"on{ranks}")

    def test_1d_has_the_same_bits_on_any_number_of_ranks(self):
        self.check_ranks([41], variable=True)

    def test_2d_with_multigrid_has_the_same_bits_on_any_number_of_ranks(self):
        self.check_ranks([23, 17], variable=True, heat=CRANK_NICOLSON)

    def test_3d_in_single_precision_has_the_same_bits_on_any_number_of_ranks(self):
        self.check_ranks([10, 7, 9], precision="single", heat=CRANK_NICOLSON)

    def test_3d_with_jacobi_has_the_same_bits_on_any_number_of_ranks(self):
        self.check_ranks([9, 8, 11], variable=True, heat=JACOBI)

    def test_restarts_with_the_same_bits(self):
        text = deck_text([25, 16], integrator="implicit", time="dt = 0.0002", heat=CRANK_NICOLSON)
        deck = self.write("deck.toml", text)
        self.run_in("whole", deck)
        self.run_in("parts", deck, "--set", "time.max_steps=15")
        self.run_in("parts", deck, "--restart", "--set", "time.max_steps=35", "-n", 3)
        self.run_in("parts", deck, "--restart")
        self.assert_same_end("whole", "parts")

    def test_iterations_are_told(self):
        deck = self.write("deck.toml", LATE.format(iterations=1000) + "[history]\nevery = { steps = 1 }\n")
        told = self.run_ok("run", deck, "--run-dir", self.folder / "run").stdout
        rows = list(csv.DictReader(io.StringIO(history(self.folder / "run"))))
        taken = [float(row["iterations"]) for row in rows]

        self.assertEqual(taken[:7], [0] * 7)  # the start, and six steps before the source begins
        self.assertGreater(min(taken[8:]), 1)
        mean, most = re.search(r"note: conjugate gradients took ([\d.]+) iterations a step, at most (\d+)\n", told).groups()
        self.assertEqual(int(most), max(taken))
        self.assertAlmostEqual(float(mean), sum(taken) / (len(taken) - 1), delta=0.051)

    def test_no_convergence_ends_with_4_and_leaves_older_checkpoints(self):
        deck = self.write("deck.toml", LATE.format(iterations=1))
        done = self.run_in("run", deck, expect=EXIT_NUMERICS)
        run = self.folder / "run"
        told = summary(run)
        self.assertEqual((told["status"], told["exit_code"], told["steps"]), ("failed", EXIT_NUMERICS, 6))
        self.assertIn(told["reason"], done.stderr)
        self.assertRegex(
            told["reason"],
            r"step from time 0.06 to 0.07: cg: no convergence after 1 iterations; the residual is [\d.]+e-\d+, its target",
        )
        self.assertEqual([int(path.stem) for path in checkpoints(run)][-1], 6)
        for path in checkpoints(run) + snapshots(run):
            self.assertTrue(numpy.isfinite(temperature(path)).all(), path)
        self.run_in("run", self.write("deck.toml", LATE.format(iterations=500)), "--restart")
        self.assertEqual((summary(run)["status"], summary(run)["steps"]), ("done", 10))
        self.assertGreater(numpy.ptp(temperature(snapshots(run)[-1])), 1e-4)

    def test_a_source_that_is_no_number_is_told_as_with_the_other_integrators(self):
        deck = self.write("deck.toml", LATE.format(iterations=50).replace("sin(40 * x * y)", "sqrt(-1) * x"))
        done = self.run_in("run", deck, expect=EXIT_NUMERICS)
        self.assertRegex(done.stderr, r"temperature is NaN or infinite in cell \(0, 0\) at step")


if __name__ == "__main__":
    unittest.main()
