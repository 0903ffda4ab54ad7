"""Signals, parents that die, and ranks: a run ends with a checkpoint, and nothing runs on alone."""

import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import time
import unittest

from support.tarn_program import PROGRAM, Case, tarn

ROD = """[run]
app = "heat"
[grid]
cells = [64]
[time]
end = 1e6
dt = 1e-5
[heat]
diffusivity = 1
initial = "sin(2 * pi * x)"
"""
LIMIT = 60  # seconds: far more than any of these takes, unless it hangs


def state_of(process):
    """The letter of /proc/PID/stat, such as T for stopped; None where there is no such process."""
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return None


def lives(process):
    return state_of(process) not in (None, "Z")


def below(process):
    """All processes that a process has started, and those that they have."""
    found = []
    for task in pathlib.Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *below(child)]
    return found


class Processes(Case):
    def setUp(self):
        super().setUp()
        self.deck = self.write("rod.toml", ROD)
        self.run = self.folder / "run"

    def wait_until(self, condition, what):
        deadline = time.monotonic() + LIMIT
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.02)

    def start(self, *words, before=None):
        """Starts a run and waits until it takes steps."""
        started = subprocess.Popen([PROGRAM, "run", self.deck, "--run-dir", self.run, *map(str, words)],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   preexec_fn=before)
        self.addCleanup(self.end, started)
        self.wait_until((self.run / "history.csv").exists, "the run does not begin")
        time.sleep(0.5)
        return started

    def end(self, started):
        started.kill()
        started.communicate(timeout=LIMIT)

    def summary(self):
        return json.loads((self.run / "run.json").read_text())

    def assert_stopped(self, reason):
        summary = self.summary()
        self.assertEqual((summary["status"], summary["exit_code"], summary["reason"]), ("stopped", 75, reason))
        self.assertTrue((self.run / f"ckpt/{summary['steps']:010}.h5").exists())

    def test_signals_that_batch_systems_send_ask_one_rank_for_a_checkpoint(self):
        for asks, *ranks in [(signal.SIGHUP,), (signal.SIGUSR2,), (signal.SIGXCPU,), (signal.SIGUSR2, "-n", 2)]:
            with self.subTest(asks=asks, ranks=ranks):
                started = self.start(*ranks)
                started.send_signal(asks)
                self.assertEqual(started.wait(timeout=LIMIT), 75)
                self.assert_stopped(asks.name)
                shutil.rmtree(self.run)

    def test_signals_that_were_blocked_at_the_start_are_heard(self):
        stopping = [signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP, signal.SIGXCPU]
        for ranks, asks in [*(([], one) for one in stopping), (["-n", 2], signal.SIGTERM), (["-n", 2], signal.SIGHUP)]:
            with self.subTest(ranks=ranks, asks=asks):
                started = self.start(*ranks, before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, stopping))
                started.send_signal(asks)
                self.assertEqual(started.wait(timeout=LIMIT), 75)
                shutil.rmtree(self.run)

    def test_hup_is_ignored_below_nohup(self):
        for ranks in ([], ["-n", 2]):
            with self.subTest(ranks=ranks):
                started = self.start(*ranks, before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
                started.send_signal(signal.SIGHUP)
                time.sleep(0.5)
                self.assertIsNone(started.poll())
                started.send_signal(signal.SIGTERM)
                self.assertEqual(started.wait(timeout=LIMIT), 75)
                shutil.rmtree(self.run)

    def test_hup_to_the_parent_of_ranks_asks_them_for_a_checkpoint(self):
        started = self.start("-n", 2)
        others = below(started.pid)
        self.assertGreaterEqual(len(others), 3)
        started.send_signal(signal.SIGHUP)
        self.assertEqual(started.wait(timeout=LIMIT), 75)
        self.assert_stopped("SIGHUP")
        self.wait_until(lambda: not any(map(lives, others)), "something runs on")

    def test_a_hup_while_ranks_start_is_heard_by_them(self):
        for delay in (0.05, 0.1, 0.2, 0.3, 0.5):
            with self.subTest(delay=delay):
                started = subprocess.Popen([PROGRAM, "run", self.deck, "--run-dir", self.run, "-n", "2", "--quiet"],
                                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                self.addCleanup(self.end, started)
                time.sleep(delay)
                others = below(started.pid)
                started.send_signal(signal.SIGHUP)
                code = started.wait(timeout=LIMIT)
                self.wait_until(lambda: not any(map(lives, others)), "something runs on")
                if self.run.exists():
                    self.assertEqual(code, 75, started.stderr.read())
                    shutil.rmtree(self.run)

    def test_ranks_whose_parent_is_killed_write_a_checkpoint_and_end(self):
        started = self.start("-n", 2)
        others = below(started.pid)
        started.kill()
        started.wait(timeout=LIMIT)
        self.wait_until(lambda: not any(map(lives, others)), "something runs on")
        self.assert_stopped("SIGUSR1")

    def test_ranks_whose_launcher_is_killed_end(self):
        started = self.start("-n", 2)
        others = below(started.pid)
        os.kill(others[0], signal.SIGKILL)
        self.assertEqual(started.wait(timeout=LIMIT), 137)
        self.wait_until(lambda: not any(map(lives, others)), "something runs on")
        self.assertIn("tarn: the ranks did not end by themselves", started.stderr.read())

    def test_tstp_stops_all_and_cont_lets_all_go_on(self):
        started = self.start("-n", 2)
        ranks = [process for process in below(started.pid) if "run" in
                 pathlib.Path(f"/proc/{process}/cmdline").read_text().split("\0")[1:2]]
        self.assertEqual(len(ranks), 2)
        everybody = [started.pid, *ranks]

        started.send_signal(signal.SIGTSTP)
        self.wait_until(lambda: all(state_of(process) == "T" for process in everybody), "something is not stopped")
        time.sleep(0.3)
        self.assertEqual([state_of(process) for process in everybody], ["T"] * 3)
        started.send_signal(signal.SIGCONT)
        self.wait_until(lambda: all(state_of(process) != "T" for process in everybody), "something stays stopped")

        started.send_signal(signal.SIGTERM)
        self.assertEqual(started.wait(timeout=LIMIT), 75)

    def test_a_run_that_was_stopped_tells_how_it_goes_on(self):
        (self.folder / "it's here").mkdir()
        self.run = self.folder / "it's here/run"
        for ranks in ([], ["-n", 2]):
            with self.subTest(ranks=ranks):
                started = self.start("--set", "heat.initial=sin(2*pi*x)", *ranks)
                started.send_signal(signal.SIGTERM)
                told, errors = started.communicate(timeout=LIMIT)
                self.assertEqual((started.returncode, errors), (75, ""))
                command = re.search(r"^to go on: (tarn run .*)$", told, re.MULTILINE).group(1)
                words = shlex.split(command)
                self.assertEqual(words[3:5], ["--set", "heat.initial=sin(2*pi*x)"])
                self.assertEqual(words[-2:] == ["-n", "2"], bool(ranks))
                steps = self.summary()["steps"]

                again = tarn(*words[1:], "--set", f"time.max_steps={steps + 1}", cwd=self.folder, timeout=LIMIT)

                self.assertEqual(again.returncode, 0, again.stderr)
                self.assertEqual((self.summary()["status"], self.summary()["steps"]), ("done", steps + 1))
                shutil.rmtree(self.run)

    def test_the_launchers_own_words_do_not_follow_a_reason(self):
        bad = ["--set", "heat.source=exp(1e9 * t)", "--run-dir", self.run]
        done = tarn("run", self.deck, *bad, "-n", 2, timeout=LIMIT)
        self.assertEqual(done.returncode, 4)
        self.assertRegex(done.stderr, r"\Atarn: temperature is NaN or infinite in cell \(\d+\) at step \d+, time .*\n\Z")

    def test_a_rank_that_was_killed_is_told(self):  # by Open MPI 4 too, not by 5
        started = self.start("-n", 2)
        rank = [process for process in below(started.pid) if not below(process)][-1]
        os.kill(rank, signal.SIGKILL)
        _, errors = started.communicate(timeout=LIMIT)
        self.assertEqual(started.returncode, 137)
        self.assertEqual(errors.splitlines()[-1], "tarn: the ranks did not end by themselves; the MPI launcher's exit code is "
                                                  "137, for signal 9 (Killed)")

    def test_a_process_that_is_alone_speaks_whatever_its_environment_says(self):
        short = ["--set", "time.max_steps=1"]
        for name in ("SLURM_PROCID", "PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK"):
            with self.subTest(name=name):
                env = {name: "1"}
                self.assertIn("the deck is sound", tarn("check", self.deck, *short, env=env).stdout)
                self.assertIn("no such", tarn("check", "none.toml", env=env).stderr.lower())
        for name in ("SLURM_PROCID", "PMI_RANK"):
            with self.subTest(name=name):
                env = {name: "1"}
                run = self.folder / name
                self.assertIn("done at", tarn("run", self.deck, *short, "--run-dir", run, env=env).stdout)
                self.assertIn("not empty", tarn("run", self.deck, *short, "--run-dir", run, env=env).stderr)
                self.assertIn("tarn", tarn("info", env=env).stdout)


class Pipes(Case):
    """Decks that can be read once only."""

    def setUp(self):
        super().setUp()
        self.write("rod.toml", ROD.replace("end = 1e6", "end = 1e-4"))

    def sh(self, command):
        return subprocess.run(["/bin/bash", "-c", command], cwd=self.folder, capture_output=True, text=True,
                              timeout=LIMIT, env={**os.environ, "TARN": PROGRAM})

    def test_a_deck_from_a_pipe_reaches_every_rank(self):
        launcher = shutil.which("mpiexec") or self.skipTest("no mpiexec on the path")
        cases = {"alone": 'cat rod.toml | "$TARN" run /dev/stdin --run-dir alone',
                 "ranks": 'cat rod.toml | "$TARN" run /dev/stdin -n 2 --run-dir ranks',
                 "launched": f'cat rod.toml | {launcher} -n 2 "$TARN" run /dev/stdin --run-dir launched',
                 "substituted": '"$TARN" run <(cat rod.toml) -n 2 --run-dir substituted'}
        for name, command in cases.items():
            with self.subTest(name=name):
                done = self.sh(command)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                summary = json.loads((self.folder / name / "run.json").read_text())
                self.assertEqual((summary["status"], summary["steps"], summary["ranks"]),
                                 ("done", 10, 2 if name != "alone" else 1))
                self.assertEqual((self.folder / name / "deck.toml").read_text(),
                                 (self.folder / "rod.toml").read_text())

    def test_what_is_wrong_with_it_is_told_once(self):
        done = self.sh('sed s/1e-5/-1/ rod.toml | "$TARN" run /dev/stdin -n 2')
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.splitlines()[-1], "tarn: 1 problem in the deck")
        self.assertTrue(done.stderr.startswith("/dev/stdin:7:"), done.stderr)


if __name__ == "__main__":
    unittest.main()
