"""What `./dev` shows while it builds, and which program it builds for a deck, with a ninja and a program that pretend."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import unittest

SOURCE = pathlib.Path(os.environ.get("TARN_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
NINJA = """#!/bin/sh
echo "ninja: Entering directory"
target=$3
steps=${STEPS:-30}
n=0
while [ $n -lt $steps ]; do
  n=$((n + 1))
  echo "[$n of $steps steps, 1.0 s] Building CXX object io/CMakeFiles/tarn_io.dir/deck/deck_$n.cpp.o"
  while [ -n "$WAIT_FOR" ] && [ ! -e "$WAIT_FOR" ]; do sleep 0.1; done
done
[ -z "$BROKEN" ] || { echo "FAILED: deck.cpp"; echo "deck.cpp:1: error: no"; exit 1; }
printf '#!/bin/sh\\necho "%s: $*"\\n' "$target" >build/release/$target
chmod +x build/release/$target
"""


class Dev(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        for name in ("apps/heat", "build/release", "cmake", "bin"):
            (self.folder / name).mkdir(parents=True)
        shutil.copy(SOURCE / "dev", self.folder)
        (self.folder / "CMakePresets.json").write_text("{}")
        (self.folder / "cmake/debian-packages.txt").write_text("")
        for name in ("build.ninja", ".setup"):
            (self.folder / "build/release" / name).write_text("")
        (self.folder / "bin/ninja").write_text(NINJA)
        (self.folder / "bin/ninja").chmod(0o755)
        (self.folder / "plate.toml").write_text('# A plate\n[run]\napp = "heat"\n')

    def dev(self, *words, **env):
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        clean = {name: value for name, value in os.environ.items() if name != "TARN_PRESET"}
        return subprocess.run(["./dev", *words], cwd=self.folder, env={**clean, "PATH": path, **env},
                              capture_output=True, text=True, timeout=60, check=False)

    def test_a_long_build_tells_how_far_it_is(self):
        done = self.dev("build", "tarn")

        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.splitlines(), [f"[{n} of 30 steps, 1.0 s] io/deck/deck_{n}.cpp.o" for n in (1, 11, 21, 30)])

    def test_it_tells_so_at_once(self):
        go = self.folder / "go"
        env = {**os.environ, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "TARN_PRESET": "release", "WAIT_FOR": str(go)}
        with subprocess.Popen(["./dev", "build", "tarn"], cwd=self.folder, env=env, stdout=subprocess.PIPE, text=True) as dev:
            late = threading.Timer(30, go.touch)  # so that a program that keeps its first line ends too
            late.start()
            first = dev.stdout.readline()
            told_in_time = not go.exists()
            late.cancel()
            go.touch()
            dev.communicate(timeout=60)

        self.assertEqual((told_in_time, first), (True, "[1 of 30 steps, 1.0 s] io/deck/deck_1.cpp.o\n"))

    def test_a_short_one_tells_nothing(self):
        self.assertEqual(self.dev("build", "tarn", STEPS="3").stdout, "")

    def test_errors_come_through(self):
        done = self.dev("build", "tarn", BROKEN="1", STEPS="3")

        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stdout, "FAILED: deck.cpp\ndeck.cpp:1: error: no\n")

    def test_a_deck_that_is_not_there_is_told_before_anything_is_built(self):
        for words, code, message in ((["run"], 2, "run needs a deck"), (["run", "none.toml"], 3, "there is no deck none.toml")):
            done = self.dev(*words)

            self.assertEqual((done.returncode, done.stdout), (code, ""))
            self.assertIn(message, done.stderr)

    def test_a_deck_is_named_from_the_folder_of_the_caller(self):
        (self.folder / "decks").mkdir()
        deck = shutil.copy(self.folder / "plate.toml", self.folder / "decks/mine.toml")
        clean = {name: value for name, value in os.environ.items() if name != "TARN_PRESET"}
        done = subprocess.run(["../dev", "run", "mine.toml", "--quiet"], cwd=self.folder / "decks", timeout=60, check=False,
                              env={**clean, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "STEPS": "3"},
                              capture_output=True, text=True)

        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.splitlines()[-1], f"tarn-heat: run {pathlib.Path(deck)} --quiet")

    def test_long_tests_are_asked_for_by_the_environment(self):
        (self.folder / "bin/ctest").write_text('#!/bin/sh\necho "$TARN_LONG_TESTS: $*"\n')
        (self.folder / "bin/ctest").chmod(0o755)

        processors = int(subprocess.run(["nproc"], capture_output=True, text=True, check=True).stdout)
        for words, told in (([], ": "), (["-R", "core"], ": "), (["--long", "-R", "core"], "1: ")):
            rest = [word for word in words if word != "--long"]
            shown = self.dev("test", *words, STEPS="1", TARN_LONG_TESTS="").stdout
            self.assertEqual(shown.split(), [*told.split(), "--test-dir", "build/release", "--output-on-failure",
                                             "--parallel", str(processors + 1), *rest])

    def test_the_first_run_builds_the_decks_app_alone(self):
        shown = self.dev("run", "plate.toml", "--quiet", STEPS="1").stdout.splitlines()

        self.assertEqual(shown[-1], "tarn-heat: run plate.toml --quiet")
        self.assertFalse((self.folder / "build/release/tarn").exists())

    def test_later_ones_take_the_program_with_all_apps(self):
        self.dev("build", "tarn", STEPS="1")

        self.assertEqual(self.dev("run", "plate.toml", STEPS="1").stdout, "tarn: run plate.toml\n")

    def test_a_deck_that_names_no_app_is_told_by_the_whole_program(self):
        (self.folder / "other.toml").write_text('[run]\napp = "none"\n')

        self.assertEqual(self.dev("run", "other.toml", STEPS="1").stdout, "tarn: run other.toml\n")


if __name__ == "__main__":
    unittest.main()
