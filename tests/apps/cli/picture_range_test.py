"""Pictures of a series have one range; on any number of ranks and after a restart they are the same to the byte."""

import json
import unittest

import numpy
from PIL import Image

from support.tarn_program import Case

PLATE = """
[run]
app = "heat"
name = "plate"
[grid]
cells = [24, 16]
[time]
end = 1
dt = 1e-4
max_steps = {steps}
[heat]
diffusivity = 0.5
initial = "{initial}"
source = "{source}"
steps_per_pass = 1
[[image]]
field = "temperature"
every = {{ steps = 10 }}
{more}
[checkpoint]
every = {{ steps = 5 }}
keep = 100
"""
WAVE = "sin(2 * pi * x) * sin(2 * pi * y)"


class PictureRange(Case):
    def run_of(self, name, *words, steps=40, initial=WAVE, source="0", more=""):
        deck = self.write(name + ".toml", PLATE.format(steps=steps, initial=initial, source=source, more=more))
        run = self.folder / name
        self.run_ok("run", deck, "--run-dir", run, "--quiet", *words)
        return run

    def pictures(self, run):
        return {path.name: path.read_bytes() for path in sorted((run / "img").iterdir())}

    def bars(self, run):
        """The labels beside the colour bar of each picture, as pixels."""
        bars = []
        for path in sorted((run / "img").iterdir()):
            with Image.open(path) as image:
                pixels = numpy.asarray(image.convert("L"))
                bars.append(pixels[100:, -100:].tobytes())
        return bars

    def remarks(self, run):
        return json.loads((run / "run.json").read_text())["remarks"]

    def test_the_first_picture_sets_the_range(self):
        series = self.run_of("series")
        self.assertEqual(len(set(self.bars(series))), 1, "what decays keeps the colours of the beginning")
        self.assertEqual(self.remarks(series), [])
        self.assertEqual(len(set(self.bars(self.run_of("frame", more='range = "frame"')))), 5)

    def test_values_that_leave_it_move_its_end_and_that_is_told(self):
        run = self.run_of("source", source="200 * exp(-400 * t)")
        (remark,) = self.remarks(run)
        self.assertRegex(remark, "the pictures of temperature have the range .* to .* since step 10: values left that of")
        self.assertEqual(len(set(self.bars(run)[2:])), 1, "the range that was made wider is kept")

    def test_ends_that_the_deck_gives_hold(self):
        run = self.run_of("given", source="200", more="minimum = -1\nmaximum = 1")
        self.assertEqual(len(set(self.bars(run))), 1)
        self.assertEqual(self.remarks(run), [])

    def test_pictures_are_the_same_after_a_restart_and_on_other_ranks(self):
        for name, more in (("decays", {}), ("grows", {"source": "200"}), ("late", {"initial": "1", "source": "x"})):
            with self.subTest(run=name):
                whole = self.pictures(self.run_of(name, **more))
                self.assertEqual(self.pictures(self.run_of(name + "-ranks", "-n", "3", **more)), whole)
                self.run_of(name + "-halves", steps=15, **more)  # its last picture is not one of the series'
                halves = self.pictures(self.run_of(name + "-halves", "--restart", "-n", "2", **more))
                self.assertEqual({key: halves[key] for key in whole}, whole)
                self.assertEqual(sorted(set(halves) - set(whole)), ["temperature-0000000015.png"])

    def test_a_run_that_begins_from_a_checkpoint_has_its_range(self):
        whole = self.run_of("whole", source="200")
        branch = self.run_of("branch", "--restart", whole / "ckpt" / "0000000020.h5", source="200")
        self.assertEqual(self.pictures(branch), {name: bytes for name, bytes in self.pictures(whole).items()
                                                 if name >= "temperature-0000000020"})


if __name__ == "__main__":
    unittest.main()
