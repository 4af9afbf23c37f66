/* SPDX-License-Identifier: MIT */
/* nested.c -- a page that is written is interrupted anywhere in being copied, or being made of
 * zeroes, and whoever comes in between writes it and another such page. */
#include "cases.h"
#include "sweep.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"

#define FIRST  ((volatile uint64_t *)0x600000000000)
#define SECOND ((volatile uint64_t *)0x600000001000)
/* The first and the second that share them. */
#define OTHERS ((volatile uint64_t *)0x600000002000)
#define WORDS  512u
#define DATA   (EXO_WRITE | EXO_NO_EXEC)

#define EARLIEST 1400u /* instructions of a fault, and some before and after it */

static uint64_t within, before,
    after; /* handlers that were interrupted; nothing was; all is done */

static void write_both(struct slice_registers *at) {
    (void)at;
    if (!uarea->trap_stack)
        within++;
    else if (FIRST[0] == 1)
        after++;
    else
        before++;
    FIRST[1] = 2;
    SECOND[1] = 3;
}

/* Both pages are the others' until they are written; or they are pages of zeroes. */
static bool prepare(bool copied) {
    struct exo_pages two[] = {{(uint64_t)FIRST, DATA | EXOS_ZERO, 1},
                              {(uint64_t)SECOND, DATA | EXOS_ZERO, 1}};
    for (unsigned i = 0; copied && i < 2; i++)
        two[i].entry = (exposed_entry((uint64_t)OTHERS + i * PAGE) & EXO_FRAME_OF) | EXO_PRESENT |
                       EXO_NO_EXEC | EXOS_COPIED;
    return exo_page_update(0, 0, 0, two, 2, 0) == 2;
}

static bool is_right(const volatile uint64_t *page, uint64_t first, uint64_t second, uint64_t n) {
    for (unsigned i = 2; i < WORDS; i++)
        if (page[i] != n * i)
            return false;
    return page[0] == first && page[1] == second;
}

static uint64_t sweep(bool copied) {
    uint64_t n = copied ? 1 : 0;
    within = before = after = 0;
    for (uint64_t early = 0; early < EARLIEST; early++) {
        MUST(prepare(copied));
        sweep_delay(early);
        FIRST[0] = 1;
        sweep_wait();
        MUST(is_right(FIRST, 1, 2, n) && is_right(SECOND, 0, 3, n));
        MUST(is_right(OTHERS, 0, 1, 1) && is_right(OTHERS + WORDS, 0, 1, 1));
    }
    MUST(before > 3 && within > 100 && after > 10);
    return 0;
}

/* A slice that ends anywhere in a yield: it yields once, and goes on. */
static uint64_t sweep_yield(void) {
    for (uint64_t early = 0; early < 100; early++) {
        sweep_delay(early);
        exo_env_yield(0);
        sweep_wait();
    }
    return 0;
}

uint64_t case_nested(void) {
    slice_handle();
    MUST(frames_map(0, 0, 0, (uint64_t)OTHERS, 2, DATA) == 0);
    for (unsigned i = 0; i < 2 * WORDS; i++)
        OTHERS[i] = i % WORDS;
    MUST(exos_map_zero((uint64_t)FIRST, 2, DATA) == 0);
    sweep_begin(write_both);
    uint64_t line = sweep(true);
    line = line ? line : sweep(false);
    return line ? line : sweep_yield();
}
