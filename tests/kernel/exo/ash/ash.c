/* SPDX-License-Identifier: MIT */
/* ash.c -- handlers at arrival: what they see and do, and what is refused. */
#include "ash.h"

#include "exo/libos/uarea.h"

#include "../../embed.h"
#include "exo/libos/frames.h"
#include "lib/string.h"

EMBED(tells, "tests/kernel/exo/ash/handler/tells.clang-O2.o");
EMBED(tells_gcc, "tests/kernel/exo/ash/handler/tells.gcc-O2.o");
EMBED(small, "tests/kernel/exo/ash/handler/small.clang-O2.o");
EMBED(beyond, "tests/kernel/exo/ash/handler/beyond.clang-O2.o");
EMBED(long_run, "tests/kernel/exo/ash/handler/long.clang-O2.o");
EMBED(endless, "tests/kernel/exo/ash/handler/endless.clang-O2.o");
EMBED(remembers, "tests/kernel/exo/ash/handler/remembers.clang-O2.o");

char handler_why[EXO_FUNCTION_TEXT];

long handler(unsigned slot, const uint8_t *object, const uint8_t *end, unsigned pages) {
    return exo_ash_set(EXO_ASH_HOW(slot, frame_at(page(REGION)), pages), object,
                       (uint64_t)(end - object), mine, handler_why);
}

long handler_tells(void) {
    return handler(0, tells, tells_end, 1);
}

long handler_small(void) {
    return handler(0, small, small_end, 1);
}

bool ash_begin(struct check *c, struct bound *b) {
    *b = (struct bound){0, 0};
    if (!net_begin(c))
        return false;
    b->filter = listen(1, ASH_TYPE);
    b->ash = handler_tells();
    if (b->filter <= 0 || b->ash <= 0 ||
        exo_ash_bind(0, (uint64_t)b->filter, (uint64_t)b->ash) != 0)
        check_fail(c, "filter %ld, handler %ld: %s", b->filter, b->ash, handler_why);
    return !c->failed;
}

void ash_end(struct check *c, const struct bound *b) {
    if (b->ash > 0)
        exo_ash_drop((uint64_t)b->ash);
    net_end(c);
}

CHECK(ash_first, "ash/a_handler_has_the_frame_first_and_what_it_declines_is_in_the_ring") {
    struct bound b;
    if (!ash_begin(c, &b))
        return;
    for (uint64_t i = 0; i < 8 && !c->failed; i++) {
        *tells_at(TELLS_ASKED) = i % 2 ? TELLS_TAKE : TELLS_DECLINE;
        CHECK_THAT(c, transmit(0, ASH_TYPE, 60 + 100 * i, i) == 0);
        settle();
        CHECK_THAT(c, *tells_at(TELLS_RUNS) == i + 1 && *tells_at(TELLS_BYTES) == 60 + 100 * i &&
                          *tells_at(TELLS_FROM) == 1);
        CHECK_THAT(c, i % 2 ? *word(i / 2 + 1) == 0 : received(i / 2, 60 + 100 * i, i));
    }
    CHECK_THAT(c, filter_seen(b.filter)->handled == 4 && filter_seen(b.filter)->declined == 4);
    CHECK_THAT(c, filter_seen(b.filter)->dropped == 0);
    CHECK_THAT(c, exo_ash_drop((uint64_t)b.ash) == 0);
    b.ash = handler(0, tells_gcc, tells_gcc_end, 2); /* another's id: not bound */
    *word(0) = *word(1) = 0;
    CHECK_THAT(c, b.ash > 0 && transmit(0, ASH_TYPE, 60, 9) == 0);
    settle();
    CHECK_THAT(c, *tells_at(TELLS_RUNS) == 8 && received(0, 60, 9));
    ash_end(c, &b);
}

CHECK(ash_answers, "ash/a_handler_answers_at_once") {
    struct bound b;
    if (!ash_begin(c, &b))
        return;
    long back = filter(0, 0, ASH_TYPE);
    CHECK_THAT(c, back > 0 && ring(0, 1, 4, 1, 2048) == 0);
    CHECK_THAT(c, exo_filter_bind(0, (uint64_t)back, 1) == 0);
    *tells_at(TELLS_ASKED) = TELLS_SEND;
    *tells_at(TELLS_ARGUMENT) = 1;
    for (uint64_t bytes = 60; bytes <= 1514 && !c->failed; bytes += 97) {
        *word(4) = 0;
        CHECK_THAT(c, transmit(0, ASH_TYPE, bytes, 3) == 0);
        settle();
        settle();
        CHECK_THAT(c, *tells_at(TELLS_RESULT) == 0 && *word(4) == (bytes | bytes << 32));
        CHECK_THAT(c, page(4)[20] == 0x77 && page(4)[bytes - 1] == (uint8_t)(93 + bytes - 1));
    }
    ash_end(c, &b);
}

