"""Every elementwise function on every type, of ranks 1 to 4, with empty arrays, extents of 1 and odd values."""

import operator
import zlib

import numpy as np

from case_file import INFINITY, NAN, TYPES, epsilon, values
from numpy_names import NAMES

SHAPES = [(0,), (1,), (17,), (1100,), (0, 3), (3, 5), (1, 4), (5, 1), (2, 0, 3), (2, 3, 4), (1, 1, 1), (2, 3, 1, 5),
          (1, 2, 1, 3), (3, 2, 2, 19)]
PAIRS = [(shape, shape) for shape in SHAPES] + [((3, 1), (1, 4)), ((5,), (2, 1, 5)), ((2, 1, 4, 1), (3, 1, 6)),
                                                ((0, 1), (1, 3)), ((1,), (7,)), ((600,), (2, 1, 1))]
ODD = [NAN, INFINITY, -INFINITY, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.5, 1e30, -1e-30, 1e-320]
FINITE = [NAN, 0.0, 1.0, -1.0, 0.5, 2.0, -20.0, 30.0]  # for complex functions: docs/arrays.md

EXACT = "negative logical_not abs sign square floor ceil trunc round isnan isinf isfinite real imag conj".split()
SMOOTH = ("sqrt cbrt exp expm1 log log1p log2 log10 sin cos tan asin acos atan sinh cosh tanh").split()
BINARY = "floor_divide fmod minimum maximum".split()
SMOOTH_BINARY = "pow atan2 hypot".split()
FUSED = "multiply square divide".split()  # of complex numbers NumPy may compute them without rounding products
OPERATORS = {"add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv,
             "remainder": operator.mod, "less": operator.lt, "less_equal": operator.le, "greater": operator.gt,
             "greater_equal": operator.ge, "equal": operator.eq, "not_equal": operator.ne,
             "logical_and": np.logical_and, "logical_or": np.logical_or}
ANY_ZERO = 1e-300  # allows another sign of zero, and a NaN in the other part


def complex_sign(x):
    """As NumPy before 2, whose sign of a complex number is what tarn has."""
    if x.dtype.kind != "c":
        return np.sign(x)
    side = np.where(x.real == 0, x.imag, x.real)
    return np.where(np.isnan(x), NAN, np.sign(side)).astype(x.dtype)


def spread(name, operands, answer):
    """How far a function may be off: some roundings, more of them where it is badly conditioned."""
    unit = epsilon(answer.dtype)
    finite = np.nan_to_num(answer.real, posinf=0, neginf=0) + 1j * np.nan_to_num(answer.imag, posinf=0, neginf=0)
    size = np.abs(finite.astype(np.complex128))
    off = 8 * unit * size + float(np.finfo(answer.dtype).tiny) + ANY_ZERO
    if answer.dtype.kind != "c":
        return off
    off += 24 * unit * size
    if name in ("log", "log1p", "log2", "log10", "asin", "acos", "atan"):
        off += 8 * unit  # an answer near 0 of numbers near 1
    if name in ("sqrt", "tan", "tanh"):
        off += 2 * unit
    if name == "pow":
        a, b = (x.astype(np.complex128) for x in operands)
        off += 16 * unit * size * np.nan_to_num(np.abs(b * np.log(a)), posinf=0)
    return off


def add(file, name, kind, operands, function, off):
    try:
        answer = np.asarray(function(*operands))
    except TypeError:
        return
    if answer.dtype.name in TYPES:
        file.add(f"{name} {kind}", operands, answer, off(answer))


def odd_values(name, kind):
    if kind.startswith("complex"):
        if name in SMOOTH + SMOOTH_BINARY:
            return FINITE
        if name in FUSED:
            return [number for number in ODD if number != 1e30]  # overflows where it is rounded, not where it is fused
    return ODD


def write_unary(file, rng, name, kind, function):
    for shape in SHAPES:
        x = values(rng, shape, TYPES[kind], odd_values(name, kind))
        exact = name in EXACT and not (name in ("abs", "square") and kind.startswith("complex"))
        exact_off = ANY_ZERO if name == "sign" else 0.0
        add(file, name, kind, [x], function, lambda answer: exact_off if exact else spread(name, [x], answer))


