"""Writes the random expressions of expressions_*.inc: python3 make_expressions.py. Run by hand; the results are
committed, since C++ compiles them."""

import os
import random

import numpy as np

from numpy_names import TYPES, evaluate

FILES, PER_FILE = 4, 15
REALS = ["bool", "uint8", "int32", "int64", "float32", "float64"]
ALL = list(TYPES)


class Tree:
    """A random tree of operations that NumPy has for the types they meet."""

    def __init__(self, rng, smooth):
        self.rng, self.smooth = rng, smooth
        names = (["float32", "float64"] * 2 + ALL) if smooth else REALS
        self.types = {leaf: rng.choice(names) for leaf in "abc"}
        self.samples = {leaf: np.ones((2,), TYPES[name]) for leaf, name in self.types.items()}

    def kind(self, text):
        return evaluate(text, **self.samples).dtype

    def leaf(self, whole=False):
        """The name of an operand; of one of integers where there is one."""
        integers = [leaf for leaf in "abc" if "int" in self.types[leaf]]
        if whole and not integers:
            raise TypeError("no integers")
        return self.rng.choice(integers if whole else "abc")

    def grow(self, depth):
        if depth == 0:
            return self.leaf()
        for _ in range(100):
            try:
                text = self.smooth_operation(depth) if self.smooth else self.exact_operation(depth)
                self.kind(text)
            except TypeError:
                continue
            if self.kind(text).name in TYPES:
                return text
        return self.leaf()

    def exact_operation(self, depth):
        pick = self.rng.choice
        x, y = self.grow(depth - 1), self.grow(self.rng.randrange(depth))
        scalar = pick(["1", "2", "3", "0.5", "2.5"])
        condition = f"({self.leaf()} {pick(['<', '<=', '>', '>=', '==', '!='])} {pick([self.leaf(), scalar])})"
        return pick([
            lambda: f"({x} {pick(['+', '-', '*'])} {y})", lambda: f"({x} {pick(['+', '-', '*'])} {scalar})",
            lambda: f"({scalar} {pick(['+', '-', '*', '/'])} {self.leaf()})", lambda: f"({x} / {self.leaf()})",
            lambda: f"({x} % {self.leaf()})", lambda: f"{pick(['floor_divide', 'fmod'])}({x}, {self.leaf()})",
            lambda: f"{pick(['minimum', 'maximum'])}({x}, {y})", lambda: f"({x} {pick(['<', '>=', '==', '!='])} {y})",
            lambda: f"({condition} {pick(['&&', '||'])} !({self.leaf()} > {scalar}))", lambda: f"(-({x}))",
            lambda: f"{pick(['abs', 'sign', 'square', 'sqrt', 'floor', 'ceil', 'trunc', 'round'])}({x})",
            lambda: f"{pick(['isnan', 'isinf', 'isfinite', 'real', 'imag', 'conj'])}({x})",
            lambda: f"where({condition}, {x}, {pick([y, scalar])})", lambda: f"clip({x}, 1, 5)",
            lambda: f"pow({self.leaf(whole=True)}, 2)"])()

    def smooth_operation(self, depth):
        pick = self.rng.choice
        x, y = self.grow(depth - 1), self.grow(self.rng.randrange(depth))
        scalar = pick(["1", "2", "0.5", "2.5"])
        return pick([
            lambda: f"({x} {pick(['+', '-', '*'])} {y})", lambda: f"({x} {pick(['+', '-', '*'])} {scalar})",
            lambda: f"({x} / (2.5 + square(abs({self.leaf()}))))",
            lambda: f"{pick(['sin', 'cos', 'tanh', 'atan', 'exp', 'sinh', 'cosh', 'expm1'])}({self.leaf()})",
            lambda: f"{pick(['log', 'log1p', 'log2', 'log10', 'sqrt'])}({self.leaf()})",
            lambda: f"{pick(['asin', 'acos', 'tan', 'cbrt', 'atan'])}({self.leaf()})",
            lambda: f"{pick(['atan2', 'hypot'])}({self.leaf()}, {self.leaf()})",
            lambda: f"pow(0.5 + abs({self.leaf()}), {self.leaf()})", lambda: f"square({x})", lambda: f"(-({x}))",
            lambda: f"{pick(['sin', 'tanh', 'conj', 'real', 'imag'])}({x})"])()


def main():
    rng = random.Random(7)
    seen = set()
    here = os.path.dirname(os.path.abspath(__file__))
    for file in range(FILES):
        lines = []
        while len(lines) < PER_FILE:
            tree = Tree(rng, smooth=file % 2 == 1)
            text = tree.grow(rng.choice([1, 2, 2, 3]))
            if text in "abc" or text in seen or not set("abc") & set(text.replace("abs", "")):
                continue
            seen.add(text)
            number = file * PER_FILE + len(lines)
            types = ", ".join(tree.types[leaf] for leaf in "abc")
            lines.append(f"EXPRESSION({number}, {'smooth' if tree.smooth else 'exact'}, {types}, ({text}))\n")
        with open(os.path.join(here, f"expressions_{file}.inc"), "w", encoding="ascii") as out:
            out.write("// Written by make_expressions.py. Number, how results agree, types of a, b and c, text.\n")
            out.writelines(lines)


main()
