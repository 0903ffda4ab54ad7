"""Decks of pde for whole runs, and what a run left in its directory."""

import csv
import hashlib
import math

import h5py
import numpy

from support.tarn_program import Case


def deck_text(equations, initial, cells, end, upper=None, lower=None, more="", pde="", time="", precision="double",
              boundary="", history="steps = 5"):
    """A deck; `equations` and `initial` are dictionaries; `history` is how often a row is written."""
    table = lambda name, entries: f"[pde.{name}]\n" + "".join(f'{key} = "{value}"\n' for key, value in entries.items())
    return "\n".join([
        f'[run]\napp = "pde"\nprecision = "{precision}"\nseed = 5',
        f"[grid]\ncells = {list(cells)}\nupper = {[float(n) for n in upper or cells]}",
        f"lower = {[float(n) for n in lower]}" if lower else "",
        f"[grid.boundary]\n{boundary}" if boundary else "",
        f"[time]\nend = {end}\n{time}",
        f"[pde]\n{pde}",
        table("equations", equations),
        table("initial", initial),
        more,
        f"[history]\nevery = {{ {history} }}",
    ])


class PdeCase(Case):
    def run_in(self, name, deck, *words, **options):
        self.run_ok("run", deck, "--run-dir", self.folder / name, "--quiet", *words, **options)
        return self.folder / name

    def solve(self, name, *words, **deck):
        """Runs a deck to its end; the fields by name, of the last checkpoint."""
        run = self.run_in(name, self.write(name + ".toml", deck_text(**deck)), *words)
        return fields_of(run)

    def assert_figure(self, what, figure, below=math.inf, above=-math.inf):
        """Prints a figure beside what is asked of it, in one line; fails unless it is between both."""
        asked = " and ".join(f"{word} {bound:.6g}" for word, bound in (("above", above), ("below", below))
                             if math.isfinite(bound))
        print(f"{what}: {figure:.6g}, asked {asked}", flush=True)
        self.assertLess(figure, below, what)
        self.assertGreater(figure, above, what)


def fields_of(run):
    with h5py.File(max((run / "ckpt").glob("*.h5"))) as file:
        (step,) = file["data"].values()
        return {name: values[...] for name, values in step["fields"].items()}


def bits_of(run):
    total = hashlib.sha256()
    for name, values in sorted(fields_of(run).items()):
        total.update(name.encode() + values.tobytes())
    return total.hexdigest()


def history_of(run):
    with open(run / "history.csv") as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))
    return {name: numpy.array([float(row[n]) for row in rows[1:]]) for n, name in enumerate(rows[0])}


def crossings(history, name, rising=False):
    """Times at which a column changes its sign, or does so upwards, by straight lines between its values."""
    time, value = history["time"], history[name]
    at = numpy.flatnonzero((value[:-1] * value[1:] < 0) & ((value[1:] > 0) | (not rising)))
    return time[at] + (time[at + 1] - time[at]) * value[at] / (value[at] - value[at + 1])


def centres(cells, upper=1.0, lower=0.0):
    return lower + (numpy.arange(cells) + 0.5) * (upper - lower) / cells
