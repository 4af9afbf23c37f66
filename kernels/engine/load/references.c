/* SPDX-License-Identifier: MIT */
/* references.c -- see references.h. */
#include "engine/references.h"

#include "engine/assert.h"
#include "engine/interpreter.h"
#include "engine/load/net_internal.h"
#include "engine/x86/emit.h"
#include "engine/x86/jit_trap.h"
#include "lib/string.h"

struct visiting {
    void (*visit)(uint64_t word, enum map_cell cell, void *with);
    void *with;
};

static void visit_cell(const struct visiting *v, uint8_t cell, uint64_t word) {
    if (cell != CELL_NONE && word)
        v->visit(word, cell, v->with);
}

/* One active function: its registers, and its stack below r10. */
static void visit_function(const struct visiting *v, const struct image *image, uint32_t slot,
                           enum map_moment moment, const uint64_t reg[REGISTERS]) {
    struct map map;
    ENGINE_ASSERT(slot < image->program.slots && maps_is_point(&image->program, slot),
                  "slot %u is no point", slot);
    maps_at(&image->maps, slot, moment, &map);
    for (unsigned r = 0; r < MAP_REGISTERS; r++)
        visit_cell(v, map.reg[r], reg[r]);
    const uint64_t *top = (const uint64_t *)reg[REGISTER_FRAME];
    for (unsigned cell = 0; cell < MAP_STACK_CELLS; cell++)
        if (map.stack[cell])
            visit_cell(v, map.stack[cell], top[-1 - (int)cell]);
}

/* From this place outwards, through all programs that called one another, to the caller of the
 * first. */
static void visit_code(const struct visiting *v, const struct image *image, struct jit_place *p) {
    uint32_t slot;
    const struct image *in;
    while ((in = net_image_at(image, p->at - p->waits, &slot))) {
        if (jit_place_slot(&in->code, p, &slot))
            visit_function(v, in, slot, p->waits ? MAP_WAITING : MAP_BEFORE, p->reg);
        jit_caller(&in->code, p);
    }
}

static void visit_stopped(const struct visiting *v, const struct image *image,
                          const struct references_stop *stop) {
    struct jit_place p = {.at = stop->at, .stack = stop->processor[X86_RSP]};
    jit_registers(stop->processor, p.reg);
    visit_code(v, image, &p);
}

static void visit_waiting(const struct visiting *v, const struct image *image,
                          const struct net_call *call) {
    struct jit_place p = {.at = call->back, .waits = true, .stack = (uintptr_t)call + sizeof *call};
    memcpy(p.reg, call->reg, sizeof p.reg);
    visit_code(v, image, &p);
}

/* The interpreter's frames, the innermost function's in the activation. */
static void visit_interpreted(const struct visiting *v, const struct net *n) {
    const struct activation *a = n->activation;
    const struct program *p = &n->image->program;
    uint64_t reg[REGISTERS];
    memcpy(reg, a->reg, sizeof reg);
    ENGINE_ASSERT(a->at >= p->insn && a->at < p->insn + p->slots && a->pausing->depth < DEPTH_MAX,
                  "at %p, %u functions wait", (const void *)a->at, a->pausing->depth);
    visit_function(v, n->image, (uint32_t)(a->at - p->insn),
                   a->pausing->paused ? MAP_BEFORE : MAP_WAITING, reg);
    for (uint32_t i = a->pausing->depth; i-- > 0;) {
        const struct interpreter_frame *f = &a->pausing->frame[i];
        memcpy(&reg[6], f->saved, sizeof f->saved);
        reg[REGISTER_FRAME] += p->frame_bytes;
        visit_function(v, n->image, (uint32_t)(f->back - 1 - p->insn), MAP_WAITING, reg);
    }
}

static void visit_roots(const struct visiting *v, const struct net *n) {
    for (uint32_t i = 0; i < n->held_count; i++)
        if (n->held[i].release == net_leave_root)
            visit_cell(v, CELL_EITHER, *(const uint64_t *)n->held[i].object);
}

bool references_are_known_at(const struct nets *nets, uintptr_t at) {
    const struct net *n = nets->innermost;
    uint32_t slot;
    if (!n || n->way != NET_COMPILED)
        return false;
    const struct image *image = net_image_at(n->image, at, &slot);
    return image && at == (uintptr_t)image->code.memory.run + image->code.offset[slot] &&
           maps_is_point(&image->program, slot);
}

/* What the programs of one run hold, of which `waits` are the innermost; these are taken off. */
static bool visit_run(const struct visiting *v, const struct net *n,
                      const struct references_stop *stop, const struct net_wait **wait) {
    uint32_t waits = 0;
    if (stop && n->way == NET_COMPILED)
        visit_stopped(v, n->image, stop);
    for (; *wait && (*wait)->net == n; *wait = (*wait)->outer, waits++)
        if (n->way == NET_COMPILED)
            visit_waiting(v, n->image, (*wait)->call);
    visit_roots(v, n);
    if (n->way == NET_NATIVE)
        return true;
    if (n->way == NET_COMPILED)
        return stop || waits;
    if (n->way == NET_INTERPRETED)
        return !n->image->collected;
    visit_interpreted(v, n);
    return waits + n->activation->pausing->paused == 1;
}

bool references_each(const struct nets *nets, const struct references_stop *stop,
                     void (*visit)(uint64_t word, enum map_cell cell, void *with), void *with) {
    const struct visiting v = {visit, with};
    const struct net_wait *wait = nets->wait;
    if (stop && !references_are_known_at(nets, stop->at))
        return false;
    bool all = true;
    for (const struct net *n = nets->innermost; n; n = n->outer, stop = NULL)
        all &= visit_run(&v, n, stop, &wait);
    return all;
}
