/* SPDX-License-Identifier: MIT */
/* ext2_disk.c -- ext2 on a disk, if there is one (tests/end/disk/ext2_test.sh makes it, with the
 * file `given`, and judges what is left on it): what outside tools have written is read, and what
 * is written is read again, also when the volume has been away. */
#include "measure/bench.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "spin/services/files/file.h"

#define VOLUME "/svc/volumes/tested"
#define LINES  40000 /* of eight bytes: seq -f %07g 0 39999 */
#define PART   1000  /* lines written at once */

/* A line: its number in seven digits. */
static void line_put(char *to, unsigned number) {
    for (unsigned i = 7; i-- > 0; number /= 10)
        to[i] = (char)('0' + number % 10);
    to[7] = '\n';
}

static bool mounted_with(struct check *c, const char *system) {
    int error = disk_object_find("disk0")
                    ? volume_mount_disk(system, "disk0", VOLUME, VOLUME_PAGES, NULL)
                    : -E_NOT_FOUND;
    if (error)
        check_skip(c, "there is no disk with ext2");
    return !error;
}

static bool mounted(struct check *c) {
    return mounted_with(c, "ext2");
}

/* Writes or compares so many lines. Gives how many were wrong. */
static unsigned lines(const char *path, unsigned how, unsigned count) {
    struct open_file *o;
    char *part = heap_alloc(PART * 8), *wanted = heap_alloc(PART * 8);
    unsigned wrong = !part || !wanted || file_open(path, how, &o) ? count : 0;
    for (unsigned from = 0; !wrong && from < count; from += PART) {
        for (unsigned i = 0; i < PART; i++)
            line_put(wanted + i * 8, from + i);
        long n = how & FILE_OPEN_WRITE ? file_write(o, wanted, PART * 8, from * 8UL, false)
                                       : file_read(o, part, PART * 8, from * 8UL, false);
        wrong += n != PART * 8 || (!(how & FILE_OPEN_WRITE) && memcmp(part, wanted, PART * 8) != 0);
    }
    if (wrong != count)
        file_close(o);
    heap_free(part, PART * 8);
    heap_free(wanted, PART * 8);
    return wrong;
}

CHECK(ext2_read, "ext2/reads_what_others_have_written") {
    if (!mounted(c))
        return;
    CHECK_THAT(c, lines(VOLUME "/given", 0, LINES) == 0);
    CHECK_THAT(c, volume_unmount(VOLUME) == 0);
}

static void write_all(struct check *c) {
    const unsigned create = FILE_OPEN_WRITE | FILE_OPEN_CREATE;
    CHECK_THAT(c, file_mkdir(VOLUME "/made") == 0);
    CHECK_THAT(c, lines(VOLUME "/made/big", create, LINES) == 0);
    CHECK_THAT(c, lines(VOLUME "/made/gone", create, 2000) == 0);
    CHECK_THAT(c, lines(VOLUME "/made/one", create, 1000) == 0);
    CHECK_THAT(c, file_name_too(VOLUME "/made/one", VOLUME "/two") == 0);
    CHECK_THAT(c, file_remove(VOLUME "/made/gone", false) == 0);
    CHECK_THAT(c, file_move(VOLUME "/made/one", VOLUME "/made/a name that is longer") == 0);
    CHECK_THAT(c, file_mkdir(VOLUME "/made/emptied") == 0);
    CHECK_THAT(c, file_mkdir(VOLUME "/made/emptied") == -E_EXISTS);
    CHECK_THAT(c, file_remove(VOLUME "/made/emptied", true) == 0);
    CHECK_THAT(c, file_remove(VOLUME "/made", true) == -E_EXISTS);
}

CHECK(ext2_write, "ext2/what_was_written_is_there_when_it_is_mounted_again") {
    struct file_facts facts;
    if (!mounted(c))
        return;
    write_all(c);
    CHECK_THAT(c, volume_unmount(VOLUME) == 0);
    CHECK_THAT(c, mounted(c));
    CHECK_THAT(c, lines(VOLUME "/made/big", 0, LINES) == 0);
    CHECK_THAT(c, lines(VOLUME "/two", 0, 1000) == 0);
    CHECK_THAT(c, file_stat(VOLUME "/made/a name that is longer", &facts) == 0);
    CHECK_THAT(c, facts.links == 2 && facts.bytes == 8000);
    CHECK_THAT(c, file_stat(VOLUME "/made/gone", &facts) == -E_NOT_FOUND);
    CHECK_THAT(c, volume_unmount(VOLUME) == 0);
}

#define A      VOLUME "/a"
#define C      VOLUME "/c"
#define CREATE (FILE_OPEN_WRITE | FILE_OPEN_CREATE)

static void tree(struct check *c) {
    CHECK_THAT(c, file_mkdir(A) == 0 && file_mkdir(A "/b") == 0 && file_mkdir(C) == 0);
    CHECK_THAT(c, lines(A "/b/f", CREATE, 1000) == 0);
}

