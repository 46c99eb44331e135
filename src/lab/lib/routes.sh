# shellcheck shell=bash
# The routes of guests: those a site has in its table of them, babeld makes known to the others.

# Chooses the data centre whose routes are meant.
enter_routes() {
  need_root
  need_lab
  local site; site=$(resolve_site "$1")
  need_data_centre "$site"
  NS=$(netns "$site")
}

announced() { ip -n "$NS" route show table "$GUEST_TABLE" 2>/dev/null | grep "^${1//./\\.} " >/dev/null; }
