#!/usr/bin/env bash
# Installs what is missing, builds, and passes every test. Ends with ctest's summary.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/setup.sh

usage() {
  cat <<'TEXT'
tests/run.sh: installs what is missing, builds Firstbell and runs its tests.

  tests/run.sh                  every test but the long ones, of the release build (preset ci)
  tests/run.sh --quick          label quick alone (unit, store contract, fuzz corpora, tidy): the inner loop
  tests/run.sh --long           the long ones too, then a minute of each fuzz target (preset fuzz)
  tests/run.sh --preset asan    another build: dev, release, ci, asan, tsan, fuzz
  tests/run.sh -R placing       only tests whose name matches; any ctest option goes after --
  tests/run.sh --list           the tests, without running them
  tests/run.sh --no-setup       looks for no packages

Builds into build/ (presets ci and release) or build/<preset>. JOBS=n bounds the compilers at work.
Exit code 0: every test passed; 1: not; 2: wrong usage.
TEXT
}

wrong_usage() {
  echo "tests/run.sh: $1 (see --help)" >&2
  exit 2
}

preset=ci
quick=no
long=no
setup=yes
ctest_arguments=()

while (($#)); do
  case "$1" in
    --quick) quick=yes ;;
    --long) long=yes ;;
    --preset)
      [[ "${2:-}" =~ ^(dev|release|ci|asan|tsan|fuzz)$ ]] || wrong_usage "no preset '${2:-}'"
      preset="$2"
      shift
      ;;
    -R)
      [[ -n "${2:-}" ]] || wrong_usage "-R needs a pattern"
      ctest_arguments+=(-R "$2")
      shift
      ;;
    --list) ctest_arguments+=(--show-only) ;;
    --no-setup) setup=no ;;
    --help | -h)
      usage
      exit 0
      ;;
    --)
      shift
      ctest_arguments+=("$@")
      break
      ;;
    *) wrong_usage "'$1' is no option" ;;
  esac
  shift
done

# A compiler of generated gRPC code takes over 1 GB: no more of them than cores, nor than memory holds.
compilers() {
  local cores memory_gb
  cores="$(nproc)"
  memory_gb="$(awk '/MemAvailable/ {print int($2 / 1048576)}' /proc/meminfo)"
  echo "$((memory_gb < 1 ? 1 : memory_gb < cores ? memory_gb : cores))"
}

build() {
  local targets=()
  [[ "$quick" == yes ]] && targets=(--target quick_tests)
  cmake --preset "$preset"
  cmake --build --preset "$preset" --parallel "${JOBS:-$(compilers)}" "${targets[@]}"
}

run_tests() {
  local labels=()
  if [[ "$quick" == yes ]]; then
    labels=(-L '^quick$')
  elif [[ "$long" == no ]]; then
    labels=(-LE '^long$')
  fi
  # The sanitizers stop a test at its first finding and say where.
  export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}"
  export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
  export TSAN_OPTIONS="${TSAN_OPTIONS:-second_deadlock_stack=1:suppressions=$PWD/tests/tsan.supp}"
  ctest --preset "$preset" --parallel 2 "${labels[@]}" "${ctest_arguments[@]}"
}

[[ "$setup" == yes ]] && firstbell_setup
[[ "$preset" == fuzz ]] && long=yes
build
run_tests
if [[ "$long" == yes && "$preset" == ci ]]; then
  preset=fuzz
  build
  run_tests
fi
