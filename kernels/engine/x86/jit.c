/* SPDX-License-Identifier: MIT */
/* jit.c -- from program to machine code: functions, jumps, calls, fuel. Arithmetic and memory are
 * in jit_data.c.
 *
 * A function saves only the registers that it changes and builds a frame only if it mentions r10.
 * The program's first function does its caller's bookkeeping too: in a program that can end early
 * it saves what any function changes, so that the early end restores the C caller's registers from
 * one place. If the program itself calls its first function, a small entry of its own does this
 * instead.
 *
 *     early end:   stub of the slot:  mov r11d, slot; jmp leave
 *                  leave:             report into the activation, rsp = native_stack, pop, ret */
#include "engine/assert.h"
#include "engine/x86/internal.h"
#include "engine/base/liveness.h"
#include "engine/base/program_check.h"
#include "lib/string.h"

#define CAPACITY_A_SLOT 12 /* first guess; a program that needs more gets twice as much */
#define CAPACITY_LEAST  512
#define PASSES_MAX      64 /* over a tangle of backward jumps; then all of it counts as reached */

#define FIELD(name) (int32_t) offsetof(struct activation, name)

static bool insn_turns(struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    return (info->kind == KIND_JUMP && insn_distance(insn) < 0) || insn.op == OP_CALL_LOCAL ||
           insn.op == OP_CALL_X;
}

/* --- What the verifier has found out --- */

static bool may_take(const struct program *p, uint32_t slot) {
    return insn_info(p->insn[slot])->kind == KIND_JUMP && program_jump_may(p, slot, MARK_TAKEN);
}

/* May what follows the slot run next? */
static bool may_pass(const struct program *p, uint32_t slot) {
    const struct opcode_info *info = insn_info(p->insn[slot]);
    return info->kind != KIND_EXIT && info->operation != DO_ALWAYS &&
           (info->kind != KIND_JUMP || program_jump_may(p, slot, MARK_PASSED));
}

bool jit_goes_both_ways(const struct jit *j, uint32_t slot) {
    return may_take(j->program, slot) && may_pass(j->program, slot);
}

/* One pass forwards over what is reached; gives whether a slot before was news. */
static bool reach(const struct program *p, bool *reached) {
    bool back = false;
    for (uint32_t i = 0; i < p->slots; i++) {
        if (!reached[i])
            continue;
        if (may_take(p, i)) {
            uint32_t target = i + 1 + (uint32_t)insn_distance(p->insn[i]);
            ENGINE_ASSERT(target < p->slots, "slot %u leads to %u", i, target);
            back |= target <= i && !reached[target];
            reached[target] = true;
        }
        ENGINE_ASSERT(!may_pass(p, i) || i + 1 < p->slots, "control runs off in slot %u", i);
        if (may_pass(p, i))
            reached[i + 1] = true;
    }
    return back;
}

static void find_reached(const struct program *p, bool *reached) {
    for (uint32_t i = 0; i < p->function_count; i++)
        reached[p->function[i].start] = true;
    int passes = 0;
    while (reach(p, reached) && ++passes < PASSES_MAX)
        continue;
    if (passes == PASSES_MAX)
        memset(reached, true, p->slots * sizeof *reached);
}

/* Spends one unit of fuel; `paid` is where to go on. */
static void spend_fuel(struct jit *j, uint32_t slot, uint32_t paid) {
    struct emitter *e = j->e;
    emit_alu_imm_memory(e, X86_SUB, ACTIVATION, FIELD(fuel), 1);
    emit_branch(e, X86_IF_AE, paid);
    emit_mov_imm(e, SCRATCH, slot);
    emit_jump(e, j->leave);
}

/* Where a jump to the slot leads. A function's own label is where it is entered, and saves. */
static uint32_t jump_label(const struct jit *j, uint32_t target) {
    return target == j->start ? j->head : j->label + target;
}

static void jump_always(struct jit *j, uint32_t slot, uint32_t target) {
    if (j->can_leave && target <= slot)
        spend_fuel(j, slot, jump_label(j, target));
    else
        emit_jump(j->e, jump_label(j, target));
}

