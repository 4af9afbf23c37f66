/* SPDX-License-Identifier: MIT */
/* trie_share.c -- which instructions run for whom. A *group* of members is at one slot in one state
 * of the machine. While their next instruction is the same it is emitted once, for all of them.
 * Where it is not, the group *forks*: its classes, the members that still agree, run one after the
 * other, each from the registers as they were at the fork. A member alone runs to its end, which
 * notes its bit and goes to where the next class starts.
 *
 * Invariants: up to a fork its members' registers are equal, and nobody has written to the stack
 * (what writes or calls is never shared); so restoring registers that a later class still reads and
 * an earlier one has changed restores the state. The stack below the homes is whatever the class
 * before has left, which no verified program can see: it reads only what it wrote itself. */
#include "engine/merge/trie_internal.h"

#include "engine/assert.h"

#define BIT(r)    (1u << (r))
#define MASK_HOME 0

/* What a slot of a group is before it has a place in the result. */
enum { UNREACHED = UINT32_MAX, REACHED = UINT32_MAX - 1 };

/* Jumps that wait for a place: each one's immediate is the next of them. */
struct chain {
    uint32_t last;
};
#define CHAIN_END UINT32_MAX

struct group {
    uint64_t members;
    const struct program *program; /* of its first member, whose slots are named below */
    uint32_t *place;               /* of each slot in the result */
    unsigned depth, homes;         /* forks around it, and what they use */
};

static const struct member *member_first(const struct trie_build *m, uint64_t members) {
    ENGINE_ASSERT(members, "of no members there is no first (%p)", (const void *)m);
    return &m->member[__builtin_ctzll(members)];
}

/* --- What an instruction is to the members --- */

static bool may_be_shared(struct insn insn) {
    unsigned kind = insn_info(insn)->kind;
    return kind == KIND_ALU || kind == KIND_JUMP || kind == KIND_LOAD || kind == KIND_EXIT ||
           insn.op == OP_LDDW_IMM || insn.op == OP_LDDW_VARIABLE;
}

static bool same_bits(struct insn a, struct insn b) {
    return a.op == b.op && a.dst == b.dst && a.src == b.src && a.off == b.off && a.imm == b.imm;
}

static bool same_at(const struct member *a, const struct member *b, uint32_t slot) {
    struct insn x = a->program->insn[slot], y = b->program->insn[slot];
    if (!may_be_shared(x))
        return false;
    if (insn_info(x)->kind == KIND_CONST)
        return x.op == y.op && x.dst == y.dst &&
               program_constant(a->program, slot) == program_constant(b->program, slot);
    return same_bits(x, y);
}

/* Those of `members` that agree with the first one on the instruction at `slot`. */
static uint64_t class_of(const struct trie_build *m, uint64_t members, uint32_t slot,
                         unsigned depth) {
    const struct member *first = member_first(m, members);
    uint64_t alike = members & -members;
    if (depth >= m->depth_max)
        return alike;
    for (uint64_t rest = members & (members - 1); rest; rest &= rest - 1)
        if (same_at(first, member_first(m, rest), slot))
            alike |= rest & -rest;
    return alike;
}

static bool is_fork(const struct trie_build *m, const struct group *g, uint32_t slot) {
    return class_of(m, g->members, slot, g->depth) != g->members;
}

/* --- Where a group's paths lead --- */

static bool reach(uint32_t *place, uint32_t slot) {
    ENGINE_ASSERT(place[slot] >= REACHED, "slot %u has a place already", slot);
    bool news = place[slot] == UNREACHED;
    place[slot] = REACHED;
    return news;
}

/* Marks what follows a slot; gives whether a slot before it was news. */
static bool reach_next(const struct program *p, uint32_t *place, uint32_t slot) {
    struct insn insn = p->insn[slot];
    const struct opcode_info *info = insn_info(insn);
    bool back = false;
    if (info->kind == KIND_EXIT)
        return false;
    if (info->kind == KIND_JUMP) {
        uint32_t target = slot + 1 + (uint32_t)insn_distance(insn);
        back = reach(place, target) && target <= slot;
    }
    if (info->operation != DO_ALWAYS)
        reach(place, slot + (info->kind == KIND_CONST ? 2 : 1));
    return back;
}

/* Marks all that the group can reach together from `start`. */
static void reach_all(struct trie_build *m, struct group *g, uint32_t start) {
    uint32_t end = g->program->function[0].end;
    for (uint32_t i = 0; i < end; i++)
        g->place[i] = UNREACHED;
    g->place[start] = REACHED;
    for (bool again = true; again && !m->full;) {
        again = false;
        m->full |= (m->work += end) > TRIE_WORK_MAX;
        for (uint32_t i = 0; i < end; i++)
            if (g->place[i] == REACHED && !is_fork(m, g, i))
                again |= reach_next(g->program, g->place, i);
    }
}

static bool group_open(struct trie_build *m, struct group *g, uint64_t members, uint32_t start) {
    g->members = members;
    g->program = member_first(m, members)->program;
    g->place = m->hooks->allocate(m->hooks->owner, g->program->function[0].end * sizeof *g->place);
    if (!g->place) {
        m->no_memory = true;
        return false;
    }
    reach_all(m, g, start);
    return true;
}

