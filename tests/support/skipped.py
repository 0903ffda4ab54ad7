"""Prints what ctest skipped, and what its programs skipped, with the reasons: skipped.py JUNIT_FILE."""

import re
import sys
import xml.etree.ElementTree as ElementTree

# GoogleTest tells the place, then the reason, in the lines before "[  SKIPPED ] Suite.Name (0 ms)".
GOOGLETEST = re.compile(r"\[ RUN      \] (\S+)\n((?:(?!\[ RUN).*\n)*?)\[  SKIPPED \] \1 ")
# unittest tells how many; which ones, and why, it tells with -v.
UNITTEST = re.compile(r"^(?:OK|FAILED) \(.*\bskipped=(\d+)", re.MULTILINE)


def reason_of(lines):
    told = [line.strip() for line in lines.splitlines() if line.strip() and not re.match(r"\S+:\d+: Skipped$", line)]
    return told[-1] if told else "no reason told"


def skipped_in(case):
    """(test, reason) for the test itself and for the cases within it."""
    name = case.get("name")
    output = case.findtext("system-out") or ""
    if case.get("status") == "notrun" or case.find("skipped") is not None:
        lines = [line for line in output.strip().splitlines() if line.strip()]
        yield name, lines[-1] if lines else "no reason told"
        return
    for found in GOOGLETEST.finditer(output):
        yield f"{name}: {found[1]}", reason_of(found[2])
    for found in UNITTEST.finditer(output):
        yield name, f"{found[1]} of its cases; its script with -v tells why"


def main():
    skipped = [entry for case in ElementTree.parse(sys.argv[1]).getroot().iter("testcase") for entry in skipped_in(case)]
    for test, reason in skipped:
        print(f"skipped: {test}: {reason}")
    print(f"{len(skipped)} skipped")


if __name__ == "__main__":
    main()
