"""Jobs without a scheduler: programs of its names, which say what a test lets them say, and scripts run by hand."""
import json
import os
import re
import signal
import subprocess
import time
import unittest

from support.tarn_program import PROGRAM, Case, tarn

DECK = """
[run]
app = "gray_scott"
name = "case"
[grid]
cells = [8, 8]
[time]
end = 1e9
dt = 0.01
max_steps = %d
[gray_scott]
du = 2e-5
dv = 1e-5
feed = 0.04
kill = 0.06
[gray_scott.initial]
u = "1"
v = "x < 0.5 ? 0.3 : 0"
[checkpoint]
every = { steps = 4 }
"""
TOOLS = {
    "sbatch": "echo 77",
    "squeue": "echo \"N/A|PENDING|None|$PLACE\"",
    "scancel": "true",
    "sinfo": "echo '2|8|4000|gpu:2'",
    "scontrol": """case "$2" in
partition) echo "PartitionName=batch Default=YES MaxNodes=UNLIMITED MaxTime=01:00:00" ;;
config) echo "MaxArraySize = 1001" ;;
job) echo "JobId=5 JobState=COMPLETING Restarts=0" ;;
esac""",
    "srun": 'while [ "${1#--}" != "$1" ]; do shift; done\nexec "$@"',
}


