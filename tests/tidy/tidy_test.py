#!/usr/bin/env python3
"""Holds tidy.py against little trees that break one rule each, and one that breaks none."""

import shutil
import tempfile
import unittest
from pathlib import Path

import clang_tidy
import picture
import sizes
import tidy
import units
from tree import Tree, blank

README = "# A module\n"

# Two modules, a client and a test that keep every rule.
GOOD = {
    "README.md": "# Little\n\nSee [the broker](broker/README.md).\n",
    "broker/README.md": "| folder | what |\n|---|---|\n| `base/` | ids |\n| `crypto/` | hash |\n",
    "broker/base/README.md": README,
    "broker/base/CMakeLists.txt": "firstbell_module(base\n  SRCS ids.cc)\n",
    "broker/base/ids.h": "int Id();\n",
    "broker/base/ids.cc": '#include "broker/base/ids.h"\n\nint Id() { return 1; }\n',
    "broker/crypto/README.md": README,
    "broker/crypto/CMakeLists.txt": "firstbell_module(crypto\n  SRCS hash.cc\n  DEPS base)\n",
    "broker/crypto/hash.cc": '#include "broker/base/ids.h"\n',
    "tests/README.md": "| folder | what |\n|---|---|\n| `unit/` | cases |\n",
    "tests/unit/CMakeLists.txt": "firstbell_test(unit_base SRCS base/ids_test.cc)\n",
    "tests/unit/base/ids_test.cc": '#include "broker/base/ids.h"\n',
}


def module(folder, source, deps="", name=None):
    """The files of one more module with one source file."""
    name = name or folder.rsplit("/", 1)[-1]
    return {f"{folder}/README.md": README, f"{folder}/x.cc": source,
            f"{folder}/CMakeLists.txt": f"firstbell_module({name} SRCS x.cc DEPS {deps})\n"}


class TidyCase(unittest.TestCase):
    def findings(self, changes, without=()):
        """What tidy says about GOOD with some files changed, added or taken away."""
        files = {p: t for p, t in {**GOOD, **changes}.items() if p not in without}
        with tempfile.TemporaryDirectory() as root:
            for path, text in files.items():
                Path(root, path).parent.mkdir(parents=True, exist_ok=True)
                Path(root, path).write_text(text, encoding="utf-8")
            return [str(finding) for finding in tidy.run(root)]

    def expect(self, changes, *parts, without=()):
        """One finding holds all the parts."""
        found = self.findings(changes, without)
        self.assertTrue(any(all(p in line for p in parts) for line in found),
                        f"no finding holds {parts} among:\n" + "\n".join(found))

    def expect_none(self, rule, changes):
        found = [line for line in self.findings(changes) if f"[{rule}]" in line]
        self.assertEqual(found, [])


class GoodTree(TidyCase):
    def test_nothing_is_found_in_a_good_tree(self):
        self.assertEqual(self.findings({}), [])


