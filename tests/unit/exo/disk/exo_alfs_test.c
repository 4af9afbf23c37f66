/* SPDX-License-Identifier: MIT */
/* exo_alfs_test.c -- alfs against a plain model, after crashes, with requests that fail, and full
 * disks. STEPS=N: so many steps of the model. */
#include "alfs_volume.h"

#include "files_model.h"

static void random_steps_as_in_a_model(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, 8192, 300);
    random_steps(&v, 9); /* the root, an index, the log */
}

static void each_crash_leaves_what_was_promised(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, CRASH_BLOCKS, 200);
    crashes(&v);
}

static void each_request_fails_once(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, 512, 60);
    each_request_fails(&v);
}

static void a_directory_of_many_names(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, 8192, 2000);
    many_names(&v, NAMES / 28);
}

static void a_full_disk_refuses_and_keeps_the_books(void **state) {
    (void)state;
    static unsigned char data[4096];
    for (uint32_t blocks = 16; blocks < 160; blocks++) {
        struct volume v;
        volume_new(&v, blocks, 64);
        assert_int_equal(volume_format(&v), 0);
        long error = 0;
        unsigned made = 0;
        for (unsigned n = 0; error >= 0; n++) {
            char text[16];
            struct alfs_id id;
            snprintf(text, sizeof text, "n%u", n);
            error = n % 7 ? alfs_create(&v.fs, alfs_root(), name_of(text), ALFS_FILE, 0644, &id)
                          : alfs_create(&v.fs, alfs_root(), name_of(text), ALFS_DIR, 0755, NULL);
            made += error == 0;
            for (unsigned i = 0; error == 0 && n % 7 && i < n % 11; i++) {
                error = alfs_write(&v.fs, id, i * 4096ul, data, sizeof data);
                error = error > 0 ? 0 : error;
            }
        }
        assert_int_equal(error, -E_FULL);
        assert_int_equal(volume_close(&v), 0);
        assert_int_equal(volume_open(&v), 0);
        uint32_t used = volume_used(&v);
        assert_int_equal(volume_check(&v, false), 0);
        assert_int_equal(volume_used(&v), used);
        for (unsigned n = 0; n < made; n++) { /* what is full can be emptied */
            char text[16];
            snprintf(text, sizeof text, "n%u", n);
            assert_int_equal(n % 7 ? alfs_remove(&v.fs, alfs_root(), name_of(text), ALFS_FILE)
                                   : alfs_remove(&v.fs, alfs_root(), name_of(text), ALFS_DIR),
                             0);
        }
        assert_int_equal(alfs_sync(&v.fs), 0);
        assert_int_equal(alfs_sync(&v.fs), 0);
        assert_true(volume_used(&v) <= 6);
        volume_end(&v);
    }
}

static void a_damaged_disk_gives_errors_that_name_block_and_field(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, 512, 100);
    assert_int_equal(volume_format(&v), 0);
    assert_int_equal(some_work(&v), 0);
    assert_int_equal(volume_close(&v), 0);
    unsigned char *good = malloc(512ul * STORE_BLOCK);
    memcpy(good, v.bytes, 512ul * STORE_BLOCK);
    unsigned found = 0;
    for (unsigned n = 0, end = steps(3000); n < end; n++) {
        memcpy(v.bytes, good, 512ul * STORE_BLOCK);
        for (unsigned k = 1 + below(6); k > 0; k--)
            v.bytes[below((n % 3 ? 8 : 40) * STORE_BLOCK)] =
                (unsigned char)(below(3) ? below(64) : below(256));
        v.fs.damage.field = NULL;
        long error = volume_open(&v);
        if (error == 0)
            error = volume_check(&v, n % 2);
        if (error == -E_DAMAGED && v.fs.damage.field != NULL) {
            assert_true(v.fs.damage.block < v.blocks);
            found++;
        }
        if (error == -E_DAMAGED || error == -E_NOT_FOUND)
            continue;
        look_around(&v, alfs_root(), 0);
        (void)some_work(&v);
    }
    assert_true(found > steps(3000) / 10);
    free(good);
    volume_end(&v);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_steps_as_in_a_model),
        cmocka_unit_test(each_crash_leaves_what_was_promised),
        cmocka_unit_test(each_request_fails_once),
        cmocka_unit_test(a_full_disk_refuses_and_keeps_the_books),
        cmocka_unit_test(a_directory_of_many_names),
        cmocka_unit_test(a_damaged_disk_gives_errors_that_name_block_and_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
