/* SPDX-License-Identifier: MIT */
/* world.c -- see world.h. */
#include "world_part.h"

#include <stddef.h>
#include <string.h>

#include "engine/verify.h"

struct world world __attribute__((aligned(4096)));
bool (*world_on_stack)(uint64_t address, uint32_t bytes);
void (*world_reads)(uint64_t address, uint32_t bytes);
uint64_t (*world_call_back)(uint64_t function, const uint64_t argument[PARAMETERS]);

static bool inside(uint64_t address, uint32_t bytes, const void *base, size_t len) {
    uint64_t from = world_address(base);
    return address >= from && bytes <= len && address - from <= len - bytes;
}

/* The world's description, as a kernel would give it. */

#define FIELD(member, rights, ...)                                                                 \
    {                                                                                              \
        .name = #member, .offset = offsetof(struct thing, member),                                 \
        .bytes = sizeof((struct thing *)0)->member, .may = (rights), .shape = __VA_ARGS__          \
    }

#define POINTER(member, rights, ...)                                                               \
    {                                                                                              \
        .name = #member, .offset = offsetof(struct thing, member), .bytes = 8, .may = (rights),    \
        .shape = __VA_ARGS__                                                                       \
    }

static const struct field thing_fields[] = {
    FIELD(count, MAY_READ_WRITE, NUMBER),
    FIELD(size, MAY_READ_WRITE, RANGED(0, 12)),
    {.name = "left..right",
     .offset = offsetof(struct thing, left),
     .bytes = 4,
     .may = MAY_READ_WRITE,
     .shape = NUMBER},
    POINTER(buffer, MAY_READ, MEMORY(MAY_READ_WRITE | MAY_BE_NULL, WORLD_BUFFER)),
    POINTER(next, MAY_READ, THING(MAY_READ_WRITE | MAY_BE_NULL)),
    POINTER(twin, MAY_READ, THING(MAY_READ)),
    POINTER(packet, MAY_READ, {.kind = SHAPE_PACKET, .may = MAY_READ_WRITE, .group = 1}),
    POINTER(packet_end, MAY_READ, {.kind = SHAPE_PACKET_END, .group = 1}),
    POINTER(kept, OWNS, THING(0)),
    FIELD(secret, 0, NUMBER),
    FIELD(readable, MAY_READ, NUMBER),
    FIELD(writable, MAY_WRITE, NUMBER),
};
const struct object_type world_thing = {.name = "thing",
                                        .bytes = sizeof(struct thing),
                                        .field = thing_fields,
                                        .field_count = sizeof thing_fields / sizeof *thing_fields};

#define GIVEN                                                                                      \
    {                                                                                              \
        MEMORY(MAY_READ_WRITE, WORLD_MEMORY), MEMORY(MAY_READ_WRITE | MAY_BE_NULL, WORLD_MEMORY),  \
            THING(MAY_READ_WRITE), {.kind = SHAPE_PACKET, .may = MAY_READ_WRITE}, {                \
            .kind = SHAPE_PACKET_END                                                               \
        }                                                                                          \
    }
const struct kind world_kinds[WORLD_KINDS] = {
    {.name = "world", .entry = {.parameter = GIVEN, .result = NUMBER}},
    {.name = "bounded",
     .entry = {.parameter = GIVEN, .result = NUMBER},
     .demands = BOUNDED,
     .budget = WORLD_BUDGET},
    {.name = "functional", .entry = {.parameter = GIVEN, .result = NUMBER}, .demands = FUNCTIONAL},
    {.name = "ephemeral",
     .entry = {.parameter = GIVEN, .result = NUMBER},
     .demands = EPHEMERAL | BOUNDED},
    {.name = "deterministic",
     .entry = {.parameter = GIVEN, .result = NUMBER},
     .demands = DETERMINISTIC},
    {.name = "verdict", .entry = {.parameter = GIVEN, .result = RANGED(0, WORLD_VISIT_MOST)}},
    {.name = "fixed", .entry = {.parameter = GIVEN, .result = NUMBER}, .fixed_variables = true},
};
const struct signature world_contract = {
    .parameter = {MEMORY(MAY_READ_WRITE, WORLD_CONTRACT),
                  MEMORY(MAY_READ_WRITE | MAY_BE_NULL, WORLD_MEMORY),
                  THING(MAY_READ_WRITE),
                  {.kind = SHAPE_PACKET, .may = MAY_READ_WRITE},
                  {.kind = SHAPE_PACKET_END}},
    .result = RANGED(0, WORLD_VISIT_MOST)};
