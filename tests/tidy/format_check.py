#!/usr/bin/env python3
"""Whether all our C++ is laid out by clang-format. Exit code 77 where there is no clang-format."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tree import Tree

SKIPPED = 77


def main(arguments):
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2]
    program = shutil.which("clang-format")
    if program is None:
        print("skipped: clang-format is not installed (apt-get install clang-format)")
        return SKIPPED
    done = subprocess.run([program, "--dry-run", "-Werror", *Tree(root).sources()], cwd=root,
                          capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return 0
    files = sorted(set(re.findall(r"^([^\s:]+):\d+:\d+: error", done.stderr, re.MULTILINE)))
    print(f"{len(files)} file(s) are not formatted; run:\n  clang-format -i " + " ".join(files))
    print("" if files else done.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
