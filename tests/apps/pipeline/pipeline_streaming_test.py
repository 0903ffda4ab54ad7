"""Arrays larger than the memory that may be used come in blocks of rows, in bounded memory."""

import csv
import re
import subprocess
import sys
import unittest

import numpy

from apps.pipeline.pipeline_case import EXIT_DONE, EXIT_USAGE, PipelineCase, deck_text, random_array, step
from support.tarn_program import PROGRAM, tarn

REDUCTIONS = ["sum", "mean", "min", "max", "var", "norm2", "argmin", "argmax"]


def with_memory(memory):
    return f'inputs = "in/*.h5"\nmemory = "{memory}"'


class Streaming(PipelineCase):
    def compare(self, array, steps, scalars, arrays, memory):
        """Runs whole and in blocks; the results agree to rounding."""
        self.put("a.h5", array)
        self.run_deck(deck_text(steps, scalars, arrays), "whole")
        self.run_deck(deck_text(steps, scalars, arrays, with_memory(memory)), "blocks")

        (whole,), (blocks,) = self.rows("whole"), self.rows("blocks")
        for name in scalars:
            self.assert_close(complex(blocks[name]), complex(whole[name]), array.dtype, name)
        for name in arrays:
            self.assert_close(self.kept("blocks", "a.h5", name), self.kept("whole", "a.h5", name), array.dtype, name)
        with open(self.folder / "blocks" / "items.csv", newline="") as file:
            (item,) = csv.DictReader(file)
        self.assertGreater(float(item["read_seconds"]), 0)
        rows_of_a_block = int(item["block_rows"])
        self.assertGreater(rows_of_a_block, 0)
        self.assertLess(rows_of_a_block, array.shape[0])

    def test_every_reduction(self):
        for dtype in ("float32", "float64", "int32", "uint8", "complex128"):
            with self.subTest(dtype=dtype):
                array = random_array((3000, 31), dtype, 4)
                scalars = [f"{op}_all" for op in REDUCTIONS]
                steps = [step(op, a="data", out=f"{op}_all") for op in REDUCTIONS]
                steps += [step(op, a="data", axis=axis, out=f"{op}_{axis}") for op in REDUCTIONS for axis in (0, 1)]
                memory = f"{450 + array.nbytes // 3000} kB"

                self.compare(array, steps, scalars, [f"{op}_{axis}" for op in REDUCTIONS for axis in (0, 1)], memory)
                for name in ("whole", "blocks"):
                    subprocess.run(["rm", "-r", self.folder / name], check=True)

    def test_blocks_lose_no_digits(self):
        """A variance beside a large mean keeps its shift, and a sum its rounding errors, from block to block."""
        rows = 163840  # a multiple of 5; 2.6 MB, in blocks of much less
        array = numpy.full((rows, 2), 1e12)
        array += (numpy.arange(rows) % 5 * 0.25)[:, None]  # exact; the variance is 1/8
        array[:, 1] = 1
        array[0, 1], array[-1, 1] = 2.0**60, -(2.0**60)
        steps = [step("var", a="data", axis=0, out="v"), step("sum", a="data", axis=0, out="s"),
                 step("mean", a="data", axis=0, out="m")]
        self.put("a.h5", array)

        self.run_deck(deck_text(steps, [], ["v", "s", "m"], with_memory("500 kB")), "blocks")

        with open(self.folder / "blocks" / "items.csv", newline="") as file:
            (item,) = csv.DictReader(file)
        self.assertLess(int(item["block_rows"]), rows // 4)
        variance, total, mean = (self.kept("blocks", "a.h5", name) for name in "vsm")
        self.assertLess(abs(variance[0] / 0.125 - 1), 1e-15)
        self.assertEqual(total[1], rows - 2)
        self.assertEqual(mean[1], (rows - 2) / rows)
        self.assertEqual(mean[0], 1e12 + 0.5)

    def test_blocks_of_a_dot_product_lose_no_digits(self):
        rows = 100000
        array = numpy.ones(rows)
        array[0], array[-1] = 2.0**60, -(2.0**60)
        steps = [step("formula", expression="data * 0 + 1", out="one"), step("dot", a="data", b="one", out="d")]
        self.put("a.h5", array)

        self.run_deck(deck_text(steps, ["d"], [], with_memory("400 kB")), "blocks")

        (row,) = self.rows("blocks")
        self.assertEqual(float(row["d"]), rows - 2)

    def test_matrix_products_and_later_passes(self):
        steps = [step("matmul", a="data", b="data", transpose_b=True, out="gram"),
                 step("formula", expression="sqrt(abs(gram)) + 1", out="g"), step("sum", a="g", out="total"),
                 step("mean", a="data", axis=0, out="center"), step("formula", expression="data - center", out="c"),
                 step("matmul", a="c", b="c", transpose_a=True, out="scatter"),
                 step("matmul", a="c", b="scatter", out="turned"), step("norm2", a="turned", axis=1, out="length"),
                 step("max", a="length", out="longest"), step("formula", expression="length / longest", out="share"),
                 step("dot", a="c", b="turned", out="dotted")]

        self.compare(random_array((1100, 13), "float64", 5), steps, ["total", "longest", "dotted"],
                     ["scatter", "share", "gram"], "3 MB")

    def test_arrays_of_three_axes_by_their_first(self):
        steps = [step("matmul", a="data", b="data", transpose_b=True, out="b"), step("sum", a="b", axis=0, out="s"),
                 step("max", a="b", axis=2, keepdims=True, out="top"),
                 step("formula", expression="b / top + random * 0 + s", out="scaled"), step("var", a="scaled", out="v")]

        self.compare(random_array((700, 6, 5), "float64", 6), steps, ["v"], ["s", "scaled"], "400 kB")

    def test_random_numbers_do_not_depend_on_the_blocks(self):
        steps = [step("formula", expression="data * 0 + random", out="r")]
        self.compare(random_array((2000, 9), "float64", 6), steps, [], ["r"], "200 kB")

        self.assertEqual(self.kept("blocks", "a.h5", "r").tobytes(), self.kept("whole", "a.h5", "r").tobytes())

    def test_what_cannot_stream_is_refused_before_the_run(self):
        self.put("a.h5", random_array((500, 500), "float64", 7))
        plain = [step("matmul", a="data", b="data", out="square"), step("sum", a="square", out="s")]
        thin = [step("sum", a="data", axis=1, out="row"), step("formula", expression="data * row", out="d"),
                step("sum", a="d", out="s")]
        for steps, reason in ((plain, "pipeline.step[0] (square) cannot work on blocks of rows: blocks of rows serve"),
                              (thin, "pipeline.step[1] (d) cannot work on blocks of rows: 'row' of shape (500,)")):
            deck = self.write("p.toml", deck_text(steps, ["s"], head=with_memory("1 MB")))
            for words in (["check", deck], ["run", deck, "--run-dir", self.folder / "never"]):
                done = tarn(*words, "--root", self.root)
                self.assertEqual(done.returncode, EXIT_USAGE, done.stdout + done.stderr)
                self.assertIn(reason, done.stderr)
                self.assertIn("in/a.h5: an item of shape (500, 500) needs ", done.stderr)
        self.assertFalse((self.folder / "never").exists())

    def test_a_limit_that_is_too_small_says_which_would_do(self):
        self.put("a.h5", random_array((500, 50), "float64", 7))
        steps = [step("sum", a="data", out="s")]
        deck = self.write("p.toml", deck_text(steps, ["s"], head=with_memory("1000")))
        refused = tarn("check", deck, "--root", self.root)
        self.assertEqual(refused.returncode, EXIT_USAGE, refused.stdout)

        least = int(re.search(r'in blocks of rows it takes "(\d+) B" at least', refused.stderr).group(1))

        for memory, code in ((str(least), EXIT_DONE), (str(least - 1), EXIT_USAGE)):
            self.write("p.toml", deck_text(steps, ["s"], head=with_memory(memory)))
            self.assertEqual(tarn("check", deck, "--root", self.root).returncode, code)

    def test_ten_times_the_limit_in_bounded_memory(self):
        array = random_array((120000, 100), "float64", 8)
        self.put("a.h5", array)  # 96 MB
        limit = 9 << 20
        steps = [step("mean", a="data", axis=0, out="m"), step("formula", expression="data - m", out="c"),
                 step("sum", a="c", out="rest"), step("norm2", a="data", out="n")]
        deck = self.write("p.toml", deck_text(steps, ["rest", "n"], head=with_memory(f"{limit} B")))
        small = self.write("s.toml", deck_text(steps, ["rest", "n"], head='files = ["in/s.h5"]'))
        self.put("s.h5", array[:10])

        def largest_of(words):
            """The most memory that a process held [bytes]."""
            script = ("import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], stdout=2);"
                      "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
            told = subprocess.run([sys.executable, "-c", script, *map(str, words)], capture_output=True, text=True)
            code, kilobytes = told.stdout.split()
            self.assertEqual(code, "0", told.stderr)
            return int(kilobytes) * 1024

        deck.write_text(deck.read_text().replace("in/*.h5", "in/a.h5"))
        base = largest_of([PROGRAM, "run", small, "--root", self.root, "--run-dir", self.folder / "small", "--quiet"])
        most = largest_of([PROGRAM, "run", deck, "--root", self.root, "--run-dir", self.folder / "run", "--quiet"])

        self.assertLess(self.summary("run")["pool_peak"], limit)
        self.assertGreater(array.nbytes, 10 * limit)
        self.assertLess(most - base, 3 * limit)
        (row,) = self.rows("run")
        self.assertLess(abs(float(row["rest"])), 1e-6)
        self.assert_close(float(row["n"]), numpy.linalg.norm(array))


if __name__ == "__main__":
    unittest.main()
