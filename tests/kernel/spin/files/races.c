/* SPDX-License-Identifier: MIT */
/* races.c -- threads that come between what another one has looked at and what it does: each waits
 * for the volume's mutex, in the order that the check wants. */
#include "files.h"

#include "lib/string.h"

MODULE("FileRaces");

#define PAGE  4096ul
#define DEPTH 270 /* of directories, each in the one before */

static struct volume *volume;

/* So many threads wait for the volume. */
static void until_waiting(unsigned wanted) {
    unsigned waiting;
    do {
        waiting = 0;
        strand_yield();
        list_each(node, &volume->mutex.queue) waiting++;
    } while (waiting < wanted);
}

/* What the two give who come to the volume in this order, while this one has it. */
static void in_order(struct check *c, void *(*const fn[2])(void *arg), void *arg, long result[2]) {
    struct kthread *t[2];
    mutex_lock(&volume->mutex);
    for (unsigned i = 0; i < 2; i++) {
        t[i] = kthread_fork(fn[i], arg);
        until_waiting(i + 1);
    }
    mutex_unlock(&volume->mutex);
    for (unsigned i = 0; i < 2; i++) {
        void *got = NULL;
        CHECK_THAT(c, kthread_join(t[i], &got));
        result[i] = (long)got;
    }
}

/* Of wfs, without a cache, or of ext2, with one. */
static bool begins_with(struct check *c, const char *system, const char *disk) {
    const char *rest;
    struct open_file *o;
    if (!files_mounted(c, system, disk, W, NULL))
        return false;
    check_that_zero(c, volume_of(W, &volume, &rest));
    check_that_zero(c, file_open(W "/f", FILE_OPEN_CREATE, &o));
    file_close(o);
    return true;
}

static bool begins(struct check *c) {
    return begins_with(c, "wfs", "disk0");
}

/* --- Volumes come and go --- */

static struct open_file *opened;
static struct named found;

static void *opens(void *unused) {
    (void)unused;
    return (void *)(long)file_open(W "/f", 0, &opened);
}

static void *looks_up(void *unused) {
    (void)unused;
    return (void *)(long)names_lookup(THIS_MODULE, W "/f", &name_file, &found);
}

static void *unmounts(void *path) {
    return (void *)(long)volume_unmount(path ? path : W);
}

CHECK(files_race_open,
      "files/a_volume_stays_for_who_opens_a_file_before_it_goes_and_for_no_other") {
    void *(*const open_first[])(void *) = {opens, unmounts},
                                     *(*const open_last[])(void *) = {unmounts, opens};
    long result[2];
    if (!begins(c))
        return;
    in_order(c, open_first, NULL, result);
    CHECK_THAT(c, result[0] == 0 && result[1] == -E_BUSY);
    file_close(opened);
    in_order(c, open_last, NULL, result);
    CHECK_THAT(c, result[0] == 0 && result[1] == -E_NOT_FOUND);
    CHECK_THAT(c, !disk_object_find("disk0")->claimed);
}

CHECK(files_race_names, "files/a_volume_stays_for_who_looks_up_a_file_of_it_in_the_name_server") {
    void *(*const look_first[])(void *) = {looks_up, unmounts},
                                     *(*const look_last[])(void *) = {unmounts, looks_up};
    long result[2];
    if (!begins(c))
        return;
    in_order(c, look_first, NULL, result);
    CHECK_THAT(c, result[0] == 0 && result[1] == -E_BUSY);
    named_release(&found);
    in_order(c, look_last, NULL, result); /* who looks has the root already */
    CHECK_THAT(c, result[0] == -E_BUSY && result[1] == -E_NOT_FOUND);
    CHECK_THAT(c, names_lookup(THIS_MODULE, W "/f", &name_file, &found) == 0);
    named_release(&found);
    CHECK_THAT(c, volume_unmount(W) == 0);
}

static void *mounts_wfs(void *unused) {
    (void)unused;
    return (void *)(long)volume_mount_disk("wfs", "disk0", W, 64, NULL);
}

static void *mounts_ext2(void *unused) {
    (void)unused;
    return (void *)(long)volume_mount_disk("ext2", "disk1", E, 64, NULL);
}

/* Each waits for its disk, so both are at it at once. */
static void at_once(struct check *c, void *(*a)(void *), void *(*b)(void *), long result[2]) {
    struct kthread *t[] = {kthread_fork(a, NULL), kthread_fork(b, NULL)};
    for (unsigned i = 0; i < 2; i++) {
        void *got = NULL;
        CHECK_THAT(c, t[i] && kthread_join(t[i], &got));
        result[i] = (long)got;
    }
}

CHECK(files_race_mount, "files/volumes_that_come_or_go_at_once_get_a_place_each_and_go_once") {
    struct file_facts facts;
    struct volume *v[2];
    const char *rest;
    long result[2];
    if (!begins(c))
        return;
    CHECK_THAT(c, volume_unmount(W) == 0);
    at_once(c, mounts_wfs, mounts_ext2, result);
    CHECK_THAT(c, result[0] == 0 && result[1] == 0);
    CHECK_THAT(c, volume_of(W, &v[0], &rest) == 0 && volume_of(E, &v[1], &rest) == 0);
    CHECK_THAT(c, v[0] != v[1] && file_stat(W "/f", &facts) == 0 && file_stat(E, &facts) == 0);
    CHECK_THAT(c, volume_unmount(E) == 0);
    at_once(c, unmounts, unmounts, result);
    CHECK_THAT(c, result[0] == 0 && result[1] == -E_NOT_FOUND);
}

