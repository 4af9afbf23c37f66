/* SPDX-License-Identifier: MIT */
/* programs.c -- the table of sample programs, and how their inputs are made. */
#include "programs.h"

#include "programs/contexts.h"

/* Pseudo-random numbers: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
static uint64_t next(uint64_t *seed) {
    uint64_t z = *seed += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static uint32_t below(uint64_t *seed, uint32_t n) {
    return (uint32_t)(next(seed) % n);
}

/* One time in n. */
static bool once_in(uint64_t *seed, uint32_t n) {
    return below(seed, n) == 0;
}

static size_t build_empty(void *context, uint64_t seed) {
    *(uint64_t *)context = seed;
    return sizeof(uint64_t);
}

/* What both guards wait for; a random one is off in one place, if in any. */
static size_t build_event(void *context, uint64_t seed) {
    struct event_context *e = context;
    *e = (struct event_context){.protocol = 17,
                                .source_port = 40000,
                                .target_port = 53,
                                .source = 0x0a00017f,
                                .target = 0x0a000001,
                                .length = 64,
                                .flags = 4,
                                .device = 1,
                                .user = 100,
                                .priority = 200};
    if (seed)
        (&e->protocol)[below(&seed, sizeof *e / sizeof(word))] = (word)next(&seed);
    return sizeof *e;
}

enum { FRAME_BYTES_MIN = 14, FRAME_BYTES = 74 /* a SYN with its options */ };

static size_t build_frame(void *context, uint64_t seed) {
    struct tcp_frame *f = context;
    byte *bytes = context;
    size_t len = FRAME_BYTES;
    for (size_t i = 0; i < len; i++)
        bytes[i] = (byte)(seed ? next(&seed) : i);
    f->ethernet_type = NETWORK_16(0x0800);
    f->version_and_length = 0x45;
    f->fragment = 0;
    f->protocol = 6;
    f->target_port = NETWORK_16(80);
    if (seed == 0)
        return len;
    switch (below(&seed, 6)) {
    case 0:
        f->ethernet_type = NETWORK_16(0x86dd);
        break;
    case 1:
        f->version_and_length = (byte)(0x40 | below(&seed, 16));
        break;
    case 2:
        f->fragment = (half)next(&seed);
        break;
    case 3:
        f->protocol = 17;
        break;
    case 4:
        f->target_port = (half)next(&seed);
        break;
    default:
        len = FRAME_BYTES_MIN + below(&seed, FRAME_BYTES - FRAME_BYTES_MIN);
    }
    return len;
}

static size_t fill(void *context, size_t len, uint64_t seed) {
    byte *bytes = context;
    for (size_t i = 0; i < len; i++)
        bytes[i] = (byte)(seed ? next(&seed) : 7 * i + 1);
    return len;
}

static size_t build_checksum_64(void *context, uint64_t seed) {
    return fill(context, sizeof(struct checksum_64_context), seed);
}

static size_t build_checksum_1500(void *context, uint64_t seed) {
    return fill(context, sizeof(struct checksum_1500_context), seed);
}

static size_t build_fnv(void *context, uint64_t seed) {
    return fill(context, sizeof(struct fnv_context), seed);
}

static size_t build_search(void *context, uint64_t seed) {
    struct search_context *c = context;
    word value = 0;
    for (word i = 0; i < SEARCH_VALUES; i++)
        c->value[i] = value += seed ? 1 + below(&seed, 100) : 3;
    c->wanted = seed ? below(&seed, value + 10) : 2000;
    return sizeof *c;
}

static size_t build_sort(void *context, uint64_t seed) {
    struct sort_context *c = context;
    uint64_t values = seed; /* the fixed input is as mixed as any other */
    for (word i = 0; i < SORT_VALUES; i++) {
        c->unsorted[i] = below(&values, 1000);
        c->sorted[i] = 0;
    }
    return sizeof *c;
}

/* Nothing to wake up for; a random one has one of the four reasons, or none. */
static size_t build_wakeup(void *context, uint64_t seed) {
    struct wakeup_context *c = context;
    *c = (struct wakeup_context){.ring_head = 7,
                                 .ring_tail = 7,
                                 .now = 1000,
                                 .deadline = 2000,
                                 .signals = 4,
                                 .masked = 6,
                                 .free_pages = 10,
                                 .wanted_pages = 20};
    if (seed == 0)
        return sizeof *c;
    switch (below(&seed, 5)) {
    case 0:
        c->ring_head = (word)next(&seed);
        break;
    case 1:
        c->now = next(&seed);
        break;
    case 2:
        c->signals = next(&seed);
        break;
    case 3:
        c->free_pages = below(&seed, 30);
        break;
    default:
        break;
    }
    return sizeof *c;
}

/* Block numbers with holes between them. */
static size_t build_map(void *context, uint64_t seed) {
    struct map_context *c = context;
    *c = (struct map_context){0};
    for (word i = 0; i < MAP_BLOCKS; i++) {
        bool hole = seed ? once_in(&seed, 4) : i % 11 == 10;
        c->block[i] = hole ? 0 : 1000 + 3 * i;
    }
    return sizeof *c;
}

/* Adds a route for the first `len` bits of address, while there are nodes left. */
static void add_route(struct lpm_context *c, word *used, word address, word len, word hop) {
    word at = 0;
    for (word i = 0; i < len; i++, address <<= 1) {
        half *child = &c->node[at].child[address >> 31];
        if (*child == 0 && *used == TRIE_NODES)
            return;
        if (*child == 0)
            *child = (half)(*used)++;
        at = *child;
    }
    c->node[at].hop = hop;
}

