"""With --json an error is JSON too: one document on the standard output, beside the message on the standard error."""

import json
import os
import shutil
import subprocess
import unittest

from support.tarn_program import PROGRAM, ROD, Case, commands_for_programs, tarn

# Lines 4 and 8 are wrong.
BAD = ROD.replace("[16]", "[-1]").replace("diffusivity", "difusivity")
LIMIT = 120  # seconds

# A mistake with each command, and its exit code.
MISTAKES = {
    ("run",): (("none.toml",), 3),
    ("check",): (("none.toml",), 3),
    ("describe",): (("heet",), 2),
    ("list",): (("more",), 2),
    ("info",): (("more",), 2),
    ("bench",): (("none.toml",), 3),
    ("submit",): (("--status", "none"), 3),
    ("ensemble",): (("none",), 3),
    ("compare",): (("none", "none"), 3),
    ("plot",): (("none",), 3),
    ("verify",): (("heet",), 2),
    ("report",): (("none",), 3),
    ("data", "ls"): (("none",), 3),
    ("data", "show"): (("none",), 3),
    ("data", "make"): (("set", "--shape", "3xx"), 2),
    ("data", "verify"): (("none",), 3),
    ("data", "du"): (("none",), 3),
    ("data", "pin"): (("none",), 3),
    ("data", "unpin"): (("none",), 3),
    ("data", "unlock"): (("none",), 3),
    ("data", "gc"): (("none",), 3),
    ("data", "rm"): (("none",), 3),
    ("data", "export"): (("none", "--format", "npy", "-o", "x.npy"), 3),
}


