"""Calls and words that have a better replacement here; the message names it."""

import re
from dataclasses import dataclass

from tree import Finding


@dataclass(frozen=True)
class Ban:
    """`pattern` is forbidden in paths that start with `where`, except in those that match `but`."""
    pattern: str
    instead: str
    where: tuple = ("broker/", "clients/", "adapters/", "tests/")
    but: str = r"$^"


SHIPPED = ("broker/", "clients/", "adapters/")
MAINS = r"[/_]main\.cc$"

BANS = (
    Ban(r"\bstd::(recursive_|shared_|timed_)?mutex\b|\babsl::Mutex\b|\bstd::condition_variable\b",
        "use base::Mutex, base::MutexLock and base::CondVar (broker/base/mutex.h): they carry the "
        "annotations, and sanitizers understand them", but=r"^broker/base/mutex\.h$"),
    Ban(r"\b(?:std::)?[fv]?printf\s*\(|\bstd::(?:cout|cerr|clog)\b|\b(?:std::)?puts\s*\(",
        "use base::Log (broker/base/log.h): one structured line, ids only",
        where=("broker/",), but=r"^broker/base/status\.cc$|[/_]main\.cc$"),
    Ban(r"\b(?:std::)?(?:strcpy|strcat|sprintf|vsprintf|gets)\s*\(",
        "use std::string and absl::StrCat or std::to_string: these cannot see their bounds"),
    Ban(r"(?<![\w.>])(?:std::|::)?system\s*\(",
        "use posix_spawn with an argument list, or do it in code: a shell reads what it is given"),
    Ban(r"\b(?:std::)?s?rand\s*\(", "use crypto::RandomBytes (broker/crypto/random.h)"),
    Ban(r"\babsl::Now\s*\(|(?<![\w.>])(?:std::)?time\s*\(\s*(?:nullptr|NULL|0)",
        "take `now` as an argument; wiring holds a base::Clock, and base::SystemClock is the wall's",
        where=SHIPPED, but=r"^broker/base/clock\.(h|cc)$|[/_]main\.cc$"),
    Ban(r"\bsystem_clock::now\s*\(",
        "take `now` as an argument; only a deadline of gRPC, at the edge, is set with it",
        where=("broker/", "adapters/"), but=r"^broker/server/"),
    Ban(r"\bstd::this_thread::sleep_(?:for|until)\b|\babsl::SleepFor\b|\bu?sleep\s*\(",
        "a test never sleeps: set the clock, or wait for the condition with tests/support",
        where=("tests/",), but=r"^tests/support/"),
    Ban(r"\bassert\s*\(", "use FB_CHECK (broker/base/status.h): it stays on in release"),
    Ban(r"\b(?:EVP|RAND)_\w+", "use the crypto module, the only door to OpenSSL's primitives",
        but=r"^(?:broker|tests/unit)/(?:crypto|sealing)/"
            r"|^tests/(?:support/seeded_random|simulation/remembered)\.cc$"),
    Ban(r"\bthrow\b", "return base::Status or base::Result<T>; no exception crosses a module"),
    Ban(r"\busing\s+namespace\s+std\s*;", "write std:: where it is used"),
    Ban(r"\b(?:std::|secure_)?getenv\s*\(", "read the environment in main and pass the value",
        where=SHIPPED, but=MAINS),
    Ban(r"\bSPDLOG_\w+|\bspdlog::", "use base::Log (broker/base/log.h)",
        but=r"^broker/base/log\.cc$"),
    Ban(r"\bstd::(?:j?thread|async)\b",
        "a module of the core owns no thread; broker/server and the store's drivers do",
        where=("broker/",), but=r"^broker/(?:server|store)/"),
)

# Written apart so that this file does not find itself.
_PROMISES = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
_MACHINES = re.compile(r"(?<![\w.])/(?:wo" r"rk/|tm" r"p/b-)")


def check(tree):
    for path in tree.sources():
        for ban in BANS:
            if path.startswith(ban.where) and not re.search(ban.but, path):
                yield from _matches(tree.code(path), re.compile(ban.pattern), path, "banned",
                                    lambda found, ban=ban: f"{found}: {ban.instead}")
    for path in tree.files:
        yield from _matches(tree.text(path), _PROMISES, path, "promise",
                            lambda found: f"{found}: do it now, or write an issue; code promises nothing")
        yield from _matches(tree.text(path), _MACHINES, path, "machine-path",
                            lambda found: f"{found}: a path of somebody's machine; make it relative "
                            "or an option")


def _matches(text, pattern, path, rule, message):
    for match in pattern.finditer(text):
        found = match.group(0).strip().rstrip("(").strip()
        yield Finding(rule, path, text.count("\n", 0, match.start()) + 1, message(found))
