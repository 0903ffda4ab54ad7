"""A pipeline's results are NumPy's on the same files, whole and in blocks of rows, on any number of ranks."""

import unittest

import h5py
import numpy

from apps.pipeline.pipeline_case import GRAM, PipelineCase, deck_text, random_array, step

TYPES = ["float32", "float64", "int32", "int64", "uint8", "complex128"]

REDUCTIONS = {
    "sum": numpy.sum, "mean": numpy.mean, "min": numpy.min, "max": numpy.max, "var": numpy.var,
    "argmin": numpy.argmin, "argmax": numpy.argmax,
    "norm2": lambda x, **options: numpy.sqrt(numpy.sum(numpy.abs(x.astype(complex)) ** 2, **options)),
}


class Results(PipelineCase):
    def test_every_reduction_of_every_type_and_rank(self):
        shapes = {1: (37,), 2: (12, 7), 3: (5, 6, 4), 4: (3, 2, 5, 4)}
        for rank, shape in shapes.items():
            for dtype in TYPES:
                with self.subTest(rank=rank, dtype=dtype):
                    for old in (self.root / "in").iterdir():
                        old.unlink()
                    array = random_array(shape, dtype, rank)
                    self.put("a.h5", array)
                    scalars = [f"{op}_all" for op in REDUCTIONS]
                    arrays = [f"{op}_{axis}" for op in REDUCTIONS for axis in range(rank)]
                    steps = [step(op, a="data", out=f"{op}_all") for op in REDUCTIONS]
                    steps += [step(op, a="data", axis=axis - rank, keepdims=True, out=f"{op}_{axis}")
                              for op in REDUCTIONS for axis in range(rank)]
                    run = f"run-{rank}-{dtype}"

                    self.run_deck(deck_text(steps, scalars, arrays), run)

                    (row,) = self.rows(run)
                    for op, function in REDUCTIONS.items():
                        wanted = function(array)
                        self.assert_close(complex(row[f"{op}_all"]), complex(wanted), dtype, op)
                        for axis in range(rank):
                            got = self.kept(run, "a.h5", f"{op}_{axis}")
                            wanted = function(array, axis=axis)
                            self.assert_close(numpy.squeeze(got, axis), wanted, dtype, f"{op} {axis}")
                            self.assertEqual(got.shape[axis], 1)

    def test_matrix_products_of_every_type_with_every_transpose(self):
        for dtype in TYPES:
            array = random_array((9, 6), dtype, 1)
            self.put("a.h5", array)
            steps = [step("matmul", a="data", b="data", transpose_a=True, out="inner"),
                     step("matmul", a="data", b="data", transpose_b=True, out="outer"),
                     step("matmul", a="data", b="inner", out="plain"),
                     step("dot", a="data", b="data", out="dotted")]
            with self.subTest(dtype=dtype):
                self.run_deck(deck_text(steps, ["dotted"], ["inner", "outer", "plain"]), dtype)

                for name, wanted in (("inner", array.T @ array), ("outer", array @ array.T),
                                     ("plain", array @ (array.T @ array))):
                    got = self.kept(dtype, "a.h5", name)
                    self.assertEqual(got.dtype, wanted.dtype)
                    self.assert_close(got, wanted, dtype, name)
                wanted = numpy.dot(array.ravel(), array.ravel())
                self.assert_close(complex(self.rows(dtype)[0]["dotted"]), complex(wanted), dtype)

    def test_products_with_vectors_and_of_batches(self):
        array = random_array((4, 5, 6), "float64", 2)
        self.put("a.h5", array)
        steps = [step("matmul", a="data", b="data", transpose_b=True, out="batch"),
                 step("sum", a="data", axis=0, out="flat"), step("sum", a="flat", axis=0, out="vector"),
                 step("matmul", a="data", b="vector", out="applied"),
                 step("matmul", a="flat", b="vector", out="single"),
                 step("matmul", a="vector", b="flat", transpose_b=True, out="left")]

        self.run_deck(deck_text(steps, [], ["batch", "applied", "single", "left"]), "run")

        flat = array.sum(0)
        vector = flat.sum(0)
        for name, wanted in (("batch", array @ array.transpose(0, 2, 1)), ("applied", array @ vector),
                             ("single", flat @ vector), ("left", vector @ flat.T)):
            got = self.kept("run", "a.h5", name)
            self.assertEqual(got.shape, wanted.shape)
            self.assert_close(got, wanted, message=name)

    def test_formulas_broadcast_and_promote_as_numpy(self):
        array = random_array((8, 5), "float32", 3)
        self.put("a.h5", array)
        steps = [step("mean", a="data", axis=0, out="column"), step("max", a="data", axis=1, keepdims=True, out="row"),
                 step("sum", a="data", out="total"), step("argmax", a="data", axis=0, out="places"),
                 step("formula", expression="sqrt(abs(data - column)) * row + total", out="same"),
                 step("formula", expression="data + places", out="wide")]

        self.run_deck(deck_text(steps, ["total"], ["same", "wide"]), "run")

        same, wide = self.kept("run", "a.h5", "same"), self.kept("run", "a.h5", "wide")
        wanted = numpy.sqrt(abs(array - array.mean(0))) * array.max(1, keepdims=True) + array.sum()
        self.assertEqual((same.dtype, wide.dtype), (numpy.float32, numpy.float64))
        self.assert_close(same, wanted, "float32")
        self.assert_close(wide, array.astype("float64") + array.argmax(0))

    def test_results_h5_holds_what_results_csv_holds(self):
        for n in range(3):
            self.put(f"{n}.h5", random_array((6, 4), "complex128" if n == 1 else "float64", n))
        self.run_deck(deck_text([step("sum", a="data", out="s"), step("argmax", a="data", out="at")], ["s", "at"]), "run")

        rows = self.rows("run")
        with h5py.File(self.folder / "run" / "results.h5") as file:
            self.assertEqual([name.decode() for name in file["file"]], [row["file"] for row in rows])
            self.assertEqual(list(file["s"]), [complex(row["s"]) for row in rows])
            self.assertEqual(list(file["at"]), [int(row["at"]) for row in rows])
            self.assertEqual(list(file["done"]), [1, 1, 1])
        self.assertEqual([row["file"] for row in rows], ["in/0.h5", "in/1.h5", "in/2.h5"])

    def test_the_same_bits_on_any_number_of_ranks(self):
        for n in range(7):
            self.put(f"{n}.h5", random_array((40 + n, 30), "float64", n))
        steps = GRAM + [step("formula", expression="gram * random", out="noise"), step("var", a="noise", out="v")]
        deck = deck_text(steps, ["total", "v"], ["noise"])

        for ranks in (1, 2, 4):
            self.run_deck(deck, f"on{ranks}", *(["-n", ranks] if ranks > 1 else []))

        first = (self.folder / "on1" / "results.csv").read_bytes()
        for ranks in (2, 4):
            self.assertEqual((self.folder / f"on{ranks}" / "results.csv").read_bytes(), first)
            for n in range(7):
                self.assertEqual(self.kept(f"on{ranks}", f"{n}.h5", "noise").tobytes(),
                                 self.kept("on1", f"{n}.h5", "noise").tobytes())
        self.assertNotEqual(self.kept("on1", "0.h5", "noise")[0, 0] / self.kept("on1", "1.h5", "noise")[0, 0], 1)


if __name__ == "__main__":
    unittest.main()
