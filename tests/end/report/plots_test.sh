#!/bin/bash
# SPDX-License-Identifier: MIT
# What the templates of plots/ draw, seen in the SVG: gnuplot is started as harness/page/plot.c does it, on figures made for this.
set -u
cd "$(dirname "$0")/../../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
tree=$PWD

verdict() { # STATUS CLAIM
    if [ "$1" -eq 0 ]; then echo "ok - $2"; else
        echo "not ok - $2"
        echo "# at $0:${BASH_LINENO[0]}"
        sed 's/^/# /' "$tmp/said" | tail -20
    fi
}

# draw FORMAT: draws $tmp/plot.gp on the rows of standard input, "NAME MEDIAN" a line, into $tmp/plots/; gnuplot's status.
# draw_table FORMAT: the same on a table as it is.
draw() {
    awk -v OFS='\t' 'BEGIN { print "name", "system", "median", "p05", "p95", "low", "high", "cold", "times_floor", "times_linux" }
        { split($1, part, ":"); print $1, part[1], $2, $2, $2, $2, $2, "NaN", "NaN", "NaN" }' |
        draw_table "$1"
}
draw_table() {
    mkdir -p "$tmp/plots" "$tmp/samples"
    rm -f "$tmp/plots"/*
    cat > "$tmp/plots/x.icount.tsv"
    (cd "$tmp" && LC_ALL=C.UTF-8 gnuplot -d -c "$tree/plots/style.gp" "$tree/plots" x icount "$1" instructions call corner \
        "n$(printf '\t')how many$(printf '\t')" plot.gp) > "$tmp/said" 2>&1
}
svg() { echo "$tmp"/plots/draft-01-"$1".svg; }
# The words of the SVG $1, a line each.
words() { grep -oE '<text>.*</text>|<text [^>]*>.*</text>' "$1" | sed 's/<[^>]*>//g;s/^ *//;s/ *$//'; }

# ---- bars ----
bars() { printf 'figure = "f"; heading = "H"; caption = "C"; multiples = 0\n%s\nload plots."/bars.gp"\n' "$1" > "$tmp/plot.gp"; }
# What the SVG $1 has of the series that is called $2.
group() { awk -v title="<title>$2</title>" '/<g id=/ { on = index($0, title) } on' "$1"; }
bars 'rows = "exo:zero exo:below exo:none exo:some exo:absent"; names = "\"no_op at all\" less none some absent"'
printf '%s\n' 'exo:zero 0' 'exo:below -3' 'exo:none NaN' 'exo:some 7' | draw svg
verdict $? "bars of nothing, of less than nothing and of no figure are drawn"
words "$(svg f)" > "$tmp/said"
grep -qx 'no figure' "$tmp/said" && grep -qx 0 "$tmp/said" && grep -qx -- -3 "$tmp/said" && grep -qx 7 "$tmp/said"
verdict $? "and each says what it is"
grep -qx 'no_op at all' "$tmp/said"
verdict $? "a name with _ is written as it is, and one with blanks is one name"
! grep -q absent "$tmp/said"
verdict $? "a row that the run does not have takes no place"
for title in 'no_op at all' less; do group "$(svg f)" "$title" | grep -q '<path\|<polygon\|<rect'; done
verdict $? "a bar of 0 and one below 0 have an outline"
printf 'exo:zero 0\n' | draw svg && [ -s "$(svg f)" ]
verdict $? "a run of which every body is empty has its bars"
bars 'rows = "exo:below"'
printf 'exo:below -3\n' | draw svg && [ -s "$(svg f)" ]
verdict $? "so has one of negative figures alone"
cut -f 1,2 "$tmp/plots/draft-01-f.txt" > "$tmp/said"
printf 'C\nexo:below\texo:below: -3 instructions per call\n' | diff - "$tmp/said" > /dev/null
verdict $? "beside it are the caption and a sentence a bar"
bars 'rows = "exo:one exo:many"'
printf '%s\n' 'exo:one 1' 'exo:many 1234567' | draw svg && cut -f 2 "$tmp/plots/draft-01-f.txt" > "$tmp/said"
grep -qx 'exo:one: 1 instruction per call' "$tmp/said" && grep -qx 'exo:many: 1,234,567 instructions per call' "$tmp/said"
verdict $? "one is one instruction, and digits are grouped in a sentence"
words "$(svg f)" > "$tmp/said"
grep -qx '1,234,567' "$tmp/said" && grep -qx '1,000,000' "$tmp/said" && ! grep -qE '[0-9]{4}' "$tmp/said"
verdict $? "as they are in the label of a bar and on the axis"

# ---- sweeps ----
sweep() { printf 'figure = "f"; heading = "H"; caption = "C"; xname = label_n\n%s\nload plots."/sweep.gp"\n' "$1" > "$tmp/plot.gp"; }
many=$(for i in $(seq 30); do printf 'exo:s%d/n:* spin:s%d/n:* ' "$i" "$i"; done)
sweep "series = names = '$many'"
for i in $(seq 30); do printf '%s\n' "exo:s$i/n:1 $i" "exo:s$i/n:2 $i" "spin:s$i/n:1 $i" "spin:s$i/n:2 $i"; done | draw svg
# Of each series its colours, dash, marker and the marker's size.
looks() {
    awk '/<g id=.*<title>[a-z]*:s/ { n++ } n { print n "\t" $0 }' "$(svg f)" | grep -oE '^[0-9]+|(stroke|color)=.[^'\''"]*.|stroke-dasharray=.[^'\''"]*.|href=.#[^'\''"]*.|scale\([^)]*\)' |
        awk '/^[0-9]+$/ { n = $0; next } !seen[n, $0]++ { look[n] = look[n] " " $0 } END { for (n in look) print look[n] }'
}
looks > "$tmp/said"
[ "$(wc -l < "$tmp/said")" -eq 60 ] && [ -z "$(sort "$tmp/said" | uniq -d)" ]
verdict $? "of sixty series of two systems no two look alike"

