/* SPDX-License-Identifier: MIT */
/* drivers_blk_check_test.c -- what a disk says of itself, and what it may be asked. */
#include "drivers/blk_answer.h"
#include "drivers/virtio_blk.h"
#include "lib/error.h"
#include "unit.h"

#define ALL (BLK_SEG_MAX | BLK_FLUSH | BLK_QUEUES | BLK_DISCARD | BLK_ZERO)

static struct blk_config config;

static struct disk disk(uint64_t features, uint64_t sectors) {
    config = (struct blk_config){.capacity = {(uint32_t)sectors, (uint32_t)(sectors >> 32)},
                                 .seg_max = 254,
                                 .queues = 2,
                                 .discard_sectors = 64,
                                 .discard_ranges = 1,
                                 .discard_unit = 8,
                                 .zero_sectors = 128,
                                 .zero_ranges = 1};
    return (struct disk){.device = {.features = features, .device = (uint8_t *)&config}};
}

static int ask(const struct disk *d, enum disk_operation operation, uint64_t sector,
               uint32_t sectors, unsigned pieces, uint32_t bytes) {
    struct dma_piece piece[DISK_PIECES_MAX + 1];
    for (unsigned i = 0; i <= DISK_PIECES_MAX; i++)
        piece[i] = (struct dma_piece){.bytes = bytes};
    struct disk_request r = {.operation = operation,
                             .sector = sector,
                             .sectors = sectors,
                             .piece = piece,
                             .pieces = pieces};
    return disk_check(d, &r);
}

static void what_it_says_of_itself_is_bounded(void **state) {
    struct disk d = disk(ALL, 100);
    (void)state;
    assert_true(blk_facts_read(&d));
    assert_int_equal(d.facts.sectors, 100);
    assert_int_equal(d.facts.queues, 2);
    assert_int_equal(d.facts.pieces, DISK_PIECES_MAX);
    assert_false(d.facts.read_only);
    config.queues = 60000;
    assert_true(blk_facts_read(&d));
    assert_int_equal(d.facts.queues, DISK_QUEUES_MAX);
    config.queues = 0;
    assert_false(blk_facts_read(&d));
    d = disk(ALL, 100);
    config.seg_max = 0;
    assert_false(blk_facts_read(&d));
    d = disk(ALL, UINT64_MAX);
    assert_false(blk_facts_read(&d));
    d = disk(0, 100);
    assert_true(blk_facts_read(&d));
    assert_int_equal(d.facts.queues, 1);
    assert_int_equal(d.facts.pieces, 1);
    assert_int_equal(d.facts.discard_sectors, 0);
    d = disk(ALL, 100);
    config.discard_unit = 0;
    assert_true(blk_facts_read(&d));
    assert_int_equal(d.facts.discard_unit, 1);
}

static void a_request_stays_within_the_disk(void **state) {
    struct disk d = disk(ALL, 100);
    (void)state;
    assert_true(blk_facts_read(&d));
    assert_int_equal(ask(&d, DISK_READ, 0, 8, 1, 4096), 0);
    assert_int_equal(ask(&d, DISK_READ, 92, 8, 1, 4096), 0);
    assert_int_equal(ask(&d, DISK_READ, 93, 8, 1, 4096), -E_INVALID);
    assert_int_equal(ask(&d, DISK_WRITE, 100, 8, 1, 4096), -E_INVALID);
    assert_int_equal(ask(&d, DISK_READ, UINT64_MAX, 8, 1, 4096), -E_INVALID);
    assert_int_equal(ask(&d, DISK_READ, UINT64_MAX - 7, 8, 1, 4096), -E_INVALID);
    assert_int_equal(ask(&d, DISK_DISCARD, 96, 8, 0, 0), -E_INVALID);
    assert_int_equal(ask(&d, DISK_READ, 0, 0, 0, 0), -E_INVALID);
}

static void its_pieces_hold_as_much_as_it_says(void **state) {
    struct disk d = disk(ALL, 1 << 20);
    (void)state;
    assert_true(blk_facts_read(&d));
    assert_int_equal(ask(&d, DISK_READ, 0, 128, 16, 4096), 0);
    assert_int_equal(ask(&d, DISK_READ, 0, 136, 17, 4096), -E_INVALID);
    assert_int_equal(ask(&d, DISK_READ, 0, 7, 1, 4096), -E_INVALID);
    assert_int_equal(ask(&d, DISK_READ, 0, 8, 8, 512), 0);
    assert_int_equal(ask(&d, DISK_READ, 0, 8, 1, 0), -E_INVALID);
    assert_int_equal(ask(&d, DISK_READ, 0, 1, 2, 256), 0);
    assert_int_equal(ask(&d, DISK_READ, 0, 1u << 19, 16, 1u << 28), -E_INVALID);
    d.device.features |= BLK_SIZE_MAX;
    config.size_max = 2048;
    assert_true(blk_facts_read(&d));
    assert_int_equal(ask(&d, DISK_READ, 0, 8, 1, 4096), -E_INVALID);
    assert_int_equal(ask(&d, DISK_READ, 0, 8, 2, 2048), 0);
}

