/* SPDX-License-Identifier: MIT */
/* spin_ext2_damage_test.c -- damaged disks: each call ends with an answer or an error, the error
 * says which block and field cannot be, and everything is given back (disk.c asserts that).
 * EXT2_DAMAGED says how many disks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../ext2/disk.h"
#include "../../../ext2/image.h"
#include "lib/error.h"
#include "spin/extensions/ext2/ext2.h"
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

/* --- One field --- */

static struct ext2_super *super_of(const struct disk_image *i) {
    return (struct ext2_super *)(void *)(i->bytes + EXT2_SUPER_AT);
}

static struct ext2_group *group_of(const struct disk_image *i) {
    return (struct ext2_group *)(void *)(i->bytes + 2048);
}

/* Blocks have 1,024 bytes, inodes 128, and all inodes asked for are of the first group. */
static struct ext2_inode *inode_of(const struct disk_image *i, long number) {
    return (struct ext2_inode *)(void *)(i->bytes + 1024ul * group_of(i)->inode_table +
                                         128ul * (unsigned long)(number - 1));
}

enum what { MOUNT, FIND, READ, MAKE, CUT, LEADS };

struct damage_case {
    enum ext2_field field;
    enum what what;
    size_t at; /* in the superblock; else see below */
    uint32_t value;
};

static long ask(struct volume *v, enum what what, long file, long link) {
    uint8_t bytes[8];
    switch (what) {
    case FIND:
        return file_lookup(v, v->root, "no such name");
    case READ:
        return file_read(v, (unsigned long)file, 0, bytes, sizeof bytes);
    case MAKE:
        return file_create(v, v->root, "new", FILE_PLAIN);
    case CUT:
        return file_truncate(v, (unsigned long)file, 0);
    case LEADS:
        return file_leads(v, (unsigned long)link);
    default:
        return 0;
    }
}

#define IN_SUPER(field) offsetof(struct ext2_super, field)

/* Each kind of damage gives an error, which says what cannot be. */
static void each_field_is_told_of(void **state) {
    static const struct damage_case super[] = {
        {BAD_REVISION, MOUNT, IN_SUPER(revision), 2},
        {BAD_BLOCK_SIZE, MOUNT, IN_SUPER(log_block_size), 3},
        {BAD_BLOCKS, MOUNT, IN_SUPER(blocks_per_group), 0},
        {BAD_BLOCKS, MOUNT, IN_SUPER(blocks_per_group), 8193},
        {BAD_BLOCKS, MOUNT, IN_SUPER(first_data_block), 0},
        {BAD_BLOCKS, MOUNT, IN_SUPER(blocks), 0xffffffff},
        {BAD_INODES, MOUNT, IN_SUPER(inodes_per_group), 0},
        {BAD_INODES, MOUNT, IN_SUPER(inodes_per_group), 4},
        {BAD_GROUPS, MOUNT, IN_SUPER(inodes), 17},
        {BAD_INODE_BYTES, MOUNT, IN_SUPER(inode_bytes), 129}};
    struct disk_image image = image_make(1024, "-b 1024 -I 128", "write /bin/sh f\n");
    struct volume v = {.keeps = false};
    (void)state;
    for (unsigned i = 0; i < sizeof super / sizeof *super; i++) {
        uint32_t *word = (uint32_t *)(void *)((uint8_t *)super_of(&image) + super[i].at),
                 was = *word;
        *word = super[i].value;
        if (super[i].field == BAD_INODE_BYTES)
            *word |= was & 0xffff0000;
        assert_int_equal(disk_mount(&v, image.bytes, image.size, true), -E_DAMAGED);
        assert_int_equal(ext2_of(&v)->bad_block, 1);
        assert_int_equal(ext2_of(&v)->bad_field, super[i].field);
        assert_true(v.call.block == 1 && v.call.name[0]); /* and whoever mounts it is told */
        *word = was;
    }
    free(image.bytes);
}

/* The damaged disk, asked. What the error names, and nothing else of the disk has changed. */
static void told(const struct disk_image *whole, const struct disk_image *disk, void *at,
                 uint16_t value, const struct damage_case *d) {
    struct volume v = {.keeps = false};
    memcpy(at, &value, sizeof value);
    assert_int_equal(disk_mount(&v, disk->bytes, disk->size, true), 0);
    long file = file_lookup(&v, v.root, "f"), link = file_lookup(&v, v.root, "l");
    long r = ask(&v, d->what, file, link);
    if (d->what != CUT)
        assert_int_equal(r, -E_DAMAGED);
    assert_int_equal(ext2_of(&v)->bad_field, d->field);
    assert_int_equal(super_of(disk)->magic, EXT2_MAGIC);
    disk_unmount(&v);
    memcpy(disk->bytes, whole->bytes, whole->size);
}

