"""Every command that tells something a program may read takes --json, and prints one JSON document and nothing else."""

import json
import unittest

from support.tarn_program import Case, commands_for_programs, tarn

DECK = """
[run]
app = "heat"
name = "rod"
[grid]
cells = [32]
[time]
end = 0.001
dt = 1e-4
[heat]
diffusivity = 1
initial = "sin(2 * pi * x)"
[[output]]
every = { steps = 5 }
"""


class Json(Case):
    def setUp(self):
        super().setUp()
        self.deck = self.write("rod.toml", DECK)

    def json_of(self, *words, code=0, env=None):
        done = tarn(*words, "--json", cwd=self.folder, env=env)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def run_here(self):
        self.run_ok("run", self.deck, "--run-dir", "run", "--quiet", cwd=self.folder)
        return self.folder / "run"

    def test_every_command_has_it(self):
        commands = commands_for_programs()
        self.assertGreater(len(commands), 20)
        for words in commands:
            with self.subTest(command=words):
                self.assertIn("--json", tarn(*words, "--help").stdout)

    def test_a_dry_run_is_what_check_tells(self):
        told, checked = self.json_of("run", self.deck, "--dry-run"), self.json_of("check", self.deck)
        for one in (told, checked):
            self.assertGreater(one["disk"].pop("free_bytes"), 0)  # others use the disk meanwhile
            one["forecast"] = [line for line in one["forecast"] if " are free at " not in line]
        self.assertEqual(told, checked)
        self.assertEqual((told["app"], told["sound"]), ("heat", True))
        varied = ("--ensemble", "time.dt=[1e-4, 5e-5]")
        self.assertEqual(self.json_of("run", self.deck, "--dry-run", *varied)["members"], 2)
        self.deck.write_text(DECK.replace("1e-4", "0"))
        told = self.json_of("run", self.deck, "--dry-run", code=2)
        self.assertEqual((told["sound"], len(told["problems"])), (False, 1))
        self.assertFalse((self.folder / "runs").exists())

    def test_what_is_made(self):
        made = self.json_of("data", "make", "root")
        self.assertEqual((made["files"], len(made["notes"])), ([], 1))
        for outcome in ("made", "was_there"):
            made = self.json_of("data", "make", "set", "--root", "root", "--shape", "3x4", "--count", "2")
            names = [f"{self.folder.resolve()}/root/set/data_000{n}.h5" for n in range(2)]
            self.assertEqual(made["files"], [{"file": name, "outcome": outcome} for name in names])

    def test_checkpoints_that_are_kept(self):
        run = self.run_here()
        (checkpoint,) = [path.relative_to(run) for path in run.glob("ckpt/*.h5")]
        for verb, before, after in (("pin", False, True), ("pin", True, True), ("unpin", True, False)):
            self.assertEqual(self.json_of("data", verb, run / checkpoint),
                             {"file": str(checkpoint), "pinned": after, "was_pinned": before})
        self.assertFalse(self.json_of("data", "unlock", run)["removed"])

    def test_what_is_written_elsewhere(self):
        run = self.run_here()
        snapshot = sorted(run.glob("out/*.h5"))[-1]
        for form in ("npy", "xdmf"):
            told = self.json_of("data", "export", snapshot, "--format", form, "--output", f"t.{form}")
            self.assertEqual((told["format"], told["files"]), (form, [f"t.{form}"]))
            self.assertTrue((self.folder / f"t.{form}").exists())
        self.assertEqual(self.json_of("report", run), {"file": str(run / "report.html"), "run_goes_on": False})
        self.assertEqual(self.json_of("report", run, "--output", "r.html")["file"], "r.html")
        self.assertEqual(self.json_of("plot", run, "--output", "p.png"), {"files": ["p.png"], "asked": 1, "warnings": []})
        self.assertTrue((self.folder / "p.png").exists())

    def test_a_job_script(self):
        words = ("submit", self.deck, "--time", "00:10:00", "--dry-run")
        self.assertIn("#!/bin/", self.json_of(*words, env={"PATH": "/nowhere"})["script"])

    def test_a_place_that_cannot_be_written_is_refused_first(self):
        run = self.run_here()
        snapshot = sorted(run.glob("out/*.h5"))[-1]
        file = self.write("file", "")
        for words in (("data", "export", snapshot, "--format", "npy"), ("data", "export", snapshot, "--format", "xdmf"),
                      ("report", run)):
            for place, told in (("/proc/a.npy", "/proc: cannot make a file in the directory"),
                                (file / "a.npy", "is no directory"), ("none/a.npy", "none: there is no such folder")):
                done = tarn(*words, "--output", place, cwd=self.folder)
                self.assertEqual((done.returncode, done.stdout), (3, ""), done.stderr)
                self.assertIn(told, done.stderr)


if __name__ == "__main__":
    unittest.main()
