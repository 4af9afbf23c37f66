/* SPDX-License-Identifier: MIT */
/* posix.c -- calls on files and names, one process alone. */
#include "files_cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "lib/error.h"
#include "lib/string.h"

#define RW (EXOS_READ | EXOS_WRITE)

static char bytes[20000], again[20000];

uint64_t case_posix(void) {
    struct exos_stat s;
    int fd = (int)exos_open("/f", RW | EXOS_CREATE | EXOS_EXCLUSIVE);
    MUST(fd == 0);
    MUST(exos_open("/f", RW | EXOS_CREATE | EXOS_EXCLUSIVE) == -E_EXISTS);
    MUST(exos_open("/g", RW) == -E_NOT_FOUND && exos_open("/f", 0) == -E_INVALID);
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 7 + i / 251);
    MUST(exos_write(fd, bytes, sizeof bytes) == sizeof bytes);
    MUST(exos_read(fd, again, 1) == 0);
    MUST(exos_seek(fd, 0, EXOS_FROM_START) == 0);
    MUST(exos_read(fd, again, sizeof again) == sizeof again);
    MUST(!memcmp(bytes, again, sizeof bytes));
    /* A hole reads as zeroes; places before the start there are none. */
    MUST(exos_seek(fd, 10000, EXOS_FROM_END) == 30000 && exos_write(fd, "x", 1) == 1);
    MUST(exos_seek(fd, -10001, EXOS_FROM_HERE) == 20000);
    MUST(exos_read(fd, again, 10001) == 10001 && !again[0] && !again[9999] && again[10000] == 'x');
    MUST(exos_seek(fd, -40000, EXOS_FROM_HERE) == -E_INVALID);
    MUST(exos_fstat(fd, &s) == 0 && s.size == 30001 && s.type == RAMFS_FILE && s.links == 1);
    /* Shorter, then longer: what was behind is gone. */
    MUST(exos_truncate(fd, 5) == 0 && exos_truncate(fd, 10) == 0);
    MUST(exos_seek(fd, 0, EXOS_FROM_START) == 0 && exos_read(fd, again, 100) == 10);
    MUST(!memcmp(again, bytes, 5) && !again[5] && !again[9]);
    /* Two descriptors of one open file have one offset, two open files have two. */
    int two = (int)exos_dup(fd, 5), other = (int)exos_open("/f", EXOS_READ);
    MUST(two == 5 && other == 1);
    MUST(exos_seek(fd, 3, EXOS_FROM_START) == 3 && exos_seek(two, 0, EXOS_FROM_HERE) == 3);
    MUST(exos_seek(other, 0, EXOS_FROM_HERE) == 0);
    MUST(exos_write(other, "x", 1) == -E_PERM && exos_truncate(other, 0) == -E_PERM);
    MUST(exos_dup2(other, two) == two && exos_write(two, "x", 1) == -E_PERM);
    MUST(exos_dup2(two, two) == two && exos_dup2(fd, -1) == -E_INVALID);
    MUST(exos_dup2(fd, EXOS_FDS) == -E_INVALID && exos_dup2(77, 3) == -E_NOT_FOUND);
    /* What is appended comes at the end, wherever the offset is. */
    int end = (int)exos_open("/f", RW | EXOS_APPEND);
    MUST(exos_write(end, "end", 3) == 3 && exos_fstat(fd, &s) == 0 && s.size == 13);
    MUST(exos_seek(end, 0, EXOS_FROM_START) == 0 && exos_write(end, "!", 1) == 1);
    MUST(exos_fstat(fd, &s) == 0 && s.size == 14);
    MUST(exos_set_flags(end, EXOS_CLOEXEC) == 0 && exos_flags(end) == (RW | EXOS_CLOEXEC));
    MUST(exos_seek(end, 0, EXOS_FROM_START) == 0 && exos_write(end, "!", 1) == 1);
    MUST(exos_fstat(fd, &s) == 0 && s.size == 14);
    /* Opening to truncate; a file without a name lives until it is closed. */
    MUST(exos_close(exos_open("/f", RW | EXOS_TRUNCATE)) == 0 && exos_fstat(fd, &s) == 0);
    MUST(s.size == 0 && exos_write(end, "abc", 3) == 3 && exos_unlink("/f") == 0);
    MUST(exos_open("/f", EXOS_READ) == -E_NOT_FOUND);
    MUST(exos_seek(fd, 1, EXOS_FROM_START) == 1 && exos_read(fd, again, 9) == 3);
    MUST(exos_close(fd) == 0);
    MUST(exos_close(fd) == -E_NOT_FOUND && exos_close(-1) == -E_NOT_FOUND);
    MUST(exos_close(two) == 0 && exos_close(other) == 0 && exos_close(end) == 0);
    /* Descriptors run out, and come back. */
    int last = (int)exos_open("/g", RW | EXOS_CREATE), n = 1;
    while (exos_dup(last, 0) >= 0)
        n++;
    MUST(n == EXOS_FDS && exos_dup(last, 0) == -E_FULL && exos_open("/g", RW) == -E_FULL);
    for (int i = 0; i < n; i++)
        MUST(exos_close(i) == 0);
    return exos_unlink("/g") ? __LINE__ : 0;
}

