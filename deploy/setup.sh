#!/usr/bin/env bash
# Installs the Debian 12 packages of deploy/packages.txt that are missing. Run it, or source it and
# call firstbell_setup. Where everything is there, it does nothing and needs no network.
set -euo pipefail

firstbell_packages() {
  sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$1"
}

# The packages that are not installed, one a line.
firstbell_missing() {
  local package
  firstbell_packages "$1" | while read -r package; do
    if [[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]]; then
      echo "$package"
    fi
  done
}

# As root: as it is. As anyone else: through sudo. Its input is closed, so nothing can ask a question.
firstbell_as_root() {
  if [[ "$(id -u)" == 0 ]]; then
    env DEBIAN_FRONTEND=noninteractive "$@" </dev/null
  elif command -v sudo >/dev/null; then
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  else
    echo "setup: this needs root: run 'apt-get install' of the packages above as root, then start again" >&2
    return 1
  fi
}

firstbell_setup() {
  local list missing
  list="$(dirname "${BASH_SOURCE[0]}")/packages.txt"
  if ! command -v dpkg-query >/dev/null; then
    echo "setup: not a Debian system; install what deploy/packages.txt names by hand" >&2
    return 0
  fi
  mapfile -t missing < <(firstbell_missing "$list")
  if ((${#missing[@]} == 0)); then
    echo "setup: every package of deploy/packages.txt is installed"
    return 0
  fi
  echo "setup: installing ${#missing[@]} package(s): ${missing[*]}"
  firstbell_as_root apt-get update -q
  firstbell_as_root apt-get install -q -y --no-install-recommends "${missing[@]}"
}

if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then
  firstbell_setup
fi
