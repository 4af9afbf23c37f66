/* SPDX-License-Identifier: MIT */
/* work.h -- what an interrupt's handler leaves for later, with interrupts on and outside of
 * whatever was interrupted. The machine keeps the list; the kernel above says which thread goes
 * through it, and when: a thread of its own, or each return to user mode. */
#ifndef MACHINE_WORK_H
#define MACHINE_WORK_H

#include <stdbool.h>

/* The poster's memory, for as long as it may be posted; fn and arg are the poster's to set. */
struct work {
    void (*fn)(void *arg);
    void *arg;
    struct work *next;
    bool posted;
};

/* Puts it at the list's end; nothing where it stands there already. From anywhere, handlers too. */
void work_post(struct work *w);
/* Takes it off the list, where it stands there. */
void work_withdraw(struct work *w);
/* Does what is posted, in order, what is posted meanwhile included, each with interrupts as the
 * caller has them. False: there was nothing. */
bool work_do(void);
bool work_is_posted(void);

/* Called, with interrupts off, when the list is no longer empty; null: nobody. */
void work_tell(void (*fn)(void));

#endif
