"""A run gives the same bits on any number of ranks."""

import unittest

import numpy

from heat_runs import HeatCase, deck_text, history, snapshots, temperature


class Ranks(HeatCase):
    def check(self, cells, **options):
        text = deck_text(cells, **options).replace("steps = 5 ", "steps = 1 ").replace("time = 0.005 ", "time = 0.01 ")
        deck = self.write("deck.toml", text.replace("steps = 20 ", "steps = 1000 "))
        self.run_in("on1", deck)
        values = temperature(snapshots(self.folder / "on1")[-1])
        self.assertEqual(values.shape, tuple(reversed(cells)))
        self.assertTrue(numpy.isfinite(values).all())
        self.assertGreater(numpy.ptp(values), 0.1)  # a constant would hide a wrong exchange
        self.assertGreater(len(history(self.folder / "on1").splitlines()), 3)
        for ranks in (2, 3, 4, 7):
            with self.subTest(ranks=ranks):
                self.run_in(f"on{ranks}", deck, "-n", ranks)
                self.assert_same_end("on1", f"on{ranks}")

    def test_1d_double_rkl2_variable(self):
        self.check([41], integrator="rkl2", variable=True, heat="stages = 5")

    def test_2d_single_euler_variable(self):
        self.check([23, 17], precision="single", variable=True)

    def test_3d_double_euler(self):
        self.check([9, 8, 11])

    def test_3d_single_rkl2_variable(self):
        self.check([10, 7, 9], precision="single", integrator="rkl2", variable=True, heat="stages = 3")

    def test_2d_double_euler_anisotropic(self):
        self.check([23, 17], anisotropic=True)

    def test_3d_double_rkl2_anisotropic_variable(self):
        self.check([10, 7, 9], integrator="rkl2", variable=True, anisotropic=True, heat="stages = 3")

    def test_2d_double_implicit_anisotropic(self):
        self.check([45, 34], integrator="implicit", anisotropic=True, time="dt = 0.001")

    def test_3d_single_implicit_anisotropic_variable(self):
        self.check([12, 7, 9], precision="single", integrator="implicit", variable=True, anisotropic=True, time="dt = 0.001")

    def test_a_face_that_changes_in_time(self):
        """Ranks that are not at that face take the same steps as the one that is, and look up from them together."""
        for number, boundary_value in enumerate(('x_lower = "300 + 50 * t"\nx_upper = 280', 'x_lower = 300\nx_upper = "280 - 20 * t"')):
            deck = self.write("moving.toml", f'''[run]
app = "heat"
[grid]
cells = [200]
[grid.boundary]
x = "dirichlet"
[time]
end = 0.1
[heat]
diffusivity = 1
initial = 290
[heat.boundary_value]
{boundary_value}
[[output]]
every = {{ time = 0.1 }}
''')
            name = f"moving{number}"
            self.run_in(name, deck)
            for ranks in (2, 3):
                with self.subTest(boundary_value, ranks=ranks):
                    self.run_in(f"{name}-on{ranks}", deck, "-n", ranks)
                    self.assert_same_end(name, f"{name}-on{ranks}")


if __name__ == "__main__":
    unittest.main()
