#!/bin/bash
# SPDX-License-Identifier: MIT
# Files on disks in ExOS: the checks of tests/kernel/exo/volumes.c, where the ends of requests have their moment and where the device says when; and
# each attack in an image without the rule that it comes to nothing by.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/undefended.sh
. "$(dirname "$0")/../undefended.sh"

truncate -s 16M "$tmp/plain"
BOOT_SECONDS=100
disk plain "$tmp/plain"
checks_by_both_clocks "files on disks are as other files" exo 'volume/*'

without() { # DEFENCE CHECK
    boot "exo-without-$1" exo "volume/$2" > "$tmp/out" 2>&1
    verdict "$2: fails without $1" bash -c "grep -Eq '^@X1 [0-9]+ plan ' $tmp/out && ! grep -Eq '^@X1 [0-9]+ check .*verdict=pass' $tmp/out"
}
without VOLUME_ALONE processes_share_descriptors_and_blocks_and_take_turns
without VOLUME_NODE an_old_descriptor_reads_no_other_file_and_what_comes_back_is_zero
without VOLUME_SHOWN memory_shows_the_very_frames_of_a_files_blocks
without VOLUME_MEND a_writer_that_is_killed_anywhere_leaves_a_file_system_that_is_sound
without VOLUME_TEXT all_processes_of_a_program_on_the_disk_have_the_registrys_frames
