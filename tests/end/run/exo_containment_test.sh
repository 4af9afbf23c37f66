#!/bin/bash
# SPDX-License-Identifier: MIT
# Each attack of tests/kernel/exo comes to nothing because of one rule (kernels/exo/defence.h).
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
: "${tmp:?expect.sh makes it}"
# shellcheck source=tests/end/undefended.sh
. "$(dirname "$0")/../undefended.sh"

without() { # DEFENCE CHECK
    fails_without exo "$@"
}

# Frames and page tables: by the complete path, and by the short one.
without PT_EXECUTE page/entries_that_no_environment_may_have_are_refused
without PT_TOP page/entries_that_no_environment_may_have_are_refused
without PT_BITS page/of_an_entry_the_kernel_sets_what_is_its_own_and_leaves_the_librarys
without PT_OPENS page/a_frame_that_the_capability_does_not_open_is_refused
without PT_CLAIM page/a_frame_is_claimed_only_by_a_capability_with_the_rights_of_the_mapping
without PT_COPY page/a_claimed_frame_holds_what_was_asked_for
without PT_FREE page/a_claimed_frame_holds_what_was_asked_for
without PT_WRITE page/a_frame_that_the_capability_does_not_open_is_refused
without PT_RUN page/a_run_of_frames_does_not_begin_anew_behind_the_last_number
without FRAME_CLEAR page/a_frame_of_another_comes_cleared
without RESERVE page/the_last_frames_are_the_kernels
without ONE_EXECUTE page/the_short_path_does_what_the_complete_one_does
without ONE_TOP page/entries_that_no_environment_may_have_are_refused
without ONE_BITS page/of_an_entry_the_kernel_sets_what_is_its_own_and_leaves_the_librarys
without ONE_OPENS page/a_frame_that_the_capability_does_not_open_is_refused
without ONE_RIGHTS page/a_frame_is_claimed_only_by_a_capability_with_the_rights_of_the_mapping
without ONE_FLUSH page/what_is_no_more_writable_faults_at_once
without TABLE_BUSY page/a_table_is_freed_when_it_is_empty_and_its_frames_appear_free
without TABLE_FLUSH page/a_table_is_freed_when_it_is_empty_and_its_frames_appear_free
without TABLE_TOP page/no_table_of_the_kernels_or_of_another_is_freed
without QUOTA page/tables_are_charged
without ENV_NAMED page/no_table_of_the_kernels_or_of_another_is_freed

# Time.
without EXCESS slice/who_never_heeds_its_slices_end_loses_slices_and_then_its_life
without EXCESS_POSITION late/time_after_the_end_of_a_slice_that_was_given_away_is_the_positions
without LAST_SLICE late/who_gives_its_last_position_away_does_not_keep_the_processor
without SLOT_RIGHT slice/a_position_is_changed_by_whom_its_list_allows
without TERMS_RIGHT terms/what_is_no_terms_or_not_the_callers_is_refused
without BUDGET terms/a_hog_with_a_tenth_gets_a_tenth_and_is_told_of_each_time_out
without KEEPS terms/who_sleeps_long_keeps_what_his_position_keeps_and_no_more
without TIMER_OWN terms/the_timer_of_one_that_gave_its_slice_away_interrupts_nobody
without YIELD_LATE terms/two_that_hand_each_other_the_slice_from_their_epilogues_get_no_more
without YIELD_READY yield/an_id_of_nobody_is_refused_and_no_register_tells_of_the_kernel
without YIELD_CLEARS yield/a_slice_begins_with_every_register_0
without UPCALL_ONCE upcall/a_trap_in_the_handler_nests_and_unwinds
without UPCALL_ENTRY upcall/an_entry_that_is_no_address_is_the_end_of_user_space
without VECTORS vectors/what_one_leaves_in_them_another_never_sees
without RESTART_CALLS restart/only_a_quick_call_has_a_mode
without CLONE_RIGHT clone/of_one_that_is_not_the_callers_none_is_made_nor_more_than_there_may_be
without CLONE_ENDS clone/of_one_that_is_not_the_callers_none_is_made_nor_more_than_there_may_be
without CLONE_FLUSH clone/the_u_area_of_one_that_ended_is_nobodys

# Reflection, and what one environment leaves of itself in the processor.
without REFLECT_SWITCH reflect/calls_of_one_are_not_reflected_to_another
without REFLECT_TRANSFER reflect/a_transfer_brings_each_environment_its_own_way_in
without REFLECT_ENTRY reflect/an_entry_that_is_no_address_of_ours_is_a_fault_of_ours
without FS_END vectors/the_base_of_fs_of_one_that_ended_stays_in_no_other

