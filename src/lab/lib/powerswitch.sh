# shellcheck shell=bash
# The power switch of a data centre's host, for real fence agents: fence_virsh logs in over ssh and has virsh destroy domains. The lab's
# host is this machine, whose power nobody may cut, so what is switched are the service's guests at the data centre, as if they were its host.

SWITCH_PORT=2222

switch_keys() {
  mkdir -p "$LAB/ssh"
  local key
  for key in host key; do
    [ -e "$LAB/ssh/$key" ] || ssh-keygen -q -t ed25519 -N '' -C "adfer lab" -f "$LAB/ssh/$key"
  done
  chmod 700 "$LAB/ssh"
}

# Nobody but the holder of the lab's key, at the site's own address; virsh there means the site's libvirt.
switch_configuration() { # SITE
  cat <<END
ListenAddress $(address "$1")
Port $SWITCH_PORT
HostKey $LAB/ssh/host
AuthorizedKeysFile $LAB/ssh/key.pub
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PidFile none
SetEnv LIBVIRT_DEFAULT_URI=$(hypervisor_uri "$1")
END
}

switch_answers() { inside "$1" bash -c "exec 3<>/dev/tcp/$(address "$1")/$SWITCH_PORT"; }

switch_up() { # SITE
  ! pid_of "$1" sshd >/dev/null || return 0
  switch_keys
  mkdir -p /run/sshd
  switch_configuration "$1" >"$LAB/ssh/$1.conf"
  spawn "$1" sshd /usr/sbin/sshd -D -e -f "$LAB/ssh/$1.conf"
  await 20 "the power switch of $1" switch_answers "$1"
}

# The part of Adfer's configuration that makes it the fence of the site's one host, under the name that its inventory gives it.
switch_fence() { # SITE ID GUEST...
  local site=$1 id=$2; shift 2
  local guests=$*
  cat <<END
  $id:
    $(hostname):
      agent: /usr/sbin/fence_virsh
      timeout: 60s
      options:
        ip: $(address "$site")
        ipport: "$SWITCH_PORT"
        username: root
        identity_file: $LAB/ssh/key
        ssh_options: "-o UserKnownHostsFile=$LAB/ssh/known -o StrictHostKeyChecking=no -t '/bin/bash -c \\"PS1=\\\\[EXPECT\\\\]# /bin/bash --noprofile --norc\\"'"
        plug: ${guests// /,}
        missing_as_off: "1"
        login_timeout: "30"
END
}
