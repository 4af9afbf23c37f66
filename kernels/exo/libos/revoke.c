/* SPDX-License-Identifier: MIT */
/* revoke.c -- see revoke.h. */
#include "exo/libos/revoke.h"

#include <stddef.h>

#include "exo/libos/slice_hooks.h"
#include "exo/libos/uarea.h"

static revoke_give *gives;
static revoke_lost *loses;
static uint64_t told; /* of uarea->lost_count */

static void tell(void) {
    uint64_t count = uarea->lost_count;
    if (count - told > EXO_LOST_WORDS) {
        loses(EXO_LOST_SOME, count - told);
        told = count;
    }
    for (; told < count; told++) {
        uint64_t word = uarea->lost[told % EXO_LOST_WORDS];
        loses(word & 0xff, word >> 8);
    }
}

void revoke_answer(void) {
    uint64_t asked = uarea->revoke_pages;
    if (asked && gives) {
        uint64_t given = gives(asked);
        uarea->revoke_pages = given < asked ? asked - given : 0;
    }
    if (uarea->lost_count != told && loses)
        tell();
}

static void begin(struct slice_hook *self, struct slice_registers *interrupted) {
    (void)self;
    (void)interrupted;
    revoke_answer();
}

void revoke_handle(revoke_give *give, revoke_lost *lost) {
    static struct slice_hook hook = {.fn = begin};
    if (!gives && !loses)
        slice_on_begin(&hook);
    gives = give;
    loses = lost;
    told = uarea->lost_count;
}
