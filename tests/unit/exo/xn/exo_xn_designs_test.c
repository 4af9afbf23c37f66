/* SPDX-License-Identifier: MIT */
/* exo_xn_designs_test.c -- one story on a volume of each design: a tree is made, written, left,
 * found again and taken down, after a crash, too. Then what design "capability" refuses though it
 * does not look at metadata, and what acl up to the root says. */
#include "xn_machine.h"

#define ROOT "root\0\0\0\0\0\0\0\0\0\0\0"
enum { TREE = 10, BELOW = 11, DATA = 12, MORE = 13 };

static struct machine *m;
static struct disk disk;
static const struct xn_extent nil;
static const struct xn_who foreign = {.credential = 8, .environment = 2};

static unsigned first(void) {
    return machine_design == XN_SELF ? 512 : 0;
}

/* Windows of eight pointers, in the design's form. */
static uint8_t node_flags;
static void nodes(const char *name, unsigned number, const char *object) {
    static struct made_body b;
    body_begin(&b, name, number, XN_BASE);
    b.head.flags = node_flags;
    body_windows(&b, first(), xn_meta_of[machine_design]->pointer_bytes * 8, 4, 8);
    if (machine_design == XN_UDF)
        body_object_add(&b, object, "clang");
    else if (machine_design != XN_SELF) {
        body_member_add(&b, (struct xn_member){.width = 8, .count = 4, .type = DIR});
        body_member_add(&b, (struct xn_member){.at = 32, .width = 8, .count = 4, .type = XN_BYTES});
    }
    world_type(m->w, &b);
}

static void begin(enum xn_design design) {
    machine_design = design;
    m = machine_bare();
    nodes("dir", DIR, "pointers");
    disk_format(&disk);
    machine_boot(m, &disk);
    assert_int_equal(machine_mount(m), 0);
}

static struct xn_extent one(uint32_t block, uint8_t type) {
    return (struct xn_extent){.block = block, .count = 1, .type = type};
}

/* Pointer i of a partition of a block is this child; the block is in core. */
static struct xn_at at(uint32_t block, uint32_t partition, unsigned i, struct xn_extent child) {
    static struct xn_changes c[2];
    static unsigned which;
    struct xn_changes *changes = &c[which++ % 2];
    unsigned bytes = xn_meta_of[machine_design]->pointer_bytes;
    struct xn_self_pointer p = {child, child.count ? block : 0, child.count ? XN_SELF_MAGIC : 0};
    memset(changes, 0, sizeof *changes);
    change_put(changes, first() + (8 * partition + i) * bytes, &p, bytes);
    return (struct xn_at){.block = block, .partition = partition, .changes = changes};
}

static void in_core(uint32_t block) {
    m->x.need.block = block;
    if (!m->entry[xn_lookup(&m->x, 0, block)].frame)
        machine_read(m);
}

/* A block of metadata that was just made. */
static void fill(uint32_t block) {
    struct xn_at here = {.block = block};
    assert_int_equal(xn_insert(&m->x, &somebody, here, block, machine_frame(m)), 0);
    struct xn_self_header h = {XN_SELF_MAGIC, block, DIR, 8, 512, 128, 4};
    struct xn_changes c = {0};
    if (machine_design != XN_SELF)
        return;
    change_put(&c, 0, &h, sizeof h);
    here.changes = &c;
    assert_int_equal(xn_write(&m->x, &somebody, here), 0);
}

/* TREE -> BELOW -> DATA. */
static void make(void) {
    assert_int_equal(xn_alloc_unattached(&m->x, &somebody, 0, TREE, DIR), 0);
    fill(TREE);
    assert_int_equal(xn_root_add(&m->x, &somebody, 0, ROOT, TREE, 0), 0);
    assert_int_equal(xn_alloc(&m->x, &somebody, at(TREE, 1, 0, one(BELOW, DIR)), one(BELOW, DIR)),
                     0);
    fill(BELOW);
    struct xn_at where = at(BELOW, 2, 4, one(DATA, XN_BYTES));
    assert_int_equal(xn_alloc(&m->x, &somebody, where, one(DATA, XN_BYTES)), 0);
    assert_int_equal(xn_insert(&m->x, &somebody, where, DATA, machine_frame(m)), 0);
    memset(m->frame[m->entry[xn_lookup(&m->x, 0, DATA)].frame], 77, XN_BLOCK_BYTES);
}