static void group_close(struct trie_build *m, struct group *g) {
    m->hooks->release(m->hooks->owner, g->place, g->program->function[0].end * sizeof *g->place);
}

/* The registers that members read later. */
static unsigned live_at(const struct trie_build *m, uint64_t members, uint32_t slot) {
    unsigned registers = 0;
    for (; members; members &= members - 1)
        registers |= member_first(m, members)->live[slot];
    return registers & (BIT(REGISTER_FRAME) - 1);
}

/* The registers that members change on their way to the end. */
static unsigned changed_from(const struct trie_build *m, uint64_t members, uint32_t slot) {
    unsigned registers = 0;
    for (; members; members &= members - 1)
        registers |= member_first(m, members)->changed[slot];
    return registers;
}

/* --- What is emitted --- */

static bool home_is_register(const struct trie_build *m, unsigned home) {
    return home < m->spares;
}

static int16_t home_offset(const struct trie_build *m, unsigned home) {
    return (int16_t) - (int32_t)(m->frame_bytes + 8 * (home - m->spares + 1));
}

static void save(struct trie_build *m, unsigned home, unsigned reg) {
    if (home >= m->homes)
        m->homes = home + 1;
    if (home_is_register(m, home))
        trie_put(m, (struct insn){.op = OP_MOV64_X, .dst = m->spare[home] & 15, .src = reg & 15});
    else
        trie_put(m, (struct insn){.op = OP_STX_DW,
                                  .dst = REGISTER_FRAME,
                                  .src = reg & 15,
                                  .off = home_offset(m, home)});
}

static void restore(struct trie_build *m, unsigned home, unsigned reg) {
    if (home_is_register(m, home))
        trie_put(m, (struct insn){.op = OP_MOV64_X, .dst = reg & 15, .src = m->spare[home] & 15});
    else
        trie_put(m, (struct insn){.op = OP_LDX_DW,
                                  .dst = reg & 15,
                                  .src = REGISTER_FRAME,
                                  .off = home_offset(m, home)});
}

/* What noting a bit changes beside the mask. */
static unsigned changed_by_mask(const struct trie_build *m) {
    return home_is_register(m, MASK_HOME) ? BIT(0) : BIT(0) | BIT(1);
}

/* A member is at its end, where nothing but r0 is read any more. */
static void note_bits(struct trie_build *m, uint64_t bits) {
    unsigned mask = home_is_register(m, MASK_HOME) ? m->spare[MASK_HOME] : 1;
    if (mask == 1)
        restore(m, MASK_HOME, 1);
    if (bits <= INT32_MAX) {
        trie_put(m, (struct insn){.op = OP_OR64_K, .dst = mask & 15, .imm = (int32_t)bits});
    } else {
        trie_put(m, (struct insn){.op = OP_LDDW_IMM, .imm = (int32_t)bits});
        trie_put(m, (struct insn){.op = OP_HIGH, .imm = (int32_t)(bits >> 32)});
        trie_put(m, (struct insn){.op = OP_OR64_X, .dst = mask & 15});
    }
    if (mask == 1)
        save(m, MASK_HOME, 1);
}

static void chain_jump(struct trie_build *m, struct chain *c) {
    trie_put(m, (struct insn){.op = OP_JA32, .imm = (int32_t)c->last});
    c->last = m->used - 1;
}

/* All jumps of the chain lead to what is emitted next. */
static void chain_bind(struct trie_build *m, struct chain *c) {
    for (uint32_t at = c->last, next; at != CHAIN_END && !m->full; at = next) {
        next = (uint32_t)m->out[at].imm;
        m->out[at].imm = (int32_t)(m->used - at - 1);
    }
    c->last = CHAIN_END;
}

/* Does the slot before load a constant into r0, with no other way to here? */
static bool result_is_known(const struct group *g, uint32_t slot, int32_t *value) {
    if (slot == 0 || g->program->mark[slot] & MARK_TARGET || g->place[slot - 1] == UNREACHED)
        return false;
    struct insn before = g->program->insn[slot - 1];
    *value = before.imm;
    return (before.op == OP_MOV64_K || before.op == OP_MOV32_K) && before.dst == 0;
}

static void emit_end(struct trie_build *m, const struct group *g, uint32_t slot,
                     struct chain *ends) {
    int32_t value = 0;
    bool known = result_is_known(g, slot, &value);
    if (known && value) {
        note_bits(m, g->members);
    } else if (!known) {
        uint32_t test = m->used;
        trie_put(m, (struct insn){.op = OP_JEQ64_K});
        note_bits(m, g->members);
        if (!m->full)
            m->out[test].off = (int16_t)(m->used - test - 1);
    }
    chain_jump(m, ends);
}

