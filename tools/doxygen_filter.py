#!/usr/bin/env python3
"""Doxygen's view of a header: where a comment stands behind several members, each gets it. Lines stay where they are."""

import pathlib
import re
import sys

DECLARATION = re.compile(r"^(\s+)([\w:][^;()]*);(\s*)///<\s*(.*)$")
FIRST = re.compile(r"^(.*[\s&*>])(\w+\s*(?:[={\[].*)?)$")


def parts(text):
    """The text, cut at commas that stand in no brackets."""
    found, depth = [""], 0
    for letter in text:
        depth += (letter in "<({[") - (letter in ">)}]")
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [part.strip() for part in found]


def seen(line):
    match = DECLARATION.match(line)
    names = parts(match[2]) if match else []
    first = FIRST.match(re.sub(r"\s*=\s*", "=", names[0])) if len(names) > 1 else None
    if not first:
        return line
    members = [first[2], *names[1:]]
    return match[1] + " ".join(f"{first[1].rstrip()} {member}; /**< {match[4]} */" for member in members)


if __name__ == "__main__":
    print("\n".join(seen(line) for line in pathlib.Path(sys.argv[1]).read_text().split("\n")), end="")
