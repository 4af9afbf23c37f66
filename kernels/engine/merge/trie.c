/* SPDX-License-Identifier: MIT */
/* trie.c -- see trie.h: the members, and the parts of the result. First comes what trie_share.c
 * makes, then the members' other functions as they are. If sharing makes too much of it, as where
 * many forks lead to the same long tails, the members stand one after the other. */
#include "engine/assert.h"
#include "engine/base/activation.h"
#include "engine/base/liveness.h"
#include "engine/merge/trie_internal.h"
#include "lib/string.h"

#define BIT(r)     (1u << (r))
#define PASSES_MAX 64  /* as in liveness.c: then everything counts as changed */
#define SLOTS_MORE 128 /* beyond the members' own: homes, bits, jumps of a fork for each */

void trie_put(struct trie_build *m, struct insn insn) {
    ENGINE_ASSERT(m->used <= m->capacity, "%u of %u slots", m->used, m->capacity);
    if (m->used == m->capacity) {
        m->full = true;
        return;
    }
    m->owner[m->used] = 0;
    m->out[m->used++] = insn;
}

/* --- The members --- */

/* The registers that an instruction may leave different. */
static unsigned changed_by(struct insn insn) {
    switch (insn_info(insn)->kind) {
    case KIND_CALL:
        return BIT(6) - 1;
    case KIND_ATOMIC:
        return BIT(insn.src) | BIT(0);
    default:
        return insn_writes_dst(insn) ? BIT(insn.dst) : 0;
    }
}

/* One pass over the first function, backwards; gives whether anything was new. */
static bool changed_pass(const struct program *p, uint16_t *changed) {
    bool news = false;
    for (uint32_t i = p->function[0].end; i-- > 0;) {
        struct insn insn = p->insn[i];
        const struct opcode_info *info = insn_info(insn);
        unsigned registers = changed[i] | changed_by(insn);
        if (info->kind == KIND_JUMP)
            registers |= changed[i + 1 + (uint32_t)insn_distance(insn)];
        if (info->kind != KIND_EXIT && info->operation != DO_ALWAYS)
            registers |= changed[i + 1];
        news |= registers != changed[i];
        changed[i] = (uint16_t)registers;
    }
    return news;
}

static void find_changed(const struct program *p, uint16_t *changed) {
    for (unsigned passes = 0; changed_pass(p, changed); passes++)
        if (passes == PASSES_MAX)
            memset(changed, 0xff, p->slots * sizeof *changed);
}

static bool open_member(struct trie_build *m, const struct program *p) {
    struct member *of = &m->member[m->count];
    size_t bytes = p->slots * sizeof(uint16_t);
    *of = (struct member){.program = p,
                          .live = m->hooks->allocate(m->hooks->owner, bytes),
                          .changed = m->hooks->allocate(m->hooks->owner, bytes),
                          .first = p->mark[0] & MARK_CALLED ? 0 : p->function[0].end};
    m->count++;
    if (!of->live || !of->changed)
        return false;
    liveness_of_registers(p, of->live);
    find_changed(p, of->changed);
    return true;
}

static void close_members(struct trie_build *m) {
    const struct hooks *h = m->hooks;
    for (uint32_t i = 0; i < m->count; i++) {
        size_t bytes = m->member[i].program->slots * sizeof(uint16_t);
        h->release(h->owner, m->member[i].live, bytes);
        h->release(h->owner, m->member[i].changed, bytes);
    }
}

/* Callee-saved registers that no member's first function mentions, and its frames' size. */
static void find_homes(struct trie_build *m) {
    unsigned mentioned = 0;
    for (uint32_t n = 0; n < m->count; n++) {
        const struct function *f = &m->member[n].program->function[0];
        for (uint32_t i = 0; i < f->end; i++)
            mentioned |=
                BIT(m->member[n].program->insn[i].dst) | BIT(m->member[n].program->insn[i].src);
        if (m->frame_bytes < f->frame_bytes)
            m->frame_bytes = f->frame_bytes;
    }
    for (unsigned r = 6; r < REGISTER_FRAME; r++)
        if (!(mentioned >> r & 1))
            m->spare[m->spares++] = (uint8_t)r;
    ENGINE_ASSERT(m->spares <= sizeof m->spare, "%u spare registers", m->spares);
}

