/* SPDX-License-Identifier: MIT */
/* cheetah_program.c -- Cheetah's cases (tests/unit/exo/cheetah) in an environment: its argument
 * says which. It ends with 0, or the line that found something else. */
#include "../../../unit/exo/cheetah/cases.h"

#include "exo/libos/yield.h"
#include "user/program.h"

uint64_t program_main(uint64_t which, uint64_t b, const char *words) {
    static int (*const cases[])(void) = {
#define CHEETAH_CASE(name) cheetah_##name,
        CHEETAH_CASES(CHEETAH_CASE)
#undef CHEETAH_CASE
    };
    (void)b, (void)words;
    slice_handle();
    return which < sizeof cases / sizeof *cases ? (uint64_t)cases[which]() : 1;
}
