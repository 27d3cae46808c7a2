#!/bin/sh
# Hosts over ssh: an example of a program for the `exec` provisioner.
#
#   hosts.sh [CONF]        CONF: see hosts.conf beside this file, which is the default
#
# One JSON object on standard input, one on standard output, everything else on standard error:
#   acquire   takes a host that is free, or dirty, and not registered; the same key gets the same host again
#   reset     moves old storage (backend) or metadata (frontend) aside, if it is of this cluster
#   start     start_be.sh --daemon, or start_fe.sh --helper HELPER --daemon
#   stop      stop_be.sh --grace, or stop_fe.sh --grace
#   release   gives the host back: dirty until its next reset
#   list      all hosts with their states
# Exit code 0 with "ok": true; 1 with "ok": false and the reason in "detail"; 75 when a host cannot be reached, or
# another call is at work there: try again later. Everything may be repeated. What is done on a host is in on-host.sh, which
# is sent there each time: nothing is installed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "${1:-$here/hosts.conf}"

# A call that a killed daemon left at work is waited for this long.
LOCK_SECONDS=${LOCK_SECONDS:-60}

main() {
  question=$(cat)
  verb=$(text verb)
  key=$(text key)
  umask 077
  mkdir -p "$STATE_DIR"
  if [ "$verb" = list ]; then
    list
    return
  fi
  choose_role "$(text role)"
  case $verb in
    acquire) acquire ;;
    reset) reset ;;
    start) start ;;
    stop) on_known_host stop ;;
    release) release ;;
    *) refuse "\"$verb\" is none of acquire, reset, start, stop, release, list" ;;
  esac
}

# Parts of the question, which the daemon writes without blanks between them; none of its values has quotes.
text() {
  printf '%s' "$question" | sed -n "s/.*\"$1\":\"\\([^\"\\\\]*\\)\".*/\\1/p"
}

integer() {
  printf '%s' "$question" | sed -n "s/.*\"$1\":\"\\{0,1\\}\\(-\\{0,1\\}[0-9]\\{1,19\\}\\)[\",}].*/\\1/p"
}

choose_role() {
  case $1 in
    backend)
      short=be
      home=$BE_HOME
      hosts=$BACKENDS
      number=$HEARTBEAT_PORT
      port="\"heartbeatPort\":$number"
      ;;
    frontend)
      short=fe
      home=$FE_HOME
      hosts=$FRONTENDS
      number=$EDIT_LOG_PORT
      port="\"editLogPort\":$number"
      ;;
    *) refuse "role \"$1\" is neither backend nor frontend" ;;
  esac
  case $home in
    /*) ;;
    *) refuse "the home of a $1 is a full path, not \"$home\"" ;;
  esac
  # shellcheck disable=SC2086
  must_be_plain "$home" $hosts
}

acquire() {
  [ -n "$key" ] || refuse "acquire needs a key"
  # Two that find no host of this key at the same moment would take two.
  lock "$short"
  for host in $hosts; do
    if [ "$(holder "$host")" = "$key" ]; then
      answer "$host"
      return
    fi
  done
  for wanted in free dirty; do
    for host in $hosts; do
      [ "$(state "$host")" = "$wanted" ] || continue
      is_registered "$host" && continue
      is_usable "$host" || continue
      take "$host" || continue
      answer "$host"
      return
    done
  done
  printf '{"ok":true,"detail":"no %s host is free"}\n' "$short"
}

reset() {
  cluster=$(integer clusterId)
  [ -n "$cluster" ] || refuse "reset needs the clusterId whose storage or metadata may be moved aside"
  on_known_host reset "$cluster"
}

start() {
  if [ "$short" = be ]; then
    on_known_host start
    return
  fi
  helper=$(text helper)
  [ -n "$helper" ] || refuse "a frontend starts with the helper's host:port, or it would found a cluster of its own"
  on_known_host start "$helper" "$(integer httpPort)"
}

release() {
  choose_host
  printf 'dirty\n' >"$STATE_DIR/$short.$host"
  answer "$host"
}

list() {
  entries=""
  for role in backend frontend; do
    choose_role "$role"
    for host in $hosts; do
      entries="$entries${entries:+,}{\"host\":\"$host\",$port,\"state\":\"$(state "$host")\"$(key_of "$host")}"
    done
  done
  printf '{"ok":true,"hosts":[%s]}\n' "$entries"
}

# Runs a verb of on-host.sh on the host that the question names, and says there what it said.
on_known_host() {
  choose_host
  must_be_plain "$@"
  status=0
  said=$(on_host "$host" "$@" 2>&1) || status=$?
  printf '%s\n' "$said" >&2
  case $status in
    0) answer "$host" ;;
    255) exit 75 ;;
    *) refuse "$(printf '%s' "$said" | tail -n 1)" ;;
  esac
}

# ssh hands its words to a shell on the other side: none of them may mean anything to it.
must_be_plain() {
  for word in "$@"; do
    case $word in
      *[!A-Za-z0-9._:/-]*) refuse "\"$word\" has letters that no host, path or number has" ;;
    esac
  done
}

on_host() {
  target=$1
  action=$2
  shift 2
  # shellcheck disable=SC2086,SC2029
  $SSH "$SSH_USER@$target" sh -s -- "$action-$short" "$home" "$@" <"$here/on-host.sh" 9>&-
}

choose_host() {
  named=$(text host)
  for host in $hosts; do
    [ "$host" = "$named" ] || continue
    lock "$short.$host"
    return 0
  done
  refuse "no $short host \"$named\" is known"
}

# One call at a time for each name. The kernel lets go of it when the call ends, however it ends.
lock() {
  command -v flock >/dev/null || refuse "flock (util-linux) is not installed: two calls could take two hosts for one key"
  exec 9>"$STATE_DIR/$1.lock"
  flock -w "$LOCK_SECONDS" 9 && return 0
  printf 'another call for %s is at work\n' "$1" >&2
  exit 75
}

# One file for each host that is not free: the key that holds it, or "dirty".
holder() {
  cat "$STATE_DIR/$short.$1" 2>/dev/null || true
}

key_of() {
  [ "$(state "$1")" != leased ] || printf ',"key":"%s"' "$(holder "$1")"
}

state() {
  case $(holder "$1") in
    '') printf free ;;
    dirty) printf dirty ;;
    *) printf leased ;;
  esac
}

# Only one of several that try at the same moment succeeds.
take() {
  if [ "$(state "$1")" = dirty ]; then
    mv "$STATE_DIR/$short.$1" "$STATE_DIR/$short.$1.$$" 2>/dev/null || return 1
    rm -f "$STATE_DIR/$short.$1.$$"
  fi
  (set -C && printf '%s\n' "$key" >"$STATE_DIR/$short.$1") 2>/dev/null
}

is_registered() {
  case $question in
    *"\"$1:$number\""* | *"\"[$1]:$number\""*) return 0 ;;
    *) return 1 ;;
  esac
}

# Reachable, and nothing of this role runs there.
is_usable() {
  on_host "$1" ready >&2 && return 0
  printf '%s is passed over: it cannot be reached, or something runs there\n' "$1" >&2
  return 1
}

answer() {
  printf '{"ok":true,"host":"%s",%s}\n' "$1" "$port"
}

refuse() {
  printf '{"ok":false,"detail":"%s"}\n' "$(printf '%s' "$1" | tr -d '\000-\037' | sed 's/[\\"]/\\&/g')"
  exit 1
}

main
