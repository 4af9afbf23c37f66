/* SPDX-License-Identifier: MIT */
/* exo_xn_change_test.c -- attacks on the metadata transaction: whatever is tried, what is owned
 * differs by what is named and by nothing else, or not one byte changes. */
#include "xn_bodies.h"

#include <string.h>

static struct made_body b;
static uint64_t words[2][XN_BLOCK_BYTES / 8];
static struct xn_site at[2];
static struct xn_changes changes[2];

enum { POINTERS = 8, INODE, COUNTED, ARM_1, ARM_2, UNION };
static void clear(struct world *w, unsigned type) {
    memset(words, 0, sizeof words);
    memset(changes, 0, sizeof changes);
    for (unsigned i = 0; i < 2; i++)
        at[i] = (struct xn_site){w->types.type[type], (unsigned char *)words[i], 100 + i};
}

static void add(struct world *w, const char *name, unsigned number, const char *object,
                unsigned first, unsigned count) {
    body_begin(&b, name, number, XN_BASE);
    body_windows(&b, first, 64, count, 8);
    if (!strcmp(name, "arm1") || !strcmp(name, "arm2"))
        b.head.size = 512;
    if (number == POINTERS) {
        b.head.raws = 1;
        b.head.raw[0] = (struct xn_range){4000, 96};
    }
    body_object_add(&b, object, "clang");
    world_type(w, &b);
}

static struct world *open_ways(enum xn_way way) {
    struct world *w = world_open(XN_UDF, way, 512);
    add(w, "pointers", POINTERS, "pointers", 0, 16);
    add(w, "inode", INODE, "inode", 64, 7);
    add(w, "counted", COUNTED, "counted", 0, 8);
    add(w, "arm1", ARM_1, "pointers", 64, 2);
    add(w, "arm2", ARM_2, "counted", 64, 2);
    body_begin(&b, "union", UNION, XN_UNION);
    b.head.size = 512;
    b.head.width = 2;
    body_member_add(&b, (struct xn_member){.type = ARM_1, .value = 1});
    body_member_add(&b, (struct xn_member){.type = ARM_2, .value = 2});
    world_type(w, &b);
    return w;
}

static struct xn_extent extent(unsigned block, unsigned count, unsigned type) {
    return (struct xn_extent){block, (uint16_t)count, (uint8_t)type, 0};
}
static const struct xn_extent none;

static int one(struct world *w, enum xn_operation operation, unsigned partition,
               struct xn_extent take, struct xn_extent plus) {
    struct xn_change c = {
        .operation = operation,
        .credential = 7,
        .sides = 1,
        .side = {{.at = at[0], partition, .take = take, .add = plus, .changes = &changes[0]}}};
    int error = change_do(w, &c, &all_may);
    memset(changes, 0, sizeof changes);
    return error;
}

static int two(struct world *w, bool swap, unsigned from, unsigned to, struct xn_extent out,
               struct xn_extent in) {
    struct xn_change c = {
        .operation = swap ? XN_SWAP : XN_MOVE_OUT,
        .credential = 7,
        .sides = 2,
        .side = {{.at = at[0], from, .take = out, .add = in, .changes = &changes[0]},
                 {.at = at[1], to, .take = in, .add = out, .changes = &changes[1]}}};
    int error = change_do(w, &c, &all_may);
    memset(changes, 0, sizeof changes);
    return error;
}

/* The change that puts an extent into pointer i of a window of 64 bytes. */
static void put(unsigned side, unsigned partition, unsigned i, struct xn_extent e) {
    const struct xn_group *g = at[side].type->group;
    change_put(&changes[side], (g ? g->first : 0u) + 64 * partition + 8 * i, &e, sizeof e);
}

static int alloc(struct world *w, unsigned partition, unsigned i, struct xn_extent e) {
    put(0, partition, i, e);
    return one(w, XN_ALLOC, partition, none, e);
}

#define FOR_WAYS(w)                                                                                \
    for (enum xn_way way = XN_INTERPRETED; way <= XN_COMPILED; way++)                              \
        for (struct world *w = open_ways(way); w; world_close(w), w = NULL)