/* --- Their other functions --- */

static void copy_functions(struct trie_build *m, struct member *of) {
    of->copied = m->used;
    for (uint32_t i = of->first; i < of->program->slots; i++) {
        struct insn insn = of->program->insn[i];
        bool refers = insn.op == OP_CALL_LOCAL || insn.op == OP_LDDW_CODE;
        if (insn.op == OP_CALL_STATIC)
            insn.imm += (int32_t)of->import_base;
        if (insn.op == OP_LDDW_VARIABLE)
            insn.imm += (int32_t)of->variable_base;
        if (refers)
            insn.imm += (int32_t)i + 1;
        trie_put(m, insn);
        if (refers && !m->full)
            m->owner[m->used - 1] = (uint8_t)(1 + (of - m->member));
    }
}

/* Calls and code constants, which name slots of their members so far. */
static void bind_calls(struct trie_build *m) {
    for (uint32_t i = 0; i < m->used; i++) {
        if (!m->owner[i])
            continue;
        const struct member *of = &m->member[m->owner[i] - 1];
        uint32_t target = of->copied + (uint32_t)m->out[i].imm - of->first;
        ENGINE_ASSERT(target < m->used, "slot %u of %u calls %u", i, m->used, target);
        m->out[i].imm = (int32_t)(target - i - 1);
    }
}

static bool trie_slots(struct trie_build *m, unsigned depth_max) {
    m->depth_max = depth_max;
    m->used = m->homes = m->work = 0;
    m->full = false;
    trie_share(m);
    for (uint32_t i = 0; i < m->count; i++)
        copy_functions(m, &m->member[i]);
    if (m->full || m->no_memory)
        return false;
    bind_calls(m);
    return true;
}

/* --- The result --- */

/* The frame of the member's function that starts at this slot of the result. */
static uint16_t frame_at(const struct trie_build *m, uint32_t slot) {
    uint32_t n = m->count;
    while (m->member[--n].copied > slot)
        continue;
    const struct member *of = &m->member[n];
    return of->program->function[program_function_at(of->program, slot - of->copied + of->first)]
        .frame_bytes;
}

/* Functions active at once. */
static uint32_t depth_of(const struct trie_member *member) {
    if (member->program->function_count == 1)
        return 1;
    uint16_t frame = member->program->frame_bytes;
    return frame ? member->facts->stack_bytes / frame : DEPTH_MAX;
}

/* What the decoder cannot know. */
static void set_frames(const struct trie_build *m, struct trie *trie,
                       const struct trie_member *member) {
    struct program *p = &trie->program;
    unsigned on_stack = m->homes > m->spares ? m->homes - m->spares : 0;
    uint32_t depth = 1;
    p->metered = false;
    p->frame_bytes = p->function[0].frame_bytes = (uint16_t)(m->frame_bytes + 8 * on_stack);
    for (uint32_t i = 1; i < p->function_count; i++) {
        p->function[i].frame_bytes = frame_at(m, p->function[i].start);
        if (p->frame_bytes < p->function[i].frame_bytes)
            p->frame_bytes = p->function[i].frame_bytes;
    }
    for (uint32_t i = 0; i < m->count; i++)
        if (depth < depth_of(&member[i]))
            depth = depth_of(&member[i]);
    trie->stack_bytes = p->frame_bytes * depth;
}

/* The slots as bytes, and decoded like any others. */
static bool make_program(struct trie_build *m, struct trie *trie) {
    uint8_t *bytes = (uint8_t *)m->out; /* a slot takes no more room encoded */
    for (uint32_t i = 0; i < m->used; i++) {
        struct insn insn = m->out[i];
        insn_encode(insn, bytes + (size_t)i * INSN_BYTES);
    }
    return program_decode(&trie->program, m->hooks, bytes, (size_t)m->used * INSN_BYTES, NULL);
}

