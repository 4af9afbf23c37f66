/* SPDX-License-Identifier: MIT */
/* user_thread_calls.c -- the extension "user-threads": threads without a meaning, by number, for a
 * package in user mode (thread_abi.h). Everything happens with interrupts off. */
#include "lib/error.h"
#include "machine/cpu/x86.h"
#include "spin/services/thread/code_region.h"
#include "spin/services/thread/user_schedule.h"
#include "spin/services/calls/user_copy.h"
#include "spin/services/calls/user_extension.h"

MODULE("UserThreads");

/* What a process has of it. */
struct layer {
    struct user_thread_package package; /* first */
    struct code_regions regions;
};

static long create(struct user_thread_package *p, struct trap_frame *f) {
    (void)f;
    struct user_thread *u = user_thread_create(p->threads);
    if (!u)
        return -E_FULL;
    strand_suspend(&u->thread->strand);
    user_frame_init(&u->start, 0, 0, true);
    return (long)user_thread_number(u);
}

/* Where a suspended one's registers lie; null: it is not suspended. */
static struct trap_frame *registers_of(struct user_thread *u) {
    const struct strand *s = &u->thread->strand;
    if (s->sched.state != SCHED_SUSPENDED)
        return NULL;
    return s->thread->run ? thread_frame(s->thread) : &u->start;
}

/* Copies come first or last: a fault of theirs lets others run. */
static long set_state(struct user_thread_package *p, struct trap_frame *f) {
    struct trap_frame state;
    if (copy_in(&state, f->rdx, sizeof state))
        return -E_FAULT;
    state.rflags |= RFLAGS_IF;
    trap_syscall_changed(&state);
    struct user_thread *u = user_thread_at(p->threads, f->rsi);
    if (!u)
        return -E_NOT_FOUND;
    struct trap_frame *registers = registers_of(u);
    if (!registers)
        return -E_BUSY;
    *registers = state;
    return 0;
}

static long get_state(struct user_thread_package *p, struct trap_frame *f) {
    struct user_thread *u = user_thread_at(p->threads, f->rsi);
    if (!u)
        return -E_NOT_FOUND;
    const struct trap_frame *registers = registers_of(u);
    if (!registers)
        return -E_BUSY;
    struct trap_frame state = *registers;
    return copy_out(f->rdx, &state, sizeof state);
}

static long suspend(struct user_thread_package *p, struct trap_frame *f) {
    struct user_thread *u = user_thread_at(p->threads, f->rsi);
    if (!u)
        return -E_NOT_FOUND;
    if (u->thread->strand.sched.suspended >= SUSPENDED_MAX)
        return -E_FULL;
    strand_suspend(&u->thread->strand);
    return 0;
}

static long resume(struct user_thread_package *p, struct trap_frame *f) {
    struct user_thread *u = user_thread_at(p->threads, f->rsi);
    if (!u)
        return -E_NOT_FOUND;
    if (u->thread->strand.sched.suspended <= -SUSPENDED_MAX)
        return -E_FULL;
    strand_continue(&u->thread->strand);
    return 0;
}

static long destroy(struct user_thread_package *p, struct trap_frame *f) {
    struct user_thread *u = user_thread_at(p->threads, f->rsi);
    uint64_t result;
    if (!u)
        return -E_NOT_FOUND;
    if (user_thread_number(u) == 0)
        return -E_INVALID;
    const bool joined = u->claimed; /* by somebody else, or will be here */
    u->unclaimed = u == user_thread_current(p->threads) && !joined;
    user_thread_destroy(u, 0);
    u->unclaimed = !joined && !user_thread_join(u, &result);
    return 0;
}

static long regions(struct user_thread_package *p, struct trap_frame *f) {
    return code_regions_set(&container_of(p, struct layer, package)->regions, f->rsi, f->rdx);
}

static long schedule(struct user_thread_package *p, struct trap_frame *f) {
    return user_schedule(p->threads, f->rsi);
}

static long hint(struct user_thread_package *p, struct trap_frame *f) {
    struct user_thread *u = user_thread_at(p->threads, f->rsi);
    if (!u)
        return -E_NOT_FOUND;
    user_schedule_hint(u, (uint8_t)f->rdx);
    return 0;
}

static user_thread_operation_fn *const operations[USER_THREAD_OPERATIONS] = {
    [USER_THREAD_CREATE] = create,       [USER_THREAD_SET_STATE] = set_state,
    [USER_THREAD_GET_STATE] = get_state, [USER_THREAD_SUSPEND] = suspend,
    [USER_THREAD_REGIONS] = regions,     [USER_THREAD_RESUME] = resume,
    [USER_THREAD_DESTROY] = destroy,     [USER_THREAD_SCHEDULE] = schedule,
    [USER_THREAD_HINT] = hint,
};

static int begin(struct address_space *of, void **package) {
    static const struct user_thread_call call = {.number = USER_THREAD_CALL,
                                                 .operation = operations,
                                                 .operations = USER_THREAD_OPERATIONS,
                                                 .bytes = sizeof(struct layer)};
    return user_threads_begin(of, THIS_MODULE, &call, (struct user_thread_package **)package);
}

static void end(void *package) {
    code_regions_clear(&((struct layer *)package)->regions);
    user_threads_end(package);
}

USER_EXTENSION(user_threads, "user-threads", begin, end);
