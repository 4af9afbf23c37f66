#!/bin/bash
# SPDX-License-Identifier: MIT
# What a stranger's run may do to whoever looks at it, and what the looker's own settings and names do to the plots: nothing. The runs
# are those of tests/golden/, with one thing in them changed; no guest boots.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

# strange NAME: a run of one's own to spoil, at $tmp/NAME
strange() { cp -r tests/golden/full "$tmp/$1" && rm -rf "$tmp/$1/expected"; }
untouched() { [ "$(find "$tmp/theirs" | sort | xargs stat -c '%n %s %Y')" = "$theirs" ]; }

# ---- links inside a run ----
strange theirs
./exospin report "$tmp/theirs" > "$tmp/out" 2>&1
echo secret > "$tmp/theirs/secret"
theirs=$(find "$tmp/theirs" | sort | xargs stat -c '%n %s %Y')
for part in plots samples raw experiments papers experiments/syscall; do
    dir=$tmp/link-${part//\//-}
    strange "link-${part//\//-}"
    rm -rf "${dir:?}/$part"
    ln -s "$tmp/theirs/$part" "$dir/$part"
    expect "report: $part/ is a link" 42 "$part.*: a link stands there, and what it leads to is not touched" ./exospin report "$dir" --from-raw
done
verdict "nothing behind a link was changed, added or removed" untouched
for file in raw/spin.0.log run.json experiments/syscall/experiment.yaml experiments/syscall/plot.gp papers/spin-sosp95.tsv; do
    dir=$tmp/file-${file//\//-}
    strange "file-${file//\//-}"
    ln -sf "$tmp/theirs/secret" "$dir/$file"
    expect "report: $file is a link" 42 'a link stands there' ./exospin report "$dir"
done
expect "compare: a raw log is a link" 42 'raw/spin.0.log: a link stands there' ./exospin compare "$tmp/theirs" "$tmp/file-raw-spin.0.log"
expect "verify: a raw log is a link" 42 'raw/spin.0.log: a link stands there' ./exospin verify "$tmp/file-raw-spin.0.log" --reference "$tmp/theirs"
strange pipe
rm "$tmp/pipe/raw/spin.0.log" && mkfifo "$tmp/pipe/raw/spin.0.log"
expect "report: a raw log is a FIFO" 42 'raw/spin.0.log: no regular file stands there' timeout 20 ./exospin report "$tmp/pipe"
verdict "nothing behind a link was changed by any of them" untouched

# ---- a link to a run is that run ----
cp -r "$tmp/theirs" "$tmp/same"
ln -s same "$tmp/link"
for name in link link/ link/. same// ; do
    expect "compare $name" 0 '^all [0-9]+ files are the same to the byte' ./exospin compare "$tmp/$name" "$tmp/theirs"
    expect "verify $name" 0 '^all [0-9]+ files are the same to the byte' ./exospin verify "$tmp/$name" --reference "$tmp/theirs" --second "$tmp/theirs"
done
rm "$tmp/same/manifest"
expect "compare: a run of an older exospin, without a manifest" 0 '^all [0-9]+ files' ./exospin compare "$tmp/same" "$tmp/theirs"
echo note > "$tmp/same/note"
expect "compare: a file on one side is named whole" 1 '^file +note: only in ' ./exospin compare "$tmp/link" "$tmp/theirs"

# ---- programs in a run ----
strange key
sed -i "s|^  args: .*|  \"a; system('touch $tmp/pwned'); b\": x|" "$tmp/key/experiments/syscall/experiment.yaml"
expect "a sweep's key that is a command" 40 "experiment.yaml:7: sweeps: .* can be no sweep's key; allowed: a-z, 0-9 and '_'" ./exospin report "$tmp/key"
strange label
cat > "$tmp/label.sed" << SED
s|^  args: .*|  args: "x'; system('touch $tmp/pwned'); y='\`touch $tmp/pwned\`\\\\\\\\ {/Arial\\\\\\"><script>alert(1)</script> z} @a & <script>alert(2)</script>"|
s|^unit: .*|unit: "\`touch $tmp/pwned\`' {/A\\\\\\" onload=\\\\\\"alert(3)\\\\\\" b}"|
SED
sed -i -f "$tmp/label.sed" "$tmp/label/experiments/syscall/experiment.yaml"
jq '.revision = "`touch '"$tmp"'/pwned`\u0027; system(\"touch '"$tmp"'/pwned\")"' "$tmp/label/run.json" > "$tmp/json" && mv "$tmp/json" "$tmp/label/run.json"
expect "labels, units and revisions that are commands" 0 'report.html' ./exospin report "$tmp/label" --trust-plots
verdict "are shown as text" grep -q 'touch .*pwned' "$tmp/label/plots/syscall-args.icount.svg"
no_script() { ! xmllint --html --xpath '//script | //@onload' "$1" 2> /dev/null | grep .; }
verdict "and none of them is a script of the page" no_script "$tmp/label/report.html"

