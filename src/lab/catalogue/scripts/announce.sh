#!/bin/sh
# Doing it twice is doing it once.
set -eu
. "$(dirname "$0")/guests.sh"
for guest in $GUESTS; do
  ip route replace "$guest/32" dev guests proto static table "$TABLE"
  echo "$guest is announced at site $ADFER_SITE"
done
