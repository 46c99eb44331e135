# shellcheck shell=bash
# What the lab needs of Debian.

PACKAGES=(
  iproute2 procps babeld nftables # the mesh, and faults on it
  libvirt-daemon-system libvirt-daemon-driver-qemu libvirt-clients qemu-system-x86 qemu-utils
  busybox-static cpio kmod lz4 xz-utils zstd # the guest
  fence-agents openssh-server openssh-client # the power switches
  curl iputils-ping jq # asks guests and sites
  chromium chromium-driver fonts-dejavu-core # the console's tests in a browser
)

missing_packages() { # MORE...
  local package
  for package in "${PACKAGES[@]}" "$@"; do
    [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || say "$package"
  done
}

# The lists are fetched once a lab's directory, and again only when something is missing and they are older than a day.
install_packages() { # MORE...
  local missing; mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing Debian's packages: ${missing[*]}"
  apt-get update --quiet=2 || say "apt-get update failed in part; going on with the lists at hand"
  DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}" >"$LAB/apt.log" 2>&1 ||
    { tail -5 "$LAB/apt.log" >&2; die "apt-get could not install them; all it said is in $LAB/apt.log"; }
}
