"""Runs clang-tidy over sources, with the checks of .clang-tidy: two or three seconds a file and more, so by default over
those that changed."""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess

INCLUDE = re.compile(r'^\s*#\s*include\s*"tarn/([^"]+)"', re.MULTILINE)


def git(source, *words):
    done = subprocess.run(["git", *words], cwd=source, capture_output=True, text=True, check=False)
    return done.stdout.split("\n")[:-1] if done.returncode == 0 else []


def start_of_change(source):
    """Where the work on this branch began; on main itself, the commit before the last one."""
    head = git(source, "rev-parse", "HEAD")
    for main in ("origin/main", "main"):
        base = git(source, "merge-base", "HEAD", main)
        if base and base != head:
            return base[0]
    return (git(source, "rev-parse", "-q", "--verify", "HEAD~1") or head)[0]


def changed(source, since):
    """Sources that changed, and one that includes each header that changed."""
    since = since or start_of_change(source)
    names = set(git(source, "diff", "--name-only", "--diff-filter=d", since, "--", "*.cpp", "*.hpp"))
    names |= set(git(source, "ls-files", "--others", "--exclude-standard", "--", "*.cpp", "*.hpp"))
    sources = {name for name in names if name.endswith(".cpp")}
    read = {header for name in sources for header in INCLUDE.findall((source / name).read_text())}
    for header in sorted(names - sources - read):
        includer = next((name for name in git(source, "grep", "-lF", f'#include "tarn/{header}"', "--", "*.cpp")), None)
        sources |= {includer} if includer else set()
    return sorted(sources)


def for_clang(source, entry):
    """A compiler's command without what clang does not know and without headers of another compiler."""
    kept, words = [], iter(shlex.split(entry["command"]))
    for word in words:
        if word == "-include" or word == "-Xclang":
            next(words)
        elif not word.endswith("ccache") and not word.startswith(("-mprefer-vector-width", "-Winvalid-pch", "-Werror")):
            kept.append(word)
    kept[0] = "clang++"
    return kept + ["-include", str(source / "cmake/source_location_before_clang_15.hpp")]


def write_database(source, build):
    folder = build / "lint"
    folder.mkdir(exist_ok=True)
    entries = json.loads((build / "compile_commands.json").read_text())
    for entry in entries:
        entry["command"] = shlex.join(for_clang(source, entry))
    (folder / "compile_commands.json").write_text(json.dumps(entries))
    return folder, {entry["file"] for entry in entries}


def check(source, build, sources):
    folder, compiled = write_database(source, build)

    def tidy(name):
        done = subprocess.run(["clang-tidy", "-p", str(folder), "--quiet", name], cwd=source, capture_output=True, text=True,
                              check=False)
        return done.returncode == 0, done.stdout if done.stdout.strip() else done.stderr

    names = [name for name in sources if str(pathlib.Path(source / name)) in compiled]  # others are of other builds
    sound = True
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, (passed, findings) in zip(names, pool.map(tidy, names)):
            if not passed:
                print(findings, end="", flush=True)
                sound = False
    return sound
