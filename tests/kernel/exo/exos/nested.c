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
#include "exo/libos/time/timer.h"
#include "exo/libos/yield.h"
#include "machine/cpu/x86.h"

#define FIRST  ((volatile uint64_t *)0x600000000000)
#define SECOND ((volatile uint64_t *)0x600000001000)
/* The first and the second that share them. */
#define OTHERS ((volatile uint64_t *)0x600000002000)
#define WORDS  512u
#define DATA   (EXO_WRITE | EXO_NO_EXEC)

#define EARLIEST 1400u /* instructions of a fault, and some before and after it */

static uint64_t within, before,
    after; /* handlers that were interrupted; nothing was; all is done */

static volatile bool done;

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
    done = true;
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

/* --- At a handler's end, where registers are still on the stack of traps --- */

#define RUNS 16u

/* This program's own data that is not the handler's. */
static struct exo_protect data[RUNS];
static uint64_t data_runs, data_pages;

static void note_data(void) {
    struct exo_protect *run = 0;
    uint64_t at = (uint64_t)data & -PAGE;
    while (exposed_entry(at - PAGE) & EXO_WRITE)
        at -= PAGE;
    for (; exposed_entry(at); at += PAGE) {
        if (exposed_entry(at) & EXOS_OWN) {
            run = 0;
        } else if (run || data_runs < RUNS) {
            run = run ? run : &data[data_runs++];
            *run = (struct exo_protect){run->count ? run->at : at, run->count + 1, EXO_WRITE,
                                        EXOS_COPIED};
            data_pages++;
        }
    }
}

/* As in a process that was just forked, whatever a slice's end writes is still to be copied. */
static bool end_slice(uint64_t n) {
    sweep_delay(n);
    return exo_page_protect(0, 0, 0, data, data_runs, 0) == (long)data_pages;
}

static void fire(void) {
    write_both(0);
}

/* In a slice of this process's. */
static bool fire_timer(uint64_t n) {
    exo_env_yield(0);
    timer_set(rdtsc() + n, fire);
    return true;
}

static uint64_t interrupt(bool (*arm)(uint64_t n), uint64_t n) {
    done = false;
    MUST(prepare(true) && arm(n));
    FIRST[0] = 1;
    while (!done)
        __asm__ volatile("pause");
    MUST(is_right(FIRST, 1, 2, 1) && is_right(SECOND, 0, 3, 1));
    return 0;
}

#define LATEST  8000u /* the handler has ended long ago */
#define STEP    64u
#define LEAVING 100u /* instructions of the handler's end, and more */

/* The latest moment at which the handler is interrupted, and those about it, each. */
static uint64_t sweep_end(bool (*arm)(uint64_t n)) {
    uint64_t line = 0, n = LATEST;
    for (within = 0; !line && !within && n > 2 * STEP; n -= STEP)
        line = interrupt(arm, n);
    const uint64_t end = n - LEAVING;
    for (n += 2 * STEP, within = after = 0; !line && n > end; n--)
        line = interrupt(arm, n);
    MUST(line || (within > 30 && after > 3));
    return line;
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
    note_data();
    MUST(line || data_pages > 3);
    line = line ? line : sweep_end(end_slice);
    line = line ? line : sweep_end(fire_timer);
    return line ? line : sweep_yield();
}