static size_t build_lpm(void *context, uint64_t seed) {
    struct lpm_context *c = context;
    word used = 1, address = 0x0a010203;
    *c = (struct lpm_context){0};
    add_route(c, &used, 0, 0, 1);
    if (seed == 0) {
        add_route(c, &used, 0x0a000000, 8, 2);
        add_route(c, &used, 0x0a010000, 16, 3);
        add_route(c, &used, 0x0a010200, 24, 4);
        add_route(c, &used, 0xc0a80000, 16, 5);
    }
    for (word hop = 2; seed && hop < 16; hop++) {
        word at = (word)next(&seed);
        add_route(c, &used, at, below(&seed, 33), hop);
        if (once_in(&seed, 3))
            address = at ^ 1u << below(&seed, 32);
    }
    c->address = address;
    return sizeof *c;
}

/* Equal up to their last character but one; a random pair differs, or ends, anywhere. */
static size_t build_strings(void *context, uint64_t seed) {
    struct string_context *c = context;
    for (word i = 0; i < sizeof c->left; i++)
        c->left[i] = c->right[i] = (byte)('a' + (seed ? below(&seed, 26) : i % 26));
    c->right[62] = 'A';
    if (seed) {
        c->right[below(&seed, 64)] = (byte)next(&seed);
        c->right[62] = c->left[62];
        if (once_in(&seed, 2)) {
            word end = below(&seed, 64);
            c->left[end] = c->right[end] = 0;
        }
    }
    return sizeof *c;
}

static size_t build_list(void *context, uint64_t seed) {
    struct list_object *o = context;
    word count = seed ? 1 + below(&seed, 20) : WALK_OBJECTS;
    for (word i = 0; i < count; i++)
        o[i] = (struct list_object){.next = i + 1 < count ? &o[i + 1] : NULL,
                                    .weight = seed ? next(&seed) : 10 + i,
                                    .state = seed ? below(&seed, 3) : i % 2};
    return count * sizeof *o;
}

/* An object that points at others of its type: the type refers to itself. */
static const struct object_type list_type;
static const struct field list_field[] = {
    {
        "next",
        offsetof(struct list_object, next),
        8,
        MAY_READ,
        {.kind = SHAPE_OBJECT, .may = MAY_READ | MAY_BE_NULL, .object = &list_type},
    },
    {"weight", offsetof(struct list_object, weight), 8, MAY_READ, {.kind = SHAPE_NUMBER}},
    {"state", offsetof(struct list_object, state), 4, MAY_READ, {.kind = SHAPE_NUMBER}},
};
static const struct object_type list_type = {"list_object", sizeof(struct list_object), list_field,
                                             sizeof list_field / sizeof *list_field};

/* All programs end within a proven cost; none knows a clock or keeps state. */
#define KIND(kind_name, ...)                                                                       \
    {                                                                                              \
        .name = kind_name, .demands = BOUNDED | DETERMINISTIC, .entry = {                          \
            .parameter = {__VA_ARGS__},                                                            \
            .result = {.kind = SHAPE_NUMBER}                                                       \
        }                                                                                          \
    }
#define READS(type)                                                                                \
    { .kind = SHAPE_MEMORY, .may = MAY_READ, .bytes = sizeof(type) }
#define WRITES(type)                                                                               \
    { .kind = SHAPE_MEMORY, .may = MAY_READ_WRITE, .bytes = sizeof(type) }

const struct sample_program sample_program[SAMPLE_PROGRAM_COUNT] = {
    [SAMPLE_empty] = {"empty", KIND("procedure", READS(uint64_t)), build_empty, 0},
    [SAMPLE_guard_one] = {"guard_one", KIND("guard", READS(struct event_context)), build_event, 1},
    [SAMPLE_guard_ten] = {"guard_ten", KIND("guard", READS(struct event_context)), build_event, 1},
    [SAMPLE_tcp_filter] = {"tcp_filter",
                           KIND("filter", {.kind = SHAPE_PACKET, .may = MAY_READ},
                                {.kind = SHAPE_PACKET_END}),
                           build_frame, 1},
    [SAMPLE_checksum_64] = {"checksum_64", KIND("handler", READS(struct checksum_64_context)),
                            build_checksum_64, 0xd1b1},
    [SAMPLE_checksum_1500] = {"checksum_1500", KIND("handler", READS(struct checksum_1500_context)),
                              build_checksum_1500, 0xbd42},
    [SAMPLE_fnv] = {"fnv", KIND("handler", READS(struct fnv_context)), build_fnv,
                    0x5e0fc0bce90595a5},
    [SAMPLE_binary_search] = {"binary_search", KIND("handler", READS(struct search_context)),
                              build_search, 666},
    [SAMPLE_insertion_sort] = {"insertion_sort", KIND("handler", WRITES(struct sort_context)),
                               build_sort, 664},
    [SAMPLE_wakeup] = {"wakeup", KIND("predicate", READS(struct wakeup_context)), build_wakeup, 0},
    [SAMPLE_block_map] = {"block_map", KIND("udf", WRITES(struct map_context)), build_map, 59},
    [SAMPLE_lpm] = {"lpm", KIND("handler", READS(struct lpm_context)), build_lpm, 4},
    [SAMPLE_string_compare] = {"string_compare", KIND("handler", READS(struct string_context)),
                               build_strings, 'k' - 'A'},
    [SAMPLE_object_walk] = {"object_walk",
                            KIND("handler", {.kind = SHAPE_OBJECT,
                                             .may = MAY_READ | MAY_BE_NULL,
                                             .object = &list_type}),
                            build_list, 144},
};
