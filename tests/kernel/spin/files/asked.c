/* SPDX-License-Identifier: MIT */
/* asked.c -- what policies decide of files on a disk: who may open one, how much is read at once,
 * where it goes, and whether it is kept. */
#include "files.h"

#include "lib/string.h"

#define PAGE 4096ul

static char page[PAGE];

/* The volume is there, and the policy asked. */
static bool begins(struct check *c, const char *policy, struct extension **e) {
    static struct report why;
    if (!files_mounted(c, "ext2", "disk1", E, NULL))
        return false;
    check_that_zero(c, loader_load(policy, e, &why));
    return true;
}

static bool make(struct check *c, uint64_t pages, struct open_file **o) {
    check_that_zero(c, file_open(E "/f", FILE_OPEN_CREATE, o));
    for (uint64_t i = 0; i < pages; i++)
        if (file_write(*o, page, PAGE, i * PAGE, false) != (long)PAGE)
            check_fail(c, "page %lu cannot be written", i);
    return true;
}

static bool ends(struct check *c, struct extension *e) {
    check_that_zero(c, file_remove(E "/f", false));
    check_that_zero(c, loader_unload(e));
    check_that_zero(c, volume_unmount(E));
    return true;
}

CHECK(files_access, "files/a_policy_says_who_opens_a_file_by_its_mode") {
    struct extension *e;
    struct open_file *o;
    struct file_facts facts;
    if (!begins(c, "refuses", &e) || !make(c, 1, &o))
        return;
    file_close(o);
    CHECK_THAT(c, file_open(E "/f", FILE_OPEN_WRITE, &o) == 0);
    file_close(o);
    CHECK_THAT(c, file_change_mode(E "/f", 0444) == 0);
    CHECK_THAT(c, file_stat(E "/f", &facts) == 0 && facts.mode == 0444);
    CHECK_THAT(c, file_open(E "/f", FILE_OPEN_WRITE, &o) == -E_PERM);
    CHECK_THAT(c, file_open(E "/f", FILE_OPEN_CREATE, &o) == -E_PERM);
    CHECK_THAT(c, file_open(E "/f", 0, &o) == 0);
    CHECK_THAT(c, file_read(o, page, PAGE, 0, false) == (long)PAGE);
    CHECK_THAT(c, file_write(o, page, PAGE, 0, false) == -E_PERM);
    file_close(o);
    CHECK_THAT(c, file_change_mode(E "/f", FILE_MODE_MAX + 1) == -E_INVALID);
    if (ends(c, e)) /* without it everybody may */
        CHECK_THAT(c, loader_find("refuses") == NULL);
}

/* How many pages had to come for this one. */
static uint64_t came(struct check *c, struct open_file *o, uint64_t index) {
    const uint64_t before = block_cache_counts(o->file->cache).misses;
    if (file_read(o, page, PAGE, index * PAGE, false) != (long)PAGE)
        check_fail(c, "page %lu cannot be read", index);
    return block_cache_counts(o->file->cache).misses - before;
}

CHECK(files_read_ahead, "files/a_policy_says_how_many_pages_are_read_at_once_within_bounds") {
    struct extension *e;
    struct open_file *o;
    if (!begins(c, "ahead", &e) || !make(c, 48, &o))
        return;
    CHECK_THAT(c, file_set_cache(o, 64, NULL) == 0);
    CHECK_THAT(c, came(c, o, 0) == 10 && came(c, o, 9) == 0);
    CHECK_THAT(c, came(c, o, 10) == 1);  /* none is one: it is wanted */
    CHECK_THAT(c, came(c, o, 16) == 16); /* as many as a request has */
    CHECK_THAT(c, came(c, o, 39) == 1);
    CHECK_THAT(c, came(c, o, 40) == 8); /* it is cut, and the kernel's own answer holds */
    CHECK_THAT(c, file_forget(o) == 0);
    CHECK_THAT(c, file_truncate(o, 0) == 0);
    file_close(o);
    (void)ends(c, e);
}

