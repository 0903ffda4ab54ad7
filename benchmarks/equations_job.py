#!/usr/bin/env python3
"""py-pde's part of equations.py: steps one system with its compiled steps, and answers on standard output.

    equations_job.py SYSTEM CELLS SCHEME DT

First it prints the seconds that its first steps took, compiling among them, then for each line N of standard input the
seconds of N steps.
"""

import sys
import time

import numpy
import pde

SYSTEMS = {
    "gray_scott": {"u": "0.16 * laplace(u) - u * v**2 + 0.037 * (1 - u)",
                   "v": "0.08 * laplace(v) + u * v**2 - 0.097 * v"},
    "cahn_hilliard": {"c": "laplace(c**3 - c - laplace(c))"},
    "wave": {"u": "v", "v": "laplace(u)"},
}


def main():
    system, cells, scheme, dt = sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4])
    began = time.monotonic()
    grid = pde.CartesianGrid([[0, cells], [0, cells]], [cells, cells], periodic=True)
    random = numpy.random.default_rng(1)
    fields = [pde.ScalarField(grid, 0.2 + 0.1 * random.random((cells, cells))) for _ in SYSTEMS[system]]
    state = pde.FieldCollection(fields) if len(fields) > 1 else fields[0]
    equations = pde.PDE(SYSTEMS[system], bc="periodic")
    solver = pde.solvers.SolverBase.from_name(scheme, equations, adaptive=False, backend="numba")
    stepper = solver.make_stepper(state, dt)
    stepper(state, 0, 2 * dt)
    print(time.monotonic() - began, flush=True)
    for line in sys.stdin:
        began = time.monotonic()
        stepper(state, 0, int(line) * dt)
        seconds = time.monotonic() - began
        if not numpy.isfinite(state.data).all():
            sys.exit("equations_job.py: the steps blew up")
        print(seconds, flush=True)


if __name__ == "__main__":
    main()
