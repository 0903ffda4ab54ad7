#!/usr/bin/env bash
# README's two commands in a new clone, in a new Debian that debootstrap makes: what is committed is built and tested there.
# Needs root, debootstrap and git. All mounts are in a name space of their own, so none of them can stay behind.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly source skipped=77

usage() {
  cat <<TEXT
usage: tests/systems/run.sh [--cache DIR] [--in-suite] SYSTEM [WORD...]

  SYSTEM       debian12, debian13 or unstable
  WORD...      go to ctest: \`-R heat\` runs a part of the suite
  --cache DIR  keeps downloaded packages and ccache's files there, for the next time (or TARN_SYSTEMS_CACHE=DIR)
  --in-suite   as a test of the suite: skipped unless TARN_LONG_TESTS=1

The new system is made below TMPDIR (/var/tmp), takes some 4 GB there, and is removed at the end.
TEXT
}

die() { echo "run.sh: $1" >&2; exit "${2:-1}"; }

suite_of() {
  case "$1" in
    debian12) echo bookworm ;;
    debian13) echo trixie ;;
    unstable) echo sid ;;
    *) return 1 ;;
  esac
}

# Prints why no system can be made here; nothing if one can.
hindrance() {
  local program
  [ "$(id -u)" = 0 ] || { echo "needs root, for debootstrap, mount and chroot"; return; }
  for program in debootstrap git unshare setpriv flock; do
    command -v "$program" >/dev/null || { echo "needs $program, which is not installed"; return; }
  done
  unshare --mount --pid --fork true 2>/dev/null || echo "needs a name space of its own for mounts, which is refused here"
}

# The mirror that this machine takes its packages from; where it is no Debian, debootstrap's own choice.
mirror() {
  # shellcheck disable=SC2016  # apt fills it in
  if command -v apt-get >/dev/null; then
    apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Label: Debian' 2>/dev/null | head -n 1
  fi
}

# Makes the new system. The rest of this file runs in a mount and process name space of its own.
make_system() {
  local suite=$1 root=$2 packages=$3 from
  from=$(mirror)
  debootstrap --variant=minbase --include=git,ca-certificates --cache-dir="$packages" "$suite" "$root" ${from:+"$from"} \
    >"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; die "debootstrap failed"; }
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
  # A mirror may be a snapshot, whose lists have expired (those of unstable are good for a week): dates are not checked.
  echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/90snapshot"
}

mount_into() {
  local root=$1 packages=$2 compiled=$3
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs tmpfs "$root/dev/shm"
  mkdir -p "$root/var/cache/ccache"
  mount --bind "$packages" "$root/var/cache/apt/archives"
  mount --bind "$compiled" "$root/var/cache/ccache"
}

# As README's reader does.
try_commands() {
  local root=$1
  shift
  git clone -q "$source" "$root/root/tarn"
  # shellcheck disable=SC2016  # the inner shell fills it in
  chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    CCACHE_DIR=/var/cache/ccache /bin/bash -euc '
      cd /root/tarn
      SECONDS=0
      ./dev run input_decks/heat/plate.toml
      echo "run.sh: ./dev run took $SECONDS s"
      SECONDS=0
      ./dev test "$@"
      echo "run.sh: ./dev test took $SECONDS s"' bash "$@" </dev/null
}

# What is killed may write for a moment yet.
remove() {
  local try
  for try in 1 2 3 4 5; do
    if rm -rf --one-file-system "$1" 2>/dev/null; then return; fi
    sleep "$try"
  done
  die "could not remove $1"
}

inside() {
  local suite=$1 root=$2 packages=$3 compiled=$4
  shift 4
  make_system "$suite" "$root" "$packages"
  echo "run.sh: a new Debian ($suite) after $SECONDS s"
  mount_into "$root" "$packages" "$compiled"
  try_commands "$root" "$@"
}

outside() {
  local suite=$1 cache=$2 folder child code=0
  shift 2
  git -C "$source" rev-parse -q --verify HEAD >/dev/null || die "$source is no clone of a repository"
  [ -z "$(git -C "$source" status --porcelain)" ] || echo "run.sh: what is not committed is not tried"
  folder=$(mktemp -d "${TMPDIR:-/var/tmp}/tarn-system-XXXXXX")
  # shellcheck disable=SC2064  # this folder
  trap "remove '$folder'" EXIT
  : "${cache:=$folder/cache}"
  mkdir -p "$cache/$suite/packages" "$cache/$suite/ccache" "$folder/root"
  cache=$(cd "$cache/$suite" && pwd)
  exec 9<"$cache"
  flock 9  # two at a time would share its files
  # The children die with this process, all of them.
  setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child \
    "$source/tests/systems/run.sh" --inside "$suite" "$folder/root" "$cache/packages" "$cache/ccache" "$@" &
  child=$!
  trap 'kill -KILL $child; exit 130' INT TERM HUP
  wait "$child" || code=$?
  trap - INT TERM HUP
  return "$code"
}

if [ "${1:-}" = --inside ]; then
  shift
  inside "$@"
  exit
fi
cache=${TARN_SYSTEMS_CACHE:-} in_suite=no
while [ $# -gt 0 ]; do
  case "$1" in
    --cache) cache=${2:?"run.sh: --cache needs a folder"}; shift 2 ;;
    --in-suite) in_suite=yes; shift ;;
    -h | --help) usage; exit ;;
    *) break ;;
  esac
done
suite=$(suite_of "${1:-}") || { usage >&2; exit 2; }
if [ "$in_suite" = yes ] && [ "${TARN_LONG_TESTS:-}" != 1 ]; then
  die "skipped: builds everything in a new system, which takes long: TARN_LONG_TESTS=1" "$skipped"
fi
reason=$(hindrance)
[ -z "$reason" ] || die "skipped: $reason" "$skipped"
shift
outside "$suite" "$cache" "$@"