class Layering(TidyCase):
    def test_an_include_that_deps_do_not_name(self):
        bad = {"broker/base/ids.cc": '\n#include "broker/crypto/hash.h"\n'}
        self.expect(bad, "broker/base/ids.cc:2", "[include]", "DEPS do not name")

    def test_deps_against_the_picture(self):
        bad = {"broker/base/CMakeLists.txt": "firstbell_module(base\n  SRCS ids.cc\n  DEPS crypto)\n"}
        self.expect(bad, "[deps]", "broker/base may not depend on broker/crypto")

    def test_siblings_never_include_each_other(self):
        bad = {**module("broker/audit", "int a;\n"), **module("broker/calendar", "int c;\n", "audit")}
        self.expect(bad, "[deps]", "broker/calendar may not depend on broker/audit")

    def test_a_folder_that_the_picture_does_not_know(self):
        self.expect(module("broker/helpers", "int h;\n"), "[picture]", "broker/helpers")

    def test_deps_on_nothing(self):
        self.expect(module("broker/model", "int m;\n", "basement"), "[deps]", "basement")

    def test_generated_messages_need_proto_directly_or_through_a_module(self):
        use = '#include "firstbell/v1/link.pb.h"\n'
        self.expect(module("broker/model", use, "base"), "[include]", "needs proto in DEPS")
        through = {**module("broker/model", use, "base proto"), **module("broker/audit", use, "model")}
        self.expect_none("include", through)

    def test_generated_services_need_proto_grpc_directly(self):
        use = '#include "firstbell/v1/incident_service.grpc.pb.h"\n'
        bad = module("broker/server", use, "base proto")
        self.expect(bad, "[include]", "needs proto_grpc")
        self.expect_none("include", module("broker/server", use, "base proto_grpc"))

    def test_an_include_without_its_folder(self):
        self.expect({"broker/base/ids.cc": '#include "ids.h"\n'}, '"broker/base/ids.h"')

    def test_outside_libraries_have_one_door(self):
        for include, door in (("<grpcpp/server.h>", "gRPC"), ("<zmq.h>", "ZeroMQ"),
                              ('"rocksdb/db.h"', "RocksDB"), ("<sqlite3.h>", "SQLite"),
                              ("<openssl/evp.h>", "OpenSSL")):
            self.expect(module("broker/intake", f"#include {include}\n"), "[include]", door)

    def test_what_ships_never_includes_tests(self):
        self.expect({"broker/base/ids.cc": '#include "tests/support/x.h"\n'}, "never includes from tests")

    def test_a_file_outside_every_module(self):
        self.expect({"broker/model/x.h": "int x;\n"}, "broker/model/x.h:1", "belongs to no module")

    def test_an_include_in_a_comment_counts_for_nothing(self):
        self.expect_none("include", {"broker/base/ids.cc": '// #include "broker/crypto/hash.h"\n'})


class Picture(unittest.TestCase):
    def test_the_direction_is_architectures(self):
        self.assertIn("broker/model", picture.allowed("broker/matching"))
        self.assertNotIn("broker/sealing", picture.allowed("broker/matching"))
        self.assertNotIn("broker/store/rocksdb", picture.allowed("broker/intake"))
        self.assertNotIn("proto", picture.allowed("broker/crypto"))
        self.assertNotIn("broker/store", picture.allowed("clients/school"))
        self.assertIn("broker/store", picture.allowed("clients/admin"))
        self.assertEqual(picture.allowed("adapters"), {"broker/base", "proto"})

    def test_it_has_no_circle(self):
        for folder, uses in picture.PICTURE.items():
            for other in uses:
                self.assertNotIn(folder, picture.PICTURE.get(other, ()), f"{folder} <-> {other}")


class Sizes(TidyCase):
    def test_a_long_line_counts_characters_not_bytes(self):
        self.expect({"broker/base/ids.h": "// " + "é" * 98 + "\n"}, "ids.h:1", "101 columns")
        self.expect_none("line-length", {"broker/base/ids.h": "// " + "é" * 97 + "\n"})

    def test_a_long_file(self):
        self.expect({"broker/base/ids.h": "int Id();\n" * 501}, "[file-length]", "501 lines")

    def test_a_long_function_is_named(self):
        long = "int F(int a) {\n" + "  ++a;\n" * 68 + "  return a;\n}\n"
        self.expect({"broker/base/ids.cc": long}, "ids.cc:1", "[function-length]", "F has 71 lines")

    def test_lambdas_count_to_their_function_and_tables_to_none(self):
        code = ("namespace a {\nclass B {\n public:\n  int C() {\n    auto d = [] { return 1; };\n"
                "    return d();\n  }\n};\nconstexpr int kE[] = {\n  1,\n  2,\n};\n}\n")
        self.assertEqual([name for _, _, name in sizes.functions(code)], ["C"])

    def test_functions_are_found_with_their_lines(self):
        code = ("#define X(y) do { y } while (0)\n\nA::A(int b)\n    : b_{b}, c_(b) {\n  if (b) {\n"
                "  }\n}\nstruct S {\n  int v = 0;\n};\nTEST(S, V) {\n}\n")
        found = list(sizes.functions(blank(code)))
        self.assertEqual(found[-1], (11, 12, "TEST(S, V)"))
        self.assertEqual(max(last for _, last, _ in found[:-1]), 7)


