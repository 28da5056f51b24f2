#!/bin/bash
# The check of documents and examples must fail when it should: documents_test.sh DOCUMENTS. A script stands in for the program.
set -eu
documents=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0
cat >program <<'PROGRAM'
#!/bin/bash
case $1 in
  check) grep -q wrong "$2" && { echo "$2: error[syntax]: wrong"; exit 3; }; exit 0 ;;
  run) echo "$(<"$2"), ${*:3}"; echo "hash 01ab" ;;
  crash) kill -SEGV $$ ;;
esac
PROGRAM
chmod +x program
mkdir docs examples
run() { "$documents" --binary program --root . "$@" >out 2>&1; }
expect() { # pass|fail TITLE PART WORDS...
  local wanted=$1 title=$2 part=$3 got=pass
  shift 3
  run "$part" || got=fail
  [ $got = $wanted ] || { echo "FAILED: $title: $got"; cat out; failed=1; return; }
  for word in "$@"; do grep -qF -- "$word" out || { echo "FAILED: $title: no '$word' in:"; cat out; failed=1; }; done
}
block() { printf '# Title\n\n```%s\n' "$1"; shift; printf '%s\n' "$@" '```' 'after'; }

echo 'model a' >examples/a.chest
printf 'model a, --paths 4000\nhash <<hash>>\n' >examples/a.expected
{ block chest 'model "a"'; block 'chest fragment' 'company c'; block 'chest skip' 'wrong'; block sh 'wrong'
  block console '$ warchest run examples/a.chest' 'model a, ' 'hash 01ab' '' '$ warchest check examples/a.chest'
  block console '$ make run' 'anything'; } >README.md
cp README.md docs/manual.md
expect pass "all in order" docs '6 passed, 0 failed, 2 skipped'
expect pass "examples in order" examples '2 passed, 0 failed, 0 skipped'
block chest 'wrong' >docs/manual.md
expect fail "a wrong model" docs 'docs/manual.md:3' 'error[syntax]'
block 'chest fragment' 'wrong' >docs/manual.md
expect fail "a wrong fragment" docs 'docs/manual.md:3'
block 'chest ignore' 'x' >docs/manual.md
expect fail "an unknown tag" docs "the tag 'chest ignore'"
block console '$ warchest run examples/a.chest' 'model b, ' 'hash 01ab' >docs/manual.md
expect fail "an old output" docs '-model b, ' '+model a, '
run --update docs && expect pass "after --update" docs
block console '$ warchest crash' >docs/manual.md
run --update docs && { echo "FAILED: --update took a crash"; failed=1; }
expect fail "a crash" docs 'ended by signal'
printf '```chest\nmodel' >docs/manual.md
expect fail "a block without an end" docs 'does not end'
echo 'model b' >examples/b.chest
expect fail "an example without an expectation" examples 'examples/b.expected'
run --update examples && expect pass "after --update" examples
echo 'wrong' >examples/b.chest
expect fail "an example that does not check" examples 'error[syntax]' '-model b'
exit $failed
