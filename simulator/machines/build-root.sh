#!/usr/bin/env bash
# build-root.sh FOLDER SUITE MIRROR SECURITY_MIRROR
# Makes the root that every machine starts from, as DigitalOcean's Debian image is: a base system, cloud-init and sshd.
# Nothing that the boot layer installs is in it beside what that image has too: a package that is already there proves nothing.
set -euo pipefail
folder=$1 suite=$2 mirror=${3%/} security=${4%/}

[ ! -d "$folder" ] || exit 0
part=$folder.part
packages=(
  ca-certificates cloud-init dbus e2fsprogs fdisk iproute2 iputils-ping kmod less libpam-systemd netbase openssh-server
  procps sudo systemd-resolved systemd-sysv tzdata udev
)
trap 'rm -rf --one-file-system "$part"' EXIT
rm -rf --one-file-system "$part"
mkdir -p "$part"
# a mirror's Release file can be older than it may be, and no copy of a machine's root is worth an fsync
mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
  --include="$(IFS=,; echo "${packages[*]}")" \
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
  --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  "$suite" "$part" "deb $mirror $suite main" "deb $mirror $suite-updates main" "deb $security $suite-security main"

# a machine asks DigitalOcean's mirror, as its images do, wherever this root came from
rm -f "$part"/etc/apt/sources.list "$part"/etc/apt/sources.list.d/*
for archive in "debian $suite $suite-updates" "debian-security $suite-security"; do
  name=${archive%% *}
  printf 'Types: deb\nURIs: http://mirrors.digitalocean.com/%s\nSuites: %s\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' \
    "$name" "${archive#* }" >"$part/etc/apt/sources.list.d/$name.sources"
done

# every machine is born with a name, an id and host keys of its own
: >"$part/etc/machine-id"
rm -f "$part"/etc/ssh/ssh_host_* "$part/etc/hostname" "$part/etc/fstab" "$part/etc/resolv.conf" "$part"/var/lib/apt/lists/*_*
ln -s ../run/systemd/resolve/stub-resolv.conf "$part/etc/resolv.conf"

for unit in systemd-networkd systemd-resolved; do
  chroot "$part" systemctl --quiet enable "$unit"
done
# ConfigDrive is where DigitalOcean's images look; netplan, which they have beside networkd, does not work in a container
printf 'datasource_list: [ConfigDrive]\nsystem_info: {network: {renderers: [networkd]}}\napt: {preserve_sources_list: true}\n' \
  >"$part/etc/cloud/cloud.cfg.d/90-rehearsal.cfg"

touch "$part"
mv "$part" "$folder"