class Banned(TidyCase):
    def test_each_call_is_named_with_its_replacement(self):
        for code, instead in (
                ("std::mutex m;", "base::Mutex"), ("absl::Mutex m;", "base::Mutex"),
                ('std::printf("x");', "base::Log"), ("std::cout << 1;", "base::Log"),
                ("std::strcpy(a, b);", "std::string"), ("sprintf(a, b);", "std::string"),
                ("system(a);", "posix_spawn"), ("std::rand();", "crypto::RandomBytes"),
                ("auto t = absl::Now();", "take `now`"), ("system_clock::now();", "take `now`"),
                ("assert(a);", "FB_CHECK"),
                ("EVP_PKEY* k;", "crypto module"), ("throw 1;", "base::Status"),
                ("using namespace std;", "write std::"), ("std::getenv(a);", "in main"),
                ("SPDLOG_INFO(a);", "base::Log"), ("std::thread t;", "owns no thread")):
            self.expect({"broker/base/ids.cc": code + "\n"}, "ids.cc:1", "[banned]", instead)

    def test_a_test_never_sleeps(self):
        sleeps = "std::this_thread::sleep_for(d);\n"
        self.expect({"tests/unit/base/ids_test.cc": sleeps}, "[banned]", "never sleeps")

    def test_comments_strings_and_likenesses_are_no_calls(self):
        code = ("// throw, std::mutex, assert(x)\n/* absl::Now() */\n"
                'const char* a = "throw assert(";\nstatic_assert(1\'000 > 1);\n'
                "using namespace std::string_view_literals;\n"
                "int b = clock.time(0); int c = file_system(1); int d = strand(2);\n"
                'const char* e = R"(throw "1")";\n')
        self.expect_none("banned", {"broker/base/ids.cc": code})

    def test_mains_may_read_the_clock_and_the_environment(self):
        code = "int main() { std::getenv(a); absl::Now(); }\n"
        self.expect_none("banned", {"broker/base/main.cc": code, "broker/base/x_main.cc": code})

    def test_promises_and_paths_of_a_machine(self):
        self.expect({"broker/base/ids.h": "// TO" "DO: later\n"}, "[promise]")
        self.expect({"README.md": "see /wo" "rk/main\n"}, "[machine-path]")
        self.expect_none("promise", {"broker/base/ids.h": "// mktemp XX" "XXXX\n"})


class Folders(TidyCase):
    def test_a_module_without_a_readme(self):
        self.expect({}, "broker/crypto/README.md", "[readme]", without=["broker/crypto/README.md"])

    def test_a_table_that_lacks_a_folder_or_invents_one(self):
        table = {"broker/README.md": "| `base/` | ids |\n| `cellar/` | - |\n"}
        self.expect(table, "[readme-table]", "no row for `crypto/`")
        self.expect(table, "[readme-table]", "`cellar/`, which does not exist")

    def test_a_test_that_is_never_built(self):
        self.expect({"tests/unit/base/more_test.cc": "int x;\n"}, "[not-built]", "test never runs")
        listed = {"tests/unit/CMakeLists.txt": "firstbell_test(u SRCS  # base/ids_test.cc\n)\n"}
        self.expect(listed, "ids_test.cc", "[not-built]")

    def test_a_source_that_is_never_built(self):
        self.expect({"broker/base/more.cc": "int x;\n"}, "[not-built]", "never built")

    def test_an_empty_file(self):
        self.expect({"broker/base/more.h": ""}, "[empty-file]")

    def test_a_decision_outside_the_index(self):
        decisions = {"broker/decisions/README.md": "[one](0001-a.md)\n", "broker/decisions/0001-a.md": "a\n",
                     "broker/decisions/0002-b.md": "b\n"}
        self.expect(decisions, "0002-b.md", "[decisions]")

    def test_a_dead_link(self):
        self.expect({"README.md": "\n[gone](gone.md#part)\n"}, "README.md:2", "[dead-link]", "gone.md")
        self.expect_none("dead-link", {"README.md": "[a](https://example.org) [b](#here)\n"})


class Limits(TidyCase):
    BOUND = {"broker/base/limits.h": "inline constexpr std::size_t kMost = 5;  // of them\n"}
    USED = {"broker/base/ids.h": "int x = limits::kMost;\n"}
    GONE = "nothing that ships keeps to it"

    def test_a_bound_is_kept_to_and_tested(self):
        self.expect(self.BOUND, "[limit]", "kMost", self.GONE)
        self.expect({**self.BOUND, **self.USED}, "[limit]", "kMost", "no test reaches it")
        tested = {"tests/unit/base/ids_test.cc": "int y = limits::kMost;\n"}
        self.expect_none("limit", {**self.BOUND, **self.USED, **tested})


