/* SPDX-License-Identifier: MIT */
/* ash_any.c -- frames of any bytes and lengths to handlers, of this environment, which runs, and of
 * another, which does not: each is handled by whose filter it is, once; what is answered, declined
 * and piped is what came, byte for byte, and nothing else changes.
 *
 *   ashes=FRAMES:SEED    as a boot word; tests/kernel/campaign ashes FRAMES SEED */
#include "../told.h"
#include "ash_others.h"

#include "lib/string.h"

enum { FRAMES = 3000, LONGEST = 1514, GUARD = 0x5a, MOST_OF_OTHERS = 20 };
enum { SENT = 2, BACK = 4, PIPED = 2048, STORED = 1536 }; /* pages, and bytes of the region */
enum { OTHERS, MINE, NOBODYS }; /* whose a frame is, and its type less ASH_TYPE */

static uint32_t seed;
static volatile uint64_t *region[NOBODYS];
static long ids[NOBODYS], back[NOBODYS];
static uint64_t runs[NOBODYS + 1];
static uint64_t answers;

static uint32_t draw(uint32_t below) {
    seed = seed * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)seed * below >> 32);
}

static void guard(void) {
    memset(page(0), GUARD, PAGE);
    memset(page(BACK), GUARD, PAGE);
    memset(page(REGION) + PIPED, GUARD, PAGE - PIPED);
}

static bool is_guarded(const uint8_t *from, const uint8_t *end) {
    while (from < end && *from == GUARD)
        from++;
    return from == end;
}

/* Whose it is to be, mostly somebody's; with some other bytes, which tell: a frame of the other's
 * has none above MOST_OF_OTHERS but its type, and those of all others are above it. */
static void make(uint8_t *frame, uint32_t bytes, unsigned whose) {
    for (unsigned n = draw(20); n; n--)
        frame[draw(bytes)] =
            (uint8_t)(whose == OTHERS ? draw(MOST_OF_OTHERS + 1) : 128 + draw(128));
    const unsigned type = whose == NOBODYS ? ASH_TYPE + NOBODYS + draw(1000) : ASH_TYPE + whose;
    frame[12] = (uint8_t)(type >> 8);
    frame[13] = (uint8_t)type;
}

/* What EXO_ASH_SUM makes of it, whose last word is filled by zeroes. */
static uint64_t sum_of(const uint8_t *data, uint32_t bytes) {
    uint64_t sum = 0;
    for (uint32_t at = 0; at < bytes; at += 8) {
        uint64_t word = 0;
        memcpy(&word, data + at, bytes - at < 8 ? bytes - at : 8);
        sum += word;
        sum += sum < word;
    }
    return sum;
}

static void ask(volatile uint64_t *r, uint64_t does) {
    r[TELLS_ASKED] = does;
    r[TELLS_ARGUMENT] = does == TELLS_SEND; /* the interface, or the pipe */
    r[TELLS_STATE] = 0;
}

/* Whether the handler did what it was asked. */
static bool is_done(unsigned whose, uint64_t does, const uint8_t *frame, uint32_t bytes) {
    const volatile uint64_t *r = region[whose];
    const uint64_t arrived = bytes | (uint64_t)bytes << 32;
    const bool stored = does == TELLS_DECLINE && whose == MINE; /* the other has no ring */
    if (r[TELLS_FROM] != 1 || r[TELLS_BYTES] != bytes ||
        (bytes > 20 && r[TELLS_FIRST] != frame[20]))
        return false;
    if (*word(0) != (stored ? arrived : 0) || *word(BACK) != (does == TELLS_SEND ? arrived : 0))
        return false;
    if (stored)
        return !memcmp(page(0), frame, bytes) && is_guarded(page(0) + bytes, page(1));
    if (does == TELLS_SEND) {
        uint8_t *answer = page(BACK);
        if (bytes > 20 && answer[20] == 0x77)
            answer[20] = frame[20];
        return !r[TELLS_RESULT] && !memcmp(answer, frame, bytes) &&
               is_guarded(answer + bytes, answer + PAGE);
    }
    if (does == TELLS_PIPE) {
        const uint8_t *to = page(REGION) + PIPED;
        return r[TELLS_RESULT] == 1 && r[TELLS_STATE] == sum_of(frame + 14, bytes - 14) &&
               !memcmp(to, frame + 14, bytes - 14) && is_guarded(to + bytes - 14, to + STORED);
    }
    /* Of six bytes behind it, where handlers do not write, none is of anybody else's. */
    return does != TELLS_LOOK || whose != OTHERS || bytes <= 20 ||
           r[TELLS_RESULT] <= 6 * MOST_OF_OTHERS;
}