# Control transfer.
without TRANSFER_READY transfer/who_takes_none_or_is_busy_or_not_there_gets_none
without TRANSFER_TAKES transfer/who_takes_none_or_is_busy_or_not_there_gets_none
without TRANSFER_ENTRY transfer/an_entry_that_is_no_address_of_a_users_is_refused
without TRANSFER_LATE transfer/in_a_slice_that_is_over_it_waits_for_the_next
without TRANSFER_ID transfer/a_message_comes_back_as_its_servers_reply
without TRANSFER_WORDS transfer/sixteen_words_go_along_and_not_one_more
without TRANSFER_REPLY transfer/only_who_was_asked_may_reply
without TRANSFER_ONCE transfer/only_who_was_asked_may_reply

# Message rings and batches.
without RING_FRAME ring/pages_that_are_not_the_receivers_to_write_are_refused
without RING_WRITE ring/pages_that_are_not_the_receivers_to_write_are_refused
without RING_ACL ring/what_its_holder_may_not_write_any_more_takes_nothing
without RING_PIN ring/its_frames_stay_its_own_when_they_are_unmapped
without RING_SENDER ring/only_whom_the_receiver_allows_may_send
without RING_FROM ring/a_flood_is_told_that_the_ring_is_full_and_takes_no_memory
without RING_FULL ring/a_flood_is_told_that_the_ring_is_full_and_takes_no_memory
without BATCH_CALLS batch/calls_that_are_no_quick_ones_are_in_none
without BATCH_ERROR batch/the_first_error_ends_it_and_nothing_behind_it_is_made
without BATCH_TIME batch/it_stops_when_it_has_taken_long_enough
without PIN_HELD predicate/a_frame_that_only_pins_hold_is_not_pinned_again
without FRAME_KERNEL page/what_the_kernel_had_in_a_frame_is_cleared_for_who_had_it_before
without TRANSFER_NUMBER reflect/a_transfer_brings_each_environment_its_own_way_in

# Capabilities and access lists.
without FORGE_NAME caps/what_is_made_of_a_capability_is_dominated_by_it
without FORGE_RIGHTS caps/what_is_made_of_a_capability_is_dominated_by_it
without FORGE_GRANT caps/what_is_made_of_a_capability_is_dominated_by_it
without SLOT_0 caps/slot_0_takes_complete_capabilities_only
without OFFER_TO caps/an_offer_is_taken_by_whom_it_is_for_while_its_maker_has_the_right
without OFFER_KEY caps/an_offer_is_taken_by_whom_it_is_for_while_its_maker_has_the_right
without ACL_RIGHTS acl/each_word_of_a_longer_list_opens_a_frame_for_what_it_says
without ACL_MODIFY acl/a_list_is_changed_by_whom_it_permits_to_and_its_first_word_by_its_owner
without ACL_OWNER acl/a_list_is_changed_by_whom_it_permits_to_and_its_first_word_by_its_owner
without ACL_WORDS acl/no_word_of_a_user_is_a_name_of_the_kernels_lists
without ACL_QUOTA acl/lists_end_at_the_quota_of_who_makes_them_and_outlive_him
without LIMIT acl/a_frame_has_no_more_mappings_and_writers_than_its_limits_say
without PIN acl/a_pinned_frame_stays_until_it_is_unpinned

# Revocation.
without REVOKE caps/only_what_is_below_a_complete_capability_is_revoked_by_it
without REVOKED_COPY caps/no_copy_is_made_of_what_is_being_revoked_and_whoever_tries_ends_it
without REVOKED_PAGES caps/what_is_revoked_is_gone_everywhere_with_the_pages_it_brought
without REVOKED_PREDICATE caps/a_predicate_ends_with_the_capability_of_a_variable
without REVOKED_PIN caps/a_pin_ends_with_the_capability_that_opens_its_frame
without REVOKED_RING caps/a_ring_ends_with_the_capability_of_its_pages
without REVOKED_NAME caps/who_gets_a_revoked_name_anew_sees_nothing_of_who_had_it
without REVOKED_DEAD caps/nor_of_who_had_it_and_has_ended
without REVOKE_TIME reclaim/an_environment_is_asked_by_whom_it_must_heed_and_has_its_time
without REVOKE_DELAY reclaim/an_environment_is_asked_by_whom_it_must_heed_and_has_its_time
without REVOKE_OWED reclaim/what_is_owed_is_taken_and_noted_and_no_more
without REVOKE_LEAST reclaim/the_guaranteed_minimum_is_taken_by_an_end_only
without REVOKE_HOME clone/of_one_pins_are_taken_and_no_page_of_who_it_shares_with
without REVOKE_KEPT reclaim/the_guaranteed_minimum_is_taken_by_an_end_only

# The campaign of hostile calls finds by itself that some are not there.
for d in PT_OPENS LIMIT PIN SLOT_RIGHT VECTORS FRAME_CLEAR; do
    BOOT_SECONDS=100 boot exo "exo-without-$d" 'campaign/hostile* campaign=1:40' > "$tmp/out" 2>&1
    verdict "hostile calls find that there is no $d" grep -Eq '^@X1 [0-9]+ fault where=' "$tmp/out"
done

