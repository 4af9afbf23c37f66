/* SPDX-License-Identifier: MIT */
/* exo_xn_model_test.c -- random changes of metadata, right and wrong ones, are accepted exactly
 * when an abstract store of typed sets would accept them: a second reading of the bytes, block by
 * block. 20,000 steps; XN_STEPS=1000000 for more, XN_SEED for others. */
#include "xn_bodies.h"

enum { BLOCKS = 6, PARTITIONS = 8, NAMES = 120, POINTERS = 8, COUNTED = 9 };

static uint64_t words[BLOCKS][XN_BLOCK_BYTES / 8];
static uint8_t owned_by[NAMES]; /* 0: free; else 1 + the number of its partition, of all blocks */
static uint64_t state;

static unsigned draw(unsigned below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 11) % below);
}

/* --- The second reading: what a window owns, block by block --- */

struct set {
    uint8_t type[NAMES]; /* 0: not owned */
    bool broken;         /* what stands there is no set of blocks */
};

static void own(struct set *s, uint32_t first, uint32_t count, unsigned type) {
    for (uint32_t i = 0; i < count; i++) {
        if (first + i >= NAMES || s->type[first + i] || !first) {
            s->broken = true;
            return;
        }
        s->type[first + i] = (uint8_t)type;
    }
}

static struct set read_window(unsigned block, const unsigned char *window) {
    struct set s = {0};
    if (block % 2) { /* COUNTED */
        uint32_t first;
        memcpy(&first, window, 4);
        if (window[57] == 3) { /* its lies, of which one may happen to be what is named */
            own(&s, 2, 1, XN_BYTES);
            return s;
        }
        s.broken = window[57] == 1 || window[57] == 2;
        own(&s, first, window[56] < 8 ? window[56] : 8, XN_BYTES);
        return s;
    }
    for (unsigned i = 0; i < 8; i++) {
        struct xn_extent e;
        memcpy(&e, window + 8 * i, sizeof e);
        bool nil = !memcmp(&e, &(struct xn_extent){0}, sizeof e);
        if (nil)
            continue;
        if (!e.count || e.zero ||
            !(e.type == XN_BYTES || ((e.type == POINTERS || e.type == COUNTED) && e.count == 1)))
            s.broken = true;
        own(&s, e.block, e.count, e.type);
    }
    return s;
}

/* Is b what a is, less take and with add? */
static bool differs_by(const struct set *a, const struct set *b, struct xn_extent take,
                       struct xn_extent add) {
    struct set expected = *a;
    for (unsigned i = 0; i < take.count; i++) {
        if (!take.type || take.block + i >= NAMES || expected.type[take.block + i] != take.type)
            return false;
        expected.type[take.block + i] = 0;
    }
    own(&expected, add.block, add.count, add.type);
    return !expected.broken && !b->broken && !memcmp(expected.type, b->type, sizeof expected.type);
}

/* --- One random change --- */

static struct xn_changes changes[2];

static struct xn_extent any_extent(void) {
    struct xn_extent e = {1 + draw(NAMES - 9), 1, XN_BYTES, 0};
    unsigned kind = draw(8);
    if (kind == 0)
        e.type = POINTERS;
    else if (kind < 4)
        e.count = (uint16_t)(1 + draw(4));
    if (!draw(60))
        e.type = (uint8_t)draw(12);
    if (!draw(60))
        e.zero = 1;
    return e;
}

/* Of blocks that nobody owns; count 0: none was found. */
static struct xn_extent free_extent(void) {
    for (unsigned tries = 0; tries < 50; tries++) {
        struct xn_extent e = any_extent();
        bool free = true;
        for (unsigned i = 0; i < e.count; i++)
            free &= !owned_by[e.block + i];
        if (free)
            return e;
    }
    return (struct xn_extent){0};
}

