"""What does not answer: a disk, of which the run says that it waits for it; signals that a library or a launcher of ranks
swallows."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

DECK = """
[run]
app = "gray_scott"
[grid]
cells = [16, 16]
[time]
end = 1e9
dt = 0.01
max_steps = 40
[gray_scott]
du = 1e-5
dv = 1e-5
feed = 0.04
kill = 0.06
[gray_scott.initial]
u = "1"
v = "x < 0.5 ? 0.3 : 0"
[checkpoint]
every = { steps = 20 }
"""


class Hangs(unittest.TestCase):
    def test_output_that_hangs_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            deck, run = pathlib.Path(folder, "deck.toml"), pathlib.Path(folder, "run")
            deck.write_text(DECK)
            environment = {**os.environ, "LD_PRELOAD": os.environ["TARN_FAULT_LIBRARY"], "TARN_FAULT_BELOW": str(run / "tmp"),
                           "TARN_FAULT_KIND": "fsync", "TARN_FAULT_AT": "1", "TARN_FAULT_ACTION": "sleep:2.5",
                           "TARN_QUIET_SECONDS": "1"}
            done = subprocess.run([os.environ["TARN_PROGRAM"], "run", deck, "--run-dir", run, "--quiet"], env=environment,
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(done.stderr, r"nothing has come of the checkpoint of step 20 for \d+ s")

    def test_a_signal_is_heard_though_files_take_longer_than_the_first_steps(self):
        with tempfile.TemporaryDirectory() as folder:
            deck, run = pathlib.Path(folder, "deck.toml"), pathlib.Path(folder, "run")
            deck.write_text(DECK.replace("max_steps = 40", "max_steps = 100000"))
            environment = {**os.environ, "LD_PRELOAD": os.environ["TARN_FAULT_LIBRARY"], "TARN_FAULT_BELOW": str(run),
                           "TARN_FAULT_KIND": "fsync", "TARN_FAULT_AT": "1", "TARN_FAULT_ACTION": "sleep:0.05"}
            process = subprocess.Popen([os.environ["TARN_PROGRAM"], "run", deck, "--run-dir", run, "--quiet"], env=environment,
                                       stdout=subprocess.DEVNULL)
            while not list(run.glob("ckpt/*.h5")) and process.poll() is None:
                time.sleep(0.01)
            process.send_signal(signal.SIGUSR1)
            self.assertEqual(process.wait(300), 75)
            self.assertLess(json.loads((run / "run.json").read_text())["steps"], 90000)

    def test_a_signal_that_a_library_takes_is_heard_again(self):
        with tempfile.TemporaryDirectory() as folder:
            deck, run = pathlib.Path(folder, "deck.toml"), pathlib.Path(folder, "run")
            deck.write_text(DECK.replace("max_steps = 40", "max_steps = 20000"))
            environment = {**os.environ, "LD_PRELOAD": os.environ["TARN_FAULT_LIBRARY"], "TARN_FAULT_BELOW": str(run / "tmp"),
                           "TARN_FAULT_KIND": "fsync", "TARN_FAULT_AT": "1", "TARN_FAULT_TIMES": "1",
                           "TARN_FAULT_ACTION": f"ignore:{signal.SIGUSR1.value}"}
            process = subprocess.Popen([os.environ["TARN_PROGRAM"], "run", deck, "--run-dir", run, "--quiet"], env=environment,
                                       stdout=subprocess.DEVNULL)
            self.addCleanup(process.kill)
            while not list(run.glob("ckpt/*.h5")) and process.poll() is None:
                time.sleep(0.01)
            deadline = time.monotonic() + 300
            while process.poll() is None and time.monotonic() < deadline:  # the first may come while it is ignored
                process.send_signal(signal.SIGUSR1)
                time.sleep(0.2)
            self.assertEqual(process.returncode, 75)

    def test_ranks_hear_though_their_launcher_loses_every_signal_and_the_first_is_lost_too(self):
        for ends in (signal.SIGTERM, signal.SIGKILL):
            # Ranks that outlive their parent put files away for a moment after the summary says how they ended.
            with self.subTest(ends=ends), tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                deck, run = pathlib.Path(folder, "deck.toml"), pathlib.Path(folder, "run")
                deck.write_text(DECK.replace("max_steps = 40", ""))
                environment = {**os.environ, "LD_PRELOAD": os.environ["TARN_FAULT_LIBRARY"],
                               "TARN_FAULT_LOST": str(signal.SIGUSR1.value)}
                process = subprocess.Popen([os.environ["TARN_PROGRAM"], "run", deck, "--run-dir", run, "--quiet", "-n", "2"],
                                           env=environment, stdout=subprocess.DEVNULL)
                self.addCleanup(process.kill)
                while not list(run.glob("ckpt/*.h5")) and process.poll() is None:
                    time.sleep(0.01)
                process.send_signal(ends)
                self.assertEqual(process.wait(100), 75 if ends == signal.SIGTERM else -ends)
                deadline = time.monotonic() + 100
                while json.loads((run / "run.json").read_text())["status"] == "running" and time.monotonic() < deadline:
                    time.sleep(0.1)
                summary = json.loads((run / "run.json").read_text())
                self.assertEqual((summary["status"], summary["exit_code"], summary["reason"]), ("stopped", 75, "SIGTERM" if ends == signal.SIGTERM else "SIGUSR1"))

    def test_a_starter_that_cannot_be_seen_ends_nothing(self):
        gone = subprocess.Popen(["true"])
        gone.wait()
        starter = {"mode": "kernel", "host": "here", "boot": pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
                   "processes": os.readlink("/proc/self/ns/pid"), "process": gone.pid, "started": 1, "user": "somebody",
                   "since": "2026-01-01T00:00:00Z", "heartbeat": 0, "token": "t"}
        with tempfile.TemporaryDirectory() as folder:
            deck, run = pathlib.Path(folder, "deck.toml"), pathlib.Path(folder, "run")
            deck.write_text(DECK)
            done = subprocess.run([os.environ["TARN_PROGRAM"], "run", deck, "--run-dir", run, "--quiet"], capture_output=True,
                                  text=True, env={**os.environ, "TARN_STARTED_BY": json.dumps(starter)})
            self.assertEqual(done.returncode, 0)
            self.assertRegex(done.stderr, r"\A\x06tarn: all ranks hear signals, the first is \{.*\}\n\Z")


if __name__ == "__main__":
    unittest.main()
