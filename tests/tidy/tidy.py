#!/usr/bin/env python3
"""Style that matters is a test: holds the project against its own rules.

Usage: tidy.py [ROOT]. Exit code 0: nothing found; 1: findings, one a line, each with what to do
instead; 2: wrong usage. Exceptions stand in allow.txt beside this file, each with its reason.
"""

import sys
from pathlib import Path

import banned
import folders
import layering
import limits
import sizes
from tree import Finding, Tree

CHECKS = (layering.check, sizes.check, banned.check, folders.check, limits.check)
ALLOW = "tests/tidy/allow.txt"


def main(arguments):
    if len(arguments) > 1 or any(a.startswith("-") for a in arguments):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2]
    findings = run(root)
    for finding in findings:
        print(finding)
    print(f"tidy: {len(findings)} finding(s)" if findings else "tidy: nothing to find fault with")
    return 1 if findings else 0


def run(root):
    """Every finding that no exception covers, and every exception that covers none."""
    tree = Tree(root)
    allowed, findings = _read_allowed(tree)
    used = set()
    for check in CHECKS:
        for finding in check(tree):
            key = (finding.rule, finding.path)
            if key in allowed:
                used.add(key)
            else:
                findings.append(finding)
    for key in sorted(allowed.keys() - used):
        findings.append(Finding("allow", ALLOW, allowed[key],
                                f"the exception '{' '.join(key)}' is not needed any more: remove it"))
    return sorted(findings, key=lambda f: (f.path, f.line, f.rule))


def _read_allowed(tree):
    """{(rule, path): line} of allow.txt, and what is wrong with it."""
    allowed, findings = {}, []
    if ALLOW not in tree.files:
        return allowed, findings
    for number, line in enumerate(tree.text(ALLOW).splitlines(), 1):
        words = line.split(maxsplit=2)
        if not words or words[0].startswith("#"):
            continue
        if len(words) < 3:
            findings.append(Finding("allow", ALLOW, number, "an exception is: rule path reason"))
            continue
        allowed[(words[0], words[1])] = number
    return allowed, findings


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
