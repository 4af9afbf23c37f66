/* SPDX-License-Identifier: MIT */
/* spin_ext2_outside_test.c -- what others make: every ext2 that mke2fs makes from the options that
 * are known, filled by debugfs, is read to the byte, its indexed directories too; and what is
 * written to it is fine with e2fsck. What is not known is refused by name, or read only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../ext2/disk.h"
#include "../../../ext2/image.h"
#include "lib/error.h"
#include "unit.h"

/* Lengths of files: none, within a block, to the end of one, one level of pointers, two. */
static const size_t lengths[] = {0, 1, 1024, 12 * 1024, 12 * 4096 + 5, 700 * 1024 + 3};
enum { FILES = sizeof lengths / sizeof *lengths, NAMES = 300 };

static uint8_t *content; /* of all of them: the longest */
static char folder[] = "/tmp/ext2-outside-XXXXXX", commands[32 << 10];

static void path_of(char *path, size_t room, const char *name, unsigned i) {
    snprintf(path, room, "%s/%s%u", folder, name, i);
}

/* Files on the host, and how debugfs brings them to the image: with some in a directory, which has
 * many names. The last one has a hole. */
static int set_up(void **state) {
    const size_t most = lengths[FILES - 1];
    char path[64];
    (void)state;
    assert_non_null(mkdtemp(folder));
    content = calloc(1, most);
    for (size_t i = 0; i < most; i++)
        content[i] = i >= 200 << 10 && i < 300 << 10 ? 0 : (uint8_t)(i * 2654435761u >> 13);
    size_t n = (size_t)snprintf(commands, sizeof commands, "mkdir many\n");
    for (unsigned i = 0; i < FILES; i++) {
        path_of(path, sizeof path, "f", i);
        FILE *f = fopen(path, "wb");
        assert_true(f && fwrite(content, 1, lengths[i], f) == lengths[i] && !fclose(f));
        n += (size_t)snprintf(commands + n, sizeof commands - n, "write %s f%u\n", path, i);
    }
    path_of(path, sizeof path, "f", 1);
    for (unsigned i = 0; i < NAMES; i++)
        n += (size_t)snprintf(commands + n, sizeof commands - n, "write %s many/name%u\n", path, i);
    assert_true(n < sizeof commands);
    return 0;
}

static int tear_down(void **state) {
    char path[64];
    (void)state;
    for (unsigned i = 0; i < FILES; i++) {
        path_of(path, sizeof path, "f", i);
        unlink(path);
    }
    rmdir(folder);
    free(content);
    return 0;
}

static void reads_all(struct volume *v) {
    uint8_t *bytes = malloc(lengths[FILES - 1]);
    struct file_facts facts;
    char name[24];
    for (unsigned i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "f%u", i);
        long file = file_lookup(v, v->root, name);
        assert_true(file > 0);
        assert_int_equal(file_get_facts(v, (unsigned long)file, &facts), 0);
        assert_int_equal(facts.bytes, lengths[i]);
        assert_int_equal(file_read(v, (unsigned long)file, 0, bytes, lengths[FILES - 1]),
                         lengths[i]);
        assert_memory_equal(bytes, content, lengths[i]);
    }
    long many = file_lookup(v, v->root, "many");
    for (unsigned i = 0; i < NAMES; i++) {
        snprintf(name, sizeof name, "name%u", i);
        assert_true(many > 0 && file_lookup(v, (unsigned long)many, name) > 0);
    }
    assert_int_equal(file_lookup(v, (unsigned long)many, "name300"), -E_NOT_FOUND);
    free(bytes);
}

/* What others have read it by is in order after we have changed it. */
static void change(struct volume *v) {
    unsigned long many = (unsigned long)file_lookup(v, v->root, "many");
    long file = file_create(v, many, "of ours", FILE_PLAIN);
    assert_true(file > 0);
    assert_int_equal(file_write(v, (unsigned long)file, 0, content, 50000), 50000);
    assert_int_equal(file_remove(v, many, "name7", false), 0);
    assert_int_equal(file_remove(v, v->root, "f5", false), 0);
}

