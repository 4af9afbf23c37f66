#!/bin/bash
# SPDX-License-Identifier: MIT
# compare and verify on rows that moved: the raw log of one run is changed and framed rightly again, as another build or machine
# might have sent it.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
# shellcheck disable=SC2154 # expect.sh makes $tmp
a=$tmp/a

# variant NAME REFRAME-WORDS...: a copy of the run whose log says something else
variant() {
    local dir=$tmp/$1
    shift
    cp -r "$a" "$dir"
    tests/end/report/reframe "$@" < "$a/raw/floor.0.log" > "$dir/raw/floor.0.log"
}
another_image() { sed -i 's/"image_sha256": "[0-9a-f]*"/"image_sha256": "00"/' "$tmp/$1/run.json"; }

# One boot: an experiment with devices has its own.
expect "a run to hold others against" 0 '' $exospin run exception hardware ipc syscall thread vm --no-build --systems floor --out "$a"

variant slow add copy/4KiB 4
expect "compare: four instructions more are slower" 1 '^slower +floor:copy/4KiB .* instructions, \+0\.[0-9]+ %' $exospin compare "$a" "$tmp/slow"
expect "compare: the other way round is faster" 1 '^faster +floor:copy/4KiB ' $exospin compare "$tmp/slow" "$a"
expect "verify: a row that moved although its inputs are the reference's has failed" 1 \
    '^slower +floor:copy/4KiB .*all inputs are the same' $exospin verify "$tmp/slow" --reference "$a"
another_image slow
expect "verify: under another image it may move by less than 5 %, and both are named" 0 \
    '^moved +floor:copy/4KiB .*\+0\.[0-9]+ %; differing inputs: image' $exospin verify "$tmp/slow" --reference "$a"
expect "compare: the image that differs is named" 1 '^build +floor image: [0-9a-f.]+ -> 00' $exospin compare "$a" "$tmp/slow"

# With another compiler hundreds move: what moved furthest is told, and how many more there are.
cp -r "$a" "$tmp/many"
for row in $(jq -r '[.benchmarks[] | select(.median >= 21) | .name | ltrimstr("floor:")][:12][]' "$a/summary.json"); do
    tests/end/report/reframe add "$row" 1 < "$tmp/many/raw/floor.0.log" > "$tmp/log"
    cp "$tmp/log" "$tmp/many/raw/floor.0.log"
done
another_image many
expect "verify: of rows that moved a little ten are told" 0 '^2 more rows moved by at most [0-9.]+ %; --all prints them$' $exospin verify "$tmp/many" --reference "$a"
furthest_first() { sed -nE 's/^moved .* \+([0-9.]+) %; differing inputs: image$/\1/p' "$tmp/out" | tee "$tmp/moved" | sort -rnc && [ "$(wc -l < "$tmp/moved")" = 10 ]; }
verdict "the furthest first" furthest_first
expect "verify --all tells of all rows" 0 '^same +floor:' $exospin verify "$tmp/many" --reference "$a" --all
verdict "each that moved" [ "$(grep -c '^moved' "$tmp/out")" = 12 ]

variant far add syscall/null 2
another_image far
expect "verify: beyond 5 % it has failed under any image" 1 '^slower +floor:syscall/null .*differing inputs: image' \
    $exospin verify "$tmp/far" --reference "$a"

variant other say clock=icount clock=tsc
expect "compare refuses rows on unlike clocks" 3 '^not comparable: [0-9]+ of [0-9]+ common rows are by unlike clocks, .* icount .* tsc ' \
    $exospin compare "$a" "$tmp/other"
verdict "in one sentence" [ "$(wc -l < "$tmp/out")" -eq 1 ]
expect "compare --all lists them" 3 '^not comparable +floor:syscall/null' $exospin compare "$a" "$tmp/other" --all
expect "verify refuses them too" 3 '' $exospin verify "$tmp/other" --reference "$a"
expect "compare: by a noisy clock one boot a side cannot tell" 2 '^cannot tell +floor:syscall/null' $exospin compare "$tmp/other" "$tmp/other"

variant several add syscall/null 2
tests/end/report/reframe add copy/4KiB 4 < "$tmp/several/raw/floor.0.log" > "$tmp/log" && cp "$tmp/log" "$tmp/several/raw/floor.0.log"
tests/end/report/reframe add syscall/args:3 1 < "$tmp/log" > "$tmp/several/raw/floor.0.log"
expect "compare: what changed, and a summary" 1 '^[0-9]+ rows, [0-9]+ same, 3 slower$' $exospin compare "$a" "$tmp/several"
verdict "the worst first" [ "$(sed -nE 's/^slower +([^ ]+).*/\1/p' "$tmp/out" | xargs)" = 'floor:syscall/null floor:syscall/args:3 floor:copy/4KiB' ]
verdict "and no row that is the same" [ "$(grep -c '^same' "$tmp/out")" -eq 0 ]

expect "one row" 0 '' $exospin run syscall --no-build --systems floor --filter 'null$' --out "$tmp/one"
expect "compare: one row is no rows" 0 '^1 row, 1 same$' $exospin compare "$tmp/one" "$tmp/one"
expect "three boots of it" 0 '' $exospin run syscall --no-build --systems floor --filter 'null$' --boots 3 --out "$tmp/three"
expect "compare: another number of boots is named, and no difference" 0 '^option +boots: 1 -> 3$' $exospin compare "$tmp/one" "$tmp/three"
verdict "of rows or files" grep -q '^1 row, 1 same$' "$tmp/out"

expect "verify: rows that the reference does not have are new, and no failure" 0 '^[0-9]+ rows, 1 same, [0-9]+ new$' \
    $exospin verify "$a" --reference "$tmp/one"
expect "compare: but a difference" 1 '^new +floor:syscall/args:3 ' $exospin compare "$tmp/one" "$a"
expect "rows of another experiment" 0 '' $exospin run hardware --no-build --systems floor --out "$tmp/hardware"
expect "verify: a run of nothing but new rows says so" 0 '^nothing but new rows: ' $exospin verify "$tmp/hardware" --reference "$tmp/one"

cp -r "$a" "$tmp/cut"
head -c 4000 "$a/raw/floor.0.log" > "$tmp/cut/raw/floor.0.log"
expect "compare: what was planned and never came is missing" 1 '^missing +floor:syscall/args:6' $exospin compare "$a" "$tmp/cut"

cat "$a/raw/floor.0.log" "$a/raw/floor.0.log" > "$tmp/twice.log"
expect "import: two sessions in one log are two boots" 0 '' $exospin import "$tmp/twice.log" --out "$tmp/twice"
both_count() { jq -e 'all(.benchmarks[] | select(.median); .boots == 2)' "$tmp/twice/summary.json" > "$tmp/jq"; }
verdict "import: the summary counts both" both_count
expect "import: they agree with the run they came from" 0 '^[0-9]+ rows, [0-9]+ same$' $exospin verify "$tmp/twice" --reference "$a"
