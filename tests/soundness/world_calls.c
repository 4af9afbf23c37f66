/* SPDX-License-Identifier: MIT */
/* world_calls.c -- the functions that a generated program can call. Each notices when it is given
 * what was not agreed, and what it hands out and takes back is known to the world. */
#include "world_part.h"

#include <stddef.h>
#include <string.h>

#define JUNK            0xdb /* what was given back is filled with it */
#define REFERENCES_MOST 8    /* that a program may hold at once */

#define IGNORE(...) ((void)(uint64_t[]){__VA_ARGS__})

static void broken_call(const char *how) {
    if (!world.wrong)
        world.wrong = how;
}

/* A function may touch what it was given if the program may. */
static bool given(uint64_t at, uint64_t bytes, bool write, const char *how) {
    uint64_t features = 0;
    bool may = bytes <= 512 && (world_on_stack(at, (uint32_t)bytes) ||
                                world_may(at, (uint32_t)bytes, write, &features));
    if (may && !write)
        world_reads(at, (uint32_t)bytes);
    world.features |= features | FEATURE(IMPORT);
    if (!may)
        broken_call(how);
    return may;
}

static uint64_t mix(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    IGNORE(c, d, e);
    world.features |= FEATURE(IMPORT);
    return (a ^ b >> 7) * 0x9e3779b97f4a7c15;
}

static uint64_t small(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    IGNORE(b, c, d, e);
    world.features |= FEATURE(IMPORT);
    return a % 8;
}

static uint64_t ranged(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    IGNORE(b, c, d, e);
    world.features |= FEATURE(IMPORT);
    if (a > 63)
        broken_call("ranged was called with a number beyond its range");
    return a * 0x0123456789abcdef;
}

static uint64_t fill(uint64_t at, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    IGNORE(b, c, d, e);
    world.features |= FEATURE(CALL_WRITES);
    if (given(at, 8, true, "fill was given memory that is not the program's"))
        memset(world_at(at), 0xa5, 8);
    return 0;
}

static uint64_t sum(uint64_t at, uint64_t len, uint64_t c, uint64_t d, uint64_t e) {
    uint64_t total = len;
    IGNORE(c, d, e);
    world.features |= FEATURE(LENGTH);
    if (len == 0 || !given(at, len, false, "sum was given memory that is not the program's"))
        return total;
    for (uint64_t i = 0; i < len; i++)
        total = total * 31 + ((const uint8_t *)world_at(at))[i];
    return total;
}

static uint64_t put(uint64_t at, uint64_t len, uint64_t c, uint64_t d, uint64_t e) {
    IGNORE(c, d, e);
    world.features |= FEATURE(LENGTH) | FEATURE(CALL_WRITES);
    if (len && given(at, len, true, "put was given memory that is not the program's"))
        memset(world_at(at), 0x5a, len);
    return 0;
}

static uint64_t change(uint64_t at, uint64_t len, uint64_t c, uint64_t d, uint64_t e) {
    IGNORE(c, d, e);
    world.features |= FEATURE(LENGTH) | FEATURE(CALL_WRITES);
    if (len == 0 || !given(at, len, false, "change was given memory that is not the program's") ||
        !given(at, len, true, "change was given memory that may not be written"))
        return 0;
    for (uint64_t i = 0; i < len; i++)
        ((uint8_t *)world_at(at))[i] ^= 0x41;
    return 0;
}

static bool is_thing(uint64_t at) {
    uint64_t features = 0;
    return world_may(at, sizeof(uint64_t), false, &features) &&
           world_may(at + offsetof(struct thing, readable), sizeof(uint64_t), false, &features) &&
           (at - world_address(world.group)) % sizeof(struct world_group) % sizeof(struct thing) ==
               0;
}

static uint64_t look(uint64_t at, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    IGNORE(b, c, d, e);
    world.features |= FEATURE(IMPORT);
    if (at == 0)
        return 0;
    if (!is_thing(at)) {
        broken_call("look was given something that is no thing");
        return 0;
    }
    world_reads(at, 8);
    return ((const struct thing *)world_at(at))->count;
}

static uint64_t partner(uint64_t at, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    IGNORE(b, c, d, e);
    world.features |= FEATURE(IMPORT);
    if (!is_thing(at)) {
        broken_call("partner was given something that is no thing");
        return 0;
    }
    world_reads(at, 8);
    const struct thing *t = world_at(at);
    const struct world_group *g = &world.group[world.visits ? WORLD_GROUPS - 1 : 0];
    return t->count % 2 ? world_address(&g->thing[2]) : 0;
}

