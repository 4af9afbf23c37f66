/* SPDX-License-Identifier: MIT */
/* stub.c -- see stub.h: the steps of a piece. */
#include "spin/core/dispatch/plan/stub.h"

#include "engine/link/program_image.h"
#include "spin/core/dispatch/binding/condition.h"
#include "spin/core/dispatch/binding/inline.h"
#include "spin/core/dispatch/binding/place.h"

/* --- What a kind of code has --- */

struct code_kind stub_kind(const struct bindings *of) {
    struct code_kind k = {.event = of->event, .result = of->result};
    if (of->set.watched || of->set.level <= LEVEL_INTERPRETED)
        return k;
    k.has_code = true;
    k.asks_fired = of->result || of->otherwise || of->event->result_bytes;
    k.has_net = of->in_net;
    k.places = of->set.level >= LEVEL_INLINE;
    k.finds = of->set.level >= LEVEL_MERGED;
    k.lean = k.places && !k.asks_fired && !of->heavy;
    return k;
}

bool code_kind_equal(const struct code_kind *a, const struct code_kind *b) {
    return a->event == b->event && a->result == b->result && a->has_code == b->has_code &&
           a->asks_fired == b->asks_fired && a->has_net == b->has_net && a->places == b->places &&
           a->finds == b->finds && a->lean == b->lean;
}

/* --- Calls --- */

/* An odd number of words: the call of the stub pushed one. */
int32_t stub_frame_bytes(const struct stub *s) {
    if (s->kind->lean)
        return s->has_cursor ? 8 : 0;
    return 8 * ((s->kind->has_net ? SLOTS_AND_NET : SLOTS) | 1);
}

static unsigned arguments(const struct stub *s) {
    return s->kind->event->arguments;
}

uint8_t stub_all_arguments(const struct stub *s) {
    return (uint8_t)((1u << arguments(s)) - 1);
}

static void call(struct stub *s, const struct procedure *p) {
    if (p->has_closure)
        emit_mov_imm(&s->e, X86_RDI, (uintptr_t)p->closure);
    emit_call_address(&s->e, (uintptr_t)p->entry, X86_RAX);
    s->valid = 0;
    s->has_closure = false;
}

/* A program that calls nobody is given what it looks at. */
static void load_arguments(struct stub *s, const struct procedure *p) {
    uint8_t needed = p->image && !p->ends_early ? inline_reads(p) : stub_all_arguments(s);
    for (unsigned i = 0; i < arguments(s); i++)
        if (needed >> i & 1)
            emit_load(&s->e, 64, false, place_argument[i + p->has_closure], X86_RSP, stub_at(i));
}

static void call_with_arguments(struct stub *s, const struct procedure *p) {
    load_arguments(s, p);
    call(s, p);
}

static void load_filter_argument(struct stub *s, const struct procedure *p) {
    emit_mov(&s->e, true, place_argument[p->has_closure], X86_RSP);
}

static void branch(struct stub *s, enum x86_condition condition, uint32_t next) {
    emit_branch(&s->e, condition, next);
    s->valid_next &= s->valid;
}

/* Behind it the handler has come to its end, and rax is its result. */
static void call_in_net(struct stub *s, const struct step *step, uint32_t next) {
    const struct procedure *p = &step->handler->procedure;
    const uint32_t terminated = s->next_label++;
    emit_net_enter(&s->e, stub_at(NET), step->net);
    if (step->flags & BINDING_FILTER)
        load_filter_argument(s, p);
    else
        load_arguments(s, p);
    emit_net_activation(&s->e, stub_at(NET), X86_R9);
    call(s, p);
    emit_net_leave(&s->e, stub_at(NET), terminated);
    s->valid_next &= s->valid;
    s->terminated[s->terminations].label = terminated;
    s->terminated[s->terminations++].next = next;
}

void stub_put_terminated(struct stub *s) {
    for (uint32_t i = 0; i < s->terminations; i++) {
        emit_bind(&s->e, s->terminated[i].label);
        emit_net_terminated(&s->e, stub_at(NET));
        emit_jump(&s->e, s->terminated[i].next);
    }
}

