"""Lets every write, fsync, rename, close, fallocate, unlink and mkdir in a run directory fail, one after the other, with
ENOSPC, EIO, EDQUOT and EINTR; fills a tmpfs; limits the size of files. The run must end with an exit code of tarn's and
say what failed, keep what was committed before, and go on or stop as the deck says.

    fail_test.py [--every N]     as a test: some forty faults; --every 1 tries each call of each kind
"""

import argparse
import errno
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from faults.fault_runs import DECK, committed_steps, differences, fault, run, stray_files, verify

CODES = [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EINTR]
KINDS = ["write", "fsync", "rename", "close", "allocate", "unlink", "mkdir"]
TOLD = ["No space left", "Input/output error", "Disk quota", "Interrupted", "File too large", "errno = "]


class Faults:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.deck = self.folder / "plate.toml"
        self.deck.write_text(DECK)
        self.stopping = self.folder / "stopping.toml"
        self.stopping.write_text(DECK.replace("keep = 2", 'keep = 2\non_error = "stop"'))
        self.whole = self.folder / "whole"
        assert run(self.deck, self.whole).returncode == 0
        self.tried = self.failures = 0

    def calls(self, kind):
        told, directory = self.folder / "count", self.folder / "counted"
        run(self.deck, directory, env=fault(kind, 0, "1", directory, count=told))
        number = max(map(int, told.read_text().split()))
        told.unlink()
        shutil.rmtree(directory)
        return number

    def check(self, name, directory, done, must_tell=False):
        """Exit code, message and committed files after a run that something failed in."""
        problems = []
        if done.returncode not in (0, 3):
            problems.append(f"ended with {done.returncode}")
        if (done.returncode == 3 or must_tell) and not any(text in done.stderr for text in TOLD):
            problems.append("does not say what failed")
        if committed_steps(directory):
            verified = verify(directory)
            if verified.returncode != 0:
                problems.append(f"tarn data verify: {verified.stdout}{verified.stderr}")
            again = run(self.deck, directory, "--restart")
            if again.returncode != 0 or "skipped" in again.stderr:
                problems.append(f"the restart ends with {again.returncode}: {again.stderr}")
            elif stray_files(directory):
                problems.append(f"stray: {stray_files(directory)}")
        self.tried += 1
        if problems:
            self.failures += 1
            print(f"{name}: {problems}\n{done.stdout}{done.stderr}", flush=True)

    def system_calls(self, every):
        for kind in KINDS:
            number = self.calls(kind)
            code_at = 0
            for at in range(1, number + 1, max(1, min(every, number))):
                code = CODES[code_at % len(CODES)]
                code_at += 1
                for once in [[1], [None]][at % 2]:
                    directory = self.folder / "run"
                    more = {"once": 1} if once else {}
                    deck = self.stopping if at % 3 == 0 else self.deck
                    done = run(deck, directory, env=fault(kind, at, code, directory, **more))
                    self.check(f"{kind} {at} of {number} fails with {errno.errorcode[code]} {more}", directory, done)
                    shutil.rmtree(directory, ignore_errors=True)

    def checkpoint_errors(self):
        """A checkpoint that cannot be written: the run goes on, or ends with exit code 3."""
        for deck, code, steps in ((self.deck, 0, "40"), (self.stopping, 3, None)):
            directory = self.folder / "run"
            done = run(deck, directory, env=fault("rename", self.rename_of(20), errno.EIO, directory, once=1))
            self.tried += 1
            told = "the checkpoint of step" in done.stderr or "Input/output error" in done.stderr
            if done.returncode != code or not told or (steps and 40 not in committed_steps(directory)):
                self.failures += 1
                print(f"on_error of {deck.name}: {done.returncode}, {committed_steps(directory)}\n{done.stderr}")
            shutil.rmtree(directory, ignore_errors=True)

    def rename_of(self, step):
        """Which rename in the run directory puts a step's checkpoint in place."""
        for at in range(1, 60):
            directory = self.folder / "probe"
            run(self.deck, directory, env=fault("rename", at, "kill", directory))
            there = (directory / "MANIFEST.jsonl").read_text() if (directory / "MANIFEST.jsonl").exists() else ""
            waiting = list((directory / "tmp").glob(f"{step:010}.h5.*")) if (directory / "tmp").exists() else []
            shutil.rmtree(directory, ignore_errors=True)
            if waiting and f"ckpt/{step:010}" not in there:
                return at
        raise SystemExit("no such rename")

    def size_limit(self):
        """`ulimit -f`: files of 8 MiB, which is enough for MPI's own, are too short for a state of 9.6 MB."""
        large = ["--set", "grid.cells=[1200, 1000]", "--set", "time.dt=1e-7", "--set", "time.max_steps=11"]
        for deck, code in ((self.deck, 3), (self.stopping, 3)):
            directory = self.folder / "run"
            done = run(deck, directory, *large, prefix=["bash", "-c", 'ulimit -f 8192; exec "$@"', "limited"])
            if done.returncode != code:
                self.failures += 1
                print(f"ulimit -f: ended with {done.returncode} instead of {code}")
            self.check("ulimit -f", directory, done, must_tell=True)
            shutil.rmtree(directory, ignore_errors=True)

    def full_disk(self, step_kib):
        """A tmpfs that fills up, of all sizes in steps; only root can mount one."""
        place = self.folder / "disk"
        place.mkdir()
        for kib in range(40, 400, step_kib):
            if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k", "none", place],
                              capture_output=True).returncode != 0:
                print("no tmpfs can be mounted here: left out")
                return
            try:
                directory = place / "run"
                done = run(self.deck, directory)
                committed = committed_steps(directory)
                # The restart gets a larger disk.
                subprocess.run(["mount", "-o", "remount,size=8m", place], check=True)
                self.check(f"a disk of {kib} KiB", directory, done, must_tell=done.returncode != 0)
                if committed and done.returncode == 0 and differences(directory, self.whole) and kib > 300:
                    print(f"a disk of {kib} KiB: the files differ")
            finally:
                subprocess.run(["umount", place], check=False)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--every", type=int, default=23, help="try every n-th call of each kind")
    chosen = options.parse_args()
    for name in ("OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"):
        os.environ.setdefault(name, "1")
    folder = tempfile.mkdtemp(prefix="tarn-fail-")
    try:
        faults = Faults(folder)
        faults.checkpoint_errors()
        faults.size_limit()
        faults.full_disk(step_kib=max(20, 5 * chosen.every))
        faults.system_calls(chosen.every)
        print(f"{faults.tried} faults, {faults.failures} failures")
        return 1 if faults.failures else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
