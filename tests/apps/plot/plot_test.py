"""`tarn plot` shows what is in the files: known cells have known colours, lines stand where the values are, frames move."""

import pathlib
import re
import shutil
import tempfile
import unittest

import h5py
import numpy
from PIL import Image

from support.tarn_program import Case, tarn

FRAME, DARK_FRAME = (70, 70, 70), (150, 152, 158)

ROD = """
[run]
app = "heat"
name = "rod"
[grid]
cells = [32]
boundary.x = "dirichlet"
[time]
end = 0.02
dt = 0.0001
[heat]
diffusivity = 1
initial = "sin(pi * x)"
[heat.boundary_value]
x_lower = 0
x_upper = 0
[exact]
temperature = "exp(-pi^2 * t) * sin(pi * x)"
[history]
every = { steps = 20 }
[[output]]
every = { time = 0.01 }
"""
BOX = """
[run]
app = "heat"
name = "box"
[grid]
cells = [6, 4, 2]
upper = [3, 2, 1]
[time]
end = 1e-9
[heat]
diffusivity = 1e-9
initial = "x + 10 * y + 100 * z"
[[output]]
every = { time = 1 }
"""
FLOW = """
[run]
app = "euler"
name = "flow"
[grid]
cells = [16, 16]
[time]
end = 1e-6
[euler]
[euler.initial]
density = 1
velocity_x = 1
velocity_y = 0
pressure = 1
[[output]]
every = { time = 1 }
fields = ["density", "velocity_x", "velocity_y"]
"""


def picture(path):
    with Image.open(path) as image:
        return numpy.asarray(image.convert("RGB")).astype(int)


def boxes(pixels, frame=FRAME):
    """The framed boxes, plot first, then colour bar: (left, top, right, bottom) of their insides."""
    is_frame = (pixels == frame).all(axis=2)
    found = []
    for y, x in zip(*numpy.nonzero(is_frame)):
        if any(left - 1 <= x <= right and top - 1 <= y <= bottom for left, top, right, bottom in found):
            continue
        right, bottom = x, y
        while right < is_frame.shape[1] and is_frame[y, right]: right += 1
        while bottom < is_frame.shape[0] and is_frame[bottom, x]: bottom += 1
        if right - x > 18 and bottom - y > 30: found.append((x + 1, y + 1, right - 1, bottom - 1))
    return found


def cell(pixels, box, i, j, nx, ny):
    """The colour in the middle of a cell; j counts upwards."""
    left, top, right, bottom = box
    x = left + (2 * i + 1) * (right - left) // (2 * nx)
    y = bottom - (2 * j + 1) * (bottom - top) // (2 * ny)
    return tuple(pixels[y, x])


