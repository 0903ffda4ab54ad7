"""`tarn plot` of members of a batch, whose snapshots are in one file for all."""

import shutil
import unittest

import h5py
import numpy
from PIL import Image

from support.tarn_program import Case, tarn

DECK = """
[run]
app = "gray_scott"
name = "spots"
[grid]
cells = [12, 8]
upper = [3, 2]
[time]
end = 1e9
dt = 0.5
max_steps = 20
[gray_scott]
du = 2e-5
dv = 1e-5
feed = 0.04
kill = 0.06
[gray_scott.initial]
u = "1 - 0.5 * random"
v = "0.3 * random"
[history]
every = { steps = 10 }
[[output]]
series = "fields"
every = { steps = 10 }
[[output]]
series = "thin"
fields = ["v"]
every = { steps = 20 }
[ensemble.vary]
"run.seed" = [1, 2, 3]
"""


class PlotMembers(Case):
    def setUp(self):
        super().setUp()
        self.run_ok("run", self.write("deck.toml", DECK), "--run-dir", "e", "--quiet", cwd=self.folder)
        self.series = self.folder / "e/batch-0000/series/fields.h5"

    def plot(self, *words):
        done = self.run_ok("plot", *words, cwd=self.folder)
        self.assertEqual(done.stderr, "")
        return [self.folder / line for line in done.stdout.splitlines()]

    def refused(self, *words):
        done = tarn("plot", *words, cwd=self.folder)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        return done.stderr

    def below_the_title(self, path):
        """The picture without the lines that tell what it is of."""
        with Image.open(path) as image:
            pixels = numpy.asarray(image.convert("RGB")).astype(int)
        frame = numpy.flatnonzero((pixels == (70, 70, 70)).all(axis=2).sum(axis=1) > 100)
        return pixels[frame[0]:]

    def test_a_member_looks_as_its_own_run(self):
        for name in ("0000", "0002"):
            self.run_ok("run", f"e/{name}/deck.toml", "--run-dir", "alone" + name, "--quiet", cwd=self.folder)
            own = self.plot("alone" + name, "--field", "u,v", "--snapshot", "all")
            drawn = self.plot("e/" + name, "--field", "u,v", "--snapshot", "all")
            self.assertEqual(len(own), 6)
            member = int(name)
            self.assertEqual([path.name for path in drawn],
                             [path.name.replace("-", f"-member{member}-", 1) for path in own])
            for one, other in zip(own, drawn):
                self.assertTrue(numpy.array_equal(self.below_the_title(one), self.below_the_title(other)), other)
        self.assertEqual(drawn[0].parent, self.folder / "e/0002/plots")
        self.assertFalse(numpy.array_equal(self.below_the_title(drawn[-1]),
                                           self.below_the_title(self.plot("e/0001", "--field", "v")[0])))

    def test_the_file_of_a_series_has_fields_of_members_and_nothing_else(self):
        moved = self.folder / "moved.h5"
        shutil.copy(self.series, moved)
        drawn = self.plot("moved.h5", "--member", "1")
        self.assertEqual([path.name for path in drawn], ["u-member1-0000000020.png", "v-member1-0000000020.png"])
        of_run = self.plot("e/0001", "--series", "fields")
        for one, other in zip(drawn, of_run):
            self.assertTrue(numpy.array_equal(self.below_the_title(one), self.below_the_title(other)), other)
        self.assertEqual(len(self.plot("moved.h5", "--member", "0", "--field", "u", "--snapshot", "10", "--cut", "y=1")), 1)
        self.assertIn("has no field 'time'; there are: u, v", self.refused("moved.h5", "--member", "0", "--field", "time"))

    def test_a_member_must_be_chosen_and_be_there(self):
        for words in ([], ["--member", "3"]):
            self.assertIn("fields.h5 has the series of 3 members: --member 0 to --member 2 choose one",
                          self.refused("e/batch-0000/series/fields.h5", *words))
        self.assertIn("--member is for a file of the series of many members", self.refused("e/0001", "--member", "1"))
        with h5py.File(self.folder / "other.h5", "w") as file:
            file["a"] = numpy.ones((4, 3))
        self.assertIn("--member is for a file of the series of many members", self.refused("other.h5", "--member", "1"))

    def test_where_there_is_nothing_the_way_is_told(self):
        self.assertIn("e/batch-0000 is a batch: a member's own directory, beside it, draws the member; so does "
                      "e/batch-0000/series/fields.h5 --member 0", self.refused("e/batch-0000"))
        shutil.copytree(self.folder / "e", self.folder / "e e")
        self.assertIn("so does 'e e/batch-0000/series/fields.h5' --member 0", self.refused("e e/batch-0000"))
        shutil.rmtree(self.folder / "e/batch-0000/series")
        self.assertIn("e/0001 has no snapshots of its own: it ran as member 1 of the batch e/batch-0000. When the batch has "
                      "come to its end its series are in e/batch-0000/series, and this command draws the member's",
                      self.refused("e/0001"))

    def test_damaged_files_are_told(self):
        with h5py.File(self.series, "r+") as file:
            del file["dimensions/x"]
            file["dimensions/x"] = numpy.ones(3)
        done = tarn("plot", "e/0001", "--series", "fields", cwd=self.folder)
        self.assertEqual(done.returncode, 3)
        self.assertIn("/dimensions/x has not a place for each cell", done.stderr)


if __name__ == "__main__":
    unittest.main()
