"""tests/systems/run.sh with a debootstrap that pretends: what it refuses and skips, and that nothing of it stays behind."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

SOURCE = pathlib.Path(os.environ.get("TARN_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
SKIPPED = 77
LIMIT = 300  # seconds: far more than any of these takes, unless the machine is very busy
# What the real one is told, then a mount in the new system, and a failure or no end.
DEBOOTSTRAP = """#!/bin/sh
for word; do case "$word" in */root) root=$word;; esac; done
mkdir -p "$root/proc" && mount -t proc proc "$root/proc" && echo "$*" >"$TMPDIR/told"
[ -z "$HANGS" ] || sleep 600
echo "no such mirror"; exit 1
"""


class Systems(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        for name in ("bin", "scratch", "clone/tests/systems"):
            (self.folder / name).mkdir(parents=True)
        self.script = self.folder / "clone/tests/systems/run.sh"
        shutil.copy(SOURCE / "tests/systems/run.sh", self.script)
        (self.folder / "bin/debootstrap").write_text(DEBOOTSTRAP)
        (self.folder / "bin/debootstrap").chmod(0o755)
        self.env = {**os.environ, "TMPDIR": str(self.folder / "scratch"), "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}
        for name in ("TARN_LONG_TESTS", "TARN_SYSTEMS_CACHE"):
            self.env.pop(name, None)

    def run_script(self, *words, **env):
        return subprocess.run([self.script, *words], env={**self.env, **env}, capture_output=True, text=True, timeout=LIMIT,
                              check=False)

    def a_clone(self):
        """Makes the folder of the script a repository, where this machine can make systems."""
        if os.geteuid() != 0 or not all(map(shutil.which, ("git", "unshare", "setpriv", "flock"))):
            self.skipTest("needs root, git, unshare, setpriv and flock")
        if subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("a name space of its own for mounts is refused here")
        git = ["git", "-C", self.folder / "clone", "-c", "user.name=n", "-c", "user.email=e@example.org"]
        for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "a commit"]):
            subprocess.run([*git, *words], check=True)

    def assert_nothing_left(self):
        self.assertEqual([path.name for path in (self.folder / "scratch").glob("tarn-system-*")], [])
        self.assertNotIn(str(self.folder), pathlib.Path("/proc/mounts").read_text())

    def test_a_system_must_be_known(self):
        for words in ([], ["plan9"]):
            done = self.run_script(*words)
            self.assertEqual(done.returncode, 2)
            self.assertIn("debian12, debian13 or unstable", done.stderr)

    def test_in_the_suite_it_is_one_of_the_long_tests(self):
        done = self.run_script("--in-suite", "debian13")
        self.assertEqual(done.returncode, SKIPPED)
        self.assertIn("skipped: builds everything in a new system, which takes long: TARN_LONG_TESTS=1", done.stderr)

    def test_what_is_missing_is_told(self):
        bare = self.folder / "bare"
        bare.mkdir()
        for name in ("bash", "id", "dirname", "git", "env"):
            (bare / name).symlink_to(shutil.which(name))
        done = self.run_script("debian13", PATH=str(bare))
        self.assertEqual(done.returncode, SKIPPED)
        self.assertRegex(done.stderr, r"skipped: needs (root|debootstrap)")

    def test_a_system_that_cannot_be_made_leaves_nothing(self):
        self.a_clone()
        done = self.run_script("--cache", str(self.folder / "kept"), "debian13")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("no such mirror\nrun.sh: debootstrap failed", done.stderr)
        self.assertIn(f"--cache-dir={self.folder / 'kept/trixie/packages'} trixie", (self.folder / "scratch/told").read_text())
        self.assert_nothing_left()

    def test_what_is_stopped_leaves_nothing(self):
        self.a_clone()
        with subprocess.Popen([self.script, "debian13"], env={**self.env, "HANGS": "1"}, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as started:
            deadline = time.monotonic() + LIMIT
            while not (self.folder / "scratch/told").exists() and time.monotonic() < deadline:
                time.sleep(0.1)
            started.send_signal(signal.SIGTERM)
            self.assertEqual(started.wait(timeout=LIMIT), 130)
        self.assertTrue((self.folder / "scratch/told").exists())
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main()
