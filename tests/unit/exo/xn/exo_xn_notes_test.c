/* SPDX-License-Identifier: MIT */
/* exo_xn_notes_test.c -- the file system of docs/writing-a-filesystem.md against a plain model,
 * after crashes, and with requests that fail, on a volume of XN: by the functions of both
 * compilers. */
#include "exo/disk_writes.h"
#include "random.h"
#include "unit.h"

#include "exo/libos/notes/notes.h"
#include "host_store.h"
#include "lib/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 128, NAMES = 12, BYTES = 20000 };

static unsigned char image[BLOCKS * STORE_BLOCK], content[NAMES][BYTES], got[BYTES + 1];
static long size_of[NAMES]; /* -1: there is none */
static struct host_volume v;
static struct host_store h;
static struct notes notes;

static void volume_open(void) {
    assert_int_equal(host_volume_open_whole(&v, image, BLOCKS), 0);
    assert_int_equal(host_volume_mount(&v), 0);
    assert_int_equal(host_store_open(&h, &v), 0);
}

static void volume_new(const char *way) {
    static unsigned char object[65536];
    char path[100];
    snprintf(path, sizeof path, "build/kernels/exo/libos/notes/udf/notes.%s-O2.o", way);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t bytes = fread(object, 1, sizeof object, f);
    fclose(f);
    memset(image, 0, sizeof image);
    for (uint32_t i = 0; !xn_format(BLOCKS, XN_UDF, 512, i, image + i * STORE_BLOCK); i++)
        continue;
    volume_open();
    assert_int_equal(notes_format(&h.store, object, bytes), 0);
    assert_int_equal(notes_open(&notes, &h.store), 0);
    for (unsigned i = 0; i < NAMES; i++)
        size_of[i] = -1;
}

static const char *name_of(unsigned i) {
    static char text[16];
    snprintf(text, sizeof text, "note %u", i);
    return text;
}

/* One more note, or one less: 0, or why not. */
static long step(unsigned i) {
    long error;
    if (size_of[i] < 0) {
        uint32_t bytes = below(BYTES);
        memset(content[i], (int)below(255) + 1, bytes);
        error = notes_put(&notes, name_of(i), content[i], bytes);
        size_of[i] = error == 0 ? (long)bytes : -1;
    } else {
        error = notes_remove(&notes, name_of(i));
        size_of[i] = error == 0 ? -1 : size_of[i];
    }
    return error;
}

static void compare(unsigned except) {
    for (unsigned i = 0; i < NAMES; i++) {
        if (i == except)
            continue;
        long bytes = notes_get(&notes, name_of(i), got, sizeof got);
        assert_int_equal(bytes, size_of[i] < 0 ? -E_NOT_FOUND : size_of[i]);
        if (bytes > 0)
            assert_memory_equal(got, content[i], (size_t)bytes);
    }
}

static void random_steps_as_in_a_model(void **state) {
    (void)state;
    for (unsigned way = 0; way < 2; way++) {
        volume_new(way ? "gcc" : "clang");
        for (unsigned n = 0; n < 600; n++) {
            unsigned i = below(NAMES);
            long size = size_of[i], error = step(i);
            assert_true(error == 0 || (error == -E_FULL && size < 0));
            compare(NAMES);
            if (n % 100 == 99) {
                assert_int_equal(host_volume_unmount(&v), 0);
                host_volume_close(&v);
                volume_open();
                assert_int_equal(notes_open(&notes, &h.store), 0);
            }
        }
        host_volume_close(&v);
    }
}

static struct disk_writes writes;

/* A note that is being put or removed is there, whole, or it is not; the others are as before. */
static void each_crash_leaves_a_note_whole_or_away(void **state) {
    (void)state;
    static unsigned char base[sizeof image], after[sizeof image];
    volume_new("clang");
    for (unsigned n = 0; n < 60; n++) {
        unsigned i = below(NAMES);
        memcpy(base, image, sizeof image);
        h.seen = disk_writes_note;
        h.owner = &writes;
        (void)step(i);
        h.seen = NULL;
        assert_int_equal(host_volume_unmount(&v), 0);
        host_volume_close(&v);
        memcpy(after, image, sizeof image);
        for (unsigned count = 0; count <= writes.count; count++) {
            disk_writes_torn(&writes, count, 2, image, base, sizeof image);
            volume_open();
            assert_int_equal(notes_open(&notes, &h.store), 0);
            compare(i);
            long bytes = notes_get(&notes, name_of(i), got, sizeof got);
            assert_true(bytes == -E_NOT_FOUND || bytes >= 0);
            for (long k = 0; k < bytes; k++)
                assert_int_equal(got[k], content[i][0]);
            host_volume_close(&v);
        }
        disk_writes_forget(&writes);
        memcpy(image, after, sizeof image);
        volume_open();
        assert_int_equal(notes_open(&notes, &h.store), 0);
        compare(NAMES);
    }
    host_volume_close(&v);
}

/* Each request may fail, once: an error, and the next one goes well. */
static void each_request_fails_once(void **state) {
    (void)state;
    volume_new("clang");
    for (unsigned n = 1; n < 40; n++) {
        unsigned i = below(NAMES);
        h.requests = 0;
        h.fails = 1 + n % 8;
        long error = step(i);
        h.fails = 0;
        assert_true(error == 0 || error == -E_DAMAGED || error == -E_FULL);
        assert_int_equal(store_sync(&h.store, false), 0);
        compare(i); /* that one may be as it was or as it was to be */
        long bytes = notes_get(&notes, name_of(i), got, sizeof got);
        size_of[i] = bytes < 0 ? -1 : bytes;
        if (bytes > 0)
            memcpy(content[i], got, (size_t)bytes);
    }
    host_volume_close(&v);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_steps_as_in_a_model),
        cmocka_unit_test(each_crash_leaves_a_note_whole_or_away),
        cmocka_unit_test(each_request_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
