#!/bin/sh
# What hosts.sh does on a host, sent there over ssh: sh -s -- ACTION HOME [ARGUMENT...] <on-host.sh
#
#   ready-be HOME                 ready-fe HOME                       nothing of it runs
#   reset-be HOME CLUSTER_ID      reset-fe HOME CLUSTER_ID            old storage or metadata is moved aside
#   start-be HOME                 start-fe HOME HELPER HTTP_PORT
#   stop-be HOME                  stop-fe HOME
#
# Nothing is ever deleted: what is moved aside stays beside the directory as NAME.aside-TIME until somebody removes it.
# The last line on standard error says why something was refused.
set -eu

# stop_be.sh --grace returns before the process has ended: 120 s for its queries, 30 s more, and some to spare.
STOP_SECONDS=240

action=$1
home=$2

main() {
  [ -d "$home/bin" ] || refuse "$home has no bin directory: Doris is not installed there"
  case $action in
    ready-be | ready-fe) must_be_down ;;
    reset-be) reset_be "$3" ;;
    reset-fe) reset_fe "$3" ;;
    start-be) start_be ;;
    start-fe) start_fe "$3" "${4:-}" ;;
    stop-be | stop-fe) stop ;;
    *) refuse "$action is not known" ;;
  esac
}

start_be() {
  is_running && return 0
  "$home/bin/start_be.sh" --daemon </dev/null >&2
}

# http_port must be that of the other frontends: the new one asks its helper on its own, and the image is fetched there.
start_fe() {
  is_running && return 0
  own=$(setting fe http_port 8030)
  if [ -n "$2" ] && [ "$own" != "$2" ]; then
    refuse "http_port is $own in $home/conf/fe.conf, the other frontends have $2: it is not started"
  fi
  dir=$(meta_dir)
  mkdir -p "$dir"
  "$home/bin/start_fe.sh" --helper "$1" --daemon </dev/null >&2
}

stop() {
  is_running || return 0
  "$home/bin/stop_$short.sh" --grace </dev/null >&2 || true
  waited=0
  while is_running; do
    [ "$waited" -lt "$STOP_SECONDS" ] || refuse "process $(pid) still runs $STOP_SECONDS s after stop_$short.sh --grace"
    sleep 1
    waited=$((waited + 1))
  done
}

reset_be() {
  must_be_down
  dirs=$(storage_dirs)
  printf '%s\n' "$dirs" | while IFS= read -r dir; do
    is_empty "$dir" && continue
    must_be_its_own "$dir"
    if [ -f "$dir/cluster_id" ]; then
      found=$(tr -d '[:space:]' <"$dir/cluster_id")
      [ "$found" = "$1" ] || refuse "$dir holds storage of cluster $found, not of $1: it is left alone"
    elif [ ! -d "$dir/data" ]; then
      refuse "$dir is not empty and no storage of Doris: it is left alone"
    fi
  done
  # Only when all of them may be moved.
  printf '%s\n' "$dirs" | while IFS= read -r dir; do
    is_empty "$dir" || move_aside "$dir"
  done
}

reset_fe() {
  must_be_down
  dir=$(meta_dir)
  is_empty "$dir" && return 0
  must_be_its_own "$dir"
  [ -f "$dir/image/VERSION" ] || refuse "$dir has no image/VERSION: it is no metadata of Doris, and left alone"
  found=$(sed -n 's/^clusterId=//p' "$dir/image/VERSION" | tr -d '[:space:]')
  [ "$found" = "$1" ] || refuse "$dir holds the image of cluster ${found:-unknown}, not of $1: it is left alone"
  for entry in "$dir"/* "$dir"/.[!.]*; do
    [ -e "$entry" ] || continue
    case ${entry##*/} in
      bdb | image | lost+found) ;;
      *) refuse "$dir holds ${entry##*/} besides metadata: it is shared, and left alone" ;;
    esac
  done
  move_aside "$dir"
}