enum x86_condition jit_condition(struct insn insn) {
    static const uint8_t condition[] = {
        [DO_EQ] = X86_IF_E,   [DO_NE] = X86_IF_NE, [DO_GT] = X86_IF_A,   [DO_GE] = X86_IF_AE,
        [DO_LT] = X86_IF_B,   [DO_LE] = X86_IF_BE, [DO_SET] = X86_IF_NE, [DO_SGT] = X86_IF_G,
        [DO_SGE] = X86_IF_GE, [DO_SLT] = X86_IF_L, [DO_SLE] = X86_IF_LE,
    };
    return condition[insn_info(insn)->operation];
}

/* Sets the flags for a conditional jump. */
static void compare(struct jit *j, struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    bool wide = info->bits == 64, test = info->operation == DO_SET;
    unsigned dst = j->at[insn.dst];
    struct operand y = jit_operand(j, insn);
    if (!y.immediate && test)
        emit_test(j->e, wide, dst, y.reg);
    else if (!y.immediate)
        emit_alu(j->e, X86_CMP, wide, dst, y.reg);
    else if (test)
        emit_test_imm(j->e, wide, dst, y.imm);
    else if (y.imm == 0)
        emit_test(j->e, wide, dst, dst);
    else
        emit_alu_imm(j->e, X86_CMP, wide, dst, y.imm);
}

/* The conditional jump at `slot`, its flags being set. */
static void jump_on(struct jit *j, uint32_t slot, enum x86_condition condition) {
    uint32_t target = slot + 1 + (uint32_t)insn_distance(j->program->insn[slot]);
    if (j->can_leave && target <= slot) {
        uint32_t skip = j->next_label++;
        emit_branch(j->e, condition ^ 1, skip);
        spend_fuel(j, slot, jump_label(j, target));
        emit_bind(j->e, skip);
    } else {
        emit_branch(j->e, condition, jump_label(j, target));
    }
    if (j->options->barriers)
        emit_barrier(j->e);
}

static void jump(struct jit *j, uint32_t slot) {
    struct insn insn = j->program->insn[slot];
    if (!may_pass(j->program, slot)) {
        jump_always(j, slot, slot + 1 + (uint32_t)insn_distance(insn));
        return;
    }
    if (!may_take(j->program, slot))
        return;
    compare(j, insn);
    jump_on(j, slot, jit_condition(insn));
}

static void call(struct jit *j, uint32_t slot) {
    struct insn insn = j->program->insn[slot];
    struct emitter *e = j->e;
    if (insn.op == OP_CALL_STATIC) {
        emit_call_address(e, (uintptr_t)j->program->import[insn.imm].address, X86_RAX);
        return;
    }
    if (j->can_leave) {
        uint32_t paid = j->next_label++;
        spend_fuel(j, slot, paid);
        emit_bind(e, paid);
    }
    if (insn.op == OP_CALL_LOCAL) {
        emit_call(e, j->label + slot + 1 + (uint32_t)insn.imm);
    } else {
        if (j->options->barriers)
            emit_barrier(e);
        emit_call_register(e, j->at[insn.dst]);
    }
}

static void constant(struct jit *j, uint32_t slot) {
    struct insn insn = j->program->insn[slot];
    if (insn.op == OP_LDDW_CODE)
        emit_lea_label(j->e, j->at[insn.dst], j->label + slot + 1 + (uint32_t)insn.imm);
    else
        jit_constant(j, j->at[insn.dst], program_constant(j->program, slot));
}

/* Emits what stands at `slot` and gives the number of slots it covered. */
static uint32_t one(struct jit *j, uint32_t slot, const struct jit_frame *shape) {
    struct insn insn = j->program->insn[slot];
    enum x86_condition condition;
    uint32_t fused = jit_fuse(j, slot, &condition);
    if (fused) {
        if (insn_info(j->program->insn[slot + fused - 1])->kind == KIND_JUMP)
            jump_on(j, slot + fused - 1, condition);
        return fused;
    }
    switch (insn_info(insn)->kind) {
    case KIND_ALU:
        return jit_alu(j, slot);
    case KIND_JUMP:
        jump(j, slot);
        return 1;
    case KIND_LOAD:
        jit_load(j, insn);
        return 1;
    case KIND_STORE:
        jit_store(j, insn);
        return 1;
    case KIND_ATOMIC:
        jit_atomic(j, insn);
        return 1;
    case KIND_CALL:
        call(j, slot);
        return 1;
    case KIND_CONST:
        constant(j, slot);
        return 2;
    default:
        if (j->placed)
            emit_jump(j->e, j->label + j->program->slots);
        else
            jit_epilogue(j, shape);
        return 1;
    }
}

