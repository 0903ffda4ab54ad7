"""Kills `tarn run` with SIGKILL at random calls of write, fsync, rename, unlink, mkdir, close and fallocate in its run
directory, restarts it, and compares what is there in the end with a run that nobody killed.

    kill_test.py [--runs N] [--seed S] [--ranks 1 4]     as a test: 6 runs

Every restart must verify, have lost at most one interval between checkpoints and the one being written, end bit for bit like the uninterrupted
run, and leave no stray file.
"""

import argparse
import collections
import os
import pathlib
import random
import shutil
import sys
import tempfile

from faults.fault_runs import DECK, INTERVAL, committed_steps, differences, fault, run, stray_files, verify

KINDS = ["write", "fsync", "rename", "unlink", "mkdir", "close", "allocate", "any"]


class Trials:
    def __init__(self, folder, seed):
        self.folder = pathlib.Path(folder)
        self.random = random.Random(seed)
        self.deck = self.folder / "plate.toml"
        self.deck.write_text(DECK)
        self.whole = self.folder / "whole"
        done = run(self.deck, self.whole)
        if done.returncode != 0:
            raise SystemExit(f"the run without faults fails:\n{done.stdout}{done.stderr}")
        self.calls = {kind: self.count(kind) for kind in KINDS}
        self.seen = collections.Counter()

    def count(self, kind):
        """Calls of a kind that a whole run makes."""
        told, directory = self.folder / "count", self.folder / "counted"
        run(self.deck, directory, env=fault(kind, 0, "kill", directory, count=told))
        number = max(map(int, told.read_text().split()))
        told.unlink()
        shutil.rmtree(directory)
        return number

    def trial(self, number, ranks):
        """One run, killed up to three times, then left to end; the problems found."""
        directory = self.folder / f"run{number}"
        story, killed_at = [], set()
        for attempt in range(4):
            env = None
            if attempt < 3 and (attempt == 0 or self.random.random() < 0.6):
                kind = self.random.choice(KINDS)
                at = self.random.randint(1, self.calls[kind])
                action = self.random.choice(["kill", "kill-after"])
                more = {"part": 1} if self.random.random() < 0.5 else {}
                if ranks > 1:
                    more["rank"] = self.random.choice([0, 0, self.random.randrange(ranks)])
                env = fault(kind, at, action, directory, **more)
                story.append(f"{action} at {kind} {at} {more}")
            continues = (directory / "deck.toml").exists()
            done = run(self.deck, directory, *(["--restart"] if continues else []), ranks=ranks, env=env)
            problem = self.look(directory, done, continues, killed_at)
            if problem:
                return f"{'; '.join(story)}: attempt {attempt + 1}: {problem}\n{done.stdout}{done.stderr}"
            if done.returncode == 0:
                break
            killed_at = committed_steps(directory)
            if done.returncode == 3 and not killed_at:
                shutil.rmtree(directory)  # nothing was committed; a user begins anew
            self.seen["killed" if done.returncode != 3 else "begun anew"] += 1
        if done.returncode != 0:
            return f"{'; '.join(story)}: did not end: {done.returncode}\n{done.stdout}{done.stderr}"
        problems = differences(directory, self.whole)
        problems += [f"stray: {name}" for name in stray_files(directory)]
        verified = verify(directory)
        if verified.returncode != 0:
            problems.append(f"tarn data verify: {verified.stdout}{verified.stderr}")
        if problems:
            return f"{'; '.join(story)}: {problems}"
        shutil.rmtree(directory)
        return None

    def look(self, directory, done, continued, committed_before):
        """What is wrong after one process."""
        if done.returncode == 3 and committed_before:
            return f"{sorted(committed_before)} were committed, but the restart failed"
        if "skipped" in done.stderr:
            return "a committed checkpoint did not verify"
        if done.returncode not in (0, 3, -9, 137) and "signal 9" not in done.stdout + done.stderr:
            return f"ended with {done.returncode}"
        now = committed_steps(directory)
        if committed_before and (not now or max(now) < max(committed_before)):
            return f"checkpoint {max(committed_before)} was committed, and is lost: {sorted(now)}"
        rows = pathlib.Path(directory, "history.csv")
        if now and rows.exists():
            last = [row.split(",")[0] for row in rows.read_text(errors="replace").split("\n")[1:-1]]
            if last and last[-1].isdigit() and int(last[-1]) >= max(now) + 2 * INTERVAL:
                return f"step {last[-1]} was reached, but the newest checkpoint is {max(now)}"
        return None


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=6, help="how many runs are killed")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--ranks", type=int, nargs="+", default=[1, 4], help="taken in turn")
    options.add_argument("--below", default=None, help="a directory on the file system to try")
    chosen = options.parse_args()
    os.environ.setdefault("OMPI_ALLOW_RUN_AS_ROOT", "1")
    os.environ.setdefault("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
    os.environ.setdefault("OMPI_MCA_rmaps_base_oversubscribe", "1")
    folder = tempfile.mkdtemp(prefix="tarn-kill-", dir=chosen.below)
    failures = 0
    try:
        trials = Trials(folder, chosen.seed)
        print("calls of a whole run:", trials.calls)
        for number in range(chosen.runs):
            problem = trials.trial(number, chosen.ranks[number % len(chosen.ranks)])
            if problem:
                failures += 1
                print(f"run {number}: {problem}", flush=True)
        print(f"{chosen.runs} runs, processes that were {dict(trials.seen)}, {failures} failures")
    finally:
        if not failures:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
