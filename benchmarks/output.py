#!/usr/bin/env python3
"""What output costs a heat run: the same run with a snapshot every so many steps and without any, in turns.

The time is that of the time loop, with the wait for the last file in it. Both runs write one checkpoint at their end.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile

from peers import built

DECK = """[run]
app = "heat"
name = "output"
precision = "{precision}"
[grid]
cells = {cells}
[time]
end = 1e9
max_steps = {steps}
[heat]
integrator = "{integrator}"
{stages}diffusivity = 1
initial = "sin(2 * pi * x)"
[history]
every = {{ steps = 1000000 }}
[checkpoint]
every = {{ steps = 1000000 }}
"""
OUTPUT = """[[output]]
every = {{ steps = {every} }}
compression = "{compression}"
stride = [{stride}]
"""


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    here = pathlib.Path(__file__).resolve().parents[1]
    parser.add_argument("--program", type=built, default=str(here / "build" / "release" / "tarn"), help="the tarn program")
    parser.add_argument("--cells", default="2048x2048")
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--every", type=int, default=10, help="steps between snapshots")
    parser.add_argument("--precision", default="double", choices=("double", "single"))
    parser.add_argument("--compression", default="none", choices=("none", "deflate"))
    parser.add_argument("--stride", type=int, default=1, help="write every so-many-th cell along each axis")
    parser.add_argument("--stages", type=int, default=0, help="take rkl2 with so many stages a step instead of euler")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--ranks", type=int, default=0, help="start so many ranks")
    parser.add_argument("--root", default=None, help="where the runs write; default: the temporary folder")
    return parser.parse_args()


def deck_of(options, writes):
    deck = DECK.format(precision=options.precision, cells=[int(n) for n in options.cells.split("x")],
                       steps=options.steps, integrator="rkl2" if options.stages else "euler",
                       stages=f"stages = {options.stages}\n" if options.stages else "")
    return deck + OUTPUT.format(every=options.every, compression=options.compression, stride=options.stride) * writes


def run(options, folder, writes):
    """The content of run.json of one run, whose files are removed."""
    deck, place = folder / "deck.toml", folder / "run"
    deck.write_text(deck_of(options, writes))
    words = [options.program, "run", deck, "--run-dir", place, "--json"]
    words += ["-n", str(options.ranks)] if options.ranks else []
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(map(str, words))} ended with {done.returncode}:\n{done.stderr}{done.stdout}")
        return json.loads((place / "run.json").read_text())
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.sync()  # what is still to be written of one run is no burden of the next


def region(told, name):
    return sum(entry["seconds"] for entry in told["regions"] if entry["name"] == name)


def main():
    options = read_options()
    silent, writing = [], []
    with tempfile.TemporaryDirectory(prefix="tarn-output-", dir=options.root) as folder:
        run(options, pathlib.Path(folder), True)  # fills caches, and finds what is wrong
        for _ in range(options.repeats):
            silent.append(run(options, pathlib.Path(folder), False))
            writing.append(run(options, pathlib.Path(folder), True))
    seconds = [[told["wall_seconds"] for told in runs] for runs in (silent, writing)]
    without, with_output = map(statistics.median, seconds)
    last = writing[-1]["background"]
    print(f"{options.cells} cells, {options.precision}, {options.steps} steps"
          + (f" of {options.stages} stages" if options.stages else "")
          + f", a snapshot every {options.every}, medians of {options.repeats}; {silent[-1]['device']}")
    print(f"  without output  {without:8.3f} s  ({min(seconds[0]):.3f} to {max(seconds[0]):.3f})")
    print(f"  with output     {with_output:8.3f} s  ({min(seconds[1]):.3f} to {max(seconds[1]):.3f})")
    print(f"  ratio           {with_output / without:8.3f}")
    print(f"  of the last one: {last['files']} files, {last['bytes'] / 1e9:.2f} GB, written beside the steps in "
          f"{last['seconds']:.3f} s; packing {region(writing[-1], 'pack output'):.3f} s, "
          f"waiting {region(writing[-1], 'wait for files'):.3f} s, both buffers busy {last['stalls']} times")


if __name__ == "__main__":
    main()
