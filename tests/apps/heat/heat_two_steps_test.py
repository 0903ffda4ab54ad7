"""Two steps in one pass over memory have the bits of single steps, on any number of ranks and after a restart."""

import unittest

import numpy

from heat_runs import HeatCase, history, snapshots, summary, temperature

DECK = """
[run]
app = "heat"
precision = "{precision}"
seed = 7
[grid]
cells = {cells}
[grid.boundary]
{boundary}
[time]
end = 1
cfl = 0.3
max_steps = 121
[heat]
diffusivity = {diffusivity}
initial = "random + x"
source = "3 * x"
[heat.boundary_value]
{values}
[[output]]
every = {{ steps = 13 }}
[history]
every = {{ steps = 7 }}
[checkpoint]
every = {{ steps = 1000 }}
"""

PAIRED = """
[run]
app = "heat"
[grid]
cells = [64, 64]
[time]
end = 1
cfl = 0.3
max_steps = 56
[heat]
diffusivity = 1
initial = "x"
[history]
every = { steps = 1000 }
[checkpoint]
every = { steps = 1000 }
"""

BOUNDARIES = {
    1: ('x = ["dirichlet", "neumann"]', "x_lower = 1\nx_upper = 2"),
    2: ('x = ["neumann", "dirichlet"]\ny = "periodic"', 'x_lower = "y"\nx_upper = "1 + y"'),
    3: ('x = ["dirichlet", "neumann"]\ny = "periodic"\nz = ["neumann", "dirichlet"]', 'x_lower = "y * z"\nz_upper = "x"'),
}


class TwoSteps(HeatCase):
    def check(self, cells, precision="double", diffusivity="1"):
        boundary, values = BOUNDARIES[len(cells)]
        deck = self.write("deck.toml", DECK.format(cells=list(cells), precision=precision, diffusivity=diffusivity,
                                                   boundary=boundary, values=values))
        self.run_in("single", deck, "--set", "heat.steps_per_pass=1")
        self.assertGreater(numpy.ptp(temperature(snapshots(self.folder / "single")[-1])), 0.1)
        self.assertGreater(len(history(self.folder / "single").splitlines()), 8)
        self.assertEqual(summary(self.folder / "single")["remarks"], [])
        for choice in ("2", "auto"):
            for ranks in (1, 2, 3):
                with self.subTest(choice=choice, ranks=ranks):
                    name = f"{choice}_on{ranks}"
                    self.run_in(name, deck, "--set", f"heat.steps_per_pass={choice}", "-n", ranks)
                    self.assert_same_end("single", name)
                    (remark,) = summary(self.folder / name)["remarks"]
                    self.assertRegex(remark, "two steps in each pass" if choice == "2" else "(one|two) steps? in each pass")
        self.run_in("parts", deck, "--set", "heat.steps_per_pass=2", "--set", "time.max_steps=21", "-n", 2)
        self.run_in("parts", deck, "--restart", "--set", "heat.steps_per_pass=2")
        self.assert_same_end("single", "parts")

    def remark(self, name, *words):
        self.run_in(name, self.write("paired.toml", PAIRED), *words)
        (remark,) = summary(self.folder / name)["remarks"]
        return remark

    def test_steps_are_paired_after_the_first_eight(self):
        told = self.remark("pairs", "--set", "heat.steps_per_pass=2")

        calls = {region["name"]: region["calls"] for region in summary(self.folder / "pairs")["regions"]}
        self.assertEqual(calls["step"], 8 + (56 - 8) / 2)
        self.assertEqual(told, "two steps in each pass over memory: the deck says so; 48 of 56 steps were made in pairs")

    def test_it_is_told_why_none_was_paired(self):
        two = ("--set", "heat.steps_per_pass=2")
        self.assertRegex(self.remark("short", *two, "--set", "time.max_steps=7"),
                         "; none of 7 steps was made in a pair, for the first 8 are made one by one$")
        self.assertRegex(self.remark("written", *two, "--set", "history.every={steps=1}"),
                         "; none of 56 steps was made in a pair, for .*, and so is a step that something follows, such as")
        self.assertEqual(self.remark("few"), "one step in each pass over memory: too few were left for a trial of two at "
                                             "once to pay")

    def test_1d_single(self):
        self.check([47], "single")

    def test_2d_double_with_a_diffusivity_of_space(self):
        self.check([23, 17], diffusivity='"1 + 0.5 * sin(7 * x)"')

    def test_3d_double_anisotropic(self):
        self.check([9, 8, 11], diffusivity='[1, "0.5", 2]')


if __name__ == "__main__":
    unittest.main()