/* Some of what the window owns now. */
static struct xn_extent some_owned(const struct set *s) {
    unsigned from = draw(NAMES);
    for (unsigned k = 0; k < NAMES; k++) {
        unsigned b = (from + k) % NAMES;
        if (!s->type[b])
            continue;
        struct xn_extent e = {b, 1, s->type[b], 0};
        while (e.type == XN_BYTES && b + e.count < NAMES && s->type[b + e.count] == e.type &&
               draw(3))
            e.count++;
        return e;
    }
    return any_extent();
}

/* The window that owns so, as its type writes it: most often; false: it cannot be written. */
static bool write_window(unsigned block, const struct set *s, unsigned char *window) {
    memset(window, 0, 64);
    unsigned n = 0, last = 0;
    for (unsigned b = 0; b < NAMES; b++) {
        if (!s->type[b])
            continue;
        if (block % 2) {
            if (s->type[b] != XN_BYTES || (n && last + 1 != b) || n == 8)
                return false;
            if (!n)
                memcpy(window, &b, 4);
            window[56] = (unsigned char)++n;
            last = b;
            continue;
        }
        struct xn_extent e = {b, 1, s->type[b], 0};
        while (e.type == XN_BYTES && b + 1 < NAMES && s->type[b + 1] == e.type && draw(8))
            e.count++, b++;
        if (n == 8)
            return false;
        memcpy(window + 8 * n++, &e, sizeof e);
    }
    for (unsigned i = 0; block % 2 == 0 && i < 8; i++) { /* in any order */
        unsigned char swap[8], *a = window + 8 * draw(8), *b = window + 8 * draw(8);
        memcpy(swap, a, 8);
        memmove(a, b, 8);
        memcpy(b, swap, 8);
    }
    return true;
}

/* Puts the window that the change wants into side i's changes; and now and then something else. */
static void want(unsigned side, unsigned block, unsigned partition, const struct set *before,
                 struct xn_extent take, struct xn_extent add) {
    struct set after = *before;
    unsigned char window[64];
    memset(&changes[side], 0, sizeof changes[side]);
    for (unsigned i = 0; i < take.count && take.block + i < NAMES; i++)
        after.type[take.block + i] = 0;
    own(&after, add.block, add.count, add.type);
    memcpy(window, (unsigned char *)words[block] + 64 * partition, 64);
    if (!write_window(block, &after, window))
        memcpy(window, (unsigned char *)words[block] + 64 * partition, 64);
    if (!draw(10))
        window[draw(64)] = (unsigned char)draw(12);
    unsigned shift = draw(50) ? 0 : 64; /* another's window */
    unsigned from = 0, to = 64;         /* half of the time only what changes */
    const unsigned char *old = (unsigned char *)words[block] + 64 * partition;
    bool less = draw(2);
    while (less && from < 56 && !memcmp(window + from, old + from, 8))
        from += 8;
    while (less && to > from + 8 && !memcmp(window + to - 8, old + to - 8, 8))
        to -= 8;
    change_put(&changes[side], (64 * partition + shift) % 512 + from, window + from, to - from);
    if (!draw(4))
        change_put(&changes[side], 1000 + draw(2000), window, 1 + draw(64));
}

