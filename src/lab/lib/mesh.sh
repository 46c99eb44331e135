# shellcheck shell=bash
# The mesh: five namespaces, eight wires, babeld in each. A site is 10.77.ID.1, wire N is 10.78.N.0/30.
# Wire 1 joins the data centres directly: beside the routed mesh it is a second path between their nodes.

WIRES=("dc-a dc-b" "dc-a relay-1" "dc-a relay-2" "dc-b relay-1" "dc-b relay-2" "relay-1 relay-2" "witness relay-1" "witness relay-2")
HELLO_SECONDS=${ADFER_LAB_HELLO:-0.5}
UPDATE_SECONDS=${ADFER_LAB_UPDATE:-2}

# Duplicate address detection is off before any link exists: babeld speaks from link-local addresses and must not wait for it.
create_site() {
  local ns; ns=$(netns "$1")
  ip netns add "$ns"
  inside "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
    net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
    net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.default.send_redirects=0 net.ipv4.conf.all.accept_redirects=0 \
    net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
  ip -n "$ns" link set lo up
  ip -n "$ns" address add "$(address "$1")/32" dev lo
  # Guests that run here come before what the mesh says of guests elsewhere.
  ip -n "$ns" rule add pref 100 lookup "$GUEST_TABLE"
}

create_wire() { # NUMBER ONE OTHER
  local one other; one=$(netns "$2") other=$(netns "$3")
  ip link add "to-$3" netns "$one" type veth peer name "to-$2" netns "$other"
  ip -n "$one" address add "10.78.$1.1/30" dev "to-$3"
  ip -n "$other" address add "10.78.$1.2/30" dev "to-$2"
  ip -n "$one" link set "to-$3" up
  ip -n "$other" link set "to-$2" up
}

# The ends of a site's wires, as this site names them.
wires_of() {
  local wire one other
  for wire in "${WIRES[@]}"; do
    read -r one other <<<"$wire"
    if [ "$one" = "$1" ]; then say "to-$other"; elif [ "$other" = "$1" ]; then say "to-$one"; fi
  done
}

# pref-src: without it traffic would leave from a wire's address, to which nobody else has a route.
router_configuration() {
  cat <<END
export-table 254
import-table $GUEST_TABLE
local-path-readwrite $LAB/mesh/$1.sock
skip-kernel-setup true
random-id false
default type wired link-quality false hello-interval $HELLO_SECONDS update-interval $UPDATE_SECONDS
redistribute local ip 10.77.0.0/16 le 32 allow
redistribute local deny
redistribute ip 10.90.0.0/16 ge 32 proto 4 allow
redistribute deny
install ip 10.77.0.0/16 le 32 pref-src $(address "$1")
install ip 10.90.0.0/16 ge 32 pref-src $(address "$1")
END
}

start_router() {
  mkdir -p "$LAB/mesh"
  rm -f "$LAB/mesh/$1.sock" "$LAB/mesh/$1.state"
  router_configuration "$1" >"$LAB/mesh/$1.conf"
  # shellcheck disable=SC2046 # one word an interface
  spawn "$1" babeld babeld -I '' -S "$LAB/mesh/$1.state" -c "$LAB/mesh/$1.conf" $(wires_of "$1")
}

mesh_up() {
  local site wire number=0
  (umask 077; head --bytes=24 /dev/urandom | base64 >"$LAB/mesh.key")
  for site in "${SITES[@]}"; do create_site "$site"; done
  for wire in "${WIRES[@]}"; do
    number=$((number + 1))
    # shellcheck disable=SC2086 # two words: the ends
    create_wire $number $wire
  done
  for site in "${SITES[@]}"; do start_router "$site"; done
}

knows_all_others() {
  local site
  for site in "$@"; do
    [ "$(ip -n "$(netns "$site")" route show proto babel | grep -c '^10\.77\.')" = $((${#SITES[@]} - 1)) ] || return 1
  done
}

await_mesh() { await 120 "full reachability of the mesh" knows_all_others "${SITES[@]}"; }
