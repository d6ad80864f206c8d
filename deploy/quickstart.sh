#!/usr/bin/env bash
# Installs what is missing, builds, and runs Firstbell's whole story on this machine, in one directory of
# its own. See --help.
set -euo pipefail
readonly HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly SOURCE="$(dirname "$HERE")"
source "$HERE/setup.sh"

usage() {
  cat <<'TEXT'
deploy/quickstart.sh: the whole of Firstbell on one machine, with invented people.

  deploy/quickstart.sh            builds, tells the story, then stays up for you to play with
  deploy/quickstart.sh --once     ends after the story: exit code 0 if it held, 1 with the step that did not
  deploy/quickstart.sh --dir DIR  works in DIR (default: build/demo, made anew at each run)
  deploy/quickstart.sh --no-build uses the programs as they are built

The real register and bank holidays are used where $FIRSTBELL_DATA has them, else small invented ones.
TEXT
}

demo="$SOURCE/build/demo"
once=no
build=yes
while (($#)); do
  case "$1" in
    --once) once=yes ;;
    --no-build) build=no ;;
    --dir)
      [[ -n "${2:-}" ]] || { echo "quickstart: --dir needs a directory" >&2; exit 2; }
      demo="$(realpath -m "$2")"
      shift
      ;;
    --help | -h) usage; exit 0 ;;
    *) echo "quickstart: '$1' is no option (see --help)" >&2; exit 2 ;;
  esac
  shift
done
readonly DEMO="$demo"
readonly MARKER="$DEMO/.firstbell-demo"
readonly DATA="${FIRSTBELL_DATA:-$SOURCE/../shared/data}"
readonly BIN="$SOURCE/build/bin"
readonly PASSPHRASE="$DEMO/passphrase"

# --- Telling and checking -----------------------------------------------------------------

current="before the first step"
number=0
children=()

step() {
  number=$((number + 1))
  current="$number. $1"
  printf '\n\033[1m%s\033[0m\n' "$current"
}
say() { printf '   %s\n' "$*"; }
quote() { sed 's/^/   | /'; }

