#!/usr/bin/env bash
# Ends with 0 when every cache at $CACHES says that it was emptied since it started.
set -euo pipefail
source "$(dirname "$0")/http.sh"

for cache in $CACHES; do
  answer=$(http GET "$cache" 6081 /)
  echo "$answer"
  [[ $answer == *'"role":"purged"'* ]]
done
