"""What the tarn program answers: exit codes, messages, and what it leaves where it refuses."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import unittest

import h5py
import numpy

from support.tarn_program import DECKS, PROGRAM, ROD, Case, app_names, tarn


class Commands(Case):
    def setUp(self):
        super().setUp()
        self.write("rod.toml", ROD)

    def refuse(self, *words, code, message, **options):
        """Demands the exit code, `tarn: MESSAGE` as the first line of stderr, and no line twice."""
        done = tarn(*words, cwd=self.folder, timeout=60, **options)
        lines = done.stderr.splitlines()
        self.assertEqual(lines[:1], [f"tarn: {message}"])
        self.assertEqual(len(set(lines)), len(lines))
        self.assertNotIn("terminate called", done.stderr)
        self.assertEqual(done.returncode, code)
        return done

    def test_wrong_command_lines(self):
        all_commands = ("run, check, describe, list, info, bench, data, submit, ensemble, compare, plot, verify, report, "
                        "manual")
        of_data = "ls, show, make, verify, du, pin, unpin, unlock, gc, rm, export"
        cases = [
            (["help", "rin"], f"there is no command 'rin' (did you mean 'run'?); the commands are: {all_commands}"),
            (["rin", "rod.toml"], f"there is no command 'rin' (did you mean 'run'?); the commands are: {all_commands}"),
            (["simulate", "rod.toml"], f"there is no command 'simulate'; the commands are: {all_commands}"),
            (["data", "sho", "x"],
             f"there is no command 'data sho' (did you mean 'data show'?); the commands of data are: {of_data}"),
            (["--verson"], "unknown option --verson; did you mean --version?"),
            (["run"], "deck is required: the input deck, a TOML file"),
            (["compare", "run"], "second is required: what it is compared with"),
            (["data"], "data needs one of: ls, show, make, verify, du, pin, unpin, unlock, gc, rm, export"),
            (["run", "--drt-run"], "unknown option --drt-run; did you mean --dry-run?"),
            (["run", "rod.toml", "--rot", "x"], "unknown option --rot; did you mean --root?"),
            (["run", "rod.toml", "--sett", "time.end=2"], "unknown option --sett; did you mean --set?"),
            (["run", "rod.toml", "--sett=time.end=2"], "unknown option --sett; did you mean --set?"),
            (["run", "rod.toml", "-quiet"], "unknown option -quiet; did you mean --quiet?"),
            (["run", "rod.toml", "--frobnicate"], "unknown option --frobnicate"),
            (["run", "rod.toml", "-np", "4"], "unknown option -np; write -n 4"),
            (["run", "-np", "4", "rod.toml"], "unknown option -np; write -n 4"),
            (["run", "rod.toml", "-np4"], "unknown option -np4; write -n 4"),
            (["run", "rod.toml", "--np=4"], "unknown option --np; write -n 4"),
            (["run", "rod.toml", "--ranks", "4"], "unknown option --ranks; write -n 4"),
            (["check", "rod.toml", "-np", "4"], "unknown option -np"),
            (["run", "rod.toml", "--set", "time.end", "3"], "--set time.end 3: write --set time.end=3"),
            (["check", "--set", "time.end", "-3", "rod.toml"], "--set time.end -3: write --set time.end=-3"),
            (["run", "rod.toml", "--set", "time.end", "-1e-3"], "--set time.end -1e-3: write --set time.end=-1e-3"),
            (["run", "rod.toml", "--set", "heat.source", "-.5 * x"],
             "--set heat.source '-.5 * x': write --set 'heat.source=-.5 * x'"),
            (["run", "rod.toml", "--set", "heat.source", "-x"], "--set heat.source -x: write --set heat.source=-x"),
            (["run", "rod.toml", "--set", "heat.source", "-sin(x)"],
             "--set heat.source '-sin(x)': write --set 'heat.source=-sin(x)'"),
            (["run", "rod.toml", "--set", "heat.source", "-pi*x"],
             "--set heat.source '-pi*x': write --set 'heat.source=-pi*x'"),
            (["run", "rod.toml", "--set", "heat.source", "- x"],
             "--set heat.source '- x': write --set 'heat.source=- x'"),
            (["check", "rod.toml", "--set", "time.end", "-inf"], "--set time.end -inf: write --set time.end=-inf"),
            (["run", "rod.toml", "rod.toml", "--set", "time.end", "-n", "2"], "unknown argument rod.toml"),
            (["run", "rod.toml", "--set", "time.end", "--frobnicate"], "unknown option --frobnicate"),
            (["run", "rod.toml", "--set", "time.end =", "3"], "--set 'time.end =' 3: write --set time.end=3"),
            (["run", "rod.toml", "--set", " time.end = ", "3"], "--set ' time.end = ' 3: write --set time.end=3"),
            (["run", "rod.toml", "--set", "grid.cells", "[1,", "2]"],
             "--set grid.cells '[1,' '2]': write --set 'grid.cells=[1, 2]'"),
            (["run", "rod.toml", "--set", "grid.cells", "=[1,", "2]"],
             "--set grid.cells '=[1,' '2]': write --set 'grid.cells=[1, 2]'"),
            (["run", "rod.toml", "--set", "grid.cells", "[1,", "2"],
             "--set grid.cells '[1,': write --set grid.cells=VALUE"),
            (["run", "rod.toml", "--set", "time.end", "=", "3"], "--set time.end = 3: write --set time.end=3"),
            (["run", "rod.toml", "--set", "time.end=", "3"], "--set time.end= 3: write --set time.end=3"),
            (["run", "rod.toml", "--set", "heat.source", "x y"], "--set heat.source 'x y': write --set 'heat.source=x y'"),
            (["list", "heat"],
             "unknown argument heat; tarn list tells of all apps, and `tarn describe heat` of this one"),
            (["info", "heat"], "unknown argument heat; tarn info takes options alone"),
            (["check", "rod.toml", "rod.toml"], "unknown argument rod.toml"),
            (["run", "rod.toml", "--set", "heat.source", "x", "+", "y"],
             "--set heat.source x + y: write --set 'heat.source=x + y'"),
            (["run", "--set", "heat.source", "x", "-", "2*y", "rod.toml"],
             "--set heat.source x - '2*y': write --set 'heat.source=x - 2*y'"),
            (["run", "rod.toml", "--set", "heat.source=x", "+", "y", "--quiet"],
             "--set heat.source=x + y: write --set 'heat.source=x + y'"),
            (["run", "rod.toml", "--set", "heat.source", "sin(x", ")", "*", "y", "-n", "2"],
             "--set heat.source 'sin(x' ')' '*' y: write --set 'heat.source=sin(x ) * y'"),
            (["check", "rod.toml", "--set", "heat.source=x", "rod.toml"], "unknown argument rod.toml"),
            (["run", "rod.toml", "--set", "heat.source", " + ".join(["sin(x)"] * 12), "/", "2"],
             f"--set heat.source '{' + '.join(['sin(x)'] * 12)}' / 2: "
             f"write --set 'heat.source={' + '.join(['sin(x)'] * 12)} / 2'"),
            (["check", "rod.toml", "--set"], "--set needs a value"),
            (["plot", "run", "--field"], "--field needs a value"),
            (["run", "rod.toml", "-n"], "-n needs a value"),
            (["run", "rod.toml", "--lock", "1"], "--lock: expected one of kernel, lease; got 1"),
            (["run", "rod.toml", "--lock", "kernl"], "--lock: expected one of kernel, lease; got kernl; did you mean kernel?"),
            (["plot", "run", "--member", "two"], "--member: expected a number; got two"),
            (["data", "export", "a.h5"], "--format is required: what is written"),
            (["run", "rod.toml", "-n", "0"], "-n: expected a whole number from 1 to 1048576; got 0"),
            (["run", "rod.toml", "-n", "two"], "-n: expected a whole number from 1 to 1048576; got two"),
            (["run", "rod.toml", "--root", ""], "--root: the path is empty"),
            (["run", "rod.toml", "--run-dir", ""], "--run-dir: the path is empty"),
            (["bench", "--cells", "10"], "--cells: expected a whole number from 4096 to 68719476736; got 10"),
            (["describe", "haet"], f"there is no app 'haet'; the apps are: {app_names()}"),
        ]
        for words, message in cases:
            with self.subTest(words=words):
                done = self.refuse(*words, code=2, message=message)
                self.assertEqual(done.stdout, "")
        self.assertEqual(os.listdir(self.folder), ["rod.toml"])
        self.assertIn("`tarn data export --help` explains", tarn("data", "export", "a.h5").stderr)
        self.assertNotIn("->", tarn("run", "--help").stdout)  # a word for a choice, not a number of ours

    def test_describe_of_one_table_or_key(self):
        key = self.run_ok("describe", "heat", "time.dt").stdout
        table = self.run_ok("describe", "heat", "time").stdout

        self.assertRegex(key, r"^\[time\]\n  dt  number \[time\], > 0; optional\n      fixed step, ")
        self.assertRegex(table, r"^\[time\]  required\n(.*\n)*  dt +number \[time\]")
        self.assertIn(table.strip(), self.run_ok("describe", "heat").stdout)
        told = json.loads(self.run_ok("describe", "heat", "time", "--json").stdout)["apps"]
        self.assertEqual([(app["app"], [table["table"] for table in app["tables"]]) for app in told], [("heat", ["time"])])
        dt = [key for key in told[0]["tables"][0]["keys"] if key["key"] == "dt"]
        self.assertEqual([(key["type"], key["unit"], key["range"], key["required"]) for key in dt],
                         [("number", "time", "> 0", False)])
        only = json.loads(self.run_ok("describe", "heat", "time.dt", "--json").stdout)["apps"][0]["tables"]
        self.assertEqual([table["keys"] for table in only], [dt])
        everything = json.loads(self.run_ok("describe", "--json").stdout)["apps"]
        self.assertEqual(", ".join(app["app"] for app in everything), app_names())
        self.assertRegex(self.run_ok("describe", "heat", "exact").stdout, r"<name> .*\n +the exact solution for the field of this name\n")
        self.refuse("describe", "heat", "tiem", code=2,
                    message="a deck of heat has no table or key tiem; did you mean time?")
        self.refuse("describe", "heat", "time", "--json-schema", code=2, message="table excludes --json-schema")

    def test_decks_that_cannot_be_read(self):
        (self.folder / "folder").mkdir()
        cases = [
            ("missing.toml", "cannot open the deck missing.toml: No such file or directory"),
            ("folder", "cannot read the deck folder: it is a folder"),
            ("rod.toml/deck.toml", "cannot open the deck rod.toml/deck.toml: Not a directory"),
            ("/proc/self/mem", "cannot read the deck /proc/self/mem: Input/output error"),
        ]
        for deck, message in cases:
            commands = [["check"], ["run"], ["run", "--dry-run"], ["run", "-n", "2"]]
            for command in commands if deck == "missing.toml" else commands[:1]:
                with self.subTest(deck=deck, command=command):
                    self.refuse(*command, deck, code=3, message=message)
        self.assertFalse((self.folder / "runs").exists())

    def test_places_where_no_run_can_be_made(self):
        (self.folder / "full").mkdir()
        self.write("full/notes.txt", "mine")
        here = self.folder.resolve()
        cases = [
            ("--root", "rod.toml", f"{here}/rod.toml: cannot make the directory: Not a directory"),
            ("--root", "rod.toml/runs", f"{here}/rod.toml/runs: cannot make the directory: Not a directory"),
            ("--root", "/proc/runs", "/proc/runs: cannot make the directory: No such file or directory"),
            ("--run-dir", "rod.toml", f"{here}/rod.toml: cannot make the directory: Not a directory"),
            ("--run-dir", "full", f"{here}/full: is not empty, and holds no run; name a directory that is not there yet"),
        ]
        for option, place, message in cases:
            with self.subTest(option=option, place=place):
                done = self.refuse("run", "rod.toml", option, place, code=3, message=message)
                self.assertEqual(done.stdout, "")
        self.assertEqual(os.listdir(self.folder / "full"), ["notes.txt"])
        self.assertFalse((self.folder / "runs").exists())
        self.assertEqual((self.folder / "rod.toml").read_text(), ROD)

    def test_a_directory_of_runs_is_no_run(self):
        runs = (self.folder / "runs").resolve()
        self.run_ok("run", "rod.toml", "--quiet", cwd=self.folder)
        first = (runs / "latest").resolve()
        one = f"; there is a run in it, and `--run-dir {first} --restart` goes on with it"
        root = f"{runs}: is a directory of runs, and no run itself: `--root {runs}` makes a new run in it"
        self.refuse("run", "rod.toml", "--run-dir", "runs", code=3, message=root + one)
        self.refuse("run", "rod.toml", "--run-dir", "runs", "--restart", code=3,
                    message="runs: is not a run to continue: it holds no deck.toml" + one.replace(f"{runs}/", "runs/"))
        self.refuse("run", "rod.toml", "--run-dir", first, code=3,
                    message=f"{first}: is not empty; --restart continues the run in it")
        self.refuse("run", "rod.toml", "--restart", "runs", code=3,
                    message="runs: a directory, and no checkpoint file" + one.replace(f"{runs}/", "runs/"))
        self.refuse("run", "rod.toml", "--restart", "runs/latest", code=3,
                    message="runs/latest: a run, and no checkpoint file; `--run-dir runs/latest --restart` goes on with it")
        (self.folder / "empty").mkdir()
        self.refuse("run", "rod.toml", "--restart", "empty", code=3, message="empty: a directory, and no checkpoint file")
        self.run_ok("run", "rod.toml", "--quiet", cwd=self.folder)
        second = (runs / "latest").resolve()
        self.refuse("run", "rod.toml", "--run-dir", "runs", code=3, message=root +
                    f"; there are 2 runs in it, and `--run-dir {second} --restart` goes on with the newest")
        self.run_ok("run", "rod.toml", "--run-dir", second, "--restart", cwd=self.folder)

    def test_commands_in_messages_are_words_of_a_shell(self):
        place = self.folder.resolve() / "it's mine"

        def told(*words):
            done = tarn(*words, cwd=self.folder)
            return re.findall("`(.*?)`", done.stdout + done.stderr)

        def by_shell(command):
            done = subprocess.run(["bash", "-c", command.replace("tarn", shlex.quote(PROGRAM), 1)], cwd=self.folder,
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, f"{command}: {done.stderr}")

        self.run_ok("run", "rod.toml", "--root", place, "--quiet", cwd=self.folder)
        anew, restart = told("run", "rod.toml", "--run-dir", place)
        by_shell(f"tarn run rod.toml {restart}")
        by_shell(f"tarn run rod.toml {anew}")
        first, _ = sorted(place.glob("rod-*"))
        by_shell(told("data", "rm", first, "--yes")[0])
        self.assertEqual(os.listdir(place / "trash"), [])
        (place / "trash/notes").touch()
        by_shell(told("data", "rm", place / "trash/notes")[0])
        make, = told("check", DECKS / "pipeline/stream.toml", "--root", place)
        self.assertEqual(shlex.split(make)[:4], ["tarn", "data", "make", f"{place}/large_data"])

    def test_restarts_without_a_state_leave_nothing(self):
        self.write("notes.h5", "no HDF5")
        cases = [
            ([], 3, "there is no run named 'rod' below runs to restart"),
            (["missing.h5"], 3, "missing.h5: no such checkpoint file"),
            (["notes.h5"], 3, "notes.h5: is not an HDF5 file"),
        ]
        for words, code, message in cases:
            with self.subTest(words=words):
                self.refuse("run", "rod.toml", "--restart", *words, code=code, message=message)
        self.assertFalse((self.folder / "runs").exists())

    def test_restarts_from_a_state_that_does_not_fit(self):
        self.run_ok("run", "rod.toml", "--run-dir", "first", "--quiet", cwd=self.folder)
        state = next(pathlib.Path("first/ckpt").joinpath(p.name) for p in (self.folder / "first/ckpt").glob("*.h5"))
        misfit = f"{state}: this checkpoint does not fit the deck: "
        advice = "; change the deck back to go on from it, or start a new run, without --restart"
        self.refuse("run", "rod.toml", "--restart", state, "--set", "grid.cells=[8, 8]", code=2,
                    message=misfit + "grid.cells (2 dimensions in the deck, 1 dimension in the checkpoint)" + advice)
        self.refuse("run", "rod.toml", "--restart", state, "--set", "grid.cells=[8]", "--set", "run.precision=single",
                    code=2, message=misfit + "run.precision (single in the deck, double in the checkpoint); "
                                             "grid.cells ([8] in the deck, [16] in the checkpoint)" + advice)
        with h5py.File(self.folder / state, "r+") as file:
            file.attrs["app"] = numpy.bytes_("ocean")
        self.refuse("run", "rod.toml", "--restart", state, code=3,
                    message=f"{state}: has no seal at its end: tarn did not write it, or another program has changed it")
        self.assertFalse((self.folder / "runs").exists())

    def test_more_memory_than_there_is(self):
        large = ["rod.toml", "--set", "grid.cells=[20000, 20000, 20000]"]
        done = tarn("run", *large, cwd=self.folder, timeout=60)
        self.assertRegex(done.stderr, r"^tarn: the arrays of each rank take [\d.]+ TB, and (this host|its device) has [\d.]+ "
                                      r"[kMGT]?B of memory for it: take fewer cells \(grid.cells\), or ranks on more "
                                      r"(nodes|devices)\n$")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(os.listdir(self.folder), ["rod.toml"])

        room = r"room    NOT ENOUGH HERE: the (arrays|buffers for files) take [\d.]+ TB, and this host has [\d.]+ [GT]B of memory; "
        told = self.run_ok("check", "--any-space", *large, cwd=self.folder).stdout
        self.assertRegex(told, rf"\n{room}take fewer cells \(grid.cells\), or ranks on enough nodes\n")
        told = json.loads(self.run_ok("check", "--any-space", "--json", *large, cwd=self.folder).stdout)
        self.assertRegex(told["forecast"][-1], room)
        self.assertRegex(self.run_ok("run", "--dry-run", *large, cwd=self.folder).stdout, room)
        told = self.run_ok("check", "--any-space", *large[:1], "--ensemble", "grid.cells=[[16], [20000, 20000, 20000]]",
                           cwd=self.folder).stdout
        self.assertEqual(len(re.findall(room, told)), 1, told)
        self.assertNotIn("room ", self.run_ok("check", "rod.toml", cwd=self.folder).stdout)

    def test_check_forecasts_absurd_decks(self):
        done = self.run_ok("check", "rod.toml", "--any-space", "--set", "grid.cells=[200000, 200000, 200000]", "--set",
                           "time.end=3e3", cwd=self.folder, timeout=30)
        self.assertNotRegex(done.stdout, r"-\d+ B|nan|inf|\d{12}")

    def test_dry_run_makes_nothing(self):
        done = self.run_ok("run", "rod.toml", "--dry-run", "--root", "runs", cwd=self.folder)

        self.assertRegex(done.stdout, r"^steps   about 6 of at most 0.001758 to time 0.01 \(explicit Euler\)\n")
        self.assertEqual(os.listdir(self.folder), ["rod.toml"])

    def test_version_is_one_line_with_the_commit(self):
        version = self.run_ok("--version").stdout
        info = json.loads(self.run_ok("info", "--json").stdout)

        self.assertRegex(version, r"^\d+\.\d+\.\d+(, commit [0-9a-f]{12}(, modified)?)?\n$")
        self.assertIn(info["sources"], ("clean", "modified", "unknown"))
        if info["sources"] == "unknown":
            self.assertEqual((version, info["commit"]), (info["tarn"] + "\n", "unknown"))
        else:
            self.assertRegex(info["commit"], r"^[0-9a-f]{40}$")
            self.assertIn(f"commit {info['commit'][:12]}", version)
            self.assertEqual("modified" in version, info["sources"] == "modified")

    def test_help_is_no_error(self):
        for words in ([], ["help"], ["help", "run"], ["help", "data", "ls"], ["--help"], ["run", "--help"],
                      ["bench", "-h"]):
            done = self.run_ok(*words)
            self.assertRegex(done.stdout, r"\AUsage: tarn ")
            self.assertEqual(done.stderr, "")

    def test_list_names_every_deck_and_what_it_is(self):
        shown = self.run_ok("list", cwd=DECKS.parent).stdout
        for deck in DECKS.glob("*/*.toml"):
            comment = deck.read_text().split("\n[", 1)[0].replace("\n# ", " ")[2:]
            told = re.search(rf"  {deck.relative_to(DECKS.parent)}\n      (.*)\n", shown)[1]
            self.assertTrue(comment.startswith(told), told)
            self.assertEqual(told[-1], ".", told)  # whole sentences

    def test_list_as_json(self):
        apps = json.loads(self.run_ok("list", "--json", cwd=DECKS.parent).stdout)["apps"]

        self.assertEqual(", ".join(app["name"] for app in apps), app_names())
        decks = {deck["file"]: deck["summary"] for app in apps for deck in app["decks"]}
        self.assertEqual(sorted(decks), sorted(str(deck.relative_to(DECKS.parent)) for deck in DECKS.glob("*/*.toml")))
        for deck, summary in decks.items():
            self.assertTrue((DECKS.parent / deck).read_text().replace("\n# ", " ").startswith(f"# {summary}"))

    def test_info_as_text_and_as_json(self):
        info = json.loads(self.run_ok("info", "--json", "--root", self.folder / "new").stdout)
        text = self.run_ok("info", "--root", "/proc/runs").stdout

        self.assertEqual(info["tarn"], self.run_ok("--version").stdout.split(",")[0].strip())
        self.assertEqual(info["mpi ranks"], 1)
        self.assertIs(info["root writable"], True)
        self.assertEqual([line[:20].strip() for line in text.splitlines() if line[0] != " "], list(info))
        self.assertFalse((self.folder / "new").exists())

    def test_info_shows_devices_builds_and_environment_but_no_secret(self):
        env = {"CUDA_VISIBLE_DEVICES": "0", "OMP_NUM_THREADS": "1", "SLURM_JOB_NAME": "night", "SLURM_JWT": "hidden"}
        done = self.run_ok("info", "--json", env=env)
        text = self.run_ok("info", env=env).stdout
        info = json.loads(done.stdout)

        self.assertEqual(len(info["device memory"]), info["devices"])
        self.assertGreater(info["device memory"][0]["total bytes"], info["device memory"][0]["free bytes"])
        self.assertGreater(info["device memory"][0]["free bytes"], 0)
        self.assertIn("parallel", info["hdf5 built with"])
        self.assertTrue(info["kokkos built with"])
        self.assertIn(info["device through mpi"], (True, False))
        self.assertEqual(info["environment"]["OMP_NUM_THREADS"], "1")
        self.assertEqual(info["environment"]["SLURM_JOB_NAME"], "night")
        self.assertNotIn("PATH", info["environment"])
        self.assertRegex(text, r"\n  CUDA_VISIBLE_DEVICES +0\n")
        self.assertNotIn("hidden", done.stdout + text)

    def test_bench_has_its_rows(self):
        bench = json.loads(self.run_ok("bench", "--cells", "4096", "--repeats", "1", "--json", timeout=60).stdout)

        peak = "triad" if "thread" in bench["device"] else "copy"  # of a host, of a GPU
        self.assertEqual((bench["ranks"], bench["peak"]), (1, peak))
        self.assertGreaterEqual(len(bench["rows"]), 4)
        for row in bench["rows"]:
            self.assertGreater(row["bytes_per_second"], 0, row["what"])
        self.assertEqual(len({row["what"] for row in bench["rows"]}), len(bench["rows"]))

    def test_lost_output_is_an_error(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROGRAM, "check", self.folder / "rod.toml"], stdout=full, stderr=subprocess.PIPE,
                                  text=True, timeout=30)
        self.assertEqual(done.stderr, "tarn: cannot write to the standard output: No space left on device\n")
        self.assertEqual(done.returncode, 3)

    def test_output_into_a_closed_pipe_does_not_hang(self):
        done = subprocess.run(["/bin/sh", "-c", f"'{PROGRAM}' describe | head -n 1"], capture_output=True, timeout=30)
        self.assertTrue(done.stdout.decode().startswith(app_names().split(", ")[0] + ": "), done.stdout)


if __name__ == "__main__":
    unittest.main()
