"""A run that is stopped and restarted ends with the bits, and the history, of one that was not."""

import pathlib
import signal
import subprocess
import time
import unittest

import h5py
import numpy

from heat_runs import (
    EXIT_DATA,
    EXIT_STOPPED,
    EXIT_USAGE,
    HeatCase,
    checkpoints,
    deck_text,
    history,
    snapshots,
    summary,
    temperature,
)
from support.tarn_program import PROGRAM, tarn


class Restart(HeatCase):
    def setUp(self):
        super().setUp()
        self.deck = self.write("deck.toml", deck_text([25, 16], "double", "rkl2", True, time="cfl = 0.2", heat="stages = 3"))

    def stop_at(self, steps, *words):
        self.run_in("parts", self.deck, "--set", f"time.max_steps={steps}", *words)
        self.assertEqual(summary(self.folder / "parts")["steps"], steps)

    def test_on_other_numbers_of_ranks(self):
        self.run_in("whole", self.deck)
        self.stop_at(15)
        self.run_in("parts", self.deck, "--restart", "--set", "time.max_steps=35", "-n", 3)
        self.run_in("parts", self.deck, "--restart")
        self.assert_same_end("whole", "parts")
        self.assertEqual(summary(self.folder / "parts")["steps"], summary(self.folder / "whole")["steps"])
        self.assertGreater(summary(self.folder / "whole")["steps"], 40)

    def test_in_single_precision_with_euler(self):
        self.deck = self.write("deck.toml", deck_text([9, 8, 7], "single", time="cfl = 0.1"))
        self.run_in("whole", self.deck)
        self.stop_at(10, "-n", 2)
        self.run_in("parts", self.deck, "--restart")
        self.assert_same_end("whole", "parts")

    def test_with_a_diffusivity_for_each_axis(self):
        for integrator, time_keys in (("euler", "cfl = 0.1"), ("implicit", "dt = 2e-4")):
            with self.subTest(integrator=integrator):
                self.deck = self.write("deck.toml", deck_text([9, 8, 7], integrator=integrator, time=time_keys,
                                                              variable=True, anisotropic=True))
                names = [f"{integrator}-{name}" for name in ("whole", "parts")]
                self.run_in(names[0], self.deck)
                self.run_in(names[1], self.deck, "--set", "time.max_steps=10", "-n", 2)
                self.run_in(names[1], self.deck, "--restart", "-n", 3)
                self.assert_same_end(*names)

    def test_refuses_a_checkpoint_in_another_unit(self):
        self.stop_at(15)
        done = self.run_in("parts", self.deck, "--restart", "--set", "heat.unit=degC", expect=EXIT_USAGE)
        self.assertIn("temperature is in K there, and in the deck in degC", done.stderr)
        self.run_in("parts", self.deck, "--restart")

    def test_from_a_file_into_a_new_directory(self):
        self.run_in("whole", self.deck)
        first = checkpoints(self.folder / "whole")[0]
        self.run_in("branch", self.deck, "--restart", first)
        ends = [temperature(snapshots(self.folder / name)[-1]).tobytes() for name in ("whole", "branch")]
        self.assertEqual(*ends)
        rows = history(self.folder / "branch").splitlines()
        self.assertEqual(int(rows[1].split(",")[0]), int(first.stem))  # its history begins where it does
        self.assertTrue(set(rows) <= set(history(self.folder / "whole").splitlines()))

    def test_from_a_file_that_tarn_0_1_wrote(self):
        old = pathlib.Path(__file__).parent / "checkpoint_of_0_1"
        with h5py.File(old / "0000000010.h5") as file:
            self.assertFalse(file["temperature"].is_virtual)  # its layout is the older one
        self.run_in("whole", old / "deck.toml")

        self.run_in("parts", old / "deck.toml", "--restart", old / "0000000010.h5")

        ends = [temperature(checkpoints(self.folder / name)[-1]) for name in ("whole", "parts")]
        numpy.testing.assert_allclose(*ends, rtol=1e-14)
        self.assertEqual(int(history(self.folder / "parts").splitlines()[1].split(",")[0]), 10)

    def test_skips_a_broken_checkpoint(self):
        self.run_in("whole", self.deck)
        self.stop_at(45)
        older, newest = checkpoints(self.folder / "parts")[-2:]
        content = bytearray(newest.read_bytes())
        values = temperature(newest).tobytes()
        at = content.find(values[:64])
        place = at if at >= 0 else len(content) // 2
        content[place + 3] ^= 0x10
        newest.write_bytes(content)
        done = tarn("run", self.deck, "--run-dir", self.folder / "parts", "--restart")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"skipped {newest}", done.stderr)
        self.assertIn(f"restart from {older}: step {int(older.stem)},", done.stdout)
        self.assert_same_end("whole", "parts")

    def test_of_a_finished_run_changes_nothing(self):
        self.run_in("whole", self.deck)
        run = self.folder / "whole"
        before, steps = self.contents(run), summary(run)["steps"]
        for ranks in ((), ("-n", 2)):
            with self.subTest(ranks=ranks):
                self.run_in("whole", self.deck, "--restart", *ranks)
                after = self.contents(run)
                self.assertEqual(sorted(before), sorted(after))
                self.assertEqual([path.name for path in before if before[path] != after[path]], [])
                self.assertEqual((summary(run)["steps"], summary(run)["status"]), (steps, "done"))

    @staticmethod
    def contents(run):
        """Every file's lines, but those of run.json and of report.html, which shows it, and what the manifest says of
        them: they tell of the newest start."""
        files = {path: path.read_bytes().split(b"\n") for path in run.rglob("*")
                 if path.is_file() and path.name not in ("run.json", "report.html")}
        manifest = run / "MANIFEST.jsonl"
        files[manifest] = [line for line in files[manifest] if b"run.json" not in line and b"report.html" not in line]
        return files

    def test_refuses_what_does_not_fit_the_checkpoint(self):
        self.stop_at(15)
        before = history(self.folder / "parts")
        for change, key in (
            ("grid.cells=[26, 16]", "grid.cells"),
            ("grid.upper=[2.0, 1.0]", "grid.upper"),
            ('run.precision="single"', "run.precision"),
        ):
            with self.subTest(change=change):
                done = self.run_in("parts", self.deck, "--restart", "--set", change, expect=EXIT_USAGE)
                self.assertIn(key, done.stderr)
                self.assertEqual(history(self.folder / "parts"), before)
        self.run_in("parts", self.deck, "--restart")  # and the run can still be continued

    def test_without_a_run_or_file_is_a_data_error(self):
        for words in (("--root", self.folder, "--restart"), ("--restart", self.folder / "no.h5")):
            done = tarn("run", self.deck, *words)
            self.assertEqual(done.returncode, EXIT_DATA, done.stderr)


