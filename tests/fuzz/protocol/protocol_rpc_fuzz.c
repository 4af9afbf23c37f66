/* SPDX-License-Identifier: MIT */
/* Calls of any callers, in any order and as often: none happens twice, or after a later one, while
 * its caller is known. And who calls takes no reply but its own. */
#include <stdlib.h>
#include <string.h>

#include "protocol/rpc.h"

#define MUST(x)                                                                                    \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

enum { PLACES = 4, CALLERS = 16 };

static const uint8_t *input;
static size_t left;

static uint32_t take(void) {
    if (!left)
        return 0;
    left--;
    return *input++;
}

/* Of each caller: what ran last. */
static struct {
    bool known, done;
    uint32_t number, place;
} model[CALLERS];

static void called(struct rpc_callers *all) {
    const uint32_t who = take() % CALLERS, how = take();
    const uint32_t number = model[who].number + (how < 200 ? how % 5 - 2 : how << 24 | take());
    uint32_t which = PLACES;
    const enum rpc_verdict verdict = rpc_called(all, who, number, &which);
    MUST(which < PLACES);
    const bool known = model[who].known && model[who].place == which;
    if (!known) {
        /* Whose place it was is not known any more. */
        for (uint32_t i = 0; i < CALLERS; i++)
            model[i].known &= model[i].place != which;
        MUST(verdict == RPC_RUN);
    } else if (number == model[who].number) {
        MUST(verdict == (model[who].done ? RPC_REPEAT : RPC_IGNORE));
    } else {
        MUST(verdict == ((int32_t)(number - model[who].number) < 0 ? RPC_IGNORE : RPC_RUN));
    }
    if (verdict != RPC_RUN)
        return;
    model[who].known = true;
    model[who].place = which;
    model[who].number = number;
    model[who].done = take() & 1;
    if (model[who].done)
        rpc_ran(&all->caller[which]);
}

static void calls(void) {
    struct rpc_call c;
    const uint32_t tries = 1 + take() % 8, number = take();
    uint64_t now = 1, handle = take();
    uint32_t said = 1;
    rpc_begin(&c, handle, number, take(), now, 1 + take(), tries);
    while (c.tries) {
        const struct rpc_header h = {.handle = take(),
                                     .number = take(),
                                     .procedure = take(),
                                     .kind = (uint16_t)(take() % 4),
                                     .status = (uint16_t)take()};
        if (rpc_is_reply(&c, &h))
            MUST(h.kind == RPC_REPLY && h.handle == handle && h.number == number);
        now = c.at;
        said += rpc_again(&c, now);
        MUST(!c.tries || c.at > now);
    }
    MUST(said == tries);
}

static void message(void) {
    uint8_t bytes[RPC_HEADER], again[RPC_HEADER];
    struct rpc_header h;
    const uint32_t n = take() % (RPC_HEADER + 1);
    for (uint32_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)take();
    uint8_t *exact = malloc(n ? n : 1);
    memcpy(exact, bytes, n);
    if (rpc_get(exact, n, &h)) {
        rpc_put(again, &h);
        MUST(n == RPC_HEADER && !memcmp(again, bytes, RPC_HEADER));
    }
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct rpc_caller caller[PLACES] = {0};
    struct rpc_callers all = {.caller = caller, .count = PLACES};
    input = data;
    left = size;
    memset(model, 0, sizeof model);
    while (left)
        switch (take() % 8) {
        case 0:
            calls();
            break;
        case 1:
            message();
            break;
        default:
            called(&all);
        }
    return 0;
}
