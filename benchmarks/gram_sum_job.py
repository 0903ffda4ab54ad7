#!/usr/bin/env python3
"""The job of input_decks/pipeline/gram_sum.toml as it is written in Python: sum(a a^T) of the array in each file.

    benchmarks/gram_sum_job.py FOLDER PROCESSES numpy|cupy RESULTS.csv

Prints a line of JSON: the seconds from the first file to the last result, imports and interpreters' start left out.
"""

import importlib
import json
import multiprocessing
import sys
import time
from pathlib import Path

import h5py


def prepare(module, ready):
    """In each process: the library, and a first product, which loads what it needs; then the wait for the others."""
    global xp
    xp = importlib.import_module(module)
    a = xp.ones((64, 64))
    float((a @ a.T).sum())
    ready.wait()


def total_of(path):
    with h5py.File(path) as file:
        data = xp.asarray(file["data"][()])
    return float((data @ data.T).sum())


def main():
    folder, processes, module, results = sys.argv[1:]
    files = sorted(Path(folder).glob("*.h5"))
    # A process with a GPU cannot be forked.
    start = multiprocessing.get_context("spawn" if module == "cupy" else "fork")
    with start.Pool(int(processes), prepare, (module, start.Barrier(int(processes)))) as pool:
        pool.apply(len, ("",))  # is done once every process is there
        began = time.monotonic()
        totals = pool.map(total_of, files, chunksize=1)
        rows = [f"{path.name},{total!r}" for path, total in zip(files, totals)]
        Path(results).write_text("\n".join(["file,total", *rows]) + "\n")
        print(json.dumps({"seconds": time.monotonic() - began}))


if __name__ == "__main__":
    main()
