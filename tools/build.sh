#!/usr/bin/env bash
# Builds opa and regal into .tools/bin, at the versions that opa/go.mod and regal/go.mod
# pin. Two modules, since regal does not compile against the newer opa.
set -euo pipefail
cd "$(dirname "$0")"
bin=$(cd .. && pwd)/.tools/bin

build() { # name, package
  if [ -x "$bin/$1" ] && [ "$bin/$1" -nt "$1/go.sum" ]; then
    return
  fi
  if ! command -v go >/dev/null 2>&1; then
    echo "cannot build $1: there is no go; install Go 1.26 or newer, or put $1 into .tools/bin" >&2
    exit 1
  fi
  echo "building $1 (about a minute the first time)"
  (cd "$1" && GOFLAGS=-mod=readonly go build -trimpath -buildvcs=false -o "$bin/$1" "$2")
}

mkdir -p "$bin"
build opa github.com/open-policy-agent/opa
build regal github.com/open-policy-agent/regal