/* Where the first and the second block of the file are. */
static bool placed(struct check *c, const char *path, uint64_t block[2], uint64_t *blocks) {
    struct open_file *o;
    uint32_t at[2];
    check_that_zero(c, file_open(path, FILE_OPEN_CREATE, &o));
    for (uint64_t i = 0; i < 2; i++)
        if (file_write(o, page, PAGE, i * PAGE, false) != (long)PAGE)
            check_fail(c, "block %lu cannot be written", i);
    mutex_lock(&o->file->volume->mutex);
    *blocks = o->file->volume->blocks;
    int error = file_map_blocks(o->file, 0, 2, false, at);
    mutex_unlock(&o->file->volume->mutex);
    file_close(o);
    check_that_zero(c, error);
    check_that_zero(c, file_remove(path, false));
    block[0] = at[0];
    block[1] = at[1];
    return true;
}

CHECK(files_place, "files/a_policy_says_where_a_file_goes_and_what_is_nowhere_is_not_heard") {
    struct extension *e;
    struct open_file *o;
    uint64_t block[2], blocks;
    if (!begins(c, "places", &e) || !make(c, 1, &o))
        return;
    file_close(o);
    if (!placed(c, E "/g", block, &blocks))
        return;
    CHECK_THAT(c, block[0] == blocks / 4 * 3 + PAGE / 1024); /* `f` was there first */
    CHECK_THAT(c, block[1] == block[0] + 1);
    if (!ends(c, e) || !files_mounted(c, "wfs", "disk0", W, NULL))
        return;
    static struct report why;
    CHECK_THAT(c, loader_load("places", &e, &why) == 0);
    if (placed(c, W "/g", block, &blocks))
        CHECK_THAT(c, block[0] == blocks / 4 * 3 && block[1] == block[0] + 1);
    CHECK_THAT(c, loader_unload(e) == 0);
    if (placed(c, W "/g", block, &blocks))
        CHECK_THAT(c, block[0] != blocks / 4 * 3);
    CHECK_THAT(c, volume_unmount(W) == 0);
}

CHECK(files_kept, "files/a_policy_of_a_volume_keeps_files_that_are_small_and_no_others") {
    static struct report why;
    struct extension *e = loader_find("small");
    struct open_file *o;
    struct volume *v;
    const char *rest;
    if (!files_mounted(c, "ext2", "disk1", E, "small"))
        return;
    CHECK_THAT(c, (e = loader_find("small")) && volume_of(E, &v, &rest) == 0);
    CHECK_THAT(c, make(c, 16, &o)); /* an eighth of the cache */
    CHECK_THAT(c, o->file->cache == v->cache);
    CHECK_THAT(c, file_write(o, page, 1, 16 * PAGE, false) == 1);
    file_close(o);
    CHECK_THAT(c, file_open(E "/f", FILE_OPEN_WRITE, &o) == 0 && !o->file->cache);
    page[0] = 'x';
    CHECK_THAT(c, file_write(o, page, PAGE, PAGE, false) == (long)PAGE);
    CHECK_THAT(c, file_truncate(o, 2 * PAGE) == 0);
    file_close(o);
    CHECK_THAT(c, file_open(E "/f", 0, &o) == 0 && o->file->cache == v->cache);
    page[0] = 0;
    CHECK_THAT(c, file_read(o, page, PAGE, PAGE, false) == (long)PAGE && page[0] == 'x');
    CHECK_THAT(c, file_set_cache(o, 0, NULL) == 0 && !o->file->cache);
    CHECK_THAT(c, file_set_cache(o, 64, "nothing") == -E_NOT_FOUND && !o->file->cache);
    CHECK_THAT(c, file_set_cache(o, 65, NULL) == 0 && o->file->cache != v->cache);
    file_close(o);
    CHECK_THAT(c, volume_cache_counts(v).misruled == 0);
    CHECK_THAT(c, loader_load("small", &e, &why) != 0); /* the volume has it */
    (void)ends(c, loader_find("small"));
}

/* What the console says is why. */
CHECK(files_compilers, "files/each_file_system_is_loaded_as_either_compiler_makes_it") {
    static const char *const names[] = {"wfs", "ext2", "small", "lru", "mru"};
    static struct report why;
    struct extension *e;
    if (!disk_object_find("disk1")) {
        check_skip(c, "the machine has no such disk"); /* and so no files to extend */
        return;
    }
    loader_compiler("gcc");
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if ((e = loader_find(names[i])))
            CHECK_THAT(c, loader_unload(e) == 0);
        int error = loader_load(names[i], &e, &why);
        if (error)
            check_fail(c, "%s: %s", names[i], why.text);
        else
            CHECK_THAT(c, loader_unload(e) == 0);
    }
    loader_compiler("clang");
}
