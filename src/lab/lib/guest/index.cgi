#!/bin/sh
# The guest's page: its state in one line; 500 once two writers were seen, 503 while the guest it needs does not answer.
answer() { printf 'HTTP/1.0 %s\r\nContent-Type: text/plain\r\n\r\n%s\n' "$1" "$2"; exit; }

state=$(cat /tmp/state)
needs=$(cat /tmp/needs)
case $state in *OVERLAP*) answer '500 Two writers' "$state" ;; esac
[ -n "$needs" ] || answer '200 OK' "$state"
# Not wget: busybox's static one dies looking up port names.
needed=$(printf 'GET / HTTP/1.0\r\n\r\n' | nc -w 3 "$needs" 80 | tr -d '\r')
case $needed in 'HTTP/1.0 200 '*) ;; *) answer '503 Service Unavailable' "$state; $needs does not answer" ;; esac
answer '200 OK' "$state; $(echo "$needed" | tail -n 1)"
