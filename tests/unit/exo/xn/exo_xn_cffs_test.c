/* SPDX-License-Identifier: MIT */
/* exo_xn_cffs_test.c -- the types of C-FFS are templates that XN takes, and tell what a slot and an
 * index own. */
#include "xn_bodies.h"

#include "exo/libos/cffs/cffs_format.h"

static struct made_body b;

static void object(const char *name, const char *way) {
    char path[64];
    snprintf(path, sizeof path, "../../../../../kernels/exo/libos/cffs/udf/%s", name);
    body_object_add(&b, path, way);
}

static void the_types_go_in_and_tell_what_is_owned(void **unused) {
    (void)unused;
    for (unsigned i = 0; i < 4; i++) {
        const char *way = i / 2 ? "gcc" : "clang";
        struct world *w = world_open(XN_UDF, i & 1 ? XN_COMPILED : XN_INTERPRETED, 512);
        body_begin(&b, "cffs-directory", 16, XN_BASE);
        body_windows(&b, 128, 128, 31, 8);
        object("cffs_directory", way);
        const struct xn_type *directory = world_type(w, &b);
        body_begin(&b, "cffs-index", 17, XN_BASE);
        body_windows(&b, 256, 256, 15, 64);
        object("cffs_index", way);
        const struct xn_type *index = world_type(w, &b);
        body_begin(&b, "cffs-index2", 18, XN_BASE);
        body_windows(&b, 256, 256, 15, 64);
        object("cffs_index2", way);
        world_type(w, &b);

        uint64_t block[XN_BLOCK_BYTES / 8] = {0};
        uint32_t *word = (uint32_t *)block;
        struct xn_extent out[XN_OWNED_MAX];
        struct xn_site site = {directory, (unsigned char *)block, 100};
        word[(128 + 3 * 128) / 4] = 50;
        word[(128 + 3 * 128) / 4 + 5] = 51;
        word[(128 + 3 * 128) / 4 + 7] = 52;
        word[(128) / 4 + 2] = 53;
        assert_int_equal(xn_owns(&w->types, &site, 3, out), 3);
        assert_true(out[0].block == 50 && out[0].type == XN_BYTES && out[1].type == 17);
        assert_true(out[2].block == 52 && out[2].type == 16);
        assert_int_equal(xn_owns(&w->types, &site, 0, out), 1);
        assert_true(out[0].block == 53 && out[0].type == 16);
        site.type = index;
        memset(block, 0, sizeof block);
        word[(256 + 2 * 256) / 4 + 9] = 60;
        assert_int_equal(xn_owns(&w->types, &site, 2, out), 1);
        assert_true(out[0].block == 60 && out[0].type == XN_BYTES);
        world_close(w);
    }
}

/* The word of a capability whose name begins with these bytes. */
static uint64_t word_of(unsigned length, uint32_t name) {
    return 8 | 7 | length << 4 | (uint64_t)name << 8;
}

enum { DIR_OWNER = 0x01010101, OWNER = 0x02020202, OTHER = 0x02020203, HERE = 100, CHILD = 51 };

/* What the block's function answers to that user. */
static int ask(struct world *w, const struct xn_type *type, void *block, uint64_t word,
               struct xn_request request) {
    struct xn_site site = {type, block, HERE};
    request.credential = word;
    return w->types.meta->may(&w->types, &site, block, &request);
}