/* The names of a directory, one behind the other in their order. */
static long list(const char *path, char *into) {
    struct ramfs_entry e;
    long fd = exos_open(path, EXOS_READ | EXOS_DIRECTORY), n = 0;
    for (; fd >= 0 && !exos_readdir((int)fd, &e); n++) {
        memcpy(into, e.name, strlen(e.name));
        into += strlen(e.name);
    }
    *into = '\0';
    return fd < 0 ? fd : exos_close((int)fd) ? -1 : n;
}

static long put(const char *path, const char *text) {
    long fd = exos_open(path, EXOS_WRITE | EXOS_CREATE | EXOS_TRUNCATE);
    if (fd < 0)
        return fd;
    exos_write((int)fd, text, strlen(text));
    return exos_close((int)fd);
}

static long first_byte(const char *path) {
    char byte = 0;
    long fd = exos_open(path, EXOS_READ);
    if (fd < 0)
        return fd;
    long n = exos_read((int)fd, &byte, 1);
    exos_close((int)fd);
    return n == 1 ? byte : n;
}

uint64_t case_names(void) {
    struct exos_stat s, t;
    char names[200], longest[EXOS_PATH_MAX + 1];
    MUST(exos_mkdir("/d") == 0);
    MUST(exos_mkdir("/d") == -E_EXISTS && exos_mkdir("/") == -E_EXISTS);
    MUST(exos_mkdir("/no/d") == -E_NOT_FOUND && exos_mkdir("") == -E_NOT_FOUND);
    MUST(put("/d/f", "1") == 0 && exos_mkdir("/d/f/x") == -E_INVALID);
    MUST(first_byte("//d/./../d///f") == '1' && first_byte("/../../d/f") == '1');
    MUST(exos_chdir("d") == 0 && first_byte("f") == '1' && first_byte("../d/f") == '1');
    MUST(exos_chdir("f") == -E_INVALID && exos_chdir("..") == 0 && first_byte("d/f") == '1');
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    MUST(exos_mkdir(longest) == -E_TOO_LONG && exos_open(longest, EXOS_READ) == -E_TOO_LONG);
    longest[RAMFS_NAME] = '\0';
    MUST(exos_mkdir(longest) == -E_TOO_LONG);
    MUST(exos_link("/d/f", "/d/g") == 0 && exos_link("/d", "/e") == -E_PERM);
    MUST(exos_stat("/d/f", &s) == 0 && exos_stat("/d/g", &t) == 0 && s.id == t.id && t.links == 2);
    MUST(exos_unlink("/d") == -E_PERM && exos_rmdir("/d") == -E_EXISTS);
    MUST(exos_rmdir("/d/f") == -E_INVALID && exos_rmdir("/none") == -E_NOT_FOUND);
    MUST(list("/d", names) == 2 && !strcmp(names, "fg"));
    /* What has the new name is gone, and nobody sees neither. */
    MUST(put("/h", "2") == 0 && exos_rename("/h", "/d/g") == 0 && first_byte("/d/g") == '2');
    MUST(exos_stat("/d/f", &s) == 0 && s.links == 1 && exos_stat("/h", &s) == -E_NOT_FOUND);
    MUST(exos_rename("/d", "/d/inner") == -E_INVALID && exos_rename("/d", "/d") == 0);
    MUST(exos_mkdir("/e") == 0 && exos_rename("/d", "/e") == 0 && first_byte("/e/f") == '1');
    MUST(exos_mkdir("/d") == 0 && exos_rename("/e", "/d/e") == 0 && first_byte("/d/e/f") == '1');
    MUST(exos_rename("/d/e/f", "/d/e") == -E_PERM && exos_mkdir("/x") == 0);
    MUST(exos_rename("/x", "/d") == -E_EXISTS && exos_rename("/x", "/d/e/f") == -E_INVALID);
    /* A directory that is somebody's and has no name takes none. */
    MUST(exos_chdir("/x") == 0 && exos_rmdir("/x") == 0 && exos_mkdir("y") == -E_NOT_FOUND);
    MUST(exos_chdir("/") == 0);
    /* Another tree in the place of a directory. */
    MUST(exos_mount(EXOS_TREE_EMPTY, "/d/e") == 0 && list("/d/e", names) == 0);
    MUST(put("/d/e/k", "3") == 0 && first_byte("/d/e/../e/k") == '3');
    MUST(exos_rename("/d/e/k", "/k") == 0 && exos_rename("/k", "/d/e/k") == 0);
    MUST(exos_rmdir("/d/e") == -E_BUSY && exos_rename("/d/e", "/z") == -E_BUSY);
    MUST(exos_unmount("/d/e") == -E_BUSY && exos_unlink("/d/e/k") == 0);
    MUST(exos_unmount("/d/e") == 0);
    MUST(exos_unmount("/d/e") == -E_NOT_FOUND);
    MUST(first_byte("/d/e/f") == '1' && exos_mount(EXOS_TREE_EMPTY, "/d/e/f") == -E_INVALID);
    return 0;
}

