"""What the tests of installed trees do: run programs and look into files and libraries."""

import os
import pathlib
import re
import subprocess

SOURCE = pathlib.Path(os.environ["TARN_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["TARN_BINARY_DIR"])
CMAKE = os.environ["TARN_CMAKE"]
LIBRARIES = ("core", "ops", "arrays", "io", "driver", "all_apps", "c")


def call(*words, cwd=None, env=None, timeout=900):
    return subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, timeout=timeout, check=False,
                          stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})})


def must(*words, **options):
    done = call(*words, **options)
    if done.returncode != 0:
        raise AssertionError(f"{words}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def on_ranks(ranks, *words, **options):
    return must(*os.environ["TARN_MPIEXEC"].split(), ranks, *words, **options)


def cache_of(folder):
    """The entries of a CMake cache that are anybody's: {name: type=value}, without those that CMake notes for itself."""
    lines = (folder / "CMakeCache.txt").read_text().splitlines()
    found = [re.match(r"([^#/:]+):(\w+)=(.*)", line) for line in lines]
    return {entry[1]: f"{entry[2]}={entry[3]}" for entry in found if entry and entry[2] not in ("INTERNAL", "STATIC")}


def files_with(folder, words):
    """Files below a folder that have one of some texts in them: (file, text)."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += [(str(path.relative_to(folder)), word) for word in words if word.encode() in content]
    return found


def strong_symbols(library):
    """The names that a library exports for good: others yield to a definition elsewhere, as those of templates do."""
    of_library = ["-D"] if library.suffix == ".so" else ["--extern-only"]
    lines = must("nm", *of_library, "--defined-only", "--demangle", library).splitlines()
    return [line[19:] for line in lines if re.match(r"[0-9a-f]{16} [A-TX-Z] ", line)]