sweep 'series = "linux:a/n:* exo:a/n:*"; names = "no_op exo"; points = "1"'
two() { printf '%s\n' 'linux:a/n:1 5' 'linux:a/n:2 9' 'exo:a/n:1 5' 'exo:a/n:2 0'; }
two | draw svg
has_line() { group "$(svg f)" "$1" | grep -q '<path.* L'; }
words "$(svg f)" > "$tmp/said"
grep -qx no_op "$tmp/said"
verdict $? "a series with _ in its name has no subscript"
! has_line no_op && has_line exo
verdict $? "points that are no function of the sweep are not joined, others are"
! grep -qx '10[1-9]' "$tmp/said"
verdict $? "an axis is linear unless it is asked for"
printf '%s\n' 'linux:a/n:1000 5' 'linux:a/n:3000 90000' 'exo:a/n:1000 0' | draw svg && words "$(svg f)" > "$tmp/said"
grep -qx '3,000' "$tmp/said" && grep -qx '80,000' "$tmp/said" && ! grep -qE '[0-9]{4}' "$tmp/said"
verdict $? "the digits of both axes are grouped"
sweep 'series = "linux:a/n:*"; names = "linux"; logarithmic = "xy"'
printf '%s\n' 'linux:a/n:1 10' 'linux:a/n:1000 1000000' | draw svg && words "$(svg f)" > "$tmp/said" && grep -qx 104 "$tmp/said"
verdict $? "logarithmic axes are a switch"
for n in 1 2 4 8 15 30; do echo "linux:a/n:$n $((n * 1000))"; done > "$tmp/rows"
for format in svg narrow; do draw $format < "$tmp/rows"; done && words "$tmp/plots/draft-01-f.narrow.svg" > "$tmp/said" &&
    [ "$(grep -cxE '1|2|4|8|15|30' "$tmp/said")" -eq 6 ] && ! grep -qxE '3|5|10|10[0-9]|20' "$tmp/said" && grep -qx '20,000' "$tmp/said"
