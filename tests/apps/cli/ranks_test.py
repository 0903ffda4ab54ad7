"""Several ranks: everything is said once, every failure ends all of them with its own exit code."""

import json
import os
import shutil
import subprocess
import unittest

from support.tarn_program import PROGRAM, ROD, Case, tarn

LIMIT = 60  # seconds: far more than any of these takes, unless it hangs
SETTINGS_OF_THE_SUITE = {  # as cmake/TarnTests.cmake has them
    "OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "OMPI_MCA_btl", "OMPI_MCA_rmaps_base_oversubscribe",
    "OMPI_MCA_mpi_yield_when_idle", "OMPI_MCA_hwloc_base_binding_policy", "PRTE_MCA_rmaps_default_mapping_policy",
    "PRTE_MCA_hwloc_default_binding_policy", "PRTE_MCA_mapby", "PRTE_MCA_bindto"}


class Ranks(Case):
    def setUp(self):
        super().setUp()
        self.deck = self.write("rod.toml", ROD)

    def run_ranks(self, *words):
        return tarn("run", *words, "-n", "2", cwd=self.folder, timeout=LIMIT)

    def assert_said_once(self, done, message):
        own = [line for line in done.stderr.splitlines() if line.startswith("tarn: ")]
        self.assertEqual(own, [f"tarn: {message}"])

    def test_a_run_says_everything_once(self):
        done = self.run_ranks("rod.toml", "--run-dir", "run")

        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0], f"run directory: {self.folder.resolve()}/run")
        for start in ("run directory", "deck ", "ranks ", "done at time"):
            self.assertEqual(sum(line.startswith(start) for line in lines), 1, start)
        self.assertEqual(json.loads((self.folder / "run" / "run.json").read_text())["ranks"], 2)

    def test_more_ranks_than_cores(self):
        """Without the settings that the suite gives to launchers that it starts itself; those of the machine stay."""
        mine = {name: text for name, text in os.environ.items() if name not in SETTINGS_OF_THE_SUITE}
        ranks = len(os.sched_getaffinity(0)) + 1
        done = subprocess.run([PROGRAM, "run", "rod.toml", "-n", str(ranks), "--run-dir", "run", "--quiet", "--set",
                               f"grid.cells=[{4 * ranks}]"], cwd=self.folder, env=mine, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=LIMIT + 5 * ranks)

        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(json.loads((self.folder / "run" / "run.json").read_text())["ranks"], ranks)

    def test_more_ranks_than_cells(self):
        done = tarn("run", "rod.toml", "-n", "17", cwd=self.folder, timeout=LIMIT)

        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, "tarn: 17 ranks cannot share 16 x 1 x 1 cells: no cut into 17 blocks of so "
                                      "many along x, y and z leaves each a cell along every axis; 16 ranks can\n")
        self.assertEqual([path.name for path in self.folder.iterdir()], ["rod.toml"])

    def test_a_wrong_deck_is_told_before_ranks_start(self):
        done = self.run_ranks("rod.toml", "--set", "time.end=-1")

        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, "--set time.end=-1: time.end: -1 is out of range: must be > 0\n"
                                      "tarn: 1 problem in the deck\n")

    def test_bad_numbers_on_the_last_rank_alone(self):
        done = self.run_ranks("rod.toml", "--run-dir", "run", "--set", "grid.cells=[400]",
                              "--set", "heat.initial=x > 0.998 ? 1 / 0 : 1")  # a cell that the check does not try

        self.assertEqual(done.returncode, 4)
        self.assert_said_once(done, "temperature is NaN or infinite in cell (399) at step 0, time 0")
        summary = json.loads((self.folder / "run" / "run.json").read_text())
        self.assertEqual((summary["status"], summary["exit_code"]), ("failed", 4))

    def test_a_place_that_only_rank_0_finds_wrong(self):
        done = self.run_ranks("rod.toml", "--root", "rod.toml")

        self.assertEqual(done.returncode, 3)
        self.assert_said_once(done, f"{self.folder.resolve()}/rod.toml: cannot make the directory: Not a directory")

    def test_a_deck_that_one_rank_does_not_find(self):
        """Started by the launcher itself, with another deck on the last rank."""
        script = self.write("start.sh", f"""
            deck=rod.toml; [ "$OMPI_COMM_WORLD_RANK" = 1 ] && deck=missing.toml
            exec '{PROGRAM}' run $deck""")
        done = self.launch("sh", script)

        self.assertEqual(done.returncode, 3)
        self.assert_said_once(done, "cannot open the deck missing.toml: No such file or directory")
        self.assertFalse((self.folder / "runs").exists())

    def test_ranks_within_ranks(self):
        for _ in range(5):  # Open MPI 5 loses, now and then, what ranks write that end before they begin with MPI
            done = self.launch(PROGRAM, "run", "rod.toml", "-n", "2")
            self.assertEqual(done.returncode, 2)
            if "tarn: " in done.stderr:
                break
        self.assert_said_once(
            done, "-n starts ranks, but this process is a rank of an MPI launcher already: leave -n out")

    def test_commands_without_mpi_speak_once_too(self):
        done = self.launch(PROGRAM, "check", "rod.toml")
        wrong = self.launch(PROGRAM, "check", "rod.toml", "--set", "time.end=-1")

        self.assertEqual((done.returncode, done.stdout.count("the deck is sound")), (0, 1))
        self.assertEqual((wrong.returncode, wrong.stderr.count("out of range")), (2, 1))

    def launch(self, *words):
        launcher = shutil.which("mpiexec") or self.skipTest("no mpiexec on the path")
        return subprocess.run([launcher, "-n", "2", *map(str, words)], cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=LIMIT)


if __name__ == "__main__":
    unittest.main()
