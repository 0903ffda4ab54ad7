"""Heat decks for whole runs, and what a run left in its directory."""

import json
import pathlib
import re

import h5py

from support.tarn_program import Case, tarn

EXIT_DONE, EXIT_USAGE, EXIT_DATA, EXIT_NUMERICS, EXIT_STOPPED = 0, 2, 3, 4, 75

# Mixed boundaries with values that change in time, noise at the start, and a source: nothing that a rank could get
# wrong is zero.
DECK = """
[run]
app = "heat"
name = "{name}"
precision = "{precision}"
seed = 7
[grid]
cells = {cells}
[grid.boundary]
{boundary}
[time]
end = 0.01
{time}
[heat]
diffusivity = {diffusivity}
initial = "random + x"
source = "40 * sin(300 * t) * x"
integrator = "{integrator}"
{heat}
[heat.boundary_value]
{values}
[[output]]
every = {{ time = 0.005 }}
[history]
every = {{ steps = 5 }}
[checkpoint]
every = {{ steps = 20 }}
keep = 3
"""

BOUNDARIES = {
    1: ('x = ["dirichlet", "neumann"]', 'x_lower = "cos(200 * t)"\nx_upper = "sin(100 * t)"'),
    2: (
        'x = ["neumann", "dirichlet"]\ny = ["dirichlet", "neumann"]',
        'x_lower = "y * sin(100 * t)"\nx_upper = "1 + y"\ny_lower = "x * cos(200 * t)"',
    ),
    3: (
        'x = ["dirichlet", "neumann"]\ny = "periodic"\nz = ["neumann", "dirichlet"]',
        'x_lower = "cos(200 * t) + y * z"\nz_lower = "x - y"\nz_upper = "sin(300 * t) * x"',
    ),
}


def deck_text(cells, precision="double", integrator="euler", variable=False, name="heat", time="", heat="",
              anisotropic=False, steady=False):
    """@param steady  boundary values and source stay as they are at one time"""
    boundary, values = BOUNDARIES[len(cells)]
    diffusivity = '"1 + 0.5 * sin(7 * x)"' if variable else '"1"'
    if anisotropic:
        along_y = '"0.3 + 0.2 * cos(5 * y)"' if variable else "0.02"
        diffusivity = "[" + ", ".join([diffusivity, along_y, "2"][: len(cells)]) + "]"
    text = DECK.format(
        name=name,
        precision=precision,
        cells=list(cells),
        boundary=boundary,
        values=values,
        diffusivity=diffusivity,
        integrator=integrator,
        time=time,
        heat=heat,
    )
    return re.sub(r"\* t\b", "* 0.003", text) if steady else text


def snapshots(run):
    return sorted(pathlib.Path(run).glob("out/*.h5"))


def checkpoints(run):
    return sorted(pathlib.Path(run).glob("ckpt/*.h5"))


def temperature(path):
    """The field's values; their bytes tell whether two states are the same bit for bit."""
    with h5py.File(path) as file:
        (step,) = file["data"]
        return file[f"data/{step}/fields/temperature"][()]


def history(run):
    return (pathlib.Path(run) / "history.csv").read_text()


def summary(run):
    return json.loads((pathlib.Path(run) / "run.json").read_text())


class HeatCase(Case):
    def run_in(self, directory, deck, *words, expect=EXIT_DONE):
        """Runs a deck in a directory of this test's folder and checks the exit code; returns the finished process."""
        done = tarn("run", deck, "--run-dir", self.folder / directory, "--quiet", *words)
        self.assertEqual(done.returncode, expect, f"{words}:\n{done.stdout}\n{done.stderr}")
        return done

    def assert_same_end(self, one, other):
        """The newest snapshots and the histories of two runs are the same bit for bit."""
        one, other = self.folder / one, self.folder / other
        self.assertEqual(snapshots(one)[-1].name, snapshots(other)[-1].name)
        expected, found = temperature(snapshots(one)[-1]), temperature(snapshots(other)[-1])
        self.assertEqual(expected.dtype, found.dtype)
        self.assertEqual(expected.shape, found.shape)
        self.assertEqual(expected.tobytes(), found.tobytes())
        self.assertEqual(history(one), history(other))
