/* SPDX-License-Identifier: MIT */
/* ash_burst.c -- how long interrupts are off while frames for slow handlers arrive together, as the
 * kernel itself sees it, under the clock that counts instructions. */
#include "../../books_call.h"
#include "ash.h"

#include "../../embed.h"
#include "exo/libos/exposed.h"
#include "lib/error.h"
#include "lib/string.h"

EMBED(slow, "tests/kernel/exo/ash/handler/slow.clang-O2.o");
EMBED(divides, "tests/kernel/exo/ash/handler/divides.clang-O2.o");

enum { FRAMES = 3, MOST = 10000, ROUNDS = 20 };

static uint64_t longest(void) {
    return (uint64_t)syscall3(EXO_CALL_env_self, BOOKS_MAGIC, BOOKS_ARRIVALS, 0);
}

/* As many frames by one bell, each for another handler. */
static void burst(struct check *c) {
    struct exo_piece piece[FRAMES];
    uint64_t runs = *tells_at(TELLS_RUNS);
    for (unsigned i = 0; i < FRAMES; i++) {
        page(4 + i)[12] = ASH_TYPE >> 8;
        page(4 + i)[13] = (uint8_t)(ASH_TYPE + i);
        piece[i] = (struct exo_piece){physical_of(page(4 + i)), 60 | 1ul << 32};
    }
    const uint64_t how = EXO_PACKET_HOW(0, 0) | EXO_PACKET_TRAIN;
    CHECK_THAT(c, exo_packet_send_so(how, piece, FRAMES, 0) == FRAMES);
    settle();
    CHECK_THAT(c, *tells_at(TELLS_RUNS) == runs + FRAMES);
}

CHECK(ash_burst, "ash/of_frames_for_slow_handlers_that_come_together_one_is_taken_at_a_time") {
    long id[FRAMES] = {0};
    if (!strstr((const char *)env_info()->command_line, "clock=icount")) {
        check_skip(c, "the clock counts no instructions");
        return;
    }
    if (!net_begin(c))
        return;
    for (unsigned i = 0; i < FRAMES; i++) {
        long f = filter(0, 1, ASH_TYPE + i);
        id[i] = handler(0, slow, slow_end, 1);
        if (f <= 0 || id[i] <= 0 || exo_ash_bind(0, (uint64_t)f, (uint64_t)id[i]))
            check_fail(c, "filter %ld, handler %ld: %s", f, id[i], handler_why);
    }
    longest();
    for (unsigned i = 0; i < ROUNDS && !c->failed; i++)
        burst(c);
    uint64_t took = longest();
    if (took > MOST || took < MOST / 2)
        check_fail(c, "an interrupt takes %lu instructions", took);
    for (unsigned i = 0; i < FRAMES; i++)
        exo_ash_drop((uint64_t)id[i]);
    net_end(c);
}

/* 5,800 instructions of a handler's are 13,700 of the machine's where every seventh divides. */
CHECK(ash_divides, "ash/who_divides_may_do_less_else") {
    if (!net_begin(c))
        return;
    CHECK_THAT(c, handler(0, divides, divides_end, 1) == -E_BAD_IMAGE);
    CHECK_THAT(c, strstr(handler_why, "budget"));
    net_end(c);
}
