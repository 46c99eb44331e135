# shellcheck shell=bash
# What the fault lab has beside the lab: a fleet of tiny VMs, disks of nodes that can be full, and a place to act from.

# The driver is no part of any site, and reaches each of them whatever is cut.
OPS=ops-$PREFIX
NODES=(a1 b1 w1)

ops_up() {
  local site ns id
  ip netns add "$OPS"
  ip netns exec "$OPS" sysctl -qw net.ipv4.ip_forward=0
  ip -n "$OPS" link set lo up
  for site in dc-a dc-b witness; do
    ns=$(netns "$site") id=${SITE_ID[$site]}
    ip link add "to-$site" netns "$OPS" type veth peer name ops netns "$ns"
    ip -n "$OPS" address add "10.79.$id.1/30" dev "to-$site"
    ip -n "$ns" address add "10.79.$id.2/30" dev ops
    ip -n "$OPS" link set "to-$site" up
    ip -n "$ns" link set ops up
  done
}

ops_down() {
  [ -e "/run/netns/$OPS" ] || return 0
  local pids; pids=$(ip netns pids "$OPS")
  # shellcheck disable=SC2086 # one word a pid
  [ -z "$pids" ] || kill -KILL $pids 2>/dev/null || true
  ip netns delete "$OPS"
}

# A disk of each node's own, small enough to be filled in a moment.
disks_up() {
  local node
  for node in "${NODES[@]}"; do
    mkdir -p "$LAB/data/$node"
    mount -t tmpfs -o size=160m,mode=0700 adfer-fault-lab "$LAB/data/$node"
    head --bytes=16 /dev/zero >"$LAB/data/$node.shim"
  done
}

disks_down() {
  local node
  for node in "${NODES[@]}"; do
    while umount "$LAB/data/$node" 2>/dev/null; do :; done
  done
  rm -rf "${LAB:?}/data" "$LAB/guard"
}

# The guests run nothing: their disk's first sector stops the processor. What matters is that their QEMU lives.
fleet_image() {
  mkdir -p "$LAB/guest"
  cp "$SRC/lib/guest/emulator" "$LAB/guest/emulator"
  { printf '\xfa\xf4\xeb\xfd'; head --bytes=506 /dev/zero; printf '\x55\xaa'; head --bytes=65024 /dev/zero; } >"$LAB/guest/halted"
}

fleet_uuid() {
  local digits; digits=$(printf '%s' "$1" | sha256sum)
  printf '%s' "${digits:0:8}-${digits:8:4}-4${digits:13:3}-8${digits:17:3}-${digits:20:12}"
}

# Defines a VM that belongs to a group.
fleet_vm() { # SITE NAME GROUP
  local disk=$LAB/storage/$2.raw
  cp "$LAB/guest/halted" "$disk"
  virsh_at "$1" define /dev/stdin <<END
<domain type='qemu'>
  <name>$2</name>
  <uuid>$(fleet_uuid "$2")</uuid>
  <metadata><adfer:vm xmlns:adfer="https://adfer.dev/libvirt/1"><adfer:label key='service' value='$3'/></adfer:vm></metadata>
  <memory unit='MiB'>8</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>
  <features><acpi/><tcg><tb-cache unit='MiB'>1</tb-cache></tcg></features>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>$LAB/guest/emulator</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw' cache='none'/>
      <source file='$disk'/>
      <target dev='vda' bus='virtio'/>
      <shareable/>
    </disk>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
  </devices>
</domain>
END
}

# --- from the beginning to the end

take_down() {
  ops_down
  "$SRC/down"
  disks_down
}

bring_up() {
  # A socket's path has 107 characters at most; the longest of ours is this one.
  local site socket=$LAB/dc-a/run/libvirt/libvirt-sock-ro
  [ ${#socket} -le 107 ] || die "the path $LAB is too long for sockets; set ADFER_FAULT_LAB to a shorter one"
  rm -rf "$LAB"/{log,evidence}
  mkdir -p "$LAB"/{storage,evidence,log,guard}
  gcc -O2 -shared -fPIC -o "$LAB/shim.so" "$SRC/lib/faults/shim.c" -ldl
  mesh_up
  ops_up
  disks_up
  fleet_image
  for site in "${DATA_CENTRES[@]}"; do
    install_hook "$site" "$SRC/lib/faults/config.yml"
    hypervisor_up "$site"
  done
  for site in "${DATA_CENTRES[@]}"; do await_hypervisor "$site"; declare_resources "$site"; done
  await_mesh
}

finish() {
  local status=$?
  trap '' INT TERM
  [ -z "${driver:-}" ] || { kill -KILL "$driver" 2>/dev/null; wait "$driver"; } || true
  take_down || status=1
  exit $status
}

# Leaves a lab that is up, and that is taken down whatever happens.
lab_begin() { # PACKAGE...
  check_machine
  mkdir -p "$LAB"
  exec 9>"$LAB/lock"
  flock --timeout 30 9 || die "another run uses the lab in $LAB; wait for it, or set ADFER_FAULT_LAB to another directory"
  install_packages "$@"
  check_kernel
  "$ROOT/adfer" --version >/dev/null # builds it if needed, with the machine's own network
  compile_lab
  take_down
  trap finish EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  bring_up
}

# In the background, so that a signal reaches us at once.
lab_drive() { # CLASS ARGUMENT...
  local status=0
  in_ops_lab "$@" &
  driver=$!
  wait "$driver" || status=$?
  driver=
  exit $status
}
