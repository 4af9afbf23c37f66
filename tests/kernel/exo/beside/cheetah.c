/* SPDX-License-Identifier: MIT */
/* cheetah.c -- the web server: the program `cheetah` has its cases, a server with clients and a
 * wire in memory, in an environment beside this one. There is one without each of its rules. */
#include "beside.h"

#include "../../../unit/exo/cheetah/cases.h"
#include "measure/bench.h"

enum {
#define CHEETAH_CASE(name) CASE_##name,
    CHEETAH_CASES(CHEETAH_CASE)
#undef CHEETAH_CASE
};

#define KERNEL_FRAMES 256

static void run(struct check *c, unsigned which) {
    beside_run(c, "cheetah", which, KERNEL_FRAMES);
}

CHECK(cheetah_version, "cheetah/a_changed_file_is_served_as_it_is_with_its_sums") {
    run(c, CASE_version);
}

CHECK(cheetah_overwritten, "cheetah/an_answer_is_of_one_version_or_the_connection_is_reset") {
    run(c, CASE_overwritten);
}

CHECK(cheetah_untouched, "cheetah/no_byte_of_a_cached_file_is_touched") {
    run(c, CASE_untouched);
}

CHECK(cheetah_requests, "cheetah/requests_that_are_none_and_paths_with_dots_are_refused") {
    run(c, CASE_requests);
}

CHECK(cheetah_damaged, "cheetah/damaged_frames_are_none") {
    run(c, CASE_damaged);
}

CHECK(cheetah_flood, "cheetah/syns_that_nobody_sent_leave_place_for_others") {
    run(c, CASE_flood);
}

CHECK(cheetah_crowd, "cheetah/who_only_waits_makes_place") {
    run(c, CASE_crowd);
}

CHECK(cheetah_slow, "cheetah/who_takes_nothing_is_reset") {
    run(c, CASE_slow);
}

CHECK(cheetah_pages, "cheetah/requests_without_an_end_do_not_keep_all_pages") {
    run(c, CASE_pages);
}
