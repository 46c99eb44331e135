# Sourced by the scripts beside it: HTTP with nothing but bash.

# http METHOD HOST PORT PATH: prints the answer's body; fails unless its status is 2xx.
http() {
  local method=$1 host=$2 port=$3 path=$4 status line body=
  exec 3<>"/dev/tcp/$host/$port" || return 1
  printf '%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n' "$method" "$path" "$host" >&3
  IFS= read -r -t 10 status <&3 || status=
  while IFS= read -r -t 10 line <&3 && [[ $line != $'\r' ]]; do :; done
  while IFS= read -r -t 10 line <&3; do body+=$line$'\n'; done
  exec 3>&-
  printf '%s' "$body$line"
  [[ $status == HTTP/1.?' '2* ]]
}