static void alloc_and_free_differ_by_what_is_named(void **unused) {
    (void)unused;
    FOR_WAYS(w) {
        clear(w, POINTERS);
        struct xn_extent data = extent(9, 4, XN_BYTES), node = extent(20, 1, INODE);
        assert_int_equal(alloc(w, 2, 0, data), 0);
        assert_int_equal(alloc(w, 2, 5, node), 0);
        /* named is another one, in another partition, or nothing */
        put(0, 2, 1, extent(30, 1, XN_BYTES));
        assert_int_equal(one(w, XN_ALLOC, 2, none, extent(31, 1, XN_BYTES)), -E_OWNS);
        put(0, 2, 1, extent(30, 1, XN_BYTES));
        assert_int_equal(one(w, XN_ALLOC, 3, none, extent(30, 1, XN_BYTES)), -E_INVALID);
        put(0, 2, 1, extent(30, 1, XN_BYTES));
        assert_int_equal(one(w, XN_WRITE, 2, none, none), -E_OWNS);
        assert_int_equal(one(w, XN_ALLOC, 2, none, extent(30, 1, XN_BYTES)), -E_OWNS);
        assert_int_equal(one(w, XN_FREE, 2, data, none), -E_OWNS);
        /* free the one, and it is gone; the other stays */
        put(0, 2, 0, none);
        assert_int_equal(one(w, XN_FREE, 2, node, none), -E_OWNS);
        put(0, 2, 0, none);
        assert_int_equal(one(w, XN_FREE, 2, data, none), 0);
        put(0, 2, 0, none);
        assert_int_equal(one(w, XN_FREE, 2, data, none), -E_OWNS);
    }
}

static void two_pointers_a_type_and_a_length_are_refused(void **unused) {
    (void)unused;
    FOR_WAYS(w) {
        clear(w, POINTERS);
        struct xn_extent data = extent(9, 4, XN_BYTES);
        assert_int_equal(alloc(w, 0, 0, data), 0);
        put(0, 0, 1, extent(30, 1, XN_BYTES));
        put(0, 0, 2, extent(40, 1, XN_BYTES));
        assert_int_equal(one(w, XN_ALLOC, 0, none, extent(30, 1, XN_BYTES)), -E_OWNS);
        put(0, 0, 1, extent(30, 1, XN_BYTES));
        put(0, 0, 2, extent(30, 1, XN_BYTES));
        assert_int_equal(one(w, XN_ALLOC, 0, none, extent(30, 1, XN_BYTES)), -E_OWNS);
        put(0, 0, 0, extent(9, 4, POINTERS)); /* retyped in place */
        assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_OWNS);
        put(0, 0, 0, extent(9, 5, XN_BYTES)); /* grown, shrunk, moved on */
        assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_OWNS);
        put(0, 0, 0, extent(9, 3, XN_BYTES));
        assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_OWNS);
        put(0, 0, 0, extent(10, 4, XN_BYTES));
        assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_OWNS);
        put(0, 0, 0, extent(9, 4, POINTERS));
        put(0, 0, 1, extent(30, 1, XN_BYTES)); /* beside what is named */
        assert_int_equal(one(w, XN_ALLOC, 0, none, extent(30, 1, XN_BYTES)), -E_OWNS);
    }
}

static void leaves_side_by_side_are_cut_as_one_likes(void **unused) {
    (void)unused;
    FOR_WAYS(w) {
        clear(w, POINTERS);
        assert_int_equal(alloc(w, 0, 3, extent(9, 4, XN_BYTES)), 0);
        put(0, 0, 3, extent(9, 6, XN_BYTES)); /* the extent grows by what is named */
        assert_int_equal(one(w, XN_ALLOC, 0, none, extent(13, 2, XN_BYTES)), 0);
        put(0, 0, 3, extent(9, 1, XN_BYTES)); /* and is cut in three, in any order */
        put(0, 0, 0, extent(12, 3, XN_BYTES));
        put(0, 0, 7, extent(10, 2, XN_BYTES));
        assert_int_equal(one(w, XN_WRITE, 0, none, none), 0);
        put(0, 0, 0, extent(13, 2, XN_BYTES)); /* one of the middle goes */
        assert_int_equal(one(w, XN_FREE, 0, extent(12, 1, XN_BYTES), none), 0);
        put(0, 0, 0, extent(13, 2, XN_BYTES));
        put(0, 0, 1, extent(13, 0, XN_BYTES)); /* nothing, which is no extent */
        assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_OWNS);
        for (unsigned i = 1; i < 3; i++) /* several children in one operation */
            put(0, 1, i, extent(50 + i, 1, XN_BYTES));
        assert_int_equal(one(w, XN_ALLOC, 1, none, extent(51, 2, XN_BYTES)), 0);
        put(0, 2, 0, extent(60, 1, INODE));
        put(0, 2, 1, extent(61, 1, INODE));
        assert_int_equal(one(w, XN_ALLOC, 2, none, extent(60, 2, INODE)), -E_INVALID);
        assert_int_equal(alloc(w, 2, 0, extent(60, 1, INODE)), 0);
        put(0, 2, 0, extent(60, 2, INODE)); /* metadata are blocks, each by itself */
        assert_int_equal(one(w, XN_ALLOC, 2, none, extent(61, 1, INODE)), -E_OWNS);
    }
}

