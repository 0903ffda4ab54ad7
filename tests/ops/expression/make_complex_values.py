"""Writes complex_values.inc, the exact values of functions of complex numbers from the smallest to the largest:
python3 make_complex_values.py, with mpmath. Run by hand; the results are committed."""

import os
import random

import mpmath
from mpmath import mpc, mpf

mpmath.mp.prec = 2400  # 1 + 2^-1074 and its squares are exact

LARGEST, SMALLEST = (2 - 2.0**-52) * 2.0**1023, 2.0**-1074
EXPONENTS = [-1074, -1040, -1000, -700, -540, -300, -60, -28, -8, -2, 0, 1, 3, 9, 28, 31, 60, 300, 511, 700, 1000, 1023]
FUNCTIONS = ["sqrt", "exp", "expm1", "log", "log1p", "sinh", "cosh", "tanh", "sin", "cos", "tan", "asin", "acos", "atan"]


def numbers():
    """Parts of all sizes, beside each other and far apart, and the places where functions cancel or have poles."""
    rng = random.Random(1)

    def part(exponent):
        return rng.choice([-1, 1]) * (1 + rng.getrandbits(52) * 2.0**-52) * 2.0**exponent

    found = [(1.5e308, 1e308), (-1.5e308, 1e308), (1e-18, 1e-18), (SMALLEST, SMALLEST), (LARGEST, -LARGEST),
             (-2.0**-1060, SMALLEST), (0.6, 0.8), (-0.8, 0.6), (1 + 2.0**-52, 1e-9), (-1e-16, 1.4e-8), (-5e-17, 1e-8),
             (2.0**-40, 1 - 2.0**-50), (1e-200, 1.0), (1.0, 1e-200), (-1.0, -1e-300), (-2.0, 1e-12), (709.9, 1.5), (1000, 1e-300),
             (-1000.0, 3), (-720, 2.0), (-1450.0, 1e-320), (1e-320, 1450), (2, -711.0), (3.0, 720), (1.5707963267948966, 1e-10), (21, 1.0),
             (23.0, 1.57), (0.3, -360)]
    for exponent in EXPONENTS:
        found.append((part(exponent), part(exponent)))
        found.append((part(exponent), part(rng.choice(EXPONENTS))))
    return [(float(x), float(y)) for x, y in found]


def value(function, z):
    """The value, or None where its exponents are beyond all measure."""
    grows = {"exp": z.real, "expm1": z.real, "sinh": z.real, "cosh": z.real, "tanh": z.real}
    turned = {"sin": z.imag, "cos": z.imag, "tan": z.imag}
    if abs(grows.get(function, turned.get(function, mpf(0)))) > 3000:
        return None
    if function == "expm1":
        return mpmath.exp(z) - 1
    if function == "log1p":
        return mpmath.log(1 + z)
    return getattr(mpmath, function)(z)


def text(x):
    if x is None:
        return "none"
    x = x if abs(x) < mpf(2) ** 1024 - mpf(2) ** 969 else mpf("inf") * mpmath.sign(x)
    if mpmath.isinf(x):
        return "-infinity" if x < 0 else "infinity"
    return repr(float(mpmath.mpf(x)))


def rounded(x):
    """To the nearest double, also below the normal ones, where mpmath's own conversion rounds twice."""
    if x == 0 or abs(x) > mpf(2) ** -1000:
        return x
    return mpmath.nint(x * mpf(2) ** 1074) * mpf(2) ** -1074


def main():
    lines = ["// Written by make_complex_values.py. A number, and its " + " ".join(FUNCTIONS) + "."]
    for x, y in numbers():
        parts = [repr(x), repr(y)]
        for function in FUNCTIONS:
            result = value(function, mpc(mpf(x), mpf(y)))
            parts += ["none", "none"] if result is None else [text(rounded(result.real)), text(rounded(result.imag))]
        lines.append("VALUES(" + ", ".join(parts) + ")")
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "complex_values.inc"), "w") as file:
        file.write("\n".join(lines) + "\n")


main()
