/* SPDX-License-Identifier: MIT */
/* switch_words.c -- see switch_words.h. */
#include "machine/thread/switch_words.h"

/* They make the two words of a switch differ, so that it asks thread_switch_others(). */
#define LEAVE_ASKS 8u
#define ENTER_ASKS 16u

void switch_words_set(struct thread *t, uint32_t registers) {
    bool asks = t->fs_base || t->space || (registers && !cpu_features.xsave);
    t->leave = registers | (asks ? LEAVE_ASKS : 0);
    t->enter = registers | (asks ? ENTER_ASKS : 0);
}

void thread_switch_others(struct thread *from, struct thread *to) {
    fpu_switch(from, to);
    space_switch(from, to);
}
