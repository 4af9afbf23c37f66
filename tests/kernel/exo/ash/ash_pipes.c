/* SPDX-License-Identifier: MIT */
/* ash_pipes.c -- pipes: what a composed loop gives, and which stages make none. */
#include "ash.h"

#include "lib/string.h"

/* Instructions of RFC 9669. A word is no address. */
static const uint64_t own[] = {0x1079 /* r0 = *(u64 *)(r1 + 0) */, 0x95};
/* All bits are flipped, and words are counted in the state. */
static const uint64_t flips[] = {0x10bf,             /* r0 = r1 */
                                 0xffffffff000000a7, /* r0 ^= -1 */
                                 0x2379,             /* r3 = *(u64 *)(r2 + 0) */
                                 0x100000307,        /* r3 += 1 */
                                 0x327b,             /* *(u64 *)(r2 + 0) = r3 */
                                 0x95};
/* Ends early, by a jump. */
static const uint64_t early[] = {0x10bf, 0x10015, /* if r0 == 0 goto +1 */
                                 0x95, 0x5000000b7, 0x95};
/* Changes how many words are left. */
static const uint64_t endless[] = {0x10bf, 0x1000008b7, 0x95};
static const uint64_t deep[] = {0x1a7bfff8, 0x10bf, 0x95};

static struct exo_ash_stage_of stage(uint64_t kind) {
    return (struct exo_ash_stage_of){.kind = kind};
}
static struct exo_ash_stage_of code(const uint64_t *insn, uint64_t bytes) {
    return (struct exo_ash_stage_of){EXO_ASH_OWN, (uint64_t)insn, bytes};
}

static uint64_t swapped(uint64_t word, unsigned bytes) {
    uint64_t out = 0;
    for (unsigned i = 0; i < 8; i++) {
        unsigned to = i / bytes * bytes + bytes - 1 - i % bytes;
        out |= (word >> 8 * i & 0xff) << 8 * to;
    }
    return out;
}

static uint64_t one(const struct exo_ash_stage_of *s, uint64_t word, uint64_t *state) {
    switch (s->kind) {
    case EXO_ASH_SUM: {
        uint64_t sum = *state + word;
        *state = sum + (sum < word);
        return word;
    }
    case EXO_ASH_SWAP16:
        return swapped(word, 2);
    case EXO_ASH_SWAP32:
        return swapped(word, 4);
    case EXO_ASH_SWAP64:
        return swapped(word, 8);
    case EXO_ASH_OWN:
        if (s->code == (uint64_t)early)
            return word ? word : 5;
        ++*state;
        return ~word;
    default:
        return word;
    }
}

/* Each stage a pass of its own. */
static void separately(const struct exo_ash_stage_of *s, unsigned count, uint8_t *data, uint8_t *to,
                       uint64_t bytes, uint64_t *state) {
    for (unsigned i = 0; i < count; i++)
        for (uint64_t at = 0; at < bytes; at += 8) {
            uint64_t word = 0, n = bytes - at < 8 ? bytes - at : 8;
            memcpy(&word, data + at, sizeof word); /* zeroes fill the last one */
            word = one(&s[i], word, &state[i]);
            memcpy(data + at, &word, sizeof word);
            if (s[i].kind == EXO_ASH_STORE)
                memcpy(to + at, &word, n);
        }
}

