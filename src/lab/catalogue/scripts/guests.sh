# shellcheck shell=sh
# The catalogue's addresses, and the table of routes that the mesh's router reads at each site.
GUESTS="10.90.0.11 10.90.0.12 10.90.0.13"
TABLE=90
announced() { ip route show table "$TABLE" 2>/dev/null | grep "^$1 " >/dev/null; }