static void one(struct check *c, uint64_t number) {
    const unsigned whose = draw(8) ? draw(NOBODYS) : NOBODYS;
    uint8_t *frame = page(SENT + (whose == OTHERS)) + draw(PAGE - LONGEST);
    const uint32_t bytes = draw(4) ? NIC_LEAST + draw(LONGEST - NIC_LEAST + 1) : 60 - draw(20);
    const uint64_t does = (const uint64_t[]){TELLS_DECLINE, TELLS_TAKE, TELLS_SEND, TELLS_LOOK,
                                             TELLS_PIPE}[draw(whose == MINE ? 5 : 4)];
    const struct exo_piece piece = {physical_of(frame), bytes};
    const uint64_t in = nic_seen(1)->frames_in, nobody = nic_seen(1)->nobody;
    const uint64_t came_back = nic_seen(0)->frames_in + (whose != NOBODYS && does == TELLS_SEND);
    if (whose != NOBODYS)
        ask(region[whose], does);
    *word(0) = *word(BACK) = 0;
    make(frame, bytes, whose);
    guard();
    CHECK_THAT(c, exo_packet_send(0, 0, &piece, 1, 0) == 0);
    for (unsigned i = 0;
         i < 10000 && (nic_seen(1)->frames_in == in || nic_seen(0)->frames_in < came_back); i++)
        exo_null();
    runs[whose]++;
    answers += whose != NOBODYS && does == TELLS_SEND;
    CHECK_THAT(c, nic_seen(1)->frames_in == in + 1 && nic_seen(0)->frames_in == came_back);
    CHECK_THAT(c, nic_seen(1)->nobody == nobody + (whose == NOBODYS));
    CHECK_THAT(c, region[MINE][TELLS_RUNS] == runs[MINE] &&
                      region[OTHERS][TELLS_RUNS] == runs[OTHERS]);
    if (whose != NOBODYS && !is_done(whose, does, frame, bytes))
        check_fail(c, "frame %lu of %u bytes, whose %u: asked for %lu, result %lu", number, bytes,
                   whose, does, region[whose][TELLS_RESULT]);
    frame[12] = frame[13] = 1;
}

/* All frames are somebody's, or nobody's. */
static void count(struct check *c, uint64_t frames) {
    const volatile struct exo_filter *own = filter_seen(ids[MINE]),
                                     *theirs = filter_seen(ids[OTHERS]);
    CHECK_THAT(c, runs[MINE] + runs[OTHERS] + runs[NOBODYS] == frames);
    CHECK_THAT(c, own->packets == runs[MINE] && own->handled + own->declined == runs[MINE]);
    CHECK_THAT(c, theirs->packets == runs[OTHERS] &&
                      theirs->handled + theirs->declined == runs[OTHERS]);
    CHECK_THAT(c, own->dropped == 0 && theirs->dropped == theirs->declined);
    CHECK_THAT(c, filter_seen(back[MINE])->packets + filter_seen(back[OTHERS])->packets == answers);
    CHECK_THAT(c, answers && own->declined && theirs->declined && runs[NOBODYS]);
}

static void begin(struct check *c, uint64_t id, long ash) {
    static const struct exo_ash_stage_of pipe[] = {{.kind = EXO_ASH_SUM}, {.kind = EXO_ASH_STORE}};
    other_show(id);
    region[MINE] = tells_at(0);
    region[OTHERS] = THEIRS;
    memset(page(SENT), 128, PAGE);
    ids[MINE] = filter(0, 1, ASH_TYPE + MINE);
    ids[OTHERS] = (long)other_said(id, ASH_SAYS_FILTER);
    CHECK_THAT(c, ids[MINE] > 0 && ids[OTHERS] > 0);
    CHECK_THAT(c, exo_packet_template(0, id, 1, NULL, 0) == 0);
    CHECK_THAT(c, exo_ash_pipe_set((uint64_t)ash, 0, pipe, 2, NULL) == 0);
    CHECK_THAT(c, ring(0, 0, 0, 1, 2048) == 0 && ring(0, 1, BACK, 1, 2048) == 0);
    CHECK_THAT(c, exo_filter_bind(0, (uint64_t)ids[MINE], 0) == 0);
    CHECK_THAT(c, exo_ash_bind(0, (uint64_t)ids[MINE], (uint64_t)ash) == 0);
    for (unsigned i = 0; i < NOBODYS; i++) {
        back[i] = filter(0, 0, ASH_TYPE + i);
        CHECK_THAT(c, back[i] > 0 && exo_filter_bind(0, (uint64_t)back[i], 1) == 0);
    }
}

CHECK(ash_any, "ash/any_frames_are_handled_once_by_whose_they_are_and_change_nothing_else") {
    uint64_t campaign[2] = {FRAMES, 14};
    if (!others_begin(c))
        return;
    told("ashes=", campaign);
    seed = (uint32_t)campaign[1];
    const uint64_t id = other_new(c, TELLS_TAKE, false, none);
    const long ash = handler_tells();
    if (ash > 0)
        begin(c, id, ash);
    for (uint64_t n = 0; n < campaign[0] && !c->failed; n++)
        one(c, n);
    if (!c->failed)
        count(c, campaign[0]);
    other_hide();
    other_bury(id);
    CHECK_THAT(c, ash > 0 && exo_ash_drop((uint64_t)ash) == 0);
    net_end(c);
}