class Allowing(TidyCase):
    LONG = {"broker/base/ids.h": "// " + "x" * 100 + "\n"}

    def test_an_exception_with_a_reason_covers_its_finding(self):
        allow = {"tests/tidy/allow.txt": "# why\nline-length broker/base/ids.h a URL\n",
                 "tests/README.md": "| `unit/` | cases |\n| `tidy/` | style |\n"}
        self.assertEqual(self.findings({**self.LONG, **allow}), [])

    def test_an_exception_needs_a_reason_and_a_use(self):
        bare = {"tests/tidy/allow.txt": "line-length broker/base/ids.h\n"}
        self.expect({**self.LONG, **bare}, "[allow]", "rule path reason")
        unused = {"tests/tidy/allow.txt": "line-length broker/base/ids.h a URL\n"}
        self.expect(unused, "[allow]", "not needed any more")


class Units(unittest.TestCase):
    """The broker's own unit, with one line changed."""
    PROJECT = Path(__file__).resolve().parents[2]
    UNIT = "deploy/firstbell-broker.service"

    def found(self, check, old="", new=""):
        text = (self.PROJECT / self.UNIT).read_text(encoding="utf-8")
        self.assertIn(old, text)
        with tempfile.TemporaryDirectory() as root:
            for path, content in {self.UNIT: text.replace(old, new),
                                  units.LIMITS: (self.PROJECT / units.LIMITS).read_text("utf-8")}.items():
                Path(root, path).parent.mkdir(parents=True, exist_ok=True)
                Path(root, path).write_text(content, encoding="utf-8")
            return "\n".join(str(finding) for finding in check(Tree(root)))

    def test_what_is_missing_or_looser_is_named(self):
        self.assertEqual(self.found(units.check), "")
        self.assertIn("say LimitCORE=0: it is missing", self.found(units.check, "LimitCORE=0\n"))
        self.assertIn("ProtectSystem=strict: it is full",
                      self.found(units.check, "ProtectSystem=strict", "ProtectSystem=full"))
        self.assertIn("say LimitMEMLOCK=", self.found(units.check, "LimitMEMLOCK=64M\n"))

    def test_bounds_are_held_against_the_programs_own(self):
        for old, new in (("TimeoutStopSec=30s", "TimeoutStopSec=20s"), ("WatchdogSec=60s", "WatchdogSec=30"),
                         ("LimitNOFILE=65536", "LimitNOFILE=1024")):
            self.assertIn(old.split("=")[0], self.found(units.check, old, new))

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not installed")
    def test_systemd_is_asked(self):
        self.assertEqual(self.found(units.ask_systemd), "")
        self.assertIn("LimitCROE", self.found(units.ask_systemd, "LimitCORE=0", "LimitCROE=0"))


class Clang(unittest.TestCase):
    def test_a_command_for_gcc_becomes_one_that_clang_takes(self):
        gcc = ("/usr/bin/cmake -E env CCACHE_SLOPPINESS=pch_defines /usr/bin/ccache /usr/bin/c++ -DX=1 -I/a "
               "-fpch-preprocess -Wall -Werror -Wno-restrict -std=c++20 -Winvalid-pch "
               "-include /b/cmake_pch.hxx -include kept.h -o a.o -c /a/a.cc")
        self.assertEqual(clang_tidy.for_clang(gcc),
                         "/usr/bin/c++ -DX=1 -I/a -Wall -std=c++20 -include kept.h -o a.o -c /a/a.cc")

    def test_only_what_is_shipped_is_looked_at(self):
        entries = [{"directory": "/p/build", "file": name, "command": "c++ -c x.cc"} for name in
                   ("/p/broker/base/a.cc", "/p/build/generated/a.pb.cc", "/p/tests/unit/b_test.cc", "/q/c.cc")]
        self.assertEqual(list(clang_tidy.sources_of(Path("/p"), entries)), ["broker/base/a.cc"])


if __name__ == "__main__":
    unittest.main()
