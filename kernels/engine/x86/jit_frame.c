/* SPDX-License-Identifier: MIT */
/* jit_frame.c -- what a function needs of the stack: the registers that it saves, and a frame where
 * it mentions r10; and the way back over it, for a caller that stops a run and reads it
 * (jit_trap.h). */
#include "engine/assert.h"
#include "engine/x86/internal.h"
#include "engine/x86/jit_trap.h"

#define FIELD(name) (int32_t) offsetof(struct activation, name)

static bool insn_mentions_frame(struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    bool dst_read = info->kind == KIND_ALU || info->kind == KIND_JUMP || info->kind == KIND_STORE ||
                    info->kind == KIND_ATOMIC;
    return (info->source == SOURCE_X && insn.src == REGISTER_FRAME) ||
           (dst_read && insn.dst == REGISTER_FRAME);
}

/* The bits of the BPF registers that an instruction writes. */
static unsigned insn_written(struct insn insn) {
    if (insn_info(insn)->kind == KIND_ATOMIC)
        return 1u << insn.src | 1;
    return insn_writes_dst(insn) ? 1u << insn.dst : 0;
}

struct use jit_use(const struct jit *j, uint32_t start, uint32_t end) {
    struct use use = {.written = 0};
    for (uint32_t i = start; i < end; i++) {
        if (!j->reached[i])
            continue;
        use.written |= insn_written(j->program->insn[i]);
        use.frame |= insn_mentions_frame(j->program->insn[i]);
        use.calls |= insn_info(j->program->insn[i])->kind == KIND_CALL;
    }
    return use;
}

struct jit_frame jit_shape(const struct jit *j, uint32_t start, uint32_t end, uint32_t frame_bytes,
                           bool bookkeeper) {
    const struct use use = jit_use(j, start, end);
    struct jit_frame s = {.bookkeeper = bookkeeper, .frame = use.frame};
    for (unsigned r = 6; r < REGISTER_FRAME; r++)
        if (use.written >> r & 1)
            s.saved[s.saves++] = j->at[r];
    if (bookkeeper)
        s.saved[s.saves++] = ACTIVATION;
    /* Calls want rsp a multiple of 16; a return address has been pushed. */
    unsigned pushed = 1 + s.saves + s.frame;
    ENGINE_ASSERT(s.saves <= 5, "%u registers to save", s.saves);
    ENGINE_ASSERT(frame_bytes % 8 == 0, "%u bytes of frame: cells of 8", frame_bytes);
    s.lower = s.frame ? frame_bytes : 0;
    if (use.calls && (pushed * 8 + s.lower) % 16)
        s.lower += 8;
    return s;
}

struct code_frame jit_code_frame(const struct jit_frame *s) {
    struct code_frame f = {.lowered = s->lower, .frame = s->frame};
    for (unsigned i = 0; i < s->saves; i++)
        for (unsigned r = 6; r < REGISTER_FRAME; r++)
            f.saved |= (uint8_t)((s->saved[i] == jit_register[r]) << (r - 6));
    for (unsigned i = 0; i < s->saves; i++)
        f.activation |= s->saved[i] == ACTIVATION;
    return f;
}

void jit_prologue(struct jit *j, const struct jit_frame *s) {
    struct emitter *e = j->e;
    for (unsigned i = 0; i < s->saves; i++)
        emit_push(e, s->saved[i]);
    if (s->frame) {
        emit_push(e, X86_RBP);
        emit_mov(e, true, X86_RBP, X86_RSP);
    }
    if (s->lower)
        emit_alu_imm(e, X86_SUB, true, X86_RSP, (int32_t)s->lower);
    if (s->bookkeeper) {
        emit_mov(e, true, ACTIVATION, X86_R9);
        emit_store(e, 64, ACTIVATION, FIELD(native_stack), X86_RSP);
    }
}

void jit_epilogue(struct jit *j, const struct jit_frame *s) {
    struct emitter *e = j->e;
    if (s->lower)
        emit_alu_imm(e, X86_ADD, true, X86_RSP, (int32_t)s->lower);
    if (s->frame)
        emit_pop(e, X86_RBP);
    for (unsigned i = s->saves; i-- > 0;)
        emit_pop(e, s->saved[i]);
    emit_ret(e);
}

/* --- The way back --- */

static const struct code_frame *frame_at(const struct code *code, uint32_t at) {
    const struct code_frame *f = &code->frame[code->frames - 1];
    while (f->from > at)
        f--;
    return f;
}

bool jit_place_slot(const struct code *code, const struct jit_place *p, uint32_t *slot) {
    uintptr_t address = p->at - p->waits;
    return jit_slot_at(code, address, slot) &&
           !frame_at(code, (uint32_t)(address - (uintptr_t)code->memory.run))->entry;
}

bool jit_caller(const struct code *code, struct jit_place *p) {
    uintptr_t at = p->at - p->waits - (uintptr_t)code->memory.run;
    if (at >= code->bytes)
        return false;
    const struct code_frame *f = frame_at(code, (uint32_t)at);
    ENGINE_ASSERT(p->stack % 8 == 0, "a stack pointer of %p", (void *)p->stack);
    const uint64_t *word = (const uint64_t *)p->stack;
    if (at != f->from) {
        word = (const uint64_t *)(p->stack + f->lowered);
        if (f->frame)
            p->reg[REGISTER_FRAME] = *word++;
        word += f->activation;
        for (unsigned r = REGISTER_FRAME; r-- > 6;)
            if (f->saved >> (r - 6) & 1)
                p->reg[r] = *word++;
    }
    p->at = *word++;
    p->stack = (uintptr_t)word;
    p->waits = true;
    return true;
}
