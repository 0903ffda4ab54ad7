"""The scripts in benchmarks/ say what to build where there is no program yet."""

import os
import pathlib
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(os.environ.get("TARN_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))


class Benchmarks(unittest.TestCase):
    def test_a_program_that_is_not_built_is_told(self):
        for script, words in (("compare", ["--program"]), ("output", ["--program"]), ("equations", ["--tarn"]),
                              ("pipeline", ["--tarn"]), ("ensemble", [])):
            with self.subTest(script=script):
                done = subprocess.run([sys.executable, "-B", SOURCE / f"benchmarks/{script}.py", *words, "none/tarn"],
                                      capture_output=True, text=True, timeout=60, check=False)

                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn("there is no program none/tarn: build it (./dev build tarn)", done.stderr)
                self.assertNotIn("Traceback", done.stderr)


if __name__ == "__main__":
    unittest.main()
