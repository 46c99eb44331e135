# shellcheck shell=bash
# The hypervisors: one libvirtd per data centre that believes it is alone on its machine. Its directories are bound over the
# system's in a mount namespace of its own, so nothing outside the lab is touched. What is in a site's run/ is lost with its power.

bridge_up() {
  local ns; ns=$(netns "$1")
  ip -n "$ns" link show guests >/dev/null 2>&1 && return
  # A bridge without an address of its own takes its ports' lowest, and guests would hold a stale one.
  ip -n "$ns" link add guests address "02:90:00:00:00:0${SITE_ID[$1]}" type bridge
  ip -n "$ns" address add 10.90.0.1/24 dev guests
  ip -n "$ns" link set guests up
}

daemon_configuration() {
  cat <<END
listen_tls = 0
listen_tcp = 1
listen_addr = "$(address "$1")"
tcp_port = "16509"
auth_tcp = "none"
auth_unix_rw = "none"
auth_unix_ro = "none"
unix_sock_rw_perms = "0700"
host_uuid = "ad7e0000-0000-4000-8000-00000000000${SITE_ID[$1]}"
log_outputs = "3:stderr"
END
}

# The guests are ours and short-lived: no users, labels or cgroups around them, and their consoles are plain files.
driver_configuration() {
  cat <<END
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
namespaces = [ ]
cgroup_controllers = [ ]
stdio_handler = "file"
migration_address = "$(address "$1")"
END
}

hypervisor_up() {
  local home=$LAB/$1
  bridge_up "$1"
  rm -rf "$home/run"
  mkdir -p "$home"/{etc,run,lib,cache,log}
  daemon_configuration "$1" >"$home/etc/libvirtd.conf"
  driver_configuration "$1" >"$home/etc/qemu.conf"
  spawn "$1" libvirtd unshare --mount --propagation private "$SRC/lib/libvirtd" "$home"
}

# The first start after an installation asks QEMU for its capabilities (about 10 s), the next ones find them in cache/.
await_hypervisor() { await 180 "libvirtd at $1" virsh_at "$1" version; }

# Only while it has no guests.
restart_hypervisor() {
  kill "$(pid_of "$1" libvirtd)"
  await 30 "the end of libvirtd at $1" hypervisor_is_gone "$1"
  hypervisor_up "$1"
  await_hypervisor "$1"
}

hypervisor_is_gone() { ! pid_of "$1" libvirtd; }

# What a hypervisor's inventory shows of its bridge and of the storage both see. Autostart: they are there after a power loss too.
declare_resources() {
  local name
  for name in guests "${NETWORK_OF[$1]}"; do
    virsh_at "$1" net-define /dev/stdin <<<"<network><name>$name</name><forward mode='bridge'/><bridge name='guests'/></network>"
    virsh_at "$1" net-autostart "$name"
    virsh_at "$1" net-start "$name"
  done
  virsh_at "$1" pool-define-as shared dir --target "$LAB/storage"
  virsh_at "$1" pool-autostart shared
  virsh_at "$1" pool-start shared
} >/dev/null
