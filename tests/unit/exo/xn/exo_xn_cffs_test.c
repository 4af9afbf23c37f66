/* SPDX-License-Identifier: MIT */
/* exo_xn_cffs_test.c -- the types of C-FFS are templates that XN takes, and tell what a slot and an
 * index own. */
#include "xn_bodies.h"

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_types_go_in_and_tell_what_is_owned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
