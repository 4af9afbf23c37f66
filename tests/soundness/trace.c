/* SPDX-License-Identifier: MIT */
/* trace.c -- see trace.h. What a run needs of its registers and its stack is found out backwards,
 * from what it did: independently of what the verifier takes to matter. */
#include "trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/interpreter.h"
#include "world.h"

#define FUEL        100
#define STEPS_MAX   3000 /* of one run; loops inside of loops can be longer, and are cut */
#define STACK_BYTES ((size_t)8 << 20) /* for the stacks of all moments */
#define BIT(r)      (1u << (r))
#define ARGUMENTS   (BIT(1) | BIT(2) | BIT(3) | BIT(4) | BIT(5))

static uint8_t stack[DEPTH_MAX * FRAME_BYTES];

/* The run being watched. */
struct running {
    struct trace *trace;
    bool record;
    uint32_t depth, caller, calls[DEPTH_MAX];
    uint32_t function[DEPTH_MAX]; /* that each frame is of */
    uint64_t steps, cost, features;
    uint32_t last; /* slot */
    size_t stack_used;
};
static struct running now;

static uint8_t *stack_end(const struct trace *t) {
    return stack + t->facts->stack_bytes;
}

uint64_t trace_frame_top(const struct trace *t, uint32_t frame) {
    return (uintptr_t)stack_end(t) - (uint64_t)frame * t->program->frame_bytes;
}

static bool fail(const char *how) {
    if (!*now.trace->text)
        snprintf(now.trace->text, TRACE_TEXT, "slot %u: %s", now.last, how);
    return false;
}

/* In the frame of an active function, as deep as was proven of it? */
static bool on_stack(uint64_t address, uint32_t bytes) {
    const struct program *p = now.trace->program;
    uint64_t below = (uintptr_t)stack_end(now.trace) - address; /* its first byte is 1 below... */
    if (below == 0 || below > (uint64_t)now.depth * p->frame_bytes)
        return false;
    uint32_t frame = (uint32_t)((below - 1) / p->frame_bytes);
    below -= (uint64_t)frame * p->frame_bytes;
    if (frame + 1 < now.depth)
        now.features |= FEATURE(CALLERS_STACK);
    return below <= p->function[now.function[frame]].frame_bytes && bytes <= below;
}

static void reads(uint64_t address, uint32_t bytes) {
    const struct facts *f = now.trace->facts;
    for (uint32_t i = 0; i < bytes; i++) {
        unsigned argument;
        uint32_t byte;
        if (!world_argument_byte(address + i, &argument, &byte) || f->whole[argument])
            continue;
        if (byte >= READ_SET_MAX || !(f->read[argument][byte / 64] >> byte % 64 & 1))
            fail("a byte is read that is not in the read set");
    }
}

static bool touch(void *owner, uint64_t address, uint32_t bytes, bool write) {
    (void)owner;
    if (on_stack(address, bytes)) {
        if (!write && bytes == 8)
            now.features |= FEATURE(FILL);
        if (write && bytes < 8)
            now.features |= FEATURE(STACK_PART);
        return true;
    }
    if (!world_may(address, bytes, write, &now.features))
        return fail(write ? "a write to what is not the program's"
                          : "a read of what is not the program's");
    if (!write)
        reads(address, bytes);
    return !*now.trace->text;
}

