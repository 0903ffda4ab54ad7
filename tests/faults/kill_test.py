"""Kills `tarn run` with SIGKILL at calls of write, fsync, rename, unlink, mkdir, close, fallocate, ftruncate and open in
its run directory, restarts it, and compares what is there in the end with a run that nobody killed.

    kill_test.py [--count N] [--jobs N] [--seconds S] [--seed S] [--ranks 1 4]     as a test: 8 runs

The first runs are killed within the last lines of their manifest, where a restart finds nothing left to compute; the
others at random calls, up to three times each. Every restart must verify, have lost at most one interval between
checkpoints, end bit for bit like the uninterrupted run, and leave no stray file. See campaign.md.
"""

import argparse
import collections
import pathlib
import random
import shutil
import sys
import tempfile

from faults.fault_runs import (DECK, INTERVAL, Trials, allow_mpi, calls_of_a_run, committed_steps, differences, fault,
                               parallel_options, run, stray_files, verify)

KINDS = ["write", "fsync", "rename", "unlink", "mkdir", "close", "allocate", "truncate", "open", "any"]
SIGNALLED = (-9, 137)


class Killing:
    def __init__(self, folder, seed, ranks):
        self.folder, self.seed, self.ranks = pathlib.Path(folder), seed, ranks
        self.deck = self.folder / "plate.toml"
        self.deck.write_text(DECK)
        self.whole = self.folder / "whole"
        done = run(self.deck, self.whole)
        if done.returncode != 0:
            raise SystemExit(f"the run without faults fails:\n{done.stdout}{done.stderr}")
        self.calls = {number: calls_of_a_run(self.deck, self.folder, number) for number in set(ranks)}
        self.seen = collections.Counter()

    def faults(self, number, ranks):
        """The faults of one run, for each process that it takes; None: it is let be."""
        chance = random.Random(f"{self.seed}-{number}")
        writes = self.calls[ranks][0]["write"]
        if number < 4 * len(self.ranks):  # run.json, the removal of the oldest checkpoint, the last checkpoint
            of_the_report = 3  # the last ones: that it is written, the page, its line
            back = number // len(self.ranks) + of_the_report
            return [("write", writes - back, "kill", {"part": 1, "rank": 0})]
        chosen = []
        for attempt in range(3):
            rank = chance.choice([0, 0, chance.randrange(ranks)])
            kind = chance.choice([kind for kind in KINDS if self.calls[ranks][rank].get(kind)])
            at = chance.randint(1, self.calls[ranks][rank][kind])
            more = {"rank": rank, **({"part": 1} if chance.random() < 0.5 else {})}
            action = chance.choice(["kill", "kill-after"])
            chosen.append((kind, at, action, more) if attempt == 0 or chance.random() < 0.6 else None)
        return chosen

    def trial(self, number):
        """One run, killed up to three times, then left to end; the problems found."""
        ranks = self.ranks[number % len(self.ranks)]
        directory = self.folder / f"run{number}"
        story, committed = [f"run {number}, {ranks} ranks"], set()
        for chosen in [*self.faults(number, ranks), None]:
            env = None
            if chosen:
                kind, at, action, more = chosen
                env = fault(kind, at, action, directory, **more)
                story.append(f"{action} at {kind} {at} {more}")
            continued = (directory / "deck.toml").exists()
            done = run(self.deck, directory, *(["--restart"] if continued else []), ranks=ranks, env=env)
            problem = self.look(directory, done, committed)
            if problem:
                return f"{'; '.join(story)}: {problem}\n{done.stdout}{done.stderr}"
            if done.returncode == 0:
                break
            committed = committed_steps(directory)
            if done.returncode == 3:
                shutil.rmtree(directory)  # nothing was committed; a user begins anew
            self.seen["begun anew" if done.returncode == 3 else "killed"] += 1
        if done.returncode == 3:
            done = run(self.deck, directory, ranks=ranks)
        return self.look_at_the_end(directory, done, "; ".join(story))

    def look(self, directory, done, committed_before):
        """What is wrong after one process."""
        if done.returncode == 3 and committed_before:
            return f"{sorted(committed_before)} were committed, but the restart failed"
        if "skipped" in done.stderr:
            return "a committed checkpoint did not verify"
        if done.returncode not in (0, 3, *SIGNALLED) and "signal 9" not in done.stdout + done.stderr:
            return f"ended with {done.returncode}"
        now = committed_steps(directory)
        if committed_before and (not now or max(now) < max(committed_before)):
            return f"checkpoint {max(committed_before)} was committed, and is lost: {sorted(now)}"
        rows = directory / "history.csv"
        text = rows.read_text(errors="replace") if rows.exists() else ""
        last = [row.split(",")[0] for row in text.split("\n")[1:-1]][-1:]
        if last and last[0].isdigit() and int(last[0]) > max(now, default=0) + INTERVAL:
            return f"step {last[0]} was reached, but the newest checkpoint is {max(now, default=0)}"
        return None

    def look_at_the_end(self, directory, done, story):
        """What is wrong once a run has been left to end."""
        if done.returncode != 0:
            return f"{story}: did not end: {done.returncode}\n{done.stdout}{done.stderr}"
        problems = differences(directory, self.whole)
        problems += [f"stray: {name}" for name in stray_files(directory)]
        verified = verify(directory)
        if verified.returncode != 0 or "note:" in verified.stdout:
            problems.append(f"tarn data verify: {verified.stdout}{verified.stderr}")
        if problems:
            return f"{story}: {problems}"
        shutil.rmtree(directory)
        return None


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=8, help="how many runs are killed")
    options.add_argument("--first", type=int, default=0, help="the number of the first, to run one of them again")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--ranks", type=int, nargs="+", default=[1, 4], help="taken in turn")
    parallel_options(options)
    chosen = options.parse_args()
    allow_mpi()
    folder = tempfile.mkdtemp(prefix="tarn-kill-", dir=chosen.below)
    trials = Trials(chosen.jobs, chosen.seconds)
    failed = True
    try:
        killing = Killing(folder, chosen.seed, chosen.ranks)
        print("calls of a whole run, rank 0:", {ranks: calls[0] for ranks, calls in killing.calls.items()}, flush=True)
        trials.run(killing.trial, range(chosen.first, chosen.first + chosen.count))
        seen = ", ".join(f"{number} {what}" for what, number in sorted(killing.seen.items()))
        print(f"{trials.tried} runs (processes: {seen}), {trials.told()}")
        failed = trials.failures > 0
    finally:
        if not failed:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
