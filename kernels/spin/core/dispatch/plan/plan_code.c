/* SPDX-License-Identifier: MIT */
/* plan_code.c -- the code of a plan: what comes before the first of its parts and behind the last;
 * the search for the piece, where bindings are found by a key; and, where there is one piece alone,
 * its steps (stub.h). */
#include "lib/string.h"
#include "spin/core/dispatch/binding/inline.h"
#include "spin/core/dispatch/binding/place.h"
#include "spin/core/dispatch/plan/plan.h"
#include "spin/core/dispatch/plan/stub.h"
#include "spin/core/dispatch/plan/tree.h"

/* A raise of one piece needs no cursor. */
static bool is_one_piece(const struct plan *p) {
    return p->parts == 0 || (p->parts == 1 && p->part[0].piece);
}

static void put_begin(struct stub *s, const struct plan *p) {
    s->valid = stub_all_arguments(s);
    if (s->kind->lean) {
        if (s->has_cursor) {
            emit_lea_label(&s->e, X86_RAX, LABEL_TABLE);
            emit_push(&s->e, X86_RAX);
        }
        return;
    }
    emit_alu_imm(&s->e, X86_SUB, true, X86_RSP, stub_frame_bytes(s));
    for (unsigned i = 0; i < s->kind->event->arguments; i++)
        emit_store(&s->e, 64, X86_RSP, stub_at(i), place_argument[i]);
    if (s->kind->asks_fired)
        emit_store_imm(&s->e, 64, X86_RSP, stub_at(FIRED), 0);
    if (s->kind->result) {
        emit_mov_imm(&s->e, X86_RAX, p->initial);
        emit_store(&s->e, 64, X86_RSP, stub_at(RUNNING), X86_RAX);
    }
    if (s->has_cursor) {
        emit_lea_label(&s->e, X86_RAX, LABEL_TABLE);
        emit_store(&s->e, 64, X86_RSP, stub_at(CURSOR), X86_RAX);
    }
    if (s->kind->has_net) {
        emit_net_open(&s->e, stub_at(NET), LABEL_FAILED);
        s->valid = 0;
    }
}

static void put_nobody(struct stub *s, const struct plan *p) {
    emit_bind(&s->e, LABEL_NOBODY);
    emit_mov_imm(&s->e, X86_RDI, (uintptr_t)p);
    emit_mov(&s->e, true, X86_RSI, X86_RSP);
    emit_call_address(&s->e, (uintptr_t)plan_nobody, X86_RAX);
    emit_jump(&s->e, LABEL_OUT);
}

static void put_failed(struct stub *s) {
    emit_bind(&s->e, LABEL_FAILED);
    emit_net_failed(&s->e, stub_at(NET), s->kind->event, stub_frame_bytes(s));
    emit_jump(&s->e, LABEL_OUT);
}

static void put_end(struct stub *s, const struct plan *p) {
    emit_bind(&s->e, LABEL_END);
    if (s->kind->asks_fired) {
        emit_compare_memory_imm(&s->e, 64, X86_RSP, stub_at(FIRED), 0);
        emit_branch(&s->e, X86_IF_E, LABEL_NOBODY);
    }
    stub_put_fired(s);
    if (s->kind->asks_fired)
        put_nobody(s, p);
    stub_put_terminated(s);
    if (s->kind->has_net)
        put_failed(s);
}

/* --- The search --- */

#define NUMBER X86_RAX /* where emit_conjunct.h has it */
#define AT     X86_R11

/* Below or above the range that AT has: the subtree there, or there is none. */
static void put_turn(struct stub *s, size_t side, uint32_t look, uint32_t nowhere) {
    emit_load(&s->e, 64, false, AT, AT, (int32_t)side);
    emit_test(&s->e, true, AT, AT);
    emit_branch(&s->e, X86_IF_NE, look);
    emit_jump(&s->e, nowhere);
}

/* To the piece for the number, or on to the next part. The tree lives as long as the plan. */
static void put_search(struct stub *s, const struct plan_part *part) {
    uint32_t look = s->next_label++, below = s->next_label++, above = s->next_label++,
             nowhere = s->next_label++;
    struct body_argument argument[PARAMETERS];
    const struct procedure event_itself = {.entry = NULL};
    struct conjunct key = {.source = part->key.source};
    inline_arguments(&event_itself, s->kind->event->arguments, argument);
    stub_need(s, inline_reads_conjunct(&event_itself, &key));
    emit_source(&s->e, &key.source, part->key.mask, argument, dispatcher->jit);
    emit_mov_imm(&s->e, AT, (uintptr_t)part->tree);
    emit_bind(&s->e, look);
    emit_compare_memory(&s->e, true, AT, offsetof(struct tree, range.low), NUMBER);
    emit_branch(&s->e, X86_IF_A, below);
    emit_compare_memory(&s->e, true, AT, offsetof(struct tree, range.high), NUMBER);
    emit_branch(&s->e, X86_IF_B, above);
    emit_jump_memory(&s->e, AT, offsetof(struct tree, code));
    emit_bind(&s->e, above);
    put_turn(s, offsetof(struct tree, higher), look, nowhere);
    emit_bind(&s->e, below);
    put_turn(s, offsetof(struct tree, lower), look, nowhere);
    emit_bind(&s->e, nowhere);
    stub_put_next(s);
}

