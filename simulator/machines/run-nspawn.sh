#!/bin/sh
# Holds one machine for as long as it is switched on. It runs in a mount and a network namespace of its own (unshare), so
# nothing of the machine is seen on the host, and everything goes away with this process, however that ends.
# In: NAME; FOLDER (of the machine: upper work root docker disks); LOWER (the shared roots); CGROUP; GATE (a process in the
# network's namespace); PORT (a short name for the cables); PUBLIC and PRIVATE (addresses), PUBLIC_MAC, PRIVATE_MAC; VOLUMES
# (lines of NAME=IMAGE).
set -eu

give_back() {
  trap '' TERM HUP
  # what is left of the machine ends now; its addresses are another's at once
  echo 1 >"$CGROUP/cgroup.kill" || true
  for cable in 0 1; do nsenter -t "$GATE" -n ip link delete "$PORT.$cable" 2>/dev/null || true; done
  for node in "$FOLDER"/disks/*; do
    if [ -b "$node" ]; then losetup --detach "$node" || true; fi
  done
  # nspawn makes the same group in systemd's tree of version 1, where there is one
  for group in "$CGROUP" "/sys/fs/cgroup/systemd/${CGROUP##*/}"; do
    tries=50
    while [ -d "$group" ] && [ $tries -gt 0 ]; do
      find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
      tries=$((tries - 1))
    done
  done
}

# who held it before may still be at switching it off
exec 9>"$FOLDER/lock"
flock 9

mkdir -p "$CGROUP"
trap give_back EXIT

mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$FOLDER/upper,workdir=$FOLDER/work" "$FOLDER/root"
mount -t tmpfs -o mode=755 tmpfs "$FOLDER/disks"
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn

echo "$VOLUMES" | while IFS='=' read -r volume image; do
  [ -n "$volume" ] || continue
  loop=$(losetup --find --show "$image")
  cp -a "$loop" "$FOLDER/disks/scsi-0DO_Volume_$volume"
done

# two cables from the machine to the gate, as a droplet has: eth0 to the world, eth1 to its VPC. The gate knows who is at the
# other end, and answers at once for everybody else.
at_gate() { nsenter -t "$GATE" -n "$@"; }
cable() {
  at_gate ip link add "$PORT.$2" type veth peer name "$1" address "$4" netns $$
  at_gate ip link set "$PORT.$2" up
  at_gate sh -c "echo 0 >/proc/sys/net/ipv4/neigh/$PORT.$2/proxy_delay"
  at_gate ip route replace "$3" dev "$PORT.$2"
  at_gate ip neighbour replace "$3" lladdr "$4" dev "$PORT.$2" nud permanent
}
cable eth0 0 "$PUBLIC" "$PUBLIC_MAC"
cable eth1 1 "$PRIVATE" "$PRIVATE_MAC"
ip link set lo up

child=
# TERM: the machine shuts down; HUP, which also comes when the rehearsal is gone: its power goes at once
trap '[ -z "$child" ] || kill -TERM "$child" || true' TERM
trap '[ -z "$child" ] || kill -KILL "$child" || true' HUP
trap '' INT
# beyond what nspawn leaves a container: Docker sets up networks and, by BPF, which devices a container of its own may use. docs/boot.md
# says why there is no user namespace.
while :; do
  SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_API_VFS_WRITABLE=network \
    sh -c 'echo $$ >"$CGROUP/cgroup.procs"; exec systemd-nspawn "$@"' nspawn \
    --directory="$FOLDER/root" --machine="$NAME" --boot --register=no --keep-unit --console=read-only \
    --network-namespace-path=/proc/$$/ns/net --capability=CAP_NET_ADMIN,CAP_BPF --system-call-filter='@keyring bpf' \
    --bind="$FOLDER/docker:/var/lib/docker" --bind="$FOLDER/disks:/dev/disk/by-id" </dev/null &
  child=$!
  code=0
  wait $child || code=$?
  # a signal ends the waiting, not the machine
  while kill -0 $child 2>/dev/null; do
    code=0
    wait $child || code=$?
  done
  # 133: the machine asked to be started again
  [ $code = 133 ] || exit $code
done
