/* SPDX-License-Identifier: MIT */
/* dpf_code.c -- a set's trie as machine code, a node at a time. A node's code notes the filter that
 * ends there, if that is better than what was found, and asks its branches one after the other:
 * those that have another behind them by a call, after which the place is as before; the last one
 * by a jump. So a message whose filters lie on one way is followed by jumps alone.
 *
 * Every load is preceded by a comparison of its end with the message's, unless one further on was
 * seen to be within it since the place last moved. Constants are in the code; several of one test
 * are in a table that the code searches, so that one more or less does not change the code. */
#include "engine/x86/emit.h"
#include "exo/dpf/dpf_own.h"

/* Where what is. All of them are the callee's to spoil. */
enum {
    FOUND = X86_RAX, /* the best filter so far: the code's result */
    RANK = X86_R11,  /* its rank */
    PLACE = X86_RDI,
    LEFT = X86_RSI, /* bytes of the message from the place on */
    ENTRY = X86_R8, /* the array of entries */
    VALUE = X86_R10,
    INDEX = X86_RCX,
    TABLE = X86_RDX,
    SLOT = X86_R9,
};

/* Of a branch, at most: bytes of code, and labels. Beside them a node has a note, its groups, and
 * an end. */
enum { BRANCH_BYTES = 128, BRANCH_LABELS = 4, NODE_BYTES = 64, NODE_LABELS = 2, GROUP_BYTES = 96 };

/* The code to where it runs; `label`, if not null, becomes where label 0 stands in it. */
static bool place(struct dpf_set *s, struct emitter *e, struct code_memory *code, uint32_t *label) {
    uint32_t bytes = emit_link(e);
    bool fine = !e->full && s->hooks.code_map(s->hooks.owner, bytes, code);
    if (fine) {
        emit_place(e, code->write, code->run);
        s->hooks.code_seal(s->hooks.owner, code);
        s->code_bytes += (uint32_t)code->bytes;
        if (label)
            *label = emit_label_at(e, 0);
    }
    emit_release(e);
    return fine;
}

/* --- One node --- */

static int32_t entry_at(uint32_t node) {
    return (int32_t)(node * sizeof(struct dpf_entry));
}

/* If the filter in INDEX is better than the best so far, it is that. */
static void note_better(struct emitter *e, uint32_t worse) {
    emit_load(e, 64, false, VALUE, INDEX, offsetof(struct dpf_filter, rank));
    emit_alu(e, X86_CMP, true, VALUE, RANK);
    emit_branch(e, X86_IF_BE, worse);
    emit_mov(e, true, RANK, VALUE);
    emit_mov(e, true, FOUND, INDEX);
    emit_bind(e, worse);
}

/* The filter that ends at node n. */
static void note(struct emitter *e, uint32_t n, uint32_t worse) {
    int32_t at = entry_at(n) + (int32_t)offsetof(struct dpf_entry, filter);
    emit_load(e, 64, false, INDEX, ENTRY, at);
    note_better(e, worse);
}

/* Who decides about more that end there: a C function, which wants its stack aligned. */
static void ask_group(struct emitter *e, const struct dpf_group *g, uint32_t worse) {
    static const unsigned kept[] = {FOUND, RANK, PLACE, LEFT, ENTRY, X86_RBX};
    const int count = sizeof kept / sizeof *kept;
    int32_t moved = (int32_t)g->moved;
    emit_alu_imm(e, X86_CMP, true, LEFT, moved);
    emit_branch(e, X86_IF_B, worse);
    for (int i = 0; i < count; i++)
        emit_push(e, kept[i]);
    emit_mov(e, true, X86_RBX, X86_RSP);
    emit_alu_imm(e, X86_AND, true, X86_RSP, -16);
    emit_lea(e, X86_RDX, LEFT, -moved);
    emit_lea(e, X86_RSI, PLACE, moved);
    emit_mov_imm(e, X86_RDI, (uintptr_t)g);
    emit_call_address(e, (uintptr_t)g->choice->choose, X86_RAX);
    emit_mov(e, true, X86_RSP, X86_RBX);
    emit_mov(e, true, INDEX, X86_RAX);
    for (int i = count; i--;)
        emit_pop(e, kept[i]);
    note_better(e, worse);
}

static uint32_t all_ones(uint32_t bytes) {
    return UINT32_MAX >> (32 - 8 * bytes);
}

static void load_masked(struct emitter *e, const struct dpf_key *key) {
    emit_load(e, 8u * key->bytes, false, VALUE, PLACE, key->offset);
    if (key->mask != all_ones(key->bytes))
        emit_alu_imm(e, X86_AND, false, VALUE, (int32_t)key->mask);
}