static uint64_t features_of(struct insn insn, uint32_t slot) {
    const struct opcode_info *info = insn_info(insn);
    const struct program *p = now.trace->program;
    switch (info->kind) {
    case KIND_ALU: {
        uint64_t f = info->bits == 32 ? FEATURE(ALU32) : 0;
        if (info->operation == DO_DIV || info->operation == DO_MOD)
            f |= FEATURE(DIVISION);
        if (info->operation == DO_SDIV || info->operation == DO_SMOD)
            f |= FEATURE(SIGNED_DIVISION);
        if (info->operation >= DO_MOVS8 && info->operation <= DO_MOVS32)
            f |= FEATURE(SIGN_MOVE);
        if (info->operation >= DO_SWAP16 && info->operation <= DO_SWAP64)
            f |= FEATURE(SWAP);
        return f;
    }
    case KIND_LOAD:
        return info->operation == DO_SIGN ? FEATURE(SIGN_LOAD) : 0;
    case KIND_ATOMIC:
        return FEATURE(ATOMIC) | (info->operation == DO_CMPXCHG ? FEATURE(CMPXCHG) : 0) |
               (info->operation >= DO_FETCH_ADD && info->operation <= DO_XCHG ? FEATURE(FETCH) : 0);
    case KIND_JUMP: {
        uint64_t f = insn_distance(insn) < 0 ? FEATURE(BACKWARD) : 0;
        if (info->operation == DO_ALWAYS)
            return f;
        if (info->operation >= DO_SGT && info->operation <= DO_SLE)
            f |= FEATURE(COMPARE_SIGNED);
        if (info->operation == DO_SET)
            f |= FEATURE(COMPARE_SET);
        return f | (info->source == SOURCE_X ? FEATURE(COMPARE_REGISTERS) : 0);
    }
    case KIND_CALL:
        if (insn.op == OP_CALL_STATIC)
            return 0;
        return FEATURE(CALL_LOCAL) | (now.depth > 1 ? FEATURE(CALL_NESTED) : 0) |
               (insn.op == OP_CALL_X ? FEATURE(CALL_POINTER) : 0);
    case KIND_EXIT:
        return slot + 1 < p->function[program_function_at(p, slot)].end ? FEATURE(EARLY) : 0;
    default:
        return 0;
    }
}

/* Comparisons of both widths are told apart from each on its own. */
static void note_widths(struct insn insn, unsigned *widths) {
    const struct opcode_info *info = insn_info(insn);
    if (info->kind == KIND_JUMP && info->operation != DO_ALWAYS)
        *widths |= info->bits == 32 ? 1 : 2;
    if (*widths == 3)
        now.features |= FEATURE(COMPARE_BOTH);
}

static void record(uint32_t slot, const uint64_t reg[REGISTERS]) {
    struct trace *t = now.trace;
    size_t bytes = (size_t)now.depth * t->program->frame_bytes;
    if (t->count == TRACE_MOMENTS || now.stack_used + bytes > STACK_BYTES) {
        now.record = false;
        return;
    }
    struct moment *m = &t->moment[t->count++];
    memcpy(m->reg, reg, sizeof m->reg);
    m->slot = slot;
    m->run = (uint32_t)(-1);
    m->depth = now.depth;
    m->caller = now.caller;
    m->stack = (uint32_t)now.stack_used;
    m->held = (uint16_t)world_held();
    memcpy(t->stack + now.stack_used, stack_end(t) - bytes, bytes);
    now.stack_used += bytes;
}

/* Follows calls and returns, by the last instruction. */
static void follow(uint32_t slot) {
    const struct program *p = now.trace->program;
    struct insn last = p->insn[now.last];
    if (insn_info(last)->kind == KIND_EXIT) {
        now.depth--;
        now.caller = now.depth > 1 ? now.calls[now.depth - 1] : TRACE_NONE;
    } else if (insn_info(last)->kind == KIND_CALL && last.op != OP_CALL_STATIC) {
        now.caller = now.calls[now.depth] = now.trace->count - 1;
        now.function[now.depth++] = program_function_at(p, slot);
    }
}

static bool step(void *owner, uint32_t slot, const uint64_t reg[REGISTERS]) {
    struct trace *t = now.trace;
    struct insn insn = t->program->insn[slot];
    if (now.steps++)
        follow(slot);
    now.last = slot;
    now.cost++;
    if (insn.op == OP_CALL_STATIC)
        now.cost += t->program->import[insn.imm].signature->cost;
    if (world.wrong)
        return fail(world.wrong);
    now.features |= features_of(insn, slot);
    note_widths(insn, owner);
    if (now.record)
        record(slot, reg);
    return now.steps < STEPS_MAX && !*t->text;
}

/* What is needed of the stack, while going backwards. */
static uint8_t wanted[DEPTH_MAX * FRAME_BYTES];

static bool stack_range(uint64_t address, uint32_t bytes, uint8_t **at) {
    uint64_t from = address - (uintptr_t)stack;
    if (from > sizeof stack || bytes > sizeof stack - from)
        return false;
    *at = wanted + from;
    return true;
}

static bool any_wanted(const uint8_t *at, uint32_t bytes) {
    return memchr(at, 1, bytes) != NULL;
}

