#!/bin/bash
# The runner of the text tests must fail when it should: runner_test.sh RUNNER. A script stands in for the program.
set -eu
runner=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0
fail() { echo "FAILED: $*"; failed=1; }

cat >program <<'PROGRAM'
#!/bin/bash
case $1 in
  show) cat "$2" ;;
  stdin) cat ;;
  words) shift; printf '[%s]\n' "$@" ;;
  hash) echo "file 0123abcdef, took 1.5 ms" ;;
  both) echo out; echo err >&2; exit "${2:-0}" ;;
  size) wc -c <"$2" ;;
  save) echo "saved text" >"$2" ;;
  colour) printf '\033[31mred\033[0m\r\001\n' ;;
  half) printf 'no end' ;;
  ends) echo ==== ;;
  crash) kill -SEGV $$ ;;
  hang) sleep 60 ;;
  environment) echo "${NO_COLOR-unset} ${COLUMNS-unset} ${LC_ALL}"; [ -t 1 ] || echo "no terminal" ;;
esac
PROGRAM
chmod +x program
mkdir repository
printf 'a,b\n' >repository/table.csv
run() { NO_COLOR=1 COLUMNS=7 "$runner" --binary program --root repository --limit 2 "$@" >out 2>&1; }
expect_pass() { run "$2" || { fail "$1"; cat out; }; }
expect_failure() { # TITLE FILE WORDS...
  local title=$1 file=$2
  shift 2
  if run "$file"; then fail "$title: it passed"; return; fi
  for word in "$@"; do grep -qF -- "$word" out || { fail "$title: no '$word' in:"; cat out; }; done
}

cat >good.test <<'TEST'
# The model is what stands between title and command.

model "a" {
  # a comment of the model
}

$ warchest show model.chest
----
model "a" {
  # a comment of the model
}
====
# Several commands, words, standard input, both streams and an exit code.
--- file sub/one.txt
first
--- file two.txt
  second
$ warchest words a 'b c' "d \" e" f\ g ''
$ warchest stdin < sub/one.txt
$ warchest show two.txt
$ warchest both 3
----
[a]
[b c]
[d " e]
[f g]
[]
first
  second
out
err
exit 3
====
# Placeholders, bytes, repetition, copies, written files, control characters.
--- bytes x.bin
a\x00\n
--- bytes x.bin * 1000
(
--- copy table.csv as t.csv
$ warchest hash
$ warchest size x.bin
$ cat t.csv
$ warchest save new.txt
$ cat new.txt
$ warchest colour
$ warchest half
$ warchest environment
----
file <<hash>>, took <<number>> ms
1003
a,b
saved text
\e[31mred\e[0m\r\x01
no end\ no newline at the end
unset unset C.UTF-8
no terminal
TEST
expect_pass "everything that the format has" good.test

one() { printf '%s\n' "$@" >one.test; }
one '$ warchest both' '----' out
expect_failure "a line missing from the expectation" one.test 'FAILED one.test:1' '+err'
one '$ warchest both' '----' out err more
expect_failure "a line too many in the expectation" one.test '-more' '@@ line 3 @@'
one '$ warchest both 4' '----' out err
expect_failure "an exit code" one.test '+exit 4'
one '$ warchest both' '----' 'out ' err
expect_failure "a blank at the end of a line" one.test '-out '
one '$ warchest hash' '----' 'file <<number>>, took <<number>> ms'
expect_failure "a placeholder takes only its kind" one.test '+file 0123abcdef'
one '$ warchest both'
expect_failure "no expectation" one.test 'no expectation'
one '# nothing' 'model' '----' 'model'
expect_failure "no command" one.test 'no command'
: >empty.test
expect_failure "an empty file" empty.test 'no command'
one '$ warchest crash' '----'
expect_failure "a crash" one.test 'ended by signal: Segmentation fault'
one '$ warchest hang' '----'
expect_failure "a hang" one.test 'still running after 2 s'
one '$ warchest ends' '----' '===='
expect_failure "output that would end the case" one.test 'has a line "===="'
one '$ warchest words "a' '----'
expect_failure "an open quote" one.test 'not a command line'
one '$ warchest both' 'model' '----' out err
expect_failure "a file after a command" one.test 'stands after a command'
one '--- file ../x' 'a' '$ warchest both' '----' out err
expect_failure "a file outside the folder" one.test 'not the name of a file'
one '--- copy nowhere.csv' '$ warchest both' '----' out err
expect_failure "a copy of nothing" one.test 'no file nowhere.csv'
mkdir none
expect_failure "a folder without tests" none 'no .test file'

# --update: a wrong line is rewritten, a placeholder that holds is kept, a missing expectation is written, the rest stays as it was.
one '# Title.' 'model' '' '$ warchest hash' '$ warchest both' '----' 'file <<hash>>, took <<number>> ms' wrong '====' '$ warchest half'
run --update one.test || { fail "--update"; cat out; }
printf '%s\n' '# Title.' 'model' '' '$ warchest hash' '$ warchest both' '----' 'file <<hash>>, took <<number>> ms' out err '====' '$ warchest half' \
  '----' 'no end\ no newline at the end' >wanted
diff wanted one.test || fail "--update wrote something else"
expect_pass "what --update wrote" one.test
one '$ warchest crash' '----'
if run --update one.test; then fail "--update accepted a crash"; fi
cp good.test before && run --update good.test && diff before good.test || fail "--update changed a test that passes"
exit $failed
