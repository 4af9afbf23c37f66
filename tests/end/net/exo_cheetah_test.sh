#!/bin/bash
# SPDX-License-Identifier: MIT
# Each rule of Cheetah is needed: without it the check of what it is for fails.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
: "${tmp:?expect.sh makes it}"
# shellcheck source=tests/end/boots.sh
. "$(dirname "$0")/../boots.sh"
BOOT_MEMORY=128

checks "Cheetah does as its page says" exo 'cheetah/*'

without() { # DEFENCE CHECK
    boot "exo-without-CHEETAH_$1" exo "cheetah/$2" > "$tmp/out" 2>&1
    verdict "$2: fails without $1" bash -c "grep -Eq '^@X1 [0-9]+ plan ' $tmp/out && ! grep -Eq '^@X1 [0-9]+ check .*verdict=pass' $tmp/out"
}
without HALF_OPEN syns_that_nobody_sent_leave_place_for_others
without DISPLACE who_only_waits_makes_place
without PATIENCE_ENDS who_takes_nothing_is_reset
without PAGES requests_without_an_end_do_not_keep_all_pages
without VERSION an_answer_is_of_one_version_or_the_connection_is_reset
without STRETCH a_changed_file_is_served_as_it_is_with_its_sums
without CHECKSUM damaged_frames_are_none
