#!/usr/bin/env python3
"""Looks for what a compiler and the tests do not: `./dev lint`. Every step is run and prints what it finds; the exit code
is 1 if any found something. Needs a configured build folder, but builds nothing."""

import argparse
import os
import pathlib
import subprocess
import sys
import time

import clang_tidy
import headers_alone

SOURCE = pathlib.Path(__file__).resolve().parents[1]


def tracked(*patterns):
    """Files that git knows or would take, of these patterns, that are there; all files of a tree without git."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns],
                            cwd=SOURCE, check=False, capture_output=True, text=True)
    if listed.returncode == 0:
        names = listed.stdout.split("\0")
    else:
        found = (path.relative_to(SOURCE) for pattern in patterns or ("*",) for path in SOURCE.rglob(pattern))
        names = [str(path) for path in found if path.parts[0] not in ("build", "runs", ".git")]
    return sorted({name for name in names if name and (SOURCE / name).is_file()})


def passes(command, **options):
    return subprocess.run(command, cwd=SOURCE, check=False, **options).returncode == 0


def formatting():
    return passes(["clang-format", "--dry-run", "--Werror", *tracked("*.hpp", "*.cpp")])


def spelling():
    mistyped = ("tests/fuzz/corpora/", "tests/apps/goldens/", "tests/apps/decks/bad/")  # on purpose
    names = [name for name in tracked() if not name.startswith(mistyped) and not name.endswith((".png", ".h5"))]
    return passes(["codespell", *names])


def shell():
    scripts = [name for name in tracked() if (SOURCE / name).read_bytes()[:2] == b"#!"]
    shells = [name for name in scripts if b"sh" in (SOURCE / name).read_bytes().split(b"\n", 1)[0].split(b"/")[-1]]
    return passes(["shellcheck", *shells])


def tree():
    environment = dict(os.environ, TARN_SOURCE_DIR=str(SOURCE), PYTHONDONTWRITEBYTECODE="1")
    return passes([sys.executable, "tests/core/source_tree_test.py", "-q"], env=environment)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=pathlib.Path, help="a configured build folder")
    parser.add_argument("--long", action="store_true", help="clang-tidy reads all sources, not only those that changed: an hour on two cores")
    parser.add_argument("--since", help="a commit: sources that changed after it are read by clang-tidy")
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    sources = tracked("*.cpp") if arguments.long else clang_tidy.changed(SOURCE, arguments.since)
    steps = {
        "clang-format": formatting,
        "codespell": spelling,
        "shellcheck": shell,
        "rules of the source tree": tree,
        "every header compiled alone": lambda: headers_alone.check(SOURCE, build),
        f"clang-tidy of all headers and {len(sources)} sources": lambda: clang_tidy.check(SOURCE, build, sources),
    }
    failed = []
    for name, step in steps.items():
        print(f"lint: {name}", flush=True)
        start = time.monotonic()
        if not step():
            failed.append(name)
        print(f"lint: {name}: {'found something' if name in failed else 'nothing found'}, "
              f"{time.monotonic() - start:.0f} s", flush=True)
    if failed:
        print(f"lint: to be mended: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
