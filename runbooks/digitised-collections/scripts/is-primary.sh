#!/usr/bin/env bash
# Ends with 0 when the database server at $DATABASE says that it is the primary.
set -euo pipefail
source "$(dirname "$0")/http.sh"

answer=$(http GET "$DATABASE" 8008 /)
echo "$answer"
[[ $answer == *'"role":"primary"'* ]]
