/* SPDX-License-Identifier: MIT */
/* signal.c -- see signal.h: what happens at a signal, and when. */
#include "exo/libos/exos/process/signal.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/process/alarm.h"
#include "exo/libos/exos/process/exit.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/ipc/transfer.h"
#include "lib/error.h"

#define FIXED (signal_bit(EXOS_SIGKILL) | signal_bit(EXOS_SIGSTOP))
/* By default nothing happens at these. */
#define UNNOTED (signal_bit(EXOS_SIGCHLD) | signal_bit(EXOS_SIGCONT))

static struct exos_action actions[EXOS_SIGNALS];

static bool is_ignored(unsigned signal) {
    exos_handler *fn = actions[signal].fn;
    return fn == EXOS_IGNORE || (fn == EXOS_DEFAULT && (UNNOTED & signal_bit(signal)));
}

/* Tells senders what wakes this process. */
static void tell(void) {
    uint64_t heeds = ~exos_own()->masked | FIXED;
    for (unsigned i = 0; i < EXOS_SIGNALS; i++)
        if (is_ignored(i))
            heeds &= ~signal_bit(i);
    struct process *self = process_self();
    if (self)
        self->heeds = (uint32_t)heeds;
}

/* The signal comes, unless it was taken back. */
static bool take(struct process *self, unsigned signal) {
    uint32_t bit = (uint32_t)signal_bit(signal);
    return __atomic_fetch_and(&self->pending, ~bit, __ATOMIC_RELAXED) & bit;
}

static void stand(struct process *self, unsigned signal, const struct slice_registers *at) {
    exos_own()->stood_at = (uint64_t)at;
    self->signal = signal;
    __atomic_fetch_and(&self->flags, ~(uint32_t)PROCESS_TOLD, __ATOMIC_RELAXED);
    __atomic_fetch_or(&self->flags, PROCESS_STANDS, __ATOMIC_RELAXED);
    /* It stands before it takes a signal that SIGCONT may take back, which then ends this. */
    if ((SIGNALS_STOP & signal_bit(signal)) && !take(self, signal))
        __atomic_fetch_and(&self->flags, ~(uint32_t)PROCESS_STANDS, __ATOMIC_RELAXED);
    else
        process_tell_parent(self);
    signals_hold();
    while (self->flags & PROCESS_STANDS && !(self->pending & signal_bit(EXOS_SIGKILL)))
        process_pass();
    self->signal = 0;
    exos_own()->held--;
}

static void run(unsigned signal, struct slice_registers *at) {
    struct exos_own *own = exos_own();
    const struct exos_action a = actions[signal];
    uint64_t before = own->masked;
    own->masked |= a.masked | signal_bit(signal);
    if (a.flags & EXOS_ONCE)
        actions[signal].fn = EXOS_DEFAULT;
    a.fn(signal, at);
    own->masked = before;
    own->handled++;
    if (!(a.flags & EXOS_RESTART))
        own->interrupted++;
}

static void act(struct process *self, unsigned signal, struct slice_registers *at) {
    exos_handler *fn = actions[signal].fn;
    if (fn == EXOS_DEFAULT && (SIGNALS_STOP & signal_bit(signal)))
        stand(self, signal, at);
    else if (!take(self, signal) || is_ignored(signal))
        return;
    else if (fn != EXOS_DEFAULT)
        run(signal, at);
    else
        exit_by_signal(signal);
}

/* Not while the library holds them, nor within a handler of traps: whoever runs there is not done
 * with what the application needs to go on. */
static bool may_come(void) {
    return !exos_own()->held && uarea->trap_stack && !uarea->critical;
}

static void deliver(struct slice_registers *at) {
    struct process *self = process_self();
    if (!self || !may_come())
        return;
    for (uint64_t come; (come = self->pending & ~(exos_own()->masked & ~FIXED));) {
        act(self, (unsigned)__builtin_ctzl(come) % EXOS_SIGNALS, at);
    }
}

static __attribute__((noinline)) void look(struct slice_registers *at) {
    alarm_look();
    deliver(at);
}

