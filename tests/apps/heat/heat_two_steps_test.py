"""Two steps in one pass over memory have the bits of single steps, on any number of ranks and after a restart."""

import unittest

import numpy

from heat_runs import HeatCase, deck_text, history, snapshots, summary, temperature

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


class TwoSteps(HeatCase):
    def check(self, cells, **options):
        deck = self.write("deck.toml", deck_text(cells, steady=True, time="cfl = 0.3\nmax_steps = 121", **options))
        end, two = ("--set", "time.end=1"), ("--set", "heat.steps_per_pass=2")
        self.run_in("single", deck, *end, "--set", "heat.steps_per_pass=1")
        self.assertGreater(numpy.ptp(temperature(snapshots(self.folder / "single")[-1])), 0.1)
        self.assertGreater(len(history(self.folder / "single").splitlines()), 8)
        self.assertEqual(summary(self.folder / "single")["remarks"], [])
        for ranks in (1, 3):
            with self.subTest(ranks=ranks):
                self.run_in(f"two_on{ranks}", deck, *end, *two, "-n", ranks)
                self.assert_same_end("single", f"two_on{ranks}")
                (remark,) = summary(self.folder / f"two_on{ranks}")["remarks"]
                self.assertRegex(remark, r"^two steps in each pass over memory: the deck says so; "
                                         r"[1-9]\d of 121 steps were ")
        self.run_in("auto", deck, *end, "-n", 2)
        self.assert_same_end("single", "auto")
        (remark,) = summary(self.folder / "auto")["remarks"]
        self.assertRegex(remark, "(one step|two steps) in each pass over memory: in a trial two at once were ")
        return deck

    def remark(self, name, *words):
        self.run_in(name, self.write("paired.toml", PAIRED), *words)
        (remark,) = summary(self.folder / name)["remarks"]
        return remark

    def test_steps_are_paired_after_the_first_eight(self):
        told = self.remark("pairs", "--set", "heat.steps_per_pass=2")

        calls = {region["name"]: region["calls"] for region in summary(self.folder / "pairs")["regions"]}
        self.assertIn(calls["step"], range(9, 8 + (56 - 8) // 2 + 1))  # fewer on a GPU, where one call may launch several
        self.assertEqual(told, "two steps in each pass over memory: the deck says so; 48 of 56 steps were made in pairs")

    def test_it_is_told_why_none_was_paired(self):
        two = ("--set", "heat.steps_per_pass=2")
        self.assertRegex(self.remark("short", *two, "--set", "time.max_steps=7"),
                         "; none of 7 steps was made in a pair, because the first 8 are made one by one$")
        self.assertRegex(self.remark("written", *two, "--set", "history.every={steps=1}"),
                         "; none of 56 steps was made in a pair, because .*, and so is a step that something follows, such as")
        self.assertEqual(self.remark("few"), "one step in each pass over memory: too few were left for a trial of two at "
                                             "once to pay")

    def test_1d_single(self):
        self.check([47], precision="single")

    def test_2d_double_with_a_diffusivity_of_space_and_after_a_restart(self):
        deck = self.check([23, 17], variable=True)
        two = ("--set", "time.end=1", "--set", "heat.steps_per_pass=2")
        self.run_in("parts", deck, *two, "--set", "time.max_steps=25", "-n", 2)
        self.run_in("parts", deck, "--restart", *two)
        self.assert_same_end("single", "parts")

    def test_3d_double_anisotropic(self):
        self.check([9, 8, 11], anisotropic=True)


if __name__ == "__main__":
    unittest.main()
