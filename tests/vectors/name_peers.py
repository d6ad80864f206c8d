"""Holds matching's comparators against those that others keep: Debian's python3-jellyfish, and
PostgreSQL's fuzzystrmatch in a cluster of its own. Over the public name lists of $FIRSTBELL_DATA
where they are, and over a few thousand made-up names everywhere.

  name_peers.py path/to/name_codes
"""

import csv
import gzip
import os
import pathlib
import random
import subprocess
import sys

import jellyfish

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from postgres import postgres  # noqa: E402

SEED = 20_260_308
PIECES = ["sch", "ch", "cz", "gh", "gn", "wr", "kn", "ps", "ph", "th", "sh", "sc", "wicz", "ewski",
          "mc", "mac", "van", "ll", "illo", "alle", "umb", "ie", "ei", "eau", "x", "zz", "zh", "j",
          "dg", "dt", "cc", "ck", "ce", "ci", "cia", "tion", "tia", "gg", "ge", "gi", "w", "k", "q",
          "h", "b", "p", "f", "v", "l", "m", "n", "r", "s", "t", "a", "e", "i", "o", "u", "y"]


def data_names():
    folder = pathlib.Path(os.environ.get("FIRSTBELL_DATA", "")) / "names"
    surnames = folder / "ons_uk_surname_freq_sdglinkage.csv"
    forenames = folder / "ons_babynames_ew_2004_2024.csv.gz"
    if not surnames.exists() or not forenames.exists():
        print("skipped: the public name lists (no $FIRSTBELL_DATA/names)")
        return
    with surnames.open(encoding="utf-8") as file:
        yield from (row["surname"] for row in csv.DictReader(file))
    with gzip.open(forenames, "rt", encoding="utf-8") as file:
        yield from {row["name"] for row in csv.DictReader(file)}


def made_up(count, rng):
    return ("".join(rng.choices(PIECES, k=rng.randint(1, 5))) for _ in range(count))


def pairs_of(names, rng):
    """Each name with a slip of itself, and with another of its neighbourhood."""
    for i, name in enumerate(names):
        at = rng.randrange(len(name))
        slips = [name[:at] + name[at + 1:], name[:at] + rng.choice("aeinrst") + name[at:],
                 name[:at] + name[at + 1:at + 2] + name[at] + name[at + 2:]]
        yield name, rng.choice(slips)
        yield name, names[(i + rng.randint(1, 5)) % len(names)]


def ours(program, pairs):
    lines = "".join(f"{a}\t{b}\n" for a, b in pairs)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        similarity, distance, primary, secondary = line.split("\t")
        yield float(similarity), int(distance), primary, secondary


def postgres_says(pairs):
    with postgres() as psql:
        rows = "".join(f"{a}\t{b}\n" for a, b in pairs)
        answer = psql("create extension fuzzystrmatch;\n"
                      "create table pairs (n serial, a text, b text);\n"
                      f"copy pairs (a, b) from stdin;\n{rows}\\.\n"
                      "select levenshtein(a, b), dmetaphone(a), dmetaphone_alt(a) from pairs order by n;\n")
    for line in answer.splitlines():
        distance, primary, secondary = line.split("\t")
        yield int(distance), primary, secondary


def faults(pairs, program):
    for (a, b), (similarity, osa, *sounds), (levenshtein, *peers) in zip(
            pairs, ours(program, pairs), postgres_says(pairs), strict=True):
        if abs(similarity - jellyfish.jaro_winkler_similarity(a, b)) > 1e-9:
            yield f"Jaro-Winkler of {a}, {b}: {similarity}, jellyfish says {jellyfish.jaro_winkler_similarity(a, b)}"
        # Jellyfish edits a swapped pair again, PostgreSQL knows no swaps: OSA lies between them.
        if not jellyfish.damerau_levenshtein_distance(a, b) <= osa <= levenshtein:
            yield f"OSA of {a}, {b}: {osa}, against {levenshtein} without swaps"
        if sounds != peers:
            yield f"sounds of {a}: {sounds}, PostgreSQL says {peers}"


def main():
    rng = random.Random(SEED)
    names = [name.lower() for name in [*data_names(), *made_up(5000, rng)]]
    # What reaches the comparators has been brought to ASCII letters.
    names = sorted({name for name in names if name.isascii() and name.isalpha()})
    pairs = list(pairs_of(names, rng))
    found = list(faults(pairs, sys.argv[1]))
    print(f"{len(pairs)} pairs of {len(names)} names (seed {SEED}): {len(found)} differ")
    for fault in found[:20]:
        print("  " + fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
