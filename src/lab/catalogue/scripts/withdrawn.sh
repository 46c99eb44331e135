#!/bin/sh
. "$(dirname "$0")/guests.sh"
for guest in $GUESTS; do ! announced "$guest" || exit 1; done
