"""What a run makes of the place and the environment that it is started in."""

import json
import os
import subprocess
import unittest

from support.tarn_program import PROGRAM, ROD, WAVE, Case, environment_of_another_user, tarn


def on_a_host():
    return "from host memory" in json.loads(tarn("info", "--json").stdout)["halo"]


class Surroundings(Case):
    def setUp(self):
        super().setUp()
        self.write("rod.toml", ROD)

    def test_a_place_where_one_may_not_write_is_told_with_a_way_out(self):
        closed = self.folder / "closed"
        closed.mkdir()
        closed.chmod(0o555)
        self.folder.chmod(0o755)
        self.addCleanup(closed.chmod, 0o755)
        of_mpi = self.folder / "of_mpi"
        of_mpi.mkdir()
        of_mpi.chmod(0o777)

        def be_nobody():
            if os.geteuid() == 0: os.setuid(65534)

        for words in (["run", self.folder / "rod.toml"], ["verify", self.folder / "rod.toml"]):
            try:
                done = subprocess.run([PROGRAM, *words], cwd=closed, capture_output=True, text=True, timeout=60,
                                      preexec_fn=be_nobody, env=environment_of_another_user(HOME="/nonexistent", TMPDIR=str(of_mpi)))
            except PermissionError:
                self.skipTest("the program lies where other users may not go")

            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertRegex(done.stderr, rf"^tarn: {closed.resolve()}\S*: cannot make .*: Permission denied\n")
            self.assertIn("Name another place: --root or --run-dir is for runs", done.stderr)
        self.assertEqual(os.listdir(closed), [])

    def test_variables_of_the_environment_that_mean_nothing(self):
        nothing = "TARN_HALO is 'fast'; it is nccl (from device to device by NCCL), mpi (hand device pointers to MPI) or staged"
        cases = [
            ({"TARN_QUIET_SECONDS": "two"},
             "TARN_QUIET_SECONDS in the environment is 'two'; it is a number of seconds, such as 120"),
            ({"TARN_REPORT_SECONDS": "-1"},
             "TARN_REPORT_SECONDS in the environment is '-1'; it is a number of seconds, such as 5"),
            ({"TARN_HALO": "fast"}, f"{nothing} (through pinned host memory)"),
        ]
        for variables, message in cases:
            for ranks in ([], ["-n", "2"]):
                with self.subTest(variables=variables, ranks=ranks):
                    done = tarn("run", "rod.toml", *ranks, cwd=self.folder, env=variables, timeout=60)

                    self.assertEqual(done.returncode, 2, done.stderr)
                    told = [line for line in done.stderr.splitlines() if line.startswith("tarn: ")]
                    self.assertEqual(told, [f"tarn: {message}"])
                    self.assertEqual(os.listdir(self.folder), ["rod.toml"])
        self.run_ok("run", "rod.toml", cwd=self.folder, env={"TARN_QUIET_SECONDS": "", "TARN_HALO": ""})

    def test_ways_of_messages_without_a_gpu(self):
        if not on_a_host():
            self.skipTest("this build is for GPUs")
        refused = tarn("run", "rod.toml", "-n", "2", cwd=self.folder, env={"TARN_HALO": "nccl"}, timeout=60)
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertIn("tarn: TARN_HALO asks for nccl, which cannot be had: this build is for hosts", refused.stderr)
        self.assertEqual(os.listdir(self.folder), ["rod.toml"])
        self.assertIn("there is no run named 'rod'", tarn("run", "rod.toml", "--restart", cwd=self.folder).stderr)

        for way, told in (("mpi", "from host memory"), ("staged", "from a second copy")):
            self.run_ok("run", "rod.toml", "-n", "2", "--run-dir", way, cwd=self.folder, env={"TARN_HALO": way})
            self.assertIn(told, json.loads((self.folder / way / "run.json").read_text())["halo"])
        self.run_ok("compare", self.folder / "mpi", self.folder / "staged")  # the same bits

    def test_kernels_of_equations_without_a_gpu(self):
        if not on_a_host():
            self.skipTest("this build is for GPUs")
        self.write("wave.toml", WAVE)
        for asked, message in (("fast", "TARN_PDE_KERNELS is 'fast'; it is auto "), ("compiled", "which a host does not have")):
            done = tarn("run", "wave.toml", cwd=self.folder, env={"TARN_PDE_KERNELS": asked}, timeout=60)

            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(message, done.stderr)
            self.assertFalse((self.folder / "runs").exists())
        self.run_ok("run", "wave.toml", cwd=self.folder, env={"TARN_PDE_KERNELS": "interpreted"})

    def test_memory_of_a_job_is_what_its_run_takes_where_it_has_a_choice(self):
        if not on_a_host():
            self.skipTest("this build is for GPUs")
        more = ["--set", "grid.cells=[50000]"]  # arrays of 800 kB, on two ranks 1200 kB with that of two steps in a pass
        told = self.run_ok("run", "rod.toml", *more, "--set", "time.max_steps=200", "-n", "2", "--run-dir", "run", cwd=self.folder,
                           env={"SLURM_MEM_PER_NODE": "1"})
        self.assertIn("there was no memory for the array that two at once need", told.stdout)

    def test_what_refuses_a_member_is_in_its_row(self):
        """A member's directory is there before it runs: what stands in its way is told there, and does not wait."""
        done = tarn("run", "rod.toml", "--ensemble", "grid.cells=[[16], [20000, 20000, 20000]]", "--set", "heat.initial=1",
                    "--set", "time.max_steps=1", "--run-dir", "both", cwd=self.folder)

        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertIn("member 1: the arrays of each rank take", done.stdout + done.stderr)
        record = json.loads((self.folder / "both/0001/run.json").read_text())
        self.assertEqual((record["status"], record["exit_code"]), ("failed", 2))


if __name__ == "__main__":
    unittest.main()
