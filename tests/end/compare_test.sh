#!/bin/bash
# SPDX-License-Identifier: MIT
# compare and verify end to end: two runs of everything, the second on a loaded host with two guests side by side, are the same
# to the byte; rows that are missing, new or on nothing in common are told; Google Benchmark's compare.py reads our summaries.
set -u
cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d)
load=()
cleanup() {
    [ ${#load[@]} -eq 0 ] || kill "${load[@]}" 2> /dev/null
    rm -rf "$tmp"
}
trap cleanup EXIT

verdict() { # STATUS CLAIM: ok if STATUS is 0
    if [ "$1" -eq 0 ]; then echo "ok - $2"; else
        echo "not ok - $2"
        sed 's/^/# /' "$tmp/out" "$tmp/err" | tail -20
    fi
}
# exits STATUS COMMAND...: keeps its output in $tmp/out and $tmp/err
exits() {
    local wanted=$1
    shift
    "$@" > "$tmp/out" 2> "$tmp/err" < /dev/null
    local got=$?
    [ $got -eq "$wanted" ] || { echo "# exit status $got where $wanted was wanted: $*"; return 1; }
}
run() { exits 0 ./exospin run --no-build --quiet "$@"; }

run -j1 --out "$tmp/a"
verdict $? "a run of all systems, one guest at a time"
for _ in 1 2; do
    (while :; do :; done) &
    load+=($!)
done
run -j2 --out "$tmp/b"
verdict $? "the same on a loaded host, two guests side by side"
kill "${load[@]}" 2> /dev/null
load=()

exits 0 ./exospin compare "$tmp/a" "$tmp/b" && grep -q 'files are the same to the byte' "$tmp/out"
verdict $? "both are the same to the byte, Linux included"
cmp -s "$tmp/a/summary.json" "$tmp/b/summary.json"
verdict $? "summary.json is byte-identical"

exits 0 ./exospin verify "$tmp/b" --reference "$tmp/a" --second "$tmp/a" && grep -q '^identical' "$tmp/out"
verdict $? "verify: as the reference, row by row"

run syscall --systems exo,floor --out "$tmp/part"
exits 1 ./exospin compare "$tmp/a" "$tmp/part" && grep -q '^missing *spin:syscall/null ' "$tmp/out" &&
    grep -q '^same *exo:syscall/null ' "$tmp/out" && grep -q '^option *experiments:' "$tmp/out"
verdict $? "compare lists rows that are missing, and the options that explain them"
exits 1 ./exospin compare "$tmp/part" "$tmp/a" && grep -q '^new *spin:syscall/null ' "$tmp/out"
verdict $? "compare lists rows that are new"
exits 1 ./exospin compare --json "$tmp/part" "$tmp/a" && grep -q '"verdict": "new"' "$tmp/out" && grep -q '"status": 1' "$tmp/out"
verdict $? "compare --json says the same"
exits 0 ./exospin verify "$tmp/part" --reference "$tmp/a"
verdict $? "verify: a part of the reference's rows is judged by itself"

run syscall --systems exo --out "$tmp/exo" && run hardware --systems floor --out "$tmp/floor"
exits 3 ./exospin compare "$tmp/exo" "$tmp/floor"
verdict $? "compare: nothing in common is not comparable"
exits 64 ./exospin compare "$tmp/a" "$tmp/nowhere"
verdict $? "compare: a folder that holds no run is named"
exits 3 ./exospin verify "$tmp/a" --reference "$tmp/nowhere"
verdict $? "verify: without a reference there is nothing to verify"

cp "$tmp/a/summary.json" "$tmp/kept.json"
cp -r "$tmp/a/samples" "$tmp/kept"
rm -r "$tmp/a/samples" "$tmp/a/summary.json"
exits 0 ./exospin report "$tmp/a" --from-raw && cmp -s "$tmp/a/summary.json" "$tmp/kept.json" && diff -r "$tmp/a/samples" "$tmp/kept" > "$tmp/out"
verdict $? "summary and samples can be made again from the raw logs, to the byte"

# compare.py's interpreter is the one that has scipy (python3-scipy is the distribution's).
compare_py=/usr/share/benchmark/compare.py
python=
for candidate in python3 /usr/bin/python3; do
    "$candidate" -c 'import scipy' 2> /dev/null && python=$candidate && break
done
if [ ! -f $compare_py ] || [ -z "$python" ]; then
    echo "ok - Google Benchmark's compare.py reads two of ours # SKIP libbenchmark-tools or python3-scipy is missing"
else
    exits 0 "$python" $compare_py --no-color benchmarks "$tmp/a/summary.json" "$tmp/b/summary.json" && [ ! -s "$tmp/err" ] &&
        grep -q '^exo:syscall/null .*+0.0000' "$tmp/out" && grep -q '^linux:syscall/null' "$tmp/out"
    verdict $? "Google Benchmark's compare.py reads two of ours without complaint"
fi
