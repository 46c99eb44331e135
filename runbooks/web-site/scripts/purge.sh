#!/usr/bin/env bash
# Empties the caches at $CACHES, addresses with blanks between. Doing it twice is doing it once.
set -euo pipefail
source "$(dirname "$0")/http.sh"

for cache in $CACHES; do
  echo "Emptying the cache at $cache"
  http POST "$cache" 6081 /role/purged
done
