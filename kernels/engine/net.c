/* SPDX-License-Identifier: MIT */
/* net.c -- one run within its net. Three layers, from outside: the owner's guard, for traps; a
 * landing place, for functions that fail; the program, which returns by itself even when its fuel
 * is used up. */
#include "engine/net.h"

#include "engine/interpreter.h"
#include "engine/jit_trap.h"
#include "lib/format.h"
#include "lib/string.h"

#define LANDING_WORDS 5 /* as __builtin_setjmp wants it */

struct held {
    void *object;
    void (*release)(void *object);
};

struct net {
    struct net *outer;
    const struct image *image;
    enum net_way way;
    const uint64_t *argument;
    struct activation *activation;
    struct net_report *report;
    uint64_t result;
    struct held held[NET_HELD_MAX];
    uint32_t held_count;
    void *landing[LANDING_WORDS];
};

static void run_program(struct net *n) {
    const uint64_t *r = n->argument;
    n->result = n->way == NET_COMPILED
                    ? n->image->code.entry(r[0], r[1], r[2], r[3], r[4], n->activation)
                    : interpreter_run(&n->image->program, r, n->activation);
}

/* __builtin_setjmp keeps no register: nothing of this function is used after landing. */
static __attribute__((noinline)) void run_landing(void *arg) {
    struct net *n = arg;
    if (__builtin_setjmp(n->landing) == 0)
        run_program(n);
}

/* Not inlined, for a function may not land in itself. */
static __attribute__((noinline)) _Noreturn void land(struct net *n) {
    __builtin_longjmp(n->landing, 1);
}

bool net_hold(struct nets *nets, void *object, void (*release)(void *object)) {
    struct net *n = nets->innermost;
    if (!n)
        return true;
    if (n->held_count == NET_HELD_MAX)
        return false;
    n->held[n->held_count++] = (struct held){object, release};
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

/* The program that holds the address: this one or, at any distance, one that it is linked to. No
 * program is linked to one that is linked to it, for what is exported has been made before. */
static const struct image *image_at(const struct image *image, uintptr_t address, uint32_t *slot) {
    if (image->compiled && jit_slot_at(&image->code, address, slot))
        return image;
    const struct link *l = image->link;
    for (uint32_t i = 0; i < l->names; i++) {
        const struct image *other = l->binding[i].export->image;
        const struct image *found = other ? image_at(other, address, slot) : NULL;
        if (found)
            return found;
    }
    return NULL;
}

/* Fills in where the address is, which is what machine code says of itself. The interpreter keeps
 * its own account. */
static void locate(struct net *n, uintptr_t address, const uint64_t *processor) {
    struct net_report *report = n->report;
    const struct activation *a = n->activation;
    const struct image *image = image_at(n->image, address, &report->slot);
    if (image) {
        report->image = image;
        if (processor)
            jit_registers(processor, report->reg);
        report->has_registers = processor;
    } else if (n->way == NET_INTERPRETED) {
        report->slot = processor ? NET_SLOT_UNKNOWN : a->slot;
        memcpy(report->reg, a->reg, sizeof report->reg);
        report->has_registers = true;
    }
}

static void begin_report(struct net *n, const char *reason) {
    *n->report = (struct net_report){.image = n->image, .slot = NET_SLOT_UNKNOWN};
    format_text(n->report->reason, sizeof n->report->reason, "%s", reason);
}

void net_fail(struct nets *nets, uintptr_t return_address, const char *reason) {
    struct net *n = nets->innermost;
    n->activation->fault = FAULT_SERVICE;
    begin_report(n, reason);
    locate(n, return_address - 1, NULL);
    land(n);
}

static void note_trap(struct net *n, const struct net_trap *trap) {
    n->activation->fault = FAULT_MEMORY;
    begin_report(n, trap->reason);
    locate(n, trap->at, trap->processor);
}

/* The program has noticed by itself and left its account in the activation. */
static void note_fault(struct net *n) {
    begin_report(n, "");
    n->report->slot = n->activation->slot;
    memcpy(n->report->reg, n->activation->reg, sizeof n->report->reg);
    n->report->has_registers = true;
}

/* The one exit. */
static void leave(struct net *n) {
    n->report->fault = n->activation->fault;
    n->report->released = n->held_count;
    while (n->held_count > 0) {
        const struct held *h = &n->held[--n->held_count];
        h->release(h->object);
    }
}

bool net_run(struct nets *nets, const struct net_guard *guard, const struct image *image,
             enum net_way way, const uint64_t argument[5], struct activation *a, uint64_t *result,
             struct net_report *report) {
    struct net n; /* field by field: what is held needs no zeros, which would cost more than all
                     else */
    struct net_trap trap;
    bool trapped = false;
    n.outer = nets->innermost;
    n.image = image;
    n.way = way;
    n.argument = argument;
    n.activation = a;
    n.report = report;
    n.held_count = 0;
    a->fault = FAULT_NONE;
    nets->innermost = &n;
    if (guard)
        trapped = guard->run(guard->owner, run_landing, &n, &trap);
    else
        run_landing(&n);
    nets->innermost = n.outer;
    if (trapped)
        note_trap(&n, &trap);
    else if (a->fault != FAULT_NONE && a->fault != FAULT_SERVICE)
        note_fault(&n);
    if (a->fault == FAULT_NONE) {
        *result = n.result;
        return true;
    }
    leave(&n);
    return false;
}