const struct signature world_visit_signature = {.parameter = GIVEN,
                                                .result = RANGED(0, WORLD_VISIT_MOST)};

struct variable world_variables[WORLD_VARIABLES] = {
    {.name = "counter", .address = world.variable[0], .bytes = WORLD_VARIABLE, .writable = true},
    {.name = "table", .address = world.variable[1], .bytes = WORLD_VARIABLE},
};

const struct variable world_near_variables[WORLD_VARIABLES] = {
    {.name = "counter", .address = (void *)DISTANCE, .bytes = WORLD_VARIABLE, .writable = true},
    {.name = "table", .address = (void *)-DISTANCE, .bytes = WORLD_VARIABLE},
};

/* Building and changing. */

void world_move(enum world_place place) {
    const uint64_t middle = (uint64_t)1 << 63;
    const uint64_t start[] = {[WORLD_ANYWHERE] = 0x5ca1ab1e0000,
                              [WORLD_TOP] = 0 - WORLD_MARGIN - sizeof world,
                              [WORLD_BOTTOM] = WORLD_MARGIN,
                              [WORLD_POSITIVE] = middle - WORLD_MARGIN - sizeof world,
                              [WORLD_NEGATIVE] = middle + WORLD_MARGIN};
    world.moved = place == WORLD_REAL ? 0 : start[place] - (uintptr_t)&world;
    for (unsigned i = 0; i < WORLD_VARIABLES; i++)
        world_variables[i].address = (void *)(uintptr_t)world_address(world.variable[i]);
}

/* What programs load and use, for the fields of objects. */
static void *as_seen(void *real) {
    return (void *)(uintptr_t)world_address(real);
}

static void random_bytes(struct random *random, void *bytes, size_t len) {
    for (size_t i = 0; i < len; i += 8) {
        uint64_t v = random_value(random);
        memcpy((uint8_t *)bytes + i, &v, len - i < 8 ? len - i : 8);
    }
}

static void build_packet(struct world_packet *p) {
    random_bytes(&world.random, p->byte, sizeof p->byte);
    p->len = random_below(&world.random, WORLD_PACKET + 1);
}

static void build_thing(struct world_group *g, unsigned i) {
    struct thing *t = &g->thing[i];
    uint64_t choice = random_next(&world.random) >> 32;
    random_bytes(&world.random, t, sizeof *t);
    random_bytes(&world.random, g->buffer[i], WORLD_BUFFER);
    build_packet(&g->packet[i]);
    t->size = (uint32_t)(choice >> 8) % 13;
    t->buffer = choice & 1 ? as_seen(g->buffer[i]) : NULL;
    t->next = i == 0 && choice & 2 ? as_seen(&g->thing[1]) : NULL;
    t->twin = as_seen(&g->thing[2]);
    t->packet = as_seen(g->packet[i].byte);
    t->packet_end = t->packet + g->packet[i].len;
    t->kept = NULL;
}

void world_build_group(struct world_group *g) {
    for (unsigned i = 0; i < WORLD_THINGS; i++)
        build_thing(g, i);
    random_bytes(&world.random, g->taken, sizeof g->taken);
}

void world_allow(const struct kind *kind) {
    world.fixed_variables = kind->fixed_variables;
}

void world_build(uint64_t seed) {
    random_seed(&world.random, seed);
    for (unsigned i = 0; i < 2; i++)
        random_bytes(&world.random, world.memory[i], WORLD_MEMORY);
    for (unsigned i = 0; i < WORLD_VARIABLES; i++)
        random_bytes(&world.random, world.variable[i], WORLD_VARIABLE);
    build_packet(&world.packet);
    world_build_group(&world.group[0]);
    world.argument[0] = world_address(world.memory[0]);
    world.argument[1] = random_below(&world.random, 2) ? world_address(world.memory[1]) : 0;
    world.argument[2] = world_address(&world.group[0].thing[0]);
    world.argument[3] = world_address(world.packet.byte);
    world.argument[4] = world.argument[3] + world.packet.len;
    world.held_objects = world.held_memory = world.stored = world.visits = 0;
    if (random_below(&world.random, 2)) {
        world_build_group(&world.group[1]);
        world.group[0].thing[0].kept = &world.group[1].thing[0];
        world.stored = 1u << 1;
    }
    world.features = 0;
    world.wrong = NULL;
}