static void what_is_no_block_of_a_type_is_not_owned(void **unused) {
    (void)unused;
    FOR_WAYS(w) {
        clear(w, POINTERS);
        const struct xn_extent bad[] = {
            extent(0, 1, XN_BYTES),     extent(4096, 1, XN_BYTES), extent(4095, 2, XN_BYTES),
            extent(5, 65535, XN_BYTES), extent(5, 1, XN_ROOT),     extent(5, 1, XN_MAP),
            extent(5, 1, 77),           extent(5, 1, 200),         extent(UINT32_MAX, 2, XN_BYTES),
            {5, 1, XN_BYTES, 1}};
        for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
            assert_int_equal(alloc(w, 0, 0, bad[i]), -E_INVALID);
        assert_int_equal(alloc(w, 16, 0, extent(9, 1, XN_BYTES)), -E_INVALID);
        assert_int_equal(alloc(w, UINT32_MAX, 0, extent(9, 1, XN_BYTES)), -E_INVALID);
        assert_int_equal(alloc(w, 15, 7, extent(4095, 1, XN_BYTES)), 0);
    }
}

/* Bytes of another partition are not this one's to change; those of none are, and those that are
 * raw need nobody's opinion. */
static void a_partition_changes_its_own_bytes(void **unused) {
    (void)unused;
    FOR_WAYS(w) {
        clear(w, POINTERS);
        assert_int_equal(alloc(w, 1, 7, extent(9, 1, XN_BYTES)), 0);
        struct xn_extent foreign = extent(2, 1, XN_BYTES);
        change_put(&changes[0], 64, &foreign, 8); /* partition 1's, as one of 0's and 2's */
        assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_INVALID);
        change_put(&changes[0], 60, "12345678", 8); /* begins in 0 */
        assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_INVALID);
        change_put(&changes[0], 124, "12345678", 8);
        assert_int_equal(one(w, XN_WRITE, 2, none, none), -E_INVALID);
        change_put(&changes[0], 1020, "12345678", 8); /* the last window, and none */
        assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_INVALID);
        change_put(&changes[0], 1024, "12345678", 8);
        assert_int_equal(one(w, XN_WRITE, 0, none, none), 0);
        change_put(&changes[0], 4000, "12345678", 8);
        assert_int_equal(one(w, XN_WRITE, 99, none, none), 0);
        struct xn_extent plus = extent(30, 1, XN_BYTES);
        change_put(&changes[0], 196, "12345678", 8); /* across the end, and in another's name */
        assert_int_equal(one(w, XN_ALLOC, 2, none, plus), -E_INVALID);
        put(0, 3, 0, plus);
        assert_int_equal(one(w, XN_ALLOC, 2, none, plus), -E_INVALID);
        put(0, 3, 0, plus); /* a pointer and bytes beside it */
        change_put(&changes[0], 2000, "12345678", 8);
        assert_int_equal(one(w, XN_ALLOC, 3, none, plus), 0);
        assert_memory_equal((char *)words[0] + 2000, "12345678", 8);
        clear(w, COUNTED); /* a pointer, and a byte of the next window with it */
        const unsigned char across[8] = {3, 0, 0, 0, 0, 0, 0, 9};
        change_put(&changes[0], 57, across, 8);
        assert_int_equal(one(w, XN_ALLOC, 0, none, extent(2, 1, XN_BYTES)), -E_INVALID);
    }
}