CHECK(files_held_twice, "files/an_extension_with_two_volumes_stays_when_the_first_one_goes") {
    struct extension *e;
    if (!disk_object_find("disk2")) {
        check_skip(c, "the machine has no such disk");
        return;
    }
    if (!begins(c) || !files_mounted(c, "wfs", "disk2", E, NULL))
        return;
    CHECK_THAT(c, volume_unmount(E) == 0 && (e = loader_find("wfs")));
    CHECK_THAT(c, loader_unload(e) == -E_BUSY);
    CHECK_THAT(c, volume_unmount(W) == 0 && loader_unload(e) == 0);
}

/* --- Bytes --- */

static char read_by[2][PAGE];
static unsigned readers;

static void *shrinks(void *o) {
    return (void *)(long)file_truncate(o, 10);
}

static void *reads_page(void *o) {
    return (void *)file_read(o, read_by[0], PAGE, PAGE, false);
}

static void *reads_on(void *o) {
    return (void *)file_read(o, read_by[readers++], PAGE, FILE_AT, false);
}

/* Two pages, which are not in memory. */
static bool written(struct check *c, struct open_file **o) {
    check_that_zero(c, file_open(W "/f", FILE_OPEN_WRITE, o));
    for (unsigned i = 0; i < 2; i++) {
        memset(read_by[i], 'a' + (int)i, PAGE);
        if (file_write(*o, read_by[i], PAGE, i * PAGE, false) != (long)PAGE)
            check_fail(c, "page %u cannot be written", i);
        memset(read_by[i], 0, PAGE);
    }
    check_that_zero(c, file_forget(*o));
    return true;
}

static void ends(struct check *c, struct open_file *o) {
    file_close(o);
    CHECK_THAT(c, file_remove(W "/f", false) == 0 && volume_unmount(W) == 0);
}

static void shrink_before_read(struct check *c, const char *system, const char *disk) {
    void *(*const order[])(void *) = {shrinks, reads_page};
    struct open_file *o;
    long result[2];
    if (!begins_with(c, system, disk) || !written(c, &o))
        return;
    in_order(c, order, o, result);
    CHECK_THAT(c, result[0] == 0 && result[1] == 0);
    /* Nothing behind the end stays in memory. */
    mutex_lock(&volume->mutex);
    CHECK_THAT(c, !o->file->cache || !block_cache_find(o->file->cache, o->file, 1));
    mutex_unlock(&volume->mutex);
    ends(c, o);
}

CHECK(files_race_shrink, "files/who_waits_for_bytes_gets_none_that_the_file_has_lost_meanwhile") {
    shrink_before_read(c, "wfs", "disk0");
    shrink_before_read(c, "ext2", "disk1");
}

static void read_beside(struct check *c, const char *system, const char *disk) {
    void *(*const order[])(void *) = {reads_on, reads_on};
    struct open_file *o;
    long result[2];
    readers = 0;
    if (!begins_with(c, system, disk) || !written(c, &o))
        return;
    in_order(c, order, o, result);
    CHECK_THAT(c, result[0] == (long)PAGE && result[1] == (long)PAGE);
    CHECK_THAT(c, read_by[0][7] == 'a' && read_by[1][7] == 'b');
    CHECK_THAT(c, file_read(o, read_by[0], PAGE, FILE_AT, false) == 0);
    ends(c, o);
}

CHECK(files_race_place, "files/two_that_read_on_in_one_open_file_get_each_byte_once") {
    read_beside(c, "wfs", "disk0");
    read_beside(c, "ext2", "disk1");
}

static void read_nothing(struct check *c, const char *system, const char *disk) {
    void *(*const order[])(void *) = {shrinks, reads_on};
    struct open_file *o;
    long result[2];
    readers = 0;
    if (!begins_with(c, system, disk) || !written(c, &o))
        return;
    CHECK_THAT(c, file_read(o, read_by[0], PAGE, FILE_AT, false) == (long)PAGE);
    in_order(c, order, o, result);
    CHECK_THAT(c, result[0] == 0 && result[1] == 0 && o->at == PAGE);
    ends(c, o);
}

CHECK(files_race_back, "files/who_reads_on_where_the_bytes_are_gone_stays_where_he_was") {
    read_nothing(c, "wfs", "disk0");
    read_nothing(c, "ext2", "disk1");
}

/* --- Directories --- */

CHECK(files_deep, "files/a_directory_does_not_come_to_lie_in_itself_however_deep_that_is") {
    static char path[sizeof W + 2 * DEPTH + 2], to[sizeof path + 2];
    unsigned depth = 0;
    if (!begins(c))
        return;
    memcpy(path, W, sizeof W);
    for (char *end = path + sizeof W - 1; depth < DEPTH; depth++, end += 2) {
        memcpy(end, "/d", 3);
        CHECK_THAT(c, file_mkdir(path) == 0);
    }
    memcpy(to, path, sizeof path);
    memcpy(to + strlen(to), "/e", 3);
    CHECK_THAT(c, file_move(W "/d", to) == -E_INVALID);
    CHECK_THAT(c, file_move(W "/f", to) == 0);
    CHECK_THAT(c, file_remove(to, false) == 0);
    for (; depth; depth--) {
        CHECK_THAT(c, file_remove(path, true) == 0);
        path[strlen(path) - 2] = '\0';
    }
    CHECK_THAT(c, volume_unmount(W) == 0);
}
