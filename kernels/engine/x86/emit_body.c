/* SPDX-License-Identifier: MIT */
/* emit_body.c -- see emit_body.h: which register holds what, and what has to be saved for that. The
 * instructions are jit.c's. A body that calls has its arguments where C wants them; any other uses
 * them where they are. */
#include "engine/x86/emit_body.h"

#include "engine/assert.h"
#include "engine/x86/internal.h"
#include "lib/string.h"

#define BIT(r)  (1u << (r))
#define NOWHERE EMIT_BODY_NOWHERE

/* What a C function may change. */
#define CALL_LOSES                                                                                 \
    (BIT(X86_RDI) | BIT(X86_RSI) | BIT(X86_RDX) | BIT(X86_RCX) | BIT(X86_R8) | EMIT_BODY_SCRATCH)

struct placing {
    struct jit jit;
    const struct body *body;
    struct use use;
    unsigned wanted; /* the program's registers that have a value when it begins, a bit each */
    unsigned taken;  /* x86 registers that hold one of the program's */
    unsigned lost;   /* those that the body changes */
    uint8_t at[REGISTERS];
    struct jit_frame shape; /* `saved` and `lower` only */
};

bool emit_body_can(const struct program *p) {
    if (p->function_count != 1 || p->mark[0] & MARK_CALLED || p->function[0].called_back)
        return false;
    for (uint32_t i = 0; i < p->slots; i++)
        if (p->insn[i].op == OP_CALL_X || p->insn[i].op == OP_LDDW_CODE)
            return false;
    return true;
}

/* Two more: where it ends, and where it ends early. */
uint32_t emit_body_labels(const struct program *p) {
    return jit_labels(p) + 2;
}

/* --- Where the program's registers are --- */

static bool is_metered(const struct placing *p) {
    return p->jit.can_leave;
}

/* Registers that the program mentions where a run comes by. */
static unsigned mentioned(const struct placing *p) {
    unsigned registers = BIT(0);
    for (uint32_t i = 0; i < p->jit.program->slots; i++) {
        struct insn insn = p->jit.program->insn[i];
        const struct opcode_info *info = insn_info(insn);
        if (!p->jit.reached[i] || info->kind == KIND_CALL || info->kind == KIND_EXIT)
            continue;
        registers |= BIT(insn.dst) | (info->source == SOURCE_X ? BIT(insn.src) : 0);
    }
    return registers;
}

/* Divisions and atomic instructions alone need SCRATCH_3, and calls lose it: to any other program
 * it is one register more. */
static bool spares_scratch(const struct program *p) {
    for (uint32_t i = 0; i < p->slots; i++) {
        const struct opcode_info *info = insn_info(p->insn[i]);
        if (info->kind == KIND_CALL || (info->group != GROUP_BASE32 && info->group != GROUP_BASE64))
            return false;
    }
    return true;
}

/* A register for one of the program's: the usual one, one that is free, or any other, which is
 * saved then. Ten are asked for at most, and eleven are there. Where the program calls, those that
 * C may change are scratch or have its arguments. */
static uint8_t choose(const struct placing *p, unsigned r) {
    unsigned free_ones = 0xffff & ~p->taken & ~EMIT_BODY_SCRATCH & ~BIT(X86_RSP);
    if (is_metered(p))
        free_ones &= ~BIT(ACTIVATION);
    ENGINE_ASSERT(free_ones, "no register is left for r%u", r);
    if (free_ones & p->body->free)
        free_ones &= p->body->free;
    else if (!(p->taken & BIT(SCRATCH_3)) && spares_scratch(p->jit.program))
        return SCRATCH_3;
    return free_ones >> jit_register[r] & 1 ? jit_register[r] : (uint8_t)__builtin_ctz(free_ones);
}

static void assign(struct placing *p, unsigned r, uint8_t reg) {
    ENGINE_ASSERT(reg != X86_RSP && !(BIT(reg) & EMIT_BODY_SCRATCH & ~BIT(SCRATCH_3)),
                  "r%u would lie in %u", r, reg);
    p->at[r] = reg;
    p->taken |= BIT(reg);
}