/* As an instruction of so many bytes has it. */
static int32_t immediate(uint32_t value, uint32_t bytes) {
    return bytes == 1 ? (int8_t)value : bytes == 2 ? (int16_t)value : (int32_t)value;
}

/* One value: where it lies, if all of it counts, or none of its bits is to be set. */
static void test_one(struct emitter *e, const struct dpf_key *key, uint32_t value, uint32_t fails) {
    uint32_t bits = 8u * key->bytes;
    if (key->mask == all_ones(key->bytes)) {
        emit_compare_memory_imm(e, bits, PLACE, key->offset, immediate(value, key->bytes));
    } else if (!value) {
        emit_test_memory_imm(e, bits, PLACE, key->offset, immediate(key->mask, key->bytes));
    } else {
        load_masked(e, key);
        emit_alu_imm(e, X86_CMP, false, VALUE, (int32_t)value);
    }
    emit_branch(e, X86_IF_NE, fails);
}

/* Several values: SLOT becomes the address of the entry to which this one leads, or nothing's. */
static void test_many(struct emitter *e, const struct dpf_branch *b, uint32_t label,
                      uint32_t fails) {
    uint32_t again = label, found = label + 1;
    load_masked(e, &b->key);
    emit_mov_imm(e, TABLE, (uintptr_t)&b->to.directory);
    emit_mov_imm(e, INDEX, DPF_HASH);
    emit_mul(e, true, INDEX, VALUE);
    emit_load(e, 64, false, TABLE, TABLE, 0);
    emit_mov(e, true, SLOT, INDEX);
    emit_shift_imm(e, X86_SHR, true, SLOT, DPF_HASH_SHIFT);
    emit_alu_load(e, X86_AND, false, SLOT, TABLE, offsetof(struct dpf_directory, last));
    emit_load_index(e, 64, false, TABLE, TABLE, SLOT, 3, offsetof(struct dpf_directory, small));
    emit_shift_imm(e, X86_SHR, true, INDEX, DPF_HASH_SMALL_SHIFT);
    emit_bind(e, again);
    emit_load_index(e, 64, false, SLOT, TABLE, INDEX, 3, 0);
    emit_alu(e, X86_CMP, false, SLOT, VALUE);
    emit_branch(e, X86_IF_E, found);
    emit_shift_imm(e, X86_SHR, true, SLOT, 32); /* its entry; 0: a free slot */
    emit_branch(e, X86_IF_E, fails);
    emit_alu_imm(e, X86_ADD, false, INDEX, 1);
    emit_alu_imm(e, X86_AND, false, INDEX, DPF_SMALL - 1);
    emit_jump(e, again);
    emit_bind(e, found); /* perhaps in a free slot, by a value of 0 */
    emit_shift_imm(e, X86_SHR, true, SLOT, 32);
    emit_alu(e, X86_ADD, true, SLOT, ENTRY);
}
_Static_assert(offsetof(struct dpf_slot, value) == 0, "the lower half of a slot");
_Static_assert(DPF_SMALL == 1 << (64 - DPF_HASH_SMALL_SHIFT), "");
_Static_assert(sizeof(struct dpf_slot) == 8, "an index is scaled by it");
_Static_assert(offsetof(struct dpf_entry, code) == 0, "");

/* VALUE becomes how far the place moves on; within the message. */
static void test_shift(struct emitter *e, const struct dpf_key *key, uint32_t fails) {
    emit_load(e, 8u * key->bytes, false, VALUE, PLACE, key->offset);
    if (key->bytes == 2)
        emit_rol16(e, VALUE, 8);
    if (key->bytes == 4)
        emit_bswap(e, false, VALUE);
    if (key->mask != all_ones(key->bytes))
        emit_alu_imm(e, X86_AND, false, VALUE, (int32_t)key->mask);
    if (key->shift > 1)
        emit_shift_imm(e, X86_SHL, true, VALUE, key->shift - 1u);
    emit_alu(e, X86_CMP, true, VALUE, LEFT);
    emit_branch(e, X86_IF_A, fails);
}

/* The only value of a branch but that which leads to `without`; or NULL: there are more. */
static const struct dpf_slot *only(const struct dpf_branch *b, uint32_t without) {
    const struct dpf_slot *found = NULL, *slot;
    uint32_t at = 0;
    if (b->to.count > 2)
        return NULL;
    while ((slot = dpf_table_next(&b->to, &at)))
        if (b->to.count == 1 || dpf_slot_node(slot) != without) {
            if (found)
                return NULL;
            found = slot;
        }
    return found;
}

