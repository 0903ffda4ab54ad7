"""report.html in a browser: nothing wrong on the console, pictures and sliders, phones, the dark, paper, and without a
script.

It needs Debian's package chromium, which `./dev clients` installs; without it the test is skipped, or with
TARN_REQUIRE_CLIENTS in the environment fails. With TARN_SCREENSHOTS=FOLDER it leaves pictures of the pages there.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import unittest

import h5py
import numpy

from support import browser
from support.tarn_program import tarn

SCREENSHOTS = os.environ.get("TARN_SCREENSHOTS")

DECKS = {
    "plate": """[run]
app = "heat"
name = "plate"
[grid]
cells = [96, 48]
upper = [2.0, 1.0]
[time]
end = 0.1
[heat]
diffusivity = 0.2
initial = "300 + 100 * exp(-40 * ((x - 1)^2 + (y - 0.5)^2))"
[history]
every = { steps = 5 }
[[image]]
field = "temperature"
every = { time = 0.005 }
[[output]]
series = "fields"
every = { time = 0.1 }
""",
    "tube": """[run]
app = "euler"
name = "a_tube_with_a_name_that_is_long_and_has_no_place_to_break_a_line_at"
[grid]
cells = [200]
[time]
end = 0.2
[euler.initial]
velocity_x = 0
density = "x < 0.5 ? 1 : 0.125"
pressure = "x < 0.5 ? 1 : 0.1"
[history]
every = { steps = 4 }
[[image]]
field = "density"
every = { time = 0.05 }
""",
    "files": """[run]
