/* SPDX-License-Identifier: MIT */
/* exo_xn_orders_test.c -- the orders step by step, where a power cut at random needs luck: each
 * story ends well, and badly without its rule. */
#include "exo/defence.h"
#include "xn_without.h"
#include "xn_workload.h"

static struct machine *m;
static struct disk disk;

/* Directories a and b, with names, and an object of that type in a; all on the disk. */
enum { A = 5, B = 6, CHILD = 7, FRESH = 8 };

static int put(uint32_t parent, unsigned partition, uint32_t block, uint8_t type) {
    static struct xn_changes c;
    struct xn_extent e = {.block = block, .count = 1, .type = type};
    change_pointer(&c, partition, type == DIR ? 0 : 4, e, block);
    struct xn_at at = {.block = parent, .partition = partition, .changes = &c};
    return xn_alloc(&m->x, &somebody, at, e);
}

static int take(uint32_t parent, unsigned partition, uint32_t block, uint8_t type) {
    static struct xn_changes c;
    struct xn_extent e = {.block = block, .count = 1, .type = type};
    change_pointer(&c, partition, type == DIR ? 0 : 4, (struct xn_extent){0}, 0);
    struct xn_at at = {.block = parent, .partition = partition, .changes = &c};
    return xn_free(&m->x, &somebody, at, e);
}

static int move(uint32_t from, uint32_t to, unsigned partition, uint32_t block, uint8_t type) {
    static struct xn_changes out, in;
    struct xn_extent e = {.block = block, .count = 1, .type = type};
    change_pointer(&out, 0, type == DIR ? 0 : 4, (struct xn_extent){0}, 0);
    change_pointer(&in, partition, type == DIR ? 0 : 4, e, block);
    struct xn_at a = {.block = from, .changes = &out};
    struct xn_at b = {.block = to, .partition = partition, .changes = &in};
    return xn_move(&m->x, &somebody, a, b, e);
}

static int insert(uint32_t parent, uint32_t block, unsigned char fill_with) {
    struct xn_at at = {.block = parent};
    uint32_t frame = machine_frame(m);
    memset(m->frame[frame], fill_with, XN_BLOCK_BYTES);
    return xn_insert(&m->x, &somebody, at, block, frame);
}

static int write_one(uint32_t block) {
    uint32_t number;
    int error = machine_write(m, block, &number);
    if (!error)
        machine_written(m, number, block, false);
    machine_flush(m);
    return error;
}

static void start(uint8_t type) {
    disk_format(&disk);
    machine_boot(m, &disk);
    m->log = NULL;
    assert_int_equal(machine_mount(m), 0);
    for (uint32_t block = A; block <= B; block++) {
        char name[XN_NAME_BYTES] = {(char)('a' + block - A)};
        assert_int_equal(xn_alloc_unattached(&m->x, &somebody, 0, block, DIR), 0);
        assert_int_equal(insert(block, block, 0), 0);
        assert_int_equal(xn_root_add(&m->x, &somebody, 0, name, block, 0), 0);
    }
    assert_int_equal(put(A, 0, CHILD, type), 0);
    assert_int_equal(insert(A, CHILD, 0), 0);
    assert_true(machine_sync(m));
}

static uint32_t on_disk(uint32_t parent, unsigned partition, uint8_t type) {
    uint32_t block;
    memcpy(&block, disk.block[parent] + partition * WINDOW + (type == DIR ? 0 : 32), 4);
    return block;
}

static bool with(int rule, bool (*story)(void)) {
    xn_without = rule;
    bool well = story();
    xn_without = 0;
    return well;
}

