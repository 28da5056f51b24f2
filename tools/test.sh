#!/bin/bash
# The whole suite, as `make test` and the continuous integration run it. Ends with one line that sums up everything:
# "N passed, N failed, N skipped".
#
#   release      all tests
#   small-block  what goes through the program, with blocks of 16 paths: the same output is expected, so the same bytes
#   asan         what goes through the program, under the address and undefined-behaviour sanitizers
#   tsan         the engine's tests under the thread sanitizer
#
# A part whose build fails counts as one failure, and the other parts still run. To run only some: tools/test.sh release asan
set -u
cd "$(dirname "$0")/.."
export CTEST_PARALLEL_LEVEL=${CTEST_PARALLEL_LEVEL:-$(nproc)}
export UBSAN_OPTIONS=print_stacktrace=1
passed=0
failed=0
skipped=0

number() { grep -oE "(^|[[:space:]])$1=\"[0-9]+\"" "$2" | head -n 1 | tr -dc 0-9; }

part() { # PRESET TARGET CTEST_OPTIONS...
  local preset=$1 target=$2 begin=$SECONDS
  shift 2
  if ! tools/build.sh "$preset" "$target" -- -DWARCHEST_TESTS=ON; then
    echo "$preset: does not build"
    failed=$((failed + 1))
    return
  fi
  local built=$SECONDS log=build/$preset/test.log report=build/$preset/test.xml
  rm -f "$report"
  ctest --test-dir "build/$preset" --output-on-failure --no-tests=error --output-junit "$PWD/$report" "$@" >"$log" 2>&1
  local code=$?
  if [ $code != 0 ]; then
    grep -vE '^ *Start +[0-9]+:|^ *[0-9]+/[0-9]+ Test .* (Passed|\*\*\*Skipped) ' "$log"
  fi
  if [ ! -s "$report" ]; then
    echo "$preset: the tests did not run"
    failed=$((failed + 1))
    return
  fi
  local all bad left
  all=$(number tests "$report")
  bad=$(number failures "$report")
  left=$(($(number skipped "$report") + $(number disabled "$report")))
  local good=$((all - bad - left))
  [ $code = 0 ] || [ "$bad" != 0 ] || bad=1 # ctest itself complains, for example that there is no test
  passed=$((passed + good))
  failed=$((failed + bad))
  skipped=$((skipped + left))
  echo "$preset: $good passed, $bad failed, $left skipped (build $((built - begin)) s, tests $((SECONDS - built)) s)"
}

run() {
  case $1 in
    release) part release all ;;
    small-block) part small-block warchest_text_tests -L '^text$' ;;
    asan) part asan warchest_text_tests -L '^text$' ;;
    tsan) part tsan warchest_engine_tests -L '^engine$' -LE '^text$' ;;
    *) echo "test: no part '$1' (release, small-block, asan, tsan)" >&2; exit 2 ;;
  esac
}
for name in "${@:-release}"; do run "$name"; done
[ $# -gt 0 ] || for name in small-block asan tsan; do run "$name"; done

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] && [ $passed -gt 0 ]
