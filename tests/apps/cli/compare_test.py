"""`tarn compare` gives NumPy's figures, and tells what cannot be compared."""

import json
import pathlib
import unittest

import h5py
import numpy

from support.tarn_program import Case, tarn

DECK = """
[run]
app = "heat"
name = "plate"
precision = "{precision}"
[grid]
cells = {cells}
upper = {upper}
[time]
end = {end}
dt = 1e-4
[heat]
diffusivity = 0.05
initial = "{initial}"
[[output]]
every = {{ steps = 5 }}
"""
WAVE = "1 + sin(2 * pi * x) * (x + 0.3)"


class Compare(Case):
    def run_of(self, name, cells=(24, 18), upper=(1.0, 0.75), initial=WAVE, precision="double", end=0.002):
        deck = self.write(name + ".toml", DECK.format(cells=list(cells), upper=list(upper[:len(cells)]), initial=initial,
                                                      precision=precision, end=end))
        run = self.folder / name
        self.run_ok("run", deck, "--run-dir", run, "--quiet")
        return run

    def files(self, run):
        return sorted((run / "out").glob("*.h5"))

    def values(self, path):
        with h5py.File(path) as file:
            group = next(iter(file["data"].values()))
            return {name: data[...] for name, data in group["fields"].items()}

    def report(self, *words, code):
        done = tarn("compare", *words, "--json")
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return json.loads(done.stdout)

    def refusal(self, *words, code=2):
        done = tarn("compare", *words)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def expect_figures(self, field, a, b, spacing):
        off = abs(a - b)
        self.assertEqual(field["cells"], a.size)
        self.assertEqual(field["differing"], int((a != b).sum()))
        self.assertEqual(field["largest"], off.max())
        at = numpy.unravel_index(off.argmax(), off.shape)
        self.assertEqual(field["largest_at"]["cell"], list(map(int, at[::-1])))
        for place, cell, dx in zip(field["largest_at"]["place"], at[::-1], spacing):
            self.assertAlmostEqual(place, (cell + 0.5) * dx, delta=1e-12)
        relative = off / numpy.maximum(abs(a), abs(b))
        self.assertEqual(field["relative"], relative.max())
        self.assertEqual(field["relative_at"]["cell"],
                         list(map(int, numpy.unravel_index(relative.argmax(), off.shape)[::-1])))
        self.assertAlmostEqual(field["l1"] / off.mean(), 1, delta=1e-13)
        self.assertAlmostEqual(field["l2"] / numpy.sqrt((off**2).mean()), 1, delta=1e-13)
        self.assertEqual(field["magnitude"], max(abs(a).max(), abs(b).max()))

    def test_the_figures_are_numpys(self):
        a, b = self.run_of("a"), self.run_of("b", initial=WAVE + " + 0.01 * x^2")

        report = self.report(a, b, code=1)

        self.assertFalse(report["good"])
        self.assertEqual([report["first"]["step"], report["second"]["step"]], [20, 20])
        (field,) = report["fields"]
        self.assertEqual(field["field"], "temperature")
        self.expect_figures(field, self.values(self.files(a)[-1])["temperature"],
                            self.values(self.files(b)[-1])["temperature"], (1 / 24, 0.75 / 18))

    def test_the_same_run_twice_is_equal_to_the_bit(self):
        a, b = self.run_of("a"), self.run_of("b")

        done = self.run_ok("compare", a, b)

        self.assertIn("temperature: equal to the bit, 432 cells", done.stdout)
        self.assertTrue(self.report(self.files(a)[1], self.files(b)[1], code=0)["fields"][0]["equal"])

    def test_a_tolerance_is_a_share_of_the_largest_value(self):
        a, b = self.run_of("a"), self.run_of("b", initial=WAVE + " + 1e-6")
        field = self.report(a, b, code=1)["fields"][0]
        share = field["largest"] / field["magnitude"]

        self.assertTrue(self.report(a, b, "--tolerance", 1.01 * share, code=0)["good"])
        self.assertFalse(self.report(a, b, "--tolerance", 0.99 * share, code=1)["good"])
        self.report(a, b, "--tolerance", 0, code=1)

    def test_snapshots_are_chosen_by_step_or_time(self):
        a = self.run_of("a")

        by_step = self.report(a, a, "--snapshot", 10, code=0)
        by_time = self.report(a, a, "--snapshot", "0.001", code=0)

        self.assertEqual(by_step["first"]["step"], 10)
        self.assertEqual(by_step["first"]["file"], by_time["first"]["file"])
        self.assertIn("it has those of the steps 0 (time 0), 5 (time 0.0005), 10", self.refusal(a, a, "--snapshot", 11))
        self.assertIn("give newest, all, a step such as 120, or a time", self.refusal(a, a, "--snapshot", "last"))
        file = self.files(a)[0]
        self.assertIn("--snapshot chooses among those of a run", self.refusal(file, file, "--snapshot", 0))

    def test_finer_grids_are_averaged(self):
        for number, (cells, fine) in enumerate((((8,), (24,)), ((8, 6), (24, 12)), ((4, 3, 2), (8, 3, 6)))):
            upper = (1.0, 0.75, 0.5)
            a = self.run_of(f"coarse{number}", cells, upper)
            b = self.run_of(f"fine{number}", fine, upper)
            coarse, values = (self.values(self.files(run)[-1])["temperature"] for run in (a, b))
            shape = [n for many, few in zip(fine[::-1], cells[::-1]) for n in (few, many // few)]
            means = values.reshape(shape).mean(axis=tuple(range(1, 2 * len(cells), 2)))

            for first, second in ((a, b), (b, a)):
                report = self.report(first, second, code=1)
                self.assertEqual(report["averaged"], [many // few for many, few in zip(fine, cells)])
                field = report["fields"][0]
                off = abs(coarse - means)
                self.assertEqual(field["cells"], coarse.size)
                self.assertAlmostEqual(field["largest"], off.max(), delta=1e-14)
                self.assertAlmostEqual(field["l1"], off.mean(), delta=1e-14)
                self.assertAlmostEqual(field["l2"], numpy.sqrt((off**2).mean()), delta=1e-14)
                self.assertEqual(field["largest_at"]["cell"],
                                 list(map(int, numpy.unravel_index(off.argmax(), off.shape)[::-1])))

    def test_grids_that_do_not_fit_are_refused(self):
        a = self.run_of("a", (24,), (1.0,))
        for name, cells, upper, why in (("b", (36,), (1.0,), "one must refine the other by whole factors"),
                                        ("c", (24,), (1.5,), "they cover other parts of space"),
                                        ("d", (24, 18), (1.0, 0.75), "they have other numbers of axes")):
            message = self.refusal(a, self.run_of(name, cells, upper))
            self.assertIn(why, message)
            self.assertIn("24 cells over 0 to 1", message)
        crossed = self.refusal(self.run_of("e", (8, 16)), self.run_of("f", (16, 8)))
        self.assertIn("one must refine the other by whole factors", crossed)

    def test_other_precisions_need_a_tolerance(self):
        a, b = self.run_of("a"), self.run_of("b", precision="single")

        self.assertIn("temperature is float64 in the first and float32 in the second", self.refusal(a, b))
        field = self.report(a, b, "--tolerance", "1e-5", code=0)["fields"][0]
        self.assertEqual(field["types"], ["float64", "float32"])
        off = abs(self.values(self.files(a)[-1])["temperature"] - self.values(self.files(b)[-1])["temperature"].astype(float))
        self.assertEqual(field["largest"], off.max())
        self.report(a, b, "--tolerance", "1e-9", code=1)

    def test_a_field_that_is_not_in_both_is_told(self):
        a = self.run_of("a")
        deck = self.write("gs.toml", '[run]\napp = "gray_scott"\n[grid]\ncells = [24, 18]\nupper = [1.0, 0.75]\n[time]\n'
                          'end = 1e-4\n[gray_scott]\nfeed = 0\nkill = 0\n[gray_scott.initial]\nu = 1\nv = "x"\n')
        other = self.folder / "gs"
        self.run_ok("run", deck, "--run-dir", other, "--quiet")

        message = self.refusal(a, other)
        self.assertIn("the field temperature is not in both; the first has temperature, and the second u, v", message)
        self.assertIn("the field w is not in both", self.refusal(other, other, "--field", "w"))
        self.assertEqual([f["field"] for f in self.report(other, other, "--field", "v", code=0)["fields"]], ["v"])

    def test_what_is_no_number_is_beyond_any_tolerance(self):
        deck = self.write("pde.toml", '[run]\napp = "pde"\n[grid]\ncells = [8]\n[time]\nend = 1\ndt = 1\n[pde]\n'
                          'trust_dt = true\n[pde.equations]\nu = "0"\n[pde.initial]\nu = "x"\n[pde.output]\n'
                          'w = "1 / (x - 0.4375 - s * (u - u))"\n[constants]\ns = 0\n[[output]]\nevery = { steps = 1 }\n'
                          'fields = ["w"]\n')
        runs = []
        for name, change in (("a", []), ("b", ["--set", 'pde.output.w="x"'])):
            runs.append(self.folder / name)
            self.run_ok("run", deck, "--run-dir", runs[-1], "--quiet", *change)

        field = self.report(*runs, "--tolerance", "1e300", code=1)["fields"][0]
        self.assertEqual(field["not_finite"], [1, 0])
        self.assertIn("NaN or infinite: 1 cell of the first, 0 of the second", tarn("compare", *runs).stdout)
        self.assertEqual(self.report(runs[0], runs[0], code=0)["fields"][0]["not_finite"], [1, 1])

    def test_damaged_and_missing_files_are_told(self):
        a = self.run_of("a")
        whole = self.files(a)[-1].read_bytes()
        value = self.values(self.files(a)[-1])["temperature"][3, 3].tobytes()
        place = whole.find(value)
        self.assertGreater(place, 0)
        broken = self.folder / "broken.h5"
        broken.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1:])
        self.assertIn("broken.h5", self.refusal(broken, a, code=3))
        broken.write_bytes(whole[:-100])
        self.assertIn("broken.h5", self.refusal(a, broken, code=3))
        self.assertIn("nowhere.h5", self.refusal(a, self.folder / "nowhere.h5", code=3))
        self.assertIn("is no run that has written", self.refusal(a, self.folder, code=3))
        self.refusal(a)
        for tolerance in ("-1", "nan", "inf", "1e999", "1e-3x"):
            self.assertIn("is no finite number from 0 on", self.refusal(a, a, f"--tolerance={tolerance}"), tolerance)


if __name__ == "__main__":
    unittest.main()