verdict $? "such an axis has the sweep's values, and of few powers of ten 1, 2 and 5"
for n in 1 2 3 4 5 6 7 8 9 10 11 12 1000; do echo "linux:a/n:$n 10"; done | draw svg && words "$(svg f)" > "$tmp/said" &&
    grep -qx 1 "$tmp/said" && grep -qx '1,000' "$tmp/said" && grep -qx 2 "$tmp/said" && ! grep -qxE "3|8" "$tmp/said"
verdict $? "as far as there is room for them"
printf '%s\n' 'linux:a/n:1 0' 'linux:a/n:1000 0' | draw svg
verdict $? "which does no harm where every figure is 0"
sweep 'series = "linux:a/n:*"; names = "linux"; by_x = 1'
printf '%s\n' 'linux:a/n:2 10' 'linux:a/n:4 16' | draw svg && cut -f 2 "$tmp/plots/draft-01-f.txt" > "$tmp/said" && grep -q ': 5 at 2, 4 at 4$' "$tmp/said"
verdict $? "a figure may be divided by the sweep's value"

# ---- dots ----
cat > "$tmp/plot.gp" << 'GP'
figure = "f"; heading = "H"; caption = "C"; xname = "times"; divided = 1
programs = "a b_c"; marks = "spin way:native spin way:jit spin way:interp"; names = '"machine code" interpreted'
load plots."/dots.gp"
GP
dots() { printf '%s\n' "spin:x/a/way:native $1" "spin:x/a/way:jit $2" "spin:x/a/way:interp $3" "spin:x/b_c/way:native 1" "spin:x/b_c/way:jit $4"; }
# Where on the axis each label of a tick stands, and that no two come nearer than their letters are wide.
apart() {
    awk '/translate\(/ { place = $0; sub(/.*translate\(/, "", place); split(place, at, /[,)]/) }
        /<text>/ { gsub(/<[^>]*>|[ \t]/, ""); if ($0 !~ /^[0-9.,]+$/) next
            if (at[2] == y && at[1] - x < 6 * (length($0) + length(last)) / 2 + 4) bad = 1
            n += at[2] == y; x = at[1]; y = at[2]; last = $0 }
        END { exit bad || n < 2 }' "$1"
}
for figures in '10 9 200 1' '10 10 10 1' '1 1 5000000 1'; do
    # shellcheck disable=SC2086 # four words
    dots $figures | draw svg && cp "$(svg f)" "$tmp/last.svg" && apart "$tmp/last.svg" || echo "$figures"
done > "$tmp/dots"
cp "$tmp/dots" "$tmp/said"
[ ! -s "$tmp/said" ]
verdict $? "the labels of an axis of dots do not touch, whatever it spans"
dots 10 10 100 1 | draw svg
cut -f 2 "$tmp/plots/draft-01-f.txt" > "$tmp/said"
grep -qx 'machine code, times: a 1, b_c 1' "$tmp/said" && grep -qx 'interpreted, times: a 10' "$tmp/said"
verdict $? "dots are multiples of the first, and what is missing is left out"

