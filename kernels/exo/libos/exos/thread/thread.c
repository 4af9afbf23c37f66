/* SPDX-License-Identifier: MIT */
/* thread.c -- see thread.h. */
#include "exo/libos/exos/thread/thread.h"

#include "exo/libos/exos/exos.h"

/* thread_switch.S: the registers that a call keeps go on the stack, whose top goes to *from, and
 * others are taken from the other one. And where a new thread begins. */
void thread_switch(uint64_t *from, uint64_t to);
void thread_first(void);
_Noreturn void thread_run(void);

#define KEPT 6 /* registers that thread_switch takes */

static struct thread first = {.next = &first}, *self = &first;

struct thread *thread_self(void) {
    return self;
}

static void switch_to(struct thread *t) {
    struct thread *from = self;
    self = t;
    if (t->fs != from->fs)
        exos_set_fs(t->fs);
    thread_switch(&from->rsp, t->rsp);
}

void thread_yield(void) {
    if (self->next != self)
        switch_to(self->next);
}

void thread_begin(struct thread *t, void *stack, size_t bytes, uint64_t fs, void (*fn)(void *arg),
                  void *arg) {
    uint64_t *top = (uint64_t *)(((uint64_t)stack + bytes) & -16ul) - (KEPT + 2);
    for (unsigned i = 0; i < KEPT; i++)
        top[i] = 0;
    top[KEPT] = (uint64_t)thread_first;
    *t = (struct thread){(uint64_t)top, fs, fn, arg, false, self->next};
    self->next = t;
}

void thread_run(void) {
    self->fn(self->arg);
    self->done = true;
    struct thread *before = self;
    while (before->next != self)
        before = before->next;
    before->next = self->next;
    switch_to(self->next);
    __builtin_unreachable();
}

void thread_join(const struct thread *t) {
    while (!t->done)
        thread_yield();
}
