# shellcheck shell=bash
# What every script of the lab shares: where its state is, what its sites are called, how a process is started and found.
set -euo pipefail

SRC=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
ROOT=$(cd "$SRC/../.." && pwd -P)
LAB=$(realpath -m "${ADFER_LAB:-$ROOT/target/lab}")
export ADFER_LAB=$LAB
# For configurations: where the lab's own programs are, and what libvirt calls this host.
export ADFER_LAB_SOURCE=$SRC ADFER_LAB_HOST=${HOSTNAME:-$(hostname)}

# Namespaces are the machine's, not ours: a name of the lab's own directory lets several labs stand side by side.
PREFIX=${ADFER_LAB_PREFIX:-adfer-$(printf '%s' "$LAB" | sha256sum | cut -c1-6)}

declare -A SITE_ID=([dc-a]=1 [dc-b]=2 [witness]=3 [relay-1]=4 [relay-2]=5)
SITES=(dc-a dc-b witness relay-1 relay-2)
DATA_CENTRES=(dc-a dc-b)

# What the shipped runbook of the catalogue calls the guests' network at each.
declare -A NETWORK_OF=([dc-a]=vlan-20 [dc-b]=vlan-120)

# Routes of guests that run at a site: a table of its own, which babeld reads and does not write.
GUEST_TABLE=90

say() { printf '%s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# 77 is what test harnesses read as "skipped": the machine cannot do this, nothing is known about the code.
cannot() { printf '%s: cannot run here: %s\n' "${0##*/}" "$*" >&2; exit 77; }

need_root() { [ "$(id -u)" = 0 ] || cannot "the lab makes network namespaces, so it must be root"; }

# Prints the comment at the head of the script that was used wrongly.
usage() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0" >&2; exit 2; }

milliseconds() { local now=${EPOCHREALTIME/[.,]/}; printf '%s' $((now / 1000)); }

# --- sites

need_site() { [ -n "${SITE_ID[$1]:-}" ] || die "there is no site '$1'; the lab has ${SITES[*]}"; }
need_data_centre() { [[ " ${DATA_CENTRES[*]} " == *" $1 "* ]] || die "'$1' has no hypervisor; the data centres are ${DATA_CENTRES[*]}"; }
need_lab() { [ -e "/run/netns/$(netns dc-a)" ] || die "the lab is not up (in $LAB); bring it up with src/lab/up"; }

netns() { printf '%s-%s' "$PREFIX" "$1"; }
address() { printf '10.77.%s.1' "${SITE_ID[$1]}"; }
inside() { local site=$1; shift; ip netns exec "$(netns "$site")" "$@"; }

# "here" is the site whose namespace the caller is in: what a script step of a runbook says.
resolve_site() {
  if [ "$1" != here ]; then need_site "$1"; printf '%s' "$1"; return; fi
  local name; name=$(ip netns identify $$)
  [[ $name == "$PREFIX"-* ]] || die "'here' means the site this runs in, but this runs outside the lab"
  printf '%s' "${name#"$PREFIX"-}"
}

# A table without routes does not exist, says the kernel.
forget_guests() { ip -n "$(netns "$1")" route flush table "$GUEST_TABLE" 2>/dev/null || true; }

# --- processes

pid_file() { printf '%s/pid/%s-%s' "$LAB" "$1" "$2"; }

# The pid of a process of a site, if it lives. A pid that was given to somebody else since does not live in our namespace.
pid_of() { # SITE NAME
  local pid; pid=$(cat "$(pid_file "$1" "$2")" 2>/dev/null) || return 1
  [ "$(ip netns identify "$pid" 2>/dev/null)" = "$(netns "$1")" ] && printf '%s' "$pid"
}

# Starts a daemon inside a site: in a session of its own, its output in a log, its pid in a file.
spawn() { # SITE NAME COMMAND...
  local site=$1 name=$2; shift 2
  mkdir -p "$LAB/pid" "$LAB/log"
  ADFER_LAB_SITE=$site setsid ip netns exec "$(netns "$site")" "$@" </dev/null >>"$LAB/log/$site-$name.log" 2>&1 9>&- &
  printf '%s\n' $! >"$(pid_file "$site" "$name")"
  disown
}

# Kills all that runs in a site, whoever started it there.
kill_site() {
  local pids tries
  for ((tries = 0; tries < 100; tries++)); do
    pids=$(ip netns pids "$(netns "$1")" 2>/dev/null) || return 0
    [ -n "$pids" ] || return 0
    # shellcheck disable=SC2086 # one word a pid
    kill -KILL $pids 2>/dev/null || true
    sleep 0.05
  done
  die "processes of $1 do not die: $pids"
}

# --- waiting

# Waits until a command succeeds, at most so many seconds; says what it waited for in vain.
await() { # SECONDS WHAT COMMAND...
  local deadline=$(($(milliseconds) + $1 * 1000)) what=$2; shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$(milliseconds)" -lt "$deadline" ] || { printf '%s: %s did not happen in time\n' "${0##*/}" "$what" >&2; return 1; }
    sleep 0.1
  done
}

# --- hypervisors

hypervisor_uri() { printf 'qemu:///system?socket=%s/%s/run/libvirt/libvirt-sock' "$LAB" "$1"; }
virsh_at() { local site=$1; shift; virsh --quiet --connect "$(hypervisor_uri "$site")" "$@"; }