CHECK(ash_proof, "ash/what_is_not_proven_is_refused") {
    struct bound b;
    if (!ash_begin(c, &b))
        return;
    const struct {
        const uint8_t *from, *to;
        const char *says;
    } bad[] = {{beyond, beyond_end, "bounds"},
               {long_run, long_run_end, "budget"},
               {endless, endless_end, "endless"},
               {remembers, remembers_end, "region"},
               {tells + 8, tells_end, ""}};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0] && !c->failed; i++) {
        long error = handler(0, bad[i].from, bad[i].to, 1);
        if (error != -E_BAD_IMAGE || !strstr(handler_why, bad[i].says))
            check_fail(c, "%u: %ld, %s", i, error, handler_why);
    }
    CHECK_THAT(c, handler(0, tells, tells_end, 0) == -E_INVALID);
    CHECK_THAT(c, handler(0, tells, tells_end, EXO_ASH_PAGES + 1) == -E_TOO_LONG);
    CHECK_THAT(c, handler(0, tells, tells + EXO_FUNCTION_BYTES + 1, 1) == -E_TOO_LONG);
    CHECK_THAT(c, handler(0, (void *)(EXO_TABLES - 8), (void *)EXO_TABLES, 1) == -E_FAULT);
    long beside = handler(0, beyond, beyond_end, 2); /* what it has it may write */
    CHECK_THAT(c, beside > 0 && exo_ash_drop((uint64_t)beside) == 0);
    ash_end(c, &b);
}

/* In the mutant it is the machine that is lost. */
CHECK(ash_ends, "ash/a_handler_that_does_not_end_never_runs") {
    struct bound b;
    if (!ash_begin(c, &b))
        return;
    long id = handler(0, endless, endless_end, 1);
    if (id > 0) {
        *tells_at(0) = 0;
        exo_ash_bind(0, (uint64_t)b.filter, (uint64_t)id);
        transmit(0, ASH_TYPE, 60, 1);
        settle();
    }
    CHECK_THAT(c, id == -E_BAD_IMAGE);
    ash_end(c, &b);
}

CHECK(ash_region, "ash/a_region_is_page_frames_that_its_holder_may_write") {
    const struct cap reads = {.rights = CAP_READ, .valid = 1};
    struct bound b;
    if (!ash_begin(c, &b))
        return;
    exo_cap_forge(0, HELD, foreign);
    exo_cap_forge(0, OTHER, reads);
    CHECK_THAT(c, handler(HELD, tells, tells_end, 1) == -E_PERM);
    CHECK_THAT(c, handler(OTHER, tells, tells_end, 1) == -E_PERM);
    CHECK_THAT(c, handler(EXO_CAPS, tells, tells_end, 1) == -E_PERM);
    CHECK_THAT(c, exo_ash_set(EXO_ASH_HOW(0, env_info()->frame_count, 1), tells,
                              (uint64_t)(tells_end - tells), none, NULL) == -E_PERM);
    CHECK_THAT(c, exo_ash_set(EXO_ASH_HOW(0, 0xffffffffffff, 2), tells,
                              (uint64_t)(tells_end - tells), none, NULL) == -E_PERM);
    CHECK_THAT(c, exo_ash_set(EXO_ASH_HOW(0, 256, 1), tells, (uint64_t)(tells_end - tells), none,
                              NULL) == -E_PERM); /* the kernel's */
    CHECK_THAT(c, exposed_frame(frame_at(page(REGION)))->pins == 1);
    ash_end(c, &b);
}

CHECK(ash_pins, "ash/the_frames_of_a_region_stay_when_their_owner_unmaps_them") {
    struct bound b;
    if (!ash_begin(c, &b))
        return;
    uint64_t frame = frame_at(page(REGION));
    const struct exo_pages one = {(uint64_t)page(REGION), 0, 1},
                           extra = {PAGES_AT + PAGES * PAGE, 0, 100};
    *tells_at(TELLS_ASKED) = TELLS_TAKE;
    exo_page_update(0, 0, 0, &one, 1, 0);
    CHECK_THAT(c, exposed_frame(frame)->references == 1 && exposed_frame(frame)->pins == 1);
    CHECK_THAT(c, frames_map(0, 0, 0, extra.at, 100, EXO_WRITE | EXO_NO_EXEC) == 0);
    CHECK_THAT(c, transmit(0, ASH_TYPE, 60, 1) == 0);
    settle();
    CHECK_THAT(c, filter_seen(b.filter)->handled == 1);
    for (unsigned i = 0; i < 100; i++)
        CHECK_THAT(c, frame_at(page(PAGES + i)) != frame);
    exo_page_update(0, 0, 0, &extra, 1, 0);
    ash_end(c, &b);
    CHECK_THAT(c, exposed_frame(frame)->references == 0);
}

