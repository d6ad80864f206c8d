"""How long the operator's imports take: the real register, then 100,000 invented pupils of its schools."""

import csv
import gzip
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import machine

SOURCE = pathlib.Path(__file__).resolve().parents[2]
ADMIN = SOURCE / "build/bin/firstbell-admin"
DATA = pathlib.Path(os.environ.get("FIRSTBELL_DATA", SOURCE.parent / "shared/data"))
REGISTER = DATA / "gias/edubaseallstatefunded20250717.csv.gz"
PUPILS = 100_000
SCHOOLS = 250
SEED = 1
SYLLABLES = "an be cor da el fin ga hol is jo ka lu mar no or pen ri sa tor va".split()


def invented_name(source):
    return "".join(source.choice(SYLLABLES) for _ in range(source.randint(2, 4))).title()


def open_schools():
    with gzip.open(REGISTER, "rt", encoding="cp1252", newline="") as file:
        rows = csv.DictReader(file)
        return [row["URN"] for row in rows if row["EstablishmentStatus (name)"].startswith("Open")]


def write_roll(path):
    source = random.Random(SEED)
    urns = open_schools()[:SCHOOLS]
    with open(path, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow("urn local_id given_names family_name date_of_birth postcode".split())
        for number in range(PUPILS):
            birth = f"{source.randint(2008, 2021)}-{source.randint(1, 12):02}-{source.randint(1, 28):02}"
            rows.writerow([urns[number % SCHOOLS], f"p{number}", invented_name(source),
                           invented_name(source), birth, f"EX{source.randint(1, 9)} 1AA"])


def timed(*arguments):
    start = time.perf_counter()
    subprocess.run([ADMIN, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def measure(directory):
    data = directory / "data"
    roll = directory / "roll.csv"
    write_roll(roll)
    timed("init", "--data", data, "--root-keys", directory / "root")
    schools = timed("schools", "import", REGISTER, "--data", data,
                    "--rejects", directory / "rejects.csv")
    first = timed("roll", "import", roll, "--data", data)
    again = timed("roll", "import", roll, "--data", data)
    return [("register", "schools", len(open_schools()), schools),
            ("roll, first", "pupils", PUPILS, first),
            ("roll, the same again", "pupils", PUPILS, again)]


def main():
    if not ADMIN.exists() or not REGISTER.exists():
        sys.exit("bench: build the programs first, and have the register at $FIRSTBELL_DATA")
    with tempfile.TemporaryDirectory(dir=SOURCE / "build") as directory:
        where = machine.describe(directory)
        rows = measure(pathlib.Path(directory))
    if "--json" in sys.argv:
        print(json.dumps({"machine": where, "imports": [
            {"what": what, "unit": unit, "n": n, "seconds": round(seconds, 2)}
            for what, unit, n, seconds in rows]}))
        return
    print(f"{where['processor']}, {where['cores']} cores, fdatasync p50 "
          f"{where['fdatasync_ms_p50']} ms, p99 {where['fdatasync_ms_p99']} ms")
    for what, unit, n, seconds in rows:
        print(f"{what:22} {n:8,} {unit:8} {seconds:6.2f} s  {n / seconds:10,.0f} {unit}/s")


if __name__ == "__main__":
    main()