static void changes_are_within_a_block_and_not_many(void **unused) {
    (void)unused;
    struct xn_changes c = {.count = 17};
    assert_false(xn_changes_are_sound(&c));
    c.count = UINT32_MAX;
    assert_false(xn_changes_are_sound(&c));
    c = (struct xn_changes){.count = 1, .change = {{4095, 1}}};
    assert_true(xn_changes_are_sound(&c));
    c.change[0].bytes = 2;
    assert_false(xn_changes_are_sound(&c));
    c.change[0].bytes = 0;
    assert_false(xn_changes_are_sound(&c));
    c = (struct xn_changes){.count = 2, .change = {{0, 512}, {600, 1}}};
    assert_false(xn_changes_are_sound(&c));
    c.change[0].bytes = 511;
    assert_true(xn_changes_are_sound(&c));
    c.change[1].at = 65535;
    assert_false(xn_changes_are_sound(&c));
}

/* A byte beyond all windows changes, too. */
static void by_complete_path(bool it_is) {
    if (it_is)
        change_put(&changes[0], 1000, "", 1);
}

/* Functions that say whatever they like once they are in. */
static void lies_after_import_gain_nothing(void **unused) {
    (void)unused;
    FOR_WAYS(w) {
        clear(w, COUNTED);
        unsigned char many = 3, lies = 1;
        unsigned first = 40;
        change_put(&changes[0], 0, &first, 4);
        assert_int_equal(one(w, XN_WRITE, 0, none, none), 0);
        change_put(&changes[0], 56, &many, 1);
        assert_int_equal(one(w, XN_ALLOC, 0, none, extent(40, 2, XN_BYTES)), -E_OWNS);
        change_put(&changes[0], 56, &many, 1);
        assert_int_equal(one(w, XN_ALLOC, 0, none, extent(40, 3, XN_BYTES)), 0);
        first = 41; /* all of them move, and one is new */
        change_put(&changes[0], 0, &first, 4);
        assert_int_equal(one(w, XN_ALLOC, 0, none, extent(43, 1, XN_BYTES)), -E_OWNS);
        many = 9; /* more than there are places */
        change_put(&changes[0], 56, &many, 1);
        assert_int_equal(one(w, XN_ALLOC, 0, none, extent(43, 6, XN_BYTES)), -E_OWNS);
        change_put(&changes[0], 57, &lies, 1); /* 1: more than the limit */
        assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_INVALID);
        lies = 3; /* another's block */
        change_put(&changes[0], 57, &lies, 1);
        assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_OWNS);
        /* 2: an extent that is not written: what an earlier run left there, of another partition
         * and free by now. Then it would own what is there at any time. */
        first = 70;
        change_put(&changes[0], 64, &first, 4);
        assert_int_equal(one(w, XN_WRITE, 1, none, none), 0);
        const unsigned char is[8] = {1}, is_not[8] = {0}, says[8] = {0, 2};
        struct xn_extent child = extent(70, 1, XN_BYTES);
        for (unsigned quick = 0; quick < 2; quick++) {
            change_put(&changes[0], 64 + 56, is, 8);
            by_complete_path(!quick);
            assert_int_equal(one(w, XN_ALLOC, 1, none, child), 0);
            change_put(&changes[0], 64 + 56, is_not, 8);
            by_complete_path(true);
            assert_int_equal(one(w, XN_FREE, 1, child, none), 0);
            change_put(&changes[0], 2 * 64 + 56, says, 8);
            by_complete_path(!quick);
            assert_int_equal(one(w, XN_ALLOC, 2, none, child), -E_OWNS);
        }
    }
}