# No root, no home, no directory of the system, none that Doris itself lives in.
must_be_its_own() {
  real=$(cd "$1" && pwd -P)
  own_home=$(cd "${HOME:-/}" && pwd -P)
  doris=$(cd "$home" && pwd -P)
  case $real in
    /*/*) ;;
    *) refuse "$1 is a directory of the root: it is left alone" ;;
  esac
  case $real in
    /home/* | /Users/*)
      case ${real#/*/} in
        */*) ;;
        *) refuse "$1 is somebody's home: it is left alone" ;;
      esac
      ;;
    /usr/* | /etc/* | /bin/* | /lib/* | /sbin/* | /boot/* | /proc/* | /sys/* | /dev/* | /run/*)
      refuse "$1 belongs to the system: it is left alone"
      ;;
  esac
  for inside in "$own_home" "$doris"; do
    case $inside/ in
      "$real"/*) refuse "$1 holds $inside: it is left alone" ;;
    esac
  done
}

# A mount point cannot be renamed: its content goes into a directory of its own.
move_aside() {
  aside=$1.aside-$(date +%Y%m%d-%H%M%S)-$$
  if mv "$1" "$aside" 2>/dev/null; then
    mkdir "$1"
    printf '%s is moved aside to %s\n' "$1" "$aside" >&2
    return
  fi
  aside=$1/aside-$(date +%Y%m%d-%H%M%S)-$$
  mkdir "$aside"
  for entry in "$1"/* "$1"/.[!.]*; do
    [ -e "$entry" ] || continue
    case ${entry##*/} in
      lost+found | aside-*) ;;
      *) mv "$entry" "$aside/" ;;
    esac
  done
  printf 'the content of %s is moved aside to %s\n' "$1" "$aside" >&2
}

is_empty() {
  [ -d "$1" ] || return 0
  for entry in "$1"/* "$1"/.[!.]*; do
    [ -e "$entry" ] || continue
    case ${entry##*/} in
      lost+found | aside-*) ;;
      *) return 1 ;;
    esac
  done
}

# storage_root_path=/d1/doris,medium:SSD,capacity:50;/d2/doris.HDD
storage_dirs() {
  # shellcheck disable=SC2016
  setting be storage_root_path '${DORIS_HOME}/storage' | tr ';' '\n' | while IFS= read -r entry; do
    dir=$(printf '%s' "${entry%%,*}" | sed 's/^[[:space:]]*//; s/[[:space:]]*$//; s/\.\(HDD\|SSD\|hdd\|ssd\)$//')
    [ -z "$dir" ] || absolute "$dir"
  done
}

meta_dir() {
  # shellcheck disable=SC2016
  absolute "$(setting fe meta_dir '${DORIS_HOME}/doris-meta')"
}

# Last value of a key in be.conf or fe.conf, with ${DORIS_HOME} put in.
setting() {
  value=""
  if [ -f "$home/conf/$1.conf" ]; then
    value=$(sed -n "s/^[[:space:]]*$2[[:space:]]*=[[:space:]]*//p" "$home/conf/$1.conf" | tail -n 1 | sed 's/[[:space:]]*$//')
  fi
  # shellcheck disable=SC2016
  printf '%s\n' "${value:-$3}" | sed 's|\${DORIS_HOME}|'"$home"'|g; s|\$DORIS_HOME|'"$home"'|g'
}

absolute() {
  case $1 in
    /*) printf '%s\n' "$1" ;;
    *) refuse "\"$1\" is no full path: it is left alone" ;;
  esac
}

pid() {
  cat "$home/bin/$short.pid" 2>/dev/null || true
}

is_running() {
  running=$(pid)
  [ -n "$running" ] && kill -0 "$running" 2>/dev/null
}

must_be_down() {
  if is_running; then refuse "process $(pid) of $home runs"; fi
}

refuse() {
  printf '%s\n' "$1" >&2
  exit 1
}

short=${action#*-}
main "$@"
