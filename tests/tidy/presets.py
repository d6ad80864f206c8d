#!/usr/bin/env python3
"""Every preset configures: those that nobody builds every day break unseen.

Usage: presets.py CMAKE ROOT. Exit code 0: each did; 1: these did not, with what cmake said; 77: one needs
a compiler that is not here.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def main(cmake, root):
    presets = json.loads(Path(root, "CMakePresets.json").read_text(encoding="utf-8"))
    failed = 0
    for preset in presets["configurePresets"]:
        compiler = preset.get("cacheVariables", {}).get("CMAKE_CXX_COMPILER")
        if preset.get("hidden"):
            continue
        if compiler and not shutil.which(compiler):
            print(f"{preset['name']}: {compiler} is not installed")
            return 77
        with tempfile.TemporaryDirectory() as build:
            run = subprocess.run([cmake, "--preset", preset["name"], "-B", build], cwd=root,
                                 capture_output=True, text=True, check=False)
        if run.returncode != 0:
            print(f"{preset['name']} does not configure:\n{run.stderr}")
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
