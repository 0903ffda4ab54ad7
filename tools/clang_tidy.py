"""Runs clang-tidy with the checks of .clang-tidy: over all headers at once, and over sources. A source takes many seconds,
so by default only those are read that changed."""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess


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
    """Sources that are not as they were at a commit."""
    since = since or start_of_change(source)
    names = set(git(source, "diff", "--name-only", "--diff-filter=d", since, "--", "*.cpp"))
    return sorted(names | set(git(source, "ls-files", "--others", "--exclude-standard", "--", "*.cpp")))


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


def one_by_one(entries):
    """The commands with one for each source, where a build compiles several at once."""
    for entry in entries:
        if "/Unity/unity_" not in entry["file"]:
            yield entry
            continue
        for name in re.findall(r'^#include "(.*)"', pathlib.Path(entry["file"]).read_text(), re.MULTILINE):
            yield {**entry, "file": name, "command": entry["command"].replace(entry["file"], name)}


def write_database(source, build):
    """Commands for clang-tidy, and one source more, which includes every header of tarn."""
    folder = build / "lint"
    folder.mkdir(exist_ok=True)
    entries = list(one_by_one(json.loads((build / "compile_commands.json").read_text())))
    for entry in entries:
        entry["command"] = shlex.join(for_clang(source, entry))
    every = folder / "every_header.cpp"
    checks = [entry for entry in entries if "/header_checks/" in entry["file"]]
    names = sorted(entry["file"].split("/header_checks/")[1].removesuffix(".cpp") for entry in checks)
    every.write_text("".join(f'#include "tarn/{name}.hpp"\n' for name in names))
    command = checks[0]["command"].replace(checks[0]["file"], str(every))
    entries.append({"file": str(every), "directory": str(build), "command": command})
    (folder / "compile_commands.json").write_text(json.dumps(entries))
    return folder, every, {entry["file"] for entry in entries}


def check(source, build, sources):
    folder, every, compiled = write_database(source, build)

    def tidy(name):
        words = ["clang-tidy", "-p", str(folder), f"--config-file={source / '.clang-tidy'}", "--quiet", str(name)]
        done = subprocess.run(words, cwd=source, capture_output=True, text=True, check=False)
        return done.returncode == 0, done.stdout if done.stdout.strip() else done.stderr

    names = [every, *(source / name for name in sources if str(source / name) in compiled)]  # others: of other builds
    sound = True
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for passed, findings in pool.map(tidy, names):
            if not passed:
                print(findings, end="", flush=True)
                sound = False
    return sound
