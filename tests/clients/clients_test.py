"""Files of a run as the programs of others see them: values, axes, units and time.

h5py is needed. VTK, xarray and yt are Debian's python3-vtk9, python3-xarray (with python3-netcdf4 or python3-h5netcdf)
and python3-yt; a newer VTK and the openPMD validator live in a virtual environment that clients/install.sh makes. What is
not installed is skipped and said; with --full, a missing one is a failure.
"""

import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import unittest

import h5py
import numpy

from support.tarn_program import Case, tarn

FULL = "--full" in sys.argv
ENVIRONMENT = pathlib.Path(os.environ.get("TARN_CLIENTS", "")) / "bin"

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

VTK = """
import sys, json
from vtkmodules.vtkIOHDF import vtkHDFReader
from vtkmodules.util.numpy_support import vtk_to_numpy
reader = vtkHDFReader()
reader.SetFileName(sys.argv[1])
assert reader.CanReadFile(sys.argv[1])
reader.Update()
image = reader.GetOutput()
array = image.GetPointData().GetArray("temperature")
print(json.dumps({"dimensions": image.GetDimensions(), "origin": image.GetOrigin(), "spacing": image.GetSpacing(),
                  "values": vtk_to_numpy(array).astype(float).tolist()}))
"""


def missing(case, what):
    if FULL:
        case.fail(f"{what} is not installed")
    case.skipTest(f"{what} is not installed")


class Clients(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        import tempfile
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

    def test_h5py(self):
        for path, file, field, iteration in self.each():
            self.assertTrue(field.fletcher32)
            self.assertEqual(field.dtype, numpy.float32 if "single" in path.name else numpy.float64)
            self.assertEqual(file["temperature"], field)
            self.assertEqual(field.attrs["unit"], b"K")
            self.assertEqual(file.attrs["time"], iteration.attrs["time"])
            names = [label.decode() for label in field.attrs["axisLabels"]]
            for n, name in enumerate(names):
                scale = file[name][...]
                self.assertEqual(field.dims[n][0].name, "/" + name)
                lower, spacing = field.attrs["gridGlobalOffset"][n], field.attrs["gridSpacing"][n]
                numpy.testing.assert_allclose(scale, lower + spacing * (numpy.arange(len(scale)) + 0.5), rtol=1e-14)

    def test_the_parts_are_cells_of_the_whole(self):
        for path, file, field, iteration in self.each():
            if not path.name.startswith("part"):
                continue
            with h5py.File(path.with_name(path.name.replace("part", "whole"))) as whole:
                index = []
                for n in range(field.ndim):
                    axis = field.dims[n][0].name
                    near = abs(whole[axis][...][:, None] - file[axis][...][None, :])
                    self.assertLess(near.min(axis=0).max(), 1e-12)
                    index.append(near.argmin(axis=0))
                self.assertTrue((whole["temperature"][...][numpy.ix_(*index)] == field[...]).all())
            self.assertLess(field.size, 40 * 40)

    def test_xarray(self):
        engines = [name for name, module in (("netcdf4", "netCDF4"), ("h5netcdf", "h5netcdf"))
                   if importlib.util.find_spec(module)]
        if not importlib.util.find_spec("xarray") or not engines:
            missing(self, "xarray with netCDF4 or h5netcdf")
        import xarray
        for path, file, field, iteration in self.each():
            for engine in engines:
                more = {"phony_dims": "access"} if engine == "h5netcdf" else {}
                with xarray.open_dataset(path, engine=engine, **more) as data:
                    self.assertTrue((data.temperature.values == field[...]).all())
                    self.assertEqual(data.temperature.attrs["units"], "K")
                    self.assertEqual(data.attrs["time"], iteration.attrs["time"])
                    self.assertEqual(sorted(data.temperature.coords), sorted(data.temperature.dims))
                    self.assertTrue((data.x.values == file["x"][...]).all())

    def check_vtk(self, python):
        for path, file, field, iteration in self.each():
            done = subprocess.run([python, "-c", VTK, str(path)], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotIn("ERR|", done.stderr)
            seen = json.loads(done.stdout)
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

    def test_the_vtk_of_this_python(self):
        if not importlib.util.find_spec("vtkmodules"):
            missing(self, "python3-vtk9")
        self.check_vtk(sys.executable)

    def test_a_newer_vtk(self):
        python = ENVIRONMENT / "python"
        if not python.exists():
            missing(self, f"the environment of clients/install.sh in {ENVIRONMENT}")
        self.check_vtk(python)

    def test_openpmd(self):
        validator = ENVIRONMENT / "openPMD_check_h5"
        if not validator.exists():
            missing(self, f"openPMD-validator in {ENVIRONMENT}")
        for path, file, field, iteration in self.each():
            done = subprocess.run([validator, "-i", str(path)], capture_output=True, text=True, timeout=60)
            self.assertIn("Result: 0 Errors", done.stdout, done.stdout)

    def test_yt(self):
        if not importlib.util.find_spec("yt"):
            missing(self, "python3-yt")
        import yt
        yt.set_log_level("error")
        for path, file, field, iteration in self.each():
            data = yt.load(str(path))
            self.assertEqual(float(data.current_time), iteration.attrs["time"])
            seen = numpy.sort(numpy.asarray(data.all_data()["openPMD", "temperature"]).ravel())
            self.assertTrue((seen == numpy.sort(field[...].ravel())).all())


if __name__ == "__main__":
    unittest.main(argv=[word for word in sys.argv if word != "--full"])
