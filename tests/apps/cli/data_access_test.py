"""What `tarn data` vouches for, and who may read and manage what."""

import os
import re
import shutil
import subprocess
import unittest

from apps.cli.data_case import DECK, DataCase, tree
from support.disks import change_disk, unmount_disk
from support.tarn_program import PROGRAM, environment_of_another_user, tarn


class Access(DataCase):
    def test_verify_misses_none_of_the_files_of_a_run(self):
        deck = self.write("plate.toml", DECK + '[[image]]\nfield = "temperature"\nevery = { steps = 10 }\n')
        run = self.folder / "run"
        self.run_ok("run", deck, "--run-dir", run, "--set", "time.end=0.01")
        self.run_ok("run", deck, "--run-dir", run, "--restart")
        before = tree(run)
        self.assertIn("0 problems", self.run_ok("data", "verify", run).stdout)
        for name in ("run.json", "history.csv", "deck.toml", "img/temperature-0000000010.png",
                     "out/fields-0000000000.h5", "ckpt/0000000015.h5"):
            whole = (run / name).read_bytes()
            for damage in (None, whole[: len(whole) // 2], whole[:10] + bytes([whole[10] ^ 1]) + whole[11:]):
                if damage is None:
                    (run / name).unlink()
                else:
                    (run / name).write_bytes(damage)
                told = tarn("data", "verify", run)
                self.assertEqual(told.returncode, 3, name)
                self.assertIn(f"damaged: {run / name}: ", told.stdout)
                (run / name).write_bytes(whole)
        self.assertEqual(tree(run), before)
        for name in ("run.json", "history.csv", "deck.toml"):
            self.refused("rm", run / name, "--yes", says="what tells of the whole run")
        (run / "MANIFEST.jsonl").write_text("".join(  # as an earlier version left it
            line for line in (run / "MANIFEST.jsonl").read_text().splitlines(keepends=True) if '"hash"' not in line))
        self.assertIn("0 problems", self.run_ok("data", "verify", run).stdout)
        (run / "run.json").unlink()
        self.assertIn("every run has it", tarn("data", "verify", run).stdout)

    def test_a_restart_with_nothing_to_do_leaves_pictures_and_history_as_they_are(self):
        deck = self.write("plate.toml", DECK + '[[image]]\nfield = "temperature"\nevery = { steps = 10 }\n')
        run = self.folder / "run"
        self.run_ok("run", deck, "--run-dir", run)
        files = [run / "history.csv", *(run / "img").iterdir(), *(run / "out").iterdir(), *(run / "ckpt").iterdir()]
        before = [(file.stat().st_ino, file.stat().st_mtime_ns) for file in files]

        self.run_ok("run", deck, "--run-dir", run, "--restart")

        self.assertEqual(before, [(file.stat().st_ino, file.stat().st_mtime_ns) for file in files])

    def test_what_is_not_there_is_told_so(self):
        self.refused("ls", self.folder / "none", says=f"{self.folder.resolve()}/none: there is no such file or directory")
        self.refused("verify", self.write("notes.txt", "mine"), says="lies in no directory that tarn manages")

    def test_show_stands_in_columns(self):
        run = self.new_run()
        told, _, files = self.run_ok("data", "show", run).stdout.partition("\n  ")

        self.assertNotIn("damaged    []", told)
        self.assertEqual(len({re.match(r"\S+ +", line).end() for line in told.splitlines()}), 1, told)
        self.assertEqual(len({len(line) for line in files.splitlines()[1:]}), 1, files)

    def test_show_leaves_out_what_is_not_known(self):
        self.run_ok("data", "make", self.root, "--shape", "8")

        told = self.run_ok("data", "show", self.root).stdout

        self.assertNotIn("null", told)
        self.assertRegex(told, r"(?m)^datasets +1$")
        self.assertRegex(told, r"(?m)^  data_0000.h5 +dataset +step +- time - ")

    def test_rm_of_a_link_names_what_it_stands_for(self):
        run = self.new_run()

        self.refused("rm", self.root / "latest", "--yes", says=f"is a symbolic link, and nothing is followed; name {run.name} itself")
        self.assertTrue((run / "run.json").exists())

    def test_latest_is_a_name_like_any_other(self):
        run = self.new_run()

        for words in (("ls", self.root / "latest"), ("ls", "--root", self.root, "latest"),
                      ("show", self.root / "latest"), ("du", self.root / "latest")):
            self.assertIn(run.name, self.run_ok("data", *words).stdout, words)
        for words in (("verify", self.root / "latest"), ("verify", "latest", "--root", self.root)):
            self.assertIn("10 files", self.run_ok("data", *words).stdout)
        shown = self.run_ok("data", "show", "latest/ckpt/0000000020.h5", "--root", self.root).stdout
        self.assertIn("ckpt/0000000020.h5", shown)
        self.run_ok("data", "pin", "latest/ckpt/0000000020.h5", "--root", self.root)
        self.assertTrue((run / "ckpt/0000000020.pin").exists())
        self.refused("rm", "latest", "--root", self.root, "--yes", says="symbolic link")

    READING = [("ls", "{root}"), ("ls", "{run}"), ("show", "{run}"), ("show", "{run}/ckpt/0000000020.h5"),
               ("verify", "{root}"), ("verify", "{run}/out/fields-0000000020.h5"), ("du", "{root}"),
               ("export", "{run}/out/fields-0000000020.h5", "--format", "npy", "-o", "{place}/u.npy"),
               ("export", "{run}/out/fields-0000000020.h5", "--format", "xdmf", "-o", "{place}/u.xdmf")]

    def read_all(self, run, place, *prefix, env=None):
        for words in self.READING:
            filled = [word.format(root=run.parent, run=run, place=place) for word in words]
            done = subprocess.run([*prefix, PROGRAM, "data", *filled], capture_output=True, text=True, cwd=place, env=env)
            self.assertEqual(done.returncode, 0, f"{words}:\n{done.stdout}\n{done.stderr}")
            self.assertNotIn("left out", done.stderr)
            if words[0] == "ls":
                self.assertRegex(done.stdout, rf"{run.name} +done ")

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "only root can become another user")
    def test_to_read_needs_no_ownership(self):
        run = self.new_run()
        place = self.folder / "place"
        place.mkdir()
        place.chmod(0o777)
        self.folder.chmod(0o755)
        (self.root / "lost+found").mkdir(mode=0o700)  # as at the top of a disk
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        before = tree(self.root)

        theirs = environment_of_another_user(TMPDIR=str(place))  # MPI writes there
        self.read_all(run, place, *nobody, env=theirs)

        for words in (("rm", run), ("gc", self.root), ("pin", run / "ckpt/0000000010.h5"), ("unlock", run)):
            done = subprocess.run([*nobody, PROGRAM, "data", *words], capture_output=True, text=True, cwd=place, env=theirs)
            self.assertEqual(done.returncode, 3, words)
            self.assertIn("belongs to another user", done.stderr)
        self.assertEqual(tree(self.root), before)

    def test_a_mount_point_may_be_managed(self):
        self.root = self.disk()
        run = self.new_run()
        kept = self.new_run()
        bound = self.folder / "bound"
        bound.mkdir()
        subprocess.run(["mount", "--bind", self.root, bound], check=True)
        self.addCleanup(unmount_disk, bound)
        (self.root / "mine").mkdir()
        (self.root / "mine/precious.h5").write_bytes(b"mine")

        self.read_all(run, self.folder)
        self.read_all(bound / run.name, self.outside)
        self.run_ok("data", "rm", run, "--yes")
        self.assertFalse(run.exists())
        self.run_ok("data", "gc", bound, "--yes")

        self.assertEqual({path.name for path in self.root.iterdir()}, {".tarn-root", "latest", "mine", kept.name, "trash"})
        self.assertEqual((self.root / "mine/precious.h5").read_bytes(), b"mine")
        self.assertEqual(list((self.root / "trash").iterdir()), [])

    def test_a_managed_directory_that_is_a_home_can_be_read_alone(self):
        run = self.new_run()
        home = {**os.environ, "HOME": str(self.root)}

        self.read_all(run, self.folder, env=home)

        done = tarn("data", "gc", self.root, "--yes", env=home)
        self.assertEqual(done.returncode, 3)
        self.assertIn("is a home directory", done.stderr)

    def test_a_read_only_file_system_can_be_read(self):
        disk = self.disk()
        self.root = disk / "runs"
        run = self.new_run()
        change_disk(disk, "ro")

        self.read_all(run, self.folder)

    def test_a_directory_that_is_open_to_all_manages_nothing(self):
        shared = self.folder / "shared"
        self.run_ok("data", "make", shared)
        shared.chmod(0o1777)  # as /tmp
        deck = self.write("plate.toml", DECK)

        self.run_ok("run", deck, "--run-dir", shared / "mine" / "run")

        self.assertTrue((shared / "mine" / "run" / ".tarn-root").exists())
        self.refused("gc", shared, "--yes", says="is open to all users")
        self.refused("ls", shared / "mine", says="in no directory that tarn manages")
        refused = tarn("run", deck, "--root", shared)
        self.assertEqual(refused.returncode, 3)
        self.assertIn(f"name a directory below it, such as {shared}/runs", refused.stderr)
        self.run_ok("run", deck, "--root", shared / "runs")


if __name__ == "__main__":
    unittest.main()
