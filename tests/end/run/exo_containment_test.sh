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
