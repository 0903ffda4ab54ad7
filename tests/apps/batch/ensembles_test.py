"""Ensembles on this machine: members, faults of one of them, stopping and going on, the table."""
import csv
import io
import json
import os
import shutil
import signal
import subprocess
import time
import unittest

from support.tarn_program import PROGRAM, Case, tarn

DECK = """
[run]
app = "gray_scott"
[grid]
cells = [16, 16]
[time]
end = 1e9
dt = 0.01
max_steps = %d
[constants]
level = 0.3
[gray_scott]
du = 2e-5
dv = 1e-5
feed = 0.04
kill = 0.06
[gray_scott.initial]
u = "1"
v = "x < 0.5 ? level : 0"
[history]
every = { steps = %d }
[checkpoint]
every = { steps = %d }
"""
VARY = """
[ensemble]
combine = "zip"
[ensemble.vary]
"constants.level" = [0.1, 0.2, 0.3]
"gray_scott.initial.v" = ["0.1", "level", "1e200"]
"""


def table(run):
    return list(csv.DictReader(io.StringIO(tarn("ensemble", run, "--csv").stdout)))


class Ensembles(Case):
    def deck(self, steps=40, every=20, more=VARY):
        return self.write("deck.toml", DECK % (steps, every, every) + more)

    def test_one_bad_member_harms_no_other(self):
        done = tarn("run", self.deck(), "--run-dir", self.folder / "e", "--at-once", "2")
        self.assertEqual(done.returncode, 4, done.stdout + done.stderr)
        rows = table(self.folder / "e")
        self.assertEqual([row["status"] for row in rows], ["done", "done", "failed"])
        self.assertEqual([row["constants.level"] for row in rows], ["0.1", "0.2", "0.3"])
        self.assertEqual(rows[0]["step"], "40")
        as_json = json.loads(tarn("ensemble", self.folder / "e", "--json").stdout)
        self.assertEqual(as_json[1]["values"], {"constants.level": 0.2, "gray_scott.initial.v": "level"})
        self.assertIn("NaN", as_json[2]["reason"] + "NaN" * ("infinite" in as_json[2]["reason"]))

    def test_directories_that_hold_something_are_told_apart(self):
        deck = self.deck(more='[ensemble.vary]\n"run.seed" = [1, 2]\n')
        self.run_ok("run", deck, "--run-dir", self.folder / "e", "--quiet")
        self.assertIn("holds an ensemble; --restart continues it", tarn("run", deck, "--run-dir", self.folder / "e").stderr)
        (self.folder / "e/ensemble.json").unlink()  # as one that was killed while it began
        for restart in ([], ["--restart=auto"]):
            done = tarn("run", deck, "--run-dir", self.folder / "e", *restart)
            self.assertEqual(done.returncode, 3)
            self.assertIn("is not empty, and holds no whole ensemble", done.stderr)

    def test_a_member_that_is_gone_does_not_wait(self):
        more = '[ensemble.vary]\n"run.seed" = { from = 1, to = 2, count = 2 }\n'
        self.run_ok("run", self.deck(more=more), "--run-dir", self.folder / "e", "--quiet")
        (self.folder / "e/0000").rename(self.folder / "elsewhere")
        self.assertEqual([(row["run.seed"], row["status"]) for row in table(self.folder / "e")], [("1", "missing"), ("2", "done")])
        (self.folder / "e/0000").write_text("")
        self.assertEqual([row["status"] for row in table(self.folder / "e")], ["missing", "done"])
        (self.folder / "e/0001/history.csv").unlink()
        (self.folder / "e/0001/history.csv").mkdir()
        self.assertEqual([row["status"] for row in table(self.folder / "e")], ["missing", "unknown"])
        self.assertIn("member 1: ", self.run_ok("ensemble", self.folder / "e").stdout)

    def test_a_member_has_the_bits_of_a_run_alone(self):
        more = '[ensemble.vary]\n"gray_scott.feed" = { from = 0.03, to = 0.05, count = 3 }\n'
        self.run_ok("run", self.deck(more=more), "--run-dir", self.folder / "e", "--quiet")
        self.run_ok("run", self.deck(more=""), "--run-dir", self.folder / "alone", "--set", "gray_scott.feed=0.04", "--quiet")
        alone, member = self.folder / "alone", self.folder / "e" / "0001"
        self.assertEqual((alone / "history.csv").read_text(), (member / "history.csv").read_text())

    def test_options_make_ensembles_of_any_key(self):
        done = self.run_ok("run", self.deck(more=""), "--run-dir", self.folder / "e", "--ensemble", "run.seed=[1, 2]",
                           "--ensemble", 'gray_scott.initial.v=["0", "x < 0.2 ? 0.5 : 0"]')
        self.assertIn("4 members", done.stdout)
        self.assertEqual([row["gray_scott.initial.v"] for row in table(self.folder / "e")][:2], ["0", "x < 0.2 ? 0.5 : 0"])

    def test_wrong_members_are_told_before_any_starts(self):
        more = '[ensemble.vary]\n"gray_scott.feed" = [0.03, -1.0]\n'
        for command in ("run", "check"):
            done = tarn(command, self.deck(more=more), cwd=self.folder)
            self.assertEqual(done.returncode, 2)
            self.assertIn("member 1 (gray_scott.feed = -1.0)", done.stderr)
        self.assertFalse((self.folder / "runs").exists())

    def test_what_is_wrong_with_several_members_is_told_once(self):
        deck = self.deck(more="")
        cases = [
            (["--ensemble", "gray_scott.fed=[1, 2, 3]"],
             ["every member: gray_scott.fed: unknown key; did you mean 'feed'?"]),
            (["--ensemble", "gray_scott.feed=[0.1, 0.2, 0.3]", "--set", "time.ned=3"],
             ["every member: --set time.ned=3: time.ned: unknown key; did you mean 'end'?"]),
            (["--ensemble", "gray_scott.feed=[0.1, -2, 0.3]", "--ensemble", "gray_scott.kill=[0.1, 0.2, 0.3]"],
             ["members 3-5: gray_scott.feed: -2 is out of range: must be >= 0"]),
            (["--ensemble", "gray_scott.feed=[0.1, -2]"],
             ["member 1 (gray_scott.feed = -2): --set gray_scott.feed=-2: gray_scott.feed: -2 is out of range: must be >= 0"]),
        ]
        for words, lines in cases:
            for command in ("check", "run"):
                with self.subTest(words=words, command=command):
                    done = tarn(command, deck, *words, cwd=self.folder)
                    self.assertEqual(done.stderr.splitlines(), [*lines, "tarn: 1 problem in the deck"])
                    self.assertEqual(done.returncode, 2)

    def test_forecasts_of_members(self):
        more = '[ensemble.vary]\n"time.max_steps" = [40, 40, 80]\n'
        deck = self.deck(more=more)
        told = [self.run_ok("check", self.deck(more=""), "--set", "time.max_steps=%d" % n, cwd=self.folder).stdout for n in (40, 80)]
        forecasts = ["".join(line + "\n" for line in text.splitlines()[1:] if not line.startswith("space")) for text in told]
        deck = self.deck(more=more)
        dry = self.run_ok("run", deck, "--dry-run", cwd=self.folder).stdout
        self.assertEqual(dry.split("space")[0], "3 members that differ in time.max_steps\nmembers 0-1:\n" + forecasts[0] +
                         "member 2:\n" + forecasts[1] + "all members:\n")
        self.assertRegex(dry, "all members:\nspace   .*B are free at .*\nbatch   members 0-1 run as one, .*\nalone   member 2: .*\n$")
        self.assertNotEqual(*forecasts)
        checked = self.run_ok("check", deck, cwd=self.folder).stdout
        self.assertEqual(checked.split("\n", 1)[1].split("space")[0], dry.split("\n", 1)[1].split("space")[0])
        told = json.loads(self.run_ok("check", deck, "--json", cwd=self.folder).stdout)
        self.assertEqual([kind["members"] for kind in told["forecasts"]], [[0, 1], [2]])
        self.assertEqual([kind["forecast"] for kind in told["forecasts"]], [text.splitlines() for text in forecasts])
        by_option = self.run_ok("run", self.deck(more=""), "--dry-run", "--ensemble", "time.max_steps=[40, 40, 80]", cwd=self.folder)
        self.assertEqual(by_option.stdout.split("all members")[0], dry.split("all members")[0])
        self.assertFalse((self.folder / "runs").exists())

    def test_a_deck_from_a_pipe_is_read_once(self):
        deck = (DECK % (40, 20, 20)) + '[ensemble.vary]\n"run.seed" = [1, 2]\n'
        done = subprocess.run([PROGRAM, "run", "/dev/stdin", "--run-dir", self.folder / "e", "--quiet"], input=deck, text=True,
                              capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([row["status"] for row in table(self.folder / "e")], ["done", "done"])
        for command in (["check"], ["run", "--dry-run"]):
            told = subprocess.run([PROGRAM, *command, "/dev/stdin"], input=deck, text=True, capture_output=True, cwd=self.folder)
            self.assertIn("members 0-1:\n", told.stdout, told.stderr)

    def test_a_rank_starts_no_members(self):
        environment = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        for more, words, message in [(VARY, [], "asks for many runs"),
                                     ("", ["--ensemble", "run.seed=[1, 2]"], "starts its members itself")]:
            deck = self.deck(more=more)
            done = subprocess.run(["mpiexec", "-n", "1", PROGRAM, "run", deck, *words, "--run-dir", self.folder / "e"], text=True,
                                  capture_output=True, env={**os.environ, **environment})
            self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
            self.assertIn(message, done.stderr)
            self.assertFalse((self.folder / "e").exists())

    def test_where_a_run_is_meant_an_ensemble_is_told(self):
        deck = self.deck(steps=2, more="")
        self.run_ok("run", deck, "--ensemble", "run.seed=[1, 2]", "--run-dir", "e", "--quiet", cwd=self.folder)
        here = self.folder.resolve() / "e"

        def advice(place):
            return f"; it is an ensemble: its members are runs, such as {place}/0000, and `tarn ensemble {place}` shows all of them"

        goes_on = "; to go on with it, add --restart to the command that began it"
        no_run = "is neither a run nor a set of datasets"
        elsewhere = (f"; for a new run name another directory by --root, such as {here.parent}; to go on with the ensemble, "
                     "add --restart to the command that began it")
        held = sorted(os.listdir(here))
        cases = [
            (["data", "show", "e"], 3, f"{here}: {no_run}, nor in one{advice(here)}"),
            (["data", "pin", "e"], 3, f"{here}: {no_run}, nor in one{advice(here)}"),
            (["data", "rm", "e"], 3, f"{here}: {no_run} that belongs to this root{advice(here)}"),
            (["plot", "e"], 2, f"e is no run directory{advice('e')}"),
            (["report", "e"], 3, f"e: is no run: it has neither run.json nor deck.toml{advice('e')}"),
            (["compare", "e", "e"], 3, f"e: is no run that has written a snapshot or a checkpoint{advice('e')}"),
            (["run", deck, "--run-dir", "e"], 3,
             f"{here}: is not empty, and holds no run{advice(here)}{goes_on}; for a new run name a directory that is not there yet"),
            (["run", deck, "--run-dir", "e", "--restart"], 3,
             f"e: is not a run to continue: it holds no deck.toml{advice('e')}{goes_on}"),
            (["run", deck, "--restart", "e"], 3, f"e: no checkpoint file{advice('e')}"),
            (["run", deck, "--root", "e"], 2, f"e: takes no other run{advice('e')}{elsewhere}"),
            (["run", deck, "--root", "e/"], 2,
             f"e/: takes no other run{advice('e/').replace('e//', 'e/')}{elsewhere}"),
            (["run", deck, "--root", "e", "--restart=auto"], 2, f"e: takes no other run{advice('e')}{elsewhere}"),
            (["run", deck, "--run-dir", "e/mine"], 2, f"{here}: takes no other run{advice(here)}{elsewhere}"),
            (["run", deck, "--ensemble", "run.seed=[1, 2]", "--root", "e"], 2,
             f"e: takes no other run{advice('e')}{elsewhere}"),
            (["run", deck, "--root", "e", "--restart"], 3,
             f"there is no run named 'deck' below e to restart{advice('e')}"),
            (["run", deck, "--restart", "e/0000"], 3,
             "e/0000: a run, and no checkpoint file; `--run-dir e/0000 --restart` goes on with it"),
        ]
        for words, code, message in cases:
            with self.subTest(words=words):
                done = tarn(*words, cwd=self.folder)
                self.assertEqual((done.stderr, done.returncode), (f"tarn: {message}\n", code))
        self.assertFalse((self.folder / "runs").exists())
        self.assertEqual(sorted(os.listdir(here)), held)

        here.rename(self.folder / "e e")
        for member, such_as in (("0000", ", such as 'e e/0001'"), ("0001", "")):
            shutil.rmtree(self.folder / "e e" / member)
            told = tarn("report", "e e", cwd=self.folder).stderr
            self.assertIn(f"; it is an ensemble: its members are runs{such_as}, and `tarn ensemble 'e e'` shows", told)

    def test_stopped_and_continued(self):
        deck = self.deck(steps=10**7, every=10**6, more='[ensemble.vary]\n"run.seed" = [1, 2, 3]\n')
        directory = self.folder.resolve() / "e e"
        run = subprocess.Popen([PROGRAM, "run", deck, "--run-dir", directory, "--at-once", "2"], text=True,
                               stdout=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while not (directory / "0001/history.csv").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1)
        run.send_signal(signal.SIGTERM)
        told, _ = run.communicate(timeout=60)
        self.assertEqual(run.returncode, 75)
        self.assertIn(f"; the same command with --run-dir '{directory}' --restart goes on\n", told)
        self.assertEqual([row["status"] for row in table(directory)], ["stopped", "stopped", "waiting"])
        other = tarn("run", deck, "--run-dir", directory, "--restart", "--set", "time.dt=0.02")
        self.assertEqual(other.returncode, 2)
        self.assertIn("another deck", other.stderr)


class Submission(Case):
    def submit(self, *words, path="/nowhere", text=DECK % (4, 2, 2), site=""):
        deck = self.write("deck.toml", text)
        self.write("site.toml", site)
        return tarn("submit", deck, *words, cwd=self.folder, env={"PATH": path, "TARN_SITE": str(self.folder / "site.toml")})

    def test_without_a_scheduler_it_says_so(self):
        done = self.submit("--time", "01:00:00")
        self.assertEqual(done.returncode, 2)
        self.assertIn("slurm is not here (missing: sbatch", done.stderr)
        self.assertFalse((self.folder / "runs").exists())

    def test_dry_run_prints_a_script(self):
        done = self.submit("--time", "01:30:00", "--nodes", "2", "--ranks-per-node", "4", "--gpus-per-node", "4", "--dry-run",
                           site='partition = "gpu"\nmodules = ["a b"]\ncontainer = ["apptainer", "exec", "x.sif"]\nprogram = "tarn"\n')
        self.assertEqual(done.returncode, 0, done.stderr)
        for line in ("#SBATCH --nodes=2", "#SBATCH --time=01:30:00", "#SBATCH --gres=gpu:4", "#SBATCH --partition=gpu", "module load 'a b'"):
            self.assertIn(line + "\n", done.stdout)
        self.assertIn("apptainer exec x.sif tarn run deck.toml --run-dir . --root", done.stdout)
        self.assertEqual(subprocess.run(["bash", "-n"], input=done.stdout, text=True).returncode, 0)

    def test_lines_of_a_site_come_first(self):
        lines = self.write("lines", "#SBATCH --constraint=a100")
        done = self.submit("--time", "00:10:00", "--template", lines, "--dry-run")
        script = done.stdout.splitlines()
        at = script.index("#SBATCH --constraint=a100")
        self.assertTrue(all(line.startswith("#") for line in script[:at]))

    def test_mistakes_in_site_toml_are_told(self):
        done = self.submit("--time", "00:10:00", "--dry-run", site='partion = "x"\nmodules = "m"\n')
        self.assertEqual(done.returncode, 2)
        self.assertIn("did you mean 'partition'", done.stderr)
        self.assertIn("site.toml:2", done.stderr)

    def test_all_mistakes_in_site_toml_are_told_with_their_places(self):
        site = """launcher = "aprun"
scheduler = "pbs"
partition = "a b"
account = "$(x)"
template = "/nowhere/lines"
container = ["a", 1]
"""
        done = self.submit("--time", "00:10:00", "--dry-run", site=site)
        file = self.folder / "site.toml"
        wanted = [f"{file}:1:12: launcher: 'aprun' is not known; srun and mpirun are",
                  f"{file}:2:13: scheduler: there is no scheduler 'pbs'; tarn knows slurm",
                  f"{file}:3:13: partition: 'a b' is no name that a scheduler knows",
                  f"{file}:4:11: account: '$(x)' is no name that a scheduler knows",
                  f"{file}:5:12: template: /nowhere/lines", f"{file}:6:19: container: expected a text; got 1"]
        lines = done.stderr.removeprefix("tarn: ").splitlines()
        self.assertEqual(len(lines), len(wanted), done.stderr)
        for line, start in zip(lines, wanted):
            self.assertTrue(line.startswith(start), f"{line}\n{start}")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        done = self.submit("--time", "00:10:00", "--dry-run", site="launcher = srun\n")
        self.assertIn(f"{file}:1:12: ", done.stderr)
        self.assertEqual(done.returncode, 2)


class AutomaticRestart(Case):
    def test_one_line_starts_continues_and_ends(self):
        deck, run = self.write("deck.toml", DECK % (10**7, 10**6, 10**6)), self.folder / "run"
        words = ("run", deck, "--run-dir", run, "--restart=auto")
        first = tarn(*words, env={"TARN_JOB_END": str(time.time() + 9)})
        self.assertEqual(first.returncode, 75, first.stderr)
        told = json.loads((run / "run.json").read_text())
        self.assertEqual((told["reason"], told["run_again"]), ("the job's time is nearly over", True))
        (run / "stop").touch()
        second = tarn(*words)
        self.assertIn("restart from", second.stdout)
        told = json.loads((run / "run.json").read_text())
        self.assertEqual((second.returncode, told["run_again"]), (75, False))
        self.assertFalse((run / "stop").exists())
        done = [tarn("run", deck, "--run-dir", run, "--restart=auto", "--set", "time.max_steps=%d" % told["steps"]) for _ in range(2)]
        self.assertEqual([d.returncode for d in done], [0, 0])
        self.assertIn("nothing to do: the run is finished", done[1].stdout)
        self.run_ok("data", "verify", run)


if __name__ == "__main__":
    unittest.main()
