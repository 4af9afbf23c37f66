/* SPDX-License-Identifier: MIT */
/* code_region.c -- see code_region.h. The package of the kernel's threads, by which a process's
 * run, handles their loss of the processor; while no process has regions nothing is bound. */
#include "spin/services/thread/code_region.h"

#include "lib/error.h"
#include "lib/string.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/core/space/trap_syscall.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/calls/user_copy.h"
#include "spin/services/handlers.h"

#define STEP_NS 2000u /* some instructions more than an interrupt takes */

static struct list all = LIST_INIT(all); /* regions of processes, by `all` */
static const struct strand *spared;      /* whose quantum was extended... */
static unsigned extensions;              /* ...so often */

/* Those of the current process, or null. */
static const struct code_regions *current(void) {
    list_each(node, &all) {
        const struct code_regions *r = container_of(node, struct code_regions, all);
        if (r->of == address_space_current)
            return r;
    }
    return NULL;
}

/* The current strand's user code was interrupted within a region of this kind. Null: it was not, or
 * has called the kernel. */
static struct trap_frame *interrupted_in(enum user_thread_region_kind kind, uint64_t *start) {
    const struct thread *t = thread_current();
    const struct code_regions *regions = current();
    if (!regions || !t->run)
        return NULL;
    struct trap_frame *f = thread_frame(t);
    if (f->vector == TRAP_SYSCALL || f->vector == TRAP_SYSCALL_CHANGED)
        return NULL;
    for (const struct user_thread_region *r = regions->region; r < regions->region + regions->n;
         r++)
        if (r->kind == kind && f->rip >= r->start && f->rip < r->end) {
            *start = r->start;
            return f;
        }
    return NULL;
}

static void restart(struct strand *s) {
    (void)s;
    uint64_t start;
    struct trap_frame *f = interrupted_in(REGION_RESTART, &start);
    spared = NULL;
    if (!f)
        return;
    f->rip = start;
    user_frame_sanitise(f);
}

/* In short steps, so that it loses the processor soon after it has left the region. */
static void spare(struct strand *s) {
    uint64_t start;
    if (!interrupted_in(REGION_KEEP, &start))
        return;
    if (s != spared)
        extensions = 0;
    spared = s;
    if (extensions++ < USER_THREAD_GRACE_NS / STEP_NS)
        scheduler_extend_quantum(STEP_NS);
}

static const struct handler_of of_loss[] = {
    {&event_strand_checkpoint, {.handler = EVENT_HANDLER(strand_checkpoint, restart)}},
    {&event_strand_interrupted, {.handler = EVENT_HANDLER(strand_interrupted, spare)}}};
static struct event_binding *handlers[2];
static bool handled; /* they are bound */

long code_regions_set(struct code_regions *r, vaddr_t from, uint64_t n) {
    struct user_thread_region new[USER_THREAD_REGIONS_MAX];
    if (n > USER_THREAD_REGIONS_MAX)
        return -E_TOO_LONG;
    int error = copy_in(new, from, n * sizeof *new);
    if (error)
        return error;
    dispatcher->lock(); /* the last of another process may go at the same time */
    if (!handled)
        error = handlers_bind(of_loss, 2, handlers);
    if (!error) {
        handled = true;
        memcpy(r->region, new, n * sizeof *new);
        r->n = n;
        if (!r->of)
            list_push_back(&all, &r->all);
        r->of = address_space_current;
    }
    dispatcher->unlock();
    return error;
}

void code_regions_clear(struct code_regions *r) {
    if (!r->of)
        return;
    dispatcher->lock();
    r->of = NULL;
    list_remove(&r->all);
    if (list_empty(&all) && handled) /* out of memory: they stay, and there are no regions */
        handled = handlers_unbind(handlers, 2);
    dispatcher->unlock();
}