static unsigned before_import(const struct trace *t, const struct moment *m, unsigned need) {
    const struct signature *s = t->program->import[t->program->insn[m->slot].imm].signature;
    need &= ~(ARGUMENTS | BIT(0));
    for (unsigned i = 0; i < PARAMETERS; i++) {
        uint8_t *at;
        if (s->parameter[i].kind == SHAPE_NONE)
            continue;
        need |= BIT(i + 1);
        uint32_t bytes =
            s->parameter[i].may & LENGTH_FOLLOWS ? (uint32_t)m->reg[i + 2] : s->parameter[i].bytes;
        if (s->parameter[i].may & CALL_WRITES && stack_range(m->reg[i + 1], bytes, &at))
            memset(at, 0, bytes);
    }
    return need;
}

/* The registers needed before an instruction that is no call of an own function and no exit, given
 * those after it. */
static unsigned before(const struct trace *t, const struct moment *m, unsigned need) {
    struct insn insn = t->program->insn[m->slot];
    const struct opcode_info *info = insn_info(insn);
    unsigned dst = BIT(insn.dst), src = info->source == SOURCE_X ? BIT(insn.src) : 0;
    uint32_t bytes = info->bits / 8u;
    bool wants = need & dst;
    uint8_t *at;
    switch (info->kind) {
    case KIND_ALU: {
        bool copies = info->operation == DO_MOV ||
                      (info->operation >= DO_MOVS8 && info->operation <= DO_MOVS32);
        return wants ? (copies ? need & ~dst : need) | src : need;
    }
    case KIND_LOAD:
        if (wants && stack_range(m->reg[insn.src] + (uint64_t)(int64_t)insn.off, bytes, &at))
            memset(at, 1, bytes);
        return (need & ~dst) | src;
    case KIND_STORE:
        if (stack_range(m->reg[insn.dst] + (uint64_t)(int64_t)insn.off, bytes, &at)) {
            need |= any_wanted(at, bytes) ? src : 0;
            memset(at, 0, bytes);
        }
        return need | dst;
    case KIND_ATOMIC: /* what it leaves is any number */
        if (stack_range(m->reg[insn.dst] + (uint64_t)(int64_t)insn.off, bytes, &at))
            memset(at, 0, bytes);
        if (info->operation == DO_CMPXCHG)
            return (need & ~BIT(0)) | dst;
        return (info->operation >= DO_FETCH_ADD ? need & ~src : need) | dst;
    case KIND_CONST:
        return insn.op == OP_HIGH ? need : need & ~dst;
    case KIND_JUMP:
        return info->operation == DO_ALWAYS ? need : need | src | dst;
    default:
        return before_import(t, m, need);
    }
}

/* Backwards through a run that was written down. */
static void find_needs(struct trace *t, const struct trace_run *run) {
    unsigned need[DEPTH_MAX + 1] = {0};
    memset(wanted, 0, t->facts->stack_bytes);
    for (uint32_t i = run->end; i-- > run->first;) {
        struct moment *m = &t->moment[i];
        struct insn insn = t->program->insn[m->slot];
        uint32_t d = m->depth - 1, bytes = m->depth * t->program->frame_bytes;
        if (insn_info(insn)->kind == KIND_EXIT) {
            need[d] = d ? need[d - 1] & BIT(0) : 0;
            if (d)
                need[d - 1] &= ~(ARGUMENTS | BIT(0));
        } else if (insn_info(insn)->kind == KIND_CALL && insn.op != OP_CALL_STATIC) {
            need[d] = (need[d] & ~(ARGUMENTS | BIT(0))) | (need[d + 1] & ARGUMENTS);
            need[d] |= insn.op == OP_CALL_X ? BIT(insn.dst) : 0;
            need[d + 1] = 0;
        } else {
            need[d] = before(t, m, need[d]);
        }
        m->needed = (uint16_t)need[d];
        memcpy(t->needed + m->stack, wanted + t->facts->stack_bytes - bytes, bytes);
    }
}

static void fill_stack(struct random *random, size_t bytes) {
    for (size_t i = 0; i < bytes; i += 8) {
        uint64_t v = random_value(random);
        memcpy(stack + i, &v, sizeof v);
    }
}

