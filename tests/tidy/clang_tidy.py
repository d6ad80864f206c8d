#!/usr/bin/env python3
"""Runs clang-tidy, as .clang-tidy says, over the sources of a build.

Usage: clang_tidy.py BUILD [--changed BASE] [PATTERN ...]

BUILD is a directory with compile_commands.json (every preset writes one). Looks at every source of
broker/, clients/ and adapters/; with --changed at those alone that differ from the commit
BASE; with patterns at those whose path contains one. Exit code 0: no finding; 1: findings; 2: wrong
usage; 77: there is no clang-tidy here.

What GCC was told for its precompiled header and its own warnings is taken out of each command:
clang would refuse it.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SKIPPED = 77
SHIPPED = ("broker/", "clients/", "adapters/")
# Of GCC alone, or of the precompiled header.
STRIPPED = re.compile(r"^(?:-fpch-preprocess|-Winvalid-pch|-Werror|-Wno-.*|-fsanitize.*)$")


def for_clang(command):
    """The arguments of a compiler's command line without those that clang does not take."""
    kept, arguments = [], iter(command.split())
    for argument in arguments:
        if argument.endswith("ccache") and not kept:
            continue
        if argument == "-include":
            header = next(arguments, "")
            if "cmake_pch" not in header:
                kept += [argument, header]
        elif not STRIPPED.match(argument):
            kept.append(argument)
    # What stands before the compiler sets the cache's environment.
    compiler = next((i for i, a in enumerate(kept) if re.search(r"(?:g|clang)?\+\+$", a)), 0)
    return " ".join(kept[compiler:])


def sources_of(root, entries):
    """{path from the root: entry} of each source that is shipped and was not generated."""
    found = {}
    for entry in entries:
        path = Path(entry["directory"], entry["file"]).resolve()
        if path.is_relative_to(root) and str(path.relative_to(root)).startswith(SHIPPED):
            found[str(path.relative_to(root))] = dict(entry, command=for_clang(entry["command"]))
    return found


def changed_since(root, base):
    listed = subprocess.run(["git", "-C", root, "diff", "--name-only", base], check=True,
                            capture_output=True, text=True).stdout.split()
    return set(listed)


def look_at(database, root, path):
    done = subprocess.run(["clang-tidy", "--quiet", "-p", database, str(root / path)],
                          capture_output=True, text=True)
    return path, done.returncode, done.stdout


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    parser.add_argument("--changed", metavar="BASE")
    parser.add_argument("patterns", nargs="*")
    options = parser.parse_args(arguments)
    if shutil.which("clang-tidy") is None:
        print("clang-tidy is not installed: see deploy/packages.txt")
        return SKIPPED
    root = Path(__file__).resolve().parents[2]
    commands = Path(options.build, "compile_commands.json")
    if not commands.is_file():
        print(f"{commands} is not there: configure a preset first", file=sys.stderr)
        return 2
    sources = sources_of(root, json.loads(commands.read_text(encoding="utf-8")))
    if options.changed:
        wanted = changed_since(root, options.changed)
        sources = {path: entry for path, entry in sources.items() if path in wanted}
    if options.patterns:
        sources = {path: entry for path, entry in sources.items()
                   if any(pattern in path for pattern in options.patterns)}
    return report(root, sources)


def report(root, sources):
    bad = 0
    with tempfile.TemporaryDirectory() as database:
        Path(database, "compile_commands.json").write_text(
            json.dumps(list(sources.values())), encoding="utf-8")
        with ThreadPoolExecutor(int(os.environ.get("JOBS", os.cpu_count() or 1))) as pool:
            for path, code, text in pool.map(lambda p: look_at(database, root, p), sorted(sources)):
                if code != 0:
                    bad += 1
                    print(f"{path}:\n{text}", flush=True)
    print(f"clang-tidy: {bad} of {len(sources)} sources have findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
