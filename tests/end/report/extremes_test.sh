#!/bin/bash
# SPDX-License-Identifier: MIT
# The report of figures at the ends of what a number can be: it is made, and says of no ratio what it cannot know.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
run=$tmp/run

mkdir -p "$run"/{raw,papers,experiments/engine}
cat > "$run/run.json" << 'JSON'
{"exospin": 1, "revision": "0123456789ab", "complete": true, "clock": "host", "experiments": ["engine"], "systems": ["host"],
 "rows": {"engine": ["host:engine/a", "host:engine/b"]},
 "boots": [{"system": "host", "raw": "raw/host.0.log", "outcome": "complete", "plan": ["host:engine/a", "host:engine/b"]}]}
JSON
cat > "$run/experiments/engine/experiment.yaml" << 'YAML'
title: T
question: Q
unit: run
systems: [host]
answers:
  - {cost: a, rows: [host:engine/a], floor: host:engine/b}
claims:
  - {id: c, sentence: S, source: P, checked: C, clocks: [host], holds: {row: host:engine/a, at_most: 2, of: host:engine/b}}
YAML

# figures A B: the run measured these
figures() {
    jq -n --argjson a "$1" --argjson b "$2" '{benchmarks: [["a", $a], ["b", $b] |
        {run_name: "engine/\(.[0])", run_type: "iteration", real_time: .[1], time_unit: "ns"}]}' > "$run/raw/host.0.log"
}
ratio() { jq -c '.claims[0].rows[0].ratio' "$run/summary.json"; }
said() { grep -Eo '\(ratio [^)]*\)|\<(inf|nan)\>' "$run/report.html" | xargs; }

while read -r a b outcome ratio said; do
    figures "$a" "$b"
    expect "a report of $a and $b" 0 "^engine/c: $outcome" timeout 60 $exospin report "$run" --from-raw
    verdict "has the ratio $ratio in its summary.json" [ "$(ratio)" = "$ratio" ]
    verdict "and on its page" [ "$(said)" = "${said-}" ]
    verdict "its samples are no longer than a number needs" [ "$(awk -F '\t' 'NR > 1 && length($8) > 8' "$run/samples/engine.tsv" | wc -l)" = 0 ]
done << 'END'
1e300 1e-300 not null
1.5e308 1 not 1.5e+308 (ratio 1.5e+308)
5 0 not null
0 0 reproduced null
0 5 reproduced 0 (ratio 0)
END

# A stranger's names and words: no formula for a spreadsheet, no markup for a page.
sed -i 's,engine/a,+1+2,g; s,engine/b,-3,g' "$run/run.json" "$run/experiments/engine/experiment.yaml" "$run/raw/host.0.log"
sed -i "s,^\(title\|question\|unit\): .*,\1: '<script>alert(1)</script>',; s,cost: a,cost: '<script>alert(1)</script>'," "$run/experiments/engine/experiment.yaml"
expect "a report of names that begin with a sign" 0 '' $exospin report "$run" --from-raw
verdict "has their figures" grep -q '<code>+1+2</code>' "$run/report.html"
verdict "and a stranger's words" grep -qF '&lt;script&gt;alert(1)' "$run/report.html"
verdict "which are no markup" [ "$(grep -cF '<script>alert(1)' "$run/report.html")" = 0 ]
expect "CSV: a spreadsheet computes nothing of them" 0 "^engine,'\\+1\\+2,host," $exospin report "$run" --format csv
verdict "of the other neither" grep -q "^engine,'-3,host," "$tmp/out"