CHECK(ash_pipe_model, "ash/a_composed_loop_gives_what_separate_passes_give") {
    static uint8_t data[1536], to[1536];
    static uint64_t seed;
    struct bound b;
    if (!ash_begin(c, &b))
        return;
    for (unsigned round = 0; round < 60 && !c->failed; round++) {
        struct exo_ash_stage_of s[EXO_ASH_STAGES];
        uint64_t state[EXO_ASH_STAGES] = {0}, kinds = 0;
        unsigned count = 0;
        while (count < EXO_ASH_STAGES) {
            seed = seed * 6364136223846793005 + 1442695040888963407;
            unsigned kind = (unsigned)(seed >> 33) % 7;
            if ((kind == EXO_ASH_SUM || kind == EXO_ASH_STORE) && kinds & 1u << kind)
                break;
            kinds |= 1u << kind;
            s[count++] = kind == 5   ? code(flips, sizeof flips)
                         : kind == 6 ? code(early, sizeof early)
                                     : stage(kind);
        }
        exo_ash_drop((uint64_t)b.ash);
        b.ash = handler_tells();
        exo_ash_bind(0, (uint64_t)b.filter, (uint64_t)b.ash);
        long error = exo_ash_pipe_set((uint64_t)b.ash, 1, s, count, handler_why);
        if (error == -E_INVALID) /* too much for a word */
            continue;
        CHECK_THAT(c, error == 0);
        uint64_t bytes = 60 + seed % 1455, length = bytes - 14;
        memset(page(REGION), 0, PAGE);
        memset(to, 0, sizeof to);
        *tells_at(TELLS_ASKED) = TELLS_PIPE;
        *tells_at(TELLS_ARGUMENT) = 1;
        CHECK_THAT(c, transmit(0, ASH_TYPE, bytes, round) == 0);
        settle();
        memcpy(data, page(PAGES - 2) + 14, length);
        memset(data + length, 0, 8);
        separately(s, count, data, to, length, state);
        CHECK_THAT(c, *tells_at(TELLS_RESULT) == 1);
        if (memcmp(to, page(REGION) + 2048, length + 8 < 2048 ? length + 8 : 2048) != 0)
            check_fail(c, "round %u: data", round);
        for (unsigned i = 0; i < count; i++)
            if (state[i] != *tells_at(TELLS_STATE + i))
                check_fail(c, "round %u: state %u", round, i);
    }
    ash_end(c, &b);
}

CHECK(ash_pipe_refused, "ash/stages_that_are_no_pipe_are_refused") {
    struct exo_ash_stage_of s[EXO_ASH_STAGES + 1];
    struct bound b;
    if (!ash_begin(c, &b))
        return;
    uint64_t id = (uint64_t)b.ash;
    s[0] = s[1] = stage(EXO_ASH_SUM);
    CHECK_THAT(c, exo_ash_pipe_set(id, 0, s, 0, NULL) == -E_INVALID);
    CHECK_THAT(c, exo_ash_pipe_set(id, 0, s, 2, NULL) == -E_INVALID);
    CHECK_THAT(c, exo_ash_pipe_set(id, EXO_ASH_PIPES, s, 1, NULL) == -E_INVALID);
    CHECK_THAT(c, exo_ash_pipe_set(id, 0, s, EXO_ASH_STAGES + 1, NULL) == -E_INVALID);
    CHECK_THAT(c, exo_ash_pipe_set(id, 0, (void *)(EXO_TABLES - 8), 1, NULL) == -E_FAULT);
    s[0] = stage(EXO_ASH_OWN + 1);
    CHECK_THAT(c, exo_ash_pipe_set(id, 0, s, 1, NULL) == -E_INVALID);
    s[0] = code(own, sizeof own);
    CHECK_THAT(c, exo_ash_pipe_set(id, 0, s, 1, handler_why) == -E_BAD_IMAGE && handler_why[0]);
    s[0] = code(flips, 4);
    CHECK_THAT(c, exo_ash_pipe_set(id, 0, s, 1, NULL) == -E_INVALID);
    s[0] = code(deep, sizeof deep);
    CHECK_THAT(c, exo_ash_pipe_set(id, 0, s, 1, NULL) < 0);
    s[0] = s[1] = stage(EXO_ASH_SWAP16);
    CHECK_THAT(c, exo_ash_pipe_set(id, 0, s, 2, NULL) == -E_INVALID); /* 16 for a word */
    CHECK_THAT(c, exo_ash_pipe_set(id, 0, s, 1, NULL) == 0);
    CHECK_THAT(c, exo_ash_pipe_set(id, 0, s, 1, NULL) == -E_EXISTS);
    ash_end(c, &b);
}

/* In the mutant it is the machine that is lost. */
CHECK(ash_pipe_endless, "ash/a_stage_leaves_the_loops_registers_alone") {
    const struct exo_ash_stage_of s = code(endless, sizeof endless);
    struct bound b;
    if (!ash_begin(c, &b))
        return;
    *tells_at(TELLS_ASKED) = TELLS_PIPE;
    long error = exo_ash_pipe_set((uint64_t)b.ash, 0, &s, 1, handler_why);
    if (!error) {
        transmit(0, ASH_TYPE, 100, 1);
        settle();
    }
    CHECK_THAT(c, error < 0);
    ash_end(c, &b);
}
