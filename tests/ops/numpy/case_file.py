"""How cases are written for cases.hpp, and the values that their operands have."""

import os

import numpy as np

TYPES = {"bool": np.bool_, "uint8": np.uint8, "int32": np.int32, "int64": np.int64, "float32": np.float32,
         "float64": np.float64, "complex64": np.complex64, "complex128": np.complex128}
NAN, INFINITY = float("nan"), float("inf")


class CaseFile:
    """Each case: int64 bytes that follow; 32 bytes name; int64 count of options, the options; int64 count of arrays.

    Each array: 16 bytes type; int64 rank; four int64 extents, the first ones 1 where the rank is below 4; its elements
    in C order, filled up to a multiple of 8 bytes. The last array but one is what NumPy answers, of type "error" where
    it raises; the last is what each element may be off by, 0 for the same bits.
    """

    def __init__(self, name):
        self.name = name
        self.out = open(name + ".part", "wb")

    def add(self, name, operands, answer, off=0.0, options=()):
        if answer is None:
            answer, kind = np.zeros(0), "error"
        else:
            answer = np.asarray(answer)
            kind = answer.dtype.name
        off = np.broadcast_to(np.asarray(off, np.float64), answer.shape)
        record = name.encode().ljust(32, b"\0") + np.array([len(options), *options], np.int64).tobytes()
        record += np.array([len(operands) + 2], np.int64).tobytes()
        for array, its_kind in [(x, x.dtype.name) for x in operands] + [(answer, kind), (off, "float64")]:
            extents = [1] * (4 - array.ndim) + list(array.shape)
            data = np.ascontiguousarray(array).tobytes()
            record += its_kind.encode().ljust(16, b"\0") + np.array([array.ndim, *extents], np.int64).tobytes()
            record += data + bytes(-len(data) % 8)
        self.out.write(np.array([len(record)], np.int64).tobytes() + record)

    def close(self):
        self.out.close()
        os.replace(self.name + ".part", self.name)


def epsilon(kind):
    return float(np.finfo(kind).eps) if np.dtype(kind).kind in "fc" else 0.0


def values(rng, shape, kind, odd=(), share=0.15, scale=3.0):
    """Random elements, a share of them out of `odd`; of integers, out of the ends of their range."""
    kind = np.dtype(kind)
    if kind == np.bool_:
        return rng.random(shape) < 0.5
    if kind.kind in "iu":
        limits = np.iinfo(kind)
        few = rng.integers(0 if kind.kind == "u" else -9, 10, shape).astype(kind)
        ends = np.array([limits.min, limits.max, 0, 1], kind)
        return np.where(rng.random(shape) < (share if len(odd) else 0), rng.choice(ends, shape), few)

    def real():
        numbers = rng.normal(0, scale, shape)
        numbers = np.where(rng.random(shape) < 0.3, np.round(numbers), numbers)
        if len(odd):
            numbers = np.where(rng.random(shape) < share, rng.choice(np.array(odd, np.float64), shape), numbers)
        return numbers
    with np.errstate(all="ignore"):
        if kind.kind == "f":
            return real().astype(kind)
        result = np.empty(shape, kind)
        result.real, result.imag = real(), real()
        return result