static void leave_unless(struct stub *s, uint32_t label) {
    emit_test_imm(&s->e, false, X86_RAX, 1);
    branch(s, X86_IF_E, label);
}

void stub_put_leave(struct stub *s) {
    if (stub_frame_bytes(s))
        emit_alu_imm(&s->e, X86_ADD, true, X86_RSP, stub_frame_bytes(s));
    emit_ret(&s->e);
}

/* The last thing that a lean raise does: the handler goes back to the raiser. */
static void leave_to(struct stub *s, const struct procedure *p) {
    for (unsigned i = p->has_closure ? arguments(s) : 0; i-- > 0;)
        emit_mov(&s->e, true, place_argument[i + 1], place_argument[i]);
    if (p->has_closure)
        emit_mov_imm(&s->e, X86_RDI, (uintptr_t)p->closure);
    if (stub_frame_bytes(s))
        emit_alu_imm(&s->e, X86_ADD, true, X86_RSP, stub_frame_bytes(s));
    emit_jump_address(&s->e, (uintptr_t)p->entry, X86_RAX);
}

/* --- Bodies --- */

void stub_need(struct stub *s, uint8_t needed) {
    for (unsigned i = 0; i < arguments(s); i++)
        if (needed >> i & 1 && !(s->valid >> i & 1))
            emit_load(&s->e, 64, false, place_argument[i], X86_RSP, stub_at(i));
    s->valid |= needed;
}

/* Registers that a body may use: those of arguments that are not there, and of none. */
static uint16_t free_registers(const struct stub *s) {
    uint16_t free = 0;
    for (unsigned i = 0; i < EVENT_ARGUMENTS_MAX; i++)
        if (!(s->valid >> i & 1))
            free |= (uint16_t)(1u << place_argument[i]);
    return free;
}

/* A register that no argument ever lies in; false: there is none. */
static bool spare_register(const struct stub *s, uint8_t *reg) {
    *reg = place_argument[arguments(s)];
    return arguments(s) < EVENT_ARGUMENTS_MAX;
}

static bool can_share(const struct stub *s, const struct held *held, unsigned *sharers) {
    if (!s->kind->places || (!held->condition && inline_refusal(&held->procedure)))
        return true; /* it is called, and then the register is loaded again */
    if (!inline_reads_closure(held))
        return true;
    ++*sharers;
    return held->procedure.closure == s->closure;
}

/* Do at least two of the step look at one closure, and none at another? */
static void find_shared_closure(struct stub *s, const struct step *step) {
    unsigned sharers = 0;
    s->closure = step->handler->procedure.closure;
    s->has_closure = false;
    s->shares_closure = spare_register(s, &s->closure_in) && !(step->flags & BINDING_FILTER) &&
                        can_share(s, step->handler, &sharers);
    for (uint32_t i = 0; i < step->guards; i++)
        s->shares_closure = s->shares_closure && can_share(s, step->guard[i], &sharers);
    s->shares_closure = s->shares_closure && sharers > 1;
}

static void get_arguments(struct stub *s, const struct held *held,
                          struct body_argument into[PARAMETERS]) {
    inline_arguments(&held->procedure, arguments(s), into);
    if (!s->shares_closure || !inline_reads_closure(held))
        return;
    if (!s->has_closure)
        emit_mov_imm(&s->e, s->closure_in, (uintptr_t)s->closure);
    s->has_closure = true;
    into[0] = (struct body_argument){.kind = BODY_REGISTER, .reg = s->closure_in};
}

/* Where `is_guard`, what does not hold leads to `next`; otherwise the result is in rax. */
static void put_body(struct stub *s, const struct held *held, bool is_guard, uint32_t next) {
    const struct procedure *p = &held->procedure;
    struct body body = {.program = &p->image->program,
                        .options = dispatcher->jit,
                        .label = s->next_label,
                        .result = is_guard ? EMIT_BODY_NOWHERE : X86_RAX,
                        .has_if_zero = is_guard,
                        .if_zero = next};
    uint16_t lost = 0;
    uint8_t reads = inline_reads(p) & stub_all_arguments(s);
    s->next_label += emit_body_labels(body.program);
    stub_need(s, reads);
    get_arguments(s, held, body.argument);
    body.free = free_registers(s);
    for (unsigned i = p->has_closure; i < PARAMETERS; i++)
        if (body.argument[i].kind == BODY_REGISTER && !(reads >> (i - p->has_closure) & 1))
            body.argument[i].kind = BODY_NONE;
    if (!emit_body(&s->e, &body, &lost))
        s->e.full = true;
    if (lost >> s->closure_in & 1)
        s->has_closure = false;
    if (is_guard)
        s->valid_next &= s->valid;
}