/* Each yield comes here, and nearly always there is nothing: no alarm is set, no signal waits. */
static void slice_begins(struct slice_hook *h, struct slice_registers *at) {
    const struct exos_own *own = exos_own();
    (void)h;
    if (own->alarm || (own->pid && process_entry(own->pid)->pending))
        look(at);
}

/* Given the processor while it waits for a reply (transfer.h). */
static long call_interrupted(void) {
    const uint64_t before = exos_own()->interrupted;
    alarm_look();
    deliver(0);
    return exos_own()->interrupted != before ? -E_INTERRUPTED : 0;
}

void signals_hold(void) {
    exos_own()->held++;
}

void signals_release(void) {
    exos_own()->held--;
    deliver(0);
}

long exos_sigaction(unsigned signal, const struct exos_action *action, struct exos_action *before) {
    if (!signal || signal >= EXOS_SIGNALS || (action && (FIXED & signal_bit(signal))))
        return -E_INVALID;
    struct exos_own *own = exos_own();
    if (before)
        *before = actions[signal];
    if (!action)
        return 0;
    signals_hold();
    actions[signal] = *action;
    own->ignored &= ~signal_bit(signal);
    if (action->fn == EXOS_IGNORE)
        own->ignored |= signal_bit(signal);
    struct process *self = process_self();
    if (self && signal == EXOS_SIGCHLD)
        self->flags = (self->flags & ~(uint32_t)PROCESS_ALONE) |
                      (action->fn == EXOS_IGNORE ? PROCESS_ALONE : 0);
    tell();
    signals_release();
    return 0;
}

uint64_t exos_sigmask(uint64_t masked) {
    uint64_t before = exos_own()->masked;
    exos_own()->masked = masked & ~FIXED;
    tell();
    deliver(0);
    return before;
}

uint64_t exos_sigpending(void) {
    const struct process *self = process_self();
    return self ? self->pending : 0;
}

/* signal_entry.S: it is entered with the registers of a trap on the application's stack. */
void signal_enter(void);
void signal_entered(unsigned signal, struct slice_registers *at);

void signal_entered(unsigned signal, struct slice_registers *at) {
    struct process *self = process_self();
    if (self && (self->flags & PROCESS_DEBUGGED))
        stand(self, signal, at);
    else
        run(signal, at);
    deliver(at);
}

/* Whether something other than the process's end happens at its signal. */
static bool is_handled(unsigned signal) {
    exos_handler *fn = actions[signal].fn;
    const struct process *self = process_self();
    return (self && (self->flags & PROCESS_DEBUGGED)) ||
           (fn != EXOS_DEFAULT && fn != EXOS_IGNORE && !(exos_own()->masked & signal_bit(signal)));
}

/* A trap of the application's, whose handler is called on its stack. Where nothing handles it, or
 * within a handler of traps, the kernel ends the process at the same trap. */
static void trapped(struct upcall_state *s) {
    unsigned signal = signal_of_vector(s->trap.vector);
    if ((char *)(s + 1) != upcall_top || !is_handled(signal)) {
        const struct process *self = process_self();
        if (self)
            process_tell_parent(self);
        uarea->trap_entry = 0;
        return;
    }
    struct slice_registers *at = (struct slice_registers *)(s->trap.rsp - EXO_RED_ZONE) - 1;
    __builtin_memcpy(at, &s->r15, offsetof(struct slice_registers, rflags));
    at->rflags = s->trap.rflags;
    at->rip = s->trap.rip;
    s->trap.rsp = (uint64_t)at;
    s->trap.rip = (uint64_t)signal_enter;
    s->rdi = signal;
}

void signal_begin(void) {
    static struct slice_hook hook = {.fn = slice_begins};
    for (unsigned i = 1; i < EXOS_SIGNALS; i++)
        if (exos_own()->ignored & signal_bit(i))
            actions[i].fn = EXOS_IGNORE;
    tell();
    slice_on_begin(&hook);
    transfer_interrupted = call_interrupted;
    exos_on_trap(trapped);
}
