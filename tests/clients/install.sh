#!/bin/sh
# Installs the programs that clients_test.py opens a run's files with: Debian's packages (as root), and a newer VTK and
# the openPMD validator in a virtual environment. Usage: tests/clients/install.sh [build folder]; then
# `ctest --test-dir <build folder> -R clients`.
set -e
build=${1:-build/release}
apt-get install -y --no-install-recommends python3-venv python3-vtk9 python3-xarray python3-netcdf4 python3-h5netcdf python3-yt
python3 -m venv "$build/clients"
"$build/clients/bin/pip" install --quiet "vtk>=9.3" openPMD-validator h5py numpy
