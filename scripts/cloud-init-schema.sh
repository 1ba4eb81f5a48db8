#!/usr/bin/env bash
# cloud-init-schema.sh FILE…
# Runs `cloud-init schema` of Debian 13's own version on each file. That version is taken from the distribution's archive,
# through the mirror this machine is set up with, and unpacked beneath node_modules/.cache; nothing of it is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

cache=node_modules/.cache/berth/cloud-init-trixie
unpacked=$cache/unpacked

fetch() {
  local apt=$PWD/$cache/apt mirror
  mirror=$( { grep -rhoE '^(URIs:|deb) .*https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d/ 2>/dev/null || true; } | grep -oE 'https?://[^ ]+' | head -n 1)
  [ -n "$mirror" ] || { echo "no Debian mirror is set up on this machine: cloud-init's schema cannot be fetched" >&2; exit 3; }
  mkdir -p "$apt"/{state/lists/partial,cache/archives/partial}
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie main\n' "$mirror" >"$apt/sources.list"
  local options=(-o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=- -o Dir::State="$apt/state" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root)
  apt-get "${options[@]}" -qq update
  (cd "$cache" && apt-get "${options[@]}" -qq download cloud-init)
  rm -rf "$unpacked" && mkdir -p "$unpacked"
  dpkg-deb -x "$cache"/cloud-init_*.deb "$unpacked.new" && mv "$unpacked.new" "$unpacked/root" && rm -rf "$apt"
}

[ -d "$unpacked/root" ] || fetch
for file in "$@"; do
  PYTHONPATH="$unpacked/root/usr/lib/python3/dist-packages" PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -c 'import sys; from cloudinit.cmd.main import main; sys.exit(main())' schema --config-file "$file"
done
