#!/usr/bin/env bash
# Builds log_verifier, log_generator and log_verifier_self_test into OUTDIR, with Debian's golang-go
# and golang-golang-x-mod-dev alone. Needs no network and takes none: no module is looked up.
set -euo pipefail

usage="tests/log_verifier/build.sh OUTDIR
Builds log_verifier, log_generator and log_verifier_self_test into OUTDIR, offline.
GOCODE=DIR: where Debian's Go sources are, if not in /usr/share/gocode.
Exit code 0: built; 1: not; 2: wrong usage; 77: Go or its module is not installed."

if [[ "${1:-}" == --help || "${1:-}" == -h ]]; then
  echo "$usage"
  exit 0
fi
if (($# != 1)) || [[ -z "$1" || "$1" == -* ]]; then
  echo "build.sh: one argument, the directory to build into (see --help)" >&2
  exit 2
fi

gocode="${GOCODE:-/usr/share/gocode}"
missing() {
  echo "build.sh: $1; as root: apt-get install $2" >&2
  exit 77
}
command -v go >/dev/null || missing "there is no Go compiler" golang-go
for package in note tlog; do
  [[ -d "$gocode/src/golang.org/x/mod/sumdb/$package" ]] ||
    missing "golang.org/x/mod/sumdb/$package is not in $gocode/src" golang-golang-x-mod-dev
done

mkdir -p "$1"
out="$(cd "$1" && pwd)"
cd "$(dirname "${BASH_SOURCE[0]}")"

# GOENV and GOFLAGS: whatever this user has set for Go is not ours. Without cgo no C compiler is
# called; the programs are static.
offline_go() {
  env GO111MODULE=off GOPATH="$gocode" GOCACHE="$out/go-cache" GOENV=off GOFLAGS= \
    GOPROXY=off GOSUMDB=off CGO_ENABLED=0 go "$@"
}
sources=(arguments.go checkpoint.go log.go main.go proof.go tiles.go whole.go)
offline_go build -trimpath -o "$out/log_verifier" "${sources[@]}"
offline_go build -trimpath -o "$out/log_generator" generate.go
offline_go test -c -trimpath -o "$out/log_verifier_self_test" "${sources[@]}" self_test.go
echo "built log_verifier, log_generator and log_verifier_self_test"