static bool leads_only_to(const struct dpf_branch *b, uint32_t node) {
    return b->to.count == 1 && dpf_slot_node(&b->to.one) == node;
}

static void branch(struct emitter *e, const struct dpf_branch *b, uint32_t proven, uint32_t label,
                   uint32_t fails, uint32_t without, bool last) {
    const struct dpf_slot *one = only(b, without);
    uint32_t end = b->key.offset + (uint32_t)b->key.bytes;
    if (end > proven) {
        emit_alu_imm(e, X86_CMP, true, LEFT, (int32_t)end);
        emit_branch(e, X86_IF_B, fails);
    }
    if (b->key.shift)
        test_shift(e, &b->key, fails);
    else if (one)
        test_one(e, &b->key, one->value, fails);
    else
        test_many(e, b, label, fails);
    if (!last) {
        emit_push(e, PLACE);
        emit_push(e, LEFT);
    }
    if (b->key.shift) {
        emit_alu(e, X86_SUB, true, LEFT, VALUE);
        emit_alu(e, X86_ADD, true, PLACE, VALUE);
    }
    unsigned base = one ? ENTRY : SLOT;
    int32_t at = one ? (int32_t)one->entry : 0;
    if (last) {
        emit_jump_memory(e, base, at);
        return;
    }
    emit_load(e, 64, false, INDEX, base, at);
    emit_call_register(e, INDEX);
    emit_pop(e, LEFT);
    emit_pop(e, PLACE);
}

static void node_code(struct dpf_set *s, struct emitter *e, uint32_t n, uint32_t without) {
    const struct dpf_node *node = dpf_node(s, n);
    uint32_t label = 1, done = 0;
    if (s->entry[n].filter != &dpf_nobody)
        note(e, n, label++);
    for (const struct dpf_group *g = node->group; g; g = g->next)
        ask_group(e, g, label++);
    for (const struct dpf_branch *b = node->branch; b; b = b->next) {
        if (leads_only_to(b, without))
            continue;
        const struct dpf_branch *next = b->next;
        if (next && leads_only_to(next, without))
            next = next->next;
        uint32_t fails = next ? label + 2 : done;
        branch(e, b, node->proven, label, fails, without, !next);
        if (next)
            emit_bind(e, fails);
        label += BRANCH_LABELS;
    }
    emit_bind(e, done);
    emit_ret(e);
}

bool dpf_compile(struct dpf_set *s, uint32_t n, uint32_t without) {
    struct emitter e;
    struct code_memory code;
    uint32_t count = 0, groups = 0;
    for (const struct dpf_branch *b = dpf_node(s, n)->branch; b; b = b->next)
        count++;
    for (const struct dpf_group *g = dpf_node(s, n)->group; g; g = g->next)
        groups++;
    if (!emit_init(&e, &s->hooks, NODE_BYTES + count * BRANCH_BYTES + groups * GROUP_BYTES,
                   NODE_LABELS + count * BRANCH_LABELS + groups))
        return false;
    node_code(s, &e, n, without);
    if (!place(s, &e, &code, NULL))
        return false;
    struct code_memory old = dpf_node(s, n)->code;
    dpf_node(s, n)->code = code;
    s->entry[n].code = code.run;
    if (old.run) {
        s->code_bytes -= (uint32_t)old.bytes;
        s->hooks.code_unmap(s->hooks.owner, &old);
    }
    return true;
}

/* --- The set's own --- */

bool dpf_compile_begin(struct dpf_set *s) {
    struct emitter e;
    uint32_t nothing;
    if (!emit_init(&e, &s->hooks, NODE_BYTES, NODE_LABELS))
        return false;
    /* The C calling convention's: set, message, bytes. */
    emit_load(&e, 64, false, ENTRY, X86_RDI, offsetof(struct dpf_set, entry));
    emit_mov(&e, true, PLACE, X86_RSI);
    emit_mov(&e, false, LEFT, X86_RDX);
    emit_mov_imm(&e, FOUND, (uintptr_t)&dpf_nobody);
    emit_mov_imm(&e, RANK, 0);
    emit_jump_memory(&e, ENTRY, entry_at(DPF_ROOT));
    emit_bind(&e, 0);
    emit_ret(&e);
    if (!place(s, &e, &s->begin, &nothing))
        return false;
    s->nothing = s->begin.run + nothing;
    /* A function of the code that was just written. */
    s->find = (const struct dpf_filter *(*)(const struct dpf_set *, const uint8_t *, uint32_t))(
                  uintptr_t)s->begin.run;
    s->head.find = s->find;
    return true;
}