def bar_color(pixels, share, frame=FRAME):
    """The colour of the bar at a share of its length."""
    left, top, right, bottom = boxes(pixels, frame)[-1]
    y = bottom - 1 - round(share * (bottom - top - 1))
    return tuple(pixels[y, (left + right) // 2])


def longest_run(marks):
    """The most marks beside each other in a row."""
    run = longest = numpy.zeros(len(marks), int)
    for column in marks.T:
        run = (run + 1) * column
        longest = numpy.maximum(longest, run)
    return longest.max()


def near(a, b, most=6):
    return max(abs(p - q) for p, q in zip(a, b)) <= most


class Plot(Case):
    @classmethod
    def setUpClass(cls):
        cls.runs = pathlib.Path(tempfile.mkdtemp(prefix="tarn-plot-"))
        cls.addClassCleanup(shutil.rmtree, cls.runs, ignore_errors=True)
        for name, deck in (("rod", ROD), ("box", BOX), ("flow", FLOW)):
            (cls.runs / f"{name}.toml").write_text(deck)
            done = tarn("run", f"{name}.toml", "--run-dir", name, "--quiet", cwd=cls.runs)
            assert done.returncode == 0, done.stdout + done.stderr

    def data(self, values, name="data.h5"):
        with h5py.File(self.folder / name, "w") as file:
            file["data"] = numpy.asarray(values)
        return name

    def plot(self, *words):
        """The files that are told, as paths."""
        done = self.run_ok("plot", *words, cwd=self.folder)
        files = [self.folder / line for line in done.stdout.splitlines()]
        self.assertTrue(all(file.exists() for file in files), done.stdout)
        return files

    def refused(self, *words, code=2):
        done = tarn("plot", *words, cwd=self.folder)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        return done.stderr

    # planes

    def test_cells_have_the_colours_of_their_values(self):
        pixels = picture(self.plot(self.data([[0.0, 1.0], [2.0, 4.0]]))[0])
        plot = boxes(pixels)[0]
        for i, j, share in ((0, 0, 0), (1, 0, 0.25), (0, 1, 0.5), (1, 1, 1)):
            self.assertTrue(near(cell(pixels, plot, i, j, 2, 2), bar_color(pixels, share)), (i, j))

    def test_a_logarithmic_scale_has_equal_colours_for_equal_factors(self):
        pixels = picture(self.plot(self.data([[1e-3, 1.0], [1e3, -1.0]]), "--log")[0])
        plot = boxes(pixels)[0]
        for i, j, share in ((0, 0, 0), (1, 0, 0.5), (0, 1, 1)):
            self.assertTrue(near(cell(pixels, plot, i, j, 2, 2), bar_color(pixels, share)), (i, j))
        hatched = cell(pixels, plot, 1, 1, 2, 2)
        self.assertEqual(len(set(hatched)), 1, "what has no logarithm is grey")

    def test_a_range_is_the_bars(self):
        pixels = picture(self.plot(self.data([[0.0, 1.0], [2.0, 4.0]]), "--range", "0,8")[0])
        self.assertTrue(near(cell(pixels, boxes(pixels)[0], 1, 1, 2, 2), bar_color(pixels, 0.5)))

    def test_values_around_zero_are_balanced(self):
        pixels = picture(self.plot(self.data([[-1.0, 0.0], [1.0, 2.0]]))[0])
        self.assertTrue(min(cell(pixels, boxes(pixels)[0], 1, 0, 2, 2)) > 225, "zero is white")

    def test_the_dark_theme_has_a_dark_ground_and_the_same_colours(self):
        name = self.data([[0.0, 1.0], [2.0, 4.0]])
        light = picture(self.plot(name, "-o", "light.png")[0])
        dark = picture(self.plot(name, "-o", "dark.png", "--theme", "dark")[0])
        self.assertTrue(min(light[0, 0]) == 255 and max(dark[0, 0]) < 40)
        self.assertEqual(cell(light, boxes(light)[0], 1, 1, 2, 2), cell(dark, boxes(dark, DARK_FRAME)[0], 1, 1, 2, 2))

    def test_a_picture_has_the_size_that_was_asked_for(self):
        for size in ((400, 300), (1920, 1080)):
            file = self.plot(self.data(numpy.arange(12.0).reshape(3, 4)), "--size", "%dx%d" % size, "--force")[0]
            pixels = picture(file)
            self.assertEqual(pixels.shape[:2], size[::-1])

    # lines

    def test_the_exact_solution_stands_beside_a_profile(self):
        file = self.plot(self.runs / "rod", "-o", "rod.svg")[0]
        paths = re.findall(r"<path[^>]*>", file.read_text())
        solid = [p for p in paths if "stroke:rgb(0%,44.7" in p or 'stroke="rgb(0%, 44.7' in p]
        dashed = [p for p in paths if "dash" in p]
        points = [len(re.findall(r"[ML] ", p)) for p in (*solid, *dashed)]
        self.assertEqual(points.count(32), 2, f"32 cells of both lines: {points}")
        lines = [numpy.array(re.findall(r"[ML] ([\d.]+) ([\d.]+)", p), float) for p in (*solid, *dashed)]
        ours, exact = [line for line in lines if len(line) == 32]
        self.assertLess(abs(ours - exact).max(), 1.0, "less than a pixel apart")

    def test_cuts_and_means_leave_lines(self):
        values = numpy.arange(12.0).reshape(3, 4) ** 2  # no three points in one line
        for words in (("--cut", "y=1"), ("--average", "y"), ("--maximum", "x")):
            with self.subTest(words=words):
                text = self.plot(self.data(values), *words, "-o", "line.svg", "--force")[0].read_text()
                count = 3 if words[1] == "x" else 4
                found = [len(re.findall(r"[ML] ", p)) for p in re.findall(r"<path[^>]*>", text) if "stroke:rgb(0%,44" in p
                         or 'stroke="rgb(0%, 44' in p]
                self.assertIn(count, found)

    def test_several_runs_stand_in_one_picture(self):
        self.data(numpy.arange(8.0), "a.h5"), self.data(numpy.arange(8.0) ** 2, "b.h5")
        pixels = picture(self.plot("a.h5", "b.h5", "--field", "data")[0])
        for color in ((0, 114, 178), (213, 94, 0)):
            self.assertGreater((pixels == color).all(axis=2).sum(), 100, color)

    def test_history_is_a_line_of_each_column(self):
        columns = (self.runs / "rod" / "history.csv").read_text().splitlines()[0].split(",")[2:]
        pixels = picture(self.plot(self.runs / "rod", "--history", ",".join(columns[:2]), "-o", "h.png")[0])
        for color in ((0, 114, 178), (213, 94, 0)):
            self.assertGreater((pixels == color).all(axis=2).sum(), 100, color)
        self.assertIn(f"did you mean '{columns[0]}'",
                      self.refused(self.runs / "rod", "--history", columns[0][:-1], "-o", "no.png"))

    # bodies

    def test_a_body_is_three_cuts(self):
        file = self.plot(self.runs / "box", "-o", "box.png")[0]
        pixels = picture(file)
        found = boxes(pixels)
        self.assertEqual(len(found), 4, "three planes and a bar")
        value = lambda x, y, z: x + 10 * y + 100 * z  # the first cells are at 0.25, the middle ones at 1.75, 1.25, 0.75
        first = [value(0.25, 0.25, 0.75), value(0.25, 1.25, 0.25), value(1.75, 0.25, 0.25)]
        lowest, highest = min(first), value(2.75, 1.75, 0.75)
        for plane, seen, cells in zip(found, first, ((6, 4), (6, 2), (4, 2))):
            color = cell(pixels, plane, 0, 0, *cells)
            self.assertTrue(near(color, bar_color(pixels, (seen - lowest) / (highest - lowest))), cells)

    def test_a_maximum_is_over_the_axis(self):
        values = numpy.zeros((3, 2, 2))
        values[1, 0, 1] = 5
        pixels = picture(self.plot(self.data(values), "--maximum", "z")[0])
        plot = boxes(pixels)[0]
        self.assertTrue(near(cell(pixels, plot, 1, 0, 2, 2), bar_color(pixels, 1)))
        self.assertTrue(near(cell(pixels, plot, 0, 1, 2, 2), bar_color(pixels, 0)))

    # vectors

    def test_arrows_and_streamlines_go_along_the_flow(self):
        for words in (("--arrows",), ("--streamlines", "--vector", "velocity")):
            with self.subTest(words=words):
                pixels = picture(self.plot(self.runs / "flow", "--field", "density", *words, "-o", "f.png", "--force")[0])
                left, top, right, bottom = boxes(pixels)[0]
                white = (pixels[top:bottom, left:right] > 150).all(axis=2)
                self.assertGreater(white.sum(), 500)
                self.assertGreater(longest_run(white), 1.5 * longest_run(white.T), "the flow goes along x")
        self.assertIn("has no vectors", self.refused(self.runs / "box", "--arrows", "-o", "no.png"))

    def test_a_vectors_field_is_its_magnitude(self):
        with h5py.File(self.folder / "v.h5", "w") as file:
            file["v_x"], file["v_y"] = numpy.full((2, 2), 3.0), numpy.array([[4.0, 4.0], [4.0, 0.0]])
        pixels = picture(self.plot("v.h5", "--field", "v")[0])
        plot = boxes(pixels)[0]
        self.assertTrue(near(cell(pixels, plot, 0, 0, 2, 2), bar_color(pixels, 1)), "5")
        self.assertTrue(near(cell(pixels, plot, 1, 1, 2, 2), bar_color(pixels, 0)), "3")

    # series

    def test_a_series_has_one_range(self):
        files = self.plot(self.runs / "rod", "--snapshot", "all", "-o", "s.png")
        self.assertEqual(len(files), 3)
        highest = []
        for file in files:
            pixels = picture(file)
            rows = numpy.nonzero((pixels[100:] == (0, 114, 178)).all(axis=2).any(axis=1))[0]
            highest.append(rows.min())
        self.assertTrue(highest[0] + 20 < highest[1] < highest[2] - 20, f"the sine sinks: {highest}")

    def test_a_movie_has_a_frame_of_each_snapshot(self):
        highest = []
        with Image.open(self.plot(self.runs / "rod", "--movie", "--frames-per-second", "5", "-o", "m.png")[0]) as movie:
            self.assertEqual(movie.n_frames, 3)
            self.assertEqual(movie.info["duration"], 200)
            for frame in range(3):
                movie.seek(frame)
                pixels = numpy.asarray(movie.convert("RGB"))
                highest.append(numpy.nonzero((pixels[100:] == (0, 114, 178)).all(axis=2).any(axis=1))[0].min())
        self.assertTrue(highest[0] < highest[1] < highest[2])

    def test_ffmpeg_makes_other_movies(self):
        program = self.write("ffmpeg", '#!/bin/sh\nfor last; do :; done\necho "$@" > "$last"\n')
        program.chmod(0o755)
        words = ("plot", self.runs / "rod", "--movie", "-o", "m.mp4")
        done = tarn(*words, cwd=self.folder, env={"PATH": f"{self.folder}:/usr/bin:/bin"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("-framerate 10", (self.folder / "m.mp4").read_text())
        done = tarn(*words, "--force", cwd=self.folder, env={"PATH": "/nowhere"})
        self.assertEqual(done.returncode, 2)
        self.assertIn("ffmpeg", done.stderr)

    # where pictures go

    def test_a_runs_pictures_go_into_its_plots_and_are_not_replaced(self):
        place = self.runs / "rod" / "plots" / "temperature-0000000200.png"
        self.assertEqual(self.plot(self.runs / "rod"), [place])
        before = place.read_bytes()
        self.assertIn("--force", self.refused(self.runs / "rod"))
        self.assertEqual(self.plot(self.runs / "rod", "--force"), [place])
        self.assertEqual(place.read_bytes(), before, "the same picture has the same bytes")
        snapshot = sorted((self.runs / "rod" / "out").iterdir())[0]
        self.assertEqual([file.name for file in self.plot(snapshot)], ["temperature-0000000000.png"])
        self.assertEqual(self.run_ok("data", "verify", self.runs / "rod").returncode, 0)

    def test_pdf_and_svg_are_what_they_say(self):
        name = self.data([[0.0, 1.0], [2.0, 4.0]])
        self.assertTrue(self.plot(name, "-o", "p.pdf")[0].read_bytes().startswith(b"%PDF-"))
        self.assertIn("<svg", self.plot(name, "-o", "p.svg")[0].read_text())
        self.assertIn("ends in .png, .svg or .pdf", self.refused(name, "-o", "p.gif"))
        self.assertIn("nowhere: there is no such folder", self.refused(name, "-o", "nowhere/p.png", code=3))

    # what is wrong or strange

    def test_bad_requests_are_told(self):
        name, rod = self.data([[0.0, -1.0], [-2.0, -4.0]]), self.runs / "rod"
        for words, wanted in (
            ((rod, "--field", "temprature"), "did you mean 'temperature'?"),
            ((name, "--range", "2,1"), "the lower end must be below the upper"),
            ((name, "--range", "a,1"), "is no finite number"),
            ((name, "--range", "nan,1"), "is no finite number"),
            ((name, "--log"), "no value above 0"),
            ((name, "--cut", "q=1"), "names no axis"),
            ((name, "--cut", "x=7"), "outside the field, which reaches from -0.5 to 1.5"),
            ((name, "--cut", "z=0"), "has no axis z"),
            ((name, "--cut", "x=0", "--average", "x"), "only once"),
            ((name, "--size", "10x10"), "200 to 10000"),
            ((name, "--snapshot", "3"), "is not one"),
            ((rod, "--snapshot", "tomorrow"), "--snapshot tomorrow"),
            ((name, "--history", "a"), "is no run"),
            ((self.runs,), "is no run directory"),
            ((name, self.runs / "rod", "--field", "data"), "has no field 'data'"),
        ):
            with self.subTest(words=words):
                self.assertIn(wanted, self.refused(*words))
        self.assertEqual(self.data([0.0]), "data.h5")
        self.assertFalse(list(self.folder.glob("*.png")))

    def test_datasets_that_no_picture_can_show_are_left_out_unless_they_are_asked_for(self):
        with h5py.File(self.folder / "mixed.h5", "w") as file:
            file["big"], file["empty"], file["plane"] = numpy.ones((2, 2, 2, 2)), numpy.ones((0, 5)), numpy.ones((4, 3))
        done = self.run_ok("plot", "mixed.h5", cwd=self.folder)
        self.assertEqual(done.stdout, "mixed-plane.png\n")
        self.assertEqual(done.stderr, "tarn: left out: mixed.h5: big has 4 axes; up to three can be shown\n"
                                      "tarn: left out: mixed.h5: empty is empty\n")
        self.assertEqual(self.plot("mixed.h5", "--field", "/plane", "--output", "p.png"), [self.folder / "p.png"])
        self.assertIn("big has 4 axes", self.refused("mixed.h5", "--field", "big,plane", "--output", "q.png"))
        self.assertIn("has 4 axes", self.refused(self.data(numpy.ones((2, 2, 2, 2)))))

    def test_a_run_without_snapshots_is_told(self):
        (self.folder / "run").mkdir()
        (self.folder / "run" / "deck.toml").write_text(ROD)
        self.assertIn("has no snapshots", self.refused("run"))

    def test_a_run_without_snapshots_is_drawn_from_its_checkpoints(self):
        deck = self.folder / "rod.toml"
        deck.write_text(ROD.split("[[output]]")[0])
        self.run_ok("run", deck, "--run-dir", self.folder / "run", "--quiet")
        newest = max(file.stem for file in (self.folder / "run" / "ckpt").glob("*.h5"))
        self.assertEqual([file.name for file in self.plot("run")], [f"temperature-{newest}.png"])

    def test_damaged_files_are_told(self):
        snapshot = sorted((self.runs / "rod" / "out").iterdir())[0]
        whole = snapshot.read_bytes()
        (self.folder / "cut.h5").write_bytes(whole[: len(whole) // 2])
        (self.folder / "hit.h5").write_bytes(whole[:600] + b"xxxx" + whole[604:])
        (self.folder / "text.h5").write_text("hello")
        for name in ("cut.h5", "hit.h5", "text.h5", "none.h5"):
            with self.subTest(file=name):
                self.assertIn(name, self.refused(name, code=3))

    def test_strange_values_make_pictures(self):
        nan, inf = numpy.nan, numpy.inf
        for values in ([[nan, inf], [1.0, 2.0]], [[nan, nan]], [[1e308, -1e308], [0.0, 1.0]], [[3.0, 3.0], [3.0, 3.0]],
                       [[1.0], [2.0]], [1.0], [nan, 1.0, 2.0], [1e308, -1e308], numpy.zeros((2, 2), bool),
                       numpy.ones((2, 3), numpy.complex128), numpy.ones((1, 1, 5)), numpy.arange(4, dtype=numpy.uint8)):
            with self.subTest(values=values):
                self.assertGreater(picture(self.plot(self.data(values), "--force")[0]).std(), 1)
        pixels = picture(self.plot(self.data([[nan, 0.0], [1.0, 2.0]]), "--force")[0])
        self.assertEqual(len(set(cell(pixels, boxes(pixels)[0], 0, 0, 2, 2))), 1, "a hatch is grey")


if __name__ == "__main__":
    unittest.main()