# ExOS: rules of the library, which is another in the archive.
without_exos() { # DEFENCE CHECK
    boot exo exo "$2" > "$tmp/out" 2>&1
    verdict "$2" grep -Eq "^@X1 [0-9]+ check .*verdict=pass" "$tmp/out"
    boot "exo-without-$1" exo "$2" > "$tmp/out" 2>&1
    verdict "$2: fails without $1" bash -c "grep -Eq '^@X1 [0-9]+ plan ' $tmp/out && ! grep -Eq '^@X1 [0-9]+ check .*verdict=pass' $tmp/out"
}
without_exos LEAVING exos/a_fault_within_a_fault_at_each_instruction_leaves_all_pages_right
without_exos LEAVING_TIMER exos/a_fault_within_a_fault_at_each_instruction_leaves_all_pages_right
without_exos YIELDS exos/a_fault_within_a_fault_at_each_instruction_leaves_all_pages_right
without_exos YIELDS exos/a_slice_that_ends_anywhere_in_a_call_or_its_reply_does_no_harm
without_exos BURY exos/a_process_killed_at_any_point_of_a_fork_or_an_exec_gives_all_back
without_exos WATCH_COPIES exos/a_word_that_is_waited_for_keeps_its_frame_whenever_its_process_forks
without_exos WATCH_FORK exos/a_word_that_is_waited_for_keeps_its_frame_whenever_its_process_forks
without_exos FORK_FS exos/a_child_has_its_parents_base_of_fs_and_modes_of_floating_point
without_exos FORK_MODES exos/a_child_has_its_parents_base_of_fs_and_modes_of_floating_point
without_exos LOCK_DEAD exos/a_lock_of_a_killed_holder_is_taken_over_and_says_so
without_exos FILES_SWEEP files/a_killed_process_holds_no_file_and_no_lock
without_exos FILES_LIMITS files/who_spoils_what_processes_share_makes_nobody_fault
without_exos MAP_PRIVATE files/memory_of_zeroes_of_children_and_of_files_has_the_rights_it_is_given
without_exos MAP_KEEPS files/memory_of_zeroes_of_children_and_of_files_has_the_rights_it_is_given
without_exos PAGER_BUSY files/pages_that_are_asked_back_in_a_copy_are_given_and_the_copy_completes
without_exos METHOD_CLEAR method/a_caller_never_sees_its_page_nor_in_a_slices_end_or_trap_its_registers
without_exos PIPES_OWNER exos/a_protected_pipe_is_not_spoilt_by_whoever_does_not_have_it

# The list itself: of these rules and those of disks and XN, which other tests attack. An image without two rules, or a rule without an attack,
# would show nothing.
attacked() { # FILE: the rules that it attacks
    sed -nE 's/^(fails_)?without[a-z_]* (exo )?([A-Z0-9_]+) .*/\3/p' "$1" | sort -u
}
prefixed() { # PREFIX WORD FILE: those whose names are written without their beginning
    sed -nE "s/^$2 ([A-Z0-9_]+) .*/$1_\1/p" "$3" | sort -u
}
disk=tests/end/disk/exo_disk_test.sh unit=tests/unit/exo/xn
{
    attacked "$0"
    attacked tests/end/run/exo_net_test.sh
    attacked tests/end/run/exo_ash_test.sh
    attacked tests/end/net/exo_sockets_test.sh
    prefixed CHEETAH without tests/end/net/exo_cheetah_test.sh
    attacked tests/end/disk/exo_xn_test.sh
    attacked tests/end/disk/exo_cache_test.sh
    attacked tests/end/disk/exo_volume_test.sh
    prefixed DISK without "$disk"
    prefixed PXN pxn "$disk"
    prefixed ASH ash "$disk"
    sed -nE 's/^fails_without exo ([A-Z0-9_]+) .*/\1/p' "$disk" | sort -u
    prefixed XN without tests/end/tools/xn_rules_test.sh
    sed -nE 's/^((CFFS|ALFS)_[A-Z0-9_]+) .*/\1/p' tests/crash/mutants
    grep -oE 'RULE\(XN_[A-Z0-9_]+' "$unit/exo_xn_crash_test.c" | sed 's/.*(//' | sort -u
    sed -nE 's/^NEEDED\((XN_[A-Z0-9_]+),.*/\1/p' "$unit/exo_xn_orders_test.c" | sort -u
} | sort > "$tmp/attacked"
grep -rhoE 'DEFENDED\([A-Z0-9_]+\)' kernels/exo --include=*.[chS] | sed -E 's/.*\((.*)\)/\1/' | sort -u > "$tmp/asked"
sort -u "$tmp/attacked" | comm -23 "$tmp/asked" - > "$tmp/out"
verdict "each rule that a source names is attacked" test ! -s "$tmp/out"
uniq -d "$tmp/attacked" > "$tmp/out"
verdict "in one test" test ! -s "$tmp/out"
cut -d' ' -f1 build/rules/exo | uniq -d > "$tmp/out"
verdict "each rule has a number of its own" test ! -s "$tmp/out"
