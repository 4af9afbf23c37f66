#!/bin/bash
# SPDX-License-Identifier: MIT
# The report from stored raw logs. tests/golden/RUN/ holds run.json, raw/ and the copies of experiments and papers; what they must
# become stands in expected/: summary.json with the verdicts, samples/, the verdicts as printed, in words/ what import and compare
# print, and of the small run hand the page. It is compared without plots, whose bytes are gnuplot's and change with its version; the
# plots are tested apart.
# After a wanted change:
#     make golden        and look at what git diff shows
# That what is expected is right, and not only what came out once, is seen by tests/golden/hand: its worked.tsv was made by hand.
set -u
cd "$(dirname "$0")/../../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
exospin=build/tests/exospin # under ASan, LSan and UBSan
mkdir "$tmp/empty" # a PATH without gnuplot

verdict() { # STATUS CLAIM: ok if STATUS is 0
    if [ "$1" -eq 0 ]; then echo "ok - $2"; else
        echo "not ok - $2"
        echo "# at $0:${BASH_LINENO[0]}"
        sed 's/^/# /' "$tmp/said" | tail -20
    fi
}

# Rebuilds tests/golden/$1 in $tmp/$1, without plots; of the page, its looks are left out. The status of report.
rebuild() {
    local status
    cp -r "tests/golden/$1" "$tmp/$1" && rm -rf "$tmp/$1/expected"
    PATH=$tmp/empty $exospin report "$tmp/$1" --from-raw > "$tmp/$1/verdicts.txt" 2> "$tmp/said"
    status=$?
    sed -i '/<style>/,/<\/style>/d' "$tmp/$1/report.html"
    return $status
}

# What import prints of each raw log of tests/golden/$1, and its status, into $tmp/$1.words/; claims are the tree's and not the run's. And
# what compare prints of it and the next one.
declare -A next=([full]=broken [broken]=hand [hand]=cycles)
words_of() {
    local log form
    mkdir "$tmp/$1.words"
    for log in "tests/golden/$1"/raw/*.log; do
        {
            PATH=$tmp/empty $exospin import "$log" --out "$tmp/$1.run" --force 2>&1
            echo "status $?"
        } | sed "s,$tmp/,,;/^claims:/d;/^[a-z]*\/[a-z-]*: /d;/ would hold (/d" > "$tmp/$1.words/$(basename "$log" .log).txt"
    done
    for form in '' --json; do
        # shellcheck disable=SC2086 # no word, or one
        $exospin compare "tests/golden/$1" "tests/golden/${next[$1]}" $form > "$tmp/$1.words/compare$form.txt" 2>&1
        echo "status $?" >> "$tmp/$1.words/compare$form.txt"
    done
}

# What is compared of a run.
derived() {
    echo summary.json verdicts.txt samples
    [ "$1" != hand ] || echo report.html
}
if [ "${1-}" = --update ]; then
    for golden in tests/golden/*/; do
        run=$(basename "$golden")
        rebuild "$run"
        mkdir -p "$golden/expected"
        rm -rf "$golden/expected/samples"
        for file in $(derived "$run"); do cp -r "$tmp/$run/$file" "$golden/expected/"; done
        [ ! -d "$golden/expected/words" ] || { words_of "$run" && cp "$tmp/$run.words"/* "$golden/expected/words/"; }
    done
    exit
fi

for golden in tests/golden/*/; do
    run=$(basename "$golden")
    rebuild "$run"
    [ $? -eq 32 ] && grep -q 'gnuplot is not there' "$tmp/said"
    verdict $? "golden $run: without gnuplot the page is made, and exit status 32 says that its plots are missing"
    for file in $(derived "$run"); do
        diff -r "$golden/expected/$file" "$tmp/$run/$file" > "$tmp/said" 2>&1
        verdict $? "golden $run: $file is what its raw logs say"
    done
    [ -d "$golden/expected/words" ] || continue
    words_of "$run"
    diff -r "$golden/expected/words" "$tmp/$run.words" > "$tmp/said" 2>&1
    verdict $? "golden $run: so are import's words and status, log by log, and compare's"
done

# ---- by hand ----
# The page's words, one space between any two.
page_words() {
    sed 's/<style>.*<\/style>//;s/<wbr\/>//g;s/<[^>]*>/ /g;s/&lt;/</g;s/&gt;/>/g;s/&amp;/\&/g;s/\xc2\xa0/ /g' "$1" | tr -s ' \n' ' ' | sed 's/ \([,:.)]\)/\1/g;s/( /(/g'
}
hand=$tmp/hand
page_words "$hand/report.html" > "$tmp/words"
worked() { # KIND WHAT VALUE: what the derived files say of it, on standard output
    case $1 in
    samples) # ROW BOOT LAYOUT PHASE: each sample, gross:net
        awk -F '\t' -v "what=$2" '$1 " " $3 " " $4 " " $5 == what {
            if ($6 != n++) exit
            printf "%s%s:%s", (n > 1 ? " " : ""), $7, $8 }' "$hand/samples/syscall.tsv" ;;
    figure) jq -r --arg row "${2%.*}" --arg key "${2##*.}" '.benchmarks[] | select(.name == $row)[$key]' "$hand/summary.json" ;;
    check) jq -r --arg row "$2" '.checks[] | select(.name == $row) | "\(.verdict): \(.why)"' "$hand/summary.json" ;;
    problem) jq -r --arg what "$2" '.problems[] | select("\(.status) \(.what)" == $what).text' "$hand/summary.json" ;;
    claim) jq -r --arg id "syscall/$2" '.claims[] | select(.id == $id) |
        "\(.verdict): \(.rows[0] | [.value, .of_value, .bound, .ratio, .holds | tostring] | join(" "))\([.paper[].low | " \(.)"] | add // "")"' "$hand/summary.json" ;;
    page) grep -oF -m 1 -- "$3" "$tmp/words" | head -n 1 ;;
    esac
}
count=0
: > "$tmp/said"
while IFS=$'\t' read -r kind what value how; do
    case $kind in '#'* | '') continue ;; esac
    count=$((count + 1))
    found=$(worked "$kind" "$what" "$value")
    [ "$found" = "$value" ] || echo "$kind $what: '$found'; by hand '$value' ($how)" >> "$tmp/said"
