#!/usr/bin/env python3
"""Bytes that a step moves through a GPU's memory, as the GPU's own counters tell, beside what `tarn bench` counts.

    benchmarks/counters.py build/cuda/tarn DECK... [--steps N] [--json FILE] [--set KEY=VALUE]

Each deck is run for a few steps below Nsight Compute (`ncu`, part of the CUDA Toolkit), without its outputs and
pictures. A kernel that ran at least once in each step belongs to the step, unless it ended before the steps began (the
bandwidth is measured there). For each of these: launches, time, bytes read and written in device memory per cell and
step, registers per thread, the share of warps and of the fp64 unit that were busy. The last line sets the sum of bytes
beside those that the roofline counts. Above 1: lines that neighbours need were read more than once. A little below 1:
lines stayed in the second cache.
"""
import argparse
import csv
import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

METRICS = {
    "read": "dram__bytes_read.sum",
    "written": "dram__bytes_write.sum",
    "time": "gpu__time_duration.sum",
    "registers": "launch__registers_per_thread",
    "warps": "sm__warps_active.avg.pct_of_peak_sustained_active",
    "fp64": "sm__inst_executed_pipe_fp64.avg.pct_of_peak_sustained_active",
}


def without_outputs(text):
    """The deck without the tables that write snapshots and pictures."""
    kept, skip = [], False
    for line in text.splitlines():
        if line.lstrip().startswith("["):
            skip = re.match(r"\s*\[\[(image|output)", line) is not None
        if not skip:
            kept.append(line)
    return "\n".join(kept) + "\n"


def short(kernel):
    """The names of tarn's in what Kokkos calls a kernel, without those of what all kernels take."""
    names = dict.fromkeys(name.removeprefix("tarn::") for name in re.findall(r"tarn::(?:<unnamed>::|[\w:])+", kernel))
    own = [name for name in names if name not in ("CellRange", "RowEnds", "Grid", "CellCenters")]
    return " ".join(own[:3] or names) or kernel[:120]


def launches(program, deck, steps, settings):
    """One dictionary of the metrics for each launch of a kernel, with its whole name and its place among them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.toml"
        path.write_text(without_outputs(Path(deck).read_text()))
        words = ["ncu", "--clock-control", "none", "--csv", "--page", "raw", "--print-units", "base",
                 "--metrics", ",".join(METRICS.values()), program, "run", str(path), "--run-dir", folder + "/run",
                 "--set", f"time.max_steps={steps}", *settings]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith('"ID"')), None)
    if done.returncode or start is None:
        sys.exit(f"counters.py: ncu failed for {deck}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    rows = list(csv.DictReader(lines[start:]))
    # The first row holds the units.
    return [{"name": row["Kernel Name"], "at": at, **{name: float(row[metric].replace(",", "") or 0)
             for name, metric in METRICS.items()}}
            for at, row in enumerate(rows) if row["ID"]]


def counted(program, deck, settings):
    """Bytes per cell and step that `tarn bench` counts, and the number of cells."""
    done = subprocess.run([program, "bench", deck, "--repeats", "1", "--json", *settings], capture_output=True, text=True,
                          check=True)
    # A deck with two steps in a pass alone has a row of another name, whose kernels make two steps each.
    row = next((row for row in json.loads(done.stdout)["rows"] if row["what"].endswith(" cells")), None)
    if row is None:
        sys.exit(f"counters.py: tarn bench has no row of single steps for {deck}; set steps_per_pass to 1")
    cells = 1
    for extent in re.findall(r"\d+", row["what"].rsplit(",", 1)[1]):
        cells *= int(extent)
    return row["bytes_per_second"] / row["cell_updates_per_second"], cells


def measure(program, deck, steps, settings):
    bytes_counted, cells = counted(program, deck, settings)
    kernels = defaultdict(list)
    for launch in launches(program, deck, steps, settings):
        kernels[launch["name"]].append(launch)
    often = {name: all_of_it for name, all_of_it in kernels.items() if len(all_of_it) >= steps}
    if not often:
        sys.exit(f"counters.py: no kernel ran {steps} times in {deck}; those that ran: {', '.join(kernels) or 'none'}")
    steps_begin = max(often.values(), key=lambda one: sum(launch["time"] for launch in one))[0]["at"]
    found = []
    for name, all_of_it in often.items():
        if all_of_it[-1]["at"] < steps_begin:
            continue
        moved = sum(launch["read"] + launch["written"] for launch in all_of_it) / (cells * steps)
        found.append({"kernel": short(name), "name": name, "launches": len(all_of_it), "bytes": moved,
                      "microseconds": sum(launch["time"] for launch in all_of_it) / steps / 1e3,
                      **{key: max(launch[key] for launch in all_of_it) for key in ("registers", "warps", "fp64")}})
    found.sort(key=lambda kernel: -kernel["microseconds"])
    return {"deck": deck, "cells": cells, "counted": bytes_counted, "kernels": found,
            "moved": sum(kernel["bytes"] for kernel in found)}


def show(result):
    print(f"{result['deck']}, {result['cells']} cells")
    print(f"  {'bytes/cell/step':>15} {'us/step':>9} {'launches':>8} {'registers':>9} {'warps %':>7} {'fp64 %':>6}  kernel")
    for kernel in result["kernels"]:
        print(f"  {kernel['bytes']:15.2f} {kernel['microseconds']:9.1f} {kernel['launches']:8d} {kernel['registers']:9.0f} "
              f"{kernel['warps']:7.1f} {kernel['fp64']:6.1f}  {kernel['kernel']}")
    print(f"  {result['moved']:15.2f} moved, {result['counted']:.2f} counted: {result['moved'] / result['counted']:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("decks", nargs="+", metavar="DECK")
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    words = parser.parse_args()
    settings = [word for setting in words.set for word in ("--set", setting)]
    results = []
    for deck in words.decks:
        results.append(measure(words.program, deck, words.steps, settings))
        show(results[-1])
    if words.json:
        Path(words.json).write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
