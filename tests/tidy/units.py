#!/usr/bin/env python3
"""Holds deploy/*.service against what a unit of ours must say, and against systemd itself.

Usage: units.py [ROOT]. Exit code 0: nothing found; 1: findings, one a line. `systemd-analyze verify`
reads them too where it is installed; the programs need not be.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tree import Finding, Tree

LIMITS = "broker/base/limits.h"
LINKS = 22_000  # devices of as many schools; each is a descriptor

HARDENED = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes",
    "PrivateDevices": "yes", "CapabilityBoundingSet": "", "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes", "MemoryDenyWriteExecute": "yes", "SystemCallArchitectures": "native",
    "UMask": "0077", "LimitCORE": "0", "MemorySwapMax": "0",
}
NEEDED = ("User", "LimitMEMLOCK", "StateDirectory", "SystemCallFilter", "RestrictAddressFamilies")
_UNITS = {"": 1, "s": 1, "min": 60, "h": 3600}


def main(arguments):
    tree = Tree(Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2])
    findings = [*check(tree), *ask_systemd(tree)]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


def check(tree):
    """What each unit lacks, and where its bounds are narrower than the program's own."""
    for path in _units(tree):
        said = _settings(tree.text(path))
        for key, value in HARDENED.items():
            if said.get(key) != value:
                yield Finding("unit", path, 1, f"say {key}={value}: it is {said.get(key, 'missing')}")
        for key in NEEDED:
            if key not in said:
                yield Finding("unit", path, 1, f"say {key}=")
        if said.get("Type") == "notify":
            yield from _check_bounds(tree, path, said)
            yield from _check_clock(tree, path, said)


def _check_bounds(tree, path, said):
    for key, limit in (("TimeoutStopSec", "kDrain"), ("WatchdogSec", "kPulse")):
        bound = re.search(rf"\b{limit} = absl::Seconds\((\d+)\)", tree.text(LIMITS))
        if _seconds(said.get(key, "0")) <= int(bound.group(1)):
            yield Finding("unit", path, 1, f"{key} must be longer than limits::{limit} "
                          f"({bound.group(1)} s): systemd would kill what is about to end well")
    if int(said.get("LimitNOFILE", "0")) < 2 * LINKS:
        yield Finding("unit", path, 1, f"LimitNOFILE must hold {LINKS} links and as much again")


def _check_clock(tree, path, said):
    if "ProtectClock" in said or "SystemCallFilter=adjtimex clock_adjtime" not in tree.text(path):
        yield Finding("unit", path, 1, "say SystemCallFilter=adjtimex clock_adjtime last, and no "
                      "ProtectClock=: whether a time service keeps the clock could not be asked")


def ask_systemd(tree):
    """What systemd would ignore or refuse. The programs of ours are replaced by one that is there."""
    program = shutil.which("systemd-analyze")
    if program is None:
        return
    for path in _units(tree):
        text = re.sub(r"^(ExecStart=)\S+", r"\1/bin/true", tree.text(path), flags=re.MULTILINE)
        with tempfile.TemporaryDirectory() as folder:
            unit = Path(folder, Path(path).name)
            unit.write_text(text, encoding="utf-8")
            said = subprocess.run([program, "verify", "--man=no", unit], capture_output=True,
                                  text=True, check=False).stderr
        for line in said.splitlines():
            if unit.name in line:
                yield Finding("systemd", path, 1, line.replace(f"{unit}:", "line "))


def _units(tree):
    return [path for path in tree.files if re.fullmatch(r"deploy/[^/]+\.service", path)]


def _settings(text):
    """{key: value}, of a key that stands more than once the first."""
    settings = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE):
        settings.setdefault(key, value.strip())
    return settings


def _seconds(text):
    match = re.fullmatch(r"(\d+)(s|min|h)?", text)
    return int(match.group(1)) * _UNITS[match.group(2) or ""] if match else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
