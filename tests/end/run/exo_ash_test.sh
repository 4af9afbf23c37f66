#!/bin/bash
# SPDX-License-Identifier: MIT
# exo's handlers at arrival: the checks of tests/kernel/exo/ash with two interfaces on a wire and one alone on its own, and each attack in an
# image without the rule that it comes to nothing by.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
: "${tmp:?expect.sh makes it}"
# shellcheck source=tests/end/undefended.sh
. "$(dirname "$0")/../undefended.sh"

nic a 0 1
nic b 0 1
nic alone 1 1
BOOT_SECONDS=100 checks "every check of handlers passes" exo 'ash/*'

without() { # DEFENCE CHECK
    fails_without exo "$1" "ash/$2"
}
without ASH_WRITE a_region_is_page_frames_that_its_holder_may_write
without ASH_PIN the_frames_of_a_region_stay_when_their_owner_unmaps_them
without ASH_REGION what_is_not_proven_is_refused
without ASH_BOUND what_is_not_proven_is_refused
without ASH_ENDS a_handler_that_does_not_end_never_runs
without ASH_DIVIDES who_divides_may_do_less_else
without NET_ONE of_frames_for_slow_handlers_that_come_together_one_is_taken_at_a_time
without ASH_VARIABLES what_is_not_proven_is_refused
without ASH_CLEAN any_frames_are_handled_once_by_whose_they_are_and_change_nothing_else
without ASH_CLEAN behind_a_frame_nothing_is_of_anothers
without ASH_DEAD of_one_that_has_ended_nothing_runs_any_more
without REVOKED_ASH a_handler_ends_with_the_capability_of_its_region
without ASH_ACL of_a_region_that_its_holder_may_not_write_any_more_no_handler_runs
without ASH_CHARGED a_flood_on_a_handler_takes_its_owners_slices_and_no_others
without NET_TIME a_flood_that_nobody_wants_takes_nobodys_share
without ASH_OWN a_handler_is_bound_and_dropped_by_its_owner_only
without ASH_SENDER messages_come_from_whom_its_owner_allows_and_are_handled_at_once
without ASH_FORGED a_handler_sends_nothing_that_its_owner_may_not
without ASH_SENDS a_handler_has_few_frames_on_their_way
without ASH_CLEAN what_it_did_not_run_on_is_nothing_of_anothers_either
without PIPE_REGISTERS a_stage_leaves_the_loops_registers_alone
without PIPE_COST stages_that_are_no_pipe_are_refused
