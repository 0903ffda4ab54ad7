"""The man page and the completions tell all that the command line takes, and the shells and man understand them."""

import os
import re
import shutil
import subprocess
import unittest

from support.tarn_program import DECKS, Case, app_names, tarn

OPTION = re.compile(r"^  (-[-\w]+(?:, -[-\w]+)*)", re.MULTILINE)
COMMAND = re.compile(r"^  ([a-z]\S*) ", re.MULTILINE)


def help_of(*words):
    return tarn(*words, "--help").stdout


def commands():
    """All commands with the options that their help names: {("data", "ls"): ["-h", "--help", ...]}."""
    found = {}
    waiting = [()]
    while waiting:
        path = waiting.pop()
        text = help_of(*path)
        found[path] = [name for names in OPTION.findall(text) for name in names.split(", ")]
        _, _, inner = text.partition("\nCommands:\n")
        waiting += [(*path, name) for name in COMMAND.findall(inner)]
    return found


class Manual(Case):
    def setUp(self):
        super().setUp()
        self.bash = self.write("tarn.bash", self.run_ok("manual", "bash").stdout)

    def complete(self, *words):
        """What bash offers for the last of the words after `tarn`."""
        script = ('source "$0"; COMP_WORDS=(tarn "$@"); COMP_CWORD=$#; COMPREPLY=(); _tarn; '
                  'for word in "${COMPREPLY[@]}"; do printf "%s\\n" "$word"; done')
        done = subprocess.run(["bash", "--norc", "-c", script, str(self.bash), *words], cwd=self.folder, timeout=30,
                              capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_bash_offers_every_command_and_option(self):
        self.assertGreater(len(commands()), 15)
        for path, options in commands().items():
            if not path:
                continue
            with self.subTest(command=path):
                self.assertIn(path[-1], self.complete(*path[:-1], ""))
                self.assertEqual(sorted(self.complete(*path, "-")), sorted(options))

    def test_help_is_tarns_own_and_fits_a_page(self):
        for path in commands():
            lines = help_of(*path).splitlines()
            with self.subTest(command=path):
                self.assertEqual(lines[0].split("[")[0].split()[:len(path) + 2], ["Usage:", "tarn", *path])
                self.assertLessEqual(max(map(len, lines)), 80)
                self.assertEqual([line for line in lines if line != line.rstrip()], [])
        self.assertEqual(help_of("data", "rm"), """Usage: tarn data rm path [OPTIONS]

move a run, a set of datasets or one file of them into the trash

Arguments:
  path                        what goes

Options:
  -h, --help                  print this help and nothing else
  --root TEXT                 the managed directory that the path is beneath;
                              without a path, itself
  --yes                       do it; without it, only tell
  --json                      print JSON
""")
        shown = help_of("submit")
        self.assertIn("\n  --time HH:MM:SS             how long each start of the job may take\n", shown)
        self.assertIn("\n  --nodes INT                 nodes; default 1\n", shown)
        self.assertIn("\n  --lock kernel|lease         how a second run", help_of("run"))

    def test_bash_offers_values(self):
        self.write("rod.toml", "")
        self.write("notes.txt", "")
        (self.folder / "decks").mkdir()
        self.assertEqual(sorted(self.complete("describe", "")), sorted(app_names().split(", ")))
        self.assertEqual(self.complete("run", "rod.toml", "--lock", "k"), ["kernel"])
        self.assertEqual(sorted(self.complete("data", "export", "--format", "")), ["npy", "xdmf"])
        self.assertEqual(sorted(self.complete("check", "")), ["decks", "rod.toml"])
        self.assertEqual(self.complete("run", "rod.toml", "--root", "d"), ["decks"])
        self.assertEqual(self.complete("run", "rod.toml", "--set", ""), [])
        self.assertEqual(self.complete("submit", "rod.toml", "--after", ""), [])  # JOB|RUN: neither is a word
        self.assertEqual(self.complete("manual", "z"), ["zsh"])

    def test_the_page_has_every_command_and_option_and_exit_code(self):
        page = self.run_ok("manual").stdout.replace("\\-", "-")

        for path, options in commands().items():
            with self.subTest(command=path):
                section = page if not path else page.split(f".SS \\fBtarn {' '.join(path)}\\fR", 1)[1].split(".SS ")[0]
                for option in options:
                    self.assertIn(f"\\fB{option}\\fR", page if option in ("-h", "--help") else section)
        self.assertIn("\n\\fB--time\\fR \\fIHH:MM:SS\\fR\n", page)
        for code in (0, 1, 2, 3, 4, 75):
            self.assertIn(f"\n\\fB{code}\\fR\n", page)

    def test_the_readme_has_every_command(self):
        text = (DECKS.parent / "README.md").read_text()

        for path in commands():
            if len(path) == 1:
                self.assertRegex(text, rf"\ntarn {path[0]}\b", path)

    def test_man_renders_the_page(self):
        if not shutil.which("groff"):
            self.skipTest("no groff")
        page = self.run_ok("manual", "man").stdout
        done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-P-c"], input=page, capture_output=True, text=True,
                              check=False)

        self.assertEqual(done.stderr, "")
        shown = re.sub(r".\x08", "", done.stdout)
        self.assertIn("tarn data export path [OPTIONS]", shown)
        self.assertRegex(shown, r"\n +--lock kernel\|lease\n")

    def test_zsh_has_every_command_and_option(self):
        text = self.run_ok("manual", "zsh").stdout

        for path, options in commands().items():
            if path:
                self.assertIn(f"'{path[-1]}:", text)
                for option in options:
                    self.assertIn(f"{option}[", text)
        if not shutil.which("zsh"):
            self.skipTest("no zsh to read it")
        script = self.write("_tarn", text)
        done = subprocess.run(["zsh", "-n", script], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_scripts_for_bash_are_clean(self):
        if not shutil.which("shellcheck"):
            self.skipTest("no shellcheck")
        done = subprocess.run(["shellcheck", "-s", "bash", self.bash], capture_output=True, text=True, check=False)
        self.assertEqual(done.stdout, "")

    def test_a_form_that_is_none_is_refused(self):
        self.assertEqual(tarn("manual", "fish").returncode, 2)


if __name__ == "__main__":
    unittest.main()
