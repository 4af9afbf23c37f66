/* SPDX-License-Identifier: MIT */
/* exo_xn_files_test.c -- C-FFS on a volume of each design, by the kernel's own code: random steps
 * are a plain model's, with and without the two techniques; a volume of the design "udf" by a user
 * whose capability opens nothing else. STEPS=N. */
#include "unit.h"

#include "exo/libos/cffs/cffs.h"
#include "exo/libos/cffs/cffs_declared.h"
#include "exo/xn/type/body.h"
#include "host_store.h"
#include "lib/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 1024, FILES = 16, BYTES = 60000 };
#define ALL (8 | 7ul) /* the word of the capability that opens everything */

static const char root_name[16] = "cffs";

static uint64_t seed;
static uint32_t below(uint32_t n) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 20) % n;
}

static struct bed {
    unsigned char *image;
    struct host_volume v;
    struct host_store h;
    struct cffs fs;
    struct name_hints hints;
    bool plain;
} bed;

static struct model {
    bool there;
    size_t size;
    struct cffs_id id;
    unsigned char bytes[BYTES];
} models[FILES];

static struct store_function functions[CFFS_TYPES];

static void functions_read(const char *way) {
    static const char *const names[CFFS_TYPES] = {"cffs_index", "cffs_index2", "cffs_directory"};
    static unsigned char file[CFFS_TYPES][XN_BODY_BYTES_MAX];
    for (unsigned i = 0; i < CFFS_TYPES; i++) {
        char path[128];
        snprintf(path, sizeof path, "build/kernels/exo/libos/cffs/udf/%s.%s-O2.o", names[i], way);
        FILE *f = fopen(path, "rb");
        assert_non_null(f);
        functions[i] = (struct store_function){file[i], fread(file[i], 1, sizeof file[i], f)};
        fclose(f);
    }
}

static void open_volume(void) {
    assert_int_equal(host_volume_open_whole(&bed.v, bed.image, BLOCKS), 0);
    assert_int_equal(host_volume_mount(&bed.v), 0);
    assert_int_equal(host_store_open(&bed.h, &bed.v), 0);
    bed.h.who.credential = ALL;
}

static void mount(void) {
    assert_int_equal(cffs_mount(&bed.fs, &bed.h.store, root_name, false), 0);
    memset(&bed.hints, 0, sizeof bed.hints);
    bed.fs.hints = &bed.hints;
    bed.fs.plain = bed.plain;
    bed.fs.grouped = !bed.plain;
}

static void begin(enum xn_design design, bool plain) {
    static unsigned char body[XN_BODY_BYTES_MAX];
    bed.image = calloc(BLOCKS, STORE_BLOCK);
    bed.plain = plain;
    memset(models, 0, sizeof models);
    for (uint32_t i = 0; !xn_format(BLOCKS, design, 512, i, bed.image + i * STORE_BLOCK); i++)
        continue;
    open_volume();
    assert_int_equal(cffs_declare(&bed.h.store, functions, body), 0);
    assert_int_equal(cffs_format(&bed.h.store, root_name, 1, false), 0);
    mount();
}

static void leave(void) {
    assert_int_equal(cffs_unmount(&bed.fs), 0);
    assert_int_equal(host_volume_unmount(&bed.v), 0);
    host_volume_close(&bed.v);
}

static struct cffs_name name_of(unsigned i, char text[16]) {
    return (struct cffs_name){text, (size_t)snprintf(text, 16, "file%u", i)};
}

/* Names are in one of two directories, by their number. */
static struct cffs_id place(unsigned i) {
    struct cffs_id id = cffs_root(&bed.fs);
    const struct cffs_name sub = {"sub", 3};
    if (i % 2 && cffs_lookup(&bed.fs, id, sub, &id, NULL) == -E_NOT_FOUND)
        assert_int_equal(cffs_mkdir(&bed.fs, cffs_root(&bed.fs), sub, 0700, &id), 0);
    return id;
}

static long step_write(struct model *m) {
    static unsigned char data[30000];
    const size_t at = below((uint32_t)m->size + 3000), bytes = 1 + below(sizeof data);
    if (at + bytes > BYTES)
        return 0;
    memset(data, (int)below(255) + 1, bytes);
    memcpy(m->bytes + at, data, bytes);
    m->size = at + bytes > m->size ? at + bytes : m->size;
    return cffs_write(&bed.fs, m->id, at, data, bytes) == (long)bytes ? 0 : -E_FULL;
}

static long step_rename(unsigned i, unsigned to) {
    char from[16], into[16];
    struct cffs_id old, now;
    if (i == to)
        return 0;
    long error =
        cffs_rename(&bed.fs, place(i), name_of(i, from), place(to), name_of(to, into), &old, &now);
    models[to] = models[i];
    models[to].id = now;
    memset(&models[i], 0, sizeof models[i]);
    return error;
}

