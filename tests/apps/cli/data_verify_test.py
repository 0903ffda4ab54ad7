"""What `tarn data verify` finds where a manifest, a list or a whole run is lost."""

import json
import shutil
import unittest

from apps.cli.data_case import DECK, DataCase
from support.tarn_program import ROD, tarn

IMAGE = '[[image]]\nfield = "temperature"\nevery = { steps = 10 }\n'
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

    def run_with_pictures(self):
        run = self.folder / "run"
        self.run_ok("run", self.write("plate.toml", DECK + IMAGE), "--run-dir", run, "--quiet")
        whole = self.run_ok("data", "verify", run).stdout
        self.assertNotIn("note:", whole)
        return run

    def ensemble(self, *words):
        run = self.folder / "e"
        self.run_ok("run", self.write("rod.toml", ROD + MEMBERS), "--run-dir", run, *words)
        self.assertRegex(self.run_ok("data", "verify", run).stdout, r"^[1-9][0-9]* files, .* 0 problems\n$")
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
            line for line in manifest.read_text().splitlines(keepends=True) if '"hash"' not in line and "write" in line))
        told = json.loads((run / "run.json").read_text())
        told["versions"]["tarn"] = "0.1.0"
        (run / "run.json").write_text(json.dumps(told))

        self.assertIn("0 problems", self.run_ok("data", "verify", run).stdout)
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

    def test_members_that_have_not_begun_are_whole(self):
        run = self.ensemble("--at-once", "2")
        for path in (run / "0002").iterdir():
            if path.name in ("run.json", "history.csv", "report.html", "MANIFEST.jsonl"):
                path.unlink()
        shutil.rmtree(run / "0002/ckpt")

        told = self.run_ok("data", "verify", run).stdout

        self.assertNotIn("note:", told)

    def test_lost_files_of_a_batch_are_named(self):
        run = self.ensemble("--set", "time.dt=0.0004")
        for file, says in (("0000/run.json", "is not there, and batch-0000 has ended; --restart writes it again"),
                           ("0003/history.csv", "is not there, and batch-0000 has ended"),
                           ("ensemble.json", "the manifest tells of it"), ("batches.json", "the manifest tells of it"),
                           ("batch-0000/batch.json", "the manifest tells of it"),
                           ("batch-0000/MANIFEST.jsonl", "is not there, so nothing vouches")):
            kept = (run / file).read_bytes()
            (run / file).unlink()
            self.damaged(run, f"{run / file}: {says}")
            (run / file).write_bytes(kept)
        self.run_ok("data", "verify", run / "0000")
        (run / "MANIFEST.jsonl").unlink()
        (run / "ensemble.json").unlink()
        self.damaged(run, f"{run}/ensemble.json: is not there, and every ensemble has it")
        shutil.rmtree(run / "batch-0000")
        self.damaged(run, f"{run}/batch-0000: is not there, and batches.json names it")


if __name__ == "__main__":
    unittest.main()