/* A file goes to any directory; a directory to none but within its own (ext2.h). */
CHECK(ext2_move, "ext2/files_move_between_directories_and_directories_within_theirs") {
    struct file_facts facts;
    if (!mounted(c))
        return;
    tree(c);
    CHECK_THAT(c, file_move(A "/b/f", C "/g") == 0 && file_move(C "/g", A "/b/h") == 0);
    CHECK_THAT(c, lines(A "/b/h", 0, 1000) == 0 && file_stat(A "/b/f", &facts) == -E_NOT_FOUND);
    CHECK_THAT(c, file_stat(A "/b/../b/./h", &facts) == 0 && facts.bytes == 8000);
    CHECK_THAT(c, file_move(A "/b", A "/longer than it was") == 0);
    CHECK_THAT(c, file_move(A "/longer than it was", A "/b") == 0);
    CHECK_THAT(c, file_move(A "/b", C "/b") == -E_ELSEWHERE); /* its `..` would be wrong between */
    CHECK_THAT(c, file_move(A, A "/b/a") == -E_INVALID);      /* into itself */
    CHECK_THAT(c, file_stat(A "/b/h", &facts) == 0 && facts.links == 1);
    CHECK_THAT(c, volume_unmount(VOLUME) == 0);
}

static void links(struct check *c) {
    char to[FILE_NAME_MAX + 1];
    struct file_facts facts;
    CHECK_THAT(c, file_symlink("b/h", A "/near") == 0 && lines(A "/near", 0, 1000) == 0);
    CHECK_THAT(c, file_symlink("../a", C "/up") == 0 && lines(C "/up/near", 0, 1000) == 0);
    CHECK_THAT(c, file_symlink("/a/b", C "/whole") == 0 && lines(C "/whole/h", 0, 1000) == 0);
    CHECK_THAT(c, file_symlink("././././././././././././././././././././././././././././././up",
                               C "/slow") == 0);
    CHECK_THAT(c, lines(C "/slow/near", 0, 1000) == 0);
    CHECK_THAT(c, file_read_link(C "/up", to) == 0 && strcmp(to, "../a") == 0);
    CHECK_THAT(c, file_read_link(A "/b/h", to) == -E_INVALID);
    /* Round and round; to nowhere; not through what is a file. */
    CHECK_THAT(c, file_symlink("two", C "/one") == 0 && file_symlink("one", C "/two") == 0);
    CHECK_THAT(c, file_stat(C "/one", &facts) == -E_INVALID);
    CHECK_THAT(c, file_stat(C "/one/x", &facts) == -E_INVALID);
    CHECK_THAT(c, file_symlink("nothing", C "/none") == 0);
    CHECK_THAT(c, file_stat(C "/none", &facts) == -E_NOT_FOUND);
    CHECK_THAT(c, file_stat(A "/b/h/x", &facts) == -E_INVALID);
    /* A link goes alone; what it leads to stays. */
    CHECK_THAT(c, file_remove(C "/whole", false) == 0 && file_stat(A "/b/h", &facts) == 0);
    CHECK_THAT(c, file_symlink("", C "/empty") == -E_INVALID);
}

CHECK(ext2_links, "ext2/symbolic_links_are_followed_and_read") {
    char to[FILE_NAME_MAX + 1];
    if (!mounted(c))
        return;
    links(c);
    CHECK_THAT(c, lines(VOLUME "/debugfs_near", 0, LINES) == 0);
    CHECK_THAT(c, lines(VOLUME "/debugfs_far", 0, LINES) == 0);
    CHECK_THAT(c, file_read_link(VOLUME "/debugfs_near", to) == 0 && strcmp(to, "given") == 0);
    CHECK_THAT(c, volume_unmount(VOLUME) == 0);
}

/* ext2_signed, of the same source: each reads what the other has written. */
CHECK(ext2_signed, "ext2/as_signed_native_code_it_reads_and_writes_the_same") {
    struct file_facts facts;
    if (!mounted_with(c, "ext2_signed"))
        return;
    CHECK_THAT(c, lines(VOLUME "/given", 0, LINES) == 0);
    CHECK_THAT(c, lines(VOLUME "/made/big", 0, LINES) == 0);
    CHECK_THAT(c, file_mkdir(VOLUME "/signed") == 0);
    CHECK_THAT(c, lines(VOLUME "/signed/gone", FILE_OPEN_WRITE | FILE_OPEN_CREATE, 2000) == 0);
    CHECK_THAT(c, lines(VOLUME "/signed/one", FILE_OPEN_WRITE | FILE_OPEN_CREATE, 3000) == 0);
    CHECK_THAT(c, file_remove(VOLUME "/signed/gone", false) == 0);
    CHECK_THAT(c, file_move(VOLUME "/signed/one", VOLUME "/signed/other") == 0);
    CHECK_THAT(c, volume_unmount(VOLUME) == 0 && mounted(c));
    CHECK_THAT(c, lines(VOLUME "/signed/other", 0, 3000) == 0);
    CHECK_THAT(c, file_stat(VOLUME "/signed/gone", &facts) == -E_NOT_FOUND);
    CHECK_THAT(c, volume_unmount(VOLUME) == 0);
}