/* One instruction, bound to the result's imports and variables. */
static void emit_plain(struct trie_build *m, const struct group *g, uint32_t slot) {
    const struct member *of = member_first(m, g->members);
    struct insn insn = g->program->insn[slot];
    uint32_t at = m->used;
    if (insn.op == OP_CALL_STATIC)
        insn.imm += (int32_t)of->import_base;
    if (insn.op == OP_LDDW_VARIABLE)
        insn.imm += (int32_t)of->variable_base;
    trie_put(m, insn);
    if (insn_info(insn)->kind == KIND_CONST)
        trie_put(m, g->program->insn[slot + 1]);
    if (m->full || (insn.op != OP_CALL_LOCAL && insn.op != OP_LDDW_CODE))
        return;
    m->owner[at] = (uint8_t)(1 + (of - m->member));
    m->out[at].imm = (int32_t)(slot + 1 + (uint32_t)insn.imm); /* until its functions are copied */
}

static void emit_group(struct trie_build *m, uint64_t members, uint32_t start, unsigned depth,
                       unsigned homes, struct chain *ends);

/* The registers in `saved` get homes, or come back from them. */
static unsigned for_each_home(struct trie_build *m, unsigned saved, unsigned wanted, unsigned home,
                              void (*move)(struct trie_build *, unsigned, unsigned)) {
    for (unsigned r = 0; r < REGISTER_FRAME; r++) {
        if (saved & wanted & BIT(r))
            move(m, home, r);
        home += saved >> r & 1;
    }
    return home;
}

/* What a class still reads and one before it has changed. */
static unsigned to_be_saved(const struct trie_build *m, const struct group *g, uint32_t slot) {
    unsigned saved = 0, lost = 0;
    for (uint64_t rest = g->members, alike; rest; rest &= ~alike) {
        alike = class_of(m, rest, slot, g->depth);
        saved |= lost & live_at(m, alike, slot);
        lost |= changed_from(m, alike, slot) | changed_by_mask(m);
    }
    return saved;
}

/* The last class ends where the group would. */
static void emit_fork(struct trie_build *m, const struct group *g, uint32_t slot,
                      struct chain *ends) {
    unsigned saved = to_be_saved(m, g, slot);
    unsigned homes = for_each_home(m, saved, saved, g->homes, save);
    for (uint64_t rest = g->members, alike; rest && !m->full && !m->no_memory; rest &= ~alike) {
        struct chain next = {CHAIN_END};
        alike = class_of(m, rest, slot, g->depth);
        if (rest != g->members)
            for_each_home(m, saved, live_at(m, alike, slot), g->homes, restore);
        emit_group(m, alike, slot, g->depth + 1, homes, alike == rest ? ends : &next);
        chain_bind(m, &next);
    }
}

static void emit_slot(struct trie_build *m, const struct group *g, uint32_t slot,
                      struct chain *ends) {
    if (is_fork(m, g, slot))
        emit_fork(m, g, slot, ends);
    else if (insn_info(g->program->insn[slot])->kind == KIND_EXIT)
        emit_end(m, g, slot, ends);
    else
        emit_plain(m, g, slot);
}

/* Jumps of the group's own instructions find their places. */
static void bind_jumps(struct trie_build *m, const struct group *g) {
    for (uint32_t i = 0; i < g->program->function[0].end; i++) {
        struct insn insn = g->program->insn[i];
        if (g->place[i] >= REACHED || insn_info(insn)->kind != KIND_JUMP || is_fork(m, g, i))
            continue;
        uint32_t target = i + 1 + (uint32_t)insn_distance(insn);
        int32_t distance = (int32_t)(g->place[target] - g->place[i] - 1);
        if (insn.op == OP_JA32)
            m->out[g->place[i]].imm = distance;
        else
            m->out[g->place[i]].off = (int16_t)distance;
    }
}

/* Emits what runs for these members from `start` to their ends, which go to `ends`. Slots keep
 * their order, so that each falls through to the one that it did before. */
static void emit_group(struct trie_build *m, uint64_t members, uint32_t start, unsigned depth,
                       unsigned homes, struct chain *ends) {
    struct group g = {.depth = depth, .homes = homes};
    struct chain entry = {CHAIN_END};
    if (!group_open(m, &g, members, start))
        return;
    for (uint32_t i = 0; i < g.program->function[0].end && !m->full; i++) {
        if (g.place[i] != REACHED)
            continue;
        if (i < start && entry.last == CHAIN_END) /* a loop leads back before the start */
            chain_jump(m, &entry);
        if (i == start)
            chain_bind(m, &entry);
        g.place[i] = m->used;
        emit_slot(m, &g, i, ends);
    }
    if (!m->full && !m->no_memory)
        bind_jumps(m, &g);
    group_close(m, &g);
}

void trie_share(struct trie_build *m) {
    struct chain ends = {CHAIN_END};
    trie_put(m, (struct insn){.op = OP_MOV64_K});
    save(m, MASK_HOME, 0);
    if (m->count)
        emit_group(m, ~(uint64_t)0 >> (TRIE_MAX - m->count), 0, 0, MASK_HOME + 1, &ends);
    chain_bind(m, &ends);
    restore(m, MASK_HOME, 0);
    trie_put(m, (struct insn){.op = OP_EXIT});
}
