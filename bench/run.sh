#!/bin/bash
# Builds and runs the bench: bench/run.sh [quick]
#
# Prints one table and writes build/bench.json. NumPy is measured if a python3 has it; Squiggle (npm install @quri/squiggle-lang@0.10.0)
# if it lies in bench/squiggle/node_modules or in $SQUIGGLE/node_modules. $PYTHON and $NODE name other programs than python3 and node. The
# forecast test needs tables that are not part of the project (docs/data.md): $CHEQUES names their folder, and without them it says that it skips.
set -eu
cd "$(dirname "$0")/.."
case ${1:-} in "" | quick) ;; *) echo "usage: bench/run.sh [quick]" >&2; exit 2 ;; esac
tools/build.sh release warchest_cli warchest_bench warchest_small_by_hand warchest_forecast
build/release/bench/warchest_bench build/release/warchest build/release/bench/warchest_small_by_hand build/bench.json "$@"
echo
exec build/release/bench/warchest_forecast --data "${CHEQUES:-../shared/data/crunchbase2013}"
