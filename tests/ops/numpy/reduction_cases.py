"""Every reduction of every type: of all elements, along every axis and pair of axes, of none, with NaN."""

import itertools
import zlib

import numpy as np

from case_file import INFINITY, NAN, TYPES, epsilon, values

SHAPES = [(0,), (1,), (23,), (5000,), (0, 3), (2, 0), (3, 5), (1, 7), (600, 3), (2, 3, 4), (4, 1, 5), (2, 3, 4, 5),
          (3, 1, 1, 9)]


def wide(x):
    """The type in which tarn adds up: see docs/arrays.md."""
    return x.astype({"b": np.int64, "u": np.int64, "i": np.int64, "f": np.float64, "c": np.complex128}[x.dtype.kind])


def floating(x):
    return x.astype(np.float64) if x.dtype.kind in "biu" else wide(x)


def answer_type(x):
    return x.dtype if x.dtype.kind in "fc" else np.dtype(np.int64)


def real_type(x):
    return np.zeros(1, x.dtype if x.dtype.kind in "fc" else np.float64).real.dtype


def mean_type(x):
    return x.dtype if x.dtype.kind in "fc" else np.dtype(np.float64)


# For each: the answer along the last axis of an array of rank 2, and the scale of its rounding errors.
REDUCTIONS = {
    "sum": (lambda x, d: wide(x).sum(-1).astype(answer_type(x)), lambda x: np.abs(floating(x)).sum(-1)),
    "prod": (lambda x, d: wide(x).prod(-1).astype(answer_type(x)),
             lambda x: np.abs(floating(x).prod(-1)) * (8 + x.shape[-1] / 20)),
    "min": (lambda x, d: x.min(-1), None),
    "max": (lambda x, d: x.max(-1), None),
    "argmin": (lambda x, d: x.argmin(-1), None),
    "argmax": (lambda x, d: x.argmax(-1), None),
    "mean": (lambda x, d: floating(x).mean(-1).astype(mean_type(x)),
             lambda x: np.abs(floating(x)).sum(-1) / max(1, x.shape[-1])),
    "var": (lambda x, d: floating(x).var(-1, ddof=d).astype(real_type(x)), lambda x: floating(x).var(-1) * 16),
    "stddev": (lambda x, d: floating(x).std(-1, ddof=d).astype(real_type(x)), lambda x: floating(x).std(-1) * 16),
    # Of integers norm1 and norm_inf are integers.
    "norm1": (lambda x, d: wide(np.abs(x)).sum(-1).astype(answer_type(np.abs(x))),
              lambda x: np.abs(floating(x)).sum(-1) * (1 + x.shape[-1] / 100)),
    "norm2": (lambda x, d: np.linalg.norm(floating(x), axis=-1).astype(real_type(x)),
              lambda x: np.linalg.norm(floating(x), axis=-1) * 8),
    "norm_inf": (lambda x, d: np.abs(x).max(-1), lambda x: np.abs(floating(x)).max(-1)),
    "any": (lambda x, d: x.any(-1), None),
    "all": (lambda x, d: x.all(-1), None),
    "count_nonzero": (lambda x, d: np.asarray(np.count_nonzero(x, axis=-1), np.int64), None),
}


def along(x, axes):
    """x with the axes that are reduced at the end, in their order, as one."""
    kept = [d for d in range(x.ndim) if d not in axes]
    turned = np.transpose(x, kept + list(axes))
    count = int(np.prod([x.shape[d] for d in axes], dtype=np.int64))
    return turned.reshape([x.shape[d] for d in kept] + [count])


def add(file, name, kind, x, axes, keep, ddof):
    function, scale = REDUCTIONS[name]
    flat = along(x, axes)
    mask = sum(1 << (d + 4 - x.ndim) for d in axes)
    whole = len(axes) == x.ndim
    for is_full in ([True, False] if whole and x.ndim <= 2 else [whole]):
        options = [0 if is_full else mask, int(keep and not is_full), ddof]
        try:
            answer = np.asarray(function(flat, ddof))
        except ValueError:
            file.add(f"{name} {kind}", [x], None, options=options)
            continue
        off = 1e-300
        if scale is not None and answer.dtype.kind in "fc":
            off = off + 4 * epsilon(answer.dtype) * scale(np.where(np.isfinite(flat), flat, 0).astype(flat.dtype))
        # Of rank 4 in C++, so that axes of extent 1 stand where NumPy has none.
        padded = [1] * (4 - x.ndim) + list(x.shape)
        shape = [1 if d - 4 + x.ndim in axes else n for d, n in enumerate(padded)]
        shape = [] if is_full else [n for d, n in enumerate(shape) if keep or not mask >> d & 1]
        file.add(f"{name} {kind}", [x], answer.reshape(shape), np.broadcast_to(off, answer.shape).reshape(shape),
                 options)


def subsets(rank):
    yield from itertools.combinations(range(rank), 1)
    yield from itertools.combinations(range(rank), 2)
    if rank > 2:
        yield tuple(range(rank))


def write_dot(file, kind):
    rng = np.random.default_rng(zlib.crc32(kind.encode()))
    for shape in SHAPES:
        a, b = (values(rng, shape, TYPES[kind], [1.0], scale=1) for _ in range(2))
        # Integers wrap around in their own type.
        products = (a & b).any() if kind == "bool" else (wide(a) * wide(b)).sum().astype(a.dtype)
        off = 8 * epsilon(a.dtype) * np.abs(floating(a) * floating(b)).sum() + 1e-300
        file.add(f"dot {kind}", [a, b], np.asarray(products), off)


def write(file):
    for kind in TYPES:
        for name in REDUCTIONS:
            rng = np.random.default_rng(zlib.crc32(f"{name} {kind}".encode()))
            for shape in SHAPES:
                for odd in ([], [NAN, INFINITY, 0.0], [INFINITY, 0.0, 0.0]):
                    if name == "prod" and kind[0] == "c":
                        odd = [x for x in odd if x != INFINITY]  # whether it becomes NaN depends on the order
                    if np.prod(shape) > 100 and name == "prod" and kind[0] in "fc":
                        x = (1 + values(rng, shape, TYPES[kind], odd, 0.001, 0.003)).astype(TYPES[kind])
                    else:
                        x = values(rng, shape, TYPES[kind], odd, 0.05)
                    for number, axes in enumerate(subsets(len(shape))):
                        add(file, name, kind, x, axes, (number + len(odd)) % 2 == 1, int(odd == []))
        write_dot(file, kind)
