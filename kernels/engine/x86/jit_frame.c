/* SPDX-License-Identifier: MIT */
/* jit_frame.c -- what a function needs of the stack: the registers that it saves, and a frame where
 * it mentions r10. */
#include "engine/x86/internal.h"

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

struct frame jit_shape(const struct jit *j, uint32_t start, uint32_t end, uint32_t frame_bytes,
                       bool bookkeeper) {
    const struct use use = jit_use(j, start, end);
    struct frame s = {.bookkeeper = bookkeeper, .frame = use.frame};
    for (unsigned r = 6; r < REGISTER_FRAME; r++)
        if (use.written >> r & 1)
            s.saved[s.saves++] = j->at[r];
    if (bookkeeper)
        s.saved[s.saves++] = ACTIVATION;
    /* Calls want rsp a multiple of 16; a return address has been pushed. */
    unsigned pushed = 1 + s.saves + s.frame;
    s.lower = s.frame ? (frame_bytes + 7u) / 8 * 8 : 0;
    if (use.calls && (pushed * 8 + s.lower) % 16)
        s.lower += 8;
    return s;
}

void jit_prologue(struct jit *j, const struct frame *s) {
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

void jit_epilogue(struct jit *j, const struct frame *s) {
    struct emitter *e = j->e;
    if (s->lower)
        emit_alu_imm(e, X86_ADD, true, X86_RSP, (int32_t)s->lower);
    if (s->frame)
        emit_pop(e, X86_RBP);
    for (unsigned i = s->saves; i-- > 0;)
        emit_pop(e, s->saved[i]);
    emit_ret(e);
}
