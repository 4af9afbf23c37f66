/* SPDX-License-Identifier: MIT */
/* pager.c -- memory larger than its frames, by policies of the application's choice. */
#include "files_cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/pager/pager.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exposed.h"
#include "exo/libos/revoke.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"

#define AREA  0x600000000000ul
#define SWAP  0x600040000000ul
#define PAGES 64ul
#define MOST  32ul

static struct pager p = {.at = AREA, .pages = PAGES, .swap = SWAP, .limit = MOST};
static uint64_t order[2 * PAGES], orders;
static pager_victim_fn *asked;

static volatile uint64_t *word(uint64_t page) {
    return (volatile uint64_t *)(AREA + page * PAGE + page * 8);
}

/* Notes whom the policy names. */
static uint64_t note(struct pager *of) {
    uint64_t victim = asked(of);
    if (orders < 2 * PAGES)
        order[orders++] = victim;
    return victim;
}

static uint64_t frames_had(void) {
    uint64_t n = 0;
    for (uint64_t i = 0; i < PAGES; i++)
        n += pager_has(&p, i);
    return n;
}

/* Twice the frames, written and read again. */
static uint64_t twice(pager_victim_fn *victim) {
    asked = victim;
    orders = 0;
    p.victim = note;
    MUST(pager_begin(&p) == 0);
    for (unsigned round = 0; round < 3; round++)
        for (uint64_t i = 0; i < PAGES; i++) {
            MUST(*word(i) == (round ? i + round : 0));
            *word(i) = i + round + 1;
            MUST(frames_had() <= MOST && frames_had() == p.resident);
        }
    MUST(p.faults > PAGES && p.outs && p.ins);
    return 0;
}

uint64_t case_pager(void) {
    static uint64_t clock[2 * PAGES];
    uint64_t line = twice(pager_clock);
    if (line)
        return line;
    for (unsigned i = 0; i < orders; i++)
        clock[i] = order[i];
    uint64_t faults = p.faults;
    pager_end(&p);
    MUST(!(exposed_entry(AREA) & EXO_PRESENT) && !(exposed_entry(SWAP) & EXO_PRESENT));
    if ((line = twice(pager_newest)))
        return line;
    /* Two policies, two orders; reading in circles the second faults less often. */
    unsigned same = 0;
    for (unsigned i = 0; i < 16; i++)
        same += clock[i] == order[i];
    MUST(same < 4 && p.faults < faults);
    /* A page that was only read is not written out again; one not written is one of zeroes. */
    MUST(pager_limit(&p, 1) && p.resident == 1 && pager_limit(&p, MOST));
    uint64_t outs = p.outs;
    for (uint64_t i = 0; i < PAGES; i++)
        MUST(*word(i) == i + 3);
    MUST(p.outs <= outs + 1);
    /* Fewer frames, all bytes; the frames that were taken are free. */
    uint64_t frame = (exposed_entry(AREA + p.newest * PAGE) & EXO_FRAME_OF) >> 12;
    MUST(pager_limit(&p, 4) && frames_had() == 4);
    MUST(pager_has(&p, p.newest) || exposed_frame(frame)->references == 0);
    for (uint64_t i = 0; i < PAGES; i++)
        MUST(*word(i) == i + 3);
    /* A child has what was there, wherever it was, and its own from then on. */
    struct exos_end end;
    long pid = exos_fork();
    if (pid == 0) {
        uint64_t wrong = 0;
        for (uint64_t i = 0; i < PAGES; i++)
            wrong += *word(i) != i + 3;
        for (uint64_t i = 0; i < PAGES; i++)
            *word(i) = 9;
        for (uint64_t i = 0; i < PAGES; i++)
            wrong += *word(i) != 9;
        exos_exit(wrong);
    }
    MUST(pid > 0 && exos_wait(&end) == pid && !end.killed && end.status == 0);
    for (uint64_t i = 0; i < PAGES; i++)
        MUST(*word(i) == i + 3);
    pager_end(&p);
    return 0;
}

/* Whether a copy of the area has its bytes. */
static bool is_whole(const uint64_t *copy) {
    for (uint64_t i = 0; i < PAGES * PAGE / 8; i++)
        if (copy[i] != (i % 512 == i / 512 ? i / 512 + 1 : 0))
            return false;
    return true;
}

/* The clock's victim; a slice ends behind its back, also when somebody has just asked. */
static uint64_t victim_and_slice(struct pager *of) {
    static unsigned n;
    uint64_t victim = pager_clock(of);
    if (n++ % 16 == 0 && n < 16 * (FILES_SLICES + 10))
        exo_env_yield(0);
    return victim;
}

/* Copies again and again, while somebody asks FILES_ASKED pages back. */
uint64_t case_give(void) {
    static uint64_t copy[PAGES * PAGE / 8];
    enum { HOT = 8, LIMIT = PAGES - 8 };
    p.victim = victim_and_slice;
    p.limit = LIMIT;
    MUST(pager_begin(&p) == 0);
    revoke_handle(pager_give, pager_lost);
    for (uint64_t i = 0; i < PAGES; i++)
        *word(i) = i + 1;
    volatile struct pager *now = &p; /* it changes where a slice begins */
    for (unsigned round = 0; now->limit == LIMIT && round < 10000; round++)
        for (uint64_t i = 0; i < PAGES * PAGE / 8; i++)
            copy[i] = ((volatile uint64_t *)AREA)[i];
    MUST(now->limit < LIMIT && is_whole(copy) && uarea->lost_count == 0);
    for (uint64_t i = 0; i < PAGES * PAGE / 8; i++)
        copy[i] = ((volatile uint64_t *)AREA)[i];
    MUST(is_whole(copy) && now->limit <= LIMIT - FILES_ASKED);
    MUST(now->resident == frames_had() && now->resident <= now->limit);
    /* What was used lately is not among those that go. */
    for (uint64_t i = 0; i < PAGES; i++)
        if (pager_has(&p, i))
            pager_unuse(&p, i, 1);
    for (uint64_t i = 0; i < HOT; i++)
        MUST(*word(i) == i + 1);
    uint64_t faults = now->faults;
    MUST(pager_give(now->resident - HOT - 2));
    for (uint64_t i = 0; i < HOT; i++)
        MUST(*word(i) == i + 1);
    MUST(now->faults == faults && now->resident == HOT + 2);
    return 0;
}
