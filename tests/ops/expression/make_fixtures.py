"""Writes random operands and NumPy's results for every expression of expressions_*.inc.

python3 make_fixtures.py OUT REPEATS. For each expression and repeat: int64 number of the expression; int64 bytes that
follow; 16 bytes name of the result's type; four int64 extents of a, b, c and the result; their elements in C order; and float64
what each element may differ by (0: the same value).
"""

import glob
import os
import re
import sys

import numpy as np

from numpy_names import TYPES, evaluate

LINE = re.compile(r"EXPRESSION\((\d+), (\w+), (\w+), (\w+), (\w+), \((.*)\)\)$")


def random_shapes(rng):
    """Shapes of rank 4 that broadcast together; leading extents of 1 stand for a lower rank."""
    whole = [int(rng.choice([0, 1, 2, 3, 4, 5, 7], p=[.02, .18, .2, .2, .2, .1, .1])) for _ in range(4)]
    for axis in range(int(rng.integers(0, 4))):
        whole[axis] = 1
    if rng.random() < 0.05:
        whole = [1, 1, int(rng.integers(1, 4)), int(rng.integers(500, 1200))]
    shapes = [tuple(1 if rng.random() < 0.25 else n for n in whole) for _ in range(3)]
    return shapes


def random_values(rng, shape, name, smooth):
    kind = TYPES[name]
    if name == "bool":
        return rng.random(shape) < 0.5
    if name in ("uint8", "int32", "int64"):
        reach = 5 if smooth else 20
        values = rng.integers(0 if name == "uint8" else -reach, reach, shape).astype(kind)
        if not smooth:
            limits = np.iinfo(kind)
            odd = np.array([limits.min, limits.max, 0], kind)
            values = np.where(rng.random(shape) < 0.05, rng.choice(odd, shape), values)
        return values.astype(kind)
    if name.startswith("complex"):
        return (rng.normal(0, 1.5, shape) + 1j * rng.normal(0, 1.5, shape)).astype(kind)
    values = rng.normal(0, 1.5 if smooth else 5, shape)
    if not smooth:
        values = np.where(rng.random(shape) < 0.3, np.round(values), values)
        odd = np.array([np.inf, -np.inf, np.nan, 1e30, -1e-30])
        values = np.where(rng.random(shape) < 0.06, rng.choice(odd, shape), values)
    return (values + 0.0).astype(kind)


class Noisy(np.lib.mixins.NDArrayOperatorsMixin):
    """An array whose every operation is off by some roundings: shows how far a result may be off."""

    def __init__(self, values, rng):
        self.values, self.rng = values, rng
        self.dtype = values.dtype

    def astype(self, kind):
        return Noisy(self.values.astype(kind), self.rng)

    def __array_ufunc__(self, function, method, *inputs, **kwargs):
        plain = [x.values if isinstance(x, Noisy) else x for x in inputs]
        out = np.asarray(getattr(function, method)(*plain, **kwargs))
        if out.dtype.kind in "fc":
            epsilon = np.finfo(out.dtype).eps
            out = (out * (1 + 4 * epsilon * self.rng.uniform(-1, 1, out.shape))).astype(out.dtype)
        return Noisy(out, self.rng)

    real = property(lambda self: Noisy(self.values.real, self.rng))
    imag = property(lambda self: Noisy(self.values.imag, self.rng))


def noisy_evaluate(text, operands, rng):
    import numpy_names
    noisy = {leaf: Noisy(values, rng) for leaf, values in operands.items()}

    def floating(function):
        def call(*arguments):
            kinds = [x.dtype for x in arguments if isinstance(x, Noisy)]
            if all(kind in (np.bool_, np.uint8) for kind in kinds):
                arguments = [x.astype(np.float32) if isinstance(x, Noisy) else x for x in arguments]
            return function(*arguments)
        return call
    names = {name: floating(getattr(np, {"asin": "arcsin", "acos": "arccos", "atan": "arctan",
                                         "atan2": "arctan2"}.get(name, name)))
             for name in ("sqrt cbrt exp expm1 log log1p log2 log10 sin cos tan asin acos atan sinh cosh tanh atan2 "
                          "hypot").split()}
    names |= {"abs": np.abs, "square": np.square, "conj": np.conj, "pow": np.power, "real": lambda x: x.real,
              "imag": lambda x: x.imag}
    with np.errstate(all="ignore"):
        return eval(text, {}, names | noisy).values


def allowance(text, operands, result, rng):
    """How far each element may be off, from the spread of noisy evaluations."""
    with np.errstate(all="ignore"):
        spread = np.zeros(result.shape)
        for _ in range(12):
            spread = np.fmax(spread, np.abs(noisy_evaluate(text, operands, rng) - result))
        scale = np.abs(result) * np.finfo(result.dtype).eps if result.dtype.kind in "fc" else 0
        return np.nan_to_num(8 * spread + 16 * scale + 1e-300, nan=0, posinf=0)


def main():
    out_name, repeats = sys.argv[1], int(sys.argv[2])
    here = os.path.dirname(os.path.abspath(__file__))
    with open(out_name + ".part", "wb") as out:
        for file in sorted(glob.glob(os.path.join(here, "expressions_*.inc"))):
            for line in open(file, encoding="ascii"):
                found = LINE.match(line)
                if not found:
                    continue
                number, smooth, text = int(found[1]), found[2] == "smooth", found[6]
                rng = np.random.default_rng(number)
                for _ in range(repeats):
                    operands = {leaf: random_values(rng, shape, name, smooth)
                                for leaf, shape, name in zip("abc", random_shapes(rng), found.groups()[2:5])}
                    result = evaluate(text, **operands)
                    off = allowance(text, operands, result, rng) if smooth else np.zeros(result.shape)
                    arrays = (*operands.values(), result, off.astype(np.float64))
                    record = result.dtype.name.encode().ljust(16, b"\0")
                    record += b"".join(np.array(array.shape, np.int64).tobytes() for array in arrays[:4])
                    record += b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)
                    out.write(np.array([number, len(record)], np.int64).tobytes() + record)
    os.replace(out_name + ".part", out_name)


if __name__ == "__main__":
    main()
