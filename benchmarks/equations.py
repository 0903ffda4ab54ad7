#!/usr/bin/env python3
"""Measures the app pde beside py-pde, and beside tarn's own apps of the same equations, in turns in one run.

    benchmarks/equations.py [--tarn PATH] [--python PATH] [--rounds N]

--python is an interpreter that has py-pde and numba; without it the apps stand alone. Both sides have one core, the
same scheme (second order, periodic) and the same step. py-pde's steps are compiled before its clock starts; what that
takes is printed. A ratio above 1 says that the deck of equations is faster.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from peers import built

HERE = Path(__file__).resolve().parent
ENVIRONMENT = dict(os.environ, NUMBA_NUM_THREADS="1", OMP_NUM_THREADS="1", OMPI_ALLOW_RUN_AS_ROOT="1",
                   OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")

DECK = """[run]
app = "{app}"
[grid]
cells = {cells}
upper = {upper}
[time]
end = 1e9
dt = {dt}
"""
GRAY_SCOTT = """[pde]
integrator = "euler"
[pde.equations]
u = "0.16 * laplace(u) - u * v^2 + 0.037 * (1 - u)"
v = "0.08 * laplace(v) + u * v^2 - 0.097 * v"
[pde.initial]
u = "0.2 + 0.1 * random"
v = "0.2 + 0.1 * random"
"""
GRAY_SCOTT_APP = """[gray_scott]
du = 0.16
dv = 0.08
feed = 0.037
kill = 0.06
[gray_scott.initial]
u = "0.2 + 0.1 * random"
v = "0.2 + 0.1 * random"
"""
CAHN_HILLIARD = """[pde]
integrator = "euler"
[pde.equations]
c = "laplace(mu)"
[pde.let]
mu = "c^3 - c - laplace(c)"
[pde.initial]
c = "0.2 + 0.1 * random"
"""
WAVE = """[pde]
integrator = "rk4"
[pde.equations]
u = "v"
v = "laplace(u)"
[pde.initial]
u = "0.2 + 0.1 * random"
v = "0.2 + 0.1 * random"
"""
HEAT = """[pde]
integrator = "euler"
[pde.equations]
u = "0.16 * laplace(u)"
[pde.initial]
u = "0.2 + 0.1 * random"
"""
HEAT_APP = """[heat]
diffusivity = 0.16
initial = "0.2 + 0.1 * random"
"""
PEERS = (("gray_scott", 256, "euler", 1.0, GRAY_SCOTT), ("gray_scott", 512, "euler", 1.0, GRAY_SCOTT),
         ("cahn_hilliard", 256, "euler", 0.01, CAHN_HILLIARD), ("wave", 256, "runge-kutta", 0.1, WAVE))
APPS = (("gray_scott", (256, 256), 1.0, GRAY_SCOTT, GRAY_SCOTT_APP),
        ("gray_scott", (160, 160, 160), 0.5, GRAY_SCOTT, GRAY_SCOTT_APP),
        ("heat", (2048, 2048), 1.0, HEAT, HEAT_APP), ("heat", (160, 160, 160), 0.5, HEAT, HEAT_APP))


class Peer:
    """py-pde with one system, its steps compiled."""

    def __init__(self, python, system, cells, scheme, dt):
        self.process = subprocess.Popen([python, HERE / "equations_job.py", system, str(cells), scheme, str(dt)],
                                        env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.cells = cells * cells
        self.first = self.answer()
        self.steps = max(1, int(0.5 / self.seconds_of(20) * 20))  # for half a second

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"equations.py: py-pde ended with {self.process.wait()}")
        return float(line)

    def seconds_of(self, steps):
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        return self.answer()

    def updates(self):
        """Cell updates a second."""
        return self.steps * self.cells / self.seconds_of(self.steps)


class Bench:
    """tarn's cell updates a second, and what its steps move as a share of the machine's peak."""

    def __init__(self, tarn, folder):
        self.tarn, self.folder = tarn, Path(folder)

    def deck(self, name, app, cells, dt, body):
        path = self.folder / name
        text = DECK.format(app=app, cells=list(cells), upper=[float(n) for n in cells], dt=dt)
        path.write_text(text + body)
        return path

    def updates(self, *decks):
        command = [self.tarn, "bench", *decks, "--json", "--repeats", 3]
        done = subprocess.run(list(map(str, command)), env=ENVIRONMENT, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"equations.py: tarn bench ended with {done.returncode}:\n{done.stderr}")
        rows = [row for row in json.loads(done.stdout)["rows"] if row["cell_updates_per_second"] > 0]
        return [(row["cell_updates_per_second"], row["share_of_peak"]) for row in rows]


def beside_py_pde(bench, options):
    print(f"{'':24} {'tarn':>10} {'py-pde':>10}  ratio  py-pde's first steps")
    for system, cells, scheme, dt, body in PEERS:
        deck = bench.deck(f"{system}.toml", "pde", (cells, cells), dt, body)
        peer = Peer(options.python, system, cells, scheme, dt)
        own, other = [], []
        for _ in range(options.rounds):
            own.append(bench.updates(deck)[0][0])
            other.append(peer.updates())
        peer.process.stdin.close()
        peer.process.wait()
        own, other = statistics.median(own), statistics.median(other)
        print(f"{system + f' {cells}^2':24} {own:10.3g} {other:10.3g} {own / other:6.2f} {peer.first:8.1f} s", flush=True)


def beside_apps(bench, options):
    print(f"{'':24} {'pde':>10} {'the app':>10}  ratio  shares of the peak")
    for app, cells, dt, body, app_body in APPS:
        decks = (bench.deck("equations.toml", "pde", cells, dt, body), bench.deck("app.toml", app, cells, dt, app_body))
        turns = [bench.updates(*decks) for _ in range(options.rounds)]
        own, other = (statistics.median(turn[n][0] for turn in turns) for n in range(2))
        shares = [statistics.median(turn[n][1] for turn in turns) for n in range(2)]
        name = f"{app} {'x'.join(map(str, cells))}"
        print(f"{name:24} {own:10.3g} {other:10.3g} {own / other:6.2f} {shares[0]:8.2f} {shares[1]:.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tarn", type=built, default=str(HERE.parent / "build/release/tarn"), help="(default: %(default)s)")
    parser.add_argument("--python", help="an interpreter that has py-pde and numba")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each side (default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tarn-equations-") as folder:
        bench = Bench(options.tarn, folder)
        print(f"cell updates a second, medians of {options.rounds} turns; load {os.getloadavg()[0]:.1f}")
        if options.python:
            beside_py_pde(bench, options)
        beside_apps(bench, options)
        print(f"load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