void jit_body(struct jit *j, const struct function *f, const struct jit_frame *shape) {
    for (uint32_t i = f->start; i < f->end && !j->e->full;) {
        if (i != f->start)
            emit_bind(j->e, j->label + i);
        if (!j->reached[i]) {
            i++;
            continue;
        }
        if (j->options->barriers && j->program->mark[i] & MARK_TARGET)
            emit_barrier(j->e);
        uint32_t covered = one(j, i, shape);
        ENGINE_ASSERT(covered && i + covered <= f->end,
                      "%u slots from %u on, of a function until %u", covered, i, f->end);
        for (uint32_t inner = 1; inner < covered; inner++)
            emit_bind(j->e, j->label + i + inner);
        i += covered;
    }
}

static void function(struct jit *j, const struct function *f, const struct jit_frame *shape) {
    bool can_leave = j->can_leave;
    j->frame[j->frames++] = jit_code_frame(shape);
    j->can_leave &= !f->called_back;
    emit_bind(j->e, j->label + f->start);
    jit_prologue(j, shape);
    j->start = f->start;
    if (j->program->mark[f->start] & MARK_TARGET) {
        j->head = j->next_label++;
        emit_bind(j->e, j->head);
    }
    jit_body(j, f, shape);
    j->can_leave = can_leave;
}

void jit_report(struct jit *j) {
    struct emitter *e = j->e;
    emit_store(e, 32, ACTIVATION, FIELD(slot), SCRATCH);
    emit_store_imm(e, 32, ACTIVATION, FIELD(fault), FAULT_FUEL);
    emit_store_imm(e, 64, ACTIVATION, FIELD(fuel), 0);
    for (unsigned r = 0; r < REGISTERS; r++)
        emit_store(e, 64, ACTIVATION, FIELD(reg) + 8 * (int32_t)r, j->at[r]);
}

/* Where every early end arrives, SCRATCH holding the slot. */
static void early_end(struct jit *j, const struct jit_frame *entry) {
    struct emitter *e = j->e;
    emit_bind(e, j->leave);
    jit_report(j);
    emit_load(e, 64, false, X86_RSP, ACTIVATION, FIELD(native_stack));
    jit_epilogue(j, entry);
}

/* A function of its own that saves everything and calls slot 0. */
static void separate_entry(struct jit *j, struct jit_frame *entry) {
    entry->frame = false;
    entry->lower = entry->saves % 2 ? 0 : 8;
    j->frame[j->frames] = jit_code_frame(entry);
    j->frame[j->frames++].entry = true;
    jit_prologue(j, entry);
    emit_call(j->e, j->label);
    jit_epilogue(j, entry);
}

static void program_code(struct jit *j) {
    const struct program *p = j->program;
    const struct function *first = &p->function[0];
    bool separate = p->mark[0] & MARK_CALLED;
    struct jit_frame entry =
        jit_shape(j, 0, j->can_leave ? p->slots : first->end, first->frame_bytes, j->can_leave);
    if (separate)
        separate_entry(j, &entry);
    for (uint32_t i = 0; i < p->function_count && !j->e->full; i++) {
        const struct function *f = &p->function[i];
        struct jit_frame own =
            i == 0 && !separate ? entry : jit_shape(j, f->start, f->end, f->frame_bytes, false);
        function(j, f, &own);
    }
    if (j->can_leave)
        early_end(j, &entry);
}

/* Labels beside those of the slots: three for a checked division, one for a fetching loop, one for
 * an iteration, one for a loop back to where a function starts. */
uint32_t jit_labels(const struct program *p) {
    uint32_t n = p->slots + 1;
    for (uint32_t i = 0; i < p->function_count; i++)
        n += (p->mark[p->function[i].start] & MARK_TARGET) != 0;
    for (uint32_t i = 0; i < p->slots; i++) {
        const struct opcode_info *info = insn_info(p->insn[i]);
        if (info->kind == KIND_ALU && info->source == SOURCE_X)
            n += 3;
        n += info->kind == KIND_ATOMIC || insn_turns(p->insn[i]);
    }
    return n;
}

/* Of its tables: the slots' offsets and one more, and a frame a function and one for the entry. */
static size_t offsets_size(uint32_t slots) {
    return (slots + 1) * sizeof(uint32_t);
}

static size_t frames_size(uint32_t frames) {
    return frames * sizeof(struct code_frame);
}

