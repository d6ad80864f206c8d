#!/usr/bin/env bash
# Runs a benchmark by name and prints its table, or JSON. Every figure comes with its N, the machine and
# the disk's fdatasync latency.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'TEXT'
tests/bench/run.sh NAME [--json] [--scale F] [--peer postgres]

  import     the real register and a roll of 100,000 invented pupils, into an empty data directory
  intake     incidents accepted a second, and one at a time, over a method that does nothing
  push       20,000 sealed alerts to 5,000 machines, until the last receipt, over a bare CURVE router
  seal-push  the same with sealing to three people each
  morning    5,000 machines switched on within 30 seconds: until the last alert is shown
  restart    SIGKILL with 100,000 alerts open, until the broker serves
  match      how children are found on an invented roll of ten million: placed, wrongly placed, shown
             (twenty minutes; the real name frequencies where the data is)
  lookup     the index of ten million pupils: building it, its size, a lookup, memory (half an hour, 8 GB
             of disk)
  linkage    how evidence is weighed on FEBRL's sets, whose truth is published (two minutes)
  ladder     a million alerts open, 100,000 due at one window: a look, every rung (ten minutes)
  log        the delivery log and what auditors ask of it: taking in and signing, proofs and pages among ten
             million, a year's statistics, an export, bytes (a quarter of an hour, 20 GB of disk)
  inbox      a school's page with 10,000 alerts and 50,000 actions in its stores over one with 100, made in
             process and asked of its daemon over HTTP; the daemon's memory, idle and in use (three minutes)
  memory     resident, with 22,000 schools, 110,000 pupils and 5,000 links

--peer postgres, with lookup: the same questions of a PostgreSQL cluster of its own, on a roll of that size.
--scale makes every N smaller, to try one out (0.1: a tenth); figures are made without it, and with
nothing else running. All but import, match, lookup and linkage make their own data.

Uses the programs in build/bin (tests/run.sh or deploy/quickstart.sh builds them) and the data at
$FIRSTBELL_DATA (default: ../shared/data beside the project).
TEXT
}

case "${1:-}" in
  import) exec python3 import.py "${@:2}" ;;
  intake | push | seal-push | morning | restart | memory | match | linkage | lookup | ladder | log | inbox) exec python3 native.py "$@" ;;
  --help | -h) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
