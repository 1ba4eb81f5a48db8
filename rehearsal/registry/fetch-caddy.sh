#!/usr/bin/env bash
# fetch-caddy.sh FOLDER SUITE MIRROR SECURITY_MIRROR
# Debian's caddy as the root of an image: the program, the libraries that it is linked to, and the authorities that it trusts.
# apt checks every package against the archive's signed index; nothing in them is run but the loader, to name the libraries.
set -euo pipefail
folder=$1 suite=$2 mirror=${3%/} security=${4%/}

unpacked=$folder.unpacked
trap 'rm -rf --one-file-system "$unpacked"' EXIT
# a mirror's Release file can be older than it may be
mmdebstrap --quiet --mode=root --variant=extract --format=directory --include=caddy,ca-certificates \
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io \
  "$suite" "$unpacked" "deb $mirror $suite main" "deb $mirror $suite-updates main" "deb $security $suite-security main"

loader=$(cd "$unpacked/usr" && find . -maxdepth 2 -path './lib*/ld-linux-*.so.*' -printf '%P\n' | head -n 1)
[ -n "$loader" ] || { echo "caddy's packages bring no dynamic loader" >&2; exit 1; }
libraries=$(chroot "$unpacked" "/usr/$loader" --list /usr/bin/caddy | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p')

mkdir -p "$folder"
for path in /usr/bin/caddy "/usr/$loader" $libraries; do
  # the loader is named by /lib64 in the program, and lies in /usr
  [ "${path#/usr}" != "$path" ] || path=/usr$path
  mkdir -p "$folder${path%/*}"
  cp --dereference "$unpacked$path" "$folder$path"
done
for name in lib lib64; do
  [ ! -d "$folder/usr/$name" ] || ln -s "usr/$name" "$folder/$name"
done
mkdir -p "$folder/etc/ssl/certs"
cat "$unpacked"/usr/share/ca-certificates/mozilla/*.crt >"$folder/etc/ssl/certs/ca-certificates.crt"