static int look(const struct xn_who *who, uint32_t block, uint32_t partition, uint32_t child,
                uint8_t type) {
    struct xn_at where = {.block = block, .partition = partition};
    in_core(block);
    int error = xn_vouch(&m->x, who, where, one(child, type));
    if (error)
        return error;
    in_core(child);
    error = xn_map(&m->x, who, where, child, false);
    if (!error)
        xn_unmapped(&m->x, xn_lookup(&m->x, 0, child), false);
    return error;
}

static void find(void) {
    uint8_t type;
    assert_int_equal(xn_root_find(&m->x, &somebody, 0, ROOT, &type), TREE);
    assert_int_equal(type, DIR);
    assert_int_equal(look(&somebody, TREE, 1, BELOW, DIR), 0);
    assert_int_equal(look(&somebody, BELOW, 2, DATA, XN_BYTES), 0);
    assert_int_equal(m->frame[m->entry[xn_lookup(&m->x, 0, DATA)].frame][99], 77);
    for (uint32_t b = TREE; b <= MORE; b++)
        assert_int_equal(xn_is_allocated(&m->x.volume[0], b), b != MORE);
}

static void a_volume_of_each_design_is_made_found_and_taken_down(void **unused) {
    (void)unused;
    for (enum xn_design design = XN_CAPABILITY; design < XN_DESIGNS; design++) {
        begin(design);
        uint32_t blocks = m->x.volume[0].free;
        make();
        assert_true(machine_sync(m));
        for (unsigned crash = 0; crash < 2; crash++) {
            if (!crash)
                assert_int_equal(machine_unmount(m), 0);
            machine_boot(m, &disk);
            assert_int_equal(machine_mount(m), 0);
            find();
        }
        struct xn_extent data = one(DATA, XN_BYTES), below = one(BELOW, DIR);
        assert_int_equal(xn_free(&m->x, &somebody, at(BELOW, 2, 4, nil), data), 0);
        assert_true(xn_free(&m->x, &somebody, at(BELOW, 2, 4, nil), data) < 0);
        assert_int_equal(xn_free(&m->x, &somebody, at(TREE, 1, 0, nil), below), 0);
        assert_int_equal(xn_root_remove(&m->x, &somebody, 0, ROOT), 0);
        assert_true(machine_sync(m));
        assert_int_equal(m->x.volume[0].free, blocks);
        assert_int_equal(machine_unmount(m), 0);
        machine_close(m);
    }
}

/* TREE -> BELOW and MORE, which both own DATA, and nothing was left clean. */
static void a_duplicate_stays_where_the_type_says(void **unused) {
    (void)unused;
    for (unsigned last = 0; last < 2; last++) {
        machine_design = XN_TEMPLATE;
        m = machine_bare();
        node_flags = last ? XN_KEEP_LAST : 0;
        nodes("dir", DIR, "pointers");
        disk_format(&disk);
        machine_boot(m, &disk);
        assert_int_equal(machine_mount(m), 0);
        make();
        struct xn_extent more = one(MORE, DIR), data = one(DATA, XN_BYTES);
        assert_int_equal(xn_alloc(&m->x, &somebody, at(TREE, 3, 0, more), more), 0);
        fill(MORE);
        assert_true(machine_sync(m));
        memcpy(disk.block[MORE] + 2 * 64 + 32, &data, sizeof data);
        memcpy(disk.block[MORE] + 3 * 64 + 32, &data, sizeof data); /* and a third time */
        machine_boot(m, &disk);
        assert_int_equal(machine_mount(m), 0);
        assert_false(m->x.volume[0].read_only);
        uint8_t type;
        assert_int_equal(xn_root_find(&m->x, &somebody, 0, ROOT, &type), TREE);
        assert_int_equal(look(&somebody, TREE, 1, BELOW, DIR), 0);
        assert_int_equal(look(&somebody, TREE, 3, MORE, DIR), 0);
        assert_int_equal(look(&somebody, BELOW, 2, DATA, XN_BYTES), last ? -E_INVALID : 0);
        assert_int_equal(look(&somebody, MORE, 2, DATA, XN_BYTES), -E_INVALID);
        assert_int_equal(look(&somebody, MORE, 3, DATA, XN_BYTES), last ? 0 : -E_INVALID);
        assert_true(xn_is_allocated(&m->x.volume[0], DATA));
        assert_true(m->x.volume[0].walk.passes <= 5);
        node_flags = 0;
        machine_close(m);
    }
}

