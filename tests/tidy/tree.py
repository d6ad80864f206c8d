"""The project as the checks see it: its files, its C++ without comments, its CMake targets."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

SKIPPED = {".git", "build", "firstbell-demo", "node_modules", "__pycache__"}
TEXT = {".h", ".cc", ".proto", ".py", ".sh", ".cmake", ".md", ".txt", ".toml", ".json", ".service"}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, where, and what to do instead."""
    rule: str
    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: [{self.rule}] {self.message}"


@dataclass
class Target:
    """One firstbell_module or firstbell_program call."""
    name: str
    folder: str
    line: int
    deps: list = field(default_factory=list)


class Tree:
    """All text files under a root, by path relative to it with forward slashes."""

    def __init__(self, root):
        self.root = Path(root)
        self.files = sorted(self._walk())
        self._texts = {}
        self._code = {}
        self.targets = [t for path in self.files if path.endswith("CMakeLists.txt")
                        for t in self._targets_of(path)]
        self.folders = {t.folder for t in self.targets}
        self.by_name = {t.name: t for t in self.targets}

    def _walk(self):
        for directory, folders, names in os.walk(self.root):
            folders[:] = [f for f in folders if f not in SKIPPED]
            for name in names:
                path = Path(directory, name).relative_to(self.root).as_posix()
                if Path(name).suffix in TEXT or path == ".ci/run":
                    yield path

    def text(self, path):
        if path not in self._texts:
            self._texts[path] = (self.root / path).read_text(encoding="utf-8")
        return self._texts[path]

    def code(self, path):
        """A C++ file whose comments and literals are blanked; every line keeps its number."""
        if path not in self._code:
            self._code[path] = blank(self.text(path))
        return self._code[path]

    def sources(self, *suffixes):
        """C++ files; those of one suffix where one is given."""
        wanted = suffixes or (".h", ".cc")
        return [path for path in self.files if path.endswith(wanted)]

    def subfolders(self, folder):
        """Folders directly in `folder` that hold a file with something in it."""
        prefix = folder + "/"
        return {path[len(prefix):].split("/")[0] for path in self.files
                if path.startswith(prefix) and "/" in path[len(prefix):] and self.text(path)}

    def owner(self, path):
        """The nearest folder above `path` that declares a target, or None."""
        for parent in Path(path).parents:
            if parent.as_posix() in self.folders:
                return parent.as_posix()
        return None

    def _targets_of(self, path):
        text = re.sub(r"#.*", "", self.text(path))
        folder = Path(path).parent.as_posix()
        for call in re.finditer(r"\bfirstbell_(?:module|program)\s*\(([^)]*)\)", text):
            words = call.group(1).split()
            if words and not words[0].startswith("$"):
                line = text.count("\n", 0, call.start()) + 1
                yield Target(words[0], folder, line, _values(words, "DEPS"))


def _values(words, keyword):
    """The words after `keyword` up to the next keyword of our functions."""
    if keyword not in words:
        return []
    values = []
    for word in words[words.index(keyword) + 1:]:
        if word in ("SRCS", "DEPS", "LIBS"):
            break
        values.append(word)
    return values


# Comments, raw strings, strings, characters (not the digit separator of 10'000).
_LITERALS = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<tag>[^\s()\\]*)\(.*?\)(?P=tag)"|"""
    r""""(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'""",
    re.DOTALL)


def blank(text):
    """Blanks comments and literals, except what stands in an #include."""
    def blanked(match):
        found = match.group(0)
        start = text.rfind("\n", 0, match.start()) + 1
        if found.startswith('"') and text[start:match.start()].lstrip().startswith("#include"):
            return found
        return re.sub(r"[^\n]", " ", found)

    return _LITERALS.sub(blanked, text)
