#!/bin/bash
# SPDX-License-Identifier: MIT
# Each attack of tests/kernel/spin/containment.c and its like comes to nothing because of one defence: in an image that was built without
# it, its check fails, or the kernel ends or never comes back.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

# shellcheck source=tests/end/undefended.sh
. "$(dirname "$0")/../undefended.sh"

without() { # DEFENCE CHECK
    fails_without spin "$@"
}

# Loops; native code that loops.
without BOUNDED containment/a_handler_that_does_not_end_is_not_loaded
without FUEL verified/a_handler_is_terminated_at_the_authoritys_bound
without TIME containment/native_code_that_loops_is_cut_when_its_time_is_used_up
# Hoarding of memory, strands, events, guards; leaked references.
without QUOTA containment/who_wants_more_memory_than_its_quota_is_not_loaded
without QUOTA containment/who_hoards_strands_has_its_quota_and_others_have_theirs
without QUOTA containment/who_hoards_events_has_its_quota
without QUOTA containment/ten_thousand_guards_on_a_shared_event_end_at_the_quota
without CELLS cells/who_leaks_cells_has_its_quota_and_others_have_theirs
without QUOTA account/who_installs_an_asynchronous_handler_is_charged_for_its_strand
# Blocking inside a handler; recursion through events; what is bound together.
without EPHEMERAL containment/what_may_block_is_no_handler_where_there_is_a_bound
without COST raise/handlers_stay_within_the_cost_that_raisers_were_told
without STACK raise/a_handler_that_raises_its_own_event_ends_where_the_stack_does
without STACK raise/two_that_raise_each_other_end_where_the_stack_does
# Failing and faulting handlers; exceptions through the dispatcher.
without QUOTA containment/a_handler_that_fails_at_each_raise_is_withdrawn
without NET verified/a_trap_of_a_handler_ends_its_raise_with_an_exception
without LANDING verified/a_trap_of_a_handler_ends_its_raise_with_an_exception
without LANDING verified/what_a_handler_acted_as_is_over_when_it_fails
# A policy that is tightened: bindings, result and default handlers, links, schedulers and pagers.
without POLICY security/a_binding_that_a_new_policy_does_not_allow_is_withdrawn
without POLICY security/result_and_default_handlers_go_with_what_allowed_them
without POLICY security/a_link_that_a_new_policy_does_not_allow_ends_with_its_extension
without POLICY security/schedulers_and_pagers_go_when_a_new_policy_does_not_allow_them
# Unloading while it is active.
without DRAIN loader/a_raise_that_has_yet_to_come_to_an_extension_still_finds_its_code