/* A group of which neither the object nor the memory is held, and no field owns it; or 0. */
static unsigned free_group(void) {
    if (world_held() > REFERENCES_MOST)
        broken_call("more references are held than the verifier allows");
    for (unsigned i = 1; i < WORLD_GROUPS - 1; i++)
        if (!((world.held_objects | world.held_memory | world.stored) >> i & 1))
            return i;
    return 0;
}

static unsigned group_of(const struct thing *t) {
    return (unsigned)(((uintptr_t)t - (uintptr_t)world.group) / sizeof(struct world_group));
}

/* A group is gone, and what its fields own with it. */
static void free_things(struct world_group *g) {
    for (unsigned i = 0; i < WORLD_THINGS; i++) {
        struct thing *kept = g->thing[i].kept;
        if (!kept)
            continue;
        g->thing[i].kept = NULL;
        world.stored &= ~(1u << group_of(kept));
        free_things(&world.group[group_of(kept)]);
    }
    memset(g, JUNK, sizeof *g);
}

static uint64_t acquire(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    IGNORE(b, c, d, e);
    unsigned i = a % 4 ? free_group() : 0;
    world.features |= FEATURE(IMPORT) | (i ? 0 : FEATURE(NO_REFERENCE));
    if (i == 0)
        return 0;
    if (world.held_objects | world.held_memory)
        world.features |= FEATURE(REFERENCES);
    world_build_group(&world.group[i]);
    world.held_objects |= 1u << i;
    return world_address(&world.group[i].thing[0]);
}

static uint64_t release(uint64_t at, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    IGNORE(b, c, d, e);
    for (unsigned i = 1; i < WORLD_GROUPS; i++) {
        if (at != world_address(&world.group[i].thing[0]) || !(world.held_objects >> i & 1))
            continue;
        world.held_objects &= ~(1u << i);
        free_things(&world.group[i]);
        world.features |= FEATURE(REFERENCE);
        return 0;
    }
    if (at)
        broken_call("release was given what is not held");
    return 0;
}

static uint64_t take(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    IGNORE(b, c, d, e);
    unsigned i = a % 4 ? free_group() : 0;
    world.features |= FEATURE(IMPORT) | (i ? FEATURE(REFERENCE_MEMORY) : FEATURE(NO_REFERENCE));
    if (i == 0)
        return 0;
    if (world.held_objects | world.held_memory)
        world.features |= FEATURE(REFERENCES);
    world_build_group(&world.group[i]);
    world.held_memory |= 1u << i;
    return world_address(world.group[i].taken);
}

static uint64_t give(uint64_t at, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    IGNORE(b, c, d, e);
    for (unsigned i = 1; i < WORLD_GROUPS; i++) {
        if (at != world_address(world.group[i].taken) || !(world.held_memory >> i & 1))
            continue;
        memset(&world.group[i], JUNK, sizeof world.group[i]);
        world.held_memory &= ~(1u << i);
        world.features |= FEATURE(REFERENCE);
        return 0;
    }
    if (at)
        broken_call("give was given what is not held, or not its first byte");
    return 0;
}

static uint64_t exchange(uint64_t field, uint64_t at, uint64_t c, uint64_t d, uint64_t e) {
    IGNORE(c, d, e);
    uint64_t owner = field - offsetof(struct thing, kept);
    if (!is_thing(owner)) {
        broken_call("exchange was given something that is no field of a thing");
        return 0;
    }
    struct thing **kept = &((struct thing *)world_at(owner))->kept;
    unsigned in = at ? group_of(world_at(at)) : 0;
    if (at && (at != world_address(&world.group[in % WORLD_GROUPS].thing[0]) ||
               !(world.held_objects >> in & 1))) {
        broken_call("exchange was given a reference that is not held");
        return 0;
    }
    struct thing *out = *kept;
    *kept = at ? &world.group[in].thing[0] : NULL;
    world.held_objects &= ~(at ? 1u << in : 0);
    world.stored |= at ? 1u << in : 0;
    world.held_objects |= out ? 1u << group_of(out) : 0;
    world.stored &= ~(out ? 1u << group_of(out) : 0);
    world.features |= (at ? FEATURE(STORED) : 0) | (out ? FEATURE(TAKEN_OUT) : 0);
    return out ? world_address(out) : 0;
}

