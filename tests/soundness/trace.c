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

/* The run being watched: of the program, or of a function that is called back. */
struct running {
    struct trace *trace;
    bool record;
    uint32_t run, level; /* callbacks inside of each other */
    unsigned held;       /* references, when it began */
    uint8_t *stack_end;
    uint32_t depth, caller, calls[DEPTH_MAX];
    uint32_t function[DEPTH_MAX]; /* that each frame is of */
    uint64_t steps, cost, features;
    uint32_t last; /* slot */
    size_t stack_used;
};
static struct running now;

uint64_t trace_frame_top(const struct trace *t, uint32_t run, uint32_t frame) {
    const struct trace_run *r = &t->run[run];
    return (uintptr_t)r->stack_end + r->moved - (uint64_t)frame * t->program->frame_bytes;
}

static bool fail(const char *how) {
    if (!*now.trace->text)
        snprintf(now.trace->text, TRACE_TEXT, "slot %u: %s", now.last, how);
    return false;
}

/* In the frame of an active function, as deep as was proven of it? */
static bool on_stack(uint64_t address, uint32_t bytes) {
    const struct program *p = now.trace->program;
    uint64_t below = world_address(now.stack_end) - address; /* its first byte is 1 below... */
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
    m->run = now.run;
    m->depth = now.depth;
    m->caller = now.caller;
    m->stack = (uint32_t)now.stack_used;
    m->held = (uint16_t)(world_held() - now.held);
    memcpy(t->stack + now.stack_used, now.stack_end - bytes, bytes);
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
    now.features |= feature_of(t->program, slot, now.depth);
    note_widths(insn, owner);
    if (now.record)
        record(slot, reg);
    return now.steps < STEPS_MAX && !*t->text;
}

/* What is needed of a run's stack, while going backwards. */
static uint8_t wanted[sizeof world.stack];