/* Can the argument be used where it is? Not if another is there that is written over. */
static bool stays(const struct placing *p, unsigned i) {
    const struct body_argument *a = p->body->argument;
    if (a[i].kind != BODY_REGISTER)
        return false;
    for (unsigned k = 0; k < PARAMETERS; k++)
        if (k != i && a[k].kind == BODY_REGISTER && a[k].reg == a[i].reg &&
            p->use.written >> (1 + k) & 1 && p->wanted >> (1 + k) & 1)
            return false;
    return true;
}

/* No two registers of the program lie in one, but arguments that nobody writes over; and none where
 * a metered program has its activation. */
static bool lie_apart(const struct placing *p, unsigned used) {
    unsigned written = 0, read = 0;
    for (unsigned r = 1; r < REGISTERS; r++) {
        if (!(used >> r & 1))
            continue;
        unsigned at = BIT(p->at[r]);
        if (at & written || (p->use.written >> r & 1 && at & read) ||
            (is_metered(p) && p->at[r] == ACTIVATION))
            return false;
        *(p->use.written >> r & 1 ? &written : &read) |= at;
    }
    return true;
}

static void assign_all(struct placing *p) {
    unsigned used = mentioned(p);
    memset(p->at, X86_RAX, sizeof p->at); /* those that no run uses */
    for (unsigned r = 1; r <= PARAMETERS; r++) {
        if (p->use.calls)
            assign(p, r, jit_register[r]);
        else if (p->wanted >> r & 1 && stays(p, r - 1))
            assign(p, r, p->body->argument[r - 1].reg);
    }
    for (unsigned r = 1; r < REGISTERS; r++) {
        bool placed = r <= PARAMETERS && (p->use.calls || (p->wanted >> r & 1 && stays(p, r - 1)));
        if (!placed && used >> r & 1)
            assign(p, r, choose(p, r));
    }
    ENGINE_ASSERT(lie_apart(p, used), "of the registers %x two lie in one", used);
}

/* --- What has to be saved --- */

static void find_lost(struct placing *p) {
    p->lost = p->use.calls ? CALL_LOSES : EMIT_BODY_SCRATCH;
    for (unsigned r = 1; r < REGISTERS; r++) {
        bool moved = r <= PARAMETERS && p->wanted >> r & 1 &&
                     !(p->body->argument[r - 1].kind == BODY_REGISTER &&
                       p->body->argument[r - 1].reg == p->at[r]);
        bool is_frame = r == REGISTER_FRAME && p->use.frame;
        if (p->use.written >> r & 1 || moved || is_frame)
            p->lost |= BIT(p->at[r]);
    }
}

static void find_shape(struct placing *p) {
    struct jit_frame *s = &p->shape;
    unsigned saved = p->lost & ~p->body->free & ~EMIT_BODY_SCRATCH;
    for (unsigned r = 0; r < 16; r++)
        if (saved >> r & 1 && r != p->body->result)
            s->saved[s->saves++] = (uint8_t)r;
    if (p->use.frame)
        s->lower = p->jit.program->function[0].frame_bytes;
    ENGINE_ASSERT(s->lower % 8 == 0, "%u bytes of frame", s->lower);
    if (p->use.calls && (s->saves * 8 + s->lower + 8 * p->body->unaligned) % 16)
        s->lower += 8;
}

/* --- Code --- */

/* All at once: each move waits until nobody reads where it leads; a circle is opened by SCRATCH. */
static void move_arguments(struct placing *p) {
    uint8_t from[PARAMETERS];
    unsigned left = 0;
    for (unsigned i = 0; i < PARAMETERS; i++) {
        const struct body_argument *a = &p->body->argument[i];
        from[i] = a->reg;
        if (a->kind == BODY_REGISTER && p->wanted >> (1 + i) & 1 && a->reg != p->at[1 + i])
            left |= BIT(i);
    }
    while (left) {
        unsigned i = 0, blocked = 0;
        for (unsigned k = 0; k < PARAMETERS; k++)
            blocked |= left >> k & 1 ? BIT(from[k]) : 0;
        while (i < PARAMETERS && !(left >> i & 1 && !(blocked >> p->at[1 + i] & 1)))
            i++;
        if (i < PARAMETERS) {
            emit_mov(p->jit.e, true, p->at[1 + i], from[i]);
            left &= ~BIT(i);
            continue;
        }
        i = (unsigned)__builtin_ctz(left);
        ENGINE_ASSERT(from[i] != SCRATCH, "a circle of moves %x that is open", left);
        emit_mov(p->jit.e, true, SCRATCH, from[i]);
        from[i] = SCRATCH; /* nobody else reads it: as many are led to as are read */
    }
    for (unsigned i = 0; i < PARAMETERS; i++)
        if (p->body->argument[i].kind == BODY_CONSTANT && p->wanted >> (1 + i) & 1)
            jit_constant(&p->jit, p->at[1 + i], p->body->argument[i].constant);
}