static void moves_and_swaps_exchange_exactly(void **unused) {
    (void)unused;
    FOR_WAYS(w) {
        clear(w, POINTERS);
        struct xn_extent s = extent(9, 2, XN_BYTES), t = extent(20, 1, INODE);
        assert_int_equal(alloc(w, 0, 0, s), 0);
        put(0, 0, 0, none);
        put(1, 3, 4, s);
        assert_int_equal(two(w, false, 0, 3, s, none), 0);
        put(0, 0, 0, s); /* back, but it stays there, too; or it leaves and does not arrive */
        assert_int_equal(two(w, false, 0, 3, s, none), -E_OWNS);
        at[0].bytes = (unsigned char *)words[1], at[1].bytes = (unsigned char *)words[0];
        put(1, 0, 0, s);
        assert_int_equal(two(w, false, 3, 0, s, none), -E_OWNS);
        put(0, 3, 4, none);
        assert_int_equal(two(w, false, 3, 0, s, none), -E_OWNS);
        put(0, 3, 4, none);
        put(1, 0, 0, extent(9, 2, INODE)); /* arrives as something else */
        assert_int_equal(two(w, false, 3, 0, s, none), -E_OWNS);
        /* swap: each gets the other's */
        put(0, 3, 4, none);
        put(1, 0, 0, s);
        assert_int_equal(two(w, false, 3, 0, s, none), 0);
        assert_int_equal(alloc(w, 3, 1, t), 0);
        put(0, 3, 1, s);
        put(1, 0, 0, t);
        assert_int_equal(two(w, true, 3, 0, t, s), 0);
        put(0, 3, 1, t);
        assert_int_equal(two(w, true, 3, 0, s, t), -E_OWNS);
        /* what only one of them has does not change hands by going to itself */
        change_put(&changes[0], 3000, "a", 1);
        change_put(&changes[1], 3000, "a", 1);
        assert_int_equal(two(w, true, 3, 0, s, s), -E_INVALID);
    }
}

static void a_move_within_a_block_is_written_whole(void **unused) {
    (void)unused;
    FOR_WAYS(w) {
        clear(w, POINTERS);
        struct xn_extent s = extent(9, 2, XN_BYTES);
        assert_int_equal(alloc(w, 0, 0, s), 0);
        at[1] = at[0];
        put(0, 0, 0, none);
        put(1, 8, 0, s); /* of another atom of 512 bytes */
        assert_int_equal(two(w, false, 0, 8, s, none), -E_INVALID);
        put(0, 0, 0, none);
        put(1, 0, 1, s);
        assert_int_equal(two(w, false, 0, 0, s, none), -E_INVALID);
        put(0, 0, 0, none);
        put(1, 7, 0, s);
        assert_int_equal(two(w, false, 0, 7, s, none), 0);
        assert_memory_equal((char *)words[0] + 7 * 64, &s, sizeof s);
    }
}

static int choose(struct world *w, unsigned value) {
    uint16_t choice = (uint16_t)value;
    change_put(&changes[0], 0, &choice, 2);
    return one(w, XN_WRITE, 99, none, none);
}

static void a_union_is_chosen_once_and_while_it_owns_nothing(void **unused) {
    (void)unused;
    FOR_WAYS(w) {
        clear(w, UNION);
        struct xn_extent s = extent(9, 1, XN_BYTES);
        assert_int_equal(alloc(w, 0, 0, s), -E_INVALID); /* of no arm */
        put(0, 0, 0, s);
        assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_INVALID); /* for later */
        assert_int_equal(choose(w, 3), -E_INVALID);
        uint16_t first = 1;
        change_put(&changes[0], 0, &first, 2);
        put(0, 0, 0, s); /* both at once */
        assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_INVALID);
        assert_int_equal(choose(w, 1), 0);
        assert_int_equal(choose(w, 2), -E_OWNS);
        assert_int_equal(alloc(w, 1, 0, s), 0);
        assert_int_equal(choose(w, 2), -E_OWNS);
        assert_int_equal(choose(w, 0), -E_OWNS);
        put(0, 1, 0, none);
        assert_int_equal(one(w, XN_FREE, 1, s, none), 0);
        /* bytes that arm 1 does not count, but arm 2 would */
        uint16_t nil = 0;
        change_put(&changes[0], 0, &nil, 2);
        change_put(&changes[0], 64 + 57, "\3", 1);
        assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_OWNS);
        assert_int_equal(choose(w, 0), 0);
        assert_int_equal(choose(w, 2), 0);
        unsigned char many = 1;
        change_put(&changes[0], 64, &s.block, 4);
        change_put(&changes[0], 64 + 56, &many, 1);
        assert_int_equal(one(w, XN_ALLOC, 0, none, s), 0);
    }
}

static int resize(struct world *w, unsigned bytes) {
    uint16_t size = (uint16_t)bytes;
    change_put(&changes[0], 8, &size, 2);
    return one(w, XN_WRITE, 99, none, none);
}