void world_visit(uint64_t argument[PARAMETERS]) {
    struct world_group *g = &world.group[WORLD_GROUPS - 1];
    if (world.visits == 0) {
        for (unsigned i = 0; i < 2; i++)
            random_bytes(&world.random, world.visited[i], WORLD_MEMORY);
        build_packet(&world.visited_packet);
        world_build_group(g);
    }
    argument[0] = world_address(world.visited[0]);
    argument[1] = random_below(&world.random, 2) ? world_address(world.visited[1]) : 0;
    argument[2] = world_address(&g->thing[0]);
    argument[3] = world_address(world.visited_packet.byte);
    argument[4] = argument[3] + world.visited_packet.len;
}

unsigned world_held(void) {
    return (unsigned)__builtin_popcount(world.held_objects) +
           (unsigned)__builtin_popcount(world.held_memory);
}

/* Looking. */

static bool may_field(uint64_t offset, uint32_t bytes, bool write) {
    for (uint32_t i = 0; i < world_thing.field_count; i++) {
        const struct field *f = &thing_fields[i];
        if (offset >= f->offset && offset + bytes <= f->offset + f->bytes)
            return f->may & (write ? MAY_WRITE : MAY_READ);
    }
    return false;
}

static bool may_thing(struct world_group *g, unsigned i, uint64_t address, uint32_t bytes,
                      bool write, uint64_t *features) {
    uint64_t offset = address - world_address(&g->thing[i]);
    if (offset < sizeof(struct thing)) {
        *features |= write ? FEATURE(OBJECT_WRITE) : FEATURE(OBJECT_READ);
        *features |= i ? FEATURE(REACHED) : 0;
        return may_field(offset, bytes, write);
    }
    if (inside(address, bytes, g->buffer[i], WORLD_BUFFER)) {
        *features |= FEATURE(REACHED);
        return g->thing[i].buffer != NULL;
    }
    *features |= FEATURE(PACKET);
    return inside(address, bytes, g->packet[i].byte, g->packet[i].len);
}

static bool may_group(uint64_t address, uint32_t bytes, bool write, uint64_t *features) {
    unsigned n = (unsigned)((address - world_address(world.group)) / sizeof(struct world_group));
    struct world_group *g = &world.group[n];
    if (inside(address, bytes, g->taken, WORLD_TAKEN))
        return world.held_memory >> n & 1;
    bool visited = n == WORLD_GROUPS - 1 && world.visits;
    if (n && !visited && !(world.held_objects >> n & 1))
        return false;
    for (unsigned i = 0; i < WORLD_THINGS; i++)
        if (may_thing(g, i, address, bytes, write, features))
            return true;
    return false;
}

bool world_may(uint64_t address, uint32_t bytes, bool write, uint64_t *features) {
    if (inside(address, bytes, world.memory[0], WORLD_MEMORY) ||
        (world.argument[1] && inside(address, bytes, world.memory[1], WORLD_MEMORY))) {
        *features |= FEATURE(MEMORY);
        return true;
    }
    if (inside(address, bytes, world.packet.byte, world.packet.len) ||
        (world.visits &&
         inside(address, bytes, world.visited_packet.byte, world.visited_packet.len))) {
        *features |= FEATURE(PACKET);
        return true;
    }
    if (world.visits && inside(address, bytes, world.visited, sizeof world.visited))
        return true;
    if ((!(write && world.fixed_variables) &&
         inside(address, bytes, world.variable[0], WORLD_VARIABLE)) ||
        (!write && inside(address, bytes, world.variable[1], WORLD_VARIABLE))) {
        *features |= FEATURE(VARIABLE);
        return true;
    }
    return inside(address, bytes, world.group, sizeof world.group) &&
           may_group(address, bytes, write, features);
}

