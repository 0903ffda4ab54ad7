"""The bits of every deck that comes with tarn, in both precisions, on 1 rank, and on 3 ranks until a restart on 2.

A golden is a hash of the numbers of every field in the last checkpoint of a run of some steps. It depends on no machine
and no number of ranks: what changes it changes results, and is meant to or is a fault.

    goldens_test.py --record [APP ...]   writes the hashes that this build gives
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import sys
import unittest

import h5py

from support.tarn_program import DECKS, Case, tarn

GOLDENS = pathlib.Path(__file__).with_name("goldens.json")
STEPS = 12  # of each run; a restart goes on from half of them
PRECISIONS = ("single", "double")


def simulation_decks():
    """Decks with a grid, by the name 'app/deck'."""
    decks = {f"{path.parent.name}/{path.stem}": path for path in sorted(DECKS.glob("*/*.toml"))}
    return {name: path for name, path in decks.items() if "[grid]" in path.read_text()}


def fields_hash(run):
    """A hash of names and numbers of the fields in the newest checkpoint of a run."""
    newest = max((run / "ckpt").glob("*.h5"))
    total = hashlib.sha256()
    with h5py.File(newest) as file:
        (step,) = file["data"].values()
        for name, values in sorted(step["fields"].items()):
            total.update(name.encode() + b"\0" + values[...].tobytes())
    return total.hexdigest()


def run_deck(deck, folder, precision, *more):
    """Runs a few steps of a deck; its snapshots and pictures are left out only in so far as the last ones count."""
    words = ["run", deck, "--run-dir", folder, "--quiet", "--set", f"run.precision={precision}", *more]
    return tarn(*words)


class Goldens(Case):
    def hashes(self, name, deck, precision):
        """The hash of each way to run a deck; of a run that failed what it said."""
        def hash_of(label, *words_of_each_run):
            run = self.folder / f"{name.replace('/', '-')}-{precision}-{label.replace(' ', '-')}"
            for words in words_of_each_run:
                done = run_deck(deck, run, precision, *words)
                if done.returncode != 0:
                    return done.stdout + done.stderr
            return fields_hash(run)

        whole = ("--set", f"time.max_steps={STEPS}")
        half = ("--set", f"time.max_steps={STEPS // 2}")
        ways = {"1 rank": [whole], "3 ranks, then 2": [(*half, "-n", "3"), (*whole, "--restart", "-n", "2")]}
        return {label: hash_of(label, *words) for label, words in ways.items()}

    def test_every_deck_has_its_bits(self):
        goldens = json.loads(GOLDENS.read_text())
        decks = simulation_decks()
        self.assertEqual(sorted(goldens), sorted(decks), "run goldens_test.py --record for new decks")
        runs = [(name, deck, precision) for name, deck in decks.items() for precision in PRECISIONS]
        # Most of such a run is its start and its end, which wait: on a GPU for seconds.
        with concurrent.futures.ThreadPoolExecutor(max(2, (os.cpu_count() or 1) // 8)) as pool:
            for (name, _, precision), found in zip(runs, pool.map(lambda run: self.hashes(*run), runs)):
                with self.subTest(deck=name, precision=precision):
                    self.assertEqual(found, dict.fromkeys(found, goldens[name][precision]))


def record(apps, folder):
    goldens = json.loads(GOLDENS.read_text()) if GOLDENS.exists() else {}
    goldens = {name: hashes for name, hashes in goldens.items() if name in simulation_decks()}
    for name, deck in simulation_decks().items():
        if apps and name.split("/")[0] not in apps:
            continue
        goldens[name] = {}
        for precision in PRECISIONS:
            run = pathlib.Path(folder) / f"{name.replace('/', '-')}-{precision}"
            done = run_deck(deck, run, precision, "--set", f"time.max_steps={STEPS}")
            if done.returncode != 0:
                sys.exit(f"{name}: {done.stdout}{done.stderr}")
            goldens[name][precision] = fields_hash(run)
            print(name, precision, goldens[name][precision])
    GOLDENS.write_text(json.dumps(goldens, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    if "--record" in sys.argv:
        import tempfile

        with tempfile.TemporaryDirectory() as scratch:
            record(sys.argv[sys.argv.index("--record") + 1 :], scratch)
    else:
        unittest.main()
