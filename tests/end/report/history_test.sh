#!/bin/bash
# SPDX-License-Identifier: MIT
# history lists the runs that were kept; report --format has a run's figures for other programs.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
kept=$tmp/kept

mkdir "$kept"
for run in "full 2026-01-02" "hand 2026-01-01" "broken 2026-01-03"; do
    read -r name day <<< "$run"
    cp -r "tests/golden/$name" "$kept/$name"
    cp "tests/golden/$name/expected/summary.json" "$kept/$name/"
    sed -i "s/\"started\": \"[^\"]*\"/\"started\": \"${day}T00:00:00Z\"/" "$kept/$name/run.json"
done
ln -s full "$kept/latest"
cp -r "$kept/hand" "$kept/.hidden"
mkdir "$kept/notes"

expect "history: a line a run" 0 '^2026-01-02T00:00:00Z +[0-9a-f]+[+]? +icount +[a-z,]+ +4 of 4 +full$' $exospin history --in "$kept"
verdict "oldest first, no link, no folder without a run" [ "$(sed -nE 's/.* ([a-z]+)( \(partial\))?$/\1/p' "$tmp/out" | xargs)" = 'folder hand full broken' ]
verdict "nor a hidden one" [ "$(grep -c hidden "$tmp/out")" = 0 ]
verdict "a partial one is called so" grep -q 'broken (partial)$' "$tmp/out"
expect "history ROW: what it was in each" 0 '^2026-01-02.* 27 +337 +full$' $exospin history exo:syscall/null linux:syscall/null --in "$kept"
expect "history of a row that no run has" 41 "no run has a row 'exo:syscall/nul'; did you mean 'exo:syscall/null'\?" \
    $exospin history exo:syscall/nul --in "$kept"
expect "nor has one a row without its system" 41 "did you mean '[a-z]+:syscall/null'\?" $exospin history syscall/null --in "$kept"
expect "history of a folder without runs" 64 'holds no run' $exospin history --in "$kept/notes"
expect "history of no folder" 64 'cannot read .*nowhere: No such file' $exospin history --in "$kept/nowhere"
echo '{' > "$kept/hand/run.json"
expect "history: a run that is malformed is named, the others are listed" 0 'hand/run.json:[0-9]+: ' $exospin history --in "$kept"
verdict "all of them" grep -q ' full$' "$tmp/out"

expect "report --format md: the table of figures" 0 '^\| syscall/null \| 27 \| ' $exospin report "$kept/full" --format md
verdict "with a line below the headings" grep -Eq '^\| --- \|( ---: \|)+$' "$tmp/out"
verdict "and the verdicts" grep -q '^| syscall/spin-monolithic | reproduced in instructions | ' "$tmp/out"
cp -r "$kept/full" "$tmp/marked"
sed -i '0,/^    checked: .*/s//    checked: "a\\\\|b <script>alert(1)<\/script> *c* `d` [e](f) \&lt;"/' "$tmp/marked/experiments/syscall/experiment.yaml"
expect "what would be markup in a cell is text" 0 '\| a\\\\\\\|b \\<script>alert\(1\)\\</script> \\\*c\\\* \\`d\\` \\\[e]\(f\) \\&lt; \|$' \
    $exospin report "$tmp/marked" --format md
sed -i 's/"revision": "/&<b>/' "$tmp/marked/run.json"
expect "so it is in its heading" 0 '^# exospin run of \\<b>' $exospin report "$tmp/marked" --format md
expect "report --format csv: a line a figure" 0 '^syscall,syscall/null,exo,,icount,instructions,27,27,27,' $exospin report "$kept/full" --format csv
python3 - "$tmp/out" "$kept/full/summary.json" > "$tmp/said" 2>&1 << 'END'
import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1])))
benches = [b for b in json.load(open(sys.argv[2]))["benchmarks"]]
assert len(rows) == len(benches), (len(rows), len(benches))
of = {r["system"] + ":" + r["bench"] + ("/" + r["label"] if r["label"] else ""): r for r in rows}
for b in benches:
    r = of[b["name"]]
    assert (float(r["median"]) == b["median"]) if "median" in b else not r["median"], b["name"]
END
verdict "the very medians of summary.json" [ $? -eq 0 ]
verdict "nothing is written" test ! -e "$kept/full/report.html"
expect "report --format of something else" 64 "--format 'cvs' is none of: html, md, csv; did you mean 'csv'" $exospin report "$kept/full" --format cvs
expect "what writes does not go with it" 64 'writes nothing' $exospin report "$kept/full" --format md --from-raw
