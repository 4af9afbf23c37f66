#!/bin/bash
# SPDX-License-Identifier: MIT
# What libraries of exo make of blocks in core: memory whose pages go to a disk, in a machine that has half as much memory as is used; and each
# attack in an image without the rule that it comes to nothing by.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/undefended.sh
. "$(dirname "$0")/../undefended.sh"

truncate -s 128M "$tmp/disk"
disk disk "$tmp/disk"
BOOT_MEMORY=40 BOOT_SECONDS=100 checks_by_both_clocks "memory is twice what the machine has, and pages go to a disk" exo 'pager/*'

# Of the library: the archive has another program.
without_exos() { # DEFENCE CHECK
    boot exo exo "$2" > "$tmp/out" 2>&1
    verdict "$2" grep -aEq "^@X1 [0-9]+ check .*verdict=pass" "$tmp/out"
    boot "exo-without-$1" exo "$2" > "$tmp/out" 2>&1
    verdict "$2: fails without $1" bash -c "grep -aEq '^@X1 [0-9]+ plan ' $tmp/out && ! grep -aEq '^@X1 [0-9]+ check .*verdict=pass' $tmp/out"
}
without_exos PAGER_FRAME pager/two_page_beside_each_other_and_the_blocks_of_the_dead_are_free
without_exos PAGER_OWNER pager/two_page_beside_each_other_and_the_blocks_of_the_dead_are_free
