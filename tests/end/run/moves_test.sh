#!/bin/bash
# SPDX-License-Identifier: MIT
# No image and no program of ours moves more than eight bytes an instruction: on a clock of instructions wider moves would flatter us.
# (How many the moves take that there are, string/memory_is_moved_eight_bytes_an_instruction looks at.)
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

# wide FILE: its instructions that name a register or a store of more than eight bytes; all of its instructions are in $tmp/out. One that takes
# eight bytes from a general register moves no memory: it is how a row says that it uses the others.
wide() {
    "${CROSS:-x86_64-linux-gnu-}objdump" -d --no-show-raw-insn "$1" > "$tmp/out" &&
        grep -E '%[xyz]mm[0-9]|%mm[0-7]|movdir64b|movnt|maskmov' "$tmp/out" | grep -vE 'movq +%r[a-z0-9]+,%xmm[0-9]+$'
}
narrow() {
    ! wide "$1" && [ "$(wc -l < "$tmp/out")" -gt 1000 ]
}

cat > "$tmp/wide.c" << 'END'
typedef long pair __attribute__((vector_size(16)));
void move(pair *to, const pair *from) { *to = *from; }
END
"${CROSS:-x86_64-linux-gnu-}gcc" -O2 -c -o "$tmp/wide.o" "$tmp/wide.c"
verdict "a wide move is found where there is one" wide "$tmp/wide.o"
for image in exo exo-first spin spin-agent floor floor-user; do
    verdict "none in $image" narrow "build/guest/$image.elf"
done
echo 1..7