/* One run in the world as it is. Gives the result. */
static uint64_t run(struct trace *t, uint64_t stack_seed, struct activation *a) {
    struct random random;
    unsigned widths = 0;
    const struct watcher watcher = {.owner = &widths, .step = step, .access = touch};
    random_seed(&random, stack_seed);
    fill_stack(&random, t->facts->stack_bytes);
    now.depth = 1;
    now.function[0] = 0;
    now.caller = TRACE_NONE;
    now.steps = now.cost = now.features = 0;
    *a = (struct activation){.fuel = FUEL, .stack = stack, .stack_bytes = t->facts->stack_bytes};
    uint64_t result = interpreter_watch(t->program, world.argument, a, &watcher);
    t->features |= now.features | world.features;
    return result;
}

/* Is all as it was proven in the end? */
static bool ended_well(struct trace *t, const struct activation *a, uint64_t sum) {
    if (*t->text)
        return false;
    if (world.wrong)
        return fail(world.wrong);
    bool cut = a->fault == FAULT_WATCHER && now.steps >= STEPS_MAX;
    bool spent = a->fault == FAULT_FUEL && t->program->metered;
    if (now.cost > t->facts->cost) {
        snprintf(t->text, TRACE_TEXT, "slot %u: %" PRIu64 " instructions; %" PRIu64 " were proven",
                 now.last, now.cost, t->facts->cost);
        return false;
    }
    if (t->facts->proven & FUNCTIONAL && sum != world_sum())
        return fail("a functional program has had an effect");
    if (cut || spent) {
        t->features |= spent ? FEATURE(FUEL) : 0;
        return true;
    }
    if (a->fault)
        return fail(fault_sentence(a->fault));
    return world_held() == 0 || fail("a reference is held in the end");
}

/* Once more, with another stack and, if the program is deterministic, with other bytes where it
 * reads none: the outcome must be the same. */
static bool run_again(struct trace *t, uint64_t seed, uint64_t result, const struct activation *a,
                      uint64_t sum) {
    struct activation again;
    bool scrambles = t->facts->proven & DETERMINISTIC;
    now.record = false;
    world_build(seed);
    if (scrambles)
        world_scramble(t->facts, seed);
    uint64_t other = run(t, seed + 1, &again);
    if (*t->text)
        return false;
    if (again.fault != a->fault || (!a->fault && other != result))
        return fail(scrambles ? "the result is not that of the read set"
                              : "the result depends on what the stack was");
    return scrambles || a->fault || sum == world_sum() ||
           fail("what is written depends on what the stack was");
}

static void note_facts(struct trace *t) {
    const struct facts *f = t->facts;
    t->features |= t->program->metered ? FEATURE(METERED) : 0;
    t->features |= f->proven & FUNCTIONAL ? FEATURE(FUNCTIONAL) : 0;
    if (!(f->proven & DETERMINISTIC))
        return;
    t->features |= FEATURE(DETERMINISTIC);
    if (!f->whole[0] && f->read[0][0] != UINT64_MAX)
        t->features |= FEATURE(READ_SET);
}

bool trace_program(struct trace *t, const struct program *program, const struct facts *facts,
                   uint64_t seed, char text[TRACE_TEXT]) {
    if (!t->stack)
        t->stack = malloc(2 * STACK_BYTES);
    if (!t->stack)
        abort();
    t->needed = t->stack + STACK_BYTES;
    t->program = program;
    t->facts = facts;
    t->count = 0;
    t->features = 0;
    t->text = text;
    text[0] = '\0';
    now.trace = t;
    now.stack_used = 0;
    world_on_stack = on_stack;
    world_reads = reads;
    note_facts(t);
    for (uint32_t i = 0; i < TRACE_RUNS; i++) {
        struct trace_run *r = &t->run[i];
        struct activation a;
        world_build(seed + i);
        uint64_t before_run = world_sum();
        memcpy(r->argument, world.argument, sizeof r->argument);
        r->first = t->count;
        now.record = true;
        uint64_t result = run(t, seed + i, &a);
        r->end = t->count;
        for (uint32_t m = r->first; m < r->end; m++)
            t->moment[m].run = i;
        if (!ended_well(t, &a, before_run))
            return false;
        find_needs(t, r);
        if (i == 0 && !run_again(t, seed, result, &a, world_sum()))
            return false;
    }
    return true;
}
