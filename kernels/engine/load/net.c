/* SPDX-License-Identifier: MIT */
/* net.c -- one run within its net. Three layers, from outside: the owner's guard, for traps; a
 * landing place, for functions that fail; the program, which returns by itself even when its fuel
 * is used up. */
#include "engine/load/net_internal.h"

#include "engine/assert.h"
#include "engine/interpreter.h"
#include "engine/x86/jit_trap.h"
#include "lib/format.h"
#include "lib/string.h"

typedef uint64_t native_entry(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

/* Not part of its caller, where it would cost the other ways instructions. */
static __attribute__((noinline)) void run_otherwise(struct net *n) {
    const uint64_t *r = n->argument;
    if (n->way == NET_PAUSING)
        n->result = n->activation->pausing->run(&n->image->program, r, n->activation);
    else
        n->result = ((native_entry *)n->function->address)(r[0], r[1], r[2], r[3], r[4]);
}

static void run_program(struct net *n) {
    const uint64_t *r = n->argument;
    if (n->way == NET_COMPILED)
        n->result = n->image->code.entry(r[0], r[1], r[2], r[3], r[4], n->activation);
    else if (n->way == NET_INTERPRETED)
        n->result = interpreter_run(&n->image->program, r, n->activation);
    else
        run_otherwise(n);
}

/* __builtin_setjmp keeps no register: nothing of this function is used after landing. */
static __attribute__((noinline)) void run_landing(void *arg) {
    struct net *n = arg;
    if (__builtin_setjmp(n->landing) == 0)
        run_program(n);
}

/* Not inlined, for a function may not land in itself. */
__attribute__((noinline)) _Noreturn void net_land(struct net *n) {
    __builtin_longjmp(n->landing, 1);
}

bool net_hold(struct nets *nets, void *object, void (*release)(void *object)) {
    struct net *n = nets->innermost;
    if (!n)
        return true;
    if (n->held_count == NET_HELD_MAX)
        return false;
    n->held[n->held_count++] = (struct net_held){object, release};
    return true;
}

void net_let_go(struct nets *nets, const void *object) {
    struct net *n = nets->innermost;
    for (uint32_t i = n ? n->held_count : 0; i-- > 0;)
        if (n->held[i].object == object) {
            n->held[i] = n->held[--n->held_count];
            return;
        }
}

void net_leave_root(void *variable) {
    (void)variable;
}

bool net_root(struct nets *nets, void *const *variable) {
    return nets->innermost && net_hold(nets, (void *)(uintptr_t)variable, net_leave_root);
}

/* No program is linked to one that is linked to it, for what is exported has been made before. */
const struct image *net_image_at(const struct image *image, uintptr_t address, uint32_t *slot) {
    if (image->compiled && jit_slot_at(&image->code, address, slot))
        return image;
    const struct link *l = image->link;
    for (uint32_t i = 0; i < l->names; i++) {
        ENGINE_ASSERT(l->binding[i].export, "%s runs with an undefined name", l->name);
        const struct image *other = l->binding[i].export->image;
        const struct image *found = other ? net_image_at(other, address, slot) : NULL;
        if (found)
            return found;
    }
    return NULL;
}

static void set_registers(struct net_report *report, const uint64_t reg[REGISTERS]) {
    memcpy(report->reg, reg, sizeof report->reg);
    report->has_registers = true;
}

/* Fills in where the address is and, if that is a program's code, that it had these registers. The
 * interpreter keeps its own account of both. */
static void locate(struct net *n, uintptr_t address, const uint64_t reg[REGISTERS]) {
    struct net_report *report = n->report;
    const struct activation *a = n->activation;
    if (n->way == NET_NATIVE) {
        uintptr_t at = address - (uintptr_t)n->native->code.run;
        if (at < n->native->code.bytes) {
            report->at = (uint32_t)at;
            set_registers(report, reg);
        }
        return;
    }
    const struct image *image = net_image_at(n->image, address, &report->at);
    if (image) {
        report->image = image;
        set_registers(report, reg);
    } else if (n->way != NET_COMPILED) {
        const struct program *p = &n->image->program;
        uint64_t slot = ((uintptr_t)a->at - (uintptr_t)p->insn) / INSN_BYTES;
        if (slot < p->slots)
            report->at = (uint32_t)slot;
        set_registers(report, a->reg);
    }
}

static void begin_report(struct net *n, const char *reason) {
    *n->report = (struct net_report){.image = n->image, .native = n->function, .at = NET_UNKNOWN};
    format_text(n->report->reason, sizeof n->report->reason, "%s", reason);
}

static const struct net_call *call_of(const void *frame) {
    return (const void *)((const uint8_t *)frame - offsetof(struct net_call, reg[REGISTER_FRAME]));
}

void net_wait(struct nets *nets, struct net_wait *wait, const void *frame) {
    if (!nets->innermost)
        return;
    *wait = (struct net_wait){nets->wait, nets->innermost, call_of(frame)};
    nets->wait = wait;
}

void net_go_on(struct nets *nets) {
    if (!nets->innermost)
        return;
    ENGINE_ASSERT(nets->wait && nets->wait->net == nets->innermost,
                  "nobody waits in the innermost run (%p)", (void *)nets->innermost);
    nets->wait = nets->wait->outer;
}

void net_fail(struct nets *nets, const void *frame, const char *reason) {
    struct net *n = nets->innermost;
    const struct net_call *call = call_of(frame);
    n->activation->fault = FAULT_SERVICE;
    begin_report(n, reason);
    locate(n, call->back - 1, call->reg);
    net_land(n);
}

void net_note_trap(struct net *n, const struct net_trap *trap) {
    uint64_t reg[REGISTERS];
    n->activation->fault = FAULT_MEMORY;
    begin_report(n, trap->reason);
    jit_registers(trap->processor, reg);
    locate(n, trap->at, reg);
}

/* The program has noticed by itself and left its account in the activation. */
void net_note_fault(struct net *n) {
    begin_report(n, "");
    n->report->at = n->activation->slot;
    set_registers(n->report, n->activation->reg);
}

/* The one exit. */
void net_exit(struct nets *nets, struct net *n) {
    n->report->fault = n->activation->fault;
    n->report->released = 0;
    while (nets->wait && nets->wait->net == n)
        nets->wait = nets->wait->outer;
    while (n->held_count > 0) {
        const struct net_held *h = &n->held[--n->held_count];
        n->report->released += h->release != net_leave_root;
        h->release(h->object);
    }
}

/* Runs what n says, which is complete but for what begins with every run. */
static bool run_within(struct nets *nets, const struct net_guard *guard, struct net *n,
                       uint64_t *result) {
    struct net_trap trap;
    bool trapped = false;
    struct activation *a = n->activation;
    ENGINE_ASSERT(!n->image || image_is_runnable(n->image), "the program of %p is stopped",
                  (const void *)n->image);
    ENGINE_ASSERT(n->way != NET_COMPILED || n->image->compiled, "%s has no code",
                  n->image->function->name);
    n->outer = nets->innermost;
    n->held_count = 0;
    a->fault = FAULT_NONE;
    nets->innermost = n;
    if (guard)
        trapped = guard->run(guard->owner, run_landing, n, &trap);
    else
        run_landing(n);
    ENGINE_ASSERT(nets->innermost == n, "a run inside of this one is not over (%p)",
                  (void *)nets->innermost);
    nets->innermost = n->outer;
    if (trapped)
        net_note_trap(n, &trap);
    else if (a->fault != FAULT_NONE && a->fault != FAULT_SERVICE)
        net_note_fault(n);
    ENGINE_ASSERT(a->fault < FAULT_COUNT, "fault %u", a->fault);
    if (a->fault == FAULT_NONE) {
        *result = n->result;
        return true;
    }
    net_exit(nets, n);
    return false;
}

/* Both set field by field: what is held needs no zeros, which would cost more than all else. */

bool net_run(struct nets *nets, const struct net_guard *guard, const struct image *image,
             enum net_way way, const uint64_t argument[5], struct activation *a, uint64_t *result,
             struct net_report *report) {
    struct net n;
    n.way = way;
    n.image = image;
    n.function = NULL;
    n.argument = argument;
    n.activation = a;
    n.report = report;
    return run_within(nets, guard, &n, result);
}

bool net_run_native(struct nets *nets, const struct net_guard *guard, const struct native *native,
                    const struct native_function *function, const uint64_t argument[5],
                    uint64_t *result, struct net_report *report) {
    struct net n;
    struct activation a; /* nobody looks at more than its fault */
    n.way = NET_NATIVE;
    n.image = NULL;
    n.native = native;
    n.function = function;
    n.argument = argument;
    n.activation = &a;
    n.report = report;
    return run_within(nets, guard, &n, result);
}
