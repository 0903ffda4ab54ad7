"""Bad files, killed runs and signals: what is right stays, and --restart does only the rest."""

import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

import h5py
import numpy

from apps.pipeline.pipeline_case import (EXIT_DATA, EXIT_STOPPED, EXIT_USAGE, GRAM, PipelineCase, deck_text,
                                         random_array, step)
from support.tarn_program import PROGRAM, tarn

SLOW = [step("matmul", a="data", b="data", transpose_b=True, out="g0")] + [
    step("formula", expression=f"sin(g{n}) * cos(g{n}) + exp(sin(g{n}))", out=f"g{n + 1}") for n in range(12)
] + [step("sum", a="g12", out="total")]


class Faults(PipelineCase):
    def put_bad_items(self):
        """Six files, of which two are sound."""
        arrays = {name: random_array((30, 20), "float64", n) for n, name in enumerate(("a.h5", "f.h5"))}
        for name, array in arrays.items():
            self.put(name, array)
        self.put("b.h5", numpy.array([b"text"] * 5))
        (self.root / "in" / "c.h5").write_bytes(b"this is no HDF5 file" * 10)
        self.put("d.h5", random_array((300, 200), "float64", 9), fletcher32=True, chunks=(50, 200))
        data = bytearray((self.root / "in" / "d.h5").read_bytes())
        data[len(data) // 2] ^= 1
        (self.root / "in" / "d.h5").write_bytes(data)
        with h5py.File(self.root / "in" / "e.h5", "w") as file:
            file["other"] = [1.0]
        return arrays

    def test_bad_items_are_skipped_and_told_and_the_rest_is_right(self):
        arrays = self.put_bad_items()

        done = self.run_deck(deck_text(GRAM, ["total"], ["gram"]), "run", expect=EXIT_DATA)

        rows = {row["file"]: row for row in self.rows("run")}
        self.assertEqual([row["status"] for row in rows.values()],
                         ["done", "failed", "failed", "failed", "failed", "done"])
        for name, array in arrays.items():
            self.assert_close(float(rows[f"in/{name}"]["total"]), (array @ array.T).sum())
            self.assert_close(self.kept("run", name, "gram"), array @ array.T)
        self.assertEqual({path.name for path in (self.folder / "run" / "out").iterdir()}, {"a.h5", "f.h5"})
        for file, what in (("b", "/data holds text; numbers of up to 64 bits are read"), ("c", "is not an HDF5 file"),
                           ("d", "cannot read /data"), ("e", "has no /data; / holds [other]")):
            self.assertRegex(done.stderr, rf"tarn: in/{file}\.h5 skipped: .*{what.replace('[', chr(92) + '[')}")
        self.assertEqual(self.summary("run")["items"], {"all": 6, "done": 2, "failed": 4})
        self.assertEqual(self.summary("run")["reason"], "4 of 6 files failed")
        self.assertEqual(list((self.folder / "run" / "tmp").iterdir()), [])

    def test_what_is_refused_leaves_no_directory(self):
        text = deck_text(GRAM, ["total"], ["gram"], head='inputs = "in/*/a.h5"')
        nothing = self.run_deck(text, "run", expect=EXIT_DATA)
        for folder in ("b", "c"):
            (self.root / "in" / folder).mkdir()
            self.put(f"{folder}/a.h5", random_array((3, 3), "float64", 1))
        twice = self.run_deck(text, "run", expect=EXIT_USAGE)

        self.assertIn("no file matches 'in/*/a.h5'", nothing.stderr)
        self.assertIn("in/b/a.h5 and in/c/a.h5 have one file name", twice.stderr)
        self.assertFalse((self.folder / "run").exists())

    def test_a_later_file_that_does_not_fit_leaves_no_directory(self):
        self.put("a.h5", random_array((3, 3), "float64", 1))
        self.put("b.h5", random_array((2, 200_000), "float64", 2))  # a row takes 1.6 MB
        text = deck_text(GRAM, ["total"], head='inputs = "in/*.h5"\nmemory = "1 MB"')
        refused = self.run_deck(text, "run", expect=EXIT_USAGE)

        self.assertRegex(refused.stderr, r"^tarn: in/b\.h5: an item of shape .* needs .* of memory")
        self.assertFalse((self.folder / "run").exists())

    def test_an_automatic_start_that_is_refused_leaves_no_directory(self):
        deck, empty = self.write("p.toml", deck_text(GRAM, ["total"])), self.folder / "empty"
        empty.mkdir()
        words = ("run", deck, "--root", self.root, "--restart=auto")
        for place in ((), ("--run-dir", self.folder / "run"), ("--run-dir", empty)):
            refused = tarn(*words, *place)
            self.assertIn("no file matches 'in/*.h5'", refused.stderr)
            self.assertEqual(refused.returncode, EXIT_DATA)
        self.assertEqual(os.listdir(self.root), ["in"])
        self.assertEqual(os.listdir(empty), [])
        self.assertFalse((self.folder / "run").exists())

        self.put("a.h5", random_array((3, 3), "float64", 1))
        self.run_ok(*words)
        (self.root / "in" / "a.h5").unlink()
        self.assertIn("nothing to do: the run is finished\n", self.run_ok(*words).stdout)

    def test_a_missing_file_of_a_list_fails_alone(self):
        self.put("a.h5", random_array((3, 3), "float64", 1))
        head = 'files = ["in/none.h5", "in/a.h5"]'

        done = self.run_deck(deck_text(GRAM, ["total"], head=head), "run", expect=EXIT_DATA)

        self.assertEqual([row["status"] for row in self.rows("run")], ["done", "failed"])
        self.assertIn("in/none.h5 skipped: ", done.stderr)
        self.assertIn("No such file or directory; `tarn data make` makes ", done.stderr)

    def test_items_of_a_wrong_shape_or_type_fail_alone(self):
        self.put("a.h5", random_array((3, 4), "float64", 1))
        self.put("b.h5", random_array((2, 3, 2, 2), "float64", 1))
        self.put("c.h5", random_array((3, 4), "complex128", 1))
        steps = GRAM + [step("formula", expression="data + 1", out="f"), step("sum", a="f", out="s")]

        done = self.run_deck(deck_text(steps, ["total", "s"]), "run", expect=EXIT_DATA)

        self.assertEqual([row["status"] for row in self.rows("run")], ["done", "failed", "failed"])
        self.assertIn("in/b.h5 skipped: pipeline.step[0] (gram): matmul takes arrays of 1 to 3 axes, not of shape "
                      "(2, 3, 2, 2)", done.stderr)
        self.assertIn("in/c.h5 skipped: pipeline.step[2] (f): formulas do not read complex numbers, and 'data' is "
                      "complex", done.stderr)

    def test_stop_ends_the_run_and_a_restart_does_the_rest(self):
        arrays = self.put_bad_items()
        deck = deck_text(GRAM, ["total"], head='inputs = "in/*.h5"\non_error = "stop"')

        stopped = self.run_deck(deck, "run", expect=EXIT_DATA)
        self.assertIn("tarn: in/b.h5 failed: ", stopped.stderr)
        self.assertIn("missing", [row["status"] for row in self.rows("run")])
        for name in "bcde":
            self.put(f"{name}.h5", arrays["a.h5"])
        self.run_deck(deck, "run", "--restart")

        totals = [float(row["total"]) for row in self.rows("run")]
        self.assertEqual(totals[:5], [totals[0]] * 5)
        self.assertEqual(self.summary("run")["items"], {"all": 6, "done": 6, "failed": 0})

    def test_a_restart_does_only_what_failed_or_is_missing(self):
        for n in range(4):
            self.put(f"{n}.h5", random_array((30, 20), "float64", n))
        good = (self.root / "in" / "2.h5").read_bytes()
        (self.root / "in" / "2.h5").write_bytes(good[: len(good) // 2])
        deck = deck_text(GRAM, ["total"], ["gram"])
        self.run_deck(deck, "run", expect=EXIT_DATA)
        (self.root / "in" / "2.h5").write_bytes(good)
        (self.folder / "run" / "out" / "3.h5").unlink()
        before = {n: (self.folder / "run" / "out" / f"{n}.h5").stat().st_mtime_ns for n in (0, 1)}

        self.run_deck(deck, "run", "--restart", "-n", "2")

        self.assertEqual(before, {n: (self.folder / "run" / "out" / f"{n}.h5").stat().st_mtime_ns for n in (0, 1)})
        self.run_deck(deck, "fresh")
        self.assertEqual((self.folder / "run" / "results.csv").read_text(),
                         (self.folder / "fresh" / "results.csv").read_text())
        other = deck_text([step("sum", a="data", out="total")], ["total"])
        refused = self.run_deck(other, "run", "--restart", expect=EXIT_USAGE)
        self.assertIn("this run did something else", refused.stderr)

    def changed_byte(self, path):
        """Changes one byte in the middle; size and time of the last change stay."""
        about = path.stat()
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))

    def test_a_damaged_output_of_the_same_size_is_made_again(self):
        for n in range(3):
            self.put(f"{n}.h5", random_array((30, 20), "float64", n))
        deck = deck_text(GRAM, ["total"], ["gram"])
        self.run_deck(deck, "run")
        out = self.folder / "run" / "out"
        whole = {n: (out / f"{n}.h5").read_bytes() for n in range(3)}
        kept = (out / "0.h5").stat().st_mtime_ns
        self.changed_byte(out / "1.h5")
        (out / "2.h5").write_bytes(whole[2])  # another time, the same bytes
        touched = (out / "2.h5").stat().st_mtime_ns

        done = self.run_deck(deck, "run", "--restart")

        self.assertEqual({n: (out / f"{n}.h5").read_bytes() for n in range(3)}, whole)
        self.assertEqual(done.stderr, "tarn: in/1.h5: out/1.h5 is missing or damaged, and is made again\n")
        self.assertEqual([(out / f"{n}.h5").stat().st_mtime_ns for n in (0, 2)], [kept, touched])
        self.run_ok("data", "verify", self.folder / "run")

    def test_a_result_outlives_its_input_and_that_is_told(self):
        for n in range(3):
            self.put(f"{n}.h5", random_array((30, 20), "float64", n))
        deck = deck_text(GRAM, ["total"], ["gram"])
        self.run_deck(deck, "run")
        before = (self.folder / "run" / "results.csv").read_text()

        (self.root / "in" / "1.h5").unlink()
        one = self.run_deck(deck, "run", "--restart")
        told = self.summary("run")
        listed = (self.folder / "run" / "items.csv").read_text()
        for n in (0, 2):
            (self.root / "in" / f"{n}.h5").unlink()
        self.run_deck(deck, "run", "--restart")

        self.assertEqual((self.folder / "run" / "results.csv").read_text(), before)
        self.assertEqual(one.stderr, "tarn: in/1.h5: the input is not there any more; the result that it had is kept\n")
        self.assertEqual((told["missing_inputs"], told["items"]), (1, {"all": 3, "done": 3, "failed": 0}))
        self.assertIn("the input is not there any more", listed)
        self.assertEqual(self.summary("run")["missing_inputs"], 3)
        (self.folder / "run" / "out" / "2.h5").unlink()
        lost = self.run_deck(deck, "run", "--restart", expect=EXIT_DATA)
        self.assertIn("in/2.h5 skipped: ", lost.stderr)
        self.assertEqual([row["status"] for row in self.rows("run")], ["done", "done", "failed"])

    def test_an_input_that_changed_is_done_again_and_one_that_was_touched_is_not(self):
        for streamed in (False, True):
            with self.subTest(streamed=streamed):
                for n in range(3):
                    self.put(f"{n}.h5", random_array((3000, 20), "float64", n))
                deck = deck_text([step("sum", a="data", out="total"), step("formula", expression="data + 1", out="f")],
                                 ["total"], ["f"], head='inputs = "in/*.h5"' + '\nmemory = "300000"' * streamed)
                name = f"run{streamed}"
                self.run_deck(deck, name)
                self.assertEqual("in blocks" in self.run_ok("check", self.folder / "p.toml", "--root", self.root).stdout,
                                 streamed)
                made = {n: (self.folder / name / "out" / f"{n}.h5").stat().st_mtime_ns for n in (0, 2)}
                other = random_array((3000, 20), "float64", 77)
                size = (self.root / "in" / "1.h5").stat().st_size
                self.put("1.h5", other)
                self.assertEqual((self.root / "in" / "1.h5").stat().st_size, size)
                os.utime(self.root / "in" / "2.h5")

                done = self.run_deck(deck, name, "--restart")

                self.assertEqual(done.stderr, "tarn: in/1.h5: has changed since it was done, and is done again\n")
                self.assert_close(float(self.rows(name)[1]["total"]), other.sum())
                self.assert_close(self.kept(name, "1.h5", "f"), other + 1)
                self.assertEqual(made, {n: (self.folder / name / "out" / f"{n}.h5").stat().st_mtime_ns for n in made})

    def test_an_input_that_became_unreadable_has_failed(self):
        for n in range(2):
            self.put(f"{n}.h5", random_array((30, 20), "float64", n))
        deck = deck_text(GRAM, ["total"])
        self.run_deck(deck, "run")
        good = (self.root / "in" / "1.h5").read_bytes()
        (self.root / "in" / "1.h5").write_bytes(b"x" * len(good))

        self.run_deck(deck, "run", "--restart", expect=EXIT_DATA)
        failed = self.rows("run")
        (self.root / "in" / "1.h5").write_bytes(good)
        self.run_deck(deck, "run", "--restart")

        self.assertEqual([row["status"] for row in failed], ["done", "failed"])
        self.assertEqual([row["status"] for row in self.rows("run")], ["done", "done"])

    def test_verify_reads_outputs_and_results_and_show_and_export_know_them(self):
        array = random_array((30, 20), "float64", 1)
        self.put("a.h5", array)
        self.run_deck(deck_text(GRAM, ["total"], ["gram"]), "run")
        run = self.folder / "run"
        files = ["out/a.h5", "results.h5", "results.csv", "items.csv", "deck.toml", "run.json", "items/rank-0000.jsonl",
                 "report.html"]

        shown = json.loads(self.run_ok("data", "show", run / "out/a.h5", "--json").stdout)
        listed = json.loads(self.run_ok("data", "show", run, "--json").stdout)
        self.run_ok("data", "export", run / "out/a.h5", "--format", "npy", "-o", self.folder / "gram.npy")
        self.run_ok("data", "export", run / "results.h5", "--format", "npy", "-o", self.folder / "r.npy")

        self.assertEqual((shown["kind"], shown["datasets"]),
                         ("arrays", [{"path": "/gram", "type": "double", "shape": [30, 30]}]))
        self.assertEqual({file["file"] for file in listed["files"]}, set(files))
        self.assertEqual(numpy.load(self.folder / "gram.npy").tobytes(), self.kept("run", "a.h5", "gram").tobytes())
        self.assert_close(numpy.load(self.folder / "r-total.npy"), [(array @ array.T).sum()])
        self.assertIn("8 files", self.run_ok("data", "verify", run).stdout)
        for name in files:
            whole = (run / name).read_bytes()
            for what, damage in (("changed", lambda path: self.changed_byte(path)), ("gone", lambda path: path.unlink()),
                                 ("cut", lambda path: path.write_bytes(whole[: len(whole) // 2]))):
                damage(run / name)
                for target in (run, run / name):
                    if what == "gone" and target != run:
                        continue
                    done = tarn("data", "verify", target)
                    self.assertEqual(done.returncode, EXIT_DATA, (name, what))
                    self.assertIn(f"damaged: {run / name}: ", done.stdout)
                (run / name).write_bytes(whole)
        self.run_ok("data", "verify", run)

    def test_a_pipeline_whose_manifest_is_lost_is_damaged(self):
        self.put("a.h5", random_array((30, 20), "float64", 1))
        self.run_deck(deck_text(GRAM, ["total"], ["gram"]), "run")
        run, manifest = self.folder / "run", self.folder / "run" / "MANIFEST.jsonl"
        whole = manifest.read_text()
        files = ("out/a.h5", "results.h5", "results.csv", "items.csv", "deck.toml", "run.json", "items/rank-0000.jsonl",
                 "report.html")

        manifest.write_text("".join(line for line in whole.splitlines(keepends=True) if '"hash"' not in line))
        noted = tarn("data", "verify", run)
        manifest.unlink()
        lost = tarn("data", "verify", run)
        told = json.loads((run / "run.json").read_text())
        told["versions"]["tarn"] = "0.1.0"  # which wrote no manifest for pipelines
        (run / "run.json").write_text(json.dumps(told))
        earlier = tarn("data", "verify", run)

        self.assertEqual((noted.returncode, lost.returncode, earlier.returncode), (0, EXIT_DATA, 0))
        for file in files:
            self.assertIn(f"note: {run / file}: is not in the manifest, so nothing vouches for it", noted.stdout)
        self.assertIn(f"damaged: {manifest}: is not there, so nothing vouches for the 8 files beside it", lost.stdout)
        manifest.write_text(whole)
        (run / "run.json").write_text(json.dumps(told))
        with (run / "items" / "rank-0000.jsonl").open("a") as log:
            log.write("{}\n")
        self.assertIn("items/rank-0000.jsonl: has", tarn("data", "verify", run).stdout)

    def test_brackets_in_paths_stand_for_themselves(self):
        for folder in ("set[1]", "set1"):
            (self.root / folder).mkdir()
            for n in range(2):
                with h5py.File(self.root / folder / f"a[{n}].h5", "w") as file:
                    file["data"] = numpy.full((2, 2), n + len(folder))

        self.run_deck(deck_text(GRAM, ["total"], head='inputs = "set[1]/a[*.h5"'), "run")

        self.assertEqual([row["file"] for row in self.rows("run")], ["set[1]/a[0].h5", "set[1]/a[1].h5"])

    def test_names_that_are_no_utf8_are_as_good_as_any(self):
        name = os.fsdecode(b"caf\xe9\xff.h5")
        self.put("b.h5", random_array((5, 4), "float64", 2))
        (self.root / "in" / "b.h5").rename(self.root / "in" / name)
        self.put("a.h5", random_array((5, 4), "float64", 1))
        deck = deck_text(GRAM, ["total"], ["gram"])

        self.run_deck(deck, "run", "-n", "2")
        made = (self.folder / "run" / "out" / name).stat().st_mtime_ns
        self.run_deck(deck, "run", "--restart")

        text = (self.folder / "run" / "results.csv").read_bytes()
        self.assertEqual(text.count(b"done"), 2)
        self.assertIn(b"in/caf\xe9\xff.h5,done,", text)
        self.assertEqual((self.folder / "run" / "out" / name).stat().st_mtime_ns, made)
        self.run_ok("data", "verify", self.folder / "run")
        (self.folder / "run" / "out" / name).unlink()
        self.assertEqual(tarn("data", "verify", self.folder / "run").returncode, EXIT_DATA)

    def start(self, deck, directory, *words):
        return subprocess.Popen([PROGRAM, "run", str(self.write("p.toml", deck)), "--root", str(self.root), "--run-dir",
                                 str(self.folder / directory), "--quiet", *map(str, words)], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, start_new_session=True)

    def recorded(self, directory):
        logs = (self.folder / directory / "items").glob("*.jsonl")
        return sum(log.read_text(errors="replace").count("\n") for log in logs)

    def wait_for_items(self, process, directory, count):
        deadline = time.monotonic() + 120
        while self.recorded(directory) < count and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertIsNone(process.poll(), "the run ended before it could be disturbed")

    def ranks_of(self, launcher):
        """Processes that run the tarn program below a launcher."""
        found = []
        for entry in os.scandir("/proc"):
            if entry.name.isdigit():
                try:
                    process = pathlib.Path(entry.path)
                    words = (process / "cmdline").read_bytes().split(b"\0")
                    parent = int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
                except OSError:
                    continue
                if str(self.folder).encode() in b" ".join(words) and parent != os.getpid() and b"mpiexec" not in words[0]:
                    found.append(int(entry.name))
        return found

    def test_killed_in_the_middle_a_restart_costs_nothing(self):
        for n in range(12):
            self.put(f"{n:02}.h5", random_array((300, 50), "float64", n))
        deck = deck_text(SLOW, ["total"], ["g1"])
        self.run_deck(deck, "undisturbed")
        for ranks, whole in ((1, True), (2, False)):
            with self.subTest(ranks=ranks):
                name = f"killed{ranks}"
                process = self.start(deck, name, *(["-n", ranks] if ranks > 1 else []))
                self.wait_for_items(process, name, 3)
                if whole:
                    os.killpg(process.pid, signal.SIGKILL)
                else:
                    os.kill(self.ranks_of(process.pid)[-1], signal.SIGKILL)  # one rank; MPI ends the others
                process.wait(timeout=60)
                counted = self.recorded(name)
                log = next((self.folder / name / "items").glob("*.jsonl"))
                with open(log, "a") as file:
                    file.write('xxh64:0 {"file": "torn')  # as a crash in the middle of a line leaves it

                self.run_deck(deck, name, "--restart", "-n", 2)

                self.assertGreaterEqual(counted, 3)
                self.assertEqual(self.recorded(name), 12, "items that were done were done again")
                self.assertEqual((self.folder / name / "results.csv").read_text(),
                                 (self.folder / "undisturbed" / "results.csv").read_text())
                for n in range(12):
                    self.assertEqual(self.kept(name, f"{n:02}.h5", "g1").tobytes(),
                                     self.kept("undisturbed", f"{n:02}.h5", "g1").tobytes())
                self.assertEqual(list((self.folder / name / "tmp").iterdir()), [])

    def test_sigterm_ends_with_75_after_the_current_items(self):
        for n in range(12):
            self.put(f"{n:02}.h5", random_array((300, 50), "float64", n))
        deck = deck_text(SLOW, ["total"])
        for ranks in (1, 2):
            with self.subTest(ranks=ranks):
                name = f"stopped{ranks}"
                process = self.start(deck, name, *(["-n", ranks] if ranks > 1 else []))
                self.wait_for_items(process, name, 2)

                process.send_signal(signal.SIGTERM)

                self.assertEqual(process.wait(timeout=60), EXIT_STOPPED)
                summary = self.summary(name)
                self.assertEqual(summary["status"], "stopped")
                self.assertLess(summary["items"]["done"], 12)
                self.run_deck(deck, name, "--restart")
                self.assertEqual(self.summary(name)["items"], {"all": 12, "done": 12, "failed": 0})
                self.assertEqual(self.recorded(name), 12)

    def test_json_dry_run_and_check(self):
        self.put("a.h5", random_array((3, 4), "float64", 1))
        deck = self.write("p.toml", deck_text(GRAM, ["total"]))

        told = json.loads(self.run_ok("run", deck, "--root", self.root, "--json").stdout)
        limited = ("--root", self.root, "--set", "pipeline.memory='100 MB'")  # else it is a part of what is free, which changes
        forecast = self.run_ok("run", deck, *limited, "--dry-run").stdout
        checked = self.run_ok("check", deck, *limited).stdout
        nothing = tarn("check", deck, "--root", self.folder)

        self.assertEqual((told["status"], told["exit_code"], told["app"], told["items"]),
                         ("done", 0, "pipeline", {"all": 1, "done": 1, "failed": 0}))
        self.assertEqual(told["bytes_read"], 96)
        self.assertEqual(told, json.loads((self.root / "latest" / "run.json").read_text()))
        self.assertIn("items   1, 96 B in all\n        1 of float64 (3, 4): whole, ", forecast)
        self.assertEqual(checked, f"{deck}: the deck is sound\n{forecast}")
        self.assertEqual(nothing.returncode, EXIT_DATA)
        self.assertIn("pipeline.inputs: no file matches 'in/*.h5' beneath ", nothing.stderr)
        self.assertIn(f"`tarn data make {self.folder}/in --shape ", nothing.stderr)

    def test_a_link_out_of_the_root_is_not_followed(self):
        with h5py.File(self.folder / "secret.h5", "w") as file:
            file["data"] = numpy.ones((2, 2))
        (self.root / "in" / "a.h5").symlink_to(self.folder / "secret.h5")

        done = self.run_deck(deck_text(GRAM, ["total"]), "run", expect=EXIT_DATA)

        self.assertIn("in/a.h5 skipped: ", done.stderr)
        self.assertIn("leads out of ", done.stderr)


if __name__ == "__main__":
    unittest.main()
