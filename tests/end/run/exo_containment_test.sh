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