strange plot
echo "system('touch $tmp/pwned')" >> "$tmp/plot/experiments/syscall/plot.gp"
expect "a stranger's plot.gp" 0 'report.html' ./exospin report "$tmp/plot"
verdict "none of all these was run" [ ! -e "$tmp/pwned" ]
verdict "exospin's own drawing stands in" [ -s "$tmp/plot/plots/syscall-medians-1.icount.svg" ]
verdict "and the page says so" grep -q 'experiments/syscall/plot.gp</code> is not that of the tree that drew this page' "$tmp/plot/report.html"
./exospin report "$tmp/plot" --trust-plots > "$tmp/out" 2>&1
verdict "--trust-plots runs it" [ -e "$tmp/pwned" ]
verdict "its figures replace those that stood in" [ -s "$tmp/plot/plots/syscall-null.icount.svg" ]
verdict "which are gone" [ ! -e "$tmp/plot/plots/syscall-medians-1.icount.svg" ]
strange svg
cat >> "$tmp/svg/experiments/syscall/plot.gp" << 'GP'
set print out."99-evil.svg"
print '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script><a href="javascript:alert(3)"><text>x</text></a>'
print '<use href="http://far/y"/><rect style="fill:url(http://far/z)"/>'
print '<rect style="fill:url(#a);stroke:URL(http://far/w)"/><rect style="fill:u\\72l(http://far/v)"/><text ONCLICK="alert(4)" id="evil">seen</text></svg>'
unset print
GP
./exospin report "$tmp/svg" --trust-plots > "$tmp/out" 2>&1
verdict "a drawing with programs in it is in the page" grep -q 'evil">seen' "$tmp/svg/report.html"
verdict "without them" [ -z "$(grep -oiE 'alert\(|http://far|javascript:' "$tmp/svg/report.html")" ]
echo mine > "$tmp/plot/plots/mine.svg"
./exospin report "$tmp/plot" --trust-plots > "$tmp/out" 2>&1
verdict "a plot that somebody added stays" grep -q mine "$tmp/plot/plots/mine.svg"
for experiment in dispatch hardware syscall; do cp "experiments/$experiment"/{experiment.yaml,plot.gp} "$tmp/plot/experiments/$experiment/"; done
expect "this tree's plot.gp" 0 'report.html' ./exospin report "$tmp/plot"
verdict "needs no trust" [ -s "$tmp/plot/plots/syscall-null.icount.svg" ]

# ---- names that would leave the run, or the line they stand on ----
# change NAME JQ: a run whose run.json says something else
change() { strange "$1" && jq "$2" tests/golden/full/run.json > "$tmp/$1/run.json"; }
change experiment '.experiments += ["../../theirs"]'
expect "an experiment's name with a path" 17 'experiments' ./exospin report "$tmp/experiment"
change again '.experiments += ["syscall"]'
expect "an experiment that is listed twice" 17 'nothing stands twice' ./exospin report "$tmp/again"
change rows '.rows["../x"] = []'
expect "rows under a path" 17 'rows' ./exospin report "$tmp/rows"
change row ".rows.syscall += [\"spin:x' ; touch $tmp/pwned; '\"]"
expect "a row's name with a quote" 17 "syscall.* must be a list of rows' names" ./exospin report "$tmp/row"
change twice '.rows.hardware += [.rows.syscall[0]]'
expect "a row of two experiments" 17 'listed once' ./exospin report "$tmp/twice"
change raw '.boots[0].raw = "raw/../../theirs/secret"'
expect "a raw log outside the run" 17 'a file in raw/' ./exospin report "$tmp/raw"
change raws '.boots[1].raw = .boots[0].raw'
expect "two boots with one raw log" 17 'that no other boot has' ./exospin report "$tmp/raws"
change system '.boots[0].system = "spin;x"'
expect "a system's name that is none" 17 "a system's name" ./exospin report "$tmp/system"
change via ".via = \"kernel; touch $tmp/pwned\""
expect "a route that is none" 17 "a route's name" ./exospin report "$tmp/via"