CHECK(ash_lost, "ash/of_a_region_that_its_holder_may_not_write_any_more_no_handler_runs") {
    struct bound b;
    if (!ash_begin(c, &b))
        return;
    CHECK_THAT(c, exo_ash_drop((uint64_t)b.ash) == 0);
    CHECK_THAT(c, exo_acl_set(0, frame_at(page(REGION + 1)), 1, &mine, 1, 0) == 1);
    CHECK_THAT(c, exo_acl_set(0, frame_at(page(REGION)), 1, &mine, 1, 0) == 1);
    exo_cap_forge(0, HELD, mine);
    b.ash = handler(HELD, tells, tells_end, 1);
    CHECK_THAT(c, b.ash > 0 && exo_ash_bind(0, (uint64_t)b.filter, (uint64_t)b.ash) == 0);
    *tells_at(TELLS_ASKED) = TELLS_TAKE;
    CHECK_THAT(c, exo_acl_set(0, frame_at(page(REGION)), 1, &foreign, 1, 0) == 1);
    CHECK_THAT(c, transmit(0, ASH_TYPE, 60, 1) == 0);
    settle();
    CHECK_THAT(c, *tells_at(TELLS_RUNS) == 0 && received(0, 60, 1));
    CHECK_THAT(c, exo_acl_set(0, frame_at(page(REGION)), 1, &mine, 1, 0) == 1);
    CHECK_THAT(c, transmit(0, ASH_TYPE, 60, 1) == 0);
    settle();
    CHECK_THAT(c, *tells_at(TELLS_RUNS) == 1 && *word(1) == 0);
    ash_end(c, &b);
}

CHECK(ash_revoked, "ash/a_handler_ends_with_the_capability_of_its_region") {
    struct bound b;
    if (!ash_begin(c, &b))
        return;
    CHECK_THAT(c, exo_ash_drop((uint64_t)b.ash) == 0);
    CHECK_THAT(c, exo_acl_set(0, frame_at(page(REGION)), 1, &mine, 1, 0) == 1);
    exo_cap_forge(0, HELD, mine);
    b.ash = handler(HELD, tells, tells_end, 1);
    CHECK_THAT(c, b.ash > 0 && exo_ash_bind(0, (uint64_t)b.filter, (uint64_t)b.ash) == 0);
    long number = 0;
    do
        number = exo_cap_revoke(0, mine, number > 0 ? (uint64_t)number : 0);
    while (number > 0 || number == -E_AGAIN);
    uint64_t last = uarea->lost[(uarea->lost_count - 1) % EXO_LOST_WORDS];
    CHECK_THAT(c, last == ((uint64_t)b.ash << 8 | EXO_LOST_ASH));
    CHECK_THAT(c, exo_ash_drop((uint64_t)b.ash) == -E_NOT_FOUND);
    CHECK_THAT(c, transmit(0, ASH_TYPE, 60, 1) == 0);
    settle();
    CHECK_THAT(c, received(0, 60, 1)); /* in the ring */
    ash_end(c, &b);
}

/* Long frames of somebody else's and short ones, in each of the interface's buffers. */
CHECK(ash_clean, "ash/behind_a_frame_nothing_is_of_anothers") {
    struct bound b;
    if (!ash_begin(c, &b))
        return;
    long others = filter(0, 1, ASH_TYPE + 1);
    CHECK_THAT(c, others > 0);
    *tells_at(TELLS_ASKED) = TELLS_LOOK;
    for (unsigned i = 0; i < 99 && !c->failed; i++) {
        bool is_others = i % 3 == 0;
        CHECK_THAT(c, transmit(0, ASH_TYPE + is_others, is_others ? 300 : 60, i) == 0);
        settle();
        if (*tells_at(TELLS_RESULT))
            check_fail(c, "frame %u: %lu", i, *tells_at(TELLS_RESULT));
    }
    ash_end(c, &b);
}

/* A handler whose owner shuts it out of its region while others' messages and frames come, and lets
 * it in again. */
