"""A managed directory and its runs, for tests of `tarn data`."""

import os
import pathlib

from support.tarn_program import Case, tarn

DECK = """[run]
app = "heat"
name = "plate"
[grid]
cells = [6, 4]
[time]
end = 0.02
dt = 0.001
[heat]
diffusivity = 1
initial = "x + 10 * y"
[[output]]
every = { steps = 10 }
[checkpoint]
every = { steps = 5 }
keep = 3
"""


def tree(folder):
    """Every file below a folder with its content, links as links."""
    found = {}
    for path in sorted(pathlib.Path(folder).rglob("*")):
        name = path.relative_to(folder).as_posix()
        found[name] = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
    return found


class DataCase(Case):
    def setUp(self):
        super().setUp()
        self.root = self.folder / "runs"
        self.outside = self.folder / "outside"
        self.outside.mkdir()
        (self.outside / "precious.h5").write_bytes(b"mine")

    def new_run(self):
        out = self.run_ok("run", self.write("plate.toml", DECK), "--root", self.root, "--quiet").stdout
        return pathlib.Path(out.removeprefix("run directory: ").strip())

    def refused(self, *words, code=3, says=""):
        before = tree(self.folder)
        done = tarn("data", *words, cwd=self.folder)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout}{done.stderr}")
        self.assertIn(says, done.stderr + done.stdout)
        self.assertEqual(tree(self.folder), before, words)
