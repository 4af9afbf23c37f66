/* SPDX-License-Identifier: MIT */
/* callback.c -- see callback.h. The instructions of one function hand r1 to r5 on where they are
 * and say in the sixth argument which function is meant. */
#include "engine/run/callback.h"

#include "engine/assert.h"
#include "engine/x86/emit.h"
#include "engine/interpreter.h"

#define BYTES_EACH 64 /* for the instructions of one function */

struct callback {
    const struct program *program;
    uint32_t start;
};

struct callbacks {
    struct code_memory code;
    struct callback of[]; /* each function of the program */
};

static size_t size(const struct program *p) {
    return sizeof(struct callbacks) + p->function_count * sizeof(struct callback);
}

static uint64_t call_back(uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5,
                          const struct callback *c) {
    uint32_t bytes = c->program->callback_stack_bytes;
    uint64_t argument[5] = {r1, r2, r3, r4, r5};
    struct activation a = {.fuel = UINT64_MAX,
                           .stack = __builtin_alloca(bytes),
                           .stack_bytes = bytes,
                           .start = c->start};
    return interpreter_run(c->program, argument, &a);
}

static void emit_all(struct emitter *e, const struct program *p) {
    for (uint32_t i = 0; i < p->function_count; i++) {
        emit_bind(e, i);
        if (!p->function[i].called_back)
            continue;
        emit_alu_imm(e, X86_SUB, true, X86_RSP, 8);
        emit_mov_imm(e, X86_R9, (uintptr_t)&p->callbacks->of[i]);
        emit_call_address(e, (uintptr_t)call_back, X86_RAX);
        emit_alu_imm(e, X86_ADD, true, X86_RSP, 8);
        emit_ret(e);
    }
}

static bool place(struct emitter *e, struct program *p, const struct hooks *h) {
    struct code_memory *code = &p->callbacks->code;
    if (!h->code_map(h->owner, emit_link(e), code))
        return false;
    emit_place(e, code->write, code->run);
    h->code_seal(h->owner, code);
    for (uint32_t i = 0; i < p->function_count; i++) {
        p->callbacks->of[i] = (struct callback){p, p->function[i].start};
        if (p->function[i].called_back)
            p->function[i].address = (uintptr_t)code->run + emit_label_at(e, i);
    }
    return true;
}

bool callbacks_create(struct program *p, const struct hooks *h) {
    struct emitter e;
    uint32_t count = 0;
    ENGINE_ASSERT(!p->callbacks, "callbacks of %u functions are made twice", p->function_count);
    for (uint32_t i = 0; i < p->function_count; i++)
        count += p->function[i].called_back;
    if (count == 0)
        return true;
    p->callbacks = h->allocate(h->owner, size(p));
    bool begun = p->callbacks && emit_init(&e, h, count * BYTES_EACH, p->function_count);
    if (begun)
        emit_all(&e, p);
    bool placed = begun && place(&e, p, h);
    if (begun)
        emit_release(&e);
    if (!placed && p->callbacks) {
        h->release(h->owner, p->callbacks, size(p));
        p->callbacks = NULL;
    }
    return placed;
}

void callbacks_release(struct program *p, const struct hooks *h) {
    ENGINE_ASSERT(p->callbacks, "of %u functions none is called back", p->function_count);
    h->code_unmap(h->owner, &p->callbacks->code);
    h->release(h->owner, p->callbacks, size(p));
    p->callbacks = NULL;
}