CHECK(ash_clean_shut, "ash/what_it_did_not_run_on_is_nothing_of_anothers_either") {
    uint8_t message[EXO_ASH_BYTES];
    struct bound b;
    if (!ash_begin(c, &b))
        return;
    const uint64_t region = frame_at(page(REGION));
    long others = handler_tells(), shut;
    memset(message, 0xff, sizeof message);
    CHECK_THAT(c, exo_acl_set(0, region, 1, &mine, 1, 0) == 1);
    exo_cap_forge(0, HELD, mine);
    shut = handler(HELD, tells, tells_end, 1);
    CHECK_THAT(c, others > 0 && shut > 0 && filter(0, 1, ASH_TYPE + 1) > 0);
    CHECK_THAT(c, exo_ash_bind(0, (uint64_t)b.filter, (uint64_t)shut) == 0);
    *tells_at(TELLS_ASKED) = TELLS_LOOK;
    exo_ash_message(0, (uint64_t)others, message, sizeof message);
    CHECK_THAT(c, exo_acl_set(0, region, 1, &foreign, 1, 0) == 1);
    CHECK_THAT(c, exo_ash_message(0, (uint64_t)shut, message, 0) == 0);
    CHECK_THAT(c, exo_acl_set(0, region, 1, &mine, 1, 0) == 1);
    CHECK_THAT(c, exo_ash_message(0, (uint64_t)shut, message, 0) == 1);
    CHECK_THAT(c, *tells_at(TELLS_RESULT) == 0);
    for (unsigned i = 0; i < 99 && !c->failed; i++) { /* in each buffer: others, shut out, in */
        bool is_others = i % 3 == 0, out = i % 3 == 2;
        exo_acl_set(0, region, 1, out ? &foreign : &mine, 1, 0);
        *word(0) = *word(1) = *word(2) = *word(3) = 0;
        CHECK_THAT(c, transmit(0, ASH_TYPE + is_others, is_others ? 300 : 60, i) == 0);
        settle();
        if (*tells_at(TELLS_RESULT))
            check_fail(c, "frame %u: %lu", i, *tells_at(TELLS_RESULT));
    }
    exo_ash_drop((uint64_t)others);
    exo_ash_drop((uint64_t)shut);
    ash_end(c, &b);
}

CHECK(ash_forged, "ash/a_handler_sends_nothing_that_its_owner_may_not") {
    const struct dpf_atom only = {.op = DPF_EQ, .bytes = 1, .offset = 20, .value = 0x78};
    struct bound b;
    if (!ash_begin(c, &b))
        return;
    uint64_t forged = nic_seen(1)->forged, out = nic_seen(1)->frames_out;
    *tells_at(TELLS_ASKED) = TELLS_SEND;
    *tells_at(TELLS_ARGUMENT) = 1;
    CHECK_THAT(c, exo_packet_template(0, 0, 1, &only, 1) == 0);
    CHECK_THAT(c, transmit(0, ASH_TYPE, 60, 1) == 0);
    settle();
    CHECK_THAT(c, *tells_at(TELLS_RESULT) == E_PERM && nic_seen(1)->forged == forged + 1);
    *tells_at(TELLS_ARGUMENT) = env_info()->nics;
    CHECK_THAT(c, transmit(0, ASH_TYPE, 60, 1) == 0);
    settle();
    CHECK_THAT(c, *tells_at(TELLS_RESULT) == E_NOT_FOUND && nic_seen(1)->frames_out == out);
    ash_end(c, &b);
}

CHECK(ash_floods, "ash/a_handler_has_few_frames_on_their_way") {
    struct bound b;
    if (!ash_begin(c, &b))
        return;
    *tells_at(TELLS_ASKED) = TELLS_SEND;
    *tells_at(TELLS_ARGUMENT) = ALONE; /* where they stay */
    for (unsigned i = 0; i < 12; i++) {
        CHECK_THAT(c, transmit(0, ASH_TYPE, 60, 1) == 0);
        settle();
        CHECK_THAT(c, *tells_at(TELLS_RUNS) == i + 1);
        CHECK_THAT(c, *tells_at(TELLS_RESULT) == (i < 8 ? 0 : E_FULL));
    }
    CHECK_THAT(c, nic_seen(1)->at_once == 1); /* frame before others have the processor */
    long second = handler_tells();            /* its owner's are counted together */
    CHECK_THAT(c, second > 0 && exo_ash_bind(0, (uint64_t)b.filter, (uint64_t)second) == 0);
    CHECK_THAT(c, transmit(0, ASH_TYPE, 60, 1) == 0);
    settle();
    CHECK_THAT(c, *tells_at(TELLS_RUNS) == 13 && *tells_at(TELLS_RESULT) == E_FULL);
    exo_ash_drop((uint64_t)second);
    CHECK_THAT(c, nic_seen(ALONE)->sending == 8);
    CHECK_THAT(c, exo_nic_reset(0, ALONE) == 0 && nic_seen(ALONE)->sending == 0);
    ash_end(c, &b);
}
