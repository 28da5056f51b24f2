#!/bin/bash
# The check of the diagnostic codes must name what is missing.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0
mkdir -p src/text tests/lang
printf '// CODE(name, "...")\nCODE(unit_mismatch, "a (b)")\nCODE(syntax, "c")\n' >src/text/codes.def
printf '$ warchest check m\n----\nm:1:1: error[unit-mismatch]: x\nm:1:1: warning[syntax]: y\n' >tests/lang/a.test
expect() { # WANTED_EXIT TITLE WORDS
  local code=0
  "$root/tools/codes" . >out 2>&1 || code=$?
  [ $code = "$1" ] && { [ -z "$3" ] || grep -qF -- "$3" out; } || { echo "FAILED: $2 (exit $code):"; cat out; failed=1; }
}
expect 0 "all shown" ""
echo 'CODE(bad_date, "d")' >>src/text/codes.def
expect 1 "a code without a test" "no test shows bad-date"
echo 'error[bad-date] error[gone]' >>tests/lang/a.test
expect 1 "a test without a code" "gone is shown by a test"
sed -i 's/error.gone.//' tests/lang/a.test
expect 0 "all shown again" ""
echo 'CODE(syntax, "twice")' >>src/text/codes.def
expect 1 "two rows" "two rows for syntax"
: >src/text/codes.def
expect 2 "no rows" "no rows"
exit $failed
