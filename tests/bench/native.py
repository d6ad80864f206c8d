"""Runs one benchmark of firstbell_bench and says its rows in words, or as JSON with the machine."""

import json
import pathlib
import subprocess
import sys
import tempfile

import machine

BENCH = pathlib.Path(__file__).resolve().parents[2] / "build/bin/firstbell_bench"


def verdict(row):
    def meets(bound):
        return row["judged"] >= bound if row["more_is_better"] else row["judged"] <= bound
    return "aim met" if meets(row["aim"]) else "floor met" if meets(row["floor"]) else "below the floor"


def line(row):
    text = f"{row['what']:44} n {row['n']:7,}  {row['ours']:10,.2f} {row['unit']:12}"
    if "ceiling" in row:
        text += f" of {row['ceiling']:10,.2f}  ratio {row['judged']:5.2f}"
    return f"{text}  (floor {row['floor']:g}, aim {row['aim']:g}: {verdict(row)})\n    {row['note']}"


def main():
    if not BENCH.exists():
        sys.exit("bench: build the programs first (tests/run.sh or deploy/quickstart.sh)")
    arguments = [word for word in sys.argv[1:] if word != "--json"]
    with tempfile.TemporaryDirectory() as directory:
        where = machine.describe(directory)
    rows = json.loads(subprocess.run([BENCH, *arguments], check=True, stdout=subprocess.PIPE).stdout)
    if "--json" in sys.argv:
        print(json.dumps({"machine": where, "rows": rows}))
        return
    print(f"{where['processor']}, {where['cores']} cores, fdatasync p50 "
          f"{where['fdatasync_ms_p50']} ms, p99 {where['fdatasync_ms_p99']} ms")
    for row in rows:
        print(line(row))


if __name__ == "__main__":
    main()
