/* SPDX-License-Identifier: MIT */
/* loop.h -- an event loop: functions that are called when a word of memory has changed. Between
 * events the processor goes to workers (stride.h); without any the environment sleeps, by a
 * predicate that is a sum of all that it waits for. */
#ifndef EXO_LIBOS_LOOP_H
#define EXO_LIBOS_LOOP_H

#include <stdint.h>

struct event {
    const volatile uint64_t *word;
    uint64_t seen; /* what it was when fn was called last */
    void (*fn)(struct event *e);
    struct event *next;
};

/* e->fn is called each time that *e->word is found to be other than e->seen, which it is from now
 * on. The word is where a predicate may read: in the u-area, or exposed, or in memory that the
 * capability in slot 0 opens. */
void loop_add(struct event *e);
/* Runs for ever, or until loop_stop(). A negative result: the kernel's error for the predicate. */
long loop_run(void);
void loop_stop(void);

#endif
