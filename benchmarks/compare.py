#!/usr/bin/env python3
"""Measures tarn beside NumPy (on a host) or CuPy (on a GPU), in turns in one run, and prints a table of ratios.

    benchmarks/compare.py [--program PATH] [--only REGEX] [--rounds N] [--repeats N] [--quick] [--json FILE]

Both sides do the same work on random data of their own: float sums of float arrays, products of the same shapes, the
same bytes moved. A ratio above 1 says that tarn is faster. Without the peer, or a case that it lacks, tarn stands alone.
`share` is the rate as a share of a plain copy of large arrays, `alike` of a copy that moves as many bytes as the case.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

from peers import FORMULAS, FUNCTIONS, Peer, built, peer_module

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build/release/benchmarks/tarn_benchmarks_arrays"


class Tarn:
    """The program, which waits for requests between its turns."""

    def __init__(self, program):
        environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
        self.process = subprocess.Popen([program, "--requests"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=environment)
        self.copies = {}  # bytes per second of a plain copy, by its number of elements
        about = self.read()
        self.device, self.gpu = about["device"], about["gpu"]

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"compare.py: the program ended with {self.process.wait()}")
        return json.loads(line)

    def run(self, case, kind, size, repeats):
        self.process.stdin.write(f"{case} {kind} {size} {repeats}\n")
        self.process.stdin.flush()
        answer = self.read()
        if "error" in answer:
            sys.exit(f"compare.py: {case} {kind}: {answer['error']}")
        return answer

    def copy(self, moved, options):
        """Bytes per second of a plain copy that reads and writes so many bytes; measured once, as often as a case."""
        size = max(1, round(moved / 16))
        if size not in self.copies:
            rates = [self.run("copy", "float64", size, options.repeats)["bytes_per_second"]
                     for _ in range(options.rounds)]
            self.copies[size] = statistics.median(rates)
        return self.copies[size]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def cases_for(gpu, quick):
    """Triples of case, type and size."""
    large = 1 << ((26 if quick else 28) if gpu else (22 if quick else 24))
    small = [1 << n for n in ((10, 16, 20) if quick else range(10, 21, 2))]
    both = ("float64", "float32")
    streams = [f"streams_{n}" for n in range(2, 7)]
    reductions = ["sum", "dot", "min", "max", "argmax", "mean", "var", "norm2", "sum_of_squares", "sum_reproducible"]
    for kind in both:
        yield from ((case, kind, large) for case in streams + ["where", *FUNCTIONS])
        yield from ((case, kind, large) for case in reductions)
    yield from ((case, "float64", large) for case in ("row", "column", "formula_2", "formula_16"))
    yield from ((case, "float64", 1 << 14) for case in FORMULAS)
    yield "cells", "float64", 128 if quick else 256
    for power in (4, 12, 20) if quick else range(2, 23, 4):
        for case in ("sum", "max", "mean", "var"):
            yield from ((f"{case}_axis_{axis}", "float64", power) for axis in (0, 1))
    for size in small:
        yield from ((case, "float64", size) for case in ("streams_3", "streams_5", "sum", "dot", "max", "pool"))
    orders = [256, 1024] if quick else [256, 512, 1024, 2048] + ([4096, 8192] if gpu else [])
    for kind in both:
        for order in orders:
            yield from ((f"matmul_{flags}", kind, order) for flags in ("nn", "nt", "tn", "tt"))
    crossing = large >> 1
    for way in ("upload", "download"):
        yield from ((case, "float64", crossing) for case in (way, f"{way}_{'from' if way == 'upload' else 'to'}_pinned",
                                                             f"{way}_peak"))


def measure(tarn, peer, case, kind, size, options):
    """Turns of tarn and the peer; returns a row of the table."""
    actions = peer.actions(case, kind, size) if peer else {}
    times = {name: [] for name in ("tarn", *actions)}
    answer = None
    for _ in range(options.rounds):
        answer = tarn.run(case, kind, size, options.repeats)
        times["tarn"] += answer["all_seconds"]
        for name, action in actions.items():
            times[name] += [peer.seconds(action) for _ in range(options.repeats)]
    medians = {name: statistics.median(values) for name, values in times.items()}
    row = {"case": case, "type": kind, "size": size, "seconds": medians}
    if "seconds_per_value" in answer:
        row["values"] = answer["seconds"] / answer["seconds_per_value"]
    for unit in ("bytes", "operations"):
        if f"{unit}_per_second" in answer:
            row[unit] = answer[f"{unit}_per_second"] * answer["seconds"]
    if "bytes" in row and not is_transfer(case):
        row["copy_alike"] = tarn.copy(row["bytes"], options)
    return row


def rate(row, seconds):
    if "bytes" in row:
        return f"{row['bytes'] / seconds / 1e9:.1f} GB/s"
    if "operations" in row:
        return f"{row['operations'] / seconds / 1e9:.1f} GFLOP/s"
    if "values" in row:
        return f"{seconds / row['values'] * 1e9:.2f} ns"
    return f"{seconds * 1e6:.3g} us"


def shape_of(row):
    if "_axis_" in row["case"]:
        return f"2^{row['size']} x 2^{24 - row['size']}"
    if row["case"] == "cells":
        return f"{row['size']}^3"
    return f"{row['size']}^2" if row["case"].startswith("matmul") else str(row["size"])


def print_row(row, copy):
    seconds = row["seconds"]
    own = seconds["tarn"]
    others = [name for name in seconds if name != "tarn"]
    alike = row.get("copy_alike")
    shares = f"{row['bytes'] / own / copy:6.2f} {row['bytes'] / own / alike:6.2f}" if alike else ""
    first = others[0] if others else None
    peer = rate(row, seconds[first]) if first else ""
    ratios = "  ".join(f"{seconds[name] / own:.2f} {name}" for name in others)
    print(f"{row['case']:20} {row['type']:8} {shape_of(row):>14} {own * 1e6:12.1f} us {rate(row, own):>16}"
          f" {peer:>16} {shares:>13}  {ratios}", flush=True)


def is_transfer(case):
    return case.startswith(("upload", "download"))


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=built, default=str(PROGRAM), help="tarn_benchmarks_arrays (default: %(default)s)")
    parser.add_argument("--peer", choices=("auto", "numpy", "cupy", "none"), default="auto")
    parser.add_argument("--only", default="", metavar="REGEX", help="of 'case type size'")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each side (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=3, help="runs in a turn (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="fewer and smaller sizes")
    parser.add_argument("--json", metavar="FILE", help="write all medians there")
    return parser.parse_args()


def main():
    options = parse()
    tarn = Tarn(options.program)
    module = peer_module(options.peer, tarn.gpu)
    peer = Peer(module) if module else None
    name = f"{module.__name__} {module.__version__}" if module else f"nobody ({sys.executable} has no peer installed)"
    print(f"tarn on {tarn.device} beside {name}; medians of {options.rounds} turns of {options.repeats}")
    started = time.monotonic()
    copy = tarn.copy(16 << (28 if tarn.gpu else 24), options)
    print(f"copy: {copy / 1e9:.1f} GB/s, read and written\n")
    print(f"{'case':20} {'type':8} {'size':>14} {'tarn':>15} {'':>16} {'peer':>16} {'share':>6} {'alike':>6}  ratio")
    rows = []
    for case in cases_for(tarn.gpu, options.quick):
        if re.search(options.only, " ".join(map(str, case))):
            rows.append(measure(tarn, peer, *case, options))
            print_row(rows[-1], copy)
    tarn.close()
    print(f"\n{len(rows)} cases in {time.monotonic() - started:.0f} s")
    if options.json:
        about = {"device": tarn.device, "peer": name, "copy_bytes_per_second": copy, "rows": rows}
        Path(options.json).write_text(json.dumps(about, indent=1) + "\n")


if __name__ == "__main__":
    main()
