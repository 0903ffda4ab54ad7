"""Decks of equations of any size: a clear error, or a run, in bounded time and memory."""

import resource
import time
import unittest

from pde_runs import PdeCase
from support.tarn_program import tarn

DECK = """[run]
app = "pde"
[grid]
cells = [16]
[time]
end = 0.001
[pde.equations]
u = "{equation}"
[pde.initial]
u = "{initial}"
"""
DEEP = "(" * 10000 + "x" + ")" * 10000
UNITS = '[pde.units]\nx = "m"\nt = "s"\nu = "m"\nD = "m^2/s"\n[constants]\nD = 1\n'


def deck_of(equation="laplace(u)", initial="sin(2 * pi * x)", more=""):
    return DECK.format(equation=equation, initial=initial) + more


def lets_of(formulas):
    return "[pde.let]\n" + "".join(f'{name} = "{formula}"\n' for name, formula in formulas)


class Hostile(PdeCase):
    runs_done = 0

    def tried(self, deck, command="check"):
        """What `tarn COMMAND` says of a deck; at most 60 seconds and 1 GiB."""
        path = self.write("deck.toml", deck)
        self.runs_done += 1
        own = ["--run-dir", self.folder / f"run{self.runs_done}", "--quiet"]
        words = ["run", path, *own] if command == "run" else [command, path]
        began = time.monotonic()
        done = tarn(*words, timeout=60)
        print(f"{self._testMethodName}: {time.monotonic() - began:.1f} s", flush=True)
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, 1 << 20)  # [KiB], of the largest so far
        return done

    def refused(self, deck, *messages):
        done = self.tried(deck)
        self.assertEqual(done.returncode, 2, done.stderr[:2000])
        for message in messages:
            self.assertIn(message, done.stderr[:2000])
        self.assertLess(len(done.stderr), 5000)

    def runs(self, deck):
        done = self.tried(deck, "run")
        self.assertEqual(done.returncode, 0, done.stderr[:2000])

    def test_parentheses(self):
        deep = "nested too deeply: more than 200 levels"
        self.refused(deck_of(equation=DEEP), "8:106: pde.equations.u: the formula is " + deep)
        self.refused(deck_of(initial=DEEP), "10:106: pde.initial.u: the formula is " + deep)
        for table in ("let", "output", "history"):
            self.refused(deck_of(more=f'[pde.{table}]\nw = "{DEEP}"\n'), f"pde.{table}.w: the formula is " + deep)
        self.refused(deck_of(more=f'[constants]\nw = "{DEEP}"\n'), "constants.w: the formula is " + deep)
        self.refused(deck_of(more=f'[exact]\nu = "{DEEP}"\n'), "exact.u: the formula is " + deep)

    def test_formulas_of_a_megabyte(self):
        text = "u" + " + u" * 262144
        too_long = "the formula is too long: 1048577 bytes, more than 65536"
        self.refused(deck_of(equation=text), "8:65542: pde.equations.u: " + too_long)
        self.refused(deck_of(initial=text), "pde.initial.u: " + too_long)
        self.refused(deck_of(more=lets_of([("w", text)])), "pde.let.w: " + too_long)

    def test_the_longest_formula(self):
        terms = [f" + 1e-{n % 20} * u" for n in range(4000)]
        self.runs(deck_of(equation=("laplace(u)" + "".join(terms))[:65000].rsplit(" + ", 1)[0]))

    def test_a_chain_of_too_many_names(self):
        chain = [("a0", "u")] + [(f"a{n}", f"a{n - 1} + 1") for n in range(1, 10000)]
        for lets in (chain, chain[::-1]):
            self.refused(deck_of(equation="a9999", more=lets_of(lets)),
                         "11:1: pde.let: has 10000 entries; at most 1000 are possible")

    def test_a_chain_of_as_many_names_as_may_be(self):
        chain = [("a0", "u")] + [(f"a{n}", f"a{n - 1} * 1.001") for n in range(1, 1000)]
        for lets in (chain, chain[::-1]):
            equation = "D * laplace(a999)"
            self.runs(deck_of(equation=equation, initial=0, more=lets_of(lets) + UNITS))
        of_space = [("a0", "x")] + [(f"a{n}", f"a{n - 1} + 1") for n in range(1, 1000)]
        for lets in (of_space, of_space[::-1]):
            self.runs(deck_of(initial="a999", more=lets_of(lets)))

    def test_names_that_stand_for_much(self):
        doubled = [("a0", "x")] + [(f"a{n}", f"a{n - 1} + a{n - 1}") for n in range(1, 60)]
        self.runs(deck_of(equation="laplace(u) + a59", more=lets_of(doubled)))
        self.refused(deck_of(initial="a59", more=lets_of(doubled)), "10:6: pde.initial.u: 'a59'")
        many = doubled[:19] + [(f"b{n}", f"a18 + {n}") for n in range(400)]
        self.refused(deck_of(initial="b399", more=lets_of(many)), "10:6: pde.initial.u: 'b399'")

    def test_chains_of_constants(self):
        chain = [("c0", "1")] + [(f"c{n}", f"c{n - 1} + 1") for n in range(1, 10000)]
        self.refused(deck_of(more=lets_of(chain).replace("pde.let", "constants")),
                     "11:1: constants: has 10000 entries; at most 1000 are possible")
        for constants in (chain[:1000], chain[:1000][::-1]):
            self.runs(deck_of(equation="c999 * 1e-6 * laplace(u)", more=lets_of(constants).replace("pde.let", "constants")))

    def test_a_name_that_is_none_of_many(self):
        many = lets_of([(f"a{n}", "u") for n in range(900)])
        self.refused(deck_of(equation="laplace(u) + qqqqqq", more=many), "unknown name 'qqqqqq'; the variables here are u, ",
                     " and 883 more")

    def test_very_many_fields(self):
        for count in (64, 65, 900):
            names = [f"u{n}" for n in range(count)]
            deck = deck_of(equation="laplace(u)").replace('u = "laplace(u)"\n', "".join(f'{n} = "laplace({n})"\n' for n in names))
            deck = deck.replace('u = "sin(2 * pi * x)"\n', "".join(f"{n} = 1\n" for n in names))
            if count == 64:
                self.runs(deck)
            else:
                self.refused(deck, f"7:1: pde.equations: has {count} fields, at most 64 are possible")


if __name__ == "__main__":
    unittest.main()
