"""The `tarn data` commands, and what they never touch."""

import json
import os
import pathlib
import shutil
import subprocess
import unittest

import h5py
import numpy

from apps.cli.data_case import DECK, DataCase, tree
from support.tarn_program import PROGRAM, tarn


class Data(DataCase):
    def test_make_says_whether_a_directory_was_made_or_taken(self):
        (self.folder / "there").mkdir()

        self.assertIn("made the managed directory", self.run_ok("data", "make", self.root).stdout)
        self.assertIn("took the existing directory", self.run_ok("data", "make", self.folder / "there").stdout)
        self.assertIn("is a managed directory already", self.run_ok("data", "make", self.root).stdout)

    def test_what_is_no_place_for_a_root_is_refused(self):
        home = self.folder / "home"
        home.mkdir()
        for place, says in (("/", "the root of the file system"), (home, "a home directory"), ("/tmp", "open to all users")):
            done = tarn("data", "make", place, env={"HOME": str(home)})
            self.assertEqual(done.returncode, 3, place)
            self.assertIn(says, done.stderr)
        self.assertEqual(list(home.iterdir()), [])
        self.assertFalse(pathlib.Path("/.tarn-root").exists())

    def test_datasets_are_the_same_whenever_they_are_made(self):
        words = ["--shape", "30x7", "--count", "2", "--seed", "3"]
        self.run_ok("data", "make", self.folder / "a", *words)
        self.run_ok("data", "make", self.folder / "b", *words)
        again = self.run_ok("data", "make", self.folder / "a", *words).stdout

        values = []
        for place in ("a", "b"):
            with h5py.File(self.folder / place / "data_0001.h5") as file:
                values.append(file["data"][:])
                self.assertTrue(file["data"].fletcher32)
        self.assertEqual(values[0].shape, (30, 7))
        self.assertTrue((values[0] == values[1]).all())
        self.assertTrue(0 <= values[0].min() < 0.2 and 0.8 < values[0].max() < 1)
        self.assertIn("was there, with the same values", again)
        self.run_ok("data", "verify", self.folder / "a")

    def test_other_values_of_the_same_name_are_set_aside_and_nothing_is_replaced(self):
        self.run_ok("data", "make", self.root, "--shape", "8", "--count", "1")
        before = (self.root / "data_0000.h5").read_bytes()

        self.run_ok("data", "make", self.root, "--shape", "8", "--count", "1", "--seed", "9")

        self.assertEqual((self.root / "superseded" / "data_0000.0.h5").read_bytes(), before)
        self.run_ok("data", "verify", self.root)

    def test_element_types_are_as_asked_for_and_others_are_named(self):
        for dtype, expected in (("float", "<f4"), ("int32", "<i4"), ("int64", "<i8"), ("uint8", "|u1")):
            place = self.folder / dtype
            self.run_ok("data", "make", place, "--shape", "500", "--count", "1", "--dtype", dtype)
            with h5py.File(place / "data_0000.h5") as file:
                self.assertEqual(file["data"].dtype.str, expected)
                self.assertGreater(len(set(file["data"][:].tolist())), 200)
        self.refused("make", self.folder / "x", "--shape", "5", "--dtype", "complex", code=2, says="expected one of float, double, int32, int64, uint8; got complex")
        for other, own in (("float64", "double"), ("float32", "float")):
            self.refused("make", self.folder / "x", "--shape", "5", "--dtype", other, code=2, says=f"did you mean {own}?")
        for words in (("--dtype", "float"), ("--seed", "3"), ("--random", "uniform"), ("--count", "2")):
            self.refused("make", self.folder / "x", *words, code=2, says=f"{words[0]} requires --shape")
        self.refused("make", self.folder / "x", "--shape", "5xx5", code=2, says="--shape 5xx5")

    def test_ls_show_and_du_tell_of_a_run(self):
        run = self.new_run()

        listed = json.loads(self.run_ok("data", "ls", self.root, "--json").stdout)["runs"]
        shown = json.loads(self.run_ok("data", "show", run, "--json").stdout)
        file = json.loads(self.run_ok("data", "show", run / "ckpt/0000000020.h5", "--json").stdout)
        use = json.loads(self.run_ok("data", "du", self.root, "--json").stdout)

        self.assertEqual([(row["name"], row["status"], row["steps"], row["checkpoints"], row["snapshots"])
                          for row in listed], [(run.name, "done", 20, 3, 3)])
        self.assertEqual({file["kind"]: file["file"] for file in shown["files"][-2:]},
                         {"summary": "run.json", "report": "report.html"})
        self.assertEqual(len(shown["files"]), 10)  # deck.toml, run.json, report.html and history.csv among them
        self.assertEqual((file["step"], file["kind"], file["datasets"][0]["shape"]), (20, "checkpoint", [4, 6]))
        self.assertGreater(use[0]["by_kind"]["ckpt"], 0)
        self.assertIn(run.name, self.run_ok("data", "ls", self.root).stdout)

    def test_without_a_path_the_root_itself_is_meant(self):
        run = self.new_run()

        listed = json.loads(self.run_ok("data", "ls", "--root", self.root, "--json").stdout)
        verified = self.run_ok("data", "verify", "--root", self.root).stdout
        beside = self.run_ok("data", "verify", cwd=self.folder).stdout

        self.assertEqual([row["name"] for row in listed["runs"]], [run.name])
        self.assertIn("0 problems", verified)
        self.assertEqual(beside, verified)
        self.refused("rm", "", "--root", self.root, "--yes")

    def test_ls_tells_the_step_of_the_newest_file_of_a_run_that_is_under_way_or_was_killed(self):
        run = self.folder / "run"
        going = subprocess.Popen([PROGRAM, "run", self.write("plate.toml", DECK), "--run-dir", run, "--set",
                                  "time.end=1e6"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(going.wait)
        self.addCleanup(going.kill)
        while not (run / "ckpt/0000000025.h5").exists():
            self.assertIsNone(going.poll())

        running = json.loads(self.run_ok("data", "ls", run, "--json").stdout)["runs"][0]
        going.kill()
        going.wait()
        killed = json.loads(self.run_ok("data", "ls", run, "--json").stdout)["runs"][0]

        self.assertEqual(running["status"], "running")
        self.assertGreaterEqual(running["steps"], 20)
        self.assertEqual(killed["status"], "killed")
        files = json.loads(self.run_ok("data", "show", run, "--json").stdout)["files"]
        self.assertEqual(killed["steps"], [file["step"] for file in files if "step" in file][-1])
        self.assertGreaterEqual(killed["steps"], 25)

    def test_verify_finds_a_changed_byte_a_missing_file_and_a_line_that_was_touched(self):
        run = self.new_run()
        self.assertIn("10 files", self.run_ok("data", "verify", self.root).stdout)
        file = run / "ckpt/0000000015.h5"
        with h5py.File(file) as opened:
            needle = opened["data/15/fields/temperature"][:].tobytes()[:16]
        whole = file.read_bytes()
        at = whole.index(needle)
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        (run / "out/fields-0000000000.h5").unlink()
        manifest = (run / "MANIFEST.jsonl").read_text()
        (run / "MANIFEST.jsonl").write_text(manifest.replace('"step":20', '"step":21', 1))

        told = tarn("data", "verify", run)

        self.assertEqual(told.returncode, 3)
        for word in ("0000000015.h5", "fields-0000000000.h5", "does not have its checksum"):
            self.assertIn(word, told.stdout)

    def test_a_pinned_checkpoint_outlives_newer_ones(self):
        run = self.new_run()
        self.run_ok("data", "pin", run / "ckpt/0000000010.h5")

        self.run_ok("run", self.folder / "plate.toml", "--run-dir", run, "--restart", "--set", "time.end=0.05")

        names = sorted(path.name for path in (run / "ckpt").glob("*.h5"))
        self.assertEqual(names, [f"{step:010}.h5" for step in (10, 40, 45, 50)])
        self.assertIn("no longer pinned", self.run_ok("data", "unpin", run / "ckpt/0000000010.h5").stdout)
        self.refused("pin", run / "out/fields-0000000000.h5", says="is no checkpoint")

    def test_rm_and_gc_tell_first_and_then_go_through_the_trash(self):
        run, other = self.new_run(), self.new_run()
        self.refused("rm", run, code=0, says="would go")
        told = json.loads(self.run_ok("data", "rm", run, "--json").stdout)
        self.assertIs(told["done"], False)
        files = [path for path in run.rglob("*") if path.is_file()]
        self.assertGreaterEqual({self.root / item["path"] for item in told["goes"]},
                                {path for path in files if path.suffix == ".h5"})
        self.assertGreater(told["bytes"], 0)

        self.run_ok("data", "rm", run, "--yes")
        self.assertFalse(run.exists())
        self.assertEqual(len(list((self.root / "trash").iterdir())), 1)
        self.refused("gc", self.root, code=0, says="would go")
        gone = json.loads(self.run_ok("data", "gc", self.root, "--yes", "--json").stdout)

        self.assertIs(gone["done"], True)
        self.assertGreater(len(gone["goes"]), 0)
        self.assertEqual(list((self.root / "trash").iterdir()), [])
        self.run_ok("data", "verify", other)

    def test_latest_leads_to_the_newest_run_left_and_goes_with_the_last(self):
        latest = self.root / "latest"
        self.new_run(), self.new_run()
        newest = latest.resolve()
        other = next(path for path in self.root.glob("plate-*") if path != newest)
        self.refused("rm", newest, code=0, says=f"would point at {other.name}")

        self.run_ok("data", "rm", newest, "--yes")
        self.assertEqual(os.readlink(latest), other.name)
        self.assertTrue((latest / "run.json").exists())
        self.assertIn("latest:   removed", self.run_ok("data", "rm", other, "--yes").stdout)
        self.assertFalse(latest.is_symlink())

    def test_gc_mends_a_latest_that_leads_nowhere_and_leaves_one_that_is_not_tarns(self):
        run = self.new_run()
        latest = self.root / "latest"
        latest.unlink()
        latest.symlink_to("gone-20260101T000000Z-01234567")

        self.refused("gc", self.root, code=0, says=f"would point at {run.name}")
        self.run_ok("data", "gc", self.root, "--yes")
        self.assertEqual(os.readlink(latest), run.name)

        latest.unlink()
        latest.symlink_to("elsewhere")
        self.run_ok("data", "rm", run, "--yes")
        self.assertEqual(os.readlink(latest), "elsewhere")

    def test_rm_leaves_what_tarn_did_not_write_and_names_it(self):
        run = self.new_run()
        (run / "notes.txt").write_text("mine")
        (run / "out" / "mine.h5").write_text("mine")
        (run / "img" / "link").symlink_to(self.outside)
        outside = tree(self.outside)

        told = self.run_ok("data", "rm", run, "--yes").stdout

        for name in ("notes.txt", "out/mine.h5", "img/link"):
            self.assertIn(f"{run.name}/{name}: ", told)
        self.assertEqual(set(tree(run)), {"notes.txt", "out", "out/mine.h5", "img", "img/link"})
        self.assertEqual(tree(self.outside), outside)

    def test_rm_takes_pictures_and_leaves_files_that_only_bear_a_name_like_tarns(self):
        deck = DECK + '[[image]]\nfield = "temperature"\nevery = { steps = 10 }\n'
        run = self.folder / "run"
        self.run_ok("run", self.write("plate.toml", deck), "--run-dir", run)
        pictures = sorted(path.name for path in (run / "img").iterdir())
        mine = ["ckpt/0000000099.h5", "img/temperature-0000000099.png", "out/fields-0000000099.h5"]
        for name in mine:
            (run / name).write_text("mine")
        self.assertEqual(len(pictures), 3)

        told = self.run_ok("data", "rm", run / "img" / pictures[0], "--yes").stdout
        self.assertIn(f"gone:     img/{pictures[0]}", told)
        self.assertFalse((run / "img" / pictures[0]).exists())
        self.refused("rm", run / mine[1], "--yes", says="not recorded")
        self.run_ok("data", "gc", run, "--yes")
        self.assertEqual(list((run / "trash").iterdir()), [])

    def test_rm_takes_a_sealed_snapshot_that_a_killed_run_did_not_record_and_the_files_of_a_pipeline(self):
        run = self.new_run()
        manifest = (run / "MANIFEST.jsonl").read_text().splitlines(keepends=True)
        (run / "MANIFEST.jsonl").write_text("".join(line for line in manifest if "out/fields-0000000010.h5" not in line))
        (run / "out/mine-0000000010.h5").write_text("mine")
        with h5py.File(self.root / "in.h5", "w") as file:
            file["data"] = numpy.ones((4, 4))
        pipeline = self.root / "pipeline-20260101T000000Z-01234567"
        deck = self.write("p.toml", '[run]\napp = "pipeline"\n[pipeline]\ninputs = "*.h5"\n[[pipeline.step]]\n'
                          'op = "matmul"\na = "data"\nb = "data"\nout = "c"\n[pipeline.keep]\narrays = ["c"]\n')
        self.run_ok("run", deck, "--root", self.root, "--run-dir", pipeline)
        self.assertTrue((pipeline / "out/in.h5").exists())

        self.run_ok("data", "rm", pipeline, "--yes")
        self.assertFalse(pipeline.exists())
        told = self.run_ok("data", "rm", run, "--yes").stdout
        self.assertEqual(sorted(tree(run)), ["out", "out/mine-0000000010.h5"])
        self.assertIn("out/mine-0000000010.h5: is not tarn's", told)
        self.run_ok("data", "gc", self.root, "--yes")
        self.assertEqual(list((self.root / "trash").iterdir()), [])

    def test_what_went_to_the_trash_can_be_moved_back(self):
        run = self.new_run()
        names = ["ckpt/0000000010.h5", "out/fields-0000000010.h5"]
        for name in names:
            self.run_ok("data", "rm", run / name, "--yes")
        for name in names:
            next((self.root / "trash").glob(f"*/{name}")).rename(run / name)

        self.run_ok("run", self.folder / "plate.toml", "--run-dir", run, "--restart")

        for name in names:
            self.assertTrue((run / name).exists(), name)

    def test_a_run_with_a_damaged_mark_is_named_and_the_others_are_looked_after(self):
        sound, damaged = self.new_run(), self.new_run()
        (damaged / ".tarn-run").write_text("garbage")
        flaw = f"{damaged}/.tarn-run: is not a mark of tarn's"

        listed = self.run_ok("data", "ls", self.root)

        self.assertIn(sound.name, listed.stdout)
        self.assertIn(flaw, listed.stderr)
        self.assertIn(flaw, self.run_ok("data", "gc", self.root, "--yes").stdout)
        self.refused("verify", self.root, says=flaw)
        self.run_ok("data", "rm", sound, "--yes")
        self.assertEqual(os.readlink(self.root / "latest"), damaged.name)

    def test_names_that_no_terminal_should_see_are_escaped_and_stop_nothing(self):
        run = self.new_run()
        (run / "odd\033[31m\n").write_text("mine")
        (run / "folder\033").mkdir()
        (run / os.fsdecode(b"bytes\xff")).mkdir()
        (run / os.fsdecode(b"bytes\xff") / "file").write_text("mine")

        self.assertIn("$'bytes\\377'", self.run_ok("data", "du", run).stdout)
        json.loads(self.run_ok("data", "du", run, "--json").stdout)
        self.run_ok("data", "verify", run)
        told = self.run_ok("data", "rm", run, "--yes").stdout

        self.assertNotIn("\033", told)
        self.assertIn(f"$'{run.name}/odd\\033[31m\\012': is not tarn's", told)

    def test_the_newest_and_pinned_checkpoints_stay(self):
        run = self.new_run()
        self.run_ok("data", "pin", run / "ckpt/0000000010.h5")

        self.refused("rm", run / "ckpt/0000000020.h5", "--yes", says="is the newest checkpoint")
        self.refused("rm", run / "ckpt/0000000010.h5", "--yes", says="is pinned")
        self.run_ok("data", "rm", run / "ckpt/0000000015.h5", "--yes")
        self.run_ok("data", "verify", run)

    def test_paths_that_lead_out_are_refused_and_nothing_is_touched(self):
        run = self.new_run()
        self.run_ok("data", "make", self.outside / "other")
        (self.root / "way").symlink_to(self.outside)
        (run / "way").symlink_to(self.outside)
        for path in ("../outside", "/etc", "..", f"{run.name}/../../outside", "way", "way/precious.h5",
                     f"{run.name}/way/precious.h5", "./x//y", ""):
            self.refused("rm", path, "--root", self.root, "--yes", says="tarn: ")
        for path in (self.outside, self.outside / "precious.h5", self.root / "way", self.root / "latest",
                     self.root / "way" / "precious.h5", "/", "/etc/passwd", "nowhere"):
            self.refused("rm", path, "--yes", says="tarn: ")
        self.refused("gc", self.outside, "--yes", says="in no directory that tarn manages")

    def test_a_run_of_another_root_is_not_removed(self):
        run = self.new_run()
        self.run_ok("data", "make", self.folder / "second")
        shutil.copytree(run, self.folder / "second" / run.name, symlinks=True)

        self.refused("rm", self.folder / "second" / run.name, "--yes", says="belongs to this root")

    @unittest.skipUnless(os.geteuid() == 0, "only root can give files away and mount")
    def test_other_owners_and_devices_stay(self):
        run = self.new_run()
        given = run / "out/fields-0000000000.h5"
        os.chown(given, 12345, 12345)
        mounted = self.disk(run / "img")
        (mounted / "temperature-0000000000.png").write_text("x")

        told = self.run_ok("data", "rm", run, "--yes").stdout

        self.assertIn("out/fields-0000000000.h5: belongs to another user", told)
        self.assertIn("img: belongs to another user, or lies on another device", told)
        self.assertTrue(given.exists() and (mounted / "temperature-0000000000.png").exists())

    def test_a_living_run_is_neither_removed_nor_unlocked_and_a_dead_lease_is(self):
        deck = self.write("plate.toml", DECK)
        run = self.folder / "run"
        first = subprocess.Popen([PROGRAM, "run", deck, "--run-dir", run, "--set", "time.end=1e6"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(first.wait)
        self.addCleanup(first.kill)
        while not (run / "history.csv").exists():
            self.assertIsNone(first.poll())

        for words in (("unlock", run), ("unlock", run, "--force"), ("rm", run / "out/fields-0000000000.h5", "--yes")):
            done = tarn("data", *words)
            self.assertEqual(done.returncode, 3, words)
            self.assertIn(f"process {first.pid} on host", done.stderr)
        first.kill()
        first.wait()

        self.assertIn("a dead holder, process", self.run_ok("data", "unlock", run).stdout)
        self.assertIn("is not locked", self.run_ok("data", "unlock", run).stdout)

    def test_export_gives_numpy_and_xdmf(self):
        run = self.new_run()
        file = run / "out/fields-0000000020.h5"
        self.run_ok("data", "export", file, "--format", "npy", "-o", self.folder / "u.npy")
        self.run_ok("data", "export", file, "--format", "xdmf", "-o", self.folder / "u.xdmf")

        with h5py.File(file) as opened:
            values = opened["data/20/fields/temperature"][:]
        self.assertTrue((numpy.load(self.folder / "u.npy") == values).all())
        text = (self.folder / "u.xdmf").read_text()
        self.assertIn('Dimensions="5 7"', text)
        self.assertIn(f"runs/{run.name}/out/fields-0000000020.h5:/data/20/fields/temperature<", text)
        self.refused("export", file, "--format", "npy", "-o", self.folder / "u.npy", says="File exists")


if __name__ == "__main__":
    unittest.main()