static void put_condition(struct stub *s, const struct held *guard, uint32_t next) {
    struct body_argument argument[PARAMETERS];
    for (uint32_t i = 0; i < guard->condition->count; i++) {
        const struct conjunct *c = &guard->condition->conjunct[i];
        if (s->range && key_range_is(s->range, &guard->procedure, c))
            continue;
        stub_need(s, inline_reads_conjunct(&guard->procedure, c));
        get_arguments(s, guard, argument);
        emit_conjunct(&s->e, c, argument, dispatcher->jit, next);
        s->valid_next &= s->valid;
    }
}

/* --- Results --- */

/* rax, as the event's type has it. */
static void narrow(struct stub *s) {
    unsigned bits = 8u * s->kind->event->result_bytes;
    if (bits == 0)
        emit_mov_imm(&s->e, X86_RAX, 0);
    else if (bits < 64)
        emit_zero_extend(&s->e, bits, X86_RAX, X86_RAX);
}

/* The result handler, with what waits: rax is the running value then. */
static void call_fold(struct stub *s, bool last) {
    const struct procedure *p = &s->kind->result->procedure;
    const uint8_t *reg = place_argument + p->has_closure;
    emit_load(&s->e, 64, false, reg[0], X86_RSP, stub_at(RUNNING));
    emit_load(&s->e, 64, false, reg[1], X86_RSP, stub_at(WAITING));
    emit_mov_imm(&s->e, reg[2], last);
    emit_mov(&s->e, true, reg[3], X86_RSP);
    call(s, p);
    narrow(s);
}

/* What waits is not the last; the result in NEW waits now. */
static void fold_what_waits(struct stub *s) {
    uint32_t none = s->next_label++;
    uint8_t valid = s->valid;
    emit_compare_memory_imm(&s->e, 64, X86_RSP, stub_at(FIRED), 0);
    emit_branch(&s->e, X86_IF_E, none);
    call_fold(s, false);
    emit_store(&s->e, 64, X86_RSP, stub_at(RUNNING), X86_RAX);
    emit_bind(&s->e, none);
    s->valid &= valid;
    emit_load(&s->e, 64, false, X86_RAX, X86_RSP, stub_at(NEW));
}

static void ask_post(struct stub *s, const struct procedure *post, uint32_t next) {
    emit_mov(&s->e, true, place_argument[post->has_closure], X86_RAX);
    call(s, post);
    leave_unless(s, next);
}

/* The handler has fired, if its post-guard holds. */
static void take_result(struct stub *s, const struct step *step, uint32_t next) {
    bool has_result = s->kind->event->result_bytes;
    if (has_result || s->kind->result || step->post)
        narrow(s);
    if (s->kind->result || step->post)
        emit_store(&s->e, 64, X86_RSP, stub_at(NEW), X86_RAX);
    if (step->post) {
        ask_post(s, &step->post->procedure, next);
        emit_load(&s->e, 64, false, X86_RAX, X86_RSP, stub_at(NEW));
    }
    if (s->kind->result)
        fold_what_waits(s);
    if (has_result || s->kind->result)
        emit_store(&s->e, 64, X86_RSP, stub_at(WAITING), X86_RAX);
    if (s->kind->asks_fired)
        emit_store_imm(&s->e, 64, X86_RSP, stub_at(FIRED), 1);
}

/* --- Steps --- */

static void put_guard(struct stub *s, const struct held *guard, uint32_t next) {
    if (s->kind->places && guard->condition) {
        put_condition(s, guard, next);
    } else if (s->kind->places && !inline_refusal(&guard->procedure)) {
        put_body(s, guard, true, next);
    } else {
        call_with_arguments(s, &guard->procedure);
        leave_unless(s, next);
    }
}