bool world_argument_byte(uint64_t address, unsigned *argument, uint32_t *byte) {
    for (*argument = 0; *argument < 2; (*argument)++)
        if (inside(address, 1, world.memory[*argument], WORLD_MEMORY)) {
            *byte = (uint32_t)(address - world_address(world.memory[*argument]));
            return true;
        }
    if (inside(address, 1, &world.group[0], sizeof world.group[0])) {
        bool own = inside(address, 1, &world.group[0].thing[0], sizeof(struct thing));
        *byte = own ? (uint32_t)(address - world_address(&world.group[0])) : UINT32_MAX;
        return true;
    }
    *argument = 3;
    *byte = UINT32_MAX;
    return inside(address, 1, world.packet.byte, WORLD_PACKET);
}

static bool may_be_read(const struct facts *f, unsigned argument, uint32_t byte) {
    return f->whole[argument] ||
           (byte < READ_SET_MAX && f->read[argument][byte / 64] >> byte % 64 & 1);
}

static void scramble_bytes(const struct facts *f, struct random *random, void *bytes, size_t len) {
    uint8_t *at = bytes;
    for (size_t i = 0; i < len; i++) {
        unsigned argument;
        uint32_t byte;
        if (world_argument_byte(world_address(&at[i]), &argument, &byte) &&
            !may_be_read(f, argument, byte))
            at[i] = (uint8_t)(random_next(random) >> 56);
    }
}

/* All but pointers, and but what has a range. */
static void scramble_thing(const struct facts *f, struct random *random, struct thing *t) {
    scramble_bytes(f, random, &t->count, sizeof t->count);
    scramble_bytes(f, random, &t->left, 4);
    scramble_bytes(f, random, &t->secret,
                   sizeof *t - offsetof(struct thing, secret)); /* to the last field */
}

void world_scramble(const struct facts *f, uint64_t seed) {
    struct random random;
    random_seed(&random, ~seed);
    for (unsigned i = 0; i < 2; i++)
        scramble_bytes(f, &random, world.memory[i], WORLD_MEMORY);
    scramble_bytes(f, &random, world.packet.byte, WORLD_PACKET);
    struct world_group *g = &world.group[0];
    for (unsigned i = 0; i < WORLD_THINGS; i++) {
        scramble_thing(f, &random, &g->thing[i]);
        scramble_bytes(f, &random, g->buffer[i], WORLD_BUFFER);
        scramble_bytes(f, &random, g->packet[i].byte, WORLD_PACKET);
    }
    random_bytes(&random, world.variable[0], WORLD_VARIABLE);
}

static uint64_t sum_bytes(uint64_t sum, const void *bytes, size_t len) {
    for (size_t i = 0; i < len; i += 8) {
        uint64_t v;
        memcpy(&v, (const uint8_t *)bytes + i, sizeof v);
        sum = (sum ^ v) * 0x9e3779b97f4a7c15;
        sum ^= sum >> 29;
    }
    return sum;
}

/* An object's pointers count as the bytes between it and what they lead to. */
static uint64_t sum_thing(uint64_t sum, const struct thing *t) {
    struct thing copy = *t;
    uint8_t **const pointer[] = {&copy.buffer, (uint8_t **)&copy.next, (uint8_t **)&copy.twin,
                                 &copy.packet, &copy.packet_end};
    for (unsigned i = 0; i < sizeof pointer / sizeof *pointer; i++)
        if (*pointer[i])
            *pointer[i] = (uint8_t *)((uintptr_t)*pointer[i] - world_address(t));
    return sum_bytes(sum, &copy, sizeof copy);
}

_Static_assert(sizeof(struct thing) % 8 == 0 && WORLD_BUFFER % 8 == 0, "summed by eight bytes");

uint64_t world_sum(void) {
    const struct world_group *g = &world.group[0];
    uint64_t sum = sum_bytes(1, world.memory, sizeof world.memory);
    sum = sum_bytes(sum, world.packet.byte, WORLD_PACKET);
    sum = sum_bytes(sum, world.variable, sizeof world.variable);
    for (unsigned i = 0; i < WORLD_THINGS; i++)
        sum = sum_thing(sum, &g->thing[i]);
    sum = sum_bytes(sum, g->buffer, sizeof g->buffer);
    for (unsigned i = 0; i < WORLD_THINGS; i++)
        sum = sum_bytes(sum, g->packet[i].byte, WORLD_PACKET);
    return sum;
}
