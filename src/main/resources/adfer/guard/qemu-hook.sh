#!/bin/sh
# /etc/libvirt/hooks/qemu: libvirt starts no VM that Adfer protects unless this host's guard holds a lease for it.
#
# libvirt runs it as "qemu NAME OPERATION SUB-OPERATION EXTRA" with the VM's XML on standard input, and gives up the
# start when it fails. It is asked before anything is prepared, again just before QEMU is started, and once more after.
set -u

HOLDS='@HOLDS@'
NAMESPACE='https://adfer.dev/libvirt/1'

case "${2:-}/${3:-}" in
  prepare/begin | start/begin | started/begin) ;;
  *) exit 0 ;;
esac

refuse() {
  echo "adfer: VM $name is not started on this host: $1." >&2
  exit 1
}

# The value of attribute $1 in the element on standard input.
attribute() {
  sed -n "s/.*[[:space:]]$1=[\"']\([^\"']*\)[\"'].*/\1/p"
}

# Sets $live to yes when the hold of a line of the file has not run out.
judge() {
  live=no
  case $1 in
    '' | *[!0-9]*) return ;;
  esac
  if [ "$boot" = "$(cat /proc/sys/kernel/random/boot_id)" ] && [ "$now" -lt "$1" ]; then
    live=yes
  fi
}

name=$1
xml=$(tr '\n' ' ')
uuid=$(printf '%s' "$xml" | grep -o '<uuid>[^<]*</uuid>' | head -n 1 | sed 's/<[^>]*>//g')

group='' epoch=''
case $xml in
  *"$NAMESPACE"*)
    owner=$(printf '%s' "$xml" | grep -oE '<([A-Za-z0-9_.-]+:)?ownership[[:space:]][^<>]*>')
    group=$(printf '%s\n' "$owner" | attribute group)
    epoch=$(printf '%s\n' "$owner" | attribute epoch)
    case "$owner/$group/$epoch" in
      //) ;;
      *)
        if [ "$(printf '%s\n' "$owner" | wc -l)" -ne 1 ] || [ -z "$group" ] || [ -z "$epoch" ]; then
          refuse "who owns it can't be read in its metadata"
        fi
        ;;
    esac
    ;;
esac

# Nanoseconds since the boot, by the clock the guard counts by, rounded up. A leading zero would make it octal.
read -r uptime _ </proc/uptime
cents=${uptime#*.}
now=$((${uptime%.*} * 1000000000 + (${cents#0} + 1) * 10000000))

# A marked VM needs a hold of its group and epoch; one that isn't marked, of the group that lists it, if any.
boot='' ended=no held=no listed=no
if [ -r "$HOLDS" ]; then
  while read -r word first second _ until vms; do
    case $word in
      boot) boot=$first ;;
      end) ended=yes ;;
      hold)
        judge "$until"
        if [ -n "$group" ]; then
          if [ "$first" = "$group" ] && [ "$second" = "$epoch" ] && [ "$live" = yes ]; then held=yes; fi
        else
          case " $vms " in
            *" $uuid "*)
              listed=$first
              if [ "$live" = yes ]; then held=yes; fi
              ;;
          esac
        fi
        ;;
    esac
  done <"$HOLDS"
fi

if [ -n "$group" ]; then
  [ "$ended" = yes ] || refuse "it belongs to $group, and the guard has no holds in $HOLDS"
  [ "$held" = yes ] || refuse "its group $group has no lease here at epoch $epoch"
elif [ "$listed" != no ]; then
  [ "$held" = yes ] || refuse "its group $listed has no lease here"
fi
exit 0
