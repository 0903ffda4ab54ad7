"""Compiles every header of tarn by itself, so that each includes what it needs.

Kokkos takes most of the time of a header that includes it, so it is precompiled for those, and only for those: all
that it declares is there before their own first line anyway. A header that does not reach Kokkos is read plainly, so
no include that is missing is hidden."""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
KOKKOS = "Kokkos_Core.hpp"


def compile_command(build):
    """The command that compiles the header checks of a build folder, without its input and output: they have one."""
    for entry in json.loads((build / "compile_commands.json").read_text()):
        if "/header_checks/" in entry["file"]:
            words = [word for word in shlex.split(entry["command"]) if not word.endswith("ccache")]
            end = words.index("-o")
            dropped = ("-c", entry["file"])
            return [word for word in words[:end] + words[end + 2:] if word not in dropped]
    raise SystemExit(f"lint: {build} has no header checks: configure it with TARN_BUILD_TESTS=ON")


def reaches_kokkos(source, header, known):
    """Whether a header includes Kokkos, itself or through others of tarn."""
    if header not in known:
        known[header] = False  # of a circle
        names = INCLUDE.findall((source / header).read_text())
        known[header] = KOKKOS in names or any(
            reaches_kokkos(source, name.removeprefix("tarn/"), known)
            for name in names if name.startswith("tarn/") and (source / name.removeprefix("tarn/")).is_file())
    return known[header]


def check(source, build):
    command = compile_command(build) + ["-O0"]
    folder = build / "lint"
    folder.mkdir(exist_ok=True)
    ahead = folder / "kokkos.hpp"
    ahead.write_text(f"#include <{KOKKOS}>\n")
    subprocess.run([*command, "-x", "c++-header", str(ahead), "-o", f"{ahead}.gch"], check=True, cwd=build)
    known = {}

    def compile_alone(header):
        words = [*command, "-fsyntax-only"]
        if reaches_kokkos(source, header, known):
            words += ["-include", str(ahead)]
        text = f'#include "tarn/{header}"\n'
        done = subprocess.run([*words, "-x", "c++", "-"], input=text, cwd=build, capture_output=True, text=True, check=False)
        return done.returncode == 0, done.stderr

    headers = sorted(str(path.relative_to(source)) for folder in ("core", "ops", "io", "apps", "c")
                     for path in pathlib.Path(source / folder).rglob("*.hpp"))
    sound = True
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for header, (compiles, errors) in zip(headers, pool.map(compile_alone, headers)):
            if not compiles:
                print(f"{header}: does not compile alone\n{errors}", end="")
                sound = False
    return sound
