#!/bin/sh
# Makes the virtual environment of PyPI's packages that clients_test.py runs, in a build folder.
# Usage: tests/clients/install.sh [build folder]
set -e
build=${1:-build/release}
/usr/bin/python3 -m venv "$build/clients"
"$build/clients/bin/pip" install --quiet --disable-pip-version-check -r "$(dirname "$0")/requirements.txt"
