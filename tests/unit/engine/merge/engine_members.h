/* SPDX-License-Identifier: MIT */
/* engine_members.h -- members of a merged program, for engine_trie_test.c and
 * engine_trie_random_test.c. */
#ifndef TESTS_ENGINE_MEMBERS_H
#define TESTS_ENGINE_MEMBERS_H

#include "unit.h"

#include <string.h>

#include "engine/interpreter.h"
#include "engine/trie.h"
#include "host_hooks.h"

#define MEMORY    64
#define SLOTS     64
#define STACK     (8u * 1024)
#define CONSTANTS 4

static uint64_t add_up(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    (void)c, (void)d, (void)e;
    return a * 3 + b;
}

#define NUMBER                                                                                     \
    { .kind = SHAPE_NUMBER }
static const struct signature add_up_is = {
    .parameter = {NUMBER, NUMBER}, .result = NUMBER, .facts = FUNCTIONAL | EPHEMERAL, .cost = 4};
static const struct import imports[] = {{"add_up", &add_up_is, add_up}};
static uint64_t constants[CONSTANTS] = {1, 77, 1ull << 40, 0};
static const struct variable variables[] = {{"constants", constants, sizeof constants, false}};

static const struct kind question = {
    .name = "question",
    .entry = {.parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ, .bytes = MEMORY}, NUMBER},
              .result = NUMBER},
    .demands = FUNCTIONAL | BOUNDED,
};

/* Guards: what they are given. */
static const struct kind asked = {
    .name = "asked",
    .entry = {.parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ, .bytes = MEMORY},
                            NUMBER,
                            NUMBER},
              .result = NUMBER},
    .demands = FUNCTIONAL | BOUNDED,
};
static const struct kind packet = {
    .name = "packet",
    .entry = {.parameter = {{.kind = SHAPE_PACKET, .may = MAY_READ},
                            {.kind = SHAPE_PACKET_END},
                            NUMBER},
              .result = NUMBER},
    .demands = FUNCTIONAL | BOUNDED,
};

struct set {
    struct host_hooks host;
    struct program program[TRIE_MAX];
    struct facts facts[TRIE_MAX];
    struct trie_member member[TRIE_MAX];
    uint32_t count;
    struct trie trie;
};

static struct verdict verdict;

static inline void set_open(struct set *s) {
    memset(s, 0, sizeof *s);
    host_hooks_init(&s->host);
}

/* Adds a member; false if it is none that this kind accepts. */
static inline bool set_add(struct set *s, const uint8_t *bytes, size_t len) {
    struct program *p = &s->program[s->count];
    struct report why;
    *p = (struct program){
        .import = imports, .import_count = 1, .variable = variables, .variable_count = 1};
    if (!program_decode(p, &s->host.hooks, bytes, len, &why))
        return false;
    if (!verify(p, &question, &s->host.hooks, &s->facts[s->count], &verdict)) {
        program_release(p, &s->host.hooks);
        return false;
    }
    s->member[s->count] = (struct trie_member){p, &s->facts[s->count]};
    s->count++;
    return true;
}

static inline void set_close(struct set *s) {
    for (uint32_t i = 0; i < s->count; i++)
        program_release(&s->program[i], &s->host.hooks);
    assert_int_equal(s->host.allocated + s->host.code_bytes, 0);
}

static inline uint64_t interpreted(const struct program *p, const void *memory, uint64_t number) {
    static uint8_t stack[STACK];
    struct activation a = {.fuel = 1u << 16, .stack = stack, .stack_bytes = sizeof stack};
    uint64_t result = interpreter_run(p, (uint64_t[5]){(uintptr_t)memory, number}, &a);
    assert_int_equal(a.fault, FAULT_NONE);
    return result;
}

static inline uint64_t expected(const struct set *s, const void *memory, uint64_t number) {
    uint64_t mask = 0;
    for (uint32_t i = 0; i < s->count; i++)
        mask |= (uint64_t)(interpreted(&s->program[i], memory, number) != 0) << i;
    return mask;
}

#endif