static uint64_t each(uint64_t function, uint64_t count, uint64_t c, uint64_t d, uint64_t e) {
    IGNORE(c, d, e);
    uint64_t sum = 0;
    world.features |= FEATURE(IMPORT);
    for (uint64_t i = 0; i < count % (WORLD_VISITS + 1); i++) {
        uint64_t argument[PARAMETERS];
        world_visit(argument);
        world.visits++;
        sum = sum * 31 + world_call_back(function, argument);
        world.visits--;
    }
    return sum;
}

static uint64_t often(uint64_t function, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    return each(function, WORLD_VISITS, c | b, d, e);
}

#define ALL_FACTS (FUNCTIONAL | EPHEMERAL | DETERMINISTIC)
static const struct signature signatures[WORLD_IMPORTS] = {
    [IMPORT_MIX] = {.parameter = {NUMBER, NUMBER}, .result = NUMBER, .facts = ALL_FACTS},
    [IMPORT_SMALL] = {.parameter = {NUMBER}, .result = RANGED(0, 7), .facts = ALL_FACTS},
    [IMPORT_RANGED] = {.parameter = {RANGED(0, 63)}, .result = NUMBER, .facts = ALL_FACTS},
    [IMPORT_FILL] = {.parameter = {MEMORY(MAY_WRITE | CALL_WRITES, 8)}},
    [IMPORT_SUM] = {.parameter = {MEMORY(MAY_READ | LENGTH_FOLLOWS, 0), NUMBER},
                    .result = NUMBER,
                    .facts = ALL_FACTS},
    [IMPORT_PUT] = {.parameter = {MEMORY(MAY_WRITE | LENGTH_FOLLOWS | CALL_WRITES, 0), NUMBER}},
    [IMPORT_CHANGE] = {.parameter = {MEMORY(MAY_READ_WRITE | LENGTH_FOLLOWS, 0), NUMBER}},
    [IMPORT_LOOK] = {.parameter = {THING(MAY_READ | MAY_BE_NULL)}, .result = NUMBER},
    [IMPORT_PARTNER] = {.parameter = {THING(MAY_READ)},
                        .result = THING(MAY_READ_WRITE | MAY_BE_NULL)},
    [IMPORT_ACQUIRE] = {.parameter = {NUMBER},
                        .result = THING(MAY_READ_WRITE | MAY_BE_NULL | ACQUIRED)},
    [IMPORT_RELEASE] = {.parameter = {THING(MAY_READ | RELEASED)}, .cost = 3},
    [IMPORT_TAKE] = {.parameter = {NUMBER},
                     .result = MEMORY(MAY_READ_WRITE | MAY_BE_NULL | ACQUIRED, WORLD_TAKEN)},
    [IMPORT_EXCHANGE] = {.parameter = {{.kind = SHAPE_FIELD, .object = &world_thing},
                                       THING(RELEASED | MAY_BE_NULL)},
                         .result = THING(MAY_READ_WRITE | MAY_BE_NULL | ACQUIRED)},
    [IMPORT_EACH] = {.parameter = {{.kind = SHAPE_FUNCTION,
                                    .function = &world_visit_signature,
                                    .max = WORLD_VISITS},
                                   NUMBER},
                     .result = NUMBER,
                     .facts = ALL_FACTS},
    [IMPORT_OFTEN] = {.parameter = {{.kind = SHAPE_FUNCTION,
                                     .function = &world_visit_signature,
                                     .max = (uint64_t)1 << 33}}},
    [IMPORT_GIVE] = {.parameter = {MEMORY(MAY_READ | RELEASED, 8)}},
};

#define IMPORT(id, function)                                                                       \
    [IMPORT_##                                                                                     \
        id] = {.name = #function, .signature = &signatures[IMPORT_##id], .address = (function)}
const struct import world_imports[WORLD_IMPORTS] = {
    IMPORT(MIX, mix),     IMPORT(SMALL, small),       IMPORT(RANGED, ranged),
    IMPORT(FILL, fill),   IMPORT(SUM, sum),           IMPORT(PUT, put),
    IMPORT(LOOK, look),   IMPORT(PARTNER, partner),   IMPORT(ACQUIRE, acquire),
    IMPORT(EACH, each),   IMPORT(EXCHANGE, exchange), IMPORT(RELEASE, release),
    IMPORT(TAKE, take),   IMPORT(GIVE, give),         IMPORT(CHANGE, change),
    IMPORT(OFTEN, often),
};
