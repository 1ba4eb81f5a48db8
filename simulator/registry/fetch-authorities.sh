#!/usr/bin/env bash
# fetch-authorities.sh FILE SUITE MIRROR SECURITY_MIRROR
# The authorities that Debian trusts, in one file. apt checks the package against the archive's signed index, and nothing in it is run.
set -euo pipefail
file=$1 suite=$2 mirror=${3%/} security=${4%/}

unpacked=$file.unpacked
trap 'rm -rf --one-file-system "$unpacked"' EXIT
# a mirror's Release file can be older than it may be
mmdebstrap --quiet --mode=root --variant=extract --format=directory --include=ca-certificates \
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io \
  "$suite" "$unpacked" "deb $mirror $suite main" "deb $mirror $suite-updates main" "deb $security $suite-security main"
cat "$unpacked"/usr/share/ca-certificates/mozilla/*.crt >"$file"
