/* SPDX-License-Identifier: MIT */
/* spin_ext2_damage_test.c -- damaged disks: each call ends with an answer or an error, the error
 * says which block and field cannot be, and everything is given back (disk.c asserts that).
 * EXT2_DAMAGED says how many disks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ext2/disk.h"
#include "../../ext2/image.h"
#include "lib/error.h"
#include "unit.h"

enum { DISKS = 2000, CALLS = 24 };

static uint64_t seed = 7;

static uint32_t draw(uint32_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % below);
}

/* Some bytes, most of them where the file system's own are. */
static void damage(uint8_t *disk, size_t bytes) {
    for (unsigned n = 1 + draw(12); n; n--) {
        size_t at = draw(4) ? 1024 + draw(80 << 10) : draw((uint32_t)bytes);
        static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff};
        unsigned length = 1u << draw(3);
        for (unsigned i = 0; i < length && at + i < bytes; i++)
            disk[at + i] = draw(2) ? values[draw(5)] : (uint8_t)draw(256);
    }
}

static long call(struct volume *v) {
    static const char *const names[] = {"a", "b", "d", "a longer name", "new"};
    static uint8_t bytes[6000];
    const char *name = names[draw(5)], *other = names[draw(5)];
    long found = file_lookup(v, v->root, names[draw(5)]);
    unsigned long file = found > 0 ? (unsigned long)found : draw(40), in = draw(3) ? v->root : file;
    struct file_facts facts;
    switch (draw(12)) {
    case 0:
        return file_create(v, in, name, draw(2) ? FILE_PLAIN : FILE_DIRECTORY);
    case 1:
        return file_remove(v, in, name, draw(2));
    case 2:
        return file_add_link(v, in, name, file);
    case 3:
        return file_move(v, v->root, name, in, other);
    case 4:
        return file_write(v, file, draw(400000), bytes, 1 + draw(sizeof bytes));
    case 5:
        return file_read(v, file, draw(40000), bytes, sizeof bytes);
    case 6:
        return file_truncate(v, file, draw(300000));
    case 7:
        return file_entries(v, in, draw(3000));
    case 10:
        return file_leads(v, file);
    case 11:
        return file_make_symlink(v, in, name, draw(2) ? "near" : other);
    case 8:
        return file_get_facts(v, file, &facts);
    default:
        return disk_sync(v);
    }
}

static unsigned long try(const struct disk_image *whole, uint8_t *disk) {
    struct volume v = {.keeps = false};
    unsigned long damaged = 0;
    memcpy(disk, whole->bytes, whole->size);
    damage(disk, whole->size);
    if (disk_mount(&v, disk, whole->size, true))
        return 1;
    for (unsigned i = 0; i < CALLS; i++) {
        long r = call(&v);
        assert_true(r > -E_COUNT);
        damaged += r == -E_DAMAGED;
    }
    disk_unmount(&v);
    return damaged != 0;
}

static void damaged_disks_harm_nobody(void **state) {
    static const char *const options[] = {"-b 1024 -I 128", "-b 2048 -I 256", "-b 4096 -I 256"};
    const char *s = getenv("EXT2_DAMAGED");
    unsigned long disks = s ? strtoul(s, NULL, 10) : DISKS, found = 0;
    (void)state;
    for (unsigned k = 0; k < 3; k++) {
        struct disk_image whole = image_make(1024, options[k],
                                             "mkdir d\nwrite /proc/self/cmdline a\nmkdir d/e\n"
                                             "write /bin/sh b\nsymlink d/s /some/where\n");
        uint8_t *disk = malloc(whole.size);
        for (unsigned long i = 0; i < disks / 3; i++)
            found += try(&whole, disk);
        free(disk);
        free(whole.bytes);
    }
    print_message("# %lu of %lu disks: the damage was told of\n", found, disks);
    assert_true(found > disks / 20);
}

static void unknown_features_are_refused_by_name(void **state) {
    static const struct {
        unsigned bit;
        const char *name;
    } features[] = {{0, "compression"}, {2, "needs_recovery"}, {4, "meta_bg"},     {6, "extent"},
                    {7, "64bit"},       {9, "flex_bg"},        {15, "inline_data"}};
    struct disk_image image = image_make(1024, "-b 1024", NULL);
    uint32_t *super = (uint32_t *)(void *)(image.bytes + 1024);
    struct volume v = {.keeps = false};
    (void)state;
    for (unsigned i = 0; i < sizeof features / sizeof *features; i++) {
        super[24] ^= 1u << features[i].bit;
        assert_int_equal(disk_mount(&v, image.bytes, image.size, true), -E_NO_CALL);
        assert_string_equal(v.call.name, features[i].name);
        super[24] ^= 1u << features[i].bit;
    }
    super[25] |= 0x10; /* known to be read-only: it is mounted, and not written */
    assert_int_equal(disk_mount(&v, image.bytes, image.size, true), 0);
    assert_false(v.writable);
    assert_int_equal(file_create(&v, v.root, "x", FILE_PLAIN), -E_READ_ONLY);
    disk_drop(&v);
    super[14] ^= 1; /* the magic number */
    assert_int_equal(disk_mount(&v, image.bytes, image.size, true), -E_INVALID);
    free(image.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_disks_harm_nobody),
        cmocka_unit_test(unknown_features_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