done < tests/golden/hand/worked.tsv
[ ! -s "$tmp/said" ] && [ "$count" -gt 60 ]
verdict $? "golden hand: every sample, figure, multiple and ratio of a paper is what was worked out by hand"
[ "$(grep -c '^samples' tests/golden/hand/worked.tsv)" -eq "$(sed 1d "$hand/samples/syscall.tsv" | cut -f 1,3-5 | sort -u | wc -l)" ]
verdict $? "golden hand: no sample is left out of that"

# what `import` makes of a log by itself: run.json without what tells of this tree and machine
$exospin import tests/golden/hand/raw/spin.1.log --quiet --out "$tmp/imported" > "$tmp/said" 2>&1
[ $? -eq 20 ] && jq 'del(.revision, .revision_why, .dirty, .started, .finished, .host.kernel, .tools)' "$tmp/imported/run.json" |
    diff tests/golden/hand/imported.json - > "$tmp/said" 2>&1
verdict $? "golden hand: an imported log's run.json says what was planned, how it ended and why it is partial"

# ---- with plots ----
run=$tmp/plots
cp -r tests/golden/full "$run" && rm -rf "$run/expected"
$exospin report "$run" --trust-plots > "$tmp/said" 2>&1
verdict $? "a report with plots"
cp -r "$run" "$tmp/again"
$exospin report "$tmp/again" --trust-plots > "$tmp/said" 2>&1 && diff -r "$run" "$tmp/again" > "$tmp/said"
verdict $? "drawn twice, every plot and the page are the same to the byte, wherever the run lies"

