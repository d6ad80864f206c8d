#!/usr/bin/env python3
"""No two tests have one name: ctest would give both the labels of the last, and the others never run.

Usage: names.py CTEST BUILD_DIRECTORY. Exit code 0: no name stands twice; 1: these do.
"""

import collections
import re
import subprocess
import sys

_TEST = re.compile(r"^\s*Test\s+#\d+:\s+(.*?)\s*$", re.MULTILINE)


def main(ctest, build):
    listing = subprocess.run([ctest, "--test-dir", build, "-N"], check=True, capture_output=True,
                             text=True).stdout
    names = collections.Counter(_TEST.findall(listing))
    if not names:
        sys.exit("names: ctest lists no test")
    twice = sorted(name for name, count in names.items() if count > 1)
    for name in twice:
        print(f"{name}: two tests have this name: give one program's another (TEST_PREFIX)")
    return 1 if twice else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