/* --- Several parts --- */

#define LABELS_A_SEARCH 5 /* where it begins, and four within */

static uint32_t count_searches(const struct plan *p) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->parts; i++)
        count += !p->part[i].piece;
    return count;
}

static void put_parts(struct stub *s, const struct plan *p) {
    uint32_t search = LABEL_FIRST;
    s->next_label = LABEL_FIRST + count_searches(p);
    if (p->part[0].piece)
        emit_jump_address(&s->e, (uintptr_t)p->part[0].piece->code.code.run, X86_RAX);
    for (uint32_t i = 0; i < p->parts; i++)
        if (!p->part[i].piece) {
            s->valid = (i == 0 && !s->kind->has_net) || s->kind->lean ? stub_all_arguments(s) : 0;
            emit_bind(&s->e, search++);
            put_search(s, &p->part[i]);
        }
}

/* The addresses of all parts and of the end. */
static void write_table(const struct stub *s, const struct plan *p) {
    const struct code_memory *code = &p->code.code;
    uint8_t *at = code->write + emit_label_at(&s->e, LABEL_TABLE);
    uint32_t search = LABEL_FIRST;
    for (uint32_t i = 0; i <= p->parts; i++, at += sizeof(uintptr_t)) {
        const struct piece *piece = i < p->parts ? p->part[i].piece : NULL;
        uint32_t label = i == p->parts ? LABEL_END : piece ? 0 : search++;
        uintptr_t address = piece ? (uintptr_t)piece->code.code.run
                                  : (uintptr_t)code->run + emit_label_at(&s->e, label);
        memcpy(at, &address, sizeof address);
    }
}

static size_t table_bytes(const struct plan *p) {
    return is_one_piece(p) ? 0 : (p->parts + 1) * sizeof(uintptr_t);
}

/* Pieces get code of their own when they are no longer alone. */
static bool make_pieces(struct plan *p, const struct code_kind *kind) {
    for (uint32_t i = 0; i < p->parts; i++) {
        struct piece *piece = p->part[i].piece;
        if (piece && !piece->code.code.bytes && !stub_piece(piece, kind, NULL))
            return false;
    }
    return true;
}

/* --- All of it --- */

#define BYTES_A_SEARCH 192
#define BYTES_AROUND   768 /* a net included */
#define BYTES_LATER    256 /* of an asynchronous event */

static bool open(struct stub *s, const struct plan *p) {
    const struct piece *only = p->parts ? p->part[0].piece : NULL;
    const uint32_t searches = count_searches(p);
    const uint32_t around = BYTES_AROUND + (p->later ? BYTES_LATER : 0);
    if (is_one_piece(p))
        return emit_init(&s->e, dispatcher->hooks, around + (only ? stub_bytes(s, only) : 0),
                         LABEL_FIRST + (only ? stub_labels(s, only) : 0));
    return emit_init(&s->e, dispatcher->hooks, around + searches * BYTES_A_SEARCH,
                     LABEL_FIRST + searches * LABELS_A_SEARCH);
}

bool level_code(struct plan *p, const struct code_kind *kind) {
    struct stub s = {.kind = kind, .has_cursor = !is_one_piece(p), .next_label = LABEL_FIRST};
    if ((s.has_cursor && !make_pieces(p, kind)) || !open(&s, p))
        return false;
    p->frame = (uint32_t)stub_frame_bytes(&s);
    put_begin(&s, p);
    if (s.has_cursor)
        put_parts(&s, p);
    else if (p->parts)
        stub_put_steps(&s, p->part[0].piece);
    put_end(&s, p);
    emit_later(&s.e, p, LABEL_LATER);
    emit_bind(&s.e, LABEL_TABLE);
    if (!plan_place(p, &s.e, LABEL_LATER, table_bytes(p)))
        return false;
    if (s.has_cursor)
        write_table(&s, p);
    place_done(&s.e, &p->code.code);
    return true;
}
