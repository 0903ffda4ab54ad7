"""Files and decks for pipelines, and what a run left."""

import csv
import json

import h5py
import numpy

from support.tarn_program import Case, tarn

EXIT_DONE, EXIT_USAGE, EXIT_DATA, EXIT_STOPPED = 0, 2, 3, 75


def step(op, **keys):
    lines = [f'op = "{op}"']
    for key, value in keys.items():
        lines.append(f"{key} = {json.dumps(value)}")
    return "[[pipeline.step]]\n" + "\n".join(lines) + "\n"


def deck_text(steps, scalars=(), arrays=(), head='inputs = "in/*.h5"', seed=0):
    keep = "[pipeline.keep]\n"
    if scalars:
        keep += f"scalars = {json.dumps(list(scalars))}\n"
    if arrays:
        keep += f"arrays = {json.dumps(list(arrays))}\n"
    return f'[run]\napp = "pipeline"\nname = "p"\nseed = {seed}\n[pipeline]\n{head}\n' + "".join(steps) + keep


GRAM = [step("matmul", a="data", b="data", transpose_b=True, out="gram"), step("sum", a="gram", out="total")]


def random_array(shape, dtype, seed):
    numbers = numpy.random.default_rng(seed)
    if numpy.dtype(dtype).kind in "iu":
        return numbers.integers(0, 100, shape).astype(dtype)
    if numpy.dtype(dtype).kind == "c":
        return (numbers.standard_normal(shape) + 1j * numbers.standard_normal(shape)).astype(dtype)
    return numbers.standard_normal(shape).astype(dtype)


class PipelineCase(Case):
    """Inputs lie in root/in, runs in root's sibling folders."""

    def setUp(self):
        super().setUp()
        self.root = self.folder / "root"
        (self.root / "in").mkdir(parents=True)

    def put(self, name, array, **options):
        with h5py.File(self.root / "in" / name, "w") as file:
            file.create_dataset("data", data=array, **options)

    def run_deck(self, text, directory, *words, expect=EXIT_DONE, **options):
        deck = self.write("p.toml", text)
        done = tarn("run", deck, "--root", self.root, "--run-dir", self.folder / directory, "--quiet", *words, **options)
        self.assertEqual(done.returncode, expect, f"{words}:\n{done.stdout}\n{done.stderr}")
        return done

    def rows(self, directory):
        with open(self.folder / directory / "results.csv", newline="") as file:
            return list(csv.DictReader(file))

    def summary(self, directory):
        return json.loads((self.folder / directory / "run.json").read_text())

    def kept(self, directory, file, name):
        with h5py.File(self.folder / directory / "out" / file) as opened:
            return opened[name][()]

    def assert_close(self, got, wanted, dtype=numpy.float64, message=""):
        single = numpy.dtype(dtype).name in ("float32", "complex64")
        numpy.testing.assert_allclose(got, wanted, rtol=2e-5 if single else 1e-11, atol=1e-4 if single else 1e-10,
                                      err_msg=message)
