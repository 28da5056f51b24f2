#!/bin/bash
# Configures and builds one preset: build.sh PRESET TARGET... [-- CMAKE_OPTIONS...]
#
# Quiet when all goes well: the log of configuring is shown only if it fails, and the progress of the build only on a terminal.
set -eu
cd "$(dirname "$0")/.."
preset=$1
shift
targets=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do targets+=("$1"); shift; done
[ $# -gt 0 ] && shift

mkdir -p "build/$preset"
cmake --preset "$preset" "$@" >"build/$preset/configure.log" 2>&1 || { cat "build/$preset/configure.log" >&2; exit 1; }
if [ -t 2 ]; then
  cmake --build "build/$preset" --target "${targets[@]}" >&2
else
  cmake --build "build/$preset" --target "${targets[@]}" >"build/$preset/build.log" 2>&1 || { cat "build/$preset/build.log" >&2; exit 1; }
fi
