"""What `tarn data verify` finds where a manifest, a list or a whole run is lost."""

import json
import shutil
import signal
import subprocess
import time
import unittest

import h5py
import numpy

from apps.cli.data_case import DECK, DataCase
from support.tarn_program import PROGRAM, ROD, tarn

IMAGE = '[[image]]\nfield = "temperature"\nevery = { steps = 10 }\n'
SUMS = """[run]
app = "pipeline"
[pipeline]
inputs = "in/*.h5"
[[pipeline.step]]
op = "matmul"
a = "data"
b = "data"
transpose_b = true
out = "gram"
[[pipeline.step]]
op = "sum"
a = "gram"
out = "total"
[pipeline.keep]
scalars = ["total"]
arrays = ["gram"]
"""
MEMBERS = '[ensemble.vary]\n"heat.diffusivity" = [1, 2, 3, 4]\n'


def without_lines_of(manifest, *names):
    """Takes the lines that tell of files out of a manifest."""
    lines = manifest.read_text().splitlines(keepends=True)
    manifest.write_text("".join(line for line in lines if not any(f'"{name}' in line for name in names)))


class Verify(DataCase):
    def damaged(self, path, *says):
        done = tarn("data", "verify", path)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        for text in says:
            self.assertIn(f"damaged: {text}", done.stdout)
        return done.stdout

    def whole(self, path):
        told = self.run_ok("data", "verify", path).stdout
        self.assertRegex(told, r"^[1-9][0-9]* files?, .* read back, 0 problems\n$")  # and no note

    def run_with_pictures(self):
        run = self.folder / "run"
        self.run_ok("run", self.write("plate.toml", DECK + IMAGE), "--run-dir", run, "--quiet")
        whole = self.run_ok("data", "verify", run).stdout
        self.assertNotIn("note:", whole)
        return run

    def ensemble(self, *words):
        run = self.folder / "e"
        self.run_ok("run", self.write("rod.toml", ROD + MEMBERS), "--run-dir", run, *words)
        self.whole(run)
        return run

    def test_a_run_without_its_manifest_is_damaged(self):
        run = self.run_with_pictures()
        manifest = run / "MANIFEST.jsonl"

        manifest.write_text("")
        self.damaged(run, f"{manifest}: is empty")
        manifest.unlink()
        told = self.damaged(run, f"{manifest}: is not there, so nothing vouches for the 13 files beside it")

        for file in ("run.json", "history.csv", "deck.toml", "report.html", "img/temperature-0000000010.png",
                     "out/fields-0000000010.h5", "ckpt/0000000020.h5"):
            self.assertIn(f"note: {run / file}: is not in the manifest, so nothing vouches for it", told)
        (run / "run.json").unlink()
        self.damaged(run, f"{run}/run.json: is not there, and every run has it")

    def test_files_whose_lines_are_lost_are_noted(self):
        run = self.run_with_pictures()
        files = ("run.json", "history.csv", "deck.toml", "report.html", "img/temperature-0000000010.png",
                 "img/temperature-0000000000.png", "img/temperature-0000000020.png", "out/fields-0000000010.h5")

        without_lines_of(run / "MANIFEST.jsonl", *files)
        told = self.run_ok("data", "verify", run).stdout

        noted = {line.split(": ")[1] for line in told.splitlines() if line.startswith("note: ")}
        self.assertEqual(noted, {str(run / file) for file in files})

    def test_a_set_without_its_manifest_is_damaged(self):
        self.run_ok("data", "make", self.root, "--shape", "8", "--count", "2")
        manifest = self.root / "MANIFEST.jsonl"
        whole = manifest.read_text()
        self.assertIn('"write"', whole.splitlines()[0])  # before the first file there is a manifest

        manifest.unlink()
        told = self.damaged(self.root, f"{manifest}: is not there, so nothing vouches for the 2 files beside it")

        self.assertIn(f"note: {self.root}/data_0001.h5: is not in the manifest", told)
        self.run_ok("data", "make", self.root, "--shape", "8", "--count", "2")  # the same values: recorded again
        self.run_ok("data", "verify", self.root)

    def test_a_run_of_an_earlier_version_is_whole_without_these_lines(self):
        run = self.run_with_pictures()
        manifest = run / "MANIFEST.jsonl"
        manifest.write_text("".join(
            line for line in manifest.read_text().splitlines(keepends=True)
            if '"hash"' not in line and '"action":"write"' not in line))
        told = json.loads((run / "run.json").read_text())
        told["versions"]["tarn"] = "0.1.0"
        (run / "run.json").write_text(json.dumps(told))

        self.whole(run)
        shutil.rmtree(run / "ckpt")
        shutil.rmtree(run / "out")
        manifest.unlink()  # as a run left it that wrote no file of fields
        self.assertIn("0 problems", self.run_ok("data", "verify", run).stdout)

    def test_the_history_of_a_finished_run_does_not_grow(self):
        run = self.new_run()
        history = run / "history.csv"
        whole = history.read_text()
        with history.open("a") as file:
            file.write(whole.splitlines()[-1].replace("20,", "21,", 1) + "\n")

        self.damaged(run, f"{history}: has {history.stat().st_size} bytes; {len(whole)} were written, and the run has ended")
        told = json.loads((run / "run.json").read_text())
        told["status"] = "running"
        (run / "run.json").write_text(json.dumps(told))  # rows that are not recorded yet
        self.assertNotIn("history.csv", tarn("data", "verify", run).stdout)

    def test_lost_lists_and_members_of_an_ensemble_are_named(self):
        run = self.ensemble("--at-once", "2")
        (run / "MANIFEST.jsonl").rename(self.folder / "MANIFEST.jsonl")  # tarn 0.1 wrote none here
        told = self.run_ok("data", "verify", run).stdout
        self.assertIn(f"note: {run}/ensemble.json: is not in the manifest, so nothing vouches for it", told)
        (self.folder / "MANIFEST.jsonl").rename(run / "MANIFEST.jsonl")

        shutil.rmtree(run / "0002")
        (run / "0001/deck.toml").unlink()
        (run / "0003/.tarn-run").unlink()
        self.damaged(run, f"{run}/0002: is not there, and ensemble.json names it", f"{run}/0001/deck.toml: ",
                     f"{run}/0003: is not marked as a run of this directory, and ensemble.json names it")
        (run / "ensemble.json").unlink()
        self.damaged(run, f"{run}/ensemble.json: the manifest tells of it, but it is not there")

    def test_a_restart_records_the_lists_of_an_ensemble_that_was_killed_before_it_did(self):
        words = ("--set", "time.dt=0.0004")
        run = self.ensemble(*words)
        manifest = run / "MANIFEST.jsonl"
        manifest.write_text("".join(
            line for line in manifest.read_text().splitlines(keepends=True) if '"action":"write"' in line))
        self.assertEqual(self.run_ok("data", "verify", run).stdout.count("note: "), 2)

        self.run_ok("run", self.write("rod.toml", ROD + MEMBERS), "--run-dir", run, *words, "--restart")

        self.whole(run)

    def test_members_that_have_not_begun_are_whole(self):
        run = self.ensemble("--at-once", "2")
        for path in (run / "0002").iterdir():
            if path.name in ("run.json", "history.csv", "report.html", "MANIFEST.jsonl"):
                path.unlink()
        shutil.rmtree(run / "0002/ckpt")

        told = self.run_ok("data", "verify", run).stdout

        self.assertNotIn("note:", told)

    def test_files_that_a_batch_gave_to_its_members_are_vouched_for(self):
        words = ("--set", "time.dt=0.0004")
        run = self.ensemble(*words)
        for file in ("0000/run.json", "0001/deck.toml", "0002/history.csv"):
            self.whole((run / file).parent)
            self.whole(run / file)
            whole = (run / file).read_bytes()
            for damage in (None, whole[: len(whole) // 2], whole[:10] + bytes([whole[10] ^ 1]) + whole[11:],
                           whole + whole.splitlines(keepends=True)[-1]):
                if damage is None:
                    (run / file).unlink()
                else:
                    (run / file).write_bytes(damage)
                for place in (run, (run / file).parent):
                    told = self.damaged(place, f"{run / file}: ")
                    self.assertNotIn("note: ", told)
                (run / file).write_bytes(whole)
        manifest = run / "0003/MANIFEST.jsonl"
        manifest.unlink()
        for place in (run, run / "0003"):
            self.damaged(place, f"{manifest}: is not there, so nothing vouches for the 3 files beside it")
        before = {path: path.read_bytes() for path in run.glob("000?/*.*")}
        (run / "0000/run.json").unlink()
        (run / "0002/history.csv").write_text("step\n")

        self.run_ok("run", self.write("rod.toml", ROD + MEMBERS), "--run-dir", run, *words, "--restart")

        self.assertEqual({path: path.read_bytes() for path in before if path.name != "MANIFEST.jsonl"},
                         {path: text for path, text in before.items() if path.name != "MANIFEST.jsonl"})
        for place in (run, run / "0003"):
            self.whole(place)

    def test_files_that_a_batch_has_not_given_or_recorded_yet_are_notes(self):
        words = ("--set", "time.dt=0.0004")
        run = self.ensemble(*words)
        for n in range(3):  # killed before it began with a member, before it put a file in place, before the last lines
            without_lines_of(run / f"000{n}/MANIFEST.jsonl", 'file":"run.json', 'file":"history.csv')
        without_lines_of(run / "0000/MANIFEST.jsonl", "history.csv")
        for file in ("0000/run.json", "0000/history.csv", "0001/run.json"):
            (run / file).unlink()
        (run / "0001/tmp/run.json.01234567.part").write_text("half")

        told = self.run_ok("data", "verify", run).stdout

        self.assertEqual([line.removeprefix("note: ") for line in told.splitlines()[:-1]], [
            *(f"{run / file}: is not there yet, and batch-0000 has ended; --restart writes it"
              for file in ("0000/run.json", "0000/history.csv", "0001/run.json")),
            *(f"{run / file}: is not in the manifest, so nothing vouches for it"
              for file in ("0001/history.csv", "0002/history.csv", "0002/run.json"))])
        self.run_ok("run", self.write("rod.toml", ROD + MEMBERS), "--run-dir", run, *words, "--restart")
        self.whole(run)
        self.assertEqual(list(run.glob("000?/tmp/*")), [])

    def test_lost_lists_of_a_batch_are_named(self):
        run = self.ensemble("--set", "time.dt=0.0004")
        for file, says in (("ensemble.json", "the manifest tells of it"), ("batches.json", "the manifest tells of it"),
                           ("batch-0000/batch.json", "the manifest tells of it"),
                           ("batch-0000/MANIFEST.jsonl", "is not there, so nothing vouches")):
            kept = (run / file).read_bytes()
            (run / file).unlink()
            told = self.damaged(run, f"{run / file}: {says}")
            self.assertEqual(told.count("damaged: "), 1, told)  # no member among them
            self.whole(run / "0000")
            (run / file).write_bytes(kept)
        (run / "MANIFEST.jsonl").rename(self.folder / "MANIFEST.jsonl")
        (run / "batches.json").rename(self.folder / "batches.json")
        told = self.damaged(run, f"{run}/batches.json: is not there, and batches have begun")
        self.assertEqual(told.count("damaged: "), 1, told)
        for file in ("MANIFEST.jsonl", "batches.json"):
            (self.folder / file).rename(run / file)
        whole = (run / "MANIFEST.jsonl").read_text()
        (run / "MANIFEST.jsonl").write_text("")
        self.damaged(run, f"{run}/MANIFEST.jsonl: is empty")
        (run / "MANIFEST.jsonl").write_text(whole)
        (run / "MANIFEST.jsonl").unlink()
        (run / "ensemble.json").unlink()
        self.damaged(run, f"{run}/ensemble.json: is not there, and every ensemble has it")
        shutil.rmtree(run / "batch-0000")
        self.damaged(run, f"{run}/batch-0000: is not there, and batches.json names it")

    def test_a_run_named_like_a_batch_is_a_run(self):
        deck = self.write("rod.toml", ROD)
        self.run_ok("run", deck, "--root", self.root, "--quiet")
        self.run_ok("run", deck, "--run-dir", self.root / "batch-1", "--quiet")
        self.run_ok("run", deck, "--run-dir", self.root / "batch-0001", "--quiet")

        self.whole(self.root)

    def test_an_ensemble_killed_while_it_made_its_batches_is_whole(self):
        words = ("--set", "time.dt=0.0004")
        run = self.ensemble(*words)
        (run / "batches.json").unlink()
        without_lines_of(run / "MANIFEST.jsonl", "batches.json")
        for name in ("0000", "0001", "0002", "0003", "batch-0000"):
            for path in [path for path in (run / name).rglob("*") if path.is_file()]:
                if path.name not in ("deck.toml", "batch.json", ".tarn-run", "MANIFEST.jsonl"):
                    path.unlink()
        for name, first in (("batch-0000", "batch.json"), *(("000%d" % n, "deck.toml") for n in range(4))):
            manifest = run / name / "MANIFEST.jsonl"
            manifest.write_text("".join(
                line for line in manifest.read_text().splitlines(keepends=True) if first in line))

        self.whole(run)
        self.run_ok("run", self.write("rod.toml", ROD + MEMBERS), "--run-dir", run, *words, "--restart")
        self.assertTrue((run / "0003/report.html").exists())  # a run of its own
        self.whole(run)

    def pipeline(self, inputs, rows):
        """Runs one in the background, and stops it by a signal before it records its first item or soon after."""
        (self.folder / "in").mkdir()
        for name in inputs:
            with h5py.File(self.folder / "in" / name, "w") as file:
                file["data"] = numpy.random.default_rng(1).standard_normal((rows, 30))
        run = self.folder / "run"
        process = subprocess.Popen([PROGRAM, "run", self.write("p.toml", SUMS), "--root", self.folder, "--run-dir", run,
                                    "--quiet"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 120
        while not list((run / "out").glob("*.h5")) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.001)
        process.send_signal(signal.SIGSTOP)
        self.assertIsNone(process.poll(), "the run ended before it could be looked at")
        return run, process

    def test_a_pipeline_over_snapshots_that_goes_on_or_was_killed_is_whole(self):
        run, process = self.pipeline([f"fields-{n:010}.h5" for n in range(40)], 300)
        for log in (run / "items").iterdir():
            log.unlink()  # as before the first record

        self.whole(run)
        process.kill()
        process.wait()
        self.whole(run)

    def test_a_pipeline_that_goes_on_or_was_killed_has_no_notes_for_its_outputs(self):
        run, process = self.pipeline([f"{n}.h5" for n in range(40)], 300)

        self.whole(run)
        process.kill()
        process.wait()
        self.whole(run)

    def test_a_run_that_goes_on_has_no_notes_for_what_it_has_not_recorded_yet(self):
        run = self.folder / "run"
        process = subprocess.Popen([PROGRAM, "run", self.write("plate.toml", DECK + IMAGE), "--run-dir", run, "--set",
                                    "time.end=1e9", "--quiet"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        file = run / "out/fields-0000000020.h5"
        deadline = time.monotonic() + 120
        while not file.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.001)
        self.whole(run)
        process.send_signal(signal.SIGSTOP)
        without_lines_of(run / "MANIFEST.jsonl", "out/fields-0000000020.h5")

        self.whole(run)
        process.kill()
        process.wait()
        self.assertIn(f"note: {file}: is not in the manifest", self.run_ok("data", "verify", run).stdout)

    def test_a_member_that_was_removed_is_a_note_while_it_is_in_the_trash(self):
        run = self.ensemble("--at-once", "2")
        self.run_ok("data", "rm", run / "0002", "--yes")
        trashed = next((run / "trash").glob("0002-*"))

        told = self.run_ok("data", "verify", run).stdout

        self.assertIn(f"note: {run}/0002: was removed, and is in {trashed}\n", told)
        self.assertIn(" 0 problems", told)

    def test_a_report_of_a_member_of_a_batch_asks_for_no_lines_of_its_other_files(self):
        run = self.ensemble("--set", "time.dt=0.0004")
        self.run_ok("report", run / "0000")

        self.whole(run)
        self.whole(run / "0000")

    def test_files_of_the_users_own_are_left_out(self):
        run = self.run_with_pictures()
        for file in ("out/mine.h5", "series/mine.h5", "results.csv", "items.csv", "notes.txt", "data_mine.h5"):
            (run / file).parent.mkdir(exist_ok=True)
            (run / file).write_text("mine")
        self.whole(run)
        self.run_ok("data", "make", self.root, "--shape", "8", "--count", "2")
        for file in ("results.csv", "report.html", "deck.toml", "items.csv", "out/mine-0000000001.h5", "items/mine.csv"):
            (self.root / file).parent.mkdir(exist_ok=True)
            (self.root / file).write_text("mine")
        self.whole(self.root)

    def test_a_run_is_whole_whatever_the_manifest_above_it_is(self):
        run = self.new_run()
        (self.root / "MANIFEST.jsonl").mkdir()
        (self.root / "ensemble.json").write_text("{}")

        self.whole(run)


if __name__ == "__main__":
    unittest.main()
