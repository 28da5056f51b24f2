#!/bin/bash
# Installs a build to a fresh prefix, moves it, and uses it from there as a stranger would: run.sh BUILD_FOLDER. The program runs, a
# consumer is compiled through the CMake package and through pkg-config, and both answer the same.
set -eu
build=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quietly() { "$@" >"$work/log" 2>&1 || { cat "$work/log"; echo "FAILED: $*"; exit 1; }; }

quietly cmake --install "$build" --prefix "$work/first"
mv "$work/first" "$work/moved"
prefix=$work/moved
for file in bin/warchest include/warchest/warchest.h lib*/pkgconfig/warchest.pc lib*/libwarchest.a share/doc/warchest/LICENSE; do
  [ -n "$(compgen -G "$prefix/${file}")" ] || [ -n "$(compgen -G "$prefix/${file/lib\*/lib/*}")" ] || { echo "FAILED: $file is not installed"; exit 1; }
done
if grep -rIlF "$build" "$prefix"; then echo "FAILED: the files above name the build folder"; exit 1; fi
quietly "$prefix/bin/warchest" --version

# The library of models is found from where the program is now, and a model made from it runs.
(cd "$work" && quietly "$prefix/bin/warchest" new acme --template data_centre && quietly "$prefix/bin/warchest" run acme.chest --paths 16 --quiet)

quietly cmake -G Ninja -S "$here" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$prefix"
quietly cmake --build "$work/cmake"
"$work/cmake/consumer" >"$work/by_cmake"

PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name warchest.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046  # the flags are words
quietly g++ "$here/consumer.cpp" -o "$work/by_hand" $(pkg-config --cflags --libs warchest)
"$work/by_hand" >"$work/by_pkg_config"

grep -q '"2026-05"' "$work/by_cmake" || { cat "$work/by_cmake"; echo "FAILED: the consumer does not answer 2026-05"; exit 1; }
diff "$work/by_cmake" "$work/by_pkg_config"
