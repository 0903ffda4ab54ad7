"""Matrix products with every flag, products with vectors, solutions of equations, products of sparse matrices."""

import itertools
import zlib

import numpy as np

from case_file import TYPES, epsilon, values

KINDS = [kind for kind in TYPES if kind != "bool"]
FLOATING = [kind for kind in TYPES if kind[0] in "fc"]
SIZES = [(1, 1, 1), (3, 4, 5), (7, 1, 2), (17, 33, 9), (0, 3, 2), (2, 0, 3), (2, 3, 0), (64, 20, 1)]
FLAGS = list(itertools.product([0, 1], repeat=4))  # transpose and conjugate a, then b


def flagged(x, transpose, conjugate):
    """The array that becomes x when its flags are applied."""
    x = np.swapaxes(x, -1, -2) if transpose else x
    return np.ascontiguousarray(np.conj(x) if conjugate else x)


def product(a, b):
    """NumPy's product, and how far it may be off: inner roundings in the worst case."""
    answer = np.matmul(a, b)
    size = np.matmul(np.abs(a).astype(np.float64), np.abs(b).astype(np.float64))
    return answer, 4 * (a.shape[-1] + 1) * epsilon(a.dtype) * size + 1e-300


def write_products(file, rng, kind):
    def random(*shape):
        return values(rng, shape, TYPES[kind], [1.0], 0.1)
    for (m, k, n), flags in itertools.product(SIZES, FLAGS):
        if kind[0] != "c" and (flags[1] or flags[3]):
            continue
        a, b = random(m, k), random(k, n)
        answer, off = product(a, b)
        file.add(f"matmul {kind}", [flagged(a, *flags[:2]), flagged(b, *flags[2:])], answer, off, flags)
        if flags[2:] == (0, 0):
            x = random(k)
            answer, off = product(a, x)
            file.add(f"matvec {kind}", [flagged(a, *flags[:2]), x], answer, off, flags)
    for batch, a_batch, b_batch in [(3, 3, 3), (2, 1, 2), (4, 4, 1), (0, 0, 0)]:
        for flags in [(0, 0, 0, 0), (1, 0, 1, 0)]:
            a, b = random(a_batch, 5, 6), random(b_batch, 6, 7)
            answer, off = product(a, b)
            file.add(f"batched {kind}", [flagged(a, *flags[:2]), flagged(b, *flags[2:])], answer, off, flags)
    for m, n in [(1, 1), (4, 9), (0, 3), (30, 2)]:
        x, y = random(m), random(n)
        answer = np.outer(x, y)
        file.add(f"outer {kind}", [x, y], answer, 4 * epsilon(x.dtype) * np.abs(answer) + 1e-300)


def write_solutions(file, rng, kind):
    for n, columns in itertools.product([1, 2, 5, 40], [0, 1, 3]):
        a = values(rng, (n, n), TYPES[kind]) + (3 * n * np.eye(n)).astype(TYPES[kind])
        a = np.ascontiguousarray(a[::-1])  # to be pivoted
        b = values(rng, (n, columns) if columns else (n,), TYPES[kind])
        answer = np.linalg.solve(a, b)
        off = 50 * n * epsilon(kind) * np.linalg.cond(a) * (np.abs(answer).max(initial=0) + 1)
        file.add(f"solve {kind}", [a, b], answer, off, [columns])


def write_sparse(file, rng, kind):
    for m, n in [(1, 1), (5, 8), (60, 40), (0, 4), (3, 0)]:
        a = values(rng, (m, n), TYPES[kind]) * (rng.random((m, n)) < 0.3)
        a, x = a.astype(TYPES[kind]), values(rng, (n,), TYPES[kind])
        answer, off = product(a, x)
        file.add(f"spmv {kind}", [a, x], answer, off)


def write(file):
    for kind in KINDS:
        rng = np.random.default_rng(zlib.crc32(kind.encode()))
        write_products(file, rng, kind)
        if kind in FLOATING:
            write_solutions(file, rng, kind)
        if kind in ("float32", "float64"):
            write_sparse(file, rng, kind)
