#!/usr/bin/env bash
# build-root.sh FOLDER SUITE MIRROR SECURITY_MIRROR
# Makes the root that every machine starts from, as DigitalOcean's Debian image is: a base system, cloud-init and sshd.
# Nothing that the boot layer installs is in it beside what that image has too: a package that is already there proves nothing.
set -euo pipefail
folder=$1 suite=$2 mirror=$3 security=$4

packages=(
  ca-certificates cloud-init dbus e2fsprogs fdisk iproute2 iputils-ping kmod less libpam-systemd netbase openssh-server
  procps sudo systemd-resolved systemd-sysv tzdata udev
)
rm -rf "$folder.part"
mkdir -p "$folder.part"
mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
  --include="$(IFS=,; echo "${packages[*]}")" \
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
  --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  "$suite" "$folder.part" "deb $mirror $suite main" "deb $mirror $suite-updates main" "deb $security $suite-security main"