uint64_t case_types(void) {
    struct exos_stat s;
    char names[400];
    MUST(list("/dev", names) == 3 && !strcmp(names, "consolenullzero"));
    int null = (int)exos_open("/dev/null", RW), zero = (int)exos_open("/dev/zero", RW);
    MUST(exos_write(null, bytes, 9000) == 9000 && exos_read(null, bytes, 9000) == 0);
    memset(bytes, 1, 9000);
    MUST(exos_read(zero, bytes, 9000) == 9000 && !bytes[0] && !bytes[8999]);
    MUST(exos_write(zero, bytes, 1) == 1 && exos_seek(zero, 0, EXOS_FROM_END) == -E_INVALID);
    MUST(exos_truncate(zero, 0) == -E_INVALID);
    /* The console belongs to whom its capability opens it. */
    int console = (int)exos_open("/dev/console", RW);
    MUST(exos_write(console, "x", 1) == -E_PERM && exos_read(console, bytes, 1) == -E_PERM);
    /* The archive that the boot brought can be read, and nothing else. */
    MUST(list("/boot", names) > 0 && strstr(names, "files") && exos_stat("/boot/files", &s) == 0);
    int image = (int)exos_open("/boot/files", EXOS_READ);
    MUST(exos_read(image, bytes, 4) == 4 && !memcmp(bytes, "\177ELF", 4));
    MUST(exos_seek(image, 0, EXOS_FROM_END) == (long)s.size && exos_read(image, bytes, 1) == 0);
    MUST(exos_open("/boot/files", EXOS_WRITE) == -E_PERM && exos_mkdir("/boot/d") == -E_PERM);
    MUST(exos_open("/boot/no", RW | EXOS_CREATE) == -E_PERM &&
         exos_unlink("/boot/files") == -E_PERM);
    MUST(exos_link("/boot/files", "/f") == -E_PERM && exos_rename("/boot/files", "/f") == -E_PERM);
    MUST(exos_open("/boot/no", EXOS_READ) == -E_NOT_FOUND);
    MUST(exos_chdir("/boot") == 0 && exos_stat("files", &s) == 0 && exos_stat("../dev", &s) == 0);
    return 0;
}