static bool stack_range(uint64_t address, uint32_t bytes, uint8_t **at) {
    uint64_t from = address - world_address(world.stack);
    if (from > sizeof wanted || bytes > sizeof wanted - from)
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

/* Backwards through a run that was written down, past others that it contains. */
static void find_needs(struct trace *t, uint32_t number) {
    const struct trace_run *run = &t->run[number];
    unsigned need[DEPTH_MAX + 1] = {0};
    const uint8_t *end = wanted + (run->stack_end - &world.stack[0][0]);
    memset(wanted + (run->stack_end - &world.stack[0][0]) - run->stack_bytes, 0, run->stack_bytes);
    for (uint32_t i = run->end; i-- > run->first;) {
        struct moment *m = &t->moment[i];
        if (m->run != number)
            continue;
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
        memcpy(t->needed + m->stack, end - bytes, bytes);
    }
}

static void fill_stack(struct random *random, uint8_t *from, size_t bytes) {
    for (size_t i = 0; i < bytes; i += 8) {
        uint64_t v = random_value(random);
        memcpy(from + i, &v, sizeof v);
    }
}

/* A run begins: of the program or, by a call inside of a run, of one of its functions. */
static void begin(struct trace *t, const uint64_t argument[PARAMETERS], uint32_t function,
                  uint32_t level, uint32_t stack_bytes) {
    uint8_t *stack = world.stack[level];
    now.level = level;
    now.depth = 1;
    now.function[0] = function;
    now.caller = TRACE_NONE;
    now.steps = now.cost = 0;
    now.stack_end = stack + stack_bytes;
    now.held = level ? world_held() : 0;
    if (!now.record || t->runs == TRACE_RUNS_MAX) {
        now.record = false;
        return;
    }
    struct trace_run *r = &t->run[now.run = t->runs++];
    memcpy(r->argument, argument, sizeof r->argument);
    r->moved = world.moved;
    r->stack_end = now.stack_end;
    r->stack_bytes = stack_bytes;
    r->first = t->count;
}

static void end(struct trace *t) {
    if (t->run[now.run].stack_end != now.stack_end)
        return; /* it was not written down */
    t->run[now.run].end = t->count;
    find_needs(t, now.run);
}

/* Runs the function at which `start` is, or the program. */
static uint64_t run(struct trace *t, const uint64_t argument[PARAMETERS], struct activation *a) {
    unsigned widths = 0;
    const struct watcher watcher = {
        .owner = &widths, .moved = world.moved, .step = step, .access = touch};
    bool recorded = now.record;
    uint64_t result = interpreter_watch(t->program, argument, a, &watcher);
    t->features |= now.features;
    if (recorded)
        end(t);
    return result;
}

/* A function that the program has handed out is called, while the program runs. */
static uint64_t call_back(uint64_t address, const uint64_t argument[PARAMETERS]) {
    struct trace *t = now.trace;
    const struct function *f = program_function_of(t->program, address);
    struct running outer = now;
    struct random random;
    if (!f) {
        fail("what is called back is no function");
        return 0;
    }
    if (now.level + 1 == WORLD_STACKS || outer.steps >= STEPS_MAX)
        return 0;
    uint32_t bytes = t->program->callback_stack_bytes;
    struct activation a = {.fuel = UINT64_MAX,
                           .stack = world.stack[now.level + 1],
                           .stack_bytes = bytes,
                           .start = f->start};
    random_seed(&random, outer.steps);
    fill_stack(&random, a.stack, bytes);
    begin(t, argument, (uint32_t)(f - t->program->function), outer.level + 1, bytes);
    now.features |= FEATURE(CALLED_BACK);
    uint64_t result = run(t, argument, &a);
    bool cut = now.steps >= STEPS_MAX;
    if (a.fault && !cut)
        fail(fault_sentence(a.fault));
    if (!a.fault && world_held() != now.held)
        fail("a callback has not given back a reference");
    if (!a.fault && result > WORLD_VISIT_MOST)
        fail("a callback gives what it must not give");
    outer.stack_used = now.stack_used;
    outer.cost += now.cost;
    outer.steps = cut ? STEPS_MAX : outer.steps;
    outer.record &= now.record;
    now = outer;
    return result;
}

/* The program, in the world as it is. */
static uint64_t run_program(struct trace *t, uint64_t stack_seed, struct activation *a) {
    struct random random;
    random_seed(&random, stack_seed);
    fill_stack(&random, world.stack[0], t->facts->stack_bytes);
    *a = (struct activation){.fuel = t->program->metered ? FUEL : t->facts->cost,
                             .stack = world.stack[0],
                             .stack_bytes = t->facts->stack_bytes};
    now.features = 0;
    begin(t, world.argument, 0, 0, t->facts->stack_bytes);
    uint64_t result = run(t, world.argument, a);
    t->features |= world.features;
    return result;
}

/* Is all as it was proven in the end? */
static bool ended_well(struct trace *t, const struct activation *a, uint64_t result, uint64_t sum) {
    const struct shape *gives = &t->kind->entry.result;
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
    if ((gives->min | gives->max) && (result < gives->min || result > gives->max))
        return fail("the result is not one of its kind");
    return world_held() == 0 || fail("a reference is held in the end");
}

/* One after the other, from any on; the run after the last is the first one's once more, which lay
 * elsewhere. */
static enum world_place place_of_run(uint64_t seed, uint32_t run) {
    static const uint8_t places[] = {WORLD_ANYWHERE, WORLD_TOP, WORLD_BOTTOM, WORLD_POSITIVE,
                                     WORLD_NEGATIVE};
    return places[(seed / 2 + run) % sizeof places];
}

/* Once more, at other addresses, with another stack and, if the program is deterministic, mostly
 * with other bytes where it reads none: the outcome must be the same. */
static bool run_again(struct trace *t, uint64_t seed, uint64_t result, const struct activation *a,
                      uint64_t sum) {
    struct activation again;
    bool scrambles = t->facts->proven & DETERMINISTIC && seed % 4;
    now.record = false;
    world_move(place_of_run(seed, TRACE_RUNS));
    world_build(seed);
    if (scrambles)
        world_scramble(t->facts, seed);
    uint64_t other = run_program(t, seed + 1, &again);
    if (*t->text)
        return false;
    if (again.fault != a->fault || (!a->fault && other != result))
        return fail(scrambles ? "the result is not that of the read set"
                              : "the result depends on addresses or on what the stack was");
    return scrambles || a->fault || sum == world_sum() ||
           fail("what is written depends on addresses or on what the stack was");
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

bool trace_program(struct trace *t, const struct program *program, const struct kind *kind,
                   const struct facts *facts, uint64_t seed, char text[TRACE_TEXT]) {
    if (!t->stack)
        t->stack = malloc(2 * STACK_BYTES);
    if (!t->stack)
        abort();
    t->needed = t->stack + STACK_BYTES;
    t->program = program;
    t->kind = kind;
    t->facts = facts;
    t->count = t->runs = 0;
    t->features = 0;
    t->text = text;
    text[0] = '\0';
    now.trace = t;
    now.stack_used = 0;
    world_on_stack = on_stack;
    world_reads = reads;
    world_call_back = call_back;
    note_facts(t);
    world_allow(kind);
    for (uint32_t i = 0; i < TRACE_RUNS; i++) {
        struct activation a;
        world_move(place_of_run(seed, i));
        world_build(seed + i);
        uint64_t before_run = world_sum();
        now.record = true;
        uint64_t result = run_program(t, seed + i, &a);
        if (!ended_well(t, &a, result, before_run))
            return false;
        if (i == 0 && !run_again(t, seed, result, &a, world_sum()))
            return false;
    }
    return true;
}