class JsonErrors(Case):
    def setUp(self):
        super().setUp()
        self.rod = self.write("rod.toml", ROD)
        self.write("bad.toml", BAD)

    def error_of(self, *words, code, prefix=()):
        """The document of a command that must fail; the standard error has its message too."""
        done = subprocess.run([*prefix, PROGRAM, *words, "--json"], cwd=self.folder, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=LIMIT)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        document = json.loads(done.stdout)
        self.assertEqual(document["exit_code"], code)
        self.assertIn(f"tarn: {document['error']}\n", done.stderr)
        return document

    def test_of_every_command(self):
        self.assertEqual(set(commands_for_programs()), set(MISTAKES))
        for command, (words, code) in MISTAKES.items():
            with self.subTest(command=command):
                self.assertEqual(list(self.error_of(*command, *words, code=code)), ["error", "exit_code"])

    def test_of_words_that_mean_nothing(self):
        for words, told in ((("check", "rod.toml", "--bogus"), "unknown option --bogus"),
                            (("run",), "deck is required: the input deck, a TOML file"),
                            (("chekc",), "there is no command 'chekc'"), (("data", "lss"), "there is no command 'data lss'"),
                            (("run", "rod.toml", "-n", "many"), "-n"), ((), "unknown option --json")):
            with self.subTest(words=words):
                self.assertIn(told, self.error_of(*words, code=2)["error"])

    def test_what_is_wrong_with_a_deck_has_place_key_and_message(self):
        cells = {"of": None, "source": "bad.toml", "line": 4, "column": 10, "key": "grid.cells[0]",
                 "message": "-1 is out of range: must be >= 1 and <= 1073741823"}
        unknown = {"of": None, "source": "bad.toml", "line": 8, "column": 1, "key": "heat.difusivity",
                   "message": "unknown key; did you mean 'diffusivity'?"}
        option = {"of": None, "source": "--set time.ed=2", "line": None, "column": None, "key": "time.ed",
                  "message": "unknown key; did you mean 'end'?"}
        texts = [f"bad.toml:4:10: {cells['key']}: {cells['message']}", f"bad.toml:8:1: {unknown['key']}: {unknown['message']}",
                 f"--set time.ed=2: time.ed: {option['message']}"]
        problems = [{**problem, "text": text} for problem, text in zip((cells, unknown, option), texts)]
        for words in (("run",), ("run", "-n", "2"), ("run", "--dry-run"), ("check",), ("verify",), ("submit", "--time", "00:10:00")):
            with self.subTest(words=words):
                document = self.error_of(*words, "bad.toml", "--set", "time.ed=2", code=2)

                self.assertEqual((document["error"], document["problems"]), ("3 problems in the deck", problems))
                asked_whether_sound = "--dry-run" in words or "check" in words
                self.assertEqual(document.get("sound"), False if asked_whether_sound else None)

    def test_none_where_json_is_not_asked_for(self):
        for words, code in ((("describe", "heet", "--json-schema"), 2), (("check", "none.toml", "--root", "--json"), 3),
                            (("check", "none.toml", "--json=false"), 3), (("check", "none.toml", "--", "--json"), 2)):
            with self.subTest(words=words):
                done = tarn(*words, cwd=self.folder)
                self.assertEqual((done.returncode, done.stdout), (code, ""))

    def test_what_is_no_deck(self):
        self.write("torn.toml", "x = [")

        (problem,) = self.error_of("run", "torn.toml", code=2)["problems"]

        self.assertEqual((problem["source"], problem["line"], problem["key"]), ("torn.toml", 1, None))
        self.assertIn("not valid TOML", problem["message"])

    def test_members_of_an_ensemble_are_named(self):
        for values, of, source in (("[1, -1]", "member 1 (heat.diffusivity = -1)", "--set heat.diffusivity=-1"),
                                   ("[1, -1, -2]", None, None), ("[-1, -1]", "every member", None)):
            with self.subTest(values=values):
                found = self.error_of("run", "rod.toml", "--ensemble", f"heat.diffusivity={values}", code=2)["problems"]
                if of is None:
                    self.assertEqual([problem["of"][:9] for problem in found], ["member 1 ", "member 2 "])
                    continue
                self.assertEqual([(problem["of"], problem["source"], problem["key"]) for problem in found],
                                 [(of, source, "heat.diffusivity")])

    def test_one_rank_of_several_tells_them(self):
        launcher = shutil.which("mpiexec") or self.skipTest("no mpiexec on the path")
        # Each rank into a file of its own: launchers lose the output of ranks that end at once.
        into_files = 'exec "$0" "$@" >"$PREFIX.$$"'
        for number, words in enumerate((("run", "bad.toml"), ("check", "bad.toml"), ("data", "ls", "none"), ("run", "none.toml"))):
            with self.subTest(words=words):
                done = subprocess.run([launcher, "-n", "2", "sh", "-c", into_files, PROGRAM, *words, "--json"], cwd=self.folder,
                                      capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=LIMIT,
                                      env={**os.environ, "PREFIX": f"said{number}"})
                self.assertNotEqual(done.returncode, 0)
                said = [text for text in (file.read_text() for file in self.folder.glob(f"said{number}.*")) if text]
                self.assertEqual(len(said), 1, said)
                self.assertEqual(json.loads(said[0])["exit_code"], done.returncode, done.stderr)

    def test_a_full_disk(self):
        run = ("run", self.rod, "--json", "--run-dir")
        for kib in (8, 40):
            with self.subTest(kib=kib):
                done = tarn(*run, self.disk(f"disk{kib}", f"size={kib}k") / "run")
                document = json.loads(done.stdout)
                self.assertEqual((done.returncode, document["exit_code"]), (3, 3), done.stderr)
                self.assertIn("No space left on device", document.get("error") or document["reason"])
                self.assertEqual("status" in document, kib == 40)  # that one could begin

    def test_a_run_that_began_tells_its_end_alone(self):
        done = tarn("run", self.rod, "--run-dir", "run", "--json", "--set", "heat.source=exp(1e9 * t)", cwd=self.folder)

        document = json.loads(done.stdout)
        self.assertEqual((document["status"], document["exit_code"]), ("failed", 4))
        self.assertNotIn("error", document)

    def test_another_process_is_at_the_run(self):
        run = self.folder / "run"
        first = subprocess.Popen([PROGRAM, "run", self.rod, "--run-dir", run, "--set", "time.end=1e6"], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        self.addCleanup(first.wait)
        self.addCleanup(first.kill)
        while not (run / "run.json").exists():
            self.assertIsNone(first.poll())

        document = self.error_of("run", "rod.toml", "--run-dir", "run", "--restart=auto", code=75)

        self.assertIn(f"process {first.pid} on host", document["error"])

    def test_one_that_is_lost_is_told_and_the_exit_code_stays(self):
        for words in ("check bad.toml", "describe heet"):
            done = subprocess.run(["/bin/sh", "-c", f"'{PROGRAM}' {words} --json >/dev/full"], cwd=self.folder,
                                  capture_output=True, text=True, timeout=LIMIT)
            self.assertEqual(done.returncode, 2)
            self.assertTrue(done.stderr.endswith("tarn: cannot write to the standard output: No space left on device\n"),
                            done.stderr)


if __name__ == "__main__":
    unittest.main()
