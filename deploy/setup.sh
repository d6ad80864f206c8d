#!/usr/bin/env bash
# Installs the Debian 12 packages of deploy/packages.txt that are missing, and the npm packages of
# deploy/web. Run it, or source it and call firstbell_setup. Where everything is there, it does nothing
# and needs no network.
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

firstbell_setup_debian() {
  local missing
  if ! command -v dpkg-query >/dev/null; then
    echo "setup: not a Debian system; install what deploy/packages.txt names by hand" >&2
    return 0
  fi
  mapfile -t missing < <(firstbell_missing "$1/packages.txt")
  if ((${#missing[@]} == 0)); then
    echo "setup: every package of deploy/packages.txt is installed"
    return 0
  fi
  echo "setup: installing ${#missing[@]} package(s): ${missing[*]}"
  firstbell_as_root apt-get update -q || return 1
  firstbell_as_root apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# Debian's npm, where no other is: it would bring a second Node to a machine that has one.
firstbell_need_npm() {
  command -v npm >/dev/null && return 0
  if ! command -v apt-get >/dev/null; then
    echo "setup: deploy/web needs npm, and there is none: install it" >&2
    return 1
  fi
  echo "setup: installing npm"
  firstbell_as_root apt-get update -q || return 1
  firstbell_as_root apt-get install -q -y --no-install-recommends npm
}

# What deploy/web/package-lock.json names. The lock is copied in last, so that its copy says that
# everything else is there; npm removes it first.
firstbell_setup_web() {
  local web="$1/web"
  if cmp -s "$web/package-lock.json" "$web/node_modules/.lock-installed"; then
    echo "setup: every package of deploy/web/package-lock.json is installed"
    return 0
  fi
  firstbell_need_npm || return 1
  echo "setup: fetching what deploy/web/package-lock.json names"
  if ! (cd "$web" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error); then
    echo "setup: npm could not fetch them. Is the registry within reach ('npm ping'; 'npm config get" \
      "registry' says which it is)? Then start again: it is asked for nothing once they are here" >&2
    return 1
  fi
  cp "$web/package-lock.json" "$web/node_modules/.lock-installed"
}

firstbell_setup() {
  local deploy
  deploy="$(dirname "${BASH_SOURCE[0]}")"
  firstbell_setup_debian "$deploy" || return 1
  firstbell_setup_web "$deploy"
}

if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then
  firstbell_setup
fi
