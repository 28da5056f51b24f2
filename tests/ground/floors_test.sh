#!/bin/bash
# The floors check must pass a clean tree and fail on every kind of offence, naming it. Each case below plants one in a tree of its own.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# fresh: a tree that is in order, with the project's own table.
fresh() {
  rm -rf "$work/tree"
  mkdir -p "$work"/tree/src/{text,kernels,lang,model,program,engine,app/commands}
  cd "$work/tree"
  cp "$root/ARCHITECTURE.md" .
  echo '#include <string>' >src/text/span.h
  echo '#include "text/span.h"' >src/lang/tree.h
  echo '#include "lang/tree.h"' >src/model/model.h
  echo '#include "text/span.h"' >src/program/program.h
  printf '#include "program/program.h"\n#include "model/model.h"\n' >src/program/lower.cpp
  echo '#include "program/program.h"' >src/engine/engine.h
  printf '#pragma once\n#include <hwy/highway.h>\n' >src/kernels/simd.h
  echo '#include "kernels/simd.h"' >src/kernels/exp.cpp
  echo '#include "engine/engine.h"' >src/warchest.h
  echo '#include "warchest.h"' >src/warchest.cpp
  printf '#include <CLI/CLI.hpp>\n#include "warchest.h"\n' >src/app/commands/run.cpp
}
expect_clean() {
  "$root/tools/floors" . >out 2>&1 || { echo "FAILED: $1: a clean tree was refused:"; cat out; failed=1; }
}
expect_offence() { # TITLE, then words that the complaint must have
  local title=$1
  shift
  if "$root/tools/floors" . >out 2>&1; then echo "FAILED: $title: nothing was reported"; failed=1; return; fi
  for word in "$@"; do
    grep -qF -- "$word" out || { echo "FAILED: $title: no '$word' in:"; cat out; failed=1; }
  done
}

fresh; expect_clean "the tree as it is"
fresh; echo '#include "model/model.h"' >>src/lang/tree.h
expect_offence "an upward include" 'src/lang/tree.h:2: lang/ (floor 1) may not include model/model.h'
fresh; mkdir src/market; echo '#include "lang/tree.h"' >src/market/clear.h
expect_offence "a neighbour on the same floor" 'market/ (floor 1) may not include lang/tree.h'
fresh; echo '#include "model/model.h"' >src/engine/vector.cpp
expect_offence "a lower floor that the row does not list" 'engine/ (floor 4) may not include model/model.h'
fresh; echo '#  include   "app/commands/run.h"' >src/warchest.cpp
expect_offence "a folder above" 'may not include app/commands/run.h'
fresh; echo '#include "warchest.h"' >src/engine/vector_test.cpp
expect_offence "a test is held to its folder too" 'src/engine/vector_test.cpp:1'
fresh; echo '#include "kernels/simd.h"' >>src/engine/engine.h
expect_offence "SIMD outside its home, and whoever includes that" 'src/engine/engine.h: only its home may include' 'src/warchest.cpp: only its home'
fresh; echo '#include <hwy/highway.h>' >src/kernels/kernels.h
expect_offence "SIMD in an interface header" 'src/kernels/kernels.h: only its home may include hwy/'
fresh; echo '#include <CLI/CLI.hpp>' >src/lang/lexer.cpp
expect_offence "the command line below" 'src/lang/lexer.cpp: only its home may include CLI/'
fresh; printf '#include "model/model.h"\n' >src/program/slots.h; echo '#include "program/slots.h"' >>src/program/program.h
expect_offence "the program's header reaches the model through another" 'src/program/program.h: must not reach model/' 'program/slots.h, which includes model/model.h'
fresh; mkdir src/utils; echo >src/utils/things.h
expect_offence "a folder without a row" 'utils/ has no row'
fresh; echo '#include "span.h"' >src/text/render.cpp
expect_offence "an include without its folder" 'write "text/span.h"'
fresh; sed -i 's#^| 1 | `lang/` | |#| 1 | `lang/` | `model/` |#' ARCHITECTURE.md
expect_offence "a table that points upwards" 'the row of lang/ lists model/'
fresh; sed -i '/^| *[0-9] |/d' ARCHITECTURE.md
expect_offence "no table" 'no table of floors'
exit $failed
