/* SPDX-License-Identifier: MIT */
/* exo-server.c -- the environment that answers frames on interface 1, in one of three ways. The
 * lower half of its argument is the way, the upper half who asks. */
#include "exo-handler.h"

#include "exo/libos/ash/ash_answers.h"
#include "exo/libos/frames.h"
#include "exo/libos/net/link.h"
#include "exo/libos/stubs.h"
#include "exo/libos/time/sleep.h"
#include "exo/libos/yield.h"
#include "lib/string.h"
#include "user/program.h"

#define AT     ((void *)0x560000000000)
#define REGION 0x570000000000ul

static struct link link;

static bool handle(uint64_t filter) {
    uint64_t bytes = (uint64_t)(ash_answer_end - ash_answer);
    if (frames_map(0, 0, 0, REGION, 1, EXO_WRITE | EXO_NO_EXEC))
        return false;
    long id = exo_ash_set(EXO_ASH_HOW(0, link_physical((void *)REGION) >> 12, 1), ash_answer, bytes,
                          (struct cap){0}, NULL);
    return id > 0 && !exo_ash_bind(0, filter, (uint64_t)id);
}

/* What is there goes back. */
static void answer(void) {
    const uint8_t *frame;
    uint32_t bytes;
    while ((frame = link_next(&link, &bytes))) {
        uint8_t *out = link_head(&link);
        const struct exo_piece piece = {link_physical(out), bytes};
        memcpy(out, frame, bytes);
        ether_answer(out);
        link_done(&link);
        exo_packet_send(1, 0, &piece, 1, 0); /* no other is answered before it has gone */
    }
}

/* It sleeps until its filter has got frames that it has not looked for. */
static volatile uint64_t looked_for;

static const volatile uint64_t *got(uint64_t filter) {
    return &((const volatile struct exo_filter *)EXO_FILTER)[filter % EXO_FILTERS].packets;
}

/* With a handler: never. */
static bool wake_by(uint64_t filter, bool ever) {
    static const struct term terms[] = {{TERM_NE, 0, 1, 0}, {TERM_OR, 0, 0, 1}};
    const struct exo_variable v[] = {{ever ? (uint64_t)got(filter) : (uint64_t)&looked_for, 0},
                                     {(uint64_t)&looked_for, 0}};
    uint8_t code[128];
    long bytes = predicate_of_terms(terms, 2, 2, code, sizeof code);
    return !exo_predicate_set(code, (size_t)bytes, v, 2, 0, NULL);
}

uint64_t program_main(uint64_t argument, uint64_t b, const char *words) {
    const struct dpf_atom atom = {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = FRAME_TYPE};
    enum answers_by by = argument & 0xffffffff;
    (void)b, (void)words;
    if (frames_map(0, 0, 0, (uint64_t)AT, LINK_PAGES, EXO_WRITE | EXO_NO_EXEC) ||
        link_begin(&link, 1, 0, 0, AT) || exo_packet_template(0, 0, 1, NULL, 0))
        return 1;
    long filter = link_filter(&link, 0, &atom, 1);
    if (filter < 0 || (by == BY_ASH && !handle((uint64_t)filter)))
        return 1;
    slice_handle();
    if (by != BY_PROCESS && !wake_by((uint64_t)filter, by == BY_UPCALL))
        return 1;
    for (;;) {
        if (by == BY_PROCESS)
            exo_env_yield(argument >> 32);
        else
            exo_env_sleep();
        looked_for = *got((uint64_t)filter);
        answer();
    }
}
