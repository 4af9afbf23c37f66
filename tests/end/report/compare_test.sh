#!/bin/bash
# SPDX-License-Identifier: MIT
# Two runs at once, one of them with two guests side by side, are the same to the byte; rows that are missing, new or on nothing in
# common are told; what is derived can be made again; Google Benchmark's compare.py reads our summaries.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
# shellcheck disable=SC2154 # expect.sh makes $tmp
a=$tmp/a b=$tmp/b

# Every system, without the rows that only take long, Linux's second boot, and its others with devices (linux_disk_test.sh,
# linux_packet_test.sh and captures_test.sh compare those to the byte; their rows alone take a minute of processor each). Both at once, so
# that each is a load on the other's host.
rows='[^cdefpvw]|v[^i]|p[^a]|c([^alo]|a[^c]|l[^a]|o[^p]|opy/[^f])|f[^i]|dispatch/([^h]|handlers:10?/)|engine/(empty|guard|lpm|object|length:1000?/)'
some=(--no-build --filter "^[a-z]+:($rows).*$once|^spin:(files/(create|stat|rename)|video/frame/streams:2)/")
./exospin run "${some[@]}" -j1 --out "$a" > "$tmp/first" 2>&1 &
expect "a run of all systems, two guests side by side, on a loaded host" 0 '' ./exospin run "${some[@]}" -j2 --out "$b"
wait $!
status=$?
cp "$tmp/first" "$tmp/out"
verdict "the same, one guest at a time" [ $status -eq 0 ]

verdict "summary.json is byte-identical" cmp "$a/summary.json" "$b/summary.json"
expect "both runs are the same to the byte, Linux included" 0 'files are the same to the byte' ./exospin compare "$a" "$b"
expect "verify: as the reference, row by row, and as the first run" 0 'files are the same to the byte' ./exospin verify "$b" --reference "$a" --second "$a"

expect "a part of it" 0 '' ./exospin run syscall --no-build --systems exo,floor --out "$tmp/part"
expect "compare lists the rows that are missing" 1 '^missing +spin:syscall/null ' ./exospin compare "$a" "$tmp/part"
verdict "and counts the rest" grep -Eq '^[0-9]+ rows, [0-9]+ same, [0-9]+ missing$' "$tmp/out"
verdict "and the options that explain it" grep -q '^option  *experiments: ' "$tmp/out"
expect "compare --all lists those that are the same, too" 1 '^same +exo:syscall/null ' ./exospin compare "$a" "$tmp/part" --all
verdict "behind those that are not" [ "$(grep -nE '^(missing|same) ' "$tmp/out" | sed -n '/missing/!{s/:.*//p;q}')" -gt \
    "$(grep -nE '^missing ' "$tmp/out" | tail -n 1 | sed 's/:.*//')" ]
expect "compare lists the rows that are new" 1 '^new +spin:syscall/null ' ./exospin compare "$tmp/part" "$a"
expect "compare --json says the same" 1 '' ./exospin compare --json "$tmp/part" "$a"
says_new() { jq -e '.status == 1 and any(.rows[]; .name == "spin:syscall/null" and .verdict == "new")' "$tmp/out" > "$tmp/jq"; }
verdict "in a form that programs read" says_new
expect "verify judges a part of the reference's rows by itself" 0 '' ./exospin verify "$tmp/part" --reference "$a"

./exospin run syscall --no-build --quiet --systems exo --out "$tmp/exo"
./exospin run hardware --no-build --quiet --systems floor --out "$tmp/floor"
expect "compare: nothing in common is not comparable" 3 'not comparable: .* have no row in common$' ./exospin compare "$tmp/exo" "$tmp/floor"
verdict "in one sentence" [ "$(wc -l < "$tmp/out")" -eq 1 ]
expect "report says whether a folder holds no run or is not there" 64 "nowhere holds no run: No such file" ./exospin report "$tmp/nowhere"
expect "compare names a folder that holds no run" 64 "nowhere holds no run" ./exospin compare "$a" "$tmp/nowhere"
expect "verify: without a reference there is nothing to verify against" 3 'no reference' ./exospin verify "$a" --reference "$tmp/nowhere"

cp -r "$a" "$tmp/again"
rm -r "$tmp/again/samples" "$tmp/again/summary.json"
expect "report --from-raw" 0 '' ./exospin report "$tmp/again" --from-raw
verdict "makes summary, samples, plots and page again, to the byte" diff -r "$a" "$tmp/again"

# compare.py's interpreter is the one that has scipy (the distribution's, by python3-scipy).
claim="Google Benchmark's compare.py reads two of ours"
tool=/usr/share/benchmark/compare.py
python=
for candidate in python3 /usr/bin/python3; do
    "$candidate" -c 'import scipy' 2> /dev/null && python=$candidate && break
done
expect "$claim" 0 '^exo:syscall/null +\+0\.0000' "${python:-python3-scipy is missing}" $tool --no-color benchmarks "$a/summary.json" "$b/summary.json"
verdict "Linux's rows too" grep -q '^linux:syscall/null ' "$tmp/out"
"${python:-false}" $tool --no-color benchmarks "$a/summary.json" "$b/summary.json" > "$tmp/out" 2> "$tmp/err"
verdict "without complaint" test ! -s "$tmp/err"
