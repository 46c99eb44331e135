# shellcheck shell=bash
# Can this machine run a lab at all?

check_machine() {
  need_root
  command -v apt-get >/dev/null || cannot "the lab takes its tools from Debian, and there is no apt-get"
  [ "$(dpkg --print-architecture)" = amd64 ] || cannot "the lab's guests are amd64"
  [ -d /proc/sys/net/ipv6 ] || cannot "the mesh needs IPv6, which this kernel has switched off"
  unshare --net --mount true 2>/dev/null || cannot "this machine does not let root make namespaces (a container without the privilege?)"
}

check_kernel() {
  unshare --net sh -c 'ip link add one type veth peer name other && ip link add bridge type bridge && ip link set one master bridge' 2>/dev/null ||
    cannot "this kernel has no veth or no bridge"
  unshare --net nft add table inet probe 2>/dev/null || cannot "this kernel has no nftables"
}