fail() {
  printf '\nquickstart: step %s\n  %s\n' "$current" "$1" >&2
  for log in "$DEMO"/logs/*.log; do
    [[ -s "$log" ]] || continue
    printf -- '--- the end of %s\n' "${log#"$DEMO"/}" >&2
    tail -n 15 "$log" >&2
  done
  exit 1
}
trap 'fail "stopped at line $LINENO: $BASH_COMMAND"' ERR

# expect "what should hold" command…: fails the step where the command does.
expect() {
  local what="$1"
  shift
  "$@" || fail "it did not hold that $what"
}
contains() { grep -q -- "$2" <<<"$1"; }
lacks() { ! grep -q -- "$2" <<<"$1"; }

# Repeats a command until it succeeds, for 30 seconds.
wait_until() {
  local what="$1" end=$((SECONDS + 30))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || fail "waited 30 seconds for this and it did not come: $what"
    sleep 0.2
  done
}

stop_children() {
  trap - ERR
  for pid in "${children[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
}
trap stop_children EXIT
trap 'exit 130' INT TERM

# --- Short names for the programs -----------------------------------------------------------

admin() { "$BIN/firstbell-admin" "$@"; }
admin_at_rest() { admin "$@" --data "$DEMO/broker"; }
admin_running() { admin "$@" --broker "127.0.0.1:$grpc_port" --identity "$DEMO/id/operator"; }
control() {
  "$BIN/firstbell-control" "$@" --address "127.0.0.1:$grpc_port" --identity "$DEMO/id/force"
}
audit() {
  "$BIN/firstbell-audit" "$@" --address "127.0.0.1:$grpc_port" --identity "$DEMO/id/auditor" \
    --state "$DEMO/audited"
}
school() {
  local name="$1"
  shift
  "$BIN/firstbell-school" "$@" --state "$DEMO/schools/$name"
}

free_port() {
  local port
  while :; do
    port=$((10000 + RANDOM % 22000))
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

start_broker() {
  "$BIN/firstbell-broker" --data "$DEMO/broker" --simulated-clock >>"$DEMO/logs/broker.log" 2>&1 &
  broker_pid=$!
  children+=("$broker_pid")
  wait_until "the broker to answer" admin_running status
}

start_school() {
  "$BIN/firstbell-school" run --state "$DEMO/schools/$1" >>"$DEMO/logs/school-$1.log" 2>&1 &
  children+=("$!")
}

linked() { [[ "$(admin_running status --json | grep -o '"linkedDevices":"[0-9]*"')" == *"\"$1\"" ]]; }
state_is() { control show "$1" --json | grep -q "ALERT_STATE_$2"; }
inbox_ids() { school "$1" inbox list --json | grep -o '"alert_id":"[0-9a-z]*"' | cut -d'"' -f4; }

# --- The story ------------------------------------------------------------------------------

# A demo holds a lock on its marker, and so does every program that it started.
check_directory() {
  if [[ -e "$DEMO" && ! -e "$MARKER" ]]; then
    echo "quickstart: $DEMO exists and is not a demo of ours; name another --dir" >&2
    exit 2
  fi
  if [[ -e "$MARKER" ]] && ! flock --nonblock "$MARKER" true; then
    echo "quickstart: a demo still runs in $DEMO; end it with Ctrl-C, or name another --dir" >&2
    exit 2
  fi
}

prepare() {
  check_directory
  if [[ "$build" == yes ]]; then
    firstbell_setup
    cmake --preset release -S "$SOURCE" >"/tmp/firstbell-configure.$$" ||
      { cat "/tmp/firstbell-configure.$$"; exit 1; }
    rm -f "/tmp/firstbell-configure.$$"
    cmake --build "$SOURCE/build" --parallel "$(nproc)" --target firstbell-broker firstbell-admin \
      firstbell-control firstbell-school firstbell-audit
  fi
  check_directory
  rm -rf "$DEMO"
  mkdir -p "$DEMO/logs" "$DEMO/id"
  exec 9>"$MARKER"
  flock --nonblock 9
  (umask 077 && echo "correct horse battery staple" >"$PASSPHRASE")
}

# The three schools of the story: of the real register where it is there.
choose_register() {
  local real="$DATA/gias/edubaseallstatefunded20250717.csv.gz"
  if [[ -r "$real" ]]; then
    register="$real" holidays="$DATA/calendar/bank-holidays.json"
    urns=(100008 100009 100010)
    say "The real register of state-funded schools in England is here: it is used."
  else
    register="$HERE/demo/schools.csv" holidays="$HERE/demo/bank-holidays.json"
    urns=(100001 100002 100003)
    say "No register at \$FIRSTBELL_DATA: a small invented one is used."
  fi
}

make_installation() {
  step "An installation of its own: authority, keys, register, bank holidays, a roll"
  choose_register
  grpc_port="$(free_port)"
  local enrolment_port link_port
  enrolment_port="$(free_port)"
  link_port="$(free_port)"
  admin_at_rest init --root-keys "$DEMO/root-keys" --origin demo.example/quickstart \
    --simulated-clock --clock "2026-03-02 17:00" --grpc "127.0.0.1:$grpc_port" \
    --enrolment "127.0.0.1:$enrolment_port" --public-enrolment "127.0.0.1:$enrolment_port" \
    --link "tcp://127.0.0.1:$link_port" --public-link "tcp://127.0.0.1:$link_port" \
    --metrics "" --log "" | quote
  admin_at_rest schools import "$register" --rejects "$DEMO/schools.rejects.csv" | quote
  admin_at_rest bank-holidays import "$holidays" | quote
  sed "s/@A@/${urns[0]}/; s/@B@/${urns[1]}/; s/@C@/${urns[2]}/" "$HERE/demo/roll.csv.in" \
    >"$DEMO/roll.csv"
  admin_at_rest roll import "$DEMO/roll.csv" | quote
  admin_at_rest certificate issue --role force --name examplebury --out "$DEMO/id/force" >/dev/null
  admin_at_rest certificate issue --role operator --name quickstart --out "$DEMO/id/operator" >/dev/null
  admin_at_rest certificate issue --role auditor --scope named-national --name inspector \
    --out "$DEMO/id/auditor" >/dev/null
  say "Certificates were issued to a force, an operator and an auditor."
}

enrol() {
  local name="$1" urn="$2" device lead
  device="$(admin_running enrol-code "$urn" --device 2>/dev/null)"
  lead="$(admin_running enrol-code "$urn" --person lead --name "Lead of school $name" 2>/dev/null)"
  school "$name" enrol --code-file - <<<"$device" | head -1 | quote
  school "$name" enrol --code-file - --passphrase-file "$PASSPHRASE" <<<"$lead" | head -1 | quote
}

start_everything() {
  step "The broker starts; three schools enrol a machine and their lead, and connect outward"
  start_broker
  local i names=(A B C)
  for i in 0 1 2; do enrol "${names[i]}" "${urns[i]}"; done
  for i in 0 1 2; do start_school "${names[i]}"; done
  wait_until "three schools to be linked" linked 3
  say "Three school machines are linked. No port is open at any school."
}

report_incidents() {
  step "Ten past two on a school night: the force reports"
  admin_running clock advance --to "2026-03-03 02:10" | quote
  say "A sister and a brother, at different schools:"
  local answer
  answer="$(control submit "$HERE/demo/incident-siblings.json")"
  quote <<<"$answer"
  expect "no answer to a force names a school" lacks "$answer" "${urns[0]}\|${urns[1]}"
  say "A child on nobody's roll: a person must decide, so it goes to review."
  control submit "$HERE/demo/incident-unknown-child.json" | quote
  expect "the unknown child is at review" \
    contains "$(control show EX-2026-0303-0018 --json)" CHILD_OUTCOME_AT_REVIEW
  say "The first report once more (a retry): the same answer, nothing new."
  expect "a retry gets the same answer" test "$(control submit "$HERE/demo/incident-siblings.json")" == "$answer"
  say "A malformed one is refused, every faulty field named:"
  local refusal
  refusal="$(control submit "$HERE/demo/incident-malformed.json" 2>&1)" && fail "it was not refused"
  quote <<<"$refusal"
  expect "the missing name and the impossible date are both named" \
    contains "$refusal" date_of_birth
}

crash_broker() {
  step "The broker is killed with SIGKILL, and started again"
  kill -9 "$broker_pid"
  wait "$broker_pid" 2>/dev/null || true
  say "Killed. A school's machine goes on without it."
  start_broker
  wait_until "the schools to link again" linked 3
  wait_until "both alerts to lie sealed at their schools" state_is EX-2026-0303-0017 RECEIVED
  say "Up again: the schools linked by themselves, and both alerts lie there, sealed."
  expect "nothing is shown at night" test -z "$(inbox_ids A)$(inbox_ids B)$(inbox_ids C)"
  say "Nobody is shown anything yet: it is night."
}

morning() {
  step "The morning: 07:31"
  admin_running clock advance --to "2026-03-03 07:31" | quote
  wait_until "school A to be shown its alert" test_count A 1
  wait_until "school B to be shown its alert" test_count B 1
  expect "school C is shown nothing" test -z "$(inbox_ids C)"
  say "School A's inbox (no name: screens are seen by others):"
  school A inbox list | quote
  say "School B has its own alert, school C none."
}
test_count() { [[ "$(inbox_ids "$1" | wc -l)" == "$2" ]]; }

read_and_acknowledge() {
  step "The lead of school A opens the alert with her passphrase, and acknowledges"
  local id content
  id="$(inbox_ids A)"
  content="$(school A inbox show "$id" --passphrase-file "$PASSPHRASE")"
  quote <<<"$content"
  expect "the account reaches the lead" contains "$content" "spelling test"
  expect "her brother's account does not" lacks "$content" "his room"
  school A inbox acknowledge "$id" --passphrase-file "$PASSPHRASE" | quote
  school B inbox acknowledge "$(inbox_ids B)" --passphrase-file "$PASSPHRASE" >/dev/null
  say "The lead of school B acknowledges too. The force watches until both have ended:"
  timeout 30 "$BIN/firstbell-control" watch EX-2026-0303-0017 \
    --address "127.0.0.1:$grpc_port" --identity "$DEMO/id/force" | quote
}

prove() {
  step "The proof: deliveries, and a log that an auditor recomputes"
  audit list | quote
  expect "both deliveries are acknowledged" \
    test "$(audit list --json | grep -c ALERT_STATE_ACKNOWLEDGED)" -ge 1
  audit verify | quote
}

stop_and_verify() {
  step "The broker stops, and its data directory is held against itself"
  kill "$broker_pid"
  wait "$broker_pid" 2>/dev/null || true
  admin_at_rest verify | quote
}

stay_up() {
  cat <<TEXT

Everything stays up until Ctrl-C. In another terminal, in this directory:

  export PATH=$BIN:\$PATH
  cd $DEMO
  firstbell-control submit INCIDENT.json --address 127.0.0.1:$grpc_port --identity id/force
  firstbell-control list --address 127.0.0.1:$grpc_port --identity id/force
  firstbell-school inbox list --state schools/A
  firstbell-admin status --broker 127.0.0.1:$grpc_port --identity id/operator
  firstbell-admin clock advance --at 07:31 --broker 127.0.0.1:$grpc_port --identity id/operator
  firstbell-audit verify --address 127.0.0.1:$grpc_port --identity id/auditor --state audited

Incidents to start from: $HERE/demo and $SOURCE/proto/examples. The passphrase is in ./passphrase.
TEXT
  wait
}

prepare
make_installation
start_everything
report_incidents
crash_broker
morning
read_and_acknowledge
prove
if [[ "$once" == yes ]]; then
  stop_and_verify
  printf '\n\033[1mThe story held.\033[0m\n'
else
  printf '\n\033[1mThe story held.\033[0m\n'
  stay_up
fi
