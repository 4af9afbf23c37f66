#!/bin/bash
# SPDX-License-Identifier: MIT
# spin's file systems on QEMU's disks: the checks of tests/kernel/spin/files, which are skipped where there is no disk. disk0
# is formatted as wfs, disk1 is an ext2 of mke2fs, which e2fsck finds clean afterwards, disk2's requests fail (blkdebug).
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/undefended.sh
. "$(dirname "$0")/../undefended.sh"
PATH=$PATH:/sbin:/usr/sbin

truncate -s 8M "$tmp/wfs"
truncate -s 8M "$tmp/bad"
truncate -s 16M "$tmp/ext2"
mke2fs -q -F -t ext2 -b 1024 "$tmp/ext2"
# The 4,096th sector can be neither read nor written.
for what in read write; do printf '[inject-error]\nevent = "none"\niotype = "%s"\nsector = "4096"\n' $what; done > "$tmp/bad.rules"

disk wfs "$tmp/wfs"
disk ext2 "$tmp/ext2"
plain=("${BOOT_DEVICES[@]}")
failing_disk bad "$tmp/bad" "$tmp/bad.rules"
BOOT_SECONDS=300 BOOT_MEMORY=512 checks "every check of files passes" spin 'files/*'
e2fsck -fn "$tmp/ext2" > "$tmp/e2fsck" 2>&1
status=$?
sed "s/^/# /" "$tmp/e2fsck"
verdict "e2fsck finds what ext2 wrote as it ought to be" [ $status -eq 0 ]

# Of what a device reads for a process the processor touches nothing; of what is in a cache, a copy.
expect "bytes that are touched are counted" 0 '' "$exospin" run files --systems spin --filter 'read_cold/.*fs:(wfs|ext2)$' --samples 4 --counters --no-build --quiet \
    --out "$tmp/counted"
touched() { jq -e --arg row "$1" --argjson bytes "$2" 'any(.benchmarks[]; .name == $row and .counters.data_bytes == $bytes)' "$tmp/counted/summary.json"; }
verdict "a block of wfs comes without a copy, but for the byte by which its page is made to be there" touched spin:files/read_cold/bytes:4096/fs:wfs 1
verdict "one of ext2 is copied once" touched spin:files/read_cold/bytes:4096/fs:ext2 4096

# Each attack comes to nothing because of one rule.
BOOT_SECONDS=100
BOOT_DEVICES=("${plain[@]}")
without() { # DEFENCE CHECK
    rm -f "$tmp/ext2" # one without a rule leaves what e2fsck would have to mend
    truncate -s 16M "$tmp/ext2"
    mke2fs -q -F -t ext2 -b 1024 "$tmp/ext2"
    fails_without spin "FILE_$1" "files/$2"
}
without GUARD a_file_system_is_called_for_its_own_volumes
without DEAD a_file_system_reaches_nothing_behind_its_volume_and_ends_if_it_loops
without BOUNDS a_file_system_reaches_nothing_behind_its_volume_and_ends_if_it_loops
without EPOCH a_block_that_comes_before_another_is_not_moved_behind_it
without VICTIM a_policy_that_answers_what_may_not_go_or_loops_is_replaced
without AHEAD a_policy_says_how_many_pages_are_read_at_once_within_bounds
without INTEGER an_integer_of_no_open_file_is_none_whoever_had_it_before
without WRITES what_was_opened_to_be_read_is_not_written
without MOUNTS processes_of_another_system_have_files_and_mount_nothing
without CLAIMED a_volume_that_is_there_is_not_mounted_again_nor_taken_while_it_is_used
without USED a_volume_that_is_there_is_not_mounted_again_nor_taken_while_it_is_used
without END what_is_behind_an_end_is_zeros_when_the_file_grows_again
without SEEN the_name_server_has_what_a_volume_has_for_who_may_read_it
without FILLS calls_reach_the_processs_own_memory_and_no_other
without HOLE what_is_behind_an_end_is_zeros_when_the_file_grows_again
without DOTS nobody_makes_removes_or_renames_a_directorys_dots
without ALONE volumes_that_come_or_go_at_once_get_a_place_each_and_go_once
without ENTERED a_volume_stays_for_who_opens_a_file_before_it_goes_and_for_no_other
without ROOT a_volume_stays_for_who_looks_up_a_file_of_it_in_the_name_server
without SHRUNK who_waits_for_bytes_gets_none_that_the_file_has_lost_meanwhile
without ONCE two_that_read_on_in_one_open_file_get_each_byte_once
without READER an_extension_reads_by_numbers_that_it_was_given
without INSIDE a_directory_does_not_come_to_lie_in_itself_however_deep_that_is
