#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The Go project's transparency-log library reads our log. Arguments: the log tool, size, old size, kind of leaves.
set -eu
tool=$1
here=$(dirname "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Debian's packages lie in a GOPATH; nothing is fetched.
export GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= GOTOOLCHAIN=local GOCACHE="$folder/cache" CGO_ENABLED=0
go build -o "$folder/log-check" "$here/log-check.go"
"$tool" "$folder/log" "$2" "$3" "$4"
"$folder/log-check" "$folder/log" "$4"
