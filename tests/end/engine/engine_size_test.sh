#!/bin/bash
# SPDX-License-Identifier: MIT
# How large the engine is in a kernel: code (.text) in bytes, of what of the engine's objects is reached from the kernel's own modules, and of
# the interpreter. The experiments that are linked into the measured images reach more; that is printed, too, and the constants,
# which are messages for the most part. The interpreter that watches (interpreter_watch.c) is in no kernel.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
ld=${CROSS:-x86_64-linux-gnu-}ld nm=${CROSS:-x86_64-linux-gnu-}nm size=${CROSS:-x86_64-linux-gnu-}size

# The objects of a list of sources and objects, as build.mk's lists are, that stand in these folders.
objects() { # LIST FOLDERS
    tr ' ' '\n' < "$1" | sed -nE 's,^(kernels/.*)\.[cS]$,build/guest/kernel/\1.o,; /^build.*\.o$/p' | sort -u |
        grep -E "^build/guest/kernel/($2)/"
}

# Links the engine's objects alone, keeping what the others name; prints bytes of code and of constants.
reached() { # OTHERS...
    local roots
    mapfile -t roots < <("$nm" -u "$@" | awk '$1 == "U" {print "--undefined=" $2}' | sort -u)
    "$ld" -r --gc-sections --undefined=interpreter_run "${roots[@]}" -o "$tmp/engine.o" "${engine[@]}" &&
        "$size" -G "$tmp/engine.o" | awk 'NR == 2 {print $1, $2}'
}

# The same of an image as it is linked, by where its functions come from.
in_image() { # IMAGE
    "$nm" -S -l -t d "$1" | awk '$3 ~ /^[tT]$/ && $5 ~ /\/?kernels\/engine\// {bytes += $2} END {print bytes + 0}'
}

for system in spin exo; do
    # Both merge, spin its guards and exo its filters in C; exo runs signed functions and composes loops, too.
    [ $system = spin ] && most=$((120 * 1024)) || most=$((128 * 1024))
    list=build/guest/$system.list
    mapfile -t engine < <(objects "$list" kernels/engine)
    mapfile -t others < <(objects "$list" 'kernels/[^/]*' | grep -v /kernels/engine/)
    read -r code constants < <(reached "${others[@]}")
    echo "$system: ${#engine[@]} objects" > "$tmp/out"
    verdict "$system: ${code:=none} bytes of engine, less than $most; and ${constants:=none} of constants" \
        test "${code/none/0}" -gt 20000 -a "${code/none/0}" -lt "$most"
    echo "# with what experiments reach: $(in_image "build/guest/$system.elf")"
done