xmllint --noout "$run"/plots/*.svg > "$tmp/said" 2>&1
verdict $? "every plot is well-formed SVG"
for figure in "$run"/plots/*.svg; do
    name=${figure%.svg}
    name=${name%.narrow}
    grep -q 'clock icount · revision' "$figure" && [ -s "$name.narrow.svg" ] && [ -s "$name.png" ] && [ -s "$name.txt" ] || echo "$figure"
done > "$tmp/said"
[ ! -s "$tmp/said" ]
verdict $? "every plot has its clock and revision in the corner, a drawing for phones, a PNG and a caption"

[ "$(grep -c '<svg' "$run/report.html")" -eq "$(ls "$run"/plots/*.svg | wc -l)" ]
verdict $? "every plot is in the page"
# Aegis's call on the slowest machine, 3.2 us against Ultrix's 32.2; ours by summary.json
jq -r '[.benchmarks[] | {(.name): .median}] | add | .["exo:syscall/null"] / .["linux:syscall/null"]' "$tmp/full/summary.json" > "$tmp/now"
awk -F '\t' -v now="$(cat "$tmp/now")" '$3 == "aegis" && $6 - 3.2 / 32.2 < 1e-9 && $6 - 3.2 / 32.2 > -1e-9 && $7 - now < 1e-9 && now - $7 < 1e-9 && !$8 { found = 1 }
    END { exit !found }' "$run/plots/papers.icount.tsv" && grep -q '<section id="then">' "$run/report.html"
verdict $? "then and now: a point is the paper's ratio and ours"
sed -n '/<svg/,/<\/svg>/p' "$run/report.html" | grep -oE '<(title|desc)>[^<]*' | sed 's/<[a-z]*>//' | sort -u > "$tmp/said"
grep -q '^exo: 24 instructions per call (' "$tmp/said" || grep -q '^exo:syscall/null: [0-9]* instructions per call' "$tmp/said" && ! grep -qE 'using|column|gnuplot|_plot_' "$tmp/said"
verdict $? "a pointer on a plot is told sentences, and nothing of gnuplot's"
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

grep -oE 'href="#[^"]*"' "$run/report.html" | sed 's/href="#//;s/"//' | sort -u | while read -r place; do
    grep -qF " id=\"$place\"" "$run/report.html" || echo "$place"
done > "$tmp/said"
[ ! -s "$tmp/said" ]
verdict $? "nor does one to a place in it"

# a dot chart's key stands below its last line, half a letter between them, whatever is measured there
run=$tmp/charts
cp -r results/reference "$run" && cp experiments/engine/plot.gp "$run/experiments/engine/plot.gp"
$exospin report "$run" > "$tmp/said" 2>&1
for figure in "$run"/plots/engine-trust.icount.svg "$run"/plots/engine-size.size.svg; do
    awk '/transform="translate\(/ { y = $0; sub(/.*translate\([^,]*,/, "", y); y += 0 }
        /<text>.*object_walk/ { line = y }
        /<text>.*verified, machine code/ { key = y }
        END { exit !(line && key && key - line >= 14) }' "$figure" || echo "${figure##*/}"
done > "$tmp/said"
[ ! -s "$tmp/said" ]
verdict $? "the keys of the engine's charts cover none of their lines"

# two clocks: each its own data and figures
run=$tmp/cycles-plots
cp -r tests/golden/cycles "$run" && rm -rf "$run/expected"
$exospin report "$run" --trust-plots > "$tmp/said" 2>&1
ls "$run"/plots/syscall-null.tsc.svg "$run"/plots/syscall.host.tsv > "$tmp/said" 2>&1 &&
    ! grep -q 'host:' "$run"/plots/*.tsc.* && ! grep -q 'exo:' "$run"/plots/*.host.*
verdict $? "rows of two clocks share neither data nor figure"

# a raw log that is gone: nothing is made of its absence
cp -r "$tmp/full" "$tmp/gone" && rm "$tmp/gone/raw/spin.0.log"
$exospin report "$tmp/gone" --from-raw > /dev/null 2> "$tmp/said"
[ $? -eq 64 ] && grep -q 'raw/spin.0.log: No such file' "$tmp/said" && cmp -s "$tmp/full/summary.json" "$tmp/gone/summary.json"
verdict $? "without a raw log nothing is made again, and what was made of it stays"

# a malformed copy: exit status 40, and the page that was there stays
cp "$tmp/plots/report.html" "$tmp/before.html"
sed -i 's/^unit:/units:/' "$tmp/plots/experiments/syscall/experiment.yaml"
$exospin report "$tmp/plots" > /dev/null 2> "$tmp/said"
[ $? -eq 40 ] && grep -q "experiment.yaml:4: no key is called 'units'; allowed: title question unit" "$tmp/said" &&
    cmp -s "$tmp/before.html" "$tmp/plots/report.html"
verdict $? "a malformed copy of an experiment is refused by file, line and key, and the old page stays"
sed -i 's/^units:/unit:/' "$tmp/plots/experiments/syscall/experiment.yaml"
echo 'plot nonsense(' >> "$tmp/plots/experiments/syscall/plot.gp"
$exospin report "$tmp/plots" --trust-plots > /dev/null 2> "$tmp/said"
[ $? -eq 40 ] && grep -q 'experiments/syscall/plot.gp: gnuplot says: ' "$tmp/said"
verdict $? "what is wrong in a plot.gp is said in gnuplot's own words"
[ -s "$tmp/plots/plots/dispatch-intrinsic.icount.svg" ] && [ ! -e "$tmp/plots/plots/syscall-null.icount.png" ]
verdict $? "and takes no other experiment's plots away"
