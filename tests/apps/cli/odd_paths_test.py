"""Paths with line breaks and with what terminals obey: messages show them as a shell takes them, on one line."""

import json
import re
import subprocess
import unittest

import h5py
import numpy

from support.tarn_program import ROD, Case, tarn

ODD = "odd\nname\x1b[31m"
SHOWN = r"odd\012name\033[31m"
SUMS = """[run]
app = "pipeline"
[pipeline]
inputs = "in/*.h5"
on_error = "skip"
[[pipeline.step]]
op = "sum"
a = "data"
out = "total"
[pipeline.keep]
scalars = ["total"]
"""
VARY = '[ensemble.vary]\n"run.seed" = [1, 2]\n'


class OddPaths(Case):
    def setUp(self):
        super().setUp()
        self.place = self.folder / ODD
        self.place.mkdir()
        self.deck = self.place / "rod.toml"
        self.deck.write_text(ROD + '[[output]]\nevery = { time = 0.01 }\n[checkpoint]\nevery = { steps = 20 }\n')

    def told(self, *words, code=None, message="", shows=True, cwd=None):
        """What tarn prints: with the path, and no control character but the ends of its lines."""
        done = tarn(*words, cwd=cwd or self.folder)
        for text in (done.stdout, done.stderr):
            self.assertIsNone(re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text), text)
            self.assertNotIn("\nname", text)
        both = done.stdout + done.stderr
        if code is not None: self.assertEqual(done.returncode, code, both)
        if shows: self.assertIn(SHOWN, both)
        self.assertIn(message, both)
        return done

    def test_of_decks_and_runs(self):
        run = self.place / "run"
        self.told("check", self.deck, code=0, message="rod.toml': the deck is sound")
        self.told("check", self.place / "none.toml", code=3, message=f"cannot open the deck $'{self.folder}/{SHOWN}/none.toml'")
        self.told("run", self.place, code=3, message="it is a folder")
        self.told("check", self.deck, "--set", "heat.diffusivitty=1", shows=False, code=2)
        self.write(f"{ODD}/bad.toml", ROD.replace("end = 0.01", "end = -1"))
        self.told("check", self.place / "bad.toml", code=2, message=f"$'{self.folder}/{SHOWN}/bad.toml':")
        self.told("run", self.deck, "--run-dir", run, code=0, message=f"run directory: $'{self.folder}/{SHOWN}/run'\n")
        self.told("run", self.deck, "--run-dir", run, code=3, message="--restart continues the run in it")
        self.told("run", self.deck, "--run-dir", run, "--restart", code=0)
        self.told("run", self.deck, "--root", self.place / "runs", code=0)
        self.told("run", self.deck, "--root", self.place / "none", "--restart", code=3, message="there is no run named")
        self.told("run", self.deck, "--restart", self.place / "none.h5", code=3)
        self.told("run", self.deck, "--root", self.deck, code=3)
        dump = sorted((run / "ckpt").glob("*.h5"))[-1]
        self.told("run", self.deck, "--set", "grid.cells=[8]", "--restart", dump, code=2)
        self.told("run", self.deck, "--run-dir", run / "deck.toml", "--restart", code=3)
        done = tarn("run", self.deck, "--run-dir", self.place / "json", "--json")
        self.assertEqual(json.loads(done.stdout)["directory"], str(self.place / "json"))

    def test_of_what_looks_at_results(self):
        run, root = self.place / "run", self.place / "runs"
        self.run_ok("run", self.deck, "--run-dir", run, "--quiet")
        self.run_ok("run", self.deck, "--root", root, "--quiet")
        self.told("plot", run, code=0)
        self.told("plot", run, code=2, message="there is such a file; --force replaces it")
        self.told("plot", run, "--field", "none", code=2)
        self.told("plot", run, "--snapshot", "77", code=2)
        self.told("plot", run, "--member", "1", code=2)
        self.told("plot", root, code=2)
        self.told("plot", self.place / "none", code=3)
        self.told("plot", run, "--output", self.place / "a.tif", code=2)
        self.told("compare", run, run, code=0)
        self.told("compare", run, run, "--snapshot", "77", code=2)
        self.told("report", run, code=0)
        self.told("report", root, code=3)
        self.told("report", run, "--output", root, code=2)
        self.told("ensemble", run, code=3)
        for words in (["ls", root], ["ls", run / "none"], ["show", run / "out"], ["verify", run / "none"],
                      ["du", self.folder], ["gc", run / "none"], ["rm", run / "none"]):
            self.told("data", *words, shows="none" in str(words[1]) or words[0] == "ls")
        (run / "history.csv").write_text("broken")
        self.told("data", "verify", run, code=3)
        self.told("verify", self.deck, "--output", run, code=3)

    def test_of_data_sets(self):
        self.told("data", "make", self.place / "set", "--shape", "4x4", code=0)
        self.told("data", "make", "--root", self.place / "a", self.folder / "b", "--shape", "4x4", code=3)
        file = self.place / "set/data_0000.h5"
        for code in (0, 3):
            self.told("data", "export", file, "--format", "npy", "--output", self.place / "a.npy", code=code)
        self.told("data", "show", self.place / "set/none.h5", code=3)
        file.write_bytes(b"nothing")
        self.told("data", "verify", self.place / "set", code=3, shows=False)
        self.told("data", "export", file, "--format", "xdmf", "--output", self.place / "a.xdmf", code=3)

    def test_of_the_files_of_a_pipeline(self):
        inputs = self.place / "in"
        inputs.mkdir()
        deck = self.write("sums.toml", SUMS)
        self.told("run", deck, "--root", self.place, code=3, message="no file matches 'in/*.h5'")
        for name in ("good\n1.h5", "bad\n2.h5"):
            with h5py.File(inputs / name, "w") as file:
                file["data" if name[0] == "g" else "other"] = numpy.ones((4, 4))
        checked = self.told("check", deck, "--root", self.place, message=r"$'in/bad\0122.h5' will fail: ")
        self.assertEqual(len([line for line in checked.stdout.splitlines() if "will fail" in line]), 1)
        done = self.told("run", deck, "--root", self.place, "--run-dir", self.place / "run", code=3,
                         message=r"$'in/bad\0122.h5' skipped: ")
        self.assertIn(f"results: $'{self.folder}/{SHOWN}/run/results.csv', ", done.stdout)
        (inputs / "good\n1.h5").unlink()
        self.told("run", deck, "--root", self.place, "--run-dir", self.place / "run", "--restart",
                  message=r"$'in/good\0121.h5': the input is not there any more")

    def test_of_ensembles(self):
        deck = self.write(f"{ODD}/many.toml", ROD + VARY)
        self.told("check", deck, code=0)
        self.told("run", deck, "--run-dir", self.place / "e", code=0, message="ensemble directory: $'")
        self.told("run", deck, "--run-dir", self.place / "e", code=3, message="holds an ensemble")
        self.told("run", deck, "--set", "time.end=0.02", "--run-dir", self.place / "e", "--restart", code=2)
        self.told("run", self.deck, "--root", self.place / "e", code=2)
        self.told("plot", self.place / "e", code=2)

    def test_are_words_of_a_shell(self):
        shown = tarn("run", self.deck, "--run-dir", self.place / "run").stdout.splitlines()[0].split(": ", 1)[1]
        listed = subprocess.run(["bash", "-c", f"ls {shown}"], capture_output=True, text=True)
        self.assertIn("deck.toml", listed.stdout)


if __name__ == "__main__":
    unittest.main()
