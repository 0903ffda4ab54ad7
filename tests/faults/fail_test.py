"""Lets every write, fsync, rename, close, fallocate, ftruncate, unlink, mkdir, open and read in a run directory fail, one
after the other, with ENOSPC, EIO, EDQUOT and EINTR, on every rank; fills a tmpfs; limits the size of files. The run must
end with an exit code of tarn's and say what failed, keep what was committed before, and go on or stop as the deck says.

    fail_test.py [--every N] [--jobs N] [--seconds S] [--ranks 1 4]     as a test: some forty faults

--every 1 tries each call of each kind. See campaign.md.
"""

import argparse
import errno
import pathlib
import re
import shutil
import sys
import tempfile

from faults.fault_runs import (DECK, Trials, allow_mpi, calls_of_a_run, committed_steps, differences, fault,
                               parallel_options, run, stray_files, verify)
from support.disks import change_disk, mount_disk, unmount_disk, with_files_up_to

CODES = [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EINTR]
KINDS = ["write", "fsync", "rename", "close", "allocate", "truncate", "unlink", "mkdir", "open", "read"]
TOLD = ["No space left", "Input/output error", "Disk quota", "Interrupted", "File too large", "errno = "]


class Faults:
    def __init__(self, folder, trials):
        self.folder, self.trials = pathlib.Path(folder), trials
        self.deck = self.folder / "plate.toml"
        self.deck.write_text(DECK)
        self.stopping = self.folder / "stopping.toml"
        self.stopping.write_text(DECK.replace("keep = 2", 'keep = 2\non_error = "stop"'))
        self.whole = self.folder / "whole"
        assert run(self.deck, self.whole).returncode == 0

    def flaws(self, directory, done, must_tell=False):
        """What is wrong with exit code, message and committed files after a run that something failed in."""
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
            else:
                lost = {int(step) for step in re.findall(r"the checkpoint of step (\d+) could not be written", done.stderr)}
                different = differences(directory, self.whole, lost)
                if stray_files(directory) or different:
                    problems.append(f"in the end: {stray_files(directory)} {different}")
        shutil.rmtree(directory, ignore_errors=True)
        return f"{problems}\n{done.stdout}{done.stderr}" if problems else None

    def cases(self, ranks):
        """Every call of every kind, reads last: (ranks, rank, kind, which call)."""
        found = [(number, rank, kind, at) for number in ranks
                 for rank, calls in calls_of_a_run(self.deck, self.folder, number).items()
                 for kind in KINDS for at in range(1, calls.get(kind, 0) + 1)]
        return sorted(found, key=lambda case: case[2] == "read")

    def one_call(self, numbered):
        """A call fails alone, or with all calls of its kind after it."""
        number, (ranks, rank, kind, at) = numbered
        directory = self.folder / f"run{number}"
        code = CODES[number % len(CODES)]
        more = {"rank": rank}
        if at % 2:
            more["times"] = 1
        elif kind == "read" and code == errno.EINTR:
            more["times"] = 1000  # far more than tarn tries; HDF5 tries for as long as a read is interrupted
        deck = self.stopping if at % 3 == 0 else self.deck
        done = run(deck, directory, ranks=ranks, env=fault(kind, at, code, directory, **more))
        problem = self.flaws(directory, done)
        return problem and f"{ranks} ranks: {kind} {at} fails with {errno.errorcode[code]} {more}: {problem}"

    def checkpoint_error(self, case):
        """A checkpoint that cannot be written: the run goes on, or ends with exit code 3."""
        deck, code, steps, at = case
        directory = self.folder / f"run-{deck.stem}"
        done = run(deck, directory, env=fault("rename", at, errno.EIO, directory, times=1))
        told = "the checkpoint of step" in done.stderr or "Input/output error" in done.stderr
        problem = None
        if done.returncode != code or not told or (steps and 40 not in committed_steps(directory)):
            problem = f"on_error of {deck.name}: {done.returncode}, {committed_steps(directory)}\n{done.stderr}"
        shutil.rmtree(directory, ignore_errors=True)
        return problem

    def checkpoint_errors(self):
        at = self.rename_of(20)
        self.trials.run(self.checkpoint_error, [(self.deck, 0, "40", at), (self.stopping, 3, None, at)])

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

    def size_limit(self, case):
        """Files of 8 MiB, which is enough for MPI's own, are too short for a state of 9.6 MB."""
        deck, code = case
        large = ["--set", "grid.cells=[1200, 1000]", "--set", "time.dt=1e-7", "--set", "time.max_steps=11"]
        directory = self.folder / f"run-{deck.stem}"
        done = run(deck, directory, *large, prefix=with_files_up_to(8 << 20))
        if done.returncode != code:
            return f"files up to 8 MiB: ended with {done.returncode} instead of {code}"
        problem = self.flaws(directory, done, must_tell=True)
        return problem and f"files up to 8 MiB: {problem}"

    def full_disk(self, kib):
        """A tmpfs that fills up; only root can mount one. The restart gets a larger disk."""
        place = self.folder / f"disk{kib}"
        if not mount_disk(place, f"size={kib}k"):
            print("no tmpfs can be mounted here: left out")
            return None
        try:
            done = run(self.deck, place / "run")
            change_disk(place, "size=8m")
            problem = self.flaws(place / "run", done, must_tell=done.returncode != 0)
            return problem and f"a disk of {kib} KiB: {problem}"
        finally:
            unmount_disk(place)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--every", type=int, default=121, help="try every n-th call")
    options.add_argument("--first", type=int, default=0, help="the number of the first call to try")
    options.add_argument("--ranks", type=int, nargs="+", default=[1, 4], help="one after the other")
    parallel_options(options)
    chosen = options.parse_args()
    allow_mpi()
    folder = tempfile.mkdtemp(prefix="tarn-fail-", dir=chosen.below)
    trials = Trials(chosen.jobs, chosen.seconds)
    try:
        faults = Faults(folder, trials)
        faults.checkpoint_errors()
        trials.run(faults.size_limit, [(faults.deck, 3), (faults.stopping, 3)])
        trials.run(faults.full_disk, range(40, 400, min(120, max(20, 5 * chosen.every))))
        cases = list(enumerate(faults.cases(chosen.ranks)))
        print(f"{len(cases)} calls that can fail", flush=True)
        trials.run(faults.one_call, cases[chosen.first::chosen.every])
        print(f"{trials.tried} faults, {trials.told()}")
        return 1 if trials.failures else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
