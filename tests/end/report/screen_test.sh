#!/bin/bash
# SPDX-License-Identifier: MIT
# Where things stand in the report, as a browser lays it out: on the first screen of a laptop (1280 x 800) and of a phone (390 x 844)
# the answer table is whole; nothing is cut on a phone; light and dark, every text can be read; printed, it is three pages and one an
# experiment. The page is the reference run's; headless Chromium shows it in a frame of that size and a script measures.
set -u
cd "$(dirname "$0")/../../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
exospin=build/tests/exospin # under ASan, LSan and UBSan

verdict() { # STATUS CLAIM
    if [ "$1" -eq 0 ]; then echo "ok - $2"; else
        echo "not ok - $2"
        echo "# at $0:${BASH_LINENO[0]}"
        sed 's/^/# /' "$tmp/said" | tail -20
    fi
}
if ! command -v chromium > /dev/null; then
    echo "ok - the report on a screen # SKIP chromium is not installed"
    exit
fi

# The last figure of a run's table is not known before its run: the page is drawn by this tree's plots, whatever the run keeps.
cp -r results/reference "$tmp/run"
$exospin report --trust-plots "$tmp/run" > "$tmp/said" 2>&1
verdict $? "the reference run's page is drawn"

# What the page says of itself, a line "NAME NUMBER" each, once all that is folded stands open.
cat > "$tmp/measure.js" << 'JS'
addEventListener("load", () => {
    const said = [], say = (name, value) => said.push(name + " " + value);
    const box = e => e.getBoundingClientRect();
    say("answers", Math.ceil(box(document.querySelector(".answers")).bottom));
    say("lines", document.querySelectorAll(".answers tbody tr").length);
    for (const e of document.querySelectorAll("details")) e.open = true;
    say("page", document.documentElement.scrollWidth);
    // A table is whole if it ends within the page, or scrolls within what does.
    let cut = 0;
    for (const t of document.querySelectorAll("table")) {
        const around = t.closest(".scroll");
        const scrolls = around && getComputedStyle(around).overflowX == "auto";
        if (Math.floor(box(scrolls ? around : t).right) > innerWidth) cut++;
    }
    say("tables", document.querySelectorAll("table").length);
    say("cut", cut);
    // Of the labels in a head of an axis none touches the next.
    const labels = [...document.querySelectorAll(".answers thead .track span")].map(box);
    say("touching", labels.filter((l, i) => i && l.left < labels[i - 1].right + 2).length);
    say("outside", labels.filter(l => l.right > innerWidth).length);
    // The contrast of a text with the page, as WCAG 2 computes it, in hundredths; the least one.
    const channels = c => c.match(/[\d.]+/g).slice(0, 3).map(Number);
    const light = c => channels(c).map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const paper = light(getComputedStyle(document.body).backgroundColor);
    const contrast = c => (Math.max(light(c), paper) + 0.05) / (Math.min(light(c), paper) + 0.05);
    const texts = [...document.querySelectorAll("p, td, th, small, a, summary, figcaption")];
    say("contrast", Math.floor(100 * Math.min(...texts.map(e => contrast(getComputedStyle(e).color)))));
    say("drawing", Math.floor(100 * Math.min(...[...document.querySelectorAll("svg text")].map(e => contrast(getComputedStyle(e).fill)))));
    say("dark", paper < 0.2 ? 1 : 0);
    parent.postMessage(said.join("\n"), "*");
});
JS
{ cat "$tmp/run/report.html"; echo '<script>'; cat "$tmp/measure.js"; echo '</script>'; } > "$tmp/measured.html"

# look WIDTH HEIGHT [OPTION...]: what the page says in a frame of that size, into $tmp/said; a window of Chromium cannot be as narrow
# as a phone, and a frame can.
look() {
    local width=$1 height=$2
    shift 2
    printf '<!doctype html><body style="margin:0"><iframe src="measured.html" width="%d" height="%d" style="border:0"></iframe>
<pre id="said"></pre><script>addEventListener("message", e => { document.getElementById("said").textContent = "@\\n" + e.data + "\\n@"; });</script>' \
        "$width" "$height" > "$tmp/frame.html"
    browse "$@" --window-size=1400,1000 --virtual-time-budget=20000 --dump-dom "file://$tmp/frame.html" | sed -n '/@$/,/^@/p' | grep -v @ > "$tmp/said"
}
browse() { HOME=$tmp timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$tmp/profile" "$@" 2> /dev/null; }
# holds NAME TEST NUMBER: whether what was said of NAME stands so to NUMBER
holds() { awk -v name="$1" -v test="$2" -v number="$3" '$1 == name { found = 1; ok = test == "<=" ? $2 <= number : test == ">=" ? $2 >= number : $2 == number }
    END { exit !(found && ok) }' "$tmp/said"; }

for screen in '1280 800' '390 844'; do
    # shellcheck disable=SC2086 # two numbers
    look $screen
    holds answers '<=' "${screen#* }" && holds lines '>=' 4
    verdict $? "on a first screen of ${screen/ / x } the answer table is whole"
    holds page '<=' "${screen% *}" && holds tables '>=' 5 && holds cut = 0
    verdict $? "at ${screen% *} no table is cut, nor is the page wider than the screen"
    holds touching = 0 && holds outside = 0
    verdict $? "at ${screen% *} the labels of the answers' axis do not touch"
    holds dark = 0 && holds contrast '>=' 450 && holds drawing '>=' 400
    verdict $? "at ${screen% *} every text can be read"
done
look 1280 800 --blink-settings=preferredColorScheme=0
holds dark = 1 && holds contrast '>=' 450 && holds drawing '>=' 400
verdict $? "so it can on a dark screen, in page and drawings"

browse --no-pdf-header-footer --print-to-pdf="$tmp/page.pdf" "file://$tmp/run/report.html" > /dev/null
pages=$(grep -ac '/Type */Page$\|/Type */Page[^s]' "$tmp/page.pdf")
chapters=$(grep -o '<section class="chapter"' "$tmp/run/report.html" | wc -l)
echo "$pages pages of $chapters experiments" > "$tmp/said"
[ "$chapters" -ge 4 ] && [ "$pages" -eq $((4 + chapters)) ]
verdict $? "printed, the page has four pages and one an experiment"