static void a_size_does_not_lie(void **unused) {
    (void)unused;
    FOR_WAYS(w) {
        clear(w, INODE);
        struct xn_extent s = extent(9, 1, XN_BYTES);
        assert_int_equal(alloc(w, 0, 0, s), -E_OWNS); /* beyond 0 bytes */
        put(0, 0, 0, none);
        uint16_t huge = 5000;
        change_put(&changes[0], 8, &huge, 2);
        assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_OWNS);
        put(0, 0, 0, none);
        uint16_t enough = 256;
        change_put(&changes[0], 8, &enough, 2);
        assert_int_equal(one(w, XN_WRITE, 0, none, none), 0);
        assert_int_equal(alloc(w, 2, 0, s), 0);
        assert_int_equal(alloc(w, 3, 0, extent(10, 1, XN_BYTES)), -E_OWNS);
        uint16_t less = 200; /* in another partition's name */
        change_put(&changes[0], 8, &less, 2);
        assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_OWNS);
        put(0, 2, 0, none);
        assert_int_equal(one(w, XN_FREE, 2, s, none), 0);
        assert_int_equal(resize(w, 200), 0);
        assert_int_equal(resize(w, 4097), -E_OWNS);
    }
}

/* --- acl --- */

struct chain {
    struct world *w;
    unsigned asked, length; /* parents */
    uint64_t owner;         /* of each */
    uint64_t words[XN_BLOCK_BYTES / 8];
};

static int chain_parent(void *owner, const struct xn_request *request, struct xn_site *site) {
    struct chain *c = owner;
    (void)request;
    if (c->asked++ == c->length)
        return -E_PERM;
    c->words[0] = c->owner * (c->asked == c->length);
    *site = (struct xn_site){c->w->types.type[INODE], (unsigned char *)c->words, 500 + c->asked};
    return 0;
}

static int ask(struct world *w, unsigned length, uint64_t owner, uint64_t credential,
               enum xn_operation operation) {
    static struct chain c;
    c = (struct chain){.w = w, .length = length, .owner = owner};
    const struct xn_above above = {chain_parent, &c};
    struct xn_change change = {.operation = XN_WRITE,
                               .credential = credential,
                               .sides = 1,
                               .side = {{.at = at[0], .partition = 99, .changes = &changes[0]}}};
    struct xn_request request = {.operation = operation, .block = 100, .credential = credential};
    return operation == XN_WRITE ? change_do(w, &change, &above)
                                 : xn_access_may(&w->types, &request, at[0], &above);
}

static void acl_sees_both_and_defers_to_a_depth(void **unused) {
    (void)unused;
    FOR_WAYS(w) {
        clear(w, INODE);
        words[0][0] = 7; /* whose it is */
        uint64_t other = 8, nobody = 0;
        assert_int_equal(ask(w, 0, 0, 8, XN_WRITE), -E_PERM);
        assert_int_equal(ask(w, 0, 0, 7, XN_WRITE), 0);
        assert_int_equal(ask(w, 1, 8, 8, XN_READ), 0); /* the parent's owner */
        assert_int_equal(ask(w, 1, 8, 9, XN_READ), -E_PERM);
        assert_int_equal(ask(w, 1, 8, 8, XN_MODIFY), -E_PERM);
        change_put(&changes[0], 0, &nobody, 8); /* seen in what is proposed */
        assert_int_equal(ask(w, 0, 0, 7, XN_WRITE), -E_PERM);
        memset(changes, 0, sizeof changes);
        change_put(&changes[0], 0, &other, 8);
        assert_int_equal(ask(w, 0, 0, 8, XN_WRITE), -E_PERM); /* the old one says it */
        assert_int_equal(ask(w, 0, 0, 7, XN_WRITE), 0);
        assert_int_equal(ask(w, 0, 0, 7, XN_WRITE), -E_PERM);
        memset(changes, 0, sizeof changes);
        words[0][0] = 0; /* the block, and up to seven above it */
        assert_int_equal(ask(w, 7, 9, 9, XN_WRITE), 0);
        assert_int_equal(ask(w, 7, 9, 8, XN_WRITE), -E_PERM);
        assert_int_equal(ask(w, 8, 9, 9, XN_WRITE), -E_PERM);
    }
}

/* --- The other designs --- */

