#!/bin/bash
# SPDX-License-Identifier: MIT
# exo's raw disks: the checks of tests/kernel/exo/disk with disks that work, that are read-only, and whose n-th request fails (blkdebug); where
# ends have their moment, and where the device says when; and each attack in an image without the rule that it comes to nothing by.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/undefended.sh
. "$(dirname "$0")/../undefended.sh"

for disk in plain fixed nth; do truncate -s 16M "$tmp/$disk"; done
for ((n = 0; n < 16; n++)); do printf '[inject-error]\nevent = "none"\niotype = "read"\nsector = "%d"\n' $(((n * 16 + n) * 8)); done > "$tmp/rules"
disk plain "$tmp/plain"
disk_over fixed "driver=raw,read-only=on,file.driver=file,file.filename=$tmp/fixed" ''
failing_disk nth "$tmp/nth" "$tmp/rules"
BOOT_SECONDS=100 checks_by_both_clocks "every check of disks passes" exo 'disk/*'

without() { # DEFENCE CHECK
    fails_without exo "DISK_$1" "disk/$2"
}
without RANGE what_there_is_not_is_refused_and_leaves_nothing
without QUOTA the_queue_and_what_was_done_are_there_to_be_read
without RIGHT blocks_are_whose_capability_begins_their_name
without RESET blocks_are_whose_capability_begins_their_name
without FRAME frames_and_words_are_the_callers_to_read_and_to_write
without PIN the_frames_of_a_request_stay_when_its_asker_dies_and_what_waits_is_not_done
without DEAD the_frames_of_a_request_stay_when_its_asker_dies_and_what_waits_is_not_done
without WORD who_lost_the_words_frame_is_told_nothing_there
without STILL what_waits_is_not_done_when_the_right_to_it_is_gone
pxn() { # DEFENCE CHECK
    fails_without exo "PXN_$1" "disk/$2"
}
pxn OWNER a_proxy_node_ends_with_its_maker
pxn LINEAGE what_is_taken_from_a_proxy_node_is_taken_from_all_made_of_it
pxn EXTENT what_is_taken_from_a_proxy_node_is_taken_from_all_made_of_it
pxn FROZEN who_may_only_read_makes_what_only_reads_and_never_changes
pxn ACL by_a_proxy_node_its_blocks_are_reached_as_its_list_says_and_no_others
pxn MAP two_share_a_free_map_and_none_takes_what_the_other_has
pxn ADD by_a_proxy_node_its_blocks_are_reached_as_its_list_says_and_no_others
pxn TOLD who_loses_blocks_is_told_at_its_next_slice_and_finds_which
pxn SHARE however_many_owners_lose_blocks_no_call_takes_long
pxn MODIFY by_a_proxy_node_its_blocks_are_reached_as_its_list_says_and_no_others
ash() { # DEFENCE CHECK
    fails_without exo "ASH_$1" "disk/$2"
}
ash RIGHT a_handler_reads_only_what_its_environment_may
ash FRAMES a_handler_reads_on_to_the_end_of_a_chain_and_no_further_than_its_frames
fails_without exo DISK_ONE_RIGHT disk/the_short_path_does_what_the_complete_one_does
fails_without exo DISK_ONE_FRAME disk/the_short_path_does_what_the_complete_one_does
