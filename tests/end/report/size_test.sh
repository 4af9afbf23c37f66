#!/bin/bash
# SPDX-License-Identifier: MIT
# What counts the kernel's lines and bytes (experiments/size/measure): on a planted tree whose figures are known, and on lists that say
# nothing of a file, or too much; then that a size in lines keeps its unit in all that is printed of a run.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
measure=$PWD/experiments/size/measure
export SIZE=${CROSS:-x86_64-linux-gnu-}size

mkdir "$tmp/tree" && cd "$tmp/tree" || exit 1
cat > a.c <<'SOURCE'
/* a.c -- six lines hold something.
 *
 */
#include "a.h"

int f(void) { // one
    /* none */ return /* four
    so */ '"' + "/*"[0]; /* five */
}
 	/**/
char c;
SOURCE
printf '/* none */\n#define A 1\n' > a.h
printf '.globl g\ng: .quad 0, 0 /* one\n*/\n' > b.S
printf 'nothing of the image\n' > c.c
as=${CROSS:-x86_64-linux-gnu-}gcc
$as -x assembler -c - -o a.o <<< '.text; .skip 8; .section .text.f, "ax"; .skip 3; .data; .skip 5'
$as -c b.S -o b.o
tree=(a.c=a.o b.S=b.o)

# lists CLAIM STATUS PATTERN LINE...: what the measurement says to a list of these lines.
lists() {
    local claim=$1 status=$2 pattern=$3
    shift 3
    printf '%s\n' "$@" > list
    expect "$claim" "$status" "$pattern" "$measure" list "${tree[@]}"
}

# The first line of a.c's that is code is its #include; the header has one.
lists 'a part of two files' 0 '^ *\{"p", 7, 11\},$' '# a list' 'part:p a.* c.c' 'extension:e b.S'
verdict 'and an extension of one' grep -qx '    {"e", 2, 16},' "$tmp/out"
verdict 'and the words of both sweeps' test "$(grep -c '^#define \(PARTS "p"\|EXTENSIONS "e"\)$' "$tmp/out")" = 2
lists 'what measures is in no row' 0 '^#define EXTENSIONS ""$' 'part:p a.c' 'instrument b.S'
lists 'a source in two parts' 1 'list: a\.c is in part:p and in part:q$' 'part:p a.*' 'part:q a.c b.S'
lists 'a source in a part and an extension' 1 'b\.S is in part:p and in extension:e$' 'part:p a.c b.S' 'extension:e [b]*.S'
lists 'a header in two parts' 1 'a\.h is in part:p and in part:q$' 'part:p a.*' 'part:q a.h b.S'
lists 'a source in no part' 1 'list: b\.S is in no part and no extension$' 'part:p a.c'
lists 'a pattern for nothing' 1 'list: part:q: no file is called z\*$' 'part:p a.c b.S' 'part:q z*'
cd - > /dev/null || exit 1

expect 'a run of sizes' 0 '' $exospin run size --systems spin --filter part:core --no-build --out "$tmp/run"
verdict 'a row in lines says so' \
    jq -e '.benchmarks | map({(.name): .unit}) | add | . == {"spin:size/part:core/of:lines": "lines", "spin:size/part:core/of:text": "bytes"}' "$tmp/run/summary.json"
expect 'in the report as CSV' 0 ',lines,lines,[0-9]+,' $exospin report "$tmp/run" --format csv
verdict 'and as a page' grep -Eq 'medians in lines, 1 row' "$tmp/run/report.html"
# Both stand in the paper's table under the name size/core.
tr -d '\n' < "$tmp/run/report.html" | sed 's/<[^>]*>//g' | grep -Eo '(10866 lines|170380 text_bytes)[^=]*' > "$tmp/out"
verdict "each beside ours in its unit" test \
    "$(sed -E 's/^([0-9]+ lines|[0-9]+ text_bytes).*spin:(.*) $/\1 \2/' "$tmp/out" | paste -sd ' ')" = '10866 lines size/part:core/of:lines 170380 text_bytes size/part:core/of:text'
expect 'and where runs are compared' 0 ' [0-9]+ lines, \+0' $exospin compare "$tmp/run" "$tmp/run" --all

# What exo is held to: a kernel and its libraries that can be read.
lines_of() { # PART
    sed -n "s/^    {\"$1\", \([0-9]*\), .*/\1/p" build/experiments/size/exo-sizes.h
}
verdict "exo: $(lines_of kernel) lines of kernel, less than 6,000" test "$(lines_of kernel)" -lt 6000
verdict "exo: $(($(lines_of second) + $(lines_of third))) lines of the second and the third library, less than 900" \
    test "$(($(lines_of second) + $(lines_of third)))" -lt 900
verdict "exo: $(lines_of libos) lines of ExOS, less than 4,500" test "$(lines_of libos)" -lt 4500
