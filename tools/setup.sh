#!/bin/bash
# Installs the Debian packages that the named parts need: setup.sh build|test|bench|lint ...
#
# Silent, offline and quick when everything is there, because every `make run` passes here. Asks for sudo only when something is
# missing and we are not root. On a system without dpkg it does nothing: configuring then says which library it misses.
set -u

build="g++ cmake ninja-build pkg-config bison libboost-dev libeigen3-dev libhwy-dev nlohmann-json3-dev libfmt-dev libcli11-dev libzip-dev"
test="libgtest-dev libgmock-dev librapidcheck-dev ccache"
bench="libbenchmark-dev"
lint="clang-format clang-tidy"

wanted=""
for part in "${@:-build}"; do
  case $part in
    build | test | bench | lint) wanted+=" ${!part}" ;;
    *) echo "setup: unknown part '$part' (build, test, bench, lint)" >&2; exit 2 ;;
  esac
done
command -v dpkg-query >/dev/null || exit 0

present=" $(dpkg-query -W -f '${db:Status-Status}=${Package} ' $wanted 2>/dev/null) "
missing=""
for package in $wanted; do
  [[ $present == *" installed=$package "* ]] || missing+=" $package"
done
[ -z "$missing" ] && exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "setup: these packages are missing, and there is no sudo to install them with. As root, run:" >&2
    echo "  apt-get install --no-install-recommends$missing" >&2
    exit 1
  fi
  as_root=(sudo)
fi
apt_get() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@"; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() { apt_get install -y --no-install-recommends $missing >"$log" 2>&1; }

echo "setup: installing$missing" >&2
if ! compgen -G "/var/lib/apt/lists/*_Packages*" >/dev/null; then
  apt_get update >"$log" 2>&1 || { cat "$log" >&2; echo "setup: the package lists cannot be fetched: is the network up?" >&2; exit 1; }
fi
# A list that is too old names files which are gone: fetch it anew and try once more.
if ! install && ! { apt_get update >"$log" 2>&1 && install; }; then
  cat "$log" >&2
  echo "setup: could not install:$missing" >&2
  echo "setup: the project is built and tested on Debian 12; elsewhere install what corresponds to these packages by hand." >&2
  exit 1
fi
