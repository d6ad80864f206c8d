"""Lengths: a function fits on a screen, a file has one noun, a line fits beside another."""

import re

from tree import Finding

FUNCTION_LINES, FILE_LINES, COLUMNS = 70, 500, 100

_SCOPE = re.compile(r"^(?:template\s*<.*>\s*)?(?:inline\s+|typedef\s+)?"
                    r"(?:namespace|class|struct|union|enum|extern)\b", re.DOTALL)


def check(tree):
    for path in tree.sources():
        lines = tree.text(path).splitlines()
        if len(lines) > FILE_LINES:
            yield Finding("file-length", path, FILE_LINES + 1,
                          f"{len(lines)} lines, at most {FILE_LINES}: split by concept, one noun a file")
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS:
                yield Finding("line-length", path, number,
                              f"{len(line)} columns, at most {COLUMNS}: run clang-format -i, break strings")
        for first, last, name in functions(tree.code(path)):
            if last - first + 1 > FUNCTION_LINES:
                yield Finding("function-length", path, first,
                              f"{name} has {last - first + 1} lines, at most {FUNCTION_LINES}: keep the "
                              "branching here, move the computing into helpers that take values")


def functions(code):
    """(first line, last line, name) of each function body at namespace or class scope.

    A brace scanner, good enough for code as clang-format lays it out: lambdas and blocks count to
    the function around them, initialisers of tables are no functions.
    """
    code = _without_directives(code)
    stack, head_start = [], 0
    for match in re.finditer(r"[{};]", code):
        token, at = match.group(0), match.start()
        if token == "{":
            head = code[head_start:at]
            stack.append((_kind(head, stack), _line_of_text(code, head_start), _name(head)))
        elif token == "}" and stack:
            kind, first, name = stack.pop()
            if kind == "function":
                yield first, code.count("\n", 0, at) + 1, name
        if token != ";" or not stack or stack[-1][0] == "scope":
            head_start = at + 1


def _without_directives(code):
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*",
                  lambda m: re.sub(r"[^\n]", " ", m.group(0)), code, flags=re.MULTILINE)


def _kind(head, stack):
    """What a brace opens: a scope, a function, a block inside one, or data."""
    if stack and stack[-1][0] != "scope":
        return "block"
    head = re.sub(r"\b(?:public|private|protected)\s*:", "", head).strip()
    if _SCOPE.match(head):
        return "scope"
    before_call = head.split("(", 1)[0]
    if re.search(r"(?<!operator)(?<![=!<>])=", before_call) and "[" not in before_call:
        return "data"
    return "function" if "(" in head or not head else "data"


def _name(head):
    names = re.findall(r"([\w:~]+)\s*\(([^()]*)", head)
    if not names:
        return "a function"
    name, arguments = names[0]
    return f"{name}({arguments.strip()})" if name.startswith("TEST") else name


def _line_of_text(code, start):
    """The line of the first thing after `start` that is not white space."""
    rest = re.compile(r"\S").search(code, start)
    return code.count("\n", 0, rest.start() if rest else start) + 1