/* Gives whether the raise goes on behind it. */
static bool put_handler(struct stub *s, const struct step *step, uint32_t next) {
    const struct procedure *p = &step->handler->procedure;
    if (step->net)
        call_in_net(s, step, next);
    else if (step->flags & BINDING_FILTER) {
        load_filter_argument(s, p);
        call(s, p);
    } else if (s->kind->places && !inline_refusal(p))
        put_body(s, step->handler, false, next);
    else if (s->kind->lean) {
        leave_to(s, p);
        return false;
    } else
        call_with_arguments(s, p);
    return true;
}

static void put_step(struct stub *s, const struct step *step) {
    uint32_t next = s->next_label++;
    s->valid_next = stub_all_arguments(s);
    find_shared_closure(s, step);
    for (uint32_t i = 0; i < step->guards; i++)
        put_guard(s, step->guard[i], next);
    if (put_handler(s, step, next)) {
        take_result(s, step, next);
        if (step->flags & BINDING_CANCEL) {
            emit_jump(&s->e, LABEL_FIRED);
            s->uses_fired = true;
        } else {
            s->valid_next &= s->valid;
        }
    }
    emit_bind(&s->e, next);
    s->valid = s->valid_next;
}

void stub_put_steps(struct stub *s, const struct piece *piece) {
    for (uint32_t i = 0; i < piece->steps; i++)
        put_step(s, &piece->step[i]);
}

/* --- A piece by itself --- */

void stub_put_fired(struct stub *s) {
    emit_bind(&s->e, LABEL_FIRED);
    if (s->kind->result)
        call_fold(s, true);
    else if (s->kind->event->result_bytes)
        emit_load(&s->e, 64, false, X86_RAX, X86_RSP, stub_at(WAITING));
    emit_bind(&s->e, LABEL_OUT);
    stub_put_leave(s);
}

void stub_put_next(struct stub *s) {
    int32_t at = s->kind->lean ? 0 : stub_at(CURSOR);
    emit_alu_imm_memory(&s->e, X86_ADD, X86_RSP, at, 8);
    emit_load(&s->e, 64, false, X86_RAX, X86_RSP, at);
    emit_jump_memory(&s->e, X86_RAX, 0);
}

/* No call of a step takes more. */
#define BYTES_A_CALL 96
#define CALLS_A_STEP 3 /* handler, post-guard, result handler; guards besides */
#define CALLS_IN_NET 2 /* what is around a call in the net is as long as so many more */
#define BYTES_OF_END 256

uint32_t stub_bytes(const struct stub *s, const struct piece *piece) {
    uint32_t bytes = BYTES_OF_END;
    for (uint32_t i = 0; i < piece->steps; i++)
        bytes += (CALLS_A_STEP + piece->step[i].guards + (piece->step[i].net ? CALLS_IN_NET : 0)) *
                 BYTES_A_CALL;
    for (uint32_t i = 0; s->kind->places && i < piece->held_count; i++)
        bytes += inline_bytes(piece->held[i]);
    return bytes;
}

uint32_t stub_labels(const struct stub *s, const struct piece *piece) {
    uint32_t labels = LABEL_FIRST + 3 * piece->steps;
    for (uint32_t i = 0; s->kind->places && i < piece->held_count; i++)
        labels += inline_labels(piece->held[i]);
    return labels;
}

bool stub_piece(struct piece *piece, const struct code_kind *kind, const struct key_range *range) {
    struct stub s = {.kind = kind, .range = range, .has_cursor = true, .next_label = LABEL_FIRST};
    if (!emit_init(&s.e, dispatcher->hooks, stub_bytes(&s, piece), stub_labels(&s, piece)))
        return false;
    s.valid = kind->lean ? stub_all_arguments(&s) : 0;
    stub_put_steps(&s, piece);
    stub_put_next(&s);
    if (s.uses_fired)
        stub_put_fired(&s);
    stub_put_terminated(&s);
    if (!place_code(&s.e, &piece->code.code, 0))
        return false;
    place_done(&s.e, &piece->code.code);
    return true;
}
