/* SPDX-License-Identifier: MIT */
/* stub.c -- the level that is machine code made of a plan: one piece for each step, one after the
 * other, with every address in it (Pardyak and Bershad, OSDI '96, 3.2: unrolled, guard just before
 * its handler). What a plan does not have, results, a default handler, leaves no instruction.
 *
 * The arguments lie on the stack from rsp on, where filters change them, and are loaded for each
 * call; behind them is what a raise knows meanwhile. */
#include "spin/core/dispatch/place.h"

enum slot { FIRED = EVENT_ARGUMENTS_MAX, WAITING, RUNNING, NEW, SLOTS };

struct stub {
    struct emitter e;
    const struct plan *plan;
    bool asks_fired; /* it matters whether anything has fired, and it is not certain */
    bool may_end;    /* a handler */
    bool has_slots;  /* something is kept behind the arguments */
    uint32_t next_label;
};

enum { LABEL_END, LABEL_NOBODY, LABEL_FAILED, LABEL_OUT, LABEL_FIRST };

static int32_t at(unsigned slot) {
    return 8 * (int32_t)slot;
}

/* An odd number of words: the call of the stub pushed one. */
static int32_t frame_bytes(const struct stub *s) {
    return 8 * (int32_t)((s->has_slots ? SLOTS : s->plan->event->arguments) | 1);
}

static void call(struct stub *s, const struct procedure *p) {
    if (p->has_closure)
        emit_mov_imm(&s->e, X86_RDI, (uintptr_t)p->closure);
    emit_call_address(&s->e, (uintptr_t)p->entry, X86_RAX);
}

static void call_with_arguments(struct stub *s, const struct procedure *p) {
    for (unsigned i = 0; i < s->plan->event->arguments; i++)
        emit_load(&s->e, 64, false, place_argument[i + p->has_closure], X86_RSP, at(i));
    call(s, p);
}

static void call_filter(struct stub *s, const struct procedure *p) {
    emit_mov(&s->e, true, place_argument[p->has_closure], X86_RSP);
    call(s, p);
}

/* Behind it the handler has come to its end, and rax is its result. */
static void call_runner(struct stub *s, const struct procedure *p, uint32_t next) {
    emit_mov(&s->e, true, X86_RSI, X86_RSP);
    emit_lea(&s->e, X86_RDX, X86_RSP, at(NEW));
    call(s, p);
    emit_alu_imm(&s->e, X86_CMP, false, X86_RAX, HANDLER_TERMINATED);
    emit_branch(&s->e, X86_IF_E, next);
    emit_branch(&s->e, X86_IF_A, LABEL_FAILED);
    emit_load(&s->e, 64, false, X86_RAX, X86_RSP, at(NEW));
}

static void leave_unless(struct stub *s, uint32_t label) {
    emit_test_imm(&s->e, false, X86_RAX, 1);
    emit_branch(&s->e, X86_IF_E, label);
}

/* rax, as the event's type has it. */
static void narrow(struct stub *s) {
    unsigned bits = 8u * s->plan->event->result_bytes;
    if (bits == 0)
        emit_mov_imm(&s->e, X86_RAX, 0);
    else if (bits < 64)
        emit_zero_extend(&s->e, bits, X86_RAX, X86_RAX);
}

/* The result handler, with what waits: rax is the running value then. */
static void call_fold(struct stub *s, bool last) {
    const struct procedure *p = s->plan->result;
    const uint8_t *reg = place_argument + p->has_closure;
    emit_load(&s->e, 64, false, reg[0], X86_RSP, at(RUNNING));
    emit_load(&s->e, 64, false, reg[1], X86_RSP, at(WAITING));
    emit_mov_imm(&s->e, reg[2], last);
    emit_mov(&s->e, true, reg[3], X86_RSP);
    call(s, p);
    narrow(s);
}

static void branch_unless_fired(struct stub *s, uint32_t label) {
    emit_compare_memory_imm(&s->e, 64, X86_RSP, at(FIRED), 0);
    emit_branch(&s->e, X86_IF_E, label);
}

/* What waits is not the last; the result in NEW waits now. */
static void fold_what_waits(struct stub *s) {
    uint32_t none = s->next_label++;
    branch_unless_fired(s, none);
    call_fold(s, false);
    emit_store(&s->e, 64, X86_RSP, at(RUNNING), X86_RAX);
    emit_bind(&s->e, none);
    emit_load(&s->e, 64, false, X86_RAX, X86_RSP, at(NEW));
}

static void ask_post(struct stub *s, const struct step *step, uint32_t next) {
    emit_mov(&s->e, true, place_argument[step->post->has_closure], X86_RAX);
    call(s, step->post);
    leave_unless(s, next);
}

