"""Gray-Scott decks for whole runs, and what a run left in its directory."""

import hashlib

import h5py

from support.tarn_program import Case

# Noise at the start and in every step, every kind of boundary, cells that are no cubes, all three axes unlike: nothing
# that a rank could get wrong is zero or the same on two axes.
DECK = """
[run]
app = "gray_scott"
precision = "{precision}"
seed = 11
[grid]
cells = {cells}
upper = {upper}
[grid.boundary]
{boundary}
[time]
end = 1000
max_steps = {steps}
{time}
[gray_scott]
du = 0.16
dv = 0.08
feed = 0.037
kill = 0.06
noise = {noise}
integrator = "{integrator}"
[gray_scott.initial]
u = "{u}"
v = "{v}"
[history]
every = {{ steps = 5 }}
[checkpoint]
every = {{ steps = 100000 }}
keep = 1
"""

BOUNDARIES = {
    1: 'x = ["held", "neumann"]',
    2: 'x = ["neumann", "held"]\ny = "periodic"',
    3: 'x = "periodic"\ny = ["held", "neumann"]\nz = "neumann"',
}
LENGTHS = (1.0, 1.25, 0.875)  # of a cell along each axis


def deck_text(cells, precision="double", integrator="euler", steps=20, noise=0.01, time="cfl = 0.9", u="1 - 0.5 * random",
              v="0.4 * random", boundary=None):
    return DECK.format(
        cells=list(cells),
        upper=[length * count for length, count in zip(LENGTHS, cells)],
        precision=precision,
        integrator=integrator,
        boundary=BOUNDARIES[len(cells)] if boundary is None else boundary,
        steps=steps,
        noise=noise,
        time=time,
        u=u,
        v=v,
    )


def fields_of(run):
    """u and v of the newest checkpoint, in (z, y, x) as far as the grid has these axes."""
    newest = max((run / "ckpt").glob("*.h5"))
    with h5py.File(newest) as file:
        (step,) = file["data"].values()
        return step["fields/u"][()], step["fields/v"][()]


def bits_of(run):
    total = hashlib.sha256()
    for values in fields_of(run):
        total.update(values.tobytes())
    return total.hexdigest()


class GrayScottCase(Case):
    def run_in(self, directory, deck, *words):
        """Runs a deck in a directory of this test's folder; returns that directory."""
        run = self.folder / directory
        self.run_ok("run", deck, "--run-dir", run, "--quiet", *words)
        return run
