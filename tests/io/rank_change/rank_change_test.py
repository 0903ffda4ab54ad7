"""Checkpoints written on N ranks are read on M: 1 to 3 dimensions, float and double, every bit.

By default N and M in {1, 3, 4}; with the argument --full in {1, 2, 3, 4, 8}.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.environ["TARN_RANK_CHANGE"]
MPIEXEC = os.environ["TARN_MPIEXEC"].split()
COUNTS = (1, 2, 3, 4, 8) if "--full" in sys.argv or "TARN_LONG_TESTS" in os.environ else (1, 3, 4)


def run(ranks, *words):
    return subprocess.run([*MPIEXEC, str(ranks), PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=300)


class RankChange(unittest.TestCase):
    def test_what_n_ranks_wrote_m_ranks_read(self):
        with tempfile.TemporaryDirectory(prefix="tarn-test-") as folder:
            for writers in COUNTS:
                place = pathlib.Path(folder) / f"run{writers}"
                done = run(writers, "write", place)
                self.assertEqual(done.returncode, 0, done.stderr)
                for readers in COUNTS:
                    with self.subTest(writers=writers, readers=readers):
                        done = run(readers, "read", place)
                        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_files_of_n_ranks_have_the_same_bits(self):
        with tempfile.TemporaryDirectory(prefix="tarn-test-") as folder:
            contents = []
            for writers in COUNTS:
                place = pathlib.Path(folder) / f"run{writers}"
                self.assertEqual(run(writers, "write", place).returncode, 0)
                contents.append([path.read_bytes() for path in sorted(place.glob("ckpt/*.h5"))])
            self.assertEqual(len(contents[0]), 3)
            for other in contents[1:]:
                self.assertEqual(contents[0], other)


if __name__ == "__main__":
    unittest.main(argv=[word for word in sys.argv if word != "--full"])