def write_binary(file, rng, name, kind, function):
    for a_shape, b_shape in PAIRS:
        odd = odd_values(name, kind)
        if name == "pow" and kind.startswith("complex"):
            odd = [0.5, 1.0, -1.0, 2.0, 3.0, -2.0]
        a, b = values(rng, a_shape, TYPES[kind], odd), values(rng, b_shape, TYPES[kind], odd)
        if name == "pow" and np.dtype(TYPES[kind]).kind == "i":
            b = np.abs(b % 7)  # a negative power is an error in NumPy
        if name in SMOOTH_BINARY and np.dtype(TYPES[kind]).kind not in "iu" or name in ("atan2", "hypot") \
                or name in FUSED and kind.startswith("complex"):
            add(file, name, kind, [a, b], function, lambda answer: spread(name, [a, b], answer))
        else:
            off = ANY_ZERO if name in ("minimum", "maximum") else 0.0
            add(file, name, kind, [a, b], function, lambda answer: off)


def not_boolean_power(a, b):
    if a.dtype == np.bool_:
        raise TypeError("int8")
    return NAMES["pow"](a, b)


def not_boolean(function):
    def call(*arguments):
        if all(x.dtype == np.bool_ for x in arguments):
            raise TypeError("int8")
        return function(*arguments)
    return call


def clip(x, low, high):
    """np.clip, but that of complex limits with a NaN it makes NaN, as np.minimum and np.maximum do."""
    return np.minimum(np.maximum(x, low), high) if x.dtype.kind == "c" else np.clip(x, low, high)


def write_ternary(file, rng, kind):
    for shapes in [(s, s, s) for s in SHAPES] + [((4, 1), (3,), (2, 1, 1)), ((1,), (5, 1), (1, 6))]:
        x, low, high = (values(rng, shape, TYPES[kind], ODD) for shape in shapes)
        condition = rng.random(shapes[0]) < 0.5
        add(file, "clip", kind, [x, low, high], not_boolean(clip), lambda answer: ANY_ZERO)
        add(file, "where", kind, [condition, low, high], np.where, lambda answer: 0.0)


def write_casts(file, rng, kind):
    for to in TYPES:
        for shape in SHAPES:
            x = values(rng, shape, TYPES[kind], [NAN, -0.0, 0.0] if to.startswith(("float", "comp", "bool")) else [])
            if to == "uint8":
                x = np.where(np.real(x) < 0, 0, x).astype(x.dtype)  # C++ leaves others open
            add(file, f"cast {kind}", to, [x], lambda x: x.astype(TYPES[to]), lambda answer: 0.0)


def write(file):
    functions = {name: NAMES[name] for name in EXACT + SMOOTH if name in NAMES}
    functions |= {"sign": complex_sign, "negative": np.negative, "logical_not": np.logical_not}
    pairs = {name: NAMES[name] for name in BINARY + SMOOTH_BINARY} | OPERATORS
    pairs |= {name: not_boolean(pairs[name]) for name in ("floor_divide", "fmod", "remainder")}
    pairs["pow"] = not_boolean_power
    for kind in TYPES:
        for name, function in functions.items():
            write_unary(file, np.random.default_rng(zlib.crc32(f"{name} {kind}".encode())), name, kind, function)
        for name, function in pairs.items():
            write_binary(file, np.random.default_rng(zlib.crc32(f"{name} {kind}".encode())), name, kind, function)
        rng = np.random.default_rng(zlib.crc32(kind.encode()))
        write_ternary(file, rng, kind)
        write_casts(file, rng, kind)
        for other in TYPES:
            mixed = np.result_type(TYPES[kind], TYPES[other])
            file.add("result_type", [np.zeros(1, TYPES[kind]), np.zeros(1, TYPES[other])],
                     np.zeros(1, np.float32 if mixed == np.float16 else mixed))
