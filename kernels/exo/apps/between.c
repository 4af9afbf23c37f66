/* SPDX-License-Identifier: MIT */
/* between.c -- a bad network: what comes on one of two interfaces goes on by the other, but for
 * what a seed says that becomes of it (protocol/impair.h). Its words are numbers: seed, chances of
 * 10,000 that a frame is lost, comes twice, is overtaken, has a wrong bit; how many us one that is
 * overtaken waits at most; how many us each one takes. A word `impair=SEED,...` of the machine's,
 * the same with commas, comes before its own. As the first environment it is the program of an
 * archive (between.boot). It ends when a line comes on the console. */
#include "exo/apps/report.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/net/link.h"
#include "exo/libos/stubs.h"
#include "exo/libos/time/clock.h"
#include "exo/libos/time/sleep.h"
#include "exo/libos/yield.h"
#include "lib/string.h"
#include "protocol/bytes.h"
#include "protocol/impair.h"
#include "user/program.h"

#define LINK_AT 0x540000000000ul
#define FRAMES  64 /* of a direction, that wait */
#define LOOK_NS 1000000000ul
enum { SEED, DROP, TWICE, REORDER, CORRUPT, HOLD_US, SLOW_US, NUMBERS };

/* From interface `in` to the other. */
static struct direction {
    struct impair how;
    struct impair_queue queue;
    struct impair_waiting waiting[FRAMES];
    uint8_t frame[FRAMES][LINK_ROOM];
    uint32_t bytes[FRAMES]; /* 0: nothing waits there */
    uint64_t count, lost;
} directions[2];

static struct link links[2];

static const volatile struct exo_nic *nic(unsigned i) {
    return (const volatile struct exo_nic *)EXO_NIC + i;
}

/* --- What becomes of frames --- */

/* A copy of it waits, or there are too many. */
static void wait(struct direction *d, const uint8_t *frame, uint32_t bytes, uint64_t at,
                 const struct impair_fate *fate) {
    uint64_t i = 0;
    while (i < FRAMES && d->bytes[i])
        i++;
    if (i == FRAMES || !impair_wait(&d->queue, at, i)) {
        d->lost++;
        return;
    }
    memcpy(d->frame[i], frame, bytes);
    impair_flip(d->frame[i], fate);
    d->bytes[i] = bytes;
}

static void take(struct direction *d, struct link *from, uint64_t now) {
    const uint8_t *frame;
    uint32_t bytes;
    while ((frame = link_next(from, &bytes))) {
        const struct impair_fate fate = impair_fate(&d->how, d->count++, bytes);
        for (uint32_t i = 0; i < fate.copies; i++)
            wait(d, frame, bytes, now + fate.after[i], &fate);
        d->lost += !fate.copies;
        link_done(from);
    }
}

/* Sends what is due; when the next one is. */
static uint64_t send(struct direction *d, struct link *to, uint64_t now) {
    uint64_t i, next;
    uint8_t *head;
    while ((head = link_head(to)) && impair_due(&d->queue, now, &i, &next)) {
        memcpy(head, d->frame[i], d->bytes[i]);
        link_send(to, d->bytes[i], NULL, 0);
        d->bytes[i] = 0;
    }
    return head ? next : now;
}

/* --- The program --- */

/* Until a frame came on either, or that time. */
static void sleep(const uint64_t seen[2], uint64_t until) {
    const struct term terms[] = {
        {TERM_NE, 0, TERM_CONSTANT, seen[0]}, {TERM_OR, 0, 0, 1},
        {TERM_NE, 1, TERM_CONSTANT, seen[1]}, {TERM_OR, 0, 0, 2},
        {TERM_GE, 2, TERM_CONSTANT, until},   {TERM_OR, 0, 0, 3},
    };
    static uint8_t code[256];
    const struct exo_variable variables[] = {{(uint64_t)&nic(0)->frames_in, 0},
                                             {(uint64_t)&nic(1)->frames_in, 0},
                                             {(uint64_t)&env_info()->now, 0}};
    const long bytes = predicate_of_terms(terms, 6, 3, code, sizeof code);
    uint64_t tag;
    predicate_sleep(code, (size_t)bytes, variables, 3, &tag);
}

static bool have(unsigned i) {
    const struct dpf_atom ip = {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = ETHER_IP};
    const struct dpf_atom arp = {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = ETHER_ARP};
    void *at = (void *)(LINK_AT + i * 0x1000000ul);
    return !frames_map(0, 0, 0, (uint64_t)at, LINK_PAGES, EXO_WRITE | EXO_NO_EXEC) &&
           !link_begin(&links[i], i, i, 0, at) && !exo_packet_template(0, 0, i, NULL, 0) &&
           link_filter(&links[i], 0, &ip, 1) > 0 && link_filter(&links[i], 0, &arp, 1) > 0;
}

/* What the machine was booted with says, or the program's own words. */
static void read_words(const char *own, uint64_t number[NUMBERS]) {
    static char line[sizeof env_info()->command_line];
    static const char word[] = "impair=";
    for (size_t i = 0; i < sizeof line - 1; i++)
        line[i] = env_info()->command_line[i];
    const char *text = own;
    for (const char *c = line; *c; c++)
        if (!memcmp(c, word, sizeof word - 1) && (c == line || c[-1] == ' '))
            text = c + sizeof word - 1;
    for (unsigned i = 0; i < NUMBERS; i++) {
        for (number[i] = 0; *text >= '0' && *text <= '9'; text++)
            number[i] = number[i] * 10 + (uint64_t)(*text - '0');
        text += *text == ',' || *text == ' ';
    }
}

static void begin(struct direction *d, const uint64_t number[NUMBERS], unsigned in) {
    d->how = (struct impair){.seed = number[SEED] + in,
                             .hold = number[HOLD_US] * 1000,
                             .slow = number[SLOW_US] * 1000,
                             .drop = (uint16_t)number[DROP],
                             .twice = (uint16_t)number[TWICE],
                             .reorder = (uint16_t)number[REORDER],
                             .corrupt = (uint16_t)number[CORRUPT]};
    d->queue = (struct impair_queue){.waiting = d->waiting, .room = FRAMES};
}

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    uint64_t number[NUMBERS];
    (void)a, (void)b;
    slice_handle();
    read_words(words, number);
    for (unsigned i = 0; i < 2; i++) {
        begin(&directions[i], number, i);
        if (!have(i)) {
            report("between", "no interface", i);
            return 1;
        }
    }
    report("between", "passes on, seed", number[SEED]);
    for (;;) {
        const uint64_t seen[2] = {nic(0)->frames_in, nic(1)->frames_in};
        const uint64_t now = clock_ns(clock_now());
        uint64_t due = now + LOOK_NS;
        for (unsigned i = 0; i < 2; i++) {
            take(&directions[i], &links[i], now);
            const uint64_t next = send(&directions[i], &links[1 - i], now);
            due = next < due ? next : due;
        }
        if (due > now)
            sleep(seen, clock_ticks(due));
    }
}