/* The handler has fired, if its post-guard holds. */
static void take_result(struct stub *s, const struct step *step, uint32_t next) {
    bool has_result = s->plan->event->result_bytes;
    if (has_result || s->plan->result || step->post)
        narrow(s);
    if (s->plan->result || step->post)
        emit_store(&s->e, 64, X86_RSP, at(NEW), X86_RAX);
    if (step->post) {
        ask_post(s, step, next);
        emit_load(&s->e, 64, false, X86_RAX, X86_RSP, at(NEW));
    }
    if (s->plan->result)
        fold_what_waits(s);
    if (has_result || s->plan->result)
        emit_store(&s->e, 64, X86_RSP, at(WAITING), X86_RAX);
    if (s->asks_fired)
        emit_store_imm(&s->e, 64, X86_RSP, at(FIRED), 1);
}

static void put_step(struct stub *s, const struct step *step) {
    uint32_t next = s->next_label++;
    for (uint32_t i = 0; i < step->guards; i++) {
        call_with_arguments(s, &step->guard[i]);
        leave_unless(s, next);
    }
    if (step->flags & BINDING_MAY_END)
        call_runner(s, step->handler, next);
    else if (step->flags & BINDING_FILTER)
        call_filter(s, step->handler);
    else
        call_with_arguments(s, step->handler);
    take_result(s, step, next);
    if (step->flags & BINDING_CANCEL)
        emit_jump(&s->e, LABEL_END);
    emit_bind(&s->e, next);
}

static void put_begin(struct stub *s) {
    emit_alu_imm(&s->e, X86_SUB, true, X86_RSP, frame_bytes(s));
    for (unsigned i = 0; i < s->plan->event->arguments; i++)
        emit_store(&s->e, 64, X86_RSP, at(i), place_argument[i]);
    if (s->asks_fired)
        emit_store_imm(&s->e, 64, X86_RSP, at(FIRED), 0);
    if (s->plan->result) {
        emit_mov_imm(&s->e, X86_RAX, s->plan->initial);
        emit_store(&s->e, 64, X86_RSP, at(RUNNING), X86_RAX);
    }
}

static void put_nobody(struct stub *s) {
    emit_bind(&s->e, LABEL_NOBODY);
    emit_mov_imm(&s->e, X86_RDI, (uintptr_t)s->plan);
    emit_mov(&s->e, true, X86_RSI, X86_RSP);
    emit_call_address(&s->e, (uintptr_t)plan_nobody, X86_RAX);
    emit_jump(&s->e, LABEL_OUT);
}

static void put_failed(struct stub *s) {
    emit_bind(&s->e, LABEL_FAILED);
    emit_mov_imm(&s->e, X86_RDI, (uintptr_t)s->plan);
    emit_call_address(&s->e, (uintptr_t)plan_failed, X86_RAX);
    emit_jump(&s->e, LABEL_OUT);
}

static void put_end(struct stub *s) {
    emit_bind(&s->e, LABEL_END);
    if (s->asks_fired)
        branch_unless_fired(s, LABEL_NOBODY);
    if (s->plan->result)
        call_fold(s, true);
    else if (s->plan->event->result_bytes)
        emit_load(&s->e, 64, false, X86_RAX, X86_RSP, at(WAITING));
    emit_bind(&s->e, LABEL_OUT);
    emit_alu_imm(&s->e, X86_ADD, true, X86_RSP, frame_bytes(s));
    emit_ret(&s->e);
    if (s->asks_fired)
        put_nobody(s);
    if (s->may_end)
        put_failed(s);
}

static bool is_certain(const struct step *s) {
    return !s->guards && !s->post && !(s->flags & BINDING_MAY_END);
}

/* Does it matter, and can it be, that nothing fires? With a result handler it matters at
 * each step. */
static bool asks_fired(const struct plan *p) {
    if (p->result)
        return true;
    for (uint32_t i = 0; i < p->steps; i++)
        if (is_certain(&p->step[i]))
            return false;
    return p->otherwise || p->event->result_bytes;
}

static bool may_end(const struct plan *p) {
    for (uint32_t i = 0; i < p->steps; i++)
        if (p->step[i].flags & BINDING_MAY_END)
            return true;
    return false;
}

static bool has_slots(const struct plan *p) {
    bool has_post = false;
    for (uint32_t i = 0; i < p->steps; i++)
        has_post |= p->step[i].post != NULL;
    return has_post || p->event->result_bytes || asks_fired(p) || may_end(p);
}

/* No call of a step takes more. */
#define BYTES_A_CALL 64
#define CALLS_A_STEP 3 /* handler, post-guard, result handler; guards besides */

bool level_stub(struct plan *plan) {
    struct stub s = {.plan = plan,
                     .asks_fired = asks_fired(plan),
                     .may_end = may_end(plan),
                     .has_slots = has_slots(plan),
                     .next_label = LABEL_FIRST};
    uint32_t calls = plan->guards + CALLS_A_STEP * (plan->steps + 1);
    if (!emit_init(&s.e, dispatcher->hooks, calls * BYTES_A_CALL, LABEL_FIRST + 2 * plan->steps))
        return false;
    put_begin(&s);
    for (uint32_t i = 0; i < plan->steps; i++)
        put_step(&s, &plan->step[i]);
    put_end(&s);
    plan->level = LEVEL_STUB;
    return place_code(&s.e, plan);
}
