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
    if row.get("peer") or row["floor"] == row["aim"] == 0:
        return f"{text}\n    {row['note']}"
    return f"{text}  (floor {row['floor']:g}, aim {row['aim']:g}: {verdict(row)})\n    {row['note']}"


def with_peer(rows):
    """The lookup's rows beside what PostgreSQL takes for a roll and questions of the same size."""
    import postgres_peer
    of = {row["what"]: row for row in rows}
    ours = of["a lookup and its decision, p50"], of["the same, p99"]
    pupils = of["index, bytes a pupil"]["n"]
    for way, took in postgres_peer.lookups(pupils, ours[0]["n"]).items():
        how = ("a b-tree of exact names and birth date, which decides nothing" if way == "exact"
               else "pg_trgm: the five likest names")
        for name, row, theirs in zip(("p50", "p99"), ours, took):
            yield {"what": f"over PostgreSQL, {way}, {name}", "unit": row["unit"], "n": row["n"],
                   "ours": row["ours"], "ceiling": theirs, "judged": row["ours"] / theirs, "floor": 0,
                   "aim": 0, "peer": True, "note": f"a roll of {pupils}; {how}"}


def main():
    if not BENCH.exists():
        sys.exit("bench: build the programs first (tests/run.sh or deploy/quickstart.sh)")
    arguments = [word for word in sys.argv[1:] if word != "--json"]
    peer = "--peer" in arguments
    if peer:
        at = arguments.index("--peer")
        if arguments[0] != "lookup" or arguments[at + 1:at + 2] != ["postgres"]:
            sys.exit("bench: --peer postgres is for lookup")
        del arguments[at:at + 2]
    with tempfile.TemporaryDirectory() as directory:
        where = machine.describe(directory)
    rows = json.loads(subprocess.run([BENCH, *arguments], check=True, stdout=subprocess.PIPE).stdout)
    if peer:
        rows += with_peer(rows)
    if "--json" in sys.argv:
        print(json.dumps({"machine": where, "rows": rows}))
        return
    print(f"{where['processor']}, {where['cores']} cores, fdatasync p50 "
          f"{where['fdatasync_ms_p50']} ms, p99 {where['fdatasync_ms_p99']} ms")
    for row in rows:
        print(line(row))


if __name__ == "__main__":
    main()