static int step(struct world *w) {
    static const enum xn_operation operations[] = {XN_WRITE, XN_ALLOC,    XN_ALLOC,
                                                   XN_FREE,  XN_MOVE_OUT, XN_SWAP};
    struct xn_change c = {.operation = operations[draw(6)], .credential = 1};
    c.sides = c.operation >= XN_MOVE_OUT ? 2 : 1;
    unsigned block[2] = {draw(BLOCKS), draw(BLOCKS)}, part[2] = {draw(8), draw(8)};
    struct set before[2], after[2];
    for (unsigned i = 0; i < 2; i++)
        before[i] = read_window(block[i], (unsigned char *)words[block[i]] + 64 * part[i]);
    struct xn_extent take = {0}, add = {0};
    if (c.operation != XN_WRITE && c.operation != XN_ALLOC)
        take = some_owned(&before[0]);
    if (c.operation == XN_ALLOC && !(add = free_extent()).count)
        c.operation = XN_WRITE;
    if (c.operation == XN_SWAP)
        add = some_owned(&before[1]);
    bool legal = c.sides == 1 || block[0] != block[1] || part[0] != part[1];
    bool apart = take.block + take.count <= add.block || add.block + add.count <= take.block;
    legal &= c.operation != XN_SWAP || (take.count && add.count && apart);
    struct xn_extent takes[2] = {take, add}, adds[2] = {add, take};
    for (unsigned i = 0; i < c.sides; i++) {
        want(i, block[i], part[i], &before[i], takes[i], adds[i]);
        c.side[i] = (struct xn_side){.at = {w->types.type[block[i] % 2 ? COUNTED : POINTERS],
                                            (unsigned char *)words[block[i]], 200 + block[i]},
                                     .partition = part[i],
                                     .take = takes[i],
                                     .add = adds[i],
                                     .changes = &changes[i]};
        legal &= changes[i].change[0].at / 64 == part[i];
        legal &= !adds[i].count || xn_extent_is_sound(&w->types, adds[i]);
    }
    unsigned char shadow[2][XN_BLOCK_BYTES]; /* applied one behind the other */
    for (unsigned i = 0; i < c.sides; i++)
        memcpy(shadow[i], words[block[i]], sizeof shadow[i]);
    for (unsigned i = 0; i < c.sides; i++)
        changes_apply(&changes[i], shadow[i]);
    for (unsigned i = 0; i < c.sides && legal; i++) {
        after[i] = read_window(block[i], shadow[i] + 64 * part[i]);
        legal = differs_by(&before[i], &after[i], takes[i], adds[i]);
    }
    int error = change_do(w, &c, &all_may);
    if (!error != legal)
        fail_msg("take %u+%u type %u, add %u+%u type %u, partitions %u %u: "
                 "operation %d of blocks %u, %u: %d, and it is %s",
                 take.block, take.count, take.type, add.block, add.count, add.type, part[0],
                 part[1], c.operation, block[0], block[1], error, legal ? "right" : "wrong");
    return error;
}

/* No block is owned twice. */
static void check_all(void) {
    memset(owned_by, 0, sizeof owned_by);
    for (unsigned b = 0; b < BLOCKS; b++)
        for (unsigned p = 0; p < PARTITIONS; p++) {
            struct set s = read_window(b, (unsigned char *)words[b] + 64 * p);
            assert_false(s.broken);
            for (unsigned i = 0; i < NAMES; i++)
                if (s.type[i]) {
                    assert_int_equal(owned_by[i], 0);
                    owned_by[i] = (uint8_t)(1 + b * PARTITIONS + p);
                }
        }
}

static void add_type(struct world *w, const char *name, unsigned number) {
    static struct made_body b;
    body_begin(&b, name, number, XN_BASE);
    body_windows(&b, 0, 64, PARTITIONS, 8);
    body_object_add(&b, name, "clang");
    world_type(w, &b);
}

static unsigned long setting(const char *name, unsigned long otherwise) {
    const char *text = getenv(name);
    return text ? strtoul(text, NULL, 10) : otherwise;
}

static void random_changes_are_what_a_store_of_sets_says(void **unused) {
    (void)unused;
    unsigned long steps = setting("XN_STEPS", 20000), done = 0;
    state = setting("XN_SEED", 1) * 0x9e3779b97f4a7c15u + 1;
    struct world *w = world_open(XN_UDF, XN_COMPILED, 512);
    add_type(w, "pointers", POINTERS);
    add_type(w, "counted", COUNTED);
    w->types.blocks = NAMES;
    for (unsigned long i = 0; i < steps; i++) {
        if (!step(w)) {
            done++;
            check_all();
        }
    }
    printf("# %lu of %lu changes were made\n", done, steps);
    assert_true(done > steps / 10 && done < steps * 9 / 10);
    world_close(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_changes_are_what_a_store_of_sets_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
