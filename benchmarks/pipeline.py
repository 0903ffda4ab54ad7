#!/usr/bin/env python3
"""Measures the pipeline app end to end beside the same job in Python with multiprocessing, in turns in one run.

    benchmarks/pipeline.py [--tarn PATH] [--peer numpy|cupy] [--processes N] [--count N] [--order N] [--rounds N]

The job is input_decks/pipeline/gram_sum.toml on --count files of --order x --order doubles, made anew, in the page
cache, with as many ranks as Python has processes and one thread of BLAS each. Two times are printed for both: that of
the whole command, and from the first file to the last result. A ratio above 1 says that tarn is faster. The last line
sets tarn's time beside that of its longest stage alone: reading the files, or computing.
"""

import argparse
import csv
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from peers import built

HERE = Path(__file__).resolve().parent
DECK = HERE.parent / "input_decks/pipeline/gram_sum.toml"
ENVIRONMENT = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", OMPI_ALLOW_RUN_AS_ROOT="1",
                   OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_rmaps_base_oversubscribe="1")


def timed(command):
    """Seconds of a command, and what it printed."""
    began = time.monotonic()
    done = subprocess.run(list(map(str, command)), env=ENVIRONMENT, capture_output=True, text=True)
    seconds = time.monotonic() - began
    if done.returncode != 0:
        sys.exit(f"pipeline.py: {' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr}")
    return seconds, done.stdout


def totals_in(path):
    with open(path, newline="") as file:
        return [float(row["total"]) for row in csv.DictReader(file)]


class Job:
    def __init__(self, options, root):
        self.options, self.root, self.rounds = options, root, 0
        shape = f"{options.order}x{options.order}"
        timed([options.tarn, "data", "make", "gpu_data", "--root", root, "--shape", shape, "--count", options.count,
               "--random", "uniform", "--seed", 1])

    def run_tarn(self):
        """Seconds of the command and of the work, of each stage on a rank, and the totals."""
        self.rounds += 1
        directory = self.root / f"run-{self.rounds}"
        ranks = ["-n", self.options.processes] if self.options.processes > 1 else []
        whole, _ = timed([self.options.tarn, "run", DECK, "--root", self.root, "--run-dir", directory, *ranks])
        report = json.loads((directory / "run.json").read_text())
        stages = {name: report[f"{name}_seconds"] / self.options.processes for name in ("read", "device")}
        return whole, report["wall_seconds"], stages, totals_in(directory / "results.csv")

    def run_python(self):
        results = self.root / "python.csv"
        whole, printed = timed([sys.executable, HERE / "gram_sum_job.py", self.root / "gpu_data",
                                self.options.processes, self.options.peer, results])
        return whole, json.loads(printed)["seconds"], totals_in(results)


def require_same(totals, others):
    off = max(abs(a - b) / abs(b) for a, b in zip(totals, others, strict=True))
    if off > 1e-12:
        sys.exit(f"pipeline.py: the totals differ by {off:.2g} of their size")


def measure(job, rounds):
    columns = {"whole": ([], []), "work": ([], [])}
    longest = []
    for _ in range(rounds):
        whole, work, stages, totals = job.run_tarn()
        python_whole, python_work, others = job.run_python()
        require_same(totals, others)
        for name, pair in (("whole", (whole, python_whole)), ("work", (work, python_work))):
            for times, seconds in zip(columns[name], pair):
                times.append(seconds)
        stage = max(stages, key=stages.get)
        longest.append((work / stages[stage], stage))
    return columns, sorted(longest)[len(longest) // 2]


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tarn", type=built, default=str(HERE.parent / "build/release/tarn"), help="(default: %(default)s)")
    parser.add_argument("--peer", choices=("numpy", "cupy"), default="numpy")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)), help="(default: %(default)s)")
    parser.add_argument("--count", type=int, default=32, help="files (default: %(default)s)")
    parser.add_argument("--order", type=int, default=1000, help="rows and columns (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each side (default: %(default)s)")
    return parser.parse_args()


def main():
    options = parse()
    for module in (options.peer, "h5py"):
        if importlib.util.find_spec(module) is None:
            sys.exit(f"pipeline.py: {sys.executable} has no {module}")
    with tempfile.TemporaryDirectory(prefix="tarn-pipeline-") as folder:
        columns, (share, stage) = measure(Job(options, Path(folder)), options.rounds)
    print(f"{options.count} files of {options.order} x {options.order} doubles, {options.processes} processes; "
          f"medians of {options.rounds} turns")
    print(f"{'':28} {'tarn':>10} {options.peer:>10}  ratio")
    for name, text in (("whole", "the whole command"), ("work", "first file to last result")):
        own, other = map(statistics.median, columns[name])
        print(f"{text:28} {own:8.3f} s {other:8.3f} s {other / own:6.2f}")
    print(f"tarn's work takes {share:.2f} times its longest stage alone: {'reading' if stage == 'read' else 'computing'}")


if __name__ == "__main__":
    main()
