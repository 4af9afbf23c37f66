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

# Time.
without EXCESS slice/who_never_heeds_its_slices_end_loses_slices_and_then_its_life

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