static void each_operation_is_asked_of_a_disk_that_has_it(void **state) {
    struct disk d = disk(ALL, 1 << 20), plain = disk(0, 1 << 20),
                fixed = disk(ALL | BLK_READ_ONLY, 1 << 20);
    (void)state;
    assert_true(blk_facts_read(&d) && blk_facts_read(&plain) && blk_facts_read(&fixed));
    assert_int_equal(ask(&d, DISK_FLUSH, 0, 0, 0, 0), 0);
    assert_int_equal(ask(&d, DISK_FLUSH, 1, 0, 0, 0), -E_INVALID);
    assert_int_equal(ask(&d, DISK_FLUSH, 0, 8, 1, 4096), -E_INVALID);
    assert_int_equal(ask(&plain, DISK_FLUSH, 0, 0, 0, 0), -E_NO_CALL);
    assert_int_equal(ask(&plain, DISK_DISCARD, 0, 8, 0, 0), -E_NO_CALL);
    assert_int_equal(ask(&plain, DISK_ZERO, 0, 8, 0, 0), -E_NO_CALL);
    assert_int_equal(ask(&d, DISK_DISCARD, 8, 64, 0, 0), 0);
    assert_int_equal(ask(&d, DISK_DISCARD, 8, 72, 0, 0), -E_INVALID);
    assert_int_equal(ask(&d, DISK_DISCARD, 4, 8, 0, 0), -E_INVALID);
    assert_int_equal(ask(&d, DISK_DISCARD, 8, 4, 0, 0), -E_INVALID);
    assert_int_equal(ask(&d, DISK_ZERO, 3, 128, 0, 0), 0);
    assert_int_equal(ask(&d, DISK_ZERO, 3, 129, 0, 0), -E_INVALID);
    assert_int_equal(ask(&d, DISK_ZERO, 3, 8, 1, 4096), -E_INVALID);
    assert_int_equal(ask(&d, DISK_OPERATIONS, 0, 8, 1, 4096), -E_NO_CALL);
    assert_int_equal(ask(&fixed, DISK_READ, 0, 8, 1, 4096), 0);
    assert_int_equal(ask(&fixed, DISK_WRITE, 0, 8, 1, 4096), -E_PERM);
    assert_int_equal(ask(&fixed, DISK_DISCARD, 0, 8, 0, 0), -E_PERM);
    assert_int_equal(ask(&fixed, DISK_ZERO, 0, 8, 0, 0), -E_PERM);
    assert_int_equal(ask(&fixed, DISK_FLUSH, 0, 0, 0, 0), 0);
}

/* Whatever byte the device leaves, and however much it says that it wrote. */
static void only_a_whole_answer_is_done(void **state) {
    (void)state;
    static const uint32_t due[DISK_OPERATIONS] = {[DISK_READ] = 8 * DISK_SECTOR + 1,
                                                  [DISK_WRITE] = 1,
                                                  [DISK_FLUSH] = 1,
                                                  [DISK_DISCARD] = 1,
                                                  [DISK_ZERO] = 1};
    for (unsigned operation = 0; operation < DISK_OPERATIONS; operation++)
        for (unsigned status = 0; status < 256; status++)
            for (uint32_t written = 0; written <= 8 * DISK_SECTOR + 2; written++) {
                const struct disk_request r = {.operation = (enum disk_operation)operation,
                                               .sectors = 8};
                enum disk_result is = status == 2                            ? DISK_UNSUPPORTED
                                      : !status && written >= due[operation] ? DISK_DONE
                                                                             : DISK_FAILED;
                assert_int_equal(blk_answer(&r, (uint8_t)status, written), is);
            }
    const struct disk_request most = {.operation = DISK_READ, .sectors = UINT32_MAX};
    assert_int_equal(blk_answer(&most, 0, UINT32_MAX), DISK_FAILED); /* no sum wraps */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_says_of_itself_is_bounded),
        cmocka_unit_test(a_request_stays_within_the_disk),
        cmocka_unit_test(its_pieces_hold_as_much_as_it_says),
        cmocka_unit_test(only_a_whole_answer_is_done),
        cmocka_unit_test(each_operation_is_asked_of_a_disk_that_has_it),
    };
    return cmocka_run_group_tests_name("drivers/blk_check", tests, NULL, NULL);
}