class Submit(Case):
    def setUp(self):
        super().setUp()
        self.directory = self.folder / "run"
        (self.folder / "bin").mkdir()
        for name, text in TOOLS.items():
            self.tool(name, text)
        self.env = {"PATH": "%s:%s" % (self.folder / "bin", os.environ["PATH"]), "PLACE": str(self.directory),
                    "TARN_SITE": str(self.write("site.toml", ""))}

    def tool(self, name, text):
        file = self.folder / "bin" / name
        file.write_text("#!/bin/bash\n" + text + "\n")
        file.chmod(0o755)

    def ended(self):
        self.tool("squeue", 'echo "N/A|COMPLETED|None|$PLACE"')

    def tarn(self, *words, **options):
        return tarn(*words, cwd=self.folder, env=self.env, **options)

    def submit(self, *words, steps=4):
        return self.tarn("submit", self.write("case.toml", DECK % steps), "--time", "00:10:00", "--run-dir", self.directory, *words)

    def submit_ok(self, *words, **options):
        done = self.submit(*words, **options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done

    def start(self, **env):
        """Runs the job's script as the scheduler would."""
        return subprocess.run(["bash", self.directory / "job.sh"], cwd=self.directory, env={**os.environ, **self.env, "SLURM_JOB_ID": "5", **env},
                              stdin=subprocess.DEVNULL, timeout=300).returncode

    def files(self):
        return {file.name: file.read_bytes() for file in self.directory.iterdir() if file.is_file()}

    def refused(self, done, code, *messages):
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        for message in messages:
            self.assertIn(message, done.stderr)


class Decks(Submit):
    def test_a_submission_that_is_refused_changes_nothing(self):
        self.submit_ok(steps=4)
        before = self.files()
        self.refused(self.submit(steps=8), 2, "job 77 of this directory waits or runs already")
        self.assertEqual(self.files(), before)

    def test_a_held_job_goes_on_with_its_own_deck_alone(self):
        self.submit_ok(steps=4)
        self.tool("squeue", 'echo "N/A|PENDING|JobHeldUser|$PLACE"')
        before = self.files()
        self.refused(self.submit(steps=8), 2, "job 77 of this directory is held, and has another deck")
        self.assertEqual(self.files(), before)
        self.assertIn("job 77 was held and goes on", self.submit_ok(steps=4).stdout)

    def test_a_finished_run_goes_on_to_another_end(self):
        self.submit_ok(steps=4)
        self.ended()
        self.assertEqual(self.start(), 0)
        self.assertIn("nothing to do: the run is finished", self.submit_ok(steps=4).stdout)
        self.assertNotIn("nothing to do", self.submit_ok(steps=8).stdout)
        self.assertIn("max_steps = 4", (self.directory / "deck.toml").read_text())
        self.assertEqual([self.start(), self.start()], [0, 0])
        self.assertEqual(json.loads((self.directory / "run.json").read_text())["steps"], 8)
        self.assertIn("max_steps = 8", (self.directory / "deck.toml").read_text())
        self.assertIn("nothing to do: the run is finished", self.submit_ok(steps=8).stdout)

    def test_a_run_that_began_without_a_job_goes_on_in_one(self):
        deck = self.write("case.toml", DECK % 10**7)
        first = tarn("run", deck, "--run-dir", self.directory, "--quiet", env={"TARN_JOB_END": str(time.time() + 8)})
        self.assertEqual(first.returncode, 75, first.stderr)
        reached = json.loads((self.directory / "run.json").read_text())["steps"]
        steps = reached // 4 * 4 + 8
        self.submit_ok(steps=steps)
        self.assertEqual(self.start(), 0)
        self.assertEqual(json.loads((self.directory / "run.json").read_text())["steps"], steps)
        self.assertIn("restart from", (self.directory / "job.log").read_text())


    def test_ensembles_and_runs_do_not_go_on_in_each_other(self):
        vary = ("--ensemble", "run.seed=[1, 2]")
        self.submit_ok(*vary)
        self.refused(self.submit(), 2, "holds an ensemble, and this deck is none")
        self.directory = self.folder / "alone"
        self.submit_ok()
        self.refused(self.submit(*vary), 3, "holds no ensemble")


class Script(Submit):
    def test_it_names_its_job_where_tarn_submit_could_not(self):
        self.submit_ok()
        (self.directory / "job.json").unlink()  # as when tarn submit is killed while sbatch runs
        self.assertEqual(self.start(), 0)
        self.assertEqual(json.loads((self.directory / "job.json").read_text())["job"], "5")
        self.assertIn("job 5 of slurm, submitted 20", self.tarn("submit", "--status", self.directory).stdout)
        self.assertEqual([file.name for file in self.directory.glob("job.json*")], ["job.json"])

    def test_starts_in_vain_are_counted_anew_after_a_submission(self):
        self.submit_ok()
        self.tool("srun", "exit 75")
        self.assertEqual([self.start() for _ in range(21)], [75] * 20 + [1])
        self.tool("srun", TOOLS["srun"])
        self.assertEqual(self.start(), 1)
        self.ended()
        self.submit_ok()
        self.assertEqual(self.start(), 0)

    def test_a_run_that_another_process_is_at_is_tried_again(self):
        self.submit_ok()
        self.tool("srun", "printf '{\\n  \"status\": \"running\"\\n}\\n' > run.json\nexit 75")
        self.assertEqual(self.start(), 75)
        self.assertIn("the run goes on in another start", (self.directory / "job.log").read_text())

    def test_an_end_that_the_scheduler_does_not_tell_is_none(self):
        self.submit_ok()
        self.tool("squeue", "echo")
        self.tool("srun", 'echo "until <$TARN_JOB_END>"\nexit 3')
        self.start()
        self.assertIn("until <>", (self.directory / "job.log").read_text())

    def test_ends_that_are_none_do_not_stop_a_run(self):
        for end in ("", "soon", "-1", "nan", "1e9 s", "inf"):
            run = self.folder / ("end" + end)
            self.run_ok("run", self.write("case.toml", DECK % 4), "--run-dir", run, "--quiet", env={"TARN_JOB_END": end})


class Answers(Submit):
    def test_of_sbatch(self):
        made = {"echo '12;cluster'": "12", "printf 12": "12", "echo site: be nice; echo 12": "12"}
        for n, (answer, job) in enumerate(made.items()):
            self.tool("sbatch", answer)
            self.directory = self.folder / ("made%d" % n)
            self.submit_ok()
            self.assertEqual(json.loads((self.directory / "job.json").read_text())["job"], job, answer)
        other = {"exit 0": (3, 'no line of what it says is a number: ""; squeue --me'), "echo 12 text": (3, '"12 text\\n"'),
                 "exit 1": (2, "sbatch refuses the job: it ended with exit code 1, and said nothing"),
                 "kill -9 $$": (2, "sbatch refuses the job: signal 9 ended it"),
                 "printf 'no\\nthing\\n' >&2; exit 1": (2, "sbatch refuses the job: no; thing\n")}
        for n, (answer, (code, message)) in enumerate(other.items()):
            self.tool("sbatch", answer)
            self.directory = self.folder / ("other%d" % n)
            self.refused(self.submit(), code, message)
            self.assertFalse((self.directory / "job.json").exists(), answer)
            self.tool("sbatch", "echo 12")
            self.submit_ok()

    def test_a_dry_run_needs_none(self):
        def without_token(script):
            return re.sub("token=[0-9a-f]+", "", script)

        script = self.submit_ok("--dry-run").stdout
        for tool, options in (("scontrol", []), ("sinfo", []), ("scontrol", ["--json"])):
            with self.subTest(tool=tool, options=options):
                self.tool(tool, "echo 'Unable to contact slurm controller' >&2; exit 1")
                done, real = self.submit_ok("--dry-run", *options), self.submit()
                self.tool(tool, TOOLS[tool])
                self.assertEqual(done.stderr, f"tarn: slurm did not say whether it would take this job: {tool} does not "
                                              "answer: Unable to contact slurm controller\n")
                told = json.loads(done.stdout)["script"] if options else done.stdout
                self.assertEqual(without_token(told), without_token(script))
                self.refused(real, 3, f"{tool} does not answer: Unable to contact slurm controller")
        self.refused(self.submit("--dry-run", "--nodes", "9"), 2, "--nodes 9: partition batch has 2")
        self.assertFalse(self.directory.exists())

    def test_of_squeue(self):
        self.submit_ok()
        for answer, message in (("echo rubbish", "squeue gives no answer that tarn knows: rubbish"),
                                ("echo broken >&2; exit 1", "squeue does not answer: broken\n"),
                                ("exit 1", "squeue does not answer: it ended with exit code 1, and said nothing")):
            self.tool("squeue", answer)
            for done in (self.tarn("submit", "--status", self.directory), self.tarn("submit", "--cancel", self.directory),
                         self.tarn("submit", "--follow", self.directory), self.submit()):
                self.refused(done, 3, message)

    def test_of_a_job_that_has_just_started(self):
        self.submit_ok()
        self.assertIn("so it waits for its turn", self.tarn("submit", "--status", self.directory).stdout)
        self.tool("squeue", 'echo "N/A|RUNNING|None|$PLACE"')
        self.assertIn("so it starts", self.tarn("submit", "--status", self.directory).stdout)

    def test_of_a_run_that_says_strange_things(self):
        self.submit_ok()
        self.tool("squeue", 'echo "N/A|FAILED|NonZeroExitCode|$PLACE"')
        for text, code, status in (('{"status": "failed", "exit_code": 0}', 1, "failed"), ('{"status": "failed", "exit_code": 256}', 1, "failed"),
                                   ('{"status": "failed", "exit_code": 4}', 4, "failed"), ("{}", 75, "unknown"), ("x", 75, "waiting")):
            (self.directory / "run.json").write_text(text)
            done = self.tarn("submit", "--follow", self.directory)
            self.assertEqual((done.returncode, done.stdout.split(":")[0]), (code, status), text + done.stdout)


class Follow(Submit):
    def setUp(self):
        super().setUp()
        self.submit_ok()

    def follow(self):
        process = subprocess.Popen([PROGRAM, "submit", "--follow", self.directory], cwd=self.folder, env={**os.environ, **self.env},
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), "waiting: nothing has run yet  [PENDING]\n")
        return process

    def test_ends_with_the_pipe_that_nobody_reads(self):
        process = self.follow()
        process.stdout.close()
        self.assertEqual((process.wait(60), process.stderr.read()), (128 + signal.SIGPIPE, ""))

    def test_ends_by_a_signal_and_not_as_a_run_that_stopped(self):
        process = self.follow()
        process.send_signal(signal.SIGINT)
        self.assertEqual((process.wait(60), process.stderr.read()), (128 + signal.SIGINT, ""))

    def test_goes_on_while_the_scheduler_is_silent(self):
        process = self.follow()
        self.tool("squeue", "echo down >&2; exit 1")
        self.assertEqual(process.stdout.readline(), "waiting: nothing has run yet  [squeue does not answer: down]\n")
        self.tool("squeue", 'echo "N/A|CANCELLED|None|$PLACE"')
        self.assertEqual((process.stdout.read(), process.wait(60)), ("waiting: nothing has run yet  [CANCELLED]\n", 75))