static void try(const char *options, bool indexed) {
    struct disk_image image = image_make(6144, options, commands);
    struct volume v = {.keeps = false};
    if (indexed && image_judge(&image, "-fyD") > 1) /* which makes indices */
        fail_msg("%s: %s", options, image_said());
    long r = disk_mount(&v, image.bytes, image.size, true);
    if (r || !v.writable)
        fail_msg("%s: %ld", options, r);
    reads_all(&v);
    change(&v);
    assert_int_equal(disk_unmount(&v), 0);
    if (image_judge(&image, "-fn"))
        fail_msg("%s: %s", options, image_said());
    free(image.bytes);
}

static void every_ext2_that_mke2fs_makes_is_read(void **state) {
    static const char *const features[] = {
        "",           "^sparse_super,^resize_inode",
        "^filetype",  "^large_file",
        "^dir_index", "^ext_attr,^resize_inode,^filetype,^dir_index"};
    char options[128];
    (void)state;
    for (unsigned block = 1024; block <= 4096; block *= 2)
        for (unsigned inode = 128; inode <= 256; inode *= 2)
            for (unsigned i = 0; i < sizeof features / sizeof *features; i++) {
                snprintf(options, sizeof options, "-N 512 -b %u -I %u %s%s", block, inode,
                         *features[i] ? "-O " : "", features[i]);
                try(options, !strstr(features[i], "^dir_index"));
            }
    try("-r 0 -b 1024 -N 512", false);
}

static void what_is_not_known_is_refused_by_its_name(void **state) {
    static const struct {
        const char *options, *name;
    } unknown[] = {{"-O extent", "extent"},
                   {"-O flex_bg", "flex_bg"},
                   {"-O meta_bg,^resize_inode", "meta_bg"},
                   {"-O 64bit,extent", "extent"},
                   {"-O has_journal,journal_dev", "journal_dev"},
                   {"-O large_dir", "large_dir"},
                   {"-O inline_data,ext_attr -I 256", "inline_data"},
                   {"-O mmp", "mmp"}};
    (void)state;
    for (unsigned i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        struct volume v = {.keeps = false};
        struct disk_image image = image_make(6144, unknown[i].options, NULL);
        if (disk_mount(&v, image.bytes, image.size, true) != -E_NO_CALL ||
            strcmp(v.call.name, unknown[i].name) != 0)
            fail_msg("%s: '%s'", unknown[i].options, v.call.name);
        free(image.bytes);
    }
}

static void what_is_known_by_its_readers_alone_is_not_written(void **state) {
    static const char *const unknown[] = {
        "-O metadata_csum",      "-O huge_file", "-O uninit_bg",           "-O dir_nlink",
        "-O extra_isize -I 256", "-O quota",     "-O project,quota -I 256"};
    char options[128];
    (void)state;
    for (unsigned i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        snprintf(options, sizeof options, "-N 512 %s", unknown[i]);
        struct disk_image image = image_make(6144, options, commands);
        struct volume v = {.keeps = false};
        uint8_t *was = malloc(image.size);
        memcpy(was, image.bytes, image.size);
        long r = disk_mount(&v, image.bytes, image.size, true);
        if (r || v.writable)
            fail_msg("%s: %ld, writable %d", options, r, v.writable);
        reads_all(&v);
        assert_int_equal(file_create(&v, v.root, "x", FILE_PLAIN), -E_READ_ONLY);
        assert_int_equal(file_remove(&v, v.root, "f1", false), -E_READ_ONLY);
        assert_int_equal(file_make_symlink(&v, v.root, "x", "y"), -E_READ_ONLY);
        assert_int_equal(disk_unmount(&v), 0);
        assert_memory_equal(was, image.bytes, image.size);
        free(was);
        free(image.bytes);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_ext2_that_mke2fs_makes_is_read),
        cmocka_unit_test(what_is_not_known_is_refused_by_its_name),
        cmocka_unit_test(what_is_known_by_its_readers_alone_is_not_written),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
