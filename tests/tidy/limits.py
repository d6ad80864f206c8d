"""Every bound of broker/base/limits.h is used by what ships and reached, or named, by a test."""

import re

from tree import Finding

LIMITS = "broker/base/limits.h"
_BOUND = re.compile(r"\bk[A-Z]\w*")
_DEFINED = re.compile(r"\binline\s+constexpr\s+[\w:]+\s+(k[A-Z]\w*)\s*=")


def check(tree):
    if LIMITS not in tree.files:
        return
    code = tree.code(LIMITS)
    used, tested = set(), set()
    for path in tree.sources():
        if path != LIMITS:
            (tested if path.startswith("tests/") else used).update(_BOUND.findall(tree.code(path)))
    for match in _DEFINED.finditer(code):
        name, line = match.group(1), code.count("\n", 0, match.start()) + 1
        if name not in used:
            yield Finding("limit", LIMITS, line, f"{name}: nothing that ships keeps to it: remove it")
        elif name not in tested:
            yield Finding("limit", LIMITS, line,
                          f"{name}: no test reaches it: write one that names it")
