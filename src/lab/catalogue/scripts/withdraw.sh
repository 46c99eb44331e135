#!/bin/sh
# Doing it twice is doing it once.
set -eu
. "$(dirname "$0")/guests.sh"
for guest in $GUESTS; do
  if announced "$guest"; then ip route del "$guest/32" table "$TABLE"; fi
  echo "$guest is not announced at site $ADFER_SITE"
done
