"""What `tarn plot` says: which snapshot is meant, which pictures were made, which exact solution is whose."""

import json
import pathlib
import re
import shutil
import tempfile
import unittest

import h5py
import numpy

from support.tarn_program import Case, tarn

ROD = """
[run]
app = "heat"
name = "rod"
[grid]
cells = [32]
[time]
end = 0.02
dt = 0.0001
[heat]
diffusivity = 1
initial = "{height} * sin(2 * pi * x)"
[exact]
temperature = "{height} * exp(-4 * pi^2 * t) * sin(2 * pi * x)"
[[output]]
every = {{ steps = 40 }}
"""


class PlotWords(Case):
    @classmethod
    def setUpClass(cls):
        cls.runs = pathlib.Path(tempfile.mkdtemp(prefix="tarn-plot-"))
        cls.addClassCleanup(shutil.rmtree, cls.runs, ignore_errors=True)
        for name, height in (("rod", 1), ("tall", 2)):
            (cls.runs / f"{name}.toml").write_text(ROD.format(height=height))
            done = tarn("run", f"{name}.toml", "--run-dir", name, "--quiet", cwd=cls.runs)
            assert done.returncode == 0, done.stdout + done.stderr

    def plot(self, *words):
        return self.run_ok("plot", *words, cwd=self.folder).stdout.splitlines()

    def refused(self, *words, code=2):
        done = tarn("plot", *words, cwd=self.folder)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr

    def text_of(self, name):
        return re.sub(r"<[^>]*>", "", (self.folder / name).read_text())

    # which snapshot

    def test_snapshots_are_named_by_step_or_time_as_in_compare(self):
        for word, step in (("80", 80), ("0", 0), ("-1", 200), ("-2", 160), ("0.0081", 80), ("t=0", 0), ("newest", 200)):
            with self.subTest(snapshot=word):
                (line,) = self.plot(self.runs / "rod", "--snapshot", word, "--force")
                self.assertEqual(pathlib.Path(line).stem, f"temperature-{step:010}")
                words = ("compare", self.runs / "rod", self.runs / "rod", "--snapshot", word, "--json")
                self.assertEqual(json.loads(self.run_ok(*words).stdout)["first"]["step"], step)
        for command in (("plot", self.runs / "rod"), ("compare", self.runs / "rod", self.runs / "rod")):
            for word, told in (("3", "has no such step; it has those of the steps 0 (time 0), 40 (time 0.004), "),
                               ("-7", "has no such step"), ("last", "give newest, all, a step such as 120, or a time")):
                done = tarn(*command, "--snapshot", word, cwd=self.folder)
                self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                self.assertIn(told, done.stderr)

    def test_a_time_is_one_moment_for_both_that_are_compared(self):
        deck = self.write("other.toml", ROD.format(height=1).replace("0.0001", "0.00009"))
        self.run_ok("run", deck, "--run-dir", self.folder / "other", "--quiet")
        done = tarn("compare", self.runs / "rod", self.folder / "other", "--snapshot", "0.004")
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn("the nearest are of the times 0.004 and 0.0036, which is not one moment", done.stderr)

    def test_a_file_has_no_snapshots_to_choose_among(self):
        file = sorted((self.runs / "rod" / "out").iterdir())[0]
        self.assertIn("is not one", self.refused(file, "--snapshot", "80"))

    # which pictures

    def data(self, *names):
        with h5py.File(self.folder / "data.h5", "w") as file:
            for name in names:
                file[name] = numpy.arange(12.0).reshape(3, 4)
        return "data.h5"

    def test_a_picture_in_the_way_is_found_before_any_is_drawn(self):
        name = self.data("a", "b", "c")
        self.write("data-b.png", "mine")
        self.assertIn("data-b.png: there is such a file", self.refused(name))
        self.assertEqual([path.name for path in self.folder.glob("*.png")], ["data-b.png"])
        self.assertIn("a field is asked for twice", self.refused(name, "--field", "a,a"))

    def test_an_error_midway_tells_what_was_made(self):
        name = self.data("a", "b")
        with h5py.File(self.folder / name, "a") as file:
            file["b"][...] = -1
        done = tarn("plot", name, "--log", cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, "data-a.png\n")
        self.assertTrue((self.folder / "data-a.png").exists())
        self.assertIn("tarn: 1 of 2 pictures were made before this went wrong:\ntarn: b has no value above 0", done.stderr)
        done = tarn("plot", name, "--log", "--json", "--force", cwd=self.folder)
        told = json.loads(done.stdout)
        self.assertEqual((told["files"], told["asked"], told["exit_code"]), (["data-a.png"], 2, 2))
        self.assertIn("b has no value above 0", told["error"])

    def test_a_place_that_cannot_be_written_is_refused_first(self):
        damaged = self.write("damaged.h5", "no HDF5 at all")
        self.data("a")
        self.assertIn("/proc: ", self.refused("data.h5", "--output", "/proc/a.png", code=3))
        self.assertIn("is no directory", self.refused("data.h5", "--output", damaged / "a.png", code=3))

    # what is in them

    def test_numbers_below_the_normal_ones_have_marks(self):
        with h5py.File(self.folder / "tiny.h5", "w") as file:
            file["plane"] = numpy.arange(4).reshape(2, 2) * 1e-310
            file["usual"] = numpy.arange(4.0).reshape(2, 2)
            file["one"] = numpy.full((2, 2), 5e-324)
        for name in ("plane", "usual", "one"):
            self.plot("tiny.h5", "--field", name, "--output", f"{name}.svg")
        self.assertGreater(self.glyphs("plane.svg"), self.glyphs("usual.svg"), "as many marks, with powers of ten")

    def glyphs(self, name):
        return len(re.findall(r"<use ", (self.folder / name).read_text()))

    def test_exact_solutions_of_two_runs_are_told_apart(self):
        def legend(*words):
            self.plot(*words, "--output", "lines.svg", "--force")
            return (self.folder / "lines.svg").read_text().count("stroke-dasharray")

        one = legend(self.runs / "rod")
        shutil.copytree(self.runs / "rod", self.folder / "same")
        self.assertEqual(legend(self.runs / "rod", self.folder / "same"), one, "one solution is drawn once")
        self.assertGreater(legend(self.runs / "rod", self.runs / "tall"), one, "each of two has its line")


if __name__ == "__main__":
    unittest.main()
