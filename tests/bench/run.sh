#!/usr/bin/env bash
# Runs a benchmark by name and prints its table, or JSON. Every figure comes with its N, the machine and
# the disk's fdatasync latency.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'TEXT'
tests/bench/run.sh NAME [--json]

  import    the real register and a roll of 100,000 invented pupils, into an empty data directory

Uses the programs in build/bin (tests/run.sh or deploy/quickstart.sh builds them) and the data at
$FIRSTBELL_DATA (default: ../shared/data beside the project).
TEXT
}

case "${1:-}" in
  import) exec python3 import.py "${@:2}" ;;
  --help | -h) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