static void fields_are_compared_as_functions_are(void **unused) {
    (void)unused;
    struct world *w = world_open(XN_TEMPLATE, XN_INTERPRETED, 512);
    body_begin(&b, "fields", POINTERS, XN_BASE);
    body_windows(&b, 0, 64, 8, 8);
    body_member_add(&b, (struct xn_member){.at = 0, .width = 8, .count = 7, .type = XN_BYTES});
    body_member_add(&b, (struct xn_member){.at = 60, .width = 4, .count = 1, .type = POINTERS});
    b.head.key = 1024;
    world_type(w, &b);
    clear(w, POINTERS);
    assert_int_equal(alloc(w, 0, 0, extent(9, 4, XN_BYTES)), 0);
    put(0, 0, 0, extent(9, 4, POINTERS));
    assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_INVALID);
    assert_int_equal(alloc(w, 0, 1, extent(30, 1, POINTERS)), -E_INVALID);
    uint32_t block = 30;
    change_put(&changes[0], 60, &block, 4);
    assert_int_equal(one(w, XN_ALLOC, 0, none, extent(30, 1, XN_BYTES)), -E_OWNS);
    change_put(&changes[0], 60, &block, 4);
    assert_int_equal(one(w, XN_ALLOC, 0, none, extent(30, 1, POINTERS)), 0);
    uint64_t key = 7;
    change_put(&changes[0], 1024, &key, 8);
    assert_int_equal(one(w, XN_WRITE, 0, none, none), 0);
    change_put(&changes[0], 2000, &key, 8);
    assert_int_equal(one(w, XN_WRITE, 0, none, none), 0);
    words[0][128] = 8;
    change_put(&changes[0], 2000, &key, 8);
    assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_PERM);
    world_close(w);
}

/* The sanitizer sees what is read behind the block. */
static void of_the_last_window_nothing_beyond_the_block_is_read(void **unused) {
    (void)unused;
    for (unsigned fields = 0; fields < 2; fields++) {
        struct world *w = world_open(fields ? XN_TEMPLATE : XN_UDF, XN_INTERPRETED, 512);
        unsigned char *block = calloc(1, XN_BLOCK_BYTES);
        body_begin(&b, "last", POINTERS, XN_BASE);
        body_windows(&b, 0, 64, 64, 8);
        if (fields)
            body_member_add(&b,
                            (struct xn_member){.at = 0, .width = 8, .count = 8, .type = XN_BYTES});
        else
            body_object_add(&b, "pointers", "clang");
        world_type(w, &b);
        clear(w, POINTERS);
        at[0].bytes = block;
        assert_int_equal(alloc(w, 63, 7, extent(9, 4, XN_BYTES)), 0);
        put(0, 63, 6, extent(9, 2, XN_BYTES)); /* the complete path, too */
        put(0, 63, 7, extent(11, 2, XN_BYTES));
        assert_int_equal(one(w, XN_WRITE, 63, none, none), 0);
        free(block);
        world_close(w);
    }
}

static void pointers_that_describe_themselves_name_their_block(void **unused) {
    (void)unused;
    struct world *w = world_open(XN_SELF, XN_INTERPRETED, 512);
    body_begin(&b, "node", POINTERS, XN_BASE);
    body_windows(&b, 512, 128, 8, 8);
    world_type(w, &b);
    clear(w, POINTERS);
    struct xn_self_header h = {XN_SELF_MAGIC, 100, POINTERS, 8, 512, 128, 8};
    struct xn_self_pointer p = {extent(9, 4, XN_BYTES), 100, XN_SELF_MAGIC}, nil = {0};
    change_put(&changes[0], 512, &p, sizeof p); /* before the block says what it is */
    assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_INVALID);
    h.block = 101;
    change_put(&changes[0], 0, &h, sizeof h);
    assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_INVALID);
    h.block = 100, h.first = 480;
    change_put(&changes[0], 0, &h, sizeof h);
    assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_INVALID);
    h.first = 512;
    change_put(&changes[0], 0, &h, sizeof h);
    assert_int_equal(one(w, XN_WRITE, 0, none, none), 0);
    assert_int_equal(xn_partitions(&w->types, &at[0]), 8);
    change_put(&changes[0], 512 + 128, &p, sizeof p);
    assert_int_equal(one(w, XN_ALLOC, 1, none, p.child), 0);
    p.owner = 101; /* that another block points to it */
    p.child = extent(30, 1, XN_BYTES);
    change_put(&changes[0], 512 + 128 + 16, &p, sizeof p);
    assert_int_equal(one(w, XN_ALLOC, 1, none, p.child), -E_INVALID);
    h.first = 1024; /* other windows, while something is owned */
    change_put(&changes[0], 0, &h, sizeof h);
    assert_int_equal(one(w, XN_WRITE, 1, none, none), -E_OWNS);
    change_put(&changes[0], 512 + 128, &nil, sizeof nil);
    assert_int_equal(one(w, XN_FREE, 1, extent(9, 4, XN_BYTES), none), 0);
    memset(&h, 0, sizeof h); /* and when not: an old version of the windows may be on the disk */
    change_put(&changes[0], 0, &h, sizeof h);
    assert_int_equal(one(w, XN_WRITE, 1, none, none), -E_OWNS);
    world_close(w);
}

