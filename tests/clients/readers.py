"""What a program of others sees in files: `readers.py CLIENT FILE...` prints a JSON list with an entry for each file.

It is run by whatever Python has the client, and imports no other. `readers.py CLIENT` alone tells whether it is there.
"""

import importlib.util
import json
import sys

FIELD = "temperature"
MODULES = {"h5netcdf": "xarray h5netcdf", "netcdf4": "xarray netCDF4", "openpmd": "openpmd_api", "vtk": "vtkmodules",
           "yt": "yt"}


def numbers(array):
    return array.astype(float).ravel().tolist()


def xarray_sees(path, engine):
    import xarray
    more = {"phony_dims": "access"} if engine == "h5netcdf" else {}
    with xarray.open_dataset(path, engine=engine, **more) as data:
        field = data[FIELD]
        return {"values": numbers(field.values), "dims": list(field.dims), "units": field.attrs["units"],
                "time": float(data.attrs["time"]), "axes": {name: numbers(data[name].values) for name in field.coords}}


def netcdf4(path):
    import netCDF4
    with netCDF4.Dataset(path) as data:
        field = data[FIELD]
        return {**xarray_sees(path, "netcdf4"), "alone": numbers(field[...]), "dims": list(field.dimensions)}


def h5netcdf(path):
    return xarray_sees(path, "h5netcdf")


def openpmd(path):
    import openpmd_api
    series = openpmd_api.Series(path, openpmd_api.Access.read_only)
    for step in series.iterations:
        iteration = series.iterations[step]
        if list(iteration.meshes) != [FIELD]:
            return {"meshes": list(iteration.meshes)}
        mesh = iteration.meshes[FIELD]
        values = mesh[openpmd_api.Mesh_Record_Component.SCALAR].load_chunk()
        series.flush()
        seen = {"values": numbers(values), "dims": mesh.axis_labels, "time": iteration.time, "step": step,
                "spacing": mesh.grid_spacing, "offset": mesh.grid_global_offset, "units": mesh.get_attribute("units")}
    return {**seen, "steps": list(series.iterations)}  # seen: the last step of a series


def vtk(path):
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkIOHDF import vtkHDFReader
    reader = vtkHDFReader()
    reader.SetFileName(path)
    assert reader.CanReadFile(path)
    reader.Update()
    image = reader.GetOutput()
    return {"dimensions": image.GetDimensions(), "origin": image.GetOrigin(), "spacing": image.GetSpacing(),
            "values": numbers(vtk_to_numpy(image.GetPointData().GetArray(FIELD)))}


def yt(path):
    import numpy
    import yt as program
    program.set_log_level("error")
    data = program.load(path)
    return {"time": float(data.current_time), "sorted": sorted(numbers(numpy.asarray(data.all_data()["openPMD", FIELD])))}


if __name__ == "__main__":
    client, *paths = sys.argv[1:]
    if not all(importlib.util.find_spec(module) for module in MODULES[client].split()):
        sys.exit(f"there is no {MODULES[client]} in {sys.executable}")
    print(json.dumps([globals()[client](path) for path in paths]))