/* The members' imports and variables in one row each, and where each member's begin. */
static bool join_tables(struct trie_build *m, struct trie *trie) {
    const struct hooks *h = m->hooks;
    struct program *p = &trie->program;
    for (uint32_t i = 0; i < m->count; i++) {
        m->member[i].import_base = p->import_count;
        m->member[i].variable_base = p->variable_count;
        p->import_count += m->member[i].program->import_count;
        p->variable_count += m->member[i].program->variable_count;
    }
    p->import = trie->import = h->allocate(h->owner, p->import_count * sizeof *trie->import);
    p->variable = trie->variable =
        h->allocate(h->owner, p->variable_count * sizeof *trie->variable);
    if (!trie->import || !trie->variable)
        return false;
    for (uint32_t i = 0; i < m->count; i++) {
        const struct member *of = &m->member[i];
        for (uint32_t k = 0; k < of->program->import_count; k++)
            trie->import[of->import_base + k] = of->program->import[k];
        for (uint32_t k = 0; k < of->program->variable_count; k++)
            trie->variable[of->variable_base + k] = of->program->variable[k];
    }
    return true;
}

static bool open_output(struct trie_build *m) {
    const struct hooks *h = m->hooks;
    uint64_t slots = SLOTS_MORE;
    for (uint32_t i = 0; i < m->count; i++)
        slots += 2 * (uint64_t)m->member[i].program->slots + SLOTS_MORE;
    m->capacity = slots < TRIE_SLOTS_MAX ? (uint32_t)slots : TRIE_SLOTS_MAX;
    m->out = h->allocate(h->owner, m->capacity * sizeof *m->out);
    m->owner = h->allocate(h->owner, m->capacity);
    return m->out && m->owner;
}

static void close_room(struct trie_build *m) {
    m->hooks->release(m->hooks->owner, m->out, m->capacity * sizeof *m->out);
    m->hooks->release(m->hooks->owner, m->owner, m->capacity);
}

static enum trie_outcome trie_members(struct trie_build *m, struct trie *trie,
                                      const struct trie_member *member, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (!open_member(m, member[i].program))
            return TRIE_NO_MEMORY;
    find_homes(m);
    if (!open_output(m) || !join_tables(m, trie))
        return TRIE_NO_MEMORY;
    if (!trie_slots(m, TRIE_DEPTH_MAX) && !m->no_memory)
        trie_slots(m, 0);
    if (m->no_memory)
        return TRIE_NO_MEMORY;
    if (m->full)
        return TRIE_TOO_MUCH;
    if (!make_program(m, trie))
        return TRIE_NO_MEMORY;
    set_frames(m, trie, member);
    return TRIE_DONE;
}

/* Its functions' addresses are known to the caller that made it ready to run. */
static bool is_called_back(const struct program *p) {
    for (uint32_t i = 0; i < p->function_count; i++)
        if (p->function[i].called_back)
            return true;
    return false;
}

enum trie_outcome trie_create(struct trie *trie, const struct hooks *h,
                              const struct trie_member *member, uint32_t count) {
    *trie = (struct trie){.stack_bytes = 0};
    if (count > TRIE_MAX)
        return TRIE_TOO_MUCH;
    for (uint32_t i = 0; i < count; i++)
        if (!(member[i].facts->proven & FUNCTIONAL) || member[i].program->metered ||
            is_called_back(member[i].program))
            return TRIE_NOT_FUNCTIONAL;
    struct trie_build *m = h->allocate(h->owner, sizeof *m);
    if (!m)
        return TRIE_NO_MEMORY;
    m->hooks = h;
    enum trie_outcome result = trie_members(m, trie, member, count);
    close_room(m);
    close_members(m);
    h->release(h->owner, m, sizeof *m);
    if (result != TRIE_DONE)
        trie_release(trie, h);
    return result;
}

void trie_release(struct trie *trie, const struct hooks *h) {
    struct program *p = &trie->program;
    program_release(p, h);
    if (trie->import)
        h->release(h->owner, trie->import, p->import_count * sizeof *trie->import);
    if (trie->variable)
        h->release(h->owner, trie->variable, p->variable_count * sizeof *trie->variable);
    *trie = (struct trie){.stack_bytes = 0};
}
