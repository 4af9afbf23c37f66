/* SPDX-License-Identifier: MIT */
/* code_region.c -- see code_region.h. The package of the kernel's threads, by which a process's
 * run, handles their loss of the processor; while no process has regions nothing is bound. */
#include "spin/services/thread/code_region.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/user/user.h"
#include "spin/core/space/trap_syscall.h"
#include "spin/services/thread/kthread.h"

#define STEP_NS 2000u /* some instructions more than an interrupt takes */

static const struct address_space *owner; /* of the process that has them */
static struct user_thread_region region[USER_THREAD_REGIONS_MAX];
static uint64_t regions;
static const struct strand *spared; /* whose quantum was extended... */
static unsigned extensions;         /* ...so often */
static struct event_binding *on_checkpoint, *on_interrupt;

/* The current strand's user code was interrupted within a region of this kind. Null: it was not, or
 * has called the kernel. */
static struct trap_frame *interrupted_in(enum user_thread_region_kind kind, uint64_t *start) {
    const struct thread *t = thread_current();
    if (address_space_current != owner || !t->run)
        return NULL;
    struct trap_frame *f = thread_frame(t);
    if (f->vector == TRAP_SYSCALL || f->vector == TRAP_SYSCALL_CHANGED)
        return NULL;
    for (uint64_t i = 0; i < regions; i++)
        if (region[i].kind == kind && f->rip >= region[i].start && f->rip < region[i].end) {
            *start = region[i].start;
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

static int handle(void) {
    const struct handler_request on_loss = {.handler = EVENT_HANDLER(strand_checkpoint, restart)};
    const struct handler_request on_timer = {.handler = EVENT_HANDLER(strand_interrupted, spare)};
    struct change c;
    change_open(&c, event_strand_checkpoint.module, NULL);
    change_install(&c, &event_strand_checkpoint, &on_loss, &on_checkpoint);
    change_install(&c, &event_strand_interrupted, &on_timer, &on_interrupt);
    return change_commit(&c);
}

long code_regions_set(vaddr_t from, uint64_t n) {
    struct user_thread_region new[USER_THREAD_REGIONS_MAX];
    if (n > USER_THREAD_REGIONS_MAX)
        return -E_TOO_LONG;
    int error = copy_from_user(new, from, n * sizeof *new);
    if (!error && !owner)
        error = handle();
    if (error)
        return error;
    memcpy(region, new, n * sizeof *new);
    regions = n;
    owner = address_space_current;
    return 0;
}

void code_regions_clear(void) {
    struct change c;
    if (!owner)
        return;
    owner = NULL;
    change_open(&c, event_strand_checkpoint.module, NULL);
    change_uninstall(&c, on_checkpoint);
    change_uninstall(&c, on_interrupt);
    (void)change_commit(&c); /* out of memory: they stay, and there is no owner */
}
