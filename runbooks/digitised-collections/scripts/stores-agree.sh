#!/usr/bin/env bash
# Ends with 0 when more than half of the object stores at these addresses say that they run at the site that takes over.
set -euo pipefail
source "$(dirname "$0")/http.sh"

agreeing=0
for store in "$@"; do
  if answer=$(http GET "$store" 9000 / 2>/dev/null) && [[ $answer == *"\"site\":\"$ADFER_TARGET\""* ]]; then
    agreeing=$((agreeing + 1))
  else
    echo "The store at $store does not say that it runs at site $ADFER_TARGET."
  fi
done
echo "$agreeing of $# object stores run at site $ADFER_TARGET."
((2 * agreeing > $#))
