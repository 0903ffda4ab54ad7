"""Pipelines in batch jobs: the heartbeat, the files stop and checkpoint, and the end of the job."""

import json
import os
import subprocess
import time
import unittest

from apps.pipeline.pipeline_case import EXIT_STOPPED, PipelineCase, deck_text, random_array, step
from support.tarn_program import PROGRAM

ITEMS = 120


class Jobs(PipelineCase):
    def setUp(self):
        super().setUp()
        for n in range(ITEMS):
            self.put(f"{n:03}.h5", random_array((6, 4), "float64", n))
        self.deck = deck_text([step("sum", a="data", out="total")], ["total"])

    def start(self, directory, *words, **environment):
        """A run whose every fsync takes a tenth of a second: there is one for each item at least."""
        environment.update(LD_PRELOAD=os.environ["TARN_FAULT_LIBRARY"], TARN_FAULT_BELOW=str(self.folder / directory),
                           TARN_FAULT_KIND="fsync", TARN_FAULT_AT="1", TARN_FAULT_ACTION="sleep:0.1")
        return subprocess.Popen([PROGRAM, "run", str(self.write("p.toml", self.deck)), "--root", str(self.root), "--run-dir",
                                 str(self.folder / directory), "--quiet", *map(str, words)], stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})

    def wait_while_running(self, process, what, condition):
        deadline = time.monotonic() + 300
        while not condition():
            self.assertIsNone(process.poll(), f"the run ended before {what}")
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.01)

    def running(self, directory):
        try:
            told = self.summary(directory)
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return told if told["status"] == "running" else {}

    def check_the_rest_is_done(self, directory, items):
        self.assertLess(items["done"], ITEMS)
        self.run_deck(self.deck, directory, "--restart=auto")
        self.assertEqual(self.summary(directory)["items"], {"all": ITEMS, "done": ITEMS, "failed": 0})
        recorded = sum(log.read_text().count("\n") for log in (self.folder / directory / "items").glob("*.jsonl"))
        self.assertEqual(recorded, ITEMS, "items that were done were done again")
        self.assertEqual(self.run_ok("data", "verify", self.folder / directory).returncode, 0)

    def test_a_heartbeat_tells_how_far_it_is_and_a_file_stops_it_for_good(self):
        for ranks in (1, 2):
            with self.subTest(ranks=ranks):
                name = f"stopped{ranks}"
                process = self.start(name, *(["-n", ranks] if ranks > 1 else []), TARN_QUIET_SECONDS="0.5")
                beat = lambda: self.running(name).get("heartbeat", {}).get("doing", "").startswith("in/")
                self.wait_while_running(process, "a heartbeat", lambda: beat() and self.running(name)["items"]["done"] > 0)

                (self.folder / name / "stop").touch()

                self.assertEqual(process.wait(timeout=300), EXIT_STOPPED, process.stderr.read())
                process.stderr.close()
                told = self.summary(name)
                self.assertEqual((told["status"], told["reason"], told["run_again"]),
                                 ("stopped", "asked to stop by the file stop", False))
                self.assertNotIn("heartbeat", told)
                self.assertFalse((self.folder / name / "stop").exists())
                self.check_the_rest_is_done(name, told["items"])

    def test_a_file_asks_for_a_checkpoint_and_the_run_goes_on(self):
        process = self.start("run")
        self.wait_while_running(process, "it began", lambda: self.running("run"))
        file = self.folder / "run" / "checkpoint"
        file.touch()
        self.wait_while_running(process, "it was heard", lambda: not file.exists())
        (self.folder / "run" / "stop").touch()
        self.assertEqual(process.wait(timeout=300), EXIT_STOPPED, process.stderr.read())
        process.stderr.close()
        self.check_the_rest_is_done("run", self.summary("run")["items"])

    def test_it_stops_before_the_job_ends(self):
        for ranks in (1, 2):
            with self.subTest(ranks=ranks):
                name = f"ended{ranks}"
                # Nine seconds are kept free at first.
                process = self.start(name, *(["-n", ranks] if ranks > 1 else []), TARN_JOB_END=str(time.time() + 11))
                self.assertEqual(process.wait(timeout=300), EXIT_STOPPED, process.stderr.read())
                process.stderr.close()
                told = self.summary(name)
                self.assertEqual((told["reason"], told["run_again"]), ("the job's time is nearly over", True))
                self.check_the_rest_is_done(name, told["items"])


if __name__ == "__main__":
    unittest.main()