static void a_slot_is_its_owners_and_an_empty_one_anybodys_where_that_is_said(void **unused) {
    (void)unused;
    for (unsigned i = 0; i < 2; i++) {
        struct world *w = world_open(XN_UDF, XN_COMPILED, 512);
        body_begin(&b, "cffs-directory", 16, XN_BASE);
        body_windows(&b, 128, 128, 31, 8);
        object("cffs_directory", i ? "gcc" : "clang");
        const struct xn_type *type = world_type(w, &b);
        uint64_t block[XN_BLOCK_BYTES / 8] = {0};
        struct cffs_head *head = (void *)block;
        struct cffs_inode *inode = (void *)((char *)block + 4 * 128 + 32);
        struct xn_request slot = {.operation = XN_WRITE, .block = HERE, .partition = 3};
        struct xn_request empty = {.operation = XN_ALLOC, .block = HERE, .partition = 4};
        struct xn_request links = {.operation = XN_ALLOC, .block = HERE, .partition = 0};
        struct xn_request counters = {.operation = XN_WRITE,
                                      .block = HERE,
                                      .at = __builtin_offsetof(struct cffs_head, clean),
                                      .bytes = 8};
        struct xn_request owner = {.operation = XN_WRITE,
                                   .block = HERE,
                                   .at = __builtin_offsetof(struct cffs_head, owner),
                                   .bytes = 4};
        struct xn_request child = {.operation = XN_WRITE, .block = CHILD, .partition = 3};
        struct xn_request read = {.operation = XN_READ, .block = HERE, .partition = 3};
        /* Not begun: the parent says who may. */
        assert_int_equal(ask(w, type, block, word_of(4, OWNER), slot), XN_ACL_PARENT);
        *head = (struct cffs_head){.magic = CFFS_MAGIC, .block = HERE, .owner = DIR_OWNER};
        inode->kind = 1;
        inode->owner = OWNER;
        ((uint32_t *)block)[4 * 128 / 4 + CFFS_AT_INDEX] = CHILD;
        assert_int_equal(ask(w, type, block, word_of(4, OWNER), slot), XN_ACL_YES);
        assert_int_equal(ask(w, type, block, word_of(4, DIR_OWNER), slot), XN_ACL_YES);
        assert_int_equal(ask(w, type, block, word_of(0, 0), slot), XN_ACL_YES);
        assert_int_equal(ask(w, type, block, word_of(4, OTHER), slot), XN_ACL_NO);
        assert_int_equal(ask(w, type, block, word_of(4, OTHER), read), XN_ACL_YES);
        /* A name that begins the user's stands for it, and a longer one does not. */
        assert_int_equal(ask(w, type, block, word_of(3, OWNER & 0xffffff), slot), XN_ACL_YES);
        assert_int_equal(ask(w, type, block, word_of(5, OWNER), slot), XN_ACL_NO);
        /* Neither does one that is not valid, or may not write. */
        assert_int_equal(ask(w, type, block, word_of(4, OWNER) & ~8ul, slot), XN_ACL_NO);
        assert_int_equal(ask(w, type, block, word_of(4, OWNER) & ~2ul, slot), XN_ACL_NO);
        for (unsigned anybody = 0; anybody < 2; anybody++) {
            head->mode = anybody ? 0777 : 0755;
            int answer = anybody ? XN_ACL_YES : XN_ACL_NO;
            assert_int_equal(ask(w, type, block, word_of(4, OTHER), empty), answer);
            assert_int_equal(ask(w, type, block, word_of(4, OTHER), links), answer);
            assert_int_equal(ask(w, type, block, word_of(4, OTHER), counters), answer);
            assert_int_equal(ask(w, type, block, word_of(4, OTHER), owner), XN_ACL_NO);
            assert_int_equal(ask(w, type, block, word_of(4, OTHER), slot), XN_ACL_NO);
        }
        /* A block below is begun by who has the slot that it hangs on, whatever partition of its
         * own it is about. */
        assert_int_equal(ask(w, type, block, word_of(4, OWNER), child), XN_ACL_YES);
        assert_int_equal(ask(w, type, block, word_of(4, OTHER), child), XN_ACL_NO);
        child.block++;
        assert_int_equal(ask(w, type, block, word_of(4, OWNER), child), XN_ACL_NO);
        world_close(w);
    }
}

static void an_index_is_its_owners_or_who_its_parent_says(void **unused) {
    (void)unused;
    struct world *w = world_open(XN_UDF, XN_COMPILED, 512);
    body_begin(&b, "cffs-index", 17, XN_BASE);
    body_windows(&b, 256, 256, 15, 64);
    object("cffs_index", "clang");
    const struct xn_type *type = world_type(w, &b);
    uint64_t block[XN_BLOCK_BYTES / 8] = {0};
    struct xn_request write = {.operation = XN_ALLOC, .block = HERE};
    assert_int_equal(ask(w, type, block, word_of(4, 0), write), XN_ACL_PARENT);
    *(struct cffs_head *)block = (struct cffs_head){.magic = CFFS_MAGIC, .owner = OWNER};
    assert_int_equal(ask(w, type, block, word_of(4, OWNER), write), XN_ACL_YES);
    assert_int_equal(ask(w, type, block, word_of(4, OTHER), write), XN_ACL_PARENT);
    world_close(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slot_is_its_owners_and_an_empty_one_anybodys_where_that_is_said),
        cmocka_unit_test(an_index_is_its_owners_or_who_its_parent_says),
        cmocka_unit_test(the_types_go_in_and_tell_what_is_owned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
