"""Folders, their READMEs and their build files agree with what is there."""

import re
from pathlib import Path, PurePosixPath

from tree import Finding

# READMEs whose table lists the folders beside them, by `name/` in the first cell.
TABLES = ("broker", "clients", "tests")
# Folders that open with a README though they declare no target of ours.
README_FOLDERS = ("broker", "broker/decisions", "clients", "deploy", "proto", "tests")
DECISIONS = "broker/decisions"

_ROW = re.compile(r"^\|\s*(?:\[)?`([\w-]+)/`", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")


def check(tree):
    yield from _check_empty(tree)
    yield from _check_readmes(tree)
    for folder in TABLES:
        yield from _check_table(tree, folder)
    yield from _check_built(tree)
    yield from _check_decisions(tree)
    yield from _check_links(tree)


def _check_empty(tree):
    for path in tree.files:
        if not tree.text(path).strip():
            yield Finding("empty-file", path, 1, "an empty file: fill it, or remove it and what names it")


def _check_readmes(tree):
    wanted = {f for f in tree.folders if not f.startswith("tests")}
    wanted |= {f for f in README_FOLDERS if any(p.startswith(f + "/") for p in tree.files)}
    for folder in sorted(wanted):
        if f"{folder}/README.md" not in tree.files:
            yield Finding("readme", f"{folder}/README.md", 1,
                          "missing: one screen, what lives here in the order in which the data passes "
                          "through, and what must never live here")


def _check_table(tree, folder):
    path = f"{folder}/README.md"
    if path not in tree.files:
        return
    listed, there = set(_ROW.findall(tree.text(path))), tree.subfolders(folder)
    for name in sorted(there - listed):
        yield Finding("readme-table", path, 1, f"the table has no row for `{name}/`")
    for name in sorted(listed - there):
        yield Finding("readme-table", path, 1, f"the table has a row for `{name}/`, which does not exist")


def _check_built(tree):
    """Every .cc stands in a CMakeLists.txt above it, by its path from there."""
    for path in tree.sources(".cc"):
        if not any(_lists(tree, parent, path) for parent in PurePosixPath(path).parents):
            what = "test never runs" if path.endswith("_test.cc") else "file is never built"
            yield Finding("not-built", path, 1, f"no CMakeLists.txt lists it: the {what}")


def _lists(tree, folder, path):
    lists = (folder / "CMakeLists.txt").as_posix()
    if lists not in tree.files:
        return False
    words = re.split(r"[\s()]+", re.sub(r"#.*", "", tree.text(lists)))
    return PurePosixPath(path).relative_to(folder).as_posix() in words


def _check_decisions(tree):
    index = f"{DECISIONS}/README.md"
    linked = set(_LINK.findall(tree.text(index))) if index in tree.files else set()
    for path in tree.files:
        name = Path(path).name
        if path.startswith(DECISIONS + "/") and name != "README.md" and name not in linked:
            yield Finding("decisions", path, 1, f"not in the index {index}")


def _check_links(tree):
    for path in tree.files:
        if not path.endswith(".md"):
            continue
        text = re.sub(r"```.*?```", lambda m: re.sub(r"[^\n]", " ", m.group(0)), tree.text(path),
                      flags=re.DOTALL)
        for match in _LINK.finditer(text):
            link = match.group(1)
            if ":" in link or (tree.root / Path(path).parent / link).exists():
                continue
            yield Finding("dead-link", path, text.count("\n", 0, match.start()) + 1,
                          f"{link} does not exist")
