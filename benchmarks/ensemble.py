#!/usr/bin/env python3
"""Members of an ensemble as one batch, beside the same members one after the other.

    benchmarks/ensemble.py build/release/tarn --members 1200 --alone 12

Members are Gray-Scott problems that differ in feed, kill and seed. The rate is member-steps per second of wall time, with
all that a run takes: start, initial state, files, end. `in the loop` is the same of the time loop alone, as run.json tells
it. The last state of some members is compared with that of their own runs, to the last bit, where h5py is there.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from peers import built

DECK = """
[run]
app = "gray_scott"
name = "many"
precision = "{precision}"
[grid]
cells = [{cells}, {cells}]
upper = [{cells}.0, {cells}.0]
[time]
end = 1e9
dt = 1.0
max_steps = {steps}
[gray_scott]
feed = 0.04
kill = 0.06
[gray_scott.initial]
u = "1 - 0.5 * random"
v = "0.3 * random"
[[output]]
series = "fields"
every = {{ steps = {steps} }}
[history]
every = {{ steps = {steps} }}
[ensemble]
combine = "zip"
[ensemble.vary]
"run.seed" = {{ from = 1, to = {members}, count = {members} }}
"gray_scott.feed" = {{ from = 0.02, to = 0.05, count = {members} }}
"gray_scott.kill" = {{ from = 0.055, to = 0.064, count = {members} }}
"""


def run(tarn, deck, directory, *words):
    began = time.monotonic()
    done = subprocess.run([tarn, "run", deck, "--run-dir", directory, "--quiet", *words], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"tarn run ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return time.monotonic() - began


def loop_seconds(runs):
    return sum(json.loads((run / "run.json").read_text())["wall_seconds"] for run in runs)


def compare(batches, member, own):
    """Whether the fields of a member in the files of its batch are those of its own run."""
    try:
        import h5py
    except ImportError:
        return "not compared: no h5py"
    for batch in batches:
        names = json.loads((batch / "batch.json").read_text())["members"]
        if member not in names:
            continue
        files = sorted((own / "out").glob("fields-*.h5"))
        with h5py.File(batch / "series/fields.h5") as all_members:
            for n, path in enumerate(files):
                with h5py.File(path) as one:
                    (step,) = one["data"]
                    for field in ("u", "v"):
                        got = all_members[f"t0_fields/{field}"][names.index(member), n]
                        if got.tobytes() != one[f"data/{step}/fields/{field}"][...].tobytes():
                            return f"DIFFERENT at step {step}: {field}"
        return "the same bits"
    return "no batch has it"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tarn", type=built, help="the tarn program")
    parser.add_argument("--members", type=int, default=64)
    parser.add_argument("--alone", type=int, default=8, help="so many run one after the other")
    parser.add_argument("--cells", type=int, default=128)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--precision", default="double")
    options = parser.parse_args()
    options.alone = min(options.alone, options.members)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tarn-ensemble-"))
    try:
        deck = folder / "many.toml"
        deck.write_text(DECK.format(**vars(options)))
        together = run(options.tarn, deck, folder / "batch")
        batches = sorted((folder / "batch").glob("batch-*"))
        alone = [folder / f"alone-{n}" for n in range(options.alone)]
        places = [n * (options.members - 1) // max(1, options.alone - 1) for n in range(options.alone)]
        seconds = sum(run(options.tarn, folder / "batch" / f"{place:04}" / "deck.toml", own) for place, own in zip(places, alone))
        rates = {}
        for name, members, wall, loop in (("one batch", options.members, together, loop_seconds(batches)),
                                          ("one by one", options.alone, seconds, loop_seconds(alone))):
            steps = members * options.steps
            rates[name] = (steps / wall, steps / loop)
            print(f"{name:<11} {members:5} members, {wall:9.3f} s: {steps / wall:12.4g} member-steps/s; "
                  f"in the loop {loop:9.3f} s: {steps / loop:12.4g}")
        ratios = [a / b for a, b in zip(rates["one batch"], rates["one by one"])]
        print(f"{'ratio':<11} {ratios[0]:.2f} of the whole, {ratios[1]:.2f} in the loop")
        for place, own in zip(places, alone):
            print(f"member {place:04}: {compare(batches, f'{place:04}', own)}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
