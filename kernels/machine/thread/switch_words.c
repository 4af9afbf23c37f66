/* SPDX-License-Identifier: MIT */
/* switch_words.c -- see switch_words.h. */
#include "machine/thread/switch_words.h"

/* They make the two words of a switch differ, so that it asks thread_switch_others(). */
#define LEAVE_ASKS_FPU   8u
#define ENTER_ASKS_FPU   16u
#define LEAVE_ASKS_SPACE 32u
#define ENTER_ASKS_SPACE 64u
#define SPACE_ALONE      (LEAVE_ASKS_SPACE | ENTER_ASKS_SPACE)

void switch_words_set(struct thread *t, uint32_t registers) {
    bool fpu = t->fs_base || (registers && !cpu_features.xsave);
    t->leave = registers | (fpu ? LEAVE_ASKS_FPU : 0) | (t->space ? LEAVE_ASKS_SPACE : 0);
    t->enter = registers | (fpu ? ENTER_ASKS_FPU : 0) | (t->space ? ENTER_ASKS_SPACE : 0);
}

void thread_switch_others(struct thread *from, struct thread *to) {
    if ((from->leave | to->enter) & ~SPACE_ALONE)
        fpu_switch(from, to);
    space_switch(from, to);
}
