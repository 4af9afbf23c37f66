/* SPDX-License-Identifier: MIT */
/* user.c -- see user.h. */
#include "machine/user/user.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/context.h"
#include "machine/cpu/current.h"
#include "machine/cpu/segment.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "machine/user/user_move.h"

/* What user code may choose of its flags. */
#define USER_RFLAGS (RFLAGS_STATUS | RFLAGS_TF | RFLAGS_DF | RFLAGS_AC | RFLAGS_ID)

void user_frame_init(struct trap_frame *f, vaddr_t rip, vaddr_t rsp, bool interrupts) {
    *f = (struct trap_frame){
        .rip = rip,
        .cs = USER_CODE,
        .rflags = RFLAGS_FIXED | (interrupts ? RFLAGS_IF : 0),
        .rsp = rsp,
        .ss = USER_DATA,
    };
}

void user_frame_sanitise(struct trap_frame *f) {
    f->cs = USER_CODE;
    f->ss = USER_DATA;
    f->rflags = (f->rflags & (USER_RFLAGS | RFLAGS_IF)) | RFLAGS_FIXED;
    if (f->rip >= USER_TOP)
        f->rip = USER_TOP;
}

void user_enter(struct trap_frame *f) {
    user_frame_sanitise(f);
    cli();
    trap_load_frame(f);
}

/* The user_run that is under way on a thread, and what the thread's stack for entries
 * and its innermost catch were before it: a return from it may have hidden the
 * catch (thread/preempt.c). */
struct user_run {
    struct context home;
    struct catch *catch;
    uint64_t top, value;
};

uint64_t user_run(struct trap_frame *f) {
    struct trap_frame copy = *f;
    struct thread *t = thread_current();
    struct user_run run = {.catch = t->catch, .top = t->top};
    assert_that(!t->run);
    if (context_save(&run.home) == 0) {
        cli(); /* a switch within cpu_kernel_stack() would bring the old stack back */
        t->run = &run;
        /* Entries go right below this function's own frame: nothing there is wanted back. */
        cpu_kernel_stack((void *)(run.home.rsp & -16ul));
        user_enter(&copy);
    }
    cli();
    t->run = NULL;
    t->catch = run.catch;
    cpu_kernel_stack((void *)run.top);
    return run.value;
}

void user_return(uint64_t value) {
    struct user_run *run = thread_current()->run;
    assert_that(run);
    run->value = value;
    context_load(&run->home);
}

static bool in_user_space(vaddr_t at, size_t n) {
    return at < USER_TOP && n <= USER_TOP - at;
}

typedef size_t move_fn(void *to, const void *from, size_t n);

/* Bytes that were not copied. */
static inline size_t move(move_fn *fn, void *to, const void *from, size_t n) {
    if (!cpu_features.smap)
        return fn(to, from, n);
    stac();
    size_t left = fn(to, from, n);
    clac();
    return left;
}

int copy_from_user(void *to, vaddr_t from, size_t n) {
    if (!in_user_space(from, n) || move(user_move_in, to, (const void *)from, n))
        return -E_FAULT;
    return 0;
}

int copy_to_user(vaddr_t to, const void *from, size_t n) {
    if (!in_user_space(to, n) || move(user_move_out, (void *)to, from, n))
        return -E_FAULT;
    return 0;
}

long copy_string_from_user(char *to, vaddr_t from, size_t size) {
    size_t length = 0;
    while (length < size) { /* page by page: the string may end just before one that is not there */
        size_t n = PAGE_SIZE - (from + length) % PAGE_SIZE;
        if (n > size - length)
            n = size - length;
        if (copy_from_user(to + length, from + length, n))
            return -E_FAULT;
        const char *nul = memchr(to + length, 0, n);
        if (nul)
            return nul - to;
        length += n;
    }
    return -E_TOO_LONG;
}
