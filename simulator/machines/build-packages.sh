#!/usr/bin/env bash
# build-packages.sh FOLDER ROOT SUITE MIRROR SECURITY_MIRROR PROXY PACKAGE…      (PROXY may be empty)
# Makes a layer over a machine's root that holds what these packages need, installed, and the packages themselves unpacked: the
# machine's own apt has still to configure them. So their services are enabled and started, and their keys and users born, on
# each machine anew, with the settings it has by then; only the download and the copying are done.
# It runs in a mount namespace of its own (unshare): what it mounts goes with it.
set -euo pipefail
folder=$1 root=$2 suite=$3 mirror=${4%/} security=${5%/} proxy=$6
shift 6

[ ! -d "$folder" ] || exit 0
part=$folder.part
trap 'rm -rf --one-file-system "$part"' EXIT
rm -rf --one-file-system "$part"
mkdir -p "$part/upper" "$part/work" "$part/merged"
merged=$part/merged
mount -t overlay overlay -o "lowerdir=$root,upperdir=$part/upper,workdir=$part/work" "$merged"
mount -t proc proc "$merged/proc"
mount --rbind /dev "$merged/dev"
for place in run tmp var/cache/apt; do mount -t tmpfs tmpfs "$merged/$place"; done
# nothing starts while this is made
printf '#!/bin/sh\nexit 101\n' >"$merged/usr/sbin/policy-rc.d"
chmod 755 "$merged/usr/sbin/policy-rc.d"
mkdir -p "$merged/run/systemd/resolve" "$merged/var/cache/apt/archives/partial"
cp /etc/resolv.conf "$merged/run/systemd/resolve/stub-resolv.conf"
printf 'deb %s main\n' "$mirror $suite" "$mirror $suite-updates" "$security $suite-security" >"$merged/run/sources.list"

inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 chroot "$merged" "$@"; }
apt() {
  inside apt-get --quiet=2 --option=Dir::Etc::SourceList=/run/sources.list --option=Dir::Etc::SourceParts=/dev/null \
    --option=Acquire::Retries=3 --option="Acquire::http::Proxy=$proxy" "$@"
}
apt update
apt install --assume-yes --download-only "$@"
inside sh -c 'dpkg --force-unsafe-io --unpack /var/cache/apt/archives/*.deb' >/dev/null

# what was not asked for by name can be configured here: what it makes is the same on every machine …
# shellcheck disable=SC2016
unpacked() { inside dpkg-query --show --showformat '${db:Status-Status} ${Package}\n' | sed -n 's/^unpacked //p'; }
# (unless its script speaks to systemd itself, which does not run here)
settled() { while read -r name; do grep --quiet bin/systemctl "$merged/var/lib/dpkg/info/$name.postinst" 2>/dev/null || echo "$name"; done; }
mapfile -t needed < <(comm -23 <(unpacked | sort) <(printf '%s\n' "$@" | sort) | settled)
if [ ${#needed[@]} -gt 0 ]; then
  inside apt-mark auto "${needed[@]}" >/dev/null
  # those that wait for one that was asked for stay as they are
  inside dpkg --force-unsafe-io --configure "${needed[@]}" >/dev/null 2>&1 || true
fi
# … but for the key of ssl-cert, which is made when there is none
if [ -e "$merged/etc/ssl/private/ssl-cert-snakeoil.key" ]; then
  rm -f "$merged"/etc/ssl/private/ssl-cert-snakeoil.key "$merged"/etc/ssl/certs/ssl-cert-snakeoil.pem
  inside sh -c 'dpkg --force-unsafe-io --unpack /var/cache/apt/archives/ssl-cert_*.deb' >/dev/null
fi

# the lists, under the names by which the machine asks for them: it then fetches what has changed since
for list in "$merged"/var/lib/apt/lists/*_dists_*; do
  archive=debian
  [[ $list != *_dists_"$suite"-security_* ]] || archive=debian-security
  mv "$list" "${list%/*}/mirrors.digitalocean.com_${archive}_dists_${list#*_dists_}"
done

umount --recursive --lazy "$merged"
# a log of this host's work is no machine's
rm -rf --one-file-system "$part"/upper/{usr/sbin/policy-rc.d,var/log/apt,var/log/dpkg.log,var/cache/ldconfig}
touch "$part/upper"
mv "$part/upper" "$folder"
