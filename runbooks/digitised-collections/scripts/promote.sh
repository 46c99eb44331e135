#!/usr/bin/env bash
# Makes the database server at $DATABASE the primary, through its agent. Doing it twice is doing it once.
set -euo pipefail
source "$(dirname "$0")/http.sh"

echo "Promoting the database at $DATABASE for site $ADFER_TARGET"
http POST "$DATABASE" 8008 /role/primary
