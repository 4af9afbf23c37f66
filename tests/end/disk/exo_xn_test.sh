#!/bin/bash
# SPDX-License-Identifier: MIT
# exo's blocks under XN: the checks of tests/kernel/exo/xn, where the ends of requests have their moment and where the device says when; and each
# attack in an image without the rule that it comes to nothing by.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/undefended.sh
. "$(dirname "$0")/../undefended.sh"

for disk in plain second; do truncate -s 16M "$tmp/$disk"; done
for way in read:990 write:991; do
    printf '[inject-error]\nevent = "none"\niotype = "%s"\nsector = "%d"\n' "${way%:*}" $((${way#*:} * 8))
done > "$tmp/rules"
failing_disk plain "$tmp/plain" "$tmp/rules"
disk second "$tmp/second"
BOOT_SECONDS=100
checks_by_both_clocks "every check of XN's calls passes" exo 'xn/*' 'the%20clock%20counts%20no%20instructions'
checks "hostile calls on a disk and on blocks leave the books right" exo 'campaign/hostile*'
BOOT_SECONDS=20

without() { # DEFENCE CHECK
    fails_without exo "$1" "xn/$2"
}
also() { # a second attack on a rule
    without "$@"
}
without BLOCK_ACL a_frame_that_holds_a_block_is_nobodys_to_map_to_pin_or_to_change
without BLOCK_TAKE data_come_to_the_registry_by_who_may_write_them_and_nobody_else_can_then
without BLOCK_WRITER data_come_to_the_registry_by_who_may_write_them_and_nobody_else_can_then
without BLOCK_PINNED data_come_to_the_registry_by_who_may_write_them_and_nobody_else_can_then
without XN_MOUNT another_credential_neither_maps_nor_changes_nor_mounts
without XN_ROOT_OWNER another_credential_neither_maps_nor_changes_nor_mounts
without XN_PARTS_FIRST a_type_that_a_mount_could_not_import_stays_out_of_the_catalogue
without XN_LOCK what_a_killed_one_wrote_is_flushed_by_another_and_its_lock_is_gone
without XN_STALE what_was_read_is_seen_when_its_parent_vouches_for_it
without XN_SPECULATION what_was_read_is_seen_when_its_parent_vouches_for_it
without XN_EVICT_CLEAN clean_blocks_that_nobody_maps_are_free_memory_and_dirty_ones_never
without XN_EVICT_FLYING a_write_back_whose_asker_dies_ends_and_its_frame_stays_until_then
without XN_WRITTEN_AGAIN what_is_written_during_and_after_a_write_back_returns
without XN_REBIND_READ frames_become_other_blocks_untouched_by_who_may_read_and_modify
without XN_REBIND_MODIFY frames_become_other_blocks_untouched_by_who_may_read_and_modify
without XN_REBIND_MAPPED frames_become_other_blocks_untouched_by_who_may_read_and_modify
without XN_REBIND_DIRTY frames_become_other_blocks_untouched_by_who_may_read_and_modify
without XN_NEED_OWN which_block_is_needed_is_told_to_who_asked_and_to_nobody_else
without XN_IMPORT_VOLUME an_import_goes_on_in_its_own_volume_and_in_no_other
also ENV_NAMED a_block_is_mapped_for_another_environment_by_who_may_change_it
