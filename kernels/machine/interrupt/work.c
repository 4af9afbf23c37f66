/* SPDX-License-Identifier: MIT */
/* work.c -- see work.h. */
#include "machine/interrupt/work.h"

#include "machine/cpu/interrupt_flag.h"

#include <stddef.h>

/* The list, first to last; `end` is where the next one is linked in. Changed with
 * interrupts off. */
static struct work *first, **end = &first;
static void (*tell)(void);

void work_post(struct work *w) {
    bool on = interrupts_off(), was_empty = !first;
    if (!w->posted) {
        w->posted = true;
        w->next = NULL;
        *end = w;
        end = &w->next;
        if (was_empty && tell)
            tell();
    }
    interrupts_restore(on);
}

void work_withdraw(struct work *w) {
    bool on = interrupts_off();
    struct work **link = &first;
    while (*link && *link != w)
        link = &(*link)->next;
    if (*link) {
        *link = w->next;
        if (!*link)
            end = link;
        w->posted = false;
    }
    interrupts_restore(on);
}

/* Takes the first one, which may be posted again from here on; null: there is none. */
static struct work *take_first(void) {
    bool on = interrupts_off();
    struct work *w = first;
    if (w) {
        first = w->next;
        if (!first)
            end = &first;
        w->posted = false;
    }
    interrupts_restore(on);
    return w;
}

bool work_do(void) {
    bool any = false;
    for (struct work *w; (w = take_first()); any = true)
        w->fn(w->arg);
    return any;
}

bool work_is_posted(void) {
    return first;
}

void work_tell(void (*fn)(void)) {
    tell = fn;
}