static void words_say_whose_a_block_is(void **unused) {
    (void)unused;
    begin(XN_CAPABILITY);
    make();
    struct xn_at more = at(TREE, 0, 0, one(MORE, XN_BYTES));
    struct xn_extent below = one(BELOW, DIR);
    assert_int_equal(look(&foreign, BELOW, 2, DATA, XN_BYTES), -E_PERM);
    assert_int_equal(xn_alloc(&m->x, &foreign, more, one(MORE, XN_BYTES)), -E_PERM);
    assert_int_equal(xn_write(&m->x, &foreign, more), -E_PERM);
    struct xn_extent data = one(DATA, XN_BYTES);
    assert_int_equal(xn_free(&m->x, &foreign, at(BELOW, 2, 4, nil), data), -E_PERM);
    assert_int_equal(xn_move(&m->x, &foreign, at(TREE, 1, 0, nil), at(TREE, 0, 0, below), below),
                     -E_PERM);
    /* Nor is a tree below itself, though the words are all the caller's. */
    assert_int_equal(xn_alloc_unattached(&m->x, &somebody, 0, 20, DIR), 0);
    fill(20);
    assert_int_equal(xn_alloc(&m->x, &somebody, at(20, 0, 0, one(21, DIR)), one(21, DIR)), 0);
    fill(21);
    assert_int_equal(look(&somebody, 21, 0, 20, DIR), -E_INVALID);
    assert_int_equal(look(&somebody, 21, 0, MORE, XN_BYTES), -E_PERM); /* nobody's */
    /* Attached, it is the caller's still. */
    assert_int_equal(xn_alloc(&m->x, &somebody, at(TREE, 2, 0, one(20, DIR)), one(20, DIR)), 0);
    machine_close(m);
}

/* What is another's now is not on the disk before its word says so. */
static void nothing_is_written_before_its_word(void **unused) {
    (void)unused;
    uint32_t frame;
    begin(XN_CAPABILITY);
    assert_true(machine_sync(m));
    make();
    assert_int_equal(xn_write_begin(&m->x, 0, DATA, &frame), -E_ORDER);
    assert_true(machine_sync(m));
    assert_false(xn_is_dirty(&m->entry[xn_lookup(&m->x, 0, DATA)]));
    machine_close(m);
}

/* The root asks for an owner, and a block below it asks its parent. */
static void a_type_with_a_say_is_asked_from_below(void **unused) {
    (void)unused;
    machine_design = XN_UDF;
    m = machine_bare();
    nodes("dir", DIR, "pointers");
    static struct made_body b;
    body_begin(&b, "inode", LOG, XN_BASE);
    body_windows(&b, 64, 64, 8, 8);
    body_object_add(&b, "inode", "clang");
    world_type(m->w, &b);
    disk_format(&disk);
    machine_boot(m, &disk);
    assert_int_equal(machine_mount(m), 0);
    const struct xn_who anybody = {.environment = 1}, owner = {.credential = 7, .environment = 1};
    struct xn_changes c = {0};
    uint64_t head[2] = {7, XN_BLOCK_BYTES};
    struct xn_at top = {.block = TREE, .changes = &c};
    assert_int_equal(xn_alloc_unattached(&m->x, &anybody, 0, TREE, LOG), 0);
    assert_int_equal(xn_insert(&m->x, &anybody, top, TREE, machine_frame(m)), 0);
    assert_int_equal(xn_root_add(&m->x, &anybody, 0, ROOT, TREE, 0), 0);
    change_put(&c, 0, head, sizeof head);
    assert_int_equal(xn_write(&m->x, &anybody, top), 0);
    struct xn_extent below = one(BELOW, DIR), data = one(DATA, XN_BYTES);
    memset(&c, 0, sizeof c);
    change_put(&c, 64, &below, sizeof below);
    assert_int_equal(xn_alloc(&m->x, &anybody, top, below), -E_PERM);
    assert_int_equal(xn_alloc(&m->x, &owner, top, below), 0);
    assert_int_equal(xn_insert(&m->x, &owner, top, BELOW, machine_frame(m)), 0);
    assert_int_equal(xn_alloc(&m->x, &foreign, at(BELOW, 0, 0, data), data), -E_PERM);
    assert_int_equal(xn_alloc(&m->x, &owner, at(BELOW, 0, 0, data), data), 0);
    assert_int_equal(xn_free(&m->x, &foreign, at(BELOW, 0, 0, nil), data), -E_PERM);
    machine_close(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_volume_of_each_design_is_made_found_and_taken_down),
        cmocka_unit_test(a_duplicate_stays_where_the_type_says),
        cmocka_unit_test(words_say_whose_a_block_is),
        cmocka_unit_test(nothing_is_written_before_its_word),
        cmocka_unit_test(a_type_with_a_say_is_asked_from_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