# ---- escape sequences ----
esc=$'\033'
strange escape
sed -i 's|^question: .*|question: "red \\e[31m"|' "$tmp/escape/experiments/syscall/experiment.yaml"
expect "an escape sequence in an experiment" 40 'experiment.yaml:3: question: a control character in a text' ./exospin report "$tmp/escape"
tests/end/report/reframe say 'why=' 'why=%1b[31m%c2%9b31m%9b31m' < tests/golden/full/raw/exo.0.log > "$tmp/escape.log"
sed -i "\$a ${esc}]0;title" "$tmp/escape.log"
LC_ALL=C ./exospin import "$tmp/escape.log" --out "$tmp/escaped" > "$tmp/out" 2>&1
verdict "an escape sequence in a log is told as text" grep -q '?\[31m' "$tmp/out"
tame() { ! LC_ALL=C grep -q "[$esc$(printf '\233')]" "$tmp/out"; }
verdict "and none reaches the terminal" tame
LC_ALL=C ./exospin import "$tmp/escape.log" --out "$tmp/escaped-json" --json > "$tmp/out" 2>&1
verdict "nor by --json" tame
change escape2 '.partial = "\u001b[31m" | .complete = false | .host_cpu = "\u001b[31m" | .revision = "a\u001b[31m\nb"'
./exospin compare "$tmp/escape2" "$tmp/theirs" > "$tmp/out" 2>&1
verdict "compare's lines are tame, too" tame
verdict "and a name takes no second line" grep -q 'revision a?\[31m b' "$tmp/out"

# ---- settings of one's own ----
strange plain
expect "a report" 0 'report.html' ./exospin report "$tmp/plain" --trust-plots
home=$tmp/home
mkdir -p "$home/.config/fontconfig" "$home/lib"
echo 'set terminal dumb; set output "/dev/null"; exit status 3' | tee "$home/.gnuplot" "$home/lib/bars.gp" > "$home/.config/gnuplotrc"
cat > "$home/.config/fontconfig/fonts.conf" << 'XML'
<?xml version="1.0"?>
<fontconfig><dir>/usr/share/fonts</dir><match target="pattern"><edit name="family" mode="assign" binding="strong"><string>DejaVu Serif</string></edit></match></fontconfig>
XML
settings=(HOME="$home" XDG_CONFIG_HOME="$home/.config" FONTCONFIG_FILE="$home/.config/fontconfig/fonts.conf" GNUTERM=x11 GNUPLOT_LIB="$home/lib"
    GDFONTPATH=/nowhere GNUPLOT_DEFAULT_GDFONT=none LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 LC_NUMERIC=de_DE.UTF-8 TZ=Asia/Tokyo)
strange set
expect "a report with settings of one's own" 0 'report.html' env "${settings[@]}" ./exospin report "$tmp/set" --trust-plots
verdict "draws the same" diff -r "$tmp/plain" "$tmp/set"

# ---- names of folders ----
odd=$'run[1] two\nlines esc\033[31m "double" $(touch pwned) `touch pwned` %s%n a;b|c * back\\slash {x}_y^@&~ \303\266'
for name in "$odd" "'quoted'" '-dash' '<pipe' '~'; do
    cp -r tests/golden/full "$tmp/$name" && rm -rf "$tmp/$name/expected" "$tmp/$name/manifest"
    expect "a run in a folder called $(printf %q "$name")" 0 'report.html' ./exospin report "$tmp/$name" --trust-plots
    verdict "is drawn as anywhere" diff -r "$tmp/plain" "$tmp/$name"
done

# ---- logs ----
log=tests/golden/full/raw
cat "$log/spin.0.log" "$log/exo.0.log" > "$tmp/joined.log"
line=$(($(wc -l < "$log/spin.0.log") + $(grep -n ' hello ' "$log/exo.0.log" | head -1 | cut -d: -f1)))
expect "a log that joins two systems" 64 "joined.log joins sessions of two systems: 'spin' from line [0-9]+ and 'exo' from line $line on" \
    ./exospin import "$tmp/joined.log" --out "$tmp/joined"
verdict "is not imported" [ ! -e "$tmp/joined" ]
tests/end/report/reframe say 'name=syscall/' 'name=../syscall/' < "$log/exo.0.log" > "$tmp/path.log"
expect "rows whose first part is no experiment's name" 0 'report: ' ./exospin import "$tmp/path.log" --out "$tmp/path"
no_path() { [ "$(cd "$tmp/path" && ls samples)" = "$(printf 'checks.tsv\n')" ] && [ ! -e "$tmp/syscall" ]; }
./exospin report "$tmp/path" --from-raw > "$tmp/out" 2>&1
verdict "name no file" no_path
expect "import over a run" 42 'holds a run; name another with --out DIR, or replace that run with --force' \
    ./exospin import "$log/spin.0.log" --out "$tmp/theirs"
verdict "leaves it as it was" untouched
cp -r "$tmp/theirs" "$tmp/replaced" && mkdir "$tmp/replaced/samples"
echo mine | tee "$tmp/replaced/notes.txt" > "$tmp/replaced/samples/mine.tsv"
./exospin import "$log/floor.0.log" --out "$tmp/replaced" --force > "$tmp/out" 2>&1
floor_only() { jq -e '.systems == ["floor"]' "$tmp/replaced/run.json" > "$tmp/jq" && [ "$(ls "$tmp/replaced/raw")" = floor.0.log ]; }
verdict "import --force replaces the run" floor_only
verdict "and keeps what was added to it" grep -q mine "$tmp/replaced/notes.txt" "$tmp/replaced/samples/mine.tsv"