static void each_structure_is_told_of(void **state) {
    struct disk_image whole =
                          image_make(1024, "-b 1024 -I 128", "write /bin/sh f\nsymlink l near\n"),
                      disk = {malloc(whole.size), whole.size};
    uint8_t *root = disk.bytes + 1024ul * inode_of(&whole, EXT2_ROOT)->block[0];
    const struct damage_case pointer = {BAD_POINTER, READ, 0, 0}, off = {BAD_POINTER, CUT, 0, 0},
                             bitmap = {BAD_BITMAP, MAKE, 0, 0}, size = {BAD_SIZE, FIND, 0, 0},
                             entry = {BAD_ENTRY, FIND, 0, 0}, inode = {BAD_INODE, MAKE, 0, 0},
                             leads = {BAD_SIZE, LEADS, 0, 0};
    (void)state;
    memcpy(disk.bytes, whole.bytes, whole.size);
    told(&whole, &disk, (uint8_t *)&inode_of(&disk, 12)->block[0] + 2, 0x7fff, &pointer);
    told(&whole, &disk, &inode_of(&disk, 12)->block[0], 1, &pointer); /* the superblock */
    told(&whole, &disk, (uint8_t *)&inode_of(&disk, 12)->block[0] + 2, 0x7fff, &off);
    told(&whole, &disk, &inode_of(&disk, 12)->block[0], 1, &off);
    told(&whole, &disk, &group_of(&disk)->inode_bitmap, 0, &bitmap);
    told(&whole, &disk, &group_of(&disk)->inode_bitmap, 1, &bitmap);
    told(&whole, &disk, &inode_of(&disk, EXT2_ROOT)->size, 1000, &size);
    told(&whole, &disk, root + 4, 0, &entry);      /* an entry of no length */
    told(&whole, &disk, root + 4, 10, &entry);     /* of no whole words */
    told(&whole, &disk, root + 4, 2048, &entry);   /* beyond its block */
    told(&whole, &disk, root + 2, 0x7fff, &entry); /* of an inode that there is not */
    told(&whole, &disk, root + 6, 0x02ff, &entry); /* with a name beyond its end */
    told(&whole, &disk, disk.bytes + 1024ul * group_of(&disk)->inode_bitmap, 0, &inode);
    told(&whole, &disk, &inode_of(&disk, 13)->size, 0, &leads);
    free(disk.bytes);
    free(whole.bytes);
}

/* It begins in the volume and ends behind it. */
static void a_table_ends_within_the_volume(void **state) {
    struct disk_image image = image_make(1024, "-b 1024 -I 128", NULL);
    struct volume v = {.keeps = false};
    struct file_facts facts;
    (void)state;
    group_of(&image)->inode_table = super_of(&image)->blocks - 1;
    assert_int_equal(disk_mount(&v, image.bytes, image.size, false), 0);
    assert_int_equal(file_get_facts(&v, 9, &facts), -E_DAMAGED);
    assert_int_equal(ext2_of(&v)->bad_field, BAD_TABLE);
    disk_drop(&v);
    free(image.bytes);
}

/* Numbers that no entry has, but a caller. */
static void no_inode_of_another_number_is_there(void **state) {
    struct disk_image image = image_make(1024, "-b 1024 -I 128", NULL);
    struct volume v = {.keeps = false};
    struct file_facts facts;
    (void)state;
    assert_int_equal(disk_mount(&v, image.bytes, image.size, true), 0);
    const unsigned long wrong[] = {0, ext2_of(&v)->inodes + 1, 1u << 31};
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(file_get_facts(&v, wrong[i], &facts), -E_DAMAGED);
        assert_int_equal(ext2_of(&v)->bad_field, BAD_INODE);
    }
    disk_drop(&v);
    free(image.bytes);
}

/* A block of attributes that is the superblock is neither counted in nor given up. */
static void attributes_are_of_the_volume(void **state) {
    struct disk_image image = image_make(1024, "-b 1024 -I 128", "write /bin/sh f\n");
    struct volume v = {.keeps = false};
    (void)state;
    inode_of(&image, 12)->attributes = 1;
    const uint32_t blocks = super_of(&image)->blocks;
    assert_int_equal(disk_mount(&v, image.bytes, image.size, true), 0);
    assert_int_equal(file_remove(&v, v.root, "f", false), 0);
    assert_int_equal(disk_unmount(&v), 0);
    assert_int_equal(super_of(&image)->blocks, blocks);
    free(image.bytes);
}

/* A file has a name, and its inode says that it has none: another one takes the name. */
static void no_file_has_fewer_names_than_none(void **state) {
    struct disk_image image =
        image_make(1024, "-b 1024 -I 128", "write /bin/sh f\nwrite /proc/self/cmdline g\n");
    struct volume v = {.keeps = false};
    (void)state;
    inode_of(&image, 12)->links = 0;
    assert_int_equal(disk_mount(&v, image.bytes, image.size, true), 0);
    assert_int_equal(file_move(&v, v.root, "g", v.root, "f"), -E_DAMAGED);
    assert_int_equal(ext2_of(&v)->bad_field, BAD_LINKS);
    disk_drop(&v);
    free(image.bytes);
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
        cmocka_unit_test(each_field_is_told_of),
        cmocka_unit_test(each_structure_is_told_of),
        cmocka_unit_test(a_table_ends_within_the_volume),
        cmocka_unit_test(no_inode_of_another_number_is_there),
        cmocka_unit_test(attributes_are_of_the_volume),
        cmocka_unit_test(no_file_has_fewer_names_than_none),
        cmocka_unit_test(unknown_features_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
