"""Every wrong deck in tests/apps/decks/bad is refused with exactly the messages that its first lines name.

`# expect: 12:3: heat.difusivity: unknown key; ...` is one line of stderr without the file's name, in order;
{apps} stands for the names of all apps.
"""

import unittest

from support.tarn_program import ROD, SOURCE, WAVE, Case, app_names, tarn

APPS = app_names()
BAD = SOURCE / "tests" / "apps" / "decks" / "bad"

SOUND = ROD + """[[output]]
every = { steps = 5 }
"""

# --set KEY=VALUE, and what is said of it.
OVERRIDES = [
    ("heat.difusivity=2", "heat.difusivity: unknown key; did you mean 'diffusivity'?"),
    ("magnetism.field=2", "magnetism: unknown table [magnetism]"),
    ("time.end=soon", 'time.end: expected a number, got "soon" (text)'),
    ("time.end=-1", "time.end: -1 is out of range: must be > 0"),
    ("time.end=nan", "time.end: expected a finite number, got nan"),
    ("time.max_steps=1.5", "time.max_steps: expected an integer, got 1.5 (number)"),
    ("time.max_walltime=1h",
     'time.max_walltime: "1h" is no duration "HH:MM:SS": it has three parts, such as "00:30:00" for half an hour'),
    ("time.dt=0.005", "time.dt: 0.005 is beyond the stability limit 0.00195312 of explicit Euler on this grid"),
    ("run.app=haet", f"run.app: 'haet' is not one of {APPS}; did you mean 'heat'?"),
    ("run.name=../up", "run.name: must not start with '.'"),
    ("run.name=a/b", "run.name: has the character '/'; allowed are A-Z a-z 0-9 . _ -"),
    ("grid.cells=16", "grid.cells: expected a list of 1 to 3 integers, got 16 (integer); write [16]"),
    ("grid.cells=[]", "grid.cells: expected a list of 1 to 3 integers, got an empty list"),
    ("grid.upper=[-1.0]", "grid.upper: the x axis ends at -1, which is not above its lower end 0"),
    ("grid.boundary.x=dirichelt",
     "grid.boundary.x: 'dirichelt' is not one of periodic, dirichlet, neumann; did you mean 'dirichlet'?"),
    ("heat.initial=sin(x", "heat.initial: unbalanced '('"),
    ("heat.source=", "heat.source: the deck does not have it, so there is nothing to take out"),
    ('heat.initial=""', "heat.initial: expected a formula, got empty text"),
    ("heat.diffusivity=1 - 2", "heat.diffusivity: is -1: it must be a number >= 0"),
    ("heat.stages=5", "heat.stages: only the integrator rkl2 has stages"),
    ("[0]=5",
     "expected table.key=value, such as time.end=0.5 or output[0].every={steps=5}; '[0]' is no table.key"),
    ("output[0].every=10",
     'output[0].every: expected { steps = 10 }, { time = 0.05 } or { walltime = "00:10:00" }, got 10 (integer)'),
    ("output[0].every={ steps = 5, time = 1 }",
     "output[0].every: expected exactly one of steps, time and walltime, got steps and time"),
    ("output[2].series=b", "output: index 2 is too large: the deck has 1 of them, so the next is [1]"),
    ("output.series=b", "output: a list; name one entry, as in output[0].series"),
    ("constants.a=a + 1", "constants.a: constants need each other in a circle: a -> a"),
]


def expected(deck):
    """The lines that the deck's first lines name."""
    mark = "# expect: "
    lines = deck.read_text(errors="replace").split("\n")
    return [line[len(mark):].replace("{apps}", APPS) for line in lines if line.startswith(mark)]


def as_said(file, lines):
    """The lines with the file in front, and the count after them; a problem of the whole file has no place."""
    said = [f"{file}:{line}" if line[0].isdigit() else f"{file}: {line}" for line in lines]
    return said + [f"tarn: {len(lines)} problem{'' if len(lines) == 1 else 's'} in the deck"]


class BadDecks(Case):
    def refuse(self, *words, lines, cwd):
        done = tarn("check", *words, cwd=cwd, timeout=30)

        self.assertEqual(done.stderr.splitlines(), lines)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.returncode, 2)

    def test_each_is_refused_with_its_messages(self):
        decks = sorted(BAD.glob("*.toml"))
        self.assertGreaterEqual(len(decks), 70)
        for deck in decks:
            with self.subTest(deck=deck.name):
                lines = expected(deck)
                self.assertTrue(lines, "the deck names no expected line")
                self.refuse(deck.name, lines=as_said(deck.name, lines), cwd=BAD)

    def test_messages_stand_in_the_order_of_the_file(self):
        for deck in sorted(BAD.glob("*.toml")):
            with self.subTest(deck=deck.name):
                places = [tuple(map(int, line.split(":")[:2])) for line in expected(deck) if line[0].isdigit()]
                self.assertEqual(places, sorted(places))

    def test_overrides_are_held_to_the_same_rules(self):
        self.write("sound.toml", SOUND)
        for override, message in OVERRIDES:
            with self.subTest(override=override):
                lines = [f"--set {override}: {message}", "tarn: 1 problem in the deck"]
                self.refuse("sound.toml", "--set", override, lines=lines, cwd=self.folder)

    def test_an_equation_of_an_override_has_its_place(self):
        self.write("wave.toml", WAVE)
        for equation in ("laplac(u)", "-laplace(u)"):
            done = tarn("check", "wave.toml", "--set", f"pde.equations.u={equation}", cwd=self.folder)
            self.assertEqual(done.returncode, 2)
            self.assertTrue(done.stderr.startswith(f"--set pde.equations.u={equation}: pde.equations.u: "), done.stderr)
        warned = self.run_ok("check", "wave.toml", "--set", "pde.equations.u=-laplace(u)", "--set", "time.dt=1e-4",
                             cwd=self.folder)
        self.assertIn("\nwarning --set pde.equations.u=-laplace(u): pde.equations.u: this equation is", warned.stdout)

    def test_the_deck_comes_before_the_overrides(self):
        self.write("wrong.toml", SOUND.replace("end = 0.01", "end = 0"))

        self.refuse("wrong.toml", "--set", "heat.a=1", "--set", "no equals sign", cwd=self.folder, lines=[
            "wrong.toml:6:7: time.end: 0 is out of range: must be > 0",
            "--set no equals sign: expected table.key=value, got no '='",
            "--set heat.a=1: heat.a: unknown key",
            "tarn: 3 problems in the deck",
        ])

    def test_a_number_cut_off_by_the_end_of_the_file(self):
        self.write("cut.toml", '[run]\napp = "heat"\n[time]\nend = 1e')

        done = tarn("check", "cut.toml", cwd=self.folder)

        self.assertRegex(done.stderr, r"^cut.toml:4:\d+: not valid TOML: .*\ntarn: 1 problem in the deck\n$")
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