# ---- histograms ----
printf 'figure = "f"; heading = "H"; caption = "C"; rows = "exo:a exo:b exo:absent"; names = "a b_c absent"\nload plots."/histogram.gp"\n' > "$tmp/plot.gp"
mkdir -p "$tmp/samples"
sample() { printf '%s\ticount\t0\t0\t%s\t0\t%s\t%s\traw\t0\n' "$1" "$2" "$3" "$3"; }
{ sample exo:a cold 900 && for i in 1 2 3 8; do sample exo:a steady "${i}00"; done && sample exo:b steady 250; } > "$tmp/samples/x.tsv"
printf 'exo:a 200\n' | draw svg
words "$(svg f)" > "$tmp/said"
grep -qx b_c "$tmp/said" && ! grep -q absent "$tmp/said"
verdict $? "a histogram names the rows that have samples"
# How many bars a series has and how high they are: from the lower left corner to the upper one.
bars_of() {
    group "$(svg f)" "$1" | sed '/<\/g>/q' | grep -oE "d='M[0-9.]+,[0-9.]+ L[0-9.]+,[0-9.]+ L" | tr -c '0-9.\n' ' ' |
        awk '{ h = $2 - $4; h = int((h < 0 ? -h : h) + 0.5) } h > 10 { print h }' | sort -nu
}
{ bars_of a && bars_of b_c; } | tr '\n' ' ' > "$tmp/said"
read -r low high more < "$tmp/said"
[ -z "$more" ] && [ $((low * 4 - high)) -le 4 ] && [ $((high - low * 4)) -le 4 ]
verdict $? "a sample of four is a quarter as high as one of one, and a cold one is none"
: > "$tmp/samples/x.tsv"
printf 'exo:a 200\n' | draw svg && [ ! -e "$(svg f)" ]
verdict $? "without samples there is no histogram"

# ---- then and now ----
printf 'load plots."/then.gp"\n' > "$tmp/plot.gp"
ratios() {
    printf 'series paper system row of theirs ours seen\n1 p one exo:a b 0.5 0.25 1\n2 p two exo:c b 2 0.1 0\n1 p one exo:d b 4 8 1\n' | tr ' ' '\t'
}
ratios | draw_table svg
verdict $? "ratios then and now are drawn"
cut -f 2 "$tmp/plots/draft-01-then.txt" > "$tmp/said"
grep -qx 'one, p: 0.5 × b then, 0.25 × now; 4 × b then, 8 × now' "$tmp/said" && grep -qx 'two, p (recalled): 2 × b then, 0.1 × now' "$tmp/said"
verdict $? "a series a paper and system, a point a row"
marks_of() { group "$(svg 'then')" "$1" | grep -oE "href='#gpPt[0-9]+" | sort -u | tr -dc 0-9; }
# gnuplot's marker 7, a full circle, is gpPt6; 4, a hollow square, gpPt3
[ "$(marks_of 'one, p')" = 6 ] && [ "$(marks_of 'two, p')" = 3 ]
verdict $? "recalled ones are hollow"
# From the lower left corner of the axes to the upper right one: as far as both reach.
diagonal() { grep -oE "stroke-dasharray='[^']*' +d='M[0-9.,]+ L[0-9.,]+ *'" "$(svg 'then')" | tr -c '0-9.\n' ' ' | awk '{ n = NF; if ($(n - 3) < $(n - 1) && $(n - 2) > $n) ok = 1 } END { exit !ok }'; }
diagonal
verdict $? "the diagonal is drawn"

# ---- phones ----
two | (sweep 'series = "linux:a/n:* exo:a/n:*"; names = "no_op exo"' && draw narrow)
narrow=$tmp/plots/draft-01-f.narrow.svg
grep -oE 'viewBox="[^"]*"' "$narrow" > "$tmp/said"
grep -q 'viewBox="0 0 380 ' "$tmp/said" && [ ! -e "$tmp/plots/draft-01-f.txt" ]
verdict $? "the drawing for a phone is 380 wide"
bars 'rows = "exo:a exo:b"'
printf '%s\n' 'exo:a 4212894077' 'exo:b 2315093131' | draw narrow
apart "$narrow"
verdict $? "the labels of its bars' axis do not touch, however long they are"
# Some six a letter.
for plot in experiments/*/plot.gp; do
    sed -n 's/^heading *= *"\(.*\)"$/\1/p' "$plot" | awk -v plot="$plot" 'length($0) > 61 { print plot ": " $0 }'
done > "$tmp/said"
[ ! -s "$tmp/said" ]
verdict $? "each heading has room in it"
