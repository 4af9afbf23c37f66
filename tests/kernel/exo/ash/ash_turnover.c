/* SPDX-License-Identifier: MIT */
/* ash_turnover.c -- handlers that are made, run and dropped: all that is in use is as before,
 * however often. tests/kernel/campaign handlers N does it N times. */
#include "../../books_call.h"
#include "../told.h"
#include "ash.h"

#include "exo/libos/frames.h"

enum { TIMES = 300 };

static bool one(uint64_t n) {
    const struct exo_ash_stage_of s[] = {{.kind = EXO_ASH_SUM}, {.kind = EXO_ASH_STORE}};
    long id = n % 2 ? handler_small() : handler_tells();
    uint64_t message[2] = {n, n};
    bool fine = id > 0 && exo_ash_pipe_set((uint64_t)id, n % EXO_ASH_PIPES, s, 2, NULL) == 0 &&
                exo_ash_message(0, (uint64_t)id, message, sizeof message) >= 0 &&
                (n % 3 || handler(0, (const uint8_t *)message, (const uint8_t *)(message + 2), 1) ==
                              -E_BAD_IMAGE);
    return exo_ash_drop((uint64_t)id) == 0 && fine;
}

CHECK(ash_turnover, "ash/handlers_come_and_go_and_all_is_as_before") {
    const struct exo_pages every = {PAGES_AT, 0, PAGES};
    uint64_t times[2] = {TIMES};
    told("handlers=", times);
    slice_handle();
    if (frames_map(0, 0, 0, PAGES_AT, PAGES, EXO_WRITE | EXO_NO_EXEC)) {
        check_skip(c, "the machine has too little memory");
        return;
    }
    *tells_at(TELLS_ASKED) = TELLS_TAKE;
    CHECK_THAT(c, one(0) && one(1));
    long before = syscall3(EXO_CALL_env_self, BOOKS_MAGIC, BOOKS_STATE, 0);
    for (uint64_t n = 0; n < times[0] && !c->failed; n++)
        if (!one(n))
            check_fail(c, "the %lu-th: %s", n, handler_why);
    CHECK_THAT(c, syscall3(EXO_CALL_env_self, BOOKS_MAGIC, BOOKS_STATE, 0) == before);
    syscall3(EXO_CALL_env_self, BOOKS_MAGIC, BOOKS_AGREE, 0);
    exo_page_update(0, 0, 0, &every, 1, 0);
}