class Words(Submit):
    def test_what_is_wrong_is_refused_before_anything_is_made(self):
        crlf = self.folder / "crlf"
        crlf.write_bytes(b"#SBATCH --a\n#SBATCH --b\r\n")
        for words, message in (
                *(((option, ""), option + ": is empty") for option in
                  ("--after", "--partition", "--account", "--template", "--root", "--run-dir")),
                (("--after", "nowhere"), "nowhere is neither the number of a job nor the directory of a run"),
                (("--memory-per-node", "-1"), "expected a number and its unit"),
                (("--memory-per-node", "0"), "such as 16GB, 16GiB or 16G (which is 16GiB); got 0"),
                (("--memory-per-node", "16"), "--memory-per-node: 16 of what? write 16GB or 16MB"),
                (("--memory-per-node", "1.5"), "--memory-per-node: 1.5 of what? write 1.5GB or 1.5MB"),
                (("--memory-per-node", "1e9"), "--memory-per-node: 1e9 of what?"),
                (("--memory-per-node", "16X"), "got 16X"), (("--memory-per-node", ""), "--memory-per-node: is empty"),
                (("--nodes", "100000", "--ranks-per-node", "100000"), "are 10000000000 ranks; at most 1048576"),
                (("--at-once", "2"), "--at-once: this deck is no ensemble"), (("--template", crlf), "crlf:2: the line ends as on Windows"),
                (("--status", self.directory), "deck excludes --status")):
            self.refused(self.submit(*words), 3 if "crlf" in message else 2, message)
        for one, other in (("--status", "--follow"), ("--status", "--cancel"), ("--follow", "--cancel")):
            self.refused(self.tarn("submit", one, self.directory, other, self.directory), 2, "excludes")
        for question in ("--status", "--follow", "--cancel"):
            self.refused(self.tarn("submit", question, ""), 2, question + ": is empty")
            self.refused(self.tarn("submit", question, "nowhere"), 3, "tarn: nowhere: there is no such directory\n")
            self.refused(self.tarn("submit", question, "case.toml"), 3, "tarn: case.toml: is no directory\n")
            self.refused(self.tarn("submit", question, "bin"), 3, "tarn: bin/job.json: there is none: no job was submitted")
        self.assertFalse(self.directory.exists())
        self.refused(self.tarn("run", self.folder / "case.toml", "--at-once", "2", "--run-dir", self.directory), 2, "--at-once: this deck is no ensemble")

    def test_memory_is_asked_for_in_whole_megabytes(self):
        for size, megabytes in (("1GiB", 1024), ("1 GiB", 1024), ("1G", 1024), ("1.5GiB", 1536), ("1GB", 954), ("524288K", 512)):
            self.assertIn(f"#SBATCH --mem={megabytes}M\n", self.submit_ok("--memory-per-node", size, "--dry-run").stdout)

    def test_what_a_run_can_do_without_is_not_asked_for(self):
        """Two steps in a pass take a third array on several ranks, which a run leaves out where memory is short."""
        deck = ("heat.diffusivity=1e-9", "heat.initial=1", "grid.cells=[20000, 2000]", "run.app=heat", "gray_scott=")
        words = [word for setting in deck for word in ("--set", setting)] + ["--ranks-per-node", "2", "--dry-run"]
        need = 16 * 20000 * 2000 * 2 / 2**20 + 2 * 0.25e9 / 2**20  # arrays, buffers, programs [MiB]
        self.submit_ok(*words, "--memory-per-node", f"{int(need) + 1}M")
        self.refused(self.submit(*words, "--memory-per-node", f"{int(need)}M"), 2, "--memory-per-node: the run takes about 1.78 GB")
        self.tool("sinfo", f"echo '2|8|{int(need) + 1}|gpu:2'")
        self.submit_ok(*words)
        self.refused(self.submit(*words, "--set", "heat.steps_per_pass=2"), 2, "each node must have 2.1 GB")

    def test_texts_of_a_site_are_not_empty(self):
        for text in ('program = ""', 'container = ["apptainer", ""]', 'template = ""'):
            self.write("site.toml", text + "\n")
            self.refused(self.submit("--dry-run"), 2, "site.toml:1:", text.split()[0] + ": is empty")


if __name__ == "__main__":
    unittest.main()