static void words_of_blocks_say_whose_they_are(void **unused) {
    (void)unused;
    struct world *w = world_open(XN_CAPABILITY, XN_INTERPRETED, 512);
    body_begin(&b, "node", POINTERS, XN_BASE);
    body_windows(&b, 512, 128, 8, 8);
    world_type(w, &b);
    clear(w, POINTERS);
    w->word[100] = 7;
    struct xn_extent s = extent(9, 4, XN_BYTES);
    assert_int_equal(alloc(w, 0, 0, s), 0);
    assert_int_equal(w->word[12], 7);
    assert_int_equal(w->word[13], 0);
    w->word[11] = 8;
    assert_int_equal(alloc(w, 0, 1, s), -E_PERM);
    assert_int_equal(one(w, XN_FREE, 0, s, none), -E_PERM);
    w->word[11] = 7;
    assert_int_equal(one(w, XN_FREE, 0, s, none), 0);
    assert_int_equal(w->word[9], 0);
    w->word[100] = 8;
    change_put(&changes[0], 0, "1234", 4);
    assert_int_equal(one(w, XN_WRITE, 0, none, none), -E_PERM);
    w->types.blocks = 10000; /* of 4,096 words the rest is not in core */
    assert_int_equal(alloc(w, 0, 0, extent(5000, 1, XN_BYTES)), -E_AGAIN);
    world_close(w);
}

static void a_duplicate_is_dropped_as_the_type_says(void **unused) {
    (void)unused;
    FOR_WAYS(w) {
        clear(w, INODE);
        struct xn_extent s = extent(9, 1, XN_BYTES);
        ((uint16_t *)words[0])[4] = 512;
        assert_int_equal(alloc(w, 2, 5, s), 0);
        assert_int_equal(xn_drop(&w->types, &at[0], 2, s, &changes[0]), 0);
        assert_int_equal(changes[0].change[0].at, 64 + 2 * 64 + 5 * 8);
        assert_int_equal(one(w, XN_FREE, 2, s, none), 0);
        assert_int_equal(xn_drop(&w->types, &at[0], 2, s, &changes[0]), -E_INVALID);
        clear(w, POINTERS);
        assert_int_equal(xn_drop(&w->types, &at[0], 2, s, &changes[0]), -E_NOT_FOUND);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alloc_and_free_differ_by_what_is_named),
        cmocka_unit_test(two_pointers_a_type_and_a_length_are_refused),
        cmocka_unit_test(leaves_side_by_side_are_cut_as_one_likes),
        cmocka_unit_test(what_is_no_block_of_a_type_is_not_owned),
        cmocka_unit_test(a_partition_changes_its_own_bytes),
        cmocka_unit_test(changes_are_within_a_block_and_not_many),
        cmocka_unit_test(lies_after_import_gain_nothing),
        cmocka_unit_test(moves_and_swaps_exchange_exactly),
        cmocka_unit_test(a_move_within_a_block_is_written_whole),
        cmocka_unit_test(a_union_is_chosen_once_and_while_it_owns_nothing),
        cmocka_unit_test(a_size_does_not_lie),
        cmocka_unit_test(acl_sees_both_and_defers_to_a_depth),
        cmocka_unit_test(fields_are_compared_as_functions_are),
        cmocka_unit_test(of_the_last_window_nothing_beyond_the_block_is_read),
        cmocka_unit_test(pointers_that_describe_themselves_name_their_block),
        cmocka_unit_test(words_of_blocks_say_whose_they_are),
        cmocka_unit_test(a_duplicate_is_dropped_as_the_type_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
