#!/bin/bash
# SPDX-License-Identifier: MIT
# The report from stored raw logs. tests/golden/RUN/ holds run.json, raw/ and the copies of experiments and papers; what they must
# become stands in expected/: report.html, summary.json, and the verdicts as printed. Pages are compared without their plots,
# whose bytes are gnuplot's and change with its version; the plots are tested apart. After a wanted change:
#     make golden        and look at what git diff shows
set -u
cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/empty" # a PATH without gnuplot

verdict() { # STATUS CLAIM: ok if STATUS is 0
    if [ "$1" -eq 0 ]; then echo "ok - $2"; else
        echo "not ok - $2"
        sed 's/^/# /' "$tmp/said" | tail -20
    fi
}

# Rebuilds tests/golden/$1 in $tmp/$1, without plots.
rebuild() {
    cp -r "tests/golden/$1" "$tmp/$1" && rm -rf "$tmp/$1/expected"
    PATH=$tmp/empty ./exospin report "$tmp/$1" --from-raw > "$tmp/$1/verdicts.txt" 2> "$tmp/said"
}

if [ "${1-}" = --update ]; then
    for golden in tests/golden/*/; do
        run=$(basename "$golden")
        rebuild "$run"
        mkdir -p "$golden/expected"
        for file in report.html summary.json verdicts.txt; do cp "$tmp/$run/$file" "$golden/expected/"; done
    done
    exit
fi

for golden in tests/golden/*/; do
    run=$(basename "$golden")
    rebuild "$run"
    [ $? -eq 32 ] && grep -q 'gnuplot is not there' "$tmp/said"
    verdict $? "golden $run: without gnuplot the page is made, and exit status 32 says that its plots are missing"
    for file in report.html summary.json verdicts.txt; do
        diff "$golden/expected/$file" "$tmp/$run/$file" > "$tmp/said" 2>&1
        verdict $? "golden $run: $file is what its raw logs say"
    done
done

# ---- with plots ----
run=$tmp/plots
cp -r tests/golden/full "$run" && rm -rf "$run/expected"
./exospin report "$run" > "$tmp/said" 2>&1
verdict $? "a report with plots"
cp -r "$run" "$tmp/again"
./exospin report "$tmp/again" > "$tmp/said" 2>&1 && diff -r "$run" "$tmp/again" > "$tmp/said"
verdict $? "drawn twice, every plot and the page are the same to the byte, wherever the run lies"

xmllint --noout "$run"/plots/*.svg > "$tmp/said" 2>&1
verdict $? "every plot is well-formed SVG"
for figure in "$run"/plots/*.svg; do
    grep -q 'clock icount · revision' "$figure" && [ -s "${figure%.svg}.png" ] && [ -s "${figure%.svg}.txt" ] || echo "$figure"
done > "$tmp/said"
[ ! -s "$tmp/said" ]
verdict $? "every plot has its clock and revision in the corner, a PNG and a caption"

[ "$(grep -c '<svg' "$run/report.html")" -eq "$(ls "$run"/plots/*.svg | wc -l)" ]
verdict $? "every plot is in the page"
grep -oE '(src|href|action)="(https?:|//)[^"]*"|@import|url\((https?:|//)' "$run/report.html" > "$tmp/said"
[ ! -s "$tmp/said" ]
verdict $? "the page asks nothing of any network"
grep -oE ' id="[^"]*"' "$run/report.html" | sort | uniq -d > "$tmp/said"
[ ! -s "$tmp/said" ]
verdict $? "no identifier stands twice in the page"
grep -nE "$(jq -r '.started, .finished' "$run/run.json" | paste -sd'|')|$PWD|$tmp" \
    "$run"/report.html "$run"/plots/*.svg > "$tmp/said"
[ ! -s "$tmp/said" ]
verdict $? "no time stamp and no path of this machine is in page or plots"

# "exo.0.log:16, byte 745": there a record begins
grep -oE '"raw/[^"]*" title="byte [0-9]+' "$run/report.html" | tr -d '"' | sed 's/ title=byte//' | while read -r file byte; do
    tail -c "+$((byte + 1))" "$run/$file" | head -c 3 | grep -q '^@X1' || echo "$file $byte"
done > "$tmp/said"
[ ! -s "$tmp/said" ] && grep -q 'title="byte' "$run/report.html"
verdict $? "every figure's link leads to its record in the raw log"
grep -oE 'href="[^"#]*"' "$run/report.html" | sed 's/href="//;s/"//' | sort -u | while read -r file; do
    [ -e "$run/$file" ] || echo "$file"
done | grep -vE '^(experiments/.*/README.md|samples/.*|summary.json)$' > "$tmp/said"
[ ! -s "$tmp/said" ]
verdict $? "no link of the page leads nowhere"

# two clocks: each its own data and figures
run=$tmp/cycles-plots
cp -r tests/golden/cycles "$run" && rm -rf "$run/expected"
./exospin report "$run" > "$tmp/said" 2>&1
ls "$run"/plots/syscall-null.tsc.svg "$run"/plots/syscall.host.tsv > "$tmp/said" 2>&1 &&
    ! grep -q 'host:' "$run"/plots/*.tsc.* && ! grep -q 'exo:' "$run"/plots/*.host.*
verdict $? "rows of two clocks share neither data nor figure"

# a raw log that is gone: nothing is made of its absence
cp -r "$tmp/full" "$tmp/gone" && rm "$tmp/gone/raw/spin.0.log"
./exospin report "$tmp/gone" --from-raw > /dev/null 2> "$tmp/said"
[ $? -eq 64 ] && grep -q 'raw/spin.0.log: No such file' "$tmp/said" && cmp -s "$tmp/full/summary.json" "$tmp/gone/summary.json"
verdict $? "without a raw log nothing is made again, and what was made of it stays"

# a malformed copy: exit status 40, and the page that was there stays
cp "$tmp/plots/report.html" "$tmp/before.html"
sed -i 's/^unit:/units:/' "$tmp/plots/experiments/syscall/experiment.yaml"
./exospin report "$tmp/plots" > /dev/null 2> "$tmp/said"
[ $? -eq 40 ] && grep -q "experiment.yaml:4: no key is called 'units'; allowed: title question unit" "$tmp/said" &&
    cmp -s "$tmp/before.html" "$tmp/plots/report.html"
verdict $? "a malformed copy of an experiment is refused by file, line and key, and the old page stays"
sed -i 's/^units:/unit:/' "$tmp/plots/experiments/syscall/experiment.yaml"
echo 'plot nonsense(' >> "$tmp/plots/experiments/syscall/plot.gp"
./exospin report "$tmp/plots" > /dev/null 2> "$tmp/said"
[ $? -eq 40 ] && grep -q 'experiments/syscall/plot.gp: gnuplot says: ' "$tmp/said"
verdict $? "what is wrong in a plot.gp is said in gnuplot's own words"