static void begin(struct placing *p) {
    struct emitter *e = p->jit.e;
    for (unsigned i = 0; i < p->shape.saves; i++)
        emit_push(e, p->shape.saved[i]);
    move_arguments(p);
    if (p->use.frame)
        emit_mov(e, true, p->at[REGISTER_FRAME], X86_RSP);
    if (p->shape.lower)
        emit_lea(e, X86_RSP, X86_RSP, -(int32_t)p->shape.lower);
}

/* Leaves the flags alone. */
static void restore(struct placing *p) {
    struct emitter *e = p->jit.e;
    if (p->shape.lower)
        emit_lea(e, X86_RSP, X86_RSP, (int32_t)p->shape.lower);
    for (unsigned i = p->shape.saves; i-- > 0;)
        emit_pop(e, p->shape.saved[i]);
}

static void end_early(struct placing *p) {
    emit_bind(p->jit.e, p->jit.leave);
    jit_report(&p->jit);
    restore(p);
    emit_jump(p->jit.e, p->body->ended);
}

static void end(struct placing *p) {
    struct emitter *e = p->jit.e;
    emit_bind(e, p->jit.label + p->jit.program->slots);
    restore(p);
    if (p->body->result != NOWHERE && p->body->result != X86_RAX)
        emit_mov(e, true, p->body->result, X86_RAX);
    if (!p->body->has_if_zero)
        return;
    emit_test(e, true, X86_RAX, X86_RAX);
    emit_branch(e, X86_IF_E, p->body->if_zero);
    if (p->jit.options->barriers)
        emit_barrier(e);
}

bool emit_body(struct emitter *e, const struct body *body, uint16_t *lost) {
    const struct program *program = body->program;
    struct placing p = {.jit = {.e = e,
                                .program = program,
                                .options = body->options,
                                .label = body->label,
                                .head = body->label,
                                .leave = body->label + program->slots + 1,
                                .next_label = body->label + program->slots + 2,
                                .placed = true},
                        .body = body};
    ENGINE_ASSERT(emit_body_can(program), "%u functions", program->function_count);
    for (unsigned i = 0; i < PARAMETERS; i++)
        ENGINE_ASSERT(body->argument[i].kind != BODY_REGISTER ||
                          (body->argument[i].reg < 16 && body->argument[i].reg != X86_RSP &&
                           !(BIT(body->argument[i].reg) & EMIT_BODY_SCRATCH)),
                      "argument %u is said to lie in %u", i, body->argument[i].reg);
    ENGINE_ASSERT(!(body->free & BIT(X86_RSP)), "the stack pointer is not free");
    ENGINE_ASSERT(body->result == NOWHERE || (body->result < 16 && body->result != X86_RSP),
                  "the result is wanted in %u", body->result);
    p.jit.at = p.at;
    if (!jit_open(&p.jit, e->hooks))
        return false;
    p.use = jit_use(&p.jit, 0, program->slots);
    p.wanted = p.jit.live[0];
    assign_all(&p);
    find_lost(&p);
    find_shape(&p);
    begin(&p);
    emit_bind(e, body->label);
    jit_body(&p.jit, &program->function[0], NULL);
    if (is_metered(&p))
        end_early(&p);
    end(&p);
    *lost = (uint16_t)((p.lost & (body->free | EMIT_BODY_SCRATCH)) |
                       (body->result != NOWHERE ? BIT(body->result) : 0));
    jit_close(&p.jit, e->hooks);
    return true;
}