app = "pipeline"
name = "files"
[pipeline]
inputs = "in/*.h5"
[[pipeline.step]]
op = "matmul"
a = "data"
b = "data"
transpose_b = true
out = "gram"
[[pipeline.step]]
op = "sum"
a = "gram"
out = "total"
[pipeline.keep]
scalars = ["total"]
""",
}

# What cannot be read: wider than the window, smaller than 11 pixels, or cut off where nothing scrolls.
UNREADABLE = """(() => {
  const wrong = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) wrong.push('the page is ' + document.documentElement.scrollWidth);
  for (const table of document.querySelectorAll('table')) {
    const box = table.getBoundingClientRect(), frame = table.parentElement.getBoundingClientRect();
    const scrolls = getComputedStyle(table.parentElement).overflowX === 'auto';
    if (!scrolls && box.right > frame.right + 1) wrong.push('a table is cut off');
    if (frame.right > width) wrong.push('a table leaves the window');
  }
  for (const cell of document.querySelectorAll('th, td, p, li, h1, h2, summary, label, figcaption')) {
    const style = getComputedStyle(cell);
    if (style.display !== 'none' && parseFloat(style.fontSize) < 11) wrong.push('small: ' + cell.textContent);
    if (cell.scrollWidth > cell.clientWidth + 1 && cell.clientWidth > 0 && style.display !== 'inline')
      wrong.push('cut off: ' + cell.textContent);
  }
  return wrong;
})()"""
SHOWN = "Array.from(document.querySelectorAll('.series')[0].querySelectorAll('figure')).filter(one => one.checkVisibility()).map(one => one.dataset.caption)"
LOADED = "Array.from(document.images).map(one => one.complete && one.naturalWidth > 100)"
BACK = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((sum, one) => sum + Number(one), 0) / 3"


def make_runs(folder):
    (folder / "in").mkdir()
    for n in range(6):
        with h5py.File(folder / "in" / f"sample_{n}.h5", "w") as file:
            file.create_dataset("data", data=numpy.random.default_rng(n).standard_normal((40, 30)))
    (folder / "in" / "sample_6.h5").write_bytes(b"no HDF5 at all")
    for name, text in DECKS.items():
        (folder / f"{name}.toml").write_text(text)
        done = tarn("run", folder / f"{name}.toml", "--root", folder, "--run-dir", folder / name, "--quiet", cwd=folder)
        assert done.returncode == (3 if name == "files" else 0), done.stderr
    # Where the run restarts, a damaged history is warned of.
    with open(folder / "tube" / "history.csv", "a") as history:
        history.write("torn")
    done = tarn("run", folder / "tube.toml", "--run-dir", folder / "tube", "--restart", "--set", "time.end=0.25", cwd=folder)
    assert "1 damaged row was dropped" in done.stderr, done.stderr


class ReportPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if browser.PROGRAM is None:
            text = "there is no chromium; `./dev clients` installs it"
            if os.environ.get("TARN_REQUIRE_CLIENTS"):
                raise AssertionError(text)
            raise unittest.SkipTest(text)
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tarn-page-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        make_runs(cls.folder)
        cls.browser = browser.Browser()
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.browser.media()

    def open(self, name, **options):
        self.browser.open(self.folder / name / "report.html", **options)

    def shoot(self, name):
        if SCREENSHOTS:
            self.browser.screenshot(pathlib.Path(SCREENSHOTS) / f"{name}.png")

    def test_pages_can_be_read_on_a_phone_on_a_desk_and_in_the_dark(self):
        for name in DECKS:
            for width in (360, 768, 1200):
                for dark in (False, True):
                    with self.subTest(page=name, width=width, dark=dark):
                        self.browser.media(dark=dark)
                        self.open(name, width=width)
                        self.assertEqual(self.browser.value("innerWidth"), width)
                        self.assertEqual(self.browser.value(UNREADABLE), [])
                        self.assertEqual(self.browser.messages, [])
                        back = self.browser.value(BACK)
                        self.assertTrue(back < 60 if dark else back > 200, back)
                        self.shoot(f"{name}-{width}{'-dark' if dark else ''}")

    def test_pictures_are_there_and_the_slider_goes_through_them(self):
        self.open("plate")
        loaded = self.browser.value(LOADED)
        self.assertEqual(len(loaded), 21)
        self.assertTrue(all(loaded))
        steps = [int(caption.removeprefix("step ")) for caption in self.browser.value(
            "Array.from(document.querySelectorAll('.series')[0].querySelectorAll('figure')).map(one => one.dataset.caption)")]
        self.assertEqual(steps, sorted(steps, reverse=True))
        self.assertEqual(self.browser.value(SHOWN), [f"step {steps[0]}"])

        move = "(() => {{ const range = document.querySelector('input[type=range]'); range.value = {}; " \
               "range.dispatchEvent(new Event('input')); return range.getAttribute('aria-valuetext'); }})()"
        self.assertEqual(self.browser.value(move.format(0)), "step 0")
        self.assertEqual(self.browser.value(SHOWN), ["step 0"])
        self.assertEqual(self.browser.value(move.format(3)), f"step {steps[-4]}")
        self.assertEqual(self.browser.value("document.querySelector('.slider output').textContent"), f"step {steps[-4]}")
        self.open("plate")  # as a page does that is loaded again while a run goes on
        self.assertEqual(self.browser.value(SHOWN), [f"step {steps[-4]}"])

        self.browser.value(move.format(18))
        self.browser.value("document.querySelector('.slider button').click()")
        self.browser.value("new Promise(done => setTimeout(done, 1200))")
        self.assertEqual(self.browser.value(SHOWN), [f"step {steps[0]}"])
        self.assertEqual(self.browser.messages, [])

    def test_without_a_script_all_pictures_are_in_a_row_and_the_newest_is_seen(self):
        self.browser.scripts(False)
        try:
            self.open("plate", width=360)
            shown = self.browser.value(SHOWN)
            self.assertEqual(len(shown), 21)
            first = self.browser.value("(() => { const box = document.querySelector('.series img').getBoundingClientRect();"
                                       " return [box.left, box.right, box.height]; })()")
            self.assertTrue(0 <= first[0] and first[1] <= 360 and first[2] > 50, first)
            self.assertEqual(self.browser.value("document.querySelectorAll('.slider').length"), 0)
            self.assertEqual(self.browser.value(UNREADABLE), [])
            self.assertGreater(self.browser.value("document.querySelectorAll('.plot svg').length"), 1)
        finally:
            self.browser.scripts(True)

    def test_plots_tell_what_is_in_them_and_have_both_axes(self):
        self.open("plate")
        plots = self.browser.ask("Accessibility.getFullAXTree")["nodes"]
        names = [node["name"]["value"] for node in plots if node.get("role", {}).get("value") in ("image", "img")]
        self.assertTrue([name for name in names if re.search(r"over time", name)], names)
        self.open("files")
        self.assertEqual(self.browser.value("document.querySelectorAll('.plot').length"), 0)
        self.assertIn("no HDF5", self.browser.value("document.body.textContent").replace("not an HDF5", "no HDF5"))
        self.assertEqual(self.browser.value("document.querySelectorAll('#results tbody tr').length"), 7)

        page = self.folder / "steep"
        shutil.copytree(self.folder / "tube", page)
        rows = "".join(f"{n},{n / 10},{10.0 ** -n},{n % 3 - 1}\n" for n in range(12))
        (page / "history.csv").write_text("step,time,falling,both_signs\n" + rows)
        done = tarn("report", page, "-o", page / "report.html")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.open("steep")
        shown = "Array.from(document.querySelectorAll('.plot')[{}].querySelectorAll('svg')).map(one => one.checkVisibility())"
        self.assertEqual(self.browser.value(shown.format(0)), [False, True])  # logarithmic first
        self.assertEqual(self.browser.value(shown.format(1)), [True])
        self.assertIn("10⁻¹¹", self.browser.value("document.querySelectorAll('.plot svg')[1].textContent"))
        self.browser.value("document.getElementById('plot0-linear').click()")
        self.assertEqual(self.browser.value(shown.format(0)), [True, False])
        line = self.browser.value("document.querySelectorAll('.plot svg')[1].querySelector('.line').getAttribute('d')")
        points = [tuple(map(float, point.split())) for point in re.split("[ML]", line)[1:]]
        self.assertEqual(len(points), 12)
        slopes = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in zip(points, points[1:])]
        self.assertLess(max(slopes) - min(slopes), 0.02)  # an exponential is a straight line

    def test_on_paper_the_newest_picture_and_the_deck_are_seen_and_no_slider(self):
        self.browser.media("print")
        self.open("plate")
        self.assertEqual(len(self.browser.value(SHOWN)), 1)
        hidden = "getComputedStyle(document.querySelector('.slider')).display"
        self.assertEqual(self.browser.value(hidden), "none")
        self.assertGreater(self.browser.value("document.querySelector('#deck pre').getBoundingClientRect().height"), 100)
        self.shoot("plate-print")

    def test_of_a_run_that_died_the_page_says_that_there_is_no_sign_of_life(self):
        text = (self.folder / "plate" / "report.html").read_text()
        living = re.sub(r'data-written="\d+" data-period="0"', 'data-written="{}" data-period="5"', text)
        self.assertNotEqual(living, text)
        for ago, expected in [(20, "✓ done"), (600, "no sign of life for 10 min"), (90000, "no sign of life for 25 h")]:
            page = self.folder / "living.html"
            page.write_text(living.replace("{}", str(int(time.time()) - ago), 1))
            self.browser.open(page)
            self.assertEqual(self.browser.value("document.getElementById('status').textContent"), expected)

    def test_a_running_page_loads_itself_again(self):
        deck = self.folder / "long.toml"
        deck.write_text(DECKS["plate"].replace("end = 0.1", "end = 1000.0").replace("[96, 48]", "[256, 128]"))
        run = self.folder / "long"
        process = subprocess.Popen([os.environ["TARN_PROGRAM"], "run", deck, "--run-dir", run, "--quiet"],
                                   env={**os.environ, "TARN_REPORT_SECONDS": "1"}, stdout=subprocess.DEVNULL)
        try:
            until = time.monotonic() + 90
            while not (run / "report.html").exists() or "<img" not in (run / "report.html").read_text():
                self.assertLess(time.monotonic(), until)
                time.sleep(0.1)
            self.browser.open(run / "report.html", width=360)
            self.shoot("running-360")
            written = "Number(document.getElementById('life').dataset.written)"
            first, loaded = self.browser.value(written), self.browser.loaded
            self.browser.value("new Promise(done => setTimeout(done, 100))")
            while self.browser.loaded == loaded:
                self.assertLess(time.monotonic(), until + 30)
                time.sleep(0.2)
                self.browser.ask("Runtime.evaluate", expression="1")
            self.assertGreater(self.browser.value(written), first)
            self.assertEqual(self.browser.messages, [])
            self.assertEqual(self.browser.value(UNREADABLE), [])
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    unittest.main()