static void release_tables(struct code *code, const struct hooks *h) {
    h->release(h->owner, code->offset, offsets_size(code->slots));
    h->release(h->owner, code->frame, frames_size(code->frames));
}

static void fill_frames(const struct jit *j, struct code *code) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < code->frames; i++) {
        code->frame[i] = j->frame[i];
        if (!code->frame[i].entry)
            code->frame[i].from = code->offset[j->program->function[n++].start];
    }
    ENGINE_ASSERT(n == j->program->function_count && code->frame[0].from == 0,
                  "%u frames of %u functions", n, j->program->function_count);
}

static bool place(struct jit *j, const struct hooks *h, struct code *code) {
    uint32_t slots = j->program->slots, bytes = emit_link(j->e);
    *code = (struct code){.bytes = bytes, .slots = slots, .frames = j->frames};
    code->offset = h->allocate(h->owner, offsets_size(slots));
    code->frame = h->allocate(h->owner, frames_size(j->frames));
    if (!code->offset || !code->frame || !h->code_map(h->owner, bytes, &code->memory)) {
        release_tables(code, h);
        return false;
    }
    for (uint32_t i = 0; i < slots; i++)
        code->offset[i] = emit_label_at(j->e, i);
    code->offset[slots] = bytes;
    for (uint32_t i = 0; i < slots; i++)
        ENGINE_ASSERT(code->offset[i] <= code->offset[i + 1], "slot %u: %u, and then %u", i,
                      code->offset[i], code->offset[i + 1]);
    fill_frames(j, code);
    emit_place(j->e, code->memory.write, code->memory.run);
    h->code_seal(h->owner, &code->memory);
    uintptr_t entry = (uintptr_t)code->memory.run;
    code->entry = (code_entry *)entry;
    return true;
}

/* Compiles with as much capacity as it takes. */
static bool compile(struct jit *j, const struct hooks *h, struct code *code) {
    const struct program *p = j->program;
    uint32_t labels = jit_labels(p);
    for (uint64_t capacity = CAPACITY_LEAST + (uint64_t)p->slots * CAPACITY_A_SLOT;
         capacity <= INT32_MAX; capacity *= 2) {
        if (!emit_init(j->e, h, (uint32_t)capacity, labels))
            return false;
        j->leave = p->slots;
        j->next_label = p->slots + 1;
        j->frames = 0;
        program_code(j);
        ENGINE_ASSERT(j->next_label <= labels, "%u labels, of at most %u", j->next_label, labels);
        bool full = j->e->full, placed = !full && place(j, h, code);
        emit_release(j->e);
        if (!full)
            return placed;
    }
    return false;
}

/* One more: nothing is live behind the end, and nothing is reached. */
#define TABLE_SLOTS(p) ((size_t)(p)->slots + 1)

bool jit_open(struct jit *j, const struct hooks *h) {
    const struct program *p = j->program;
    PROGRAM_ASSERT(p);
    j->live = h->allocate(h->owner, TABLE_SLOTS(p) * sizeof *j->live);
    j->reached = h->allocate(h->owner, TABLE_SLOTS(p) * sizeof *j->reached);
    if (!j->live || !j->reached) {
        jit_close(j, h);
        return false;
    }
    liveness_of_registers(p, j->live);
    if (p->metered)
        for (uint32_t i = 0; i < p->slots; i++)
            j->can_leave |= insn_turns(p->insn[i]);
    find_reached(p, j->reached);
    return true;
}

void jit_close(struct jit *j, const struct hooks *h) {
    h->release(h->owner, j->live, TABLE_SLOTS(j->program) * sizeof *j->live);
    h->release(h->owner, j->reached, TABLE_SLOTS(j->program) * sizeof *j->reached);
}

bool jit_compile(const struct program *p, const struct hooks *h, const struct jit_options *options,
                 struct code *code) {
    struct emitter e;
    struct jit j = {.e = &e, .program = p, .options = options, .at = jit_register};
    if (!jit_open(&j, h))
        return false;
    size_t frames = frames_size(p->function_count + 1);
    j.frame = h->allocate(h->owner, frames);
    bool done = j.frame && compile(&j, h, code);
    if (done)
        code->reads = j.live[0];
    h->release(h->owner, j.frame, frames);
    jit_close(&j, h);
    return done;
}

void jit_release(struct code *code, const struct hooks *h) {
    h->code_unmap(h->owner, &code->memory);
    release_tables(code, h);
    *code = (struct code){0};
}