static long step(unsigned i) {
    char text[16];
    struct model *m = &models[i];
    const size_t size = below(BYTES);
    if (!m->there) {
        m->there = true;
        return cffs_create(&bed.fs, place(i), name_of(i, text), 0600, &m->id);
    }
    switch (below(12)) {
    case 0:
        memset(m, 0, sizeof *m);
        return cffs_unlink(&bed.fs, place(i), name_of(i, text));
    case 1:
        if (size < m->size)
            memset(m->bytes + size, 0, m->size - size);
        m->size = size;
        return cffs_truncate(&bed.fs, m->id, size);
    case 2:
    case 3:
        return step_rename(i, below(FILES));
    case 4:
        return cffs_fsync(&bed.fs, m->id);
    default:
        return step_write(m);
    }
}

static void compare(unsigned i) {
    static unsigned char got[BYTES + 1];
    struct model *m = &models[i];
    char text[16];
    struct cffs_id id;
    long error = cffs_lookup(&bed.fs, place(i), name_of(i, text), &id, NULL);
    assert_int_equal(error, m->there ? 0 : -E_NOT_FOUND);
    if (error < 0)
        return;
    assert_int_equal(cffs_read(&bed.fs, id, 0, got, sizeof got), m->size);
    assert_memory_equal(got, m->bytes, m->size);
    m->id = id;
}

static void run(enum xn_design design, bool plain) {
    const char *text = getenv("STEPS");
    seed = 88172645463325252ul + design + 16 * plain;
    begin(design, plain);
    for (unsigned n = 0, end = text ? (unsigned)atoi(text) : 1500; n < end; n++) {
        unsigned i = below(FILES);
        long error = step(i);
        if (error < 0)
            fail_msg("design %u, step %u: %ld", design, n, error);
        compare(i);
        if (n % 300 == 299) {
            leave();
            open_volume();
            mount();
            for (unsigned k = 0; k < FILES; k++)
                compare(k);
        }
    }
    leave();
    free(bed.image);
}

static void random_steps_are_a_models_on_each_design(void **state) {
    (void)state;
    for (unsigned way = 0; way < 2; way++) {
        functions_read(way ? "gcc" : "clang");
        run(XN_UDF, false);
    }
    run(XN_CAPABILITY, false);
    run(XN_SELF, false);
    run(XN_TEMPLATE, false);
    run(XN_UDF, true);
    run(XN_SELF, true);
}

/* What a user may do who has a directory that anybody may write in, by calls of the library. */
static void a_user_does_what_is_hers_and_nothing_else(void **state) {
    (void)state;
    const struct cffs_name mine = {"mine", 4}, big = {"big", 3}, other = {"other", 5};
    static unsigned char bytes[40 * STORE_BLOCK];
    struct cffs_id id, theirs, old;
    functions_read("clang");
    begin(XN_UDF, false);
    assert_int_equal(cffs_create(&bed.fs, cffs_root(&bed.fs), other, 0600, &theirs), 0);
    assert_int_equal(cffs_write(&bed.fs, theirs, 0, bytes, 5000), 5000);
    bed.h.who.credential = ALL | 4 << 4 | 0x07070707ul << 8;
    bed.fs.uid = 0x07070707;
    assert_int_equal(cffs_create(&bed.fs, cffs_root(&bed.fs), mine, 0600, &id), 0);
    assert_int_equal(cffs_write(&bed.fs, id, 0, bytes, 5000), 5000);
    /* Also where that takes an index, which she begins; and a directory. */
    assert_int_equal(cffs_create(&bed.fs, cffs_root(&bed.fs), big, 0600, &id), 0);
    assert_int_equal(cffs_write(&bed.fs, id, 0, bytes, sizeof bytes), sizeof bytes);
    assert_int_equal(cffs_mkdir(&bed.fs, cffs_root(&bed.fs), (struct cffs_name){"d", 1}, 0700, &id),
                     0);
    assert_int_equal(cffs_create(&bed.fs, id, mine, 0600, NULL), 0);
    assert_int_equal(cffs_sync(&bed.fs), 0);
    /* Of another's file she has nothing, whatever the call. */
    assert_int_equal(cffs_write(&bed.fs, theirs, 0, bytes, 10), -E_PERM);
    assert_int_equal(cffs_truncate(&bed.fs, theirs, 0), -E_PERM);
    assert_int_equal(cffs_unlink(&bed.fs, cffs_root(&bed.fs), other), -E_PERM);
    assert_true(cffs_rename(&bed.fs, cffs_root(&bed.fs), other, id, other, &old, &old) < 0);
    assert_int_equal(cffs_read(&bed.fs, theirs, 0, bytes, 5000), 5000);
    /* Her own goes; and who opens everything may do everything. */
    assert_int_equal(cffs_unlink(&bed.fs, cffs_root(&bed.fs), big), 0);
    bed.h.who.credential = ALL;
    assert_int_equal(cffs_unlink(&bed.fs, cffs_root(&bed.fs), mine), 0);
    leave();
    free(bed.image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_steps_are_a_models_on_each_design),
        cmocka_unit_test(a_user_does_what_is_hers_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
