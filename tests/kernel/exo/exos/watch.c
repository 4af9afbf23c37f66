/* SPDX-License-Identifier: MIT */
/* watch.c -- a word that this process waits for, in a page that a child has, too: forked before the
 * predicate is set, or after. */
#include "exo/libos/exos/memory/watch.h"

#include "cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exposed.h"
#include "exo/libos/ipc/message_ring.h"
#include "exo/libos/time/sleep.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"

#define AREA ((volatile uint64_t *)0x600000000000)

enum { TAG_WORD = 1, TAG_TIME };

/* Waits for the word to be another than 0, but not long. */
static long wait_for(const volatile uint64_t *word) {
    static uint8_t code[EXO_PREDICATE_BYTES];
    static char text[EXO_FUNCTION_TEXT];
    uint64_t until = __builtin_ia32_rdtsc() + env_info()->tsc_hz / 500;
    const struct exo_variable variables[] = {{(uint64_t)word, 0}, {(uint64_t)&env_info()->now, 0}};
    const struct term terms[] = {{TERM_NE, 0, TERM_CONSTANT, 0},
                                 {TERM_OR, 0, 0, TAG_WORD},
                                 {TERM_GE, 1, TERM_CONSTANT, until},
                                 {TERM_OR, 0, 0, TAG_TIME}};
    long bytes = predicate_of_terms(terms, 4, 2, code, sizeof code);
    return exos_predicate_set(code, (uint64_t)bytes, variables, 2, 0, text);
}

static uint64_t tag(void) {
    do
        exo_env_sleep();
    while (!uarea->predicate_tag);
    return uarea->predicate_tag;
}

/* A child that is there, and sees nothing of what its parent writes. */
static long child(void) {
    uint64_t parent = exos_getpid();
    long pid = exos_fork();
    if (pid == 0) {
        exo_env_yield(exos_env(parent));
        exos_exit(AREA[0] == 0 && AREA[1] == 7 ? (AREA[0] = 3) : 1);
    }
    return pid;
}

static bool saw_its_own(long pid) {
    struct exos_end end;
    return exos_wait(&end) == pid && !end.killed && end.status == 3 && AREA[0] == 1;
}

/* Messages that a child sends arrive, whatever its parent writes there after the fork. */
static uint64_t ring(void) {
    struct exo_message *at = (struct exo_message *)AREA;
    const uint64_t words[EXO_RING_WORDS] = {4711}, parent = (uint64_t)exo_env_self();
    struct exos_end end;
    struct ring r;
    exos_map_zero((uint64_t)at, 1, EXO_WRITE | EXO_NO_EXEC);
    watch((uint64_t)at);
    MUST(ring_begin(&r, 0, at, 1, process_cap()) == 0);
    long pid = exos_fork();
    if (pid == 0) {
        while (!at[1].word[0])
            exo_env_yield(parent);
        exos_exit(1);
    }
    at[1].word[0] = 1;
    MUST(exo_ring_send(0, parent, words) == 0 && ring_look(&r) && ring_look(&r)->word[0] == 4711);
    MUST(exos_kill((uint64_t)pid) == 0 && exos_wait(&end) == pid && end.killed);
    MUST(exo_ring_set(0, 0, 0, process_cap()) == 0 && exos_unmap((uint64_t)at, 1) == 0);
    return 0;
}

uint64_t case_watch(void) {
    slice_handle();
    uint64_t line = ring();
    if (line)
        return line;
    for (unsigned after = 0; after < 2; after++) {
        exos_map_zero((uint64_t)AREA, 1, EXO_WRITE | EXO_NO_EXEC);
        AREA[1] = 7;
        long pid = after ? 0 : child();
        MUST(wait_for(AREA) == 0);
        pid = after ? child() : pid;
        MUST(pid > 0 && exo_env_yield(exos_env((uint64_t)pid)) == 0);
        AREA[0] = 1;
        MUST(tag() == TAG_WORD);
        MUST(saw_its_own(pid));
        AREA[0] = 0;
        MUST(tag() == TAG_TIME);
    }
    return 0;
}
