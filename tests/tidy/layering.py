"""Includes against DEPS, DEPS against the picture, outside libraries behind their one door."""

import re

from picture import PROTO, PROTO_GRPC, allowed
from tree import Finding

_INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.MULTILINE)
_OURS = ("broker/", "clients/", "adapters/", "tests/")

# An outside library's headers -> the folders that may include them, and how the others get there.
_DOORS = (
    (re.compile(r"^grpcpp?/"), ("broker/server/", "clients/", "tests/"),
     "gRPC belongs to the edge: broker/server and clients; a use case takes values and a Store&"),
    (re.compile(r"^zmq"), ("broker/server/", "clients/", "tests/"),
     "ZeroMQ belongs to the edge: broker/server and clients/link"),
    (re.compile(r"^rocksdb/"), ("broker/store/rocksdb/", "tests/"),
     "RocksDB is known to broker/store/rocksdb alone; use the verbs of broker/store/store.h"),
    (re.compile(r"^sqlite3"), ("clients/school/", "tests/"),
     "SQLite is a school's own store: clients/school"),
    (re.compile(r"^libical/"), ("adapters/calendar_ics/", "tests/"),
     "libical's door is adapters/calendar_ics"),
    (re.compile(r"^openssl/"), ("broker/crypto/", "broker/sealing/", "tests/"),
     "OpenSSL's door is broker/crypto (and CMS in broker/sealing)"),
)


def check(tree):
    yield from _check_deps(tree)
    for path in tree.sources():
        if path.startswith("tests/"):
            continue
        if tree.owner(path) is None:
            yield Finding("include", path, 1, "belongs to no module: declare one in its folder's "
                          "CMakeLists.txt")
            continue
        for match in _INCLUDE.finditer(tree.code(path)):
            line = tree.code(path).count("\n", 0, match.start(2)) + 1
            yield from _check_include(tree, path, line, match.group(2), match.group(1) == '"')


def _check_deps(tree):
    for target in tree.targets:
        path = f"{target.folder}/CMakeLists.txt"
        if target.folder.startswith("tests"):
            continue
        may = allowed(target.folder)
        if may is None:
            yield Finding("picture", path, target.line,
                          f"{target.folder} is not in the picture: add it to "
                          "tests/tidy/picture.py, where its layer is decided")
            continue
        for dep in target.deps:
            place = _place(tree, dep)
            if place is None:
                yield Finding("deps", path, target.line, f"DEPS names {dep}, which no "
                              "firstbell_module declares")
            elif place != target.folder and place not in may:
                yield Finding("deps", path, target.line,
                              f"{target.folder} may not depend on {place}: it runs against the "
                              "picture in tests/tidy/picture.py")


def _place(tree, name):
    """Where a name in DEPS lives: a folder, or one of the generated libraries."""
    if name in (PROTO, PROTO_GRPC):
        return name
    return tree.by_name[name].folder if name in tree.by_name else None


def _check_include(tree, path, line, included, quoted):
    owner = tree.owner(path)
    if quoted and "/" not in included:
        yield Finding("include", path, line,
                      f'include from the root of the project: "{path.rsplit("/", 1)[0]}/{included}"')
    elif included.endswith(".grpc.pb.h"):
        if PROTO_GRPC not in _direct(tree, owner):
            yield Finding("include", path, line,
                          f"{included} needs proto_grpc in DEPS of {owner}")
    elif re.match(r"(firstbell/v1|google/rpc)/.*\.pb\.h$", included):
        if PROTO not in _reachable(tree, owner):
            yield Finding("include", path, line, f"{included} needs proto in DEPS of {owner}")
    elif included.startswith(_OURS):
        yield from _check_ours(tree, path, line, included, owner)
    else:
        yield from _check_doors(path, line, included)


def _check_ours(tree, path, line, included, owner):
    other = tree.owner(included)
    if included.startswith("tests/"):
        yield Finding("include", path, line, "what ships never includes from tests/")
    elif other is None:
        yield Finding("include", path, line, f"{included} belongs to no module")
    elif other != owner and other not in _direct(tree, owner):
        yield Finding("include", path, line,
                      f"{owner} includes {included} but its DEPS do not name that module")


def _check_doors(path, line, included):
    for pattern, folders, instead in _DOORS:
        if pattern.match(included) and not path.startswith(folders):
            yield Finding("include", path, line, instead)


def _direct(tree, folder):
    """The places that a folder's targets name in DEPS."""
    return {_place(tree, dep) for t in tree.targets if t.folder == folder for dep in t.deps}


def _reachable(tree, folder):
    seen, waiting = set(), [folder]
    while waiting:
        for place in _direct(tree, waiting.pop()) - seen:
            seen.add(place)
            waiting.append(PROTO if place == PROTO_GRPC else place)
            seen |= {PROTO} if place == PROTO_GRPC else set()
    return seen
