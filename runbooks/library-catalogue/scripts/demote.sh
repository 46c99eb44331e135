#!/usr/bin/env bash
# Takes back what promote.sh does. A server that does not answer is no primary.
set -euo pipefail
source "$(dirname "$0")/http.sh"

echo "Demoting the database at $DATABASE"
http POST "$DATABASE" 8008 /role/standby || echo "It does not answer."