#define NEEDED(rule, story)                                                                        \
    static void story##_rule(void **state) {                                                       \
        (void)state;                                                                               \
        assert_true(with(0, story));                                                               \
        assert_false(with(DEFENCE_##rule, story));                                                 \
    }

/* What moved is freed at its new place while the disk has its old pointer, and used again. */
static bool what_moved_is_not_used_again_while_its_old_pointer_is_there(void) {
    start(DIR);
    assert_int_equal(move(A, B, 0, CHILD, DIR), 0);
    write_one(B);
    take(B, 0, CHILD, DIR);
    write_one(B);
    bool used = put(B, 1, CHILD, DIR) == 0;
    return !(used && on_disk(A, 0, DIR) == CHILD);
}
NEEDED(XN_HELD, what_moved_is_not_used_again_while_its_old_pointer_is_there)

/* Into a directory that is on the disk, but not its name. */
static bool what_moves_below_an_unwritten_name_stays_until_that_is_there(void) {
    start(XN_BYTES);
    assert_int_equal(put(B, 0, FRESH, DIR), 0);
    assert_int_equal(insert(B, FRESH, 0), 0);
    assert_int_equal(move(A, FRESH, 0, CHILD, XN_BYTES), 0);
    write_one(FRESH);
    write_one(A);
    bool reached = on_disk(B, 0, DIR) == FRESH && on_disk(FRESH, 0, XN_BYTES) == CHILD;
    return on_disk(A, 0, XN_BYTES) == CHILD || reached;
}
NEEDED(XN_MOVE_ANCESTORS, what_moves_below_an_unwritten_name_stays_until_that_is_there)

/* A block is freed, and another's, while a write of it is under way that the device does late. */
static bool a_late_write_hits_nothing_that_is_used_again(void) {
    start(XN_BYTES);
    uint32_t number;
    assert_int_equal(put(A, 1, FRESH, XN_BYTES), 0);
    struct xn_at at = {.block = A, .partition = 1};
    uint32_t frame = machine_frame(m);
    memset(m->frame[frame], 1, XN_BLOCK_BYTES);
    assert_int_equal(xn_insert(&m->x, &somebody, at, FRESH, frame), 0);
    assert_int_equal(machine_write(m, FRESH, &number), 0);
    int error = take(A, 1, FRESH, XN_BYTES);
    bool used = !error && put(B, 1, FRESH, XN_BYTES) == 0;
    return error == -E_AGAIN && !used;
}
NEEDED(XN_FREE_IN_FLIGHT, a_late_write_hits_nothing_that_is_used_again)

/* A freed block while the write of its parent is under way. */
static bool what_is_freed_is_not_used_before_its_pointer_is_gone(void) {
    start(DIR);
    uint32_t number;
    assert_int_equal(take(A, 0, CHILD, DIR), 0);
    assert_int_equal(machine_write(m, A, &number), 0);
    bool early = put(B, 1, CHILD, DIR) == 0;
    machine_written(m, number, A, false);
    early = early || xn_settle(&m->x, 0) || put(B, 1, CHILD, DIR) == 0;
    machine_flush(m);
    return !early && put(B, 1, CHILD, DIR) == 0;
}
NEEDED(XN_FREE_AT_END, what_is_freed_is_not_used_before_its_pointer_is_gone)

/* Two blocks that each wait for the other could never be written. */
static bool no_circle_of_waits(void) {
    start(DIR);
    struct xn_changes c = {0};
    uint64_t mark = 1;
    change_put(&c, MARK, &mark, 8);
    for (uint32_t block = A; block <= B; block++) {
        struct xn_at at = {.block = block, .changes = &c};
        assert_int_equal(xn_write(&m->x, &somebody, at), 0);
    }
    assert_int_equal(xn_depend(&m->x, &somebody, 0, A, B), 0);
    xn_depend(&m->x, &somebody, 0, B, A);
    return machine_sync(m);
}
NEEDED(XN_CIRCLE, no_circle_of_waits)

/* A mapping writes while the block is written, and then is gone. */
static bool what_is_written_meanwhile_is_written_again(void) {
    start(XN_BYTES);
    uint32_t number, n = xn_lookup(&m->x, 0, CHILD), frame = m->entry[n].frame;
    struct xn_at at = {.block = A};
    assert_int_equal(xn_map(&m->x, &somebody, at, CHILD, true), 0);
    m->frame[frame][0] = 1;
    assert_int_equal(machine_write(m, CHILD, &number), 0);
    m->frame[frame][0] = 2;
    machine_written(m, number, CHILD, false);
    xn_unmapped(&m->x, n, true);
    machine_sync(m);
    return disk.block[CHILD][0] == 2;
}
NEEDED(XN_DIRTY_AT_BEGIN, what_is_written_meanwhile_is_written_again)

/* The device says that a write failed. */
static bool what_failed_is_written_again(void) {
    start(XN_BYTES);
    uint32_t frame, n = xn_lookup(&m->x, 0, CHILD);
    struct xn_at at = {.block = A};
    assert_int_equal(xn_map(&m->x, &somebody, at, CHILD, true), 0);
    xn_unmapped(&m->x, n, true);
    m->frame[m->entry[n].frame][0] = 9;
    assert_int_equal(xn_write_begin(&m->x, 0, CHILD, &frame), 0);
    xn_write_end(&m->x, 0, CHILD, false);
    machine_sync(m);
    return disk.block[CHILD][0] == 9;
}
NEEDED(XN_FAILED_DIRTY, what_failed_is_written_again)

/* A block that recovery has changed has no parent in core: before one vouches it is no type's, and
 * nobody changes it, whatever an acl would say; else nobody would know that a root reaches it. */
static bool what_recovery_changed_is_under_its_root(void) {
    static const char name[XN_NAME_BYTES] = "b";
    uint8_t type;
    start(DIR);
    memcpy(disk.block[B], disk.block[A], WINDOW); /* as a move that was cut leaves it */
    machine_boot(m, &disk);
    assert_int_equal(machine_mount(m), 0);
    assert_true(!on_disk(A, 0, DIR) != !on_disk(B, 0, DIR));
    bool refused = put(B, 1, FRESH, DIR) == -E_INVALID;
    assert_int_equal(xn_root_find(&m->x, &somebody, 0, name, &type), B);
    assert_int_equal(put(B, 1, FRESH, DIR), 0);
    return refused && write_one(B) == -E_TAINTED;
}
NEEDED(XN_RECOVERED_WAITS, what_recovery_changed_is_under_its_root)

static int add_type(uint8_t type, uint32_t block) {
    uint32_t frame = machine_frame(m);
    return xn_type_add(&m->x, &somebody, 0, m->w->types.type[type], block, &frame);
}

/* A type comes while the catalogue is written, and the device takes its bytes late. */
static bool the_catalogue_on_the_disk_names_what_is_there(void) {
    start(XN_BYTES);
    uint32_t number, index = m->x.volume[0].catalogue_at;
    assert_int_equal(add_type(LOG, 20), 0);
    assert_int_equal(write_one(20), 0);
    assert_int_equal(machine_write(m, index, &number), 0);
    int error = add_type(DIR, 21);
    memcpy(disk.block[index], m->frame[m->entry[xn_lookup(&m->x, 0, index)].frame], XN_BLOCK_BYTES);
    const struct xn_catalogued *named = (const struct xn_catalogued *)disk.block[index];
    const uint32_t *body = (const uint32_t *)disk.block[21];
    return error == -E_AGAIN || !named[DIR].bytes || body[0] == XN_BODY_MAGIC;
}
NEEDED(XN_CATALOGUE_FLIES, the_catalogue_on_the_disk_names_what_is_there)

static int begin(void **state) {
    (void)state;
    m = machine_open();
    return 0;
}

static int end(void **state) {
    (void)state;
    machine_close(m);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_moved_is_not_used_again_while_its_old_pointer_is_there_rule),
        cmocka_unit_test(what_moves_below_an_unwritten_name_stays_until_that_is_there_rule),
        cmocka_unit_test(a_late_write_hits_nothing_that_is_used_again_rule),
        cmocka_unit_test(what_is_freed_is_not_used_before_its_pointer_is_gone_rule),
        cmocka_unit_test(no_circle_of_waits_rule),
        cmocka_unit_test(what_is_written_meanwhile_is_written_again_rule),
        cmocka_unit_test(what_failed_is_written_again_rule),
        cmocka_unit_test(what_recovery_changed_is_under_its_root_rule),
        cmocka_unit_test(the_catalogue_on_the_disk_names_what_is_there_rule),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
