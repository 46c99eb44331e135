# shellcheck shell=bash
# What a real hypervisor host has of Adfer: its guard, and libvirt's hook that asks the guard's holds before a VM is started.

guard_host() { printf '%s-host' "${1#dc-}"; }

# libvirtd looks for hooks when it starts.
install_hook() { # SITE CONFIG
  mkdir -p "$LAB/$1/etc/hooks"
  "$ROOT/adfer" guard "$2" --host "$(guard_host "$1")" --print-hook >"$LAB/$1/etc/hooks/qemu"
  chmod +x "$LAB/$1/etc/hooks/qemu"
}

# Started again when it ends, as by a service manager.
guard_up() { # SITE CONFIG
  spawn "$1" guard bash -c 'while :; do "$@" || true; sleep 0.2; done' guard "$ROOT/adfer" guard "$2" --host "$(guard_host "$1")"
}

guard_kill() { kill -KILL -- "-$(pid_of "$1" guard)"; } # SITE
