"""Files of a run as the programs of others see them: values, axes, units and time.

h5py is needed. The others are Debian's packages of cmake/debian-client-packages.txt, and newer ones in a virtual
environment of PyPI's packages; `./dev clients` installs them all. What is not installed is skipped and said; with
TARN_REQUIRE_CLIENTS=debian a missing package of Debian is a failure, with "all" or --full every missing one.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy

from support.tarn_program import SOURCE, Case, tarn

REQUIRED = "all" if "--full" in sys.argv else os.environ.get("TARN_REQUIRE_CLIENTS", "")
ENVIRONMENT = pathlib.Path(os.environ.get("TARN_CLIENTS", "")) / "bin"
PYTHONS = {"debian": pathlib.Path(sys.executable), "pypi": ENVIRONMENT / "python"}
READERS = SOURCE / "tests" / "clients" / "readers.py"

DECKS = {
    1: 'cells = [40]\nlower = [-1.0]\nupper = [1.0]',
    2: 'cells = [24, 10]\nlower = [0.0, 2.0]\nupper = [3.0, 4.0]',
    3: 'cells = [12, 8, 6]\nlower = [0.0, 1.0, 2.0]\nupper = [3.0, 2.0, 5.0]',
}
DECK = """[run]
app = "heat"
[grid]
{grid}
[time]
end = 0.01
max_steps = 3
[heat]
diffusivity = 0.01
initial = "sin(x) + {more}"
[[output]]
series = "whole"
every = {{ steps = 100 }}
[[output]]
series = "single"
every = {{ steps = 100 }}
precision = "single"
compression = "deflate"
[[output]]
series = "part"
every = {{ steps = 100 }}
stride = [2]
slice = {{ {slice} }}
"""
SLICES = {1: "x = [-0.5, 0.5]", 2: "x = [1.0, 2.0], y = [3.0]", 3: "z = [4.0]"}


class Clients(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place = tempfile.TemporaryDirectory(prefix="tarn-clients-")
        cls.files = []
        for dimensions, grid in DECKS.items():
            folder = pathlib.Path(cls.place.name)
            deck = folder / f"d{dimensions}.toml"
            more = {1: "0", 2: "y", 3: "y * z"}[dimensions]
            deck.write_text(DECK.format(grid=grid, more=more, slice=SLICES[dimensions]))
            done = tarn("run", deck, "--run-dir", folder / f"run{dimensions}", "--quiet", cwd=folder)
            assert done.returncode == 0, done.stderr
            cls.files += sorted((folder / f"run{dimensions}").glob("*/*.h5"))
        assert len(cls.files) == 3 * 7  # two of each series and a checkpoint

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()
        super().tearDownClass()

    def each(self):
        for path in self.files:
            with self.subTest(file="/".join(path.parts[-3:])), h5py.File(path) as file:
                step = next(iter(file["data"]))
                yield path, file, file[f"data/{step}/fields/temperature"], file[f"data/{step}"]

    def missing(self, origin, what):
        if REQUIRED in (origin, "all"):
            self.fail(what)
        self.skipTest(what)

    def seen_by(self, client, origin, paths):
        """What a client says of files."""
        if not PYTHONS[origin].exists():
            self.missing(origin, f"PyPI's {client}: there is no {PYTHONS[origin]}; `./dev clients` installs it")
        done = subprocess.run([PYTHONS[origin], READERS, client, *map(str, paths)], capture_output=True, text=True,
                              timeout=300)
        if "there is no " in done.stderr:
            self.missing(origin, done.stderr.strip() + "; `./dev clients` installs it")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotRegex(done.stderr, "ERR|HDF5-DIAG|skip it")
        return json.loads(done.stdout)

    def each_seen_by(self, client, origin):
        seen = self.seen_by(client, origin, self.files)
        yield from ((one, *more) for more, one in zip(self.each(), seen))

    def test_h5py(self):
        for path, file, field, iteration in self.each():
            self.assertTrue(field.fletcher32)
            self.assertEqual(field.dtype, numpy.float32 if "single" in path.name else numpy.float64)
            view = file["temperature"]
            self.assertTrue(view.is_virtual)
            self.assertTrue((view[...] == field[...]).all())
            self.assertEqual((view.dtype, view.attrs["unit"], field.attrs["unit"]), (field.dtype, b"K", b"K"))
            self.assertEqual(file.attrs["time"], iteration.attrs["time"])
            names = [label.decode() for label in field.attrs["axisLabels"]]
            for n, name in enumerate(names):
                scale = file[name][...]
                self.assertEqual(view.dims[n][0].name, "/" + name)
                lower, spacing = field.attrs["gridGlobalOffset"][n], field.attrs["gridSpacing"][n]
                numpy.testing.assert_allclose(scale, lower + spacing * (numpy.arange(len(scale)) + 0.5), rtol=1e-14)

    def test_attributes_of_a_field_have_types_that_openpmd_knows(self):
        for path, file, field, iteration in self.each():
            for name in field.attrs:
                self.assertIn(field.attrs.get_id(name).dtype.kind, "fiuS", name)

    def test_the_parts_are_cells_of_the_whole(self):
        for path, file, field, iteration in self.each():
            if not path.name.startswith("part"):
                continue
            with h5py.File(path.with_name(path.name.replace("part", "whole"))) as whole:
                index = []
                for label in field.attrs["axisLabels"]:
                    axis = label.decode()
                    near = abs(whole[axis][...][:, None] - file[axis][...][None, :])
                    self.assertLess(near.min(axis=0).max(), 1e-12)
                    index.append(near.argmin(axis=0))
                self.assertTrue((whole["temperature"][...][numpy.ix_(*index)] == field[...]).all())
            self.assertLess(field.size, 40 * 40)

    def check_xarray(self, engine, origin):
        for seen, path, file, field, iteration in self.each_seen_by(engine, origin):
            self.assertEqual(seen["values"], field[...].ravel().tolist())
            self.assertEqual(seen.get("alone", seen["values"]), seen["values"])
            self.assertEqual(seen["units"], "K")
            self.assertEqual(seen["time"], iteration.attrs["time"])
            self.assertEqual(seen["dims"], [label.decode() for label in field.attrs["axisLabels"]])
            self.assertEqual(seen["axes"], {name: file[name][...].tolist() for name in seen["dims"]})

    def test_netcdf4_and_xarray_of_debian(self):
        self.check_xarray("netcdf4", "debian")

    def test_h5netcdf_and_xarray_of_debian(self):
        self.check_xarray("h5netcdf", "debian")

    def test_netcdf4_and_xarray_of_pypi(self):
        self.check_xarray("netcdf4", "pypi")

    def test_h5netcdf_and_xarray_of_pypi(self):
        self.check_xarray("h5netcdf", "pypi")

    def check_vtk(self, origin):
        for seen, path, file, field, iteration in self.each_seen_by("vtk", origin):
            values = field[...].reshape((1,) * (3 - field.ndim) + field.shape)
            for axis, length in enumerate(values.shape):
                if length == 1:
                    values = numpy.repeat(values, 2, axis=axis)  # a flat grid is a slab of two layers
            self.assertEqual(tuple(seen["dimensions"]), values.shape[::-1])
            self.assertTrue((numpy.array(seen["values"]) == values.ravel()).all())
            for n, name in enumerate("xyz"[:field.ndim]):
                if len(file[name]) > 1:
                    self.assertAlmostEqual(seen["origin"][n], file[name][0], places=12)
                    self.assertAlmostEqual(seen["spacing"][n], file[name][1] - file[name][0], places=12)

    def test_vtk_of_debian(self):
        self.check_vtk("debian")

    def test_a_newer_vtk_of_pypi(self):
        self.check_vtk("pypi")

    def check_mesh(self, seen, field, iteration):
        self.assertIn("values", seen, seen)
        self.assertEqual(seen["values"], field[...].ravel().tolist())
        self.assertEqual(seen["dims"], [label.decode() for label in field.attrs["axisLabels"]])
        self.assertEqual((seen["spacing"], seen["offset"]),
                         (field.attrs["gridSpacing"].tolist(), field.attrs["gridGlobalOffset"].tolist()))
        self.assertEqual((seen["time"], seen["units"]), (iteration.attrs["time"], "K"))

    def test_openpmd_api_of_pypi(self):
        for seen, path, file, field, iteration in self.each_seen_by("openpmd", "pypi"):
            self.check_mesh(seen, field, iteration)

    def test_openpmd_api_of_pypi_takes_whole_series(self):
        last = {}
        for path, *_ in self.each():
            name, step = path.stem.rsplit("-", 1) if "-" in path.stem else ("", path.stem)
            pattern = path.with_name(f"{name}-%010T.h5" if name else "%010T.h5")
            last[pattern] = max(last.get(pattern, path), path)
        for seen, (pattern, path) in zip(self.seen_by("openpmd", "pypi", last), last.items()):
            with self.subTest(series=str(pattern)), h5py.File(path) as file:
                self.assertEqual(len(seen["steps"]), 1 if pattern.parent.name == "ckpt" else 2)
                self.check_mesh(seen, file[f"data/{seen['step']}/fields/temperature"], file[f"data/{seen['step']}"])

    def test_the_openpmd_validator_of_pypi(self):
        validator = ENVIRONMENT / "openPMD_check_h5"
        if not validator.exists():
            self.missing("pypi", f"there is no {validator}; `./dev clients` installs it")
        for path, file, field, iteration in self.each():
            done = subprocess.run([validator, "-i", str(path)], capture_output=True, text=True, timeout=60)
            self.assertIn("Result: 0 Errors", done.stdout, done.stdout)

    def test_yt_of_pypi(self):
        for seen, path, file, field, iteration in self.each_seen_by("yt", "pypi"):
            self.assertEqual(seen["time"], iteration.attrs["time"])
            self.assertEqual(seen["sorted"], sorted(field[...].ravel().tolist()))


if __name__ == "__main__":
    unittest.main(argv=[word for word in sys.argv if word != "--full"])
