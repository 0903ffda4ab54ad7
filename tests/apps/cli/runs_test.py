"""What a run leaves: the directory, snapshots, pictures, and what it prints."""

import json
import math
import os
import re
import signal
import struct
import subprocess
import time
import tomllib
import unittest

import h5py

from support.tarn_program import DECKS, PROGRAM, Case, tarn

PLATE = """# A plate.
[run]
app = "heat"
[grid]
cells = [6, 4]
lower = [-1.0, 0.0]
upper = [2.0, 1.0]
[time]
end = 0.02
dt = 0.005
[heat]
diffusivity = 1
initial = "x + 10 * y"
[[output]]
every = { steps = 2 }
[[image]]
field = "temperature"
every = { steps = 4 }
"""

# Enough of a deck to see it run: three steps, or what is said here.
SHORTER = {
    "box.toml": ["grid.cells=[12, 12, 12]", "time.max_steps=3"],
    "layers.toml": ["grid.cells=[30, 20]", "time.max_steps=3"],
    "plate.toml": ["time.max_steps=20"],
    "rod.toml": ["time.max_steps=50"],
}


def png_size(path):
    """Width and height of a PNG file, from its header."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n" and data[-8:-4] == b"IEND", path
    return struct.unpack(">II", data[16:24])


class Runs(Case):
    def test_every_deck_that_comes_with_tarn_runs(self):
        decks = sorted(DECKS.glob("*/*.toml"))
        pipelines = {deck for deck in decks if deck.parent.name == "pipeline"}
        self.assertLessEqual(set(SHORTER), {deck.name for deck in decks})
        decks = [deck for deck in decks if deck not in pipelines]
        for deck in decks:
            with self.subTest(deck=deck.name):
                self.assertIn(f"{deck}: the deck is sound\n", self.run_ok("check", deck).stdout)
                run = self.folder / f"{deck.parent.name}-{deck.stem}"
                overrides = [word for key in SHORTER.get(deck.name, ["time.max_steps=3"]) for word in ("--set", key)]

                done = self.run_ok("run", deck, *overrides, "--run-dir", run)

                self.assertEqual(done.stdout.splitlines()[0], f"run directory: {run}")
                self.assertEqual(done.stderr, "")
                self.assertEqual({path.name for path in run.iterdir()},
                                 {"out", "img", "ckpt", "tmp", "history.csv", "run.json", "report.html", "deck.toml", ".lock",
                                  "MANIFEST.jsonl", ".tarn-root", ".tarn-run"})
                asked = tomllib.loads(deck.read_text())
                for folder, ending, table in (("out", ".h5", "output"), ("img", ".png", "image"), ("ckpt", ".h5", "run")):
                    files = list((run / folder).iterdir())
                    self.assertEqual(bool(files), table in asked, folder)
                    self.assertTrue(all(file.suffix == ending for file in files), files)
                self.assertEqual(list((run / "tmp").iterdir()), [])
                for picture in (run / "img").iterdir():
                    width, height = png_size(picture)
                    self.assertTrue(200 <= width <= 4000 and 100 <= height <= 4000, (picture, width, height))
                    self.assertGreater(picture.stat().st_size, 1000)
                self.assertEqual(json.loads((run / "run.json").read_text())["status"], "done")
                self.assertIn("app", tomllib.loads((run / "deck.toml").read_text())["run"])

    def test_every_pipeline_that_comes_with_tarn_runs_on_the_inputs_that_its_comment_makes(self):
        decks = sorted(DECKS.glob("pipeline/*.toml"))
        self.assertEqual(len(decks), 3)
        for deck in decks:
            with self.subTest(deck=deck.name):
                root, run = self.folder / "root", self.folder / deck.stem
                (make,) = re.findall(r"^#   tarn (data make .*)$", deck.read_text(), re.MULTILINE)
                self.run_ok(*make.replace("--root runs", f"--root {root}").split())
                self.assertIn(f"{deck}: the deck is sound\n", self.run_ok("check", deck, "--root", root).stdout)

                done = self.run_ok("run", deck, "--root", root, "--run-dir", run)

                self.assertEqual(done.stdout.splitlines()[0], f"run directory: {run}")
                self.assertEqual(done.stderr, "")
                told = json.loads((run / "run.json").read_text())
                self.assertEqual((told["status"], told["items"]["done"]), ("done", told["items"]["all"]))
                self.assertEqual(len((run / "results.csv").read_text().splitlines()), 1 + told["items"]["all"])
                self.assertEqual(list((run / "tmp").iterdir()), [])

    def test_a_restart_with_nothing_left_to_do_says_so_and_why(self):
        deck = self.write("plate.toml", PLATE)
        run = self.folder / "run"
        self.run_ok("run", deck, "--run-dir", run)
        again = ["run", deck, "--run-dir", run, "--restart"]

        ended = self.run_ok(*again).stdout
        limited = self.run_ok(*again, "--set", "time.end=1", "--set", "time.max_steps=4").stdout
        told = json.loads(self.run_ok(*again, "--set", "time.end=1", "--set", "time.max_steps=3", "--json").stdout)
        more = self.run_ok(*again, "--set", "time.end=0.03").stdout

        self.assertIn("after 4 steps: nothing was left to do: time.end is 0.02\n", ended)
        self.assertIn("nothing was left to do: time.max_steps is 4, and the checkpoint is of step 4\n", limited)
        self.assertEqual((told["status"], told["reason"]),
                         ("done", "nothing was left to do: time.max_steps is 3, and the checkpoint is of step 4"))
        self.assertNotIn("nothing was left", more)

    def test_snapshots_hold_the_values_and_the_deck(self):
        deck = self.write("plate.toml", PLATE)
        run = self.folder / "run"
        self.run_ok("run", deck, "--run-dir", run, "--quiet")

        with h5py.File(run / "out" / "fields-0000000000.h5") as file:
            step = file["data/0"]
            values = step["fields/temperature"]
            self.assertEqual((step.attrs["step"], step.attrs["time"]), (0, 0.0))
            self.assertEqual(list(values.attrs["gridSpacing"]), [0.25, 0.5])  # of y, x
            self.assertEqual(list(values.attrs["axisLabels"]), [b"y", b"x"])
            self.assertEqual(values.shape, (4, 6))
            for j in range(4):
                for i in range(6):
                    x, y = -1 + (i + 0.5) * 0.5, (j + 0.5) * 0.25
                    self.assertAlmostEqual(values[j, i], x + 10 * y, places=12)
            self.assertEqual(file.attrs["deck"].decode(), PLATE)
            self.assertEqual(file.attrs["app"], b"heat")
        names = sorted(path.name for path in (run / "out").iterdir())
        self.assertEqual(names, [f"fields-{step:010}.h5" for step in (0, 2, 4)])
        with h5py.File(run / "out" / names[-1]) as file:
            self.assertEqual(file["data/4"].attrs["step"], 4)
            self.assertAlmostEqual(file["data/4"].attrs["time"], 0.02, places=15)
            self.assertTrue(all(map(math.isfinite, file["data/4/fields/temperature"][:].flat)))

    def test_the_stored_deck_is_the_deck_with_its_overrides(self):
        deck = self.write("plate.toml", PLATE)
        run = self.folder / "run"
        overrides = {"time.max_steps": "2", "heat.initial": "1 + y", "output[0].series": "plate", "run.seed": "7"}
        words = [word for key, value in overrides.items() for word in ("--set", f"{key}={value}")]
        expected = tomllib.loads(PLATE)
        expected["time"]["max_steps"] = 2
        expected["heat"]["initial"] = "1 + y"
        expected["output"][0]["series"] = "plate"
        expected["run"]["seed"] = 7

        self.run_ok("run", deck, "--run-dir", run, "--quiet", *words)

        stored = (run / "deck.toml").read_text()
        self.assertEqual(tomllib.loads(stored), expected)
        self.assertIn("#   --set heat.initial=1 + y\n", stored)
        self.assertIn("the deck is sound", self.run_ok("check", run / "deck.toml").stdout)
        with h5py.File(run / "out" / "plate-0000000002.h5") as file:
            self.assertEqual(file.attrs["deck"].decode(), stored)
            self.assertEqual(file.attrs["seed"], 7)

    def test_it_is_told_whether_the_directory_was_there(self):
        deck = self.write("plate.toml", PLATE)
        (self.folder / "there").mkdir()
        for name, told in (("new", "made the managed directory"), ("there", "took the existing directory"),
                           ("parent/new", "made the managed directory")):
            done = self.run_ok("run", deck, "--run-dir", self.folder / name)
            self.assertEqual(done.stdout.splitlines()[1].partition(" /")[0], told)

    def test_a_root_holds_runs_by_name_and_the_latest(self):
        deck = self.write("plate.toml", PLATE)
        root = self.folder / "runs"

        first = self.run_ok("run", deck, "--root", root, "--quiet").stdout
        second = self.run_ok("run", deck, "--root", root, "--quiet", "--set", "run.name=hot.plate_2").stdout

        self.assertRegex(first, r"^run directory: \S+/plate-\d{8}T\d{6}Z-[0-9a-f]{8}\n$")
        self.assertRegex(second, r"^run directory: \S+/hot\.plate_2-\d{8}T\d{6}Z-[0-9a-f]{8}\n$")
        self.assertEqual(f"run directory: {(root / 'latest').resolve()}\n", second)
        self.assertEqual(len(list(root.iterdir())), 4)  # two runs, the link, .tarn-root

    def test_a_deck_whose_name_no_run_can_bear_names_it_with_underscores(self):
        self.write("my plate.toml", PLATE)

        done = self.run_ok("run", "my plate.toml", "--quiet", cwd=self.folder)

        self.assertRegex(done.stdout, r"^run directory: \S+/runs/my_plate-\d{8}T\d{6}Z-[0-9a-f]{8}\n$")

    def test_a_run_that_lives_keeps_others_out_and_stops_on_sigterm_to_the_launcher(self):
        deck = self.write("plate.toml", PLATE)
        run = self.folder / "run"
        long = ["--set", "time.end=1e6", "--set", "output=[]", "--set", "image=[]", "--run-dir", run]
        first = subprocess.Popen([PROGRAM, "run", deck, *long, "-n", "2"], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not (run / "history.csv").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.3)

        second = tarn("run", deck, *long, "--restart")
        first.send_signal(signal.SIGTERM)

        self.assertEqual(first.wait(timeout=60), 75)
        self.assertEqual(second.returncode, 3, second.stderr)
        self.assertIn("another run is writing here", second.stderr)

    def test_times_that_rounding_puts_beside_the_end_are_the_end(self):
        deck = self.write("plate.toml", PLATE)
        run = self.folder / "run"

        self.run_ok("run", deck, "--run-dir", run, "--set", "time.end=0.9", "--set", "output=[{every={time=0.3}}]")

        self.assertEqual(len(list((run / "out").iterdir())), 4)

    def test_json_is_one_object_the_same_as_in_the_directory(self):
        deck = self.write("plate.toml", PLATE)

        done = self.run_ok("run", deck, "--root", self.folder / "runs", "--json")

        told = json.loads(done.stdout)
        self.assertEqual(told, json.loads((self.folder / "runs" / "latest" / "run.json").read_text()))
        self.assertEqual((told["status"], told["exit_code"], told["steps"], told["ranks"]), ("done", 0, 4, 1))
        self.assertEqual((told["name"], told["app"], told["cells"]), ("plate", "heat", [6, 4]))
        self.assertAlmostEqual(told["time"], 0.02, places=15)
        self.assertEqual((told["snapshots"], told["pictures"]), (3, 2))
        self.assertEqual(done.stderr, "")

    def test_a_state_goes_on_in_a_new_run(self):
        deck = self.write("plate.toml", PLATE)
        half, whole, rest = (self.folder / name for name in ("half", "whole", "rest"))
        self.run_ok("run", deck, "--run-dir", whole, "--quiet")
        self.run_ok("run", deck, "--run-dir", half, "--quiet", "--set", "time.max_steps=2")

        done = self.run_ok("run", deck, "--run-dir", rest, "--restart", half / "ckpt" / "0000000002.h5")

        self.assertIn(f"restart from {half}/ckpt/0000000002.h5: step 2, time 0.01\n", done.stdout)
        with h5py.File(whole / "out/fields-0000000004.h5") as a, h5py.File(rest / "out/fields-0000000004.h5") as b:
            self.assertTrue((a["data/4/fields/temperature"][:] == b["data/4/fields/temperature"][:]).all())

    def test_a_root_whose_name_is_no_utf8_is_as_good_as_any(self):
        deck = self.write("plate.toml", PLATE)
        root = self.folder / os.fsdecode(b"runs\xff")

        self.run_ok("run", deck, "--run-dir", root, "--json")

        self.assertEqual(json.loads((root / "run.json").read_text())["status"], "done")

    def test_a_state_below_latest_goes_on_in_a_new_run(self):
        deck = self.write("plate.toml", PLATE)
        root = self.folder / "runs"
        self.run_ok("run", deck, "--root", root, "--quiet", "--set", "time.max_steps=2")
        half = (root / "latest").resolve()

        done = self.run_ok("run", deck, "--root", root, "--restart", root / "latest" / "ckpt" / "0000000002.h5")

        self.assertIn(f"restart from {half}/ckpt/0000000002.h5: step 2, time 0.01\n", done.stdout)
        self.assertNotEqual((root / "latest").resolve(), half)


if __name__ == "__main__":
    unittest.main()
