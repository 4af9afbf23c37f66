/* SPDX-License-Identifier: MIT */
/* thread.c -- see thread.h. A thread's structure lies at the upper end of its stack, so that one
 * pool holds both. Stacks lie one behind the other in their window and are never unmapped: those of
 * threads that were freed wait for the next. */
#include "machine/thread/thread.h"

#include "machine/cpu/stack.h"
#include "machine/cpu/x86.h"
#include "machine/memory/frame.h"
#include "machine/report/panic.h"
#include "machine/thread/preempt.h"
#include "machine/trap/catch.h"

/* What thread_switch pops. */
struct saved {
    uint64_t r15, r14, r13, r12, rbp, rbx, rip;
};

extern const char thread_begin[], thread_exited[];
extern const uint64_t boot_stack_top[];

static struct thread *pool;              /* of freed threads */
static vaddr_t next_stack = STACKS_BASE; /* the first that was never made; its lower pages may be */
static unsigned pages_made;              /* of it */

_Noreturn void thread_has_returned(void);

static struct thread *thread_of(struct stack *s) {
    return (struct thread *)((vaddr_t)stack_top(s) - sizeof(struct thread));
}

/* Of the next stack. */
static bool map_page(void) {
    paddr_t frame;
    if (next_stack + sizeof(struct stack) > STACKS_BASE + STACKS_WINDOW || frame_alloc(&frame))
        return false;
    if (page_map_stack((vaddr_t)((struct stack *)next_stack)->bytes + pages_made * PAGE_SIZE,
                       frame)) {
        frame_free(frame);
        return false;
    }
    pages_made++;
    return true;
}

/* Maps what is left to map of the next stack. What is mapped when memory ends is there for the next
 * attempt. */
static struct stack *make_stack(void) {
    struct stack *s = (struct stack *)next_stack;
    while (pages_made < STACK_SIZE / PAGE_SIZE)
        if (!map_page())
            return NULL;
    pages_made = 0;
    next_stack += sizeof *s;
    return s;
}

/* The complete one is all there is in the pool. */
static void reserve(void) {
    struct stack *s = make_stack();
    struct thread *t = thread_of(s);
    t->guard = (vaddr_t)s->guard;
    t->next = NULL;
    pool = t;
}

void thread_reserve(void) {
    for (bool more = true; more;) {
        preempt_disable();
        more = !pool && pages_made < STACK_SIZE / PAGE_SIZE && map_page();
        if (!pool && pages_made == STACK_SIZE / PAGE_SIZE)
            reserve();
        preempt_enable();
    }
}

/* Null, or a thread with nothing but its stack. */
static struct thread *thread_with_stack(void) {
    struct thread *t = pool;
    if (t) {
        pool = t->next;
        *t = (struct thread){.guard = t->guard};
        return t;
    }
    struct stack *s = make_stack();
    if (!s)
        return NULL;
    t = thread_of(s);
    *t = (struct thread){.guard = (vaddr_t)s->guard};
    return t;
}

struct thread *thread_create(void (*fn)(void *arg), void *arg) {
    preempt_disable();
    struct thread *t = thread_with_stack();
    preempt_enable();
    if (!t)
        return NULL;
    t->top = (vaddr_t)t & -16ul;
    /* As thread_switch would have left it; behind the return address the stack is aligned for a
     * call. */
    struct saved *saved = (struct saved *)t->top - 1;
    *saved =
        (struct saved){.r12 = (uint64_t)arg, .rbx = (uint64_t)fn, .rip = (uint64_t)thread_begin};
    t->rsp = (uint64_t)saved;
    return t;
}

/* Nothing lies on its stack that anybody wants to come back to. One that the timer took the
 * processor from, and that does not run again, was left in the hook. */
static bool may_end(const struct thread *t) {
    bool catches = t->catch && t->catch != &catch_nobody;
    return t != &boot_thread && !catches && !t->run && !t->net && !t->unpreemptible;
}

void thread_free(struct thread *t) {
    assert_that(t != thread_current() && may_end(t));
    preempt_disable();
    t->rsp = 0; /* nothing on its stack counts */
    t->next = pool;
    pool = t;
    preempt_enable();
}

/* Below what `to` saved comes one more return: to thread_exited, which frees the thread on to's
 * stack and then pops that. */
void thread_exit(struct thread *to) {
    struct thread *t = thread_current();
    assert_that(to != t && may_end(t));
    cli();
    struct saved *below = (struct saved *)to->rsp - 1;
    *below = (struct saved){.rbx = (uint64_t)t, .rip = (uint64_t)thread_exited};
    to->rsp = (uint64_t)below;
    thread_switch(t, to);
    panic("a thread that had ended was switched to");
}

void thread_has_returned(void) {
    panic("the function of a thread returned");
}

static void see_other(const struct thread *t, const uint64_t *end,
                      void (*see)(const uint64_t *from, const uint64_t *end, void *with),
                      void *with) {
    preempt_disable();
    if (t != thread_current() && t->rsp)
        see((const uint64_t *)t->rsp, end, with);
    preempt_enable();
}

void thread_stacks_each(void (*see)(const uint64_t *from, const uint64_t *end, void *with),
                        void *with) {
    const struct thread *current = thread_current();
    const uint64_t *here = __builtin_frame_address(0);
    see(here, current == &boot_thread ? boot_stack_top : (const uint64_t *)current, with);
    see_other(&boot_thread, boot_stack_top, see, with);
    for (vaddr_t at = STACKS_BASE; at < next_stack; at += sizeof(struct stack)) {
        const struct thread *t = thread_of((struct stack *)at);
        see_other(t, (const uint64_t *)t, see, with);
    }
}

bool thread_overran(vaddr_t at) {
    return page_round_down(at) == thread_current()->guard;
}
