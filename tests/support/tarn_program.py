"""Runs the tarn program the way its users do, for tests with unittest."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from support.disks import mount_disk, unmount_disk

PROGRAM = os.environ["TARN_PROGRAM"]
SOURCE = pathlib.Path(os.environ["TARN_SOURCE_DIR"])
DECKS = SOURCE / "input_decks"

# A run of a moment.
ROD = """[run]
app = "heat"
[grid]
cells = [16]
[time]
end = 0.01
[heat]
diffusivity = 1
initial = "sin(2 * pi * x)"
"""

# The same of an equation in the deck.
WAVE = """[run]
app = "pde"
[grid]
cells = [16]
[time]
end = 0.01
[pde.equations]
u = "laplace(u)"
[pde.initial]
u = "sin(2 * pi * x)"
"""


def tarn(*words, cwd=None, env=None, timeout=300):
    """Runs `tarn WORDS...`; the result has returncode, stdout and stderr as text."""
    return subprocess.run(
        [PROGRAM, *map(str, words)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def environment_of_another_user(**more):
    """The environment for a program that another user runs: NVIDIA's Multi-Process Service serves one user at a time, and
    makes others wait."""
    return {name: text for name, text in os.environ.items() if not name.startswith("CUDA_MPS_")} | more


def app_names():
    """The apps that this tarn knows, as its messages list them."""
    lines = tarn("list").stdout.splitlines()
    return ", ".join(line.split()[0] for line in lines if not line.startswith(" "))


def commands_for_programs():
    """The words of every command but that whose text is for man and for shells: ("run",), ("data", "ls") and so on."""
    def names(*words):
        return re.findall(r"^  (\w+) ", tarn(*words, "--help").stdout.partition("\nCommands:\n")[2], re.M)

    return [(name,) for name in names() if name not in ("data", "manual")] + [("data", name) for name in names("data")]


def scratch_place():
    """Where tests have their folders: TMPDIR, unless tarn manages it or a directory that it is in."""
    places = [pathlib.Path(place).resolve() for place in (tempfile.gettempdir(), "/tmp", "/var/tmp")]
    free = [place for place in places if not any((one / ".tarn-root").exists() for one in (place, *place.parents))]
    return free[0] if free else places[0]


class Case(unittest.TestCase):
    """A test with a folder of its own, removed at its end."""

    maxDiff = None  # what a program said is shown whole

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tarn-test-", dir=scratch_place()))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def disk(self, name="disk", *options):
        """Mounts a disk of its own in the test's folder; where that is not possible the test is skipped.
        @param options  as of mount_disk()"""
        place = self.folder / name
        if not mount_disk(place, *options):
            self.skipTest("no tmpfs can be mounted")
        self.addCleanup(unmount_disk, place)
        return place

    def run_ok(self, *words, **options):
        """Runs tarn and fails the test unless it ends with exit code 0."""
        done = tarn(*words, **options)
        self.assertEqual(done.returncode, 0, f"tarn {words}:\n{done.stdout}\n{done.stderr}")
        return done