class Stop(HeatCase):
    """Runs that are stopped from outside; the deck takes a few seconds."""

    def setUp(self):
        super().setUp()
        self.deck = self.write("deck.toml", deck_text([64, 48], time="dt = 1e-6"))
        text = self.deck.read_text().replace("every = { steps = 5 }", "every = { steps = 500 }")
        self.deck.write_text(text.replace("every = { steps = 20 }", "every = { steps = 4000 }"))

    def test_by_sigterm_ends_with_75_and_goes_on(self):
        self.run_in("whole", self.deck)
        run = self.folder / "parts"
        process = subprocess.Popen(
            [PROGRAM, "run", self.deck, "--run-dir", run, "--quiet"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        self.addCleanup(process.stderr.close)
        until = time.monotonic() + 60
        while time.monotonic() < until and not (run.is_dir() and len(self.rows(run)) > 3):
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), EXIT_STOPPED, process.stderr.read())
        told = summary(run)
        self.assertEqual((told["status"], told["exit_code"], told["reason"]), ("stopped", EXIT_STOPPED, "SIGTERM"))
        self.assertLess(told["steps"], summary(self.folder / "whole")["steps"])
        self.assertEqual(int(checkpoints(run)[-1].stem), told["steps"])
        self.run_in("parts", self.deck, "--restart")
        self.assert_same_end("whole", "parts")

    @staticmethod
    def rows(run):
        path = run / "history.csv"
        return path.read_text().splitlines() if path.exists() else []

    def test_by_walltime_ends_with_75(self):
        walltime = ("--set", 'time.max_walltime="00:00:01"')
        self.run_in("parts", self.deck, "--set", "time.dt=1e-8", *walltime, expect=EXIT_STOPPED)
        told = summary(self.folder / "parts")
        self.assertIn("max_walltime", told["reason"])
        self.assertGreaterEqual(told["wall_seconds"], 1)
        self.assertLess(told["wall_seconds"], 5)
        self.assertEqual(int(checkpoints(self.folder / "parts")[-1].stem), told["steps"])


if __name__ == "__main__":
    unittest.main()
