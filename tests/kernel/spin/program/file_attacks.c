/* SPDX-License-Identifier: MIT */
/* file_attacks.c -- see file_attacks.h. */
#include "file_attacks.h"

#include "../../hostile.h"
#include "../../random_calls.h"

#include "lib/error.h"
#include "lib/string.h"
#include "spin/user/files.h"

#define F FILE_PLACE_OF "/f"

static char memory[4 * 4096] __attribute__((aligned(4096)));
static const char constant[4096] __attribute__((aligned(4096))) = {1};

/* The first condition that does not hold ends it, with its line. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return __LINE__;                                                                       \
    } while (0)

static void *const nowhere[] = {(void *)8, (void *)0x600000000000, (void *)HOSTILE_KERNEL,
                                (void *)UINT64_MAX};

/* A page that cannot be written has what it had, and nothing of the file whose frame it got. */
static uint64_t others_bytes(void) {
    static char page[4096];
    long other = file_open(FILE_PLACE_OF "/other", FILE_HOW_CREATE), file;
    MUST(other >= 0 && (file = file_open(F, FILE_HOW_WRITE)) >= 0);
    memset(page, 's', sizeof page);
    MUST(!file_sync(file) && !file_forget(file));
    for (uint64_t i = 0; i < 8; i++)
        MUST(file_write(other, page, sizeof page, i * sizeof page) == sizeof page);
    MUST(!file_sync(other) && !file_forget(other) && !file_close(other));
    MUST(file_write(file, nowhere[0], sizeof page, 0) == -E_FAULT);
    MUST(file_read(file, page, sizeof page, 0) == sizeof page);
    for (unsigned i = 0; i < sizeof page; i++)
        MUST(page[i] == FILE_LETTER);
    MUST(!file_close(file) && !file_unlink(FILE_PLACE_OF "/other"));
    return FILE_RIGHT;
}

static uint64_t foreign_memory(void) {
    struct file_list *list = (void *)nowhere[2];
    long file = file_open(F, FILE_HOW_WRITE), root = file_open(FILE_PLACE_OF, 0);
    MUST(file >= 0 && root >= 0);
    for (unsigned i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        MUST(file_read(file, nowhere[i], 4096, 0) == -E_FAULT);
        MUST(file_read(file, nowhere[i], 1, 17) == -E_FAULT);
        MUST(file_write(file, nowhere[i], 4096, 0) == -E_FAULT);
        MUST(file_write(file, nowhere[i], 1, 17) == -E_FAULT);
        MUST(file_open(nowhere[i], 0) == -E_FAULT);
        MUST(file_stat(F, nowhere[i]) == -E_FAULT);
        MUST(file_mount(nowhere[i]) == -E_FAULT);
    }
    MUST(file_list(root, list) == -E_FAULT);
    /* What it may read alone it cannot have read to: by a copy, and by the device. */
    MUST(file_read(file, (void *)constant, 4096, 0) == -E_FAULT && constant[0] == 1);
    MUST(file_read(file, (void *)constant, 1, 17) == -E_FAULT && constant[0] == 1);
    MUST(file_read(file, (void *)&foreign_memory, 16, 0) == -E_FAULT);
    MUST(file_read(file, memory, FILE_BYTES, 0) == (long)FILE_BYTES && memory[4711] == FILE_LETTER);
    MUST(!file_close(file) && !file_close(root));
    return others_bytes();
}

static uint64_t integers(void) {
    long file = file_open(F, 0);
    MUST(file >= 0 && !file_close(file));
    MUST(file_read(file, memory, 1, 0) == -E_NOT_FOUND && file_close(file) == -E_NOT_FOUND);
    long again = file_open(F, 0); /* in the same place */
    MUST(again >= 0 && again != file);
    MUST(file_read(file, memory, 1, 0) == -E_NOT_FOUND && file_close(file) == -E_NOT_FOUND);
    for (long i = -2000; i < 2000; i++)
        MUST(i == again || file_read(i, memory, 1, 0) == -E_NOT_FOUND);
    MUST(file_read(again, memory, 1, 0) == 1 && !file_close(again));
    return FILE_RIGHT;
}

static uint64_t rights(void) {
    long file = file_open(F, 0);
    MUST(file >= 0);
    MUST(file_write(file, memory, 1, 0) == -E_PERM && file_truncate(file, 0) == -E_PERM);
    MUST(!file_close(file));
    MUST(file_open(F, FILE_HOW_CREATE | FILE_HOW_NEW) == -E_EXISTS && file_open(F, 8) < 0);
    long root = file_open(FILE_PLACE_OF, 0);
    MUST(root >= 0 && file_read(root, memory, 16, 0) == -E_INVALID);
    MUST(file_open(FILE_PLACE_OF, FILE_HOW_WRITE) == -E_INVALID && !file_close(root));
    file = file_open(F, FILE_HOW_WRITE);
    MUST(file >= 0 && file_write(file, memory, 1, INT64_MAX) == -E_INVALID);
    MUST(file_write(file, memory, UINT64_MAX, 0) < 0 && file_truncate(file, UINT64_MAX) < 0);
    MUST(!file_close(file));
    return FILE_RIGHT;
}

static uint64_t paths(void) {
    static char path[FILE_PATH_MAX + 1];
    memset(path, 'a', FILE_PATH_MAX);
    MUST(file_open(path, 0) == -E_TOO_LONG);
    MUST(file_open("", 0) == -E_NOT_FOUND && file_open("/svc/volumes/none/f", 0) == -E_NOT_FOUND);
    MUST(file_open(FILE_PLACE_OF "x/f", 0) == -E_NOT_FOUND);
    MUST(file_open(F "/g", 0) < 0 && file_mkdir(FILE_PLACE_OF) == -E_INVALID);
    MUST(file_open(FILE_PLACE_OF "/../../f", 0) >= 0); /* above the root is the root */
    MUST(file_rename(F, "/svc/volumes/none/f") == -E_NOT_FOUND);
    MUST(file_rename(FILE_PLACE_OF, FILE_PLACE_OF "/g") < 0);
    MUST(file_chmod(F, UINT64_MAX) == -E_INVALID);
    return FILE_RIGHT;
}

static uint64_t many(void) {
    unsigned n = 0;
    long file, last = -1;
    while ((file = file_open(F, 0)) >= 0) {
        last = file;
        n++;
    }
    MUST(file == -E_FULL && n > 10);
    MUST(!file_close(last) && file_open(F, 0) >= 0 && file_open(F, 0) == -E_FULL);
    return FILE_RIGHT;
}

static uint64_t mounts(void) {
    struct file_mount m = {.system = "wfs", .disk = "disk0", .path = FILE_PLACE_OF};
    MUST(file_mount(&m) == -E_BUSY);
    memcpy(m.disk, "disk9", 6);
    MUST(file_mount(&m) == -E_NOT_FOUND);
    memset(m.system, 'w', sizeof m.system);
    MUST(file_mount(&m) < 0);
    m.pages = UINT64_MAX;
    MUST(file_mount(&m) < 0);
    long file = file_open(F, 0);
    MUST(file >= 0 && file_unmount(FILE_PLACE_OF) == -E_BUSY && !file_close(file));
    MUST(file_unmount(F) == -E_INVALID && file_unmount("/svc/volumes/none") == -E_NOT_FOUND);
    MUST((file = file_open(F, 0)) >= 0 && file_cache(file, 64, "nobody") == -E_NOT_FOUND);
    MUST(file_cache(file, UINT64_MAX, NULL) == -E_INVALID && !file_close(file));
    return FILE_RIGHT;
}

static uint64_t no_calls(void) {
    struct file_mount m = {.system = "wfs", .disk = "disk0", .path = FILE_PLACE_OF "2"};
    MUST(file_mount(&m) == -E_NO_CALL && file_unmount(FILE_PLACE_OF) == -E_NO_CALL);
    long file = file_open(F, 0);
    MUST(file >= 0 && file_read(file, memory, 1, 0) == 1);
    return FILE_RIGHT;
}

static uint64_t dos(void) {
    struct file_status status = {0};
    MUST(file_stat("\\SVC\\VOLUMES\\T\\F", &status) == -E_NOT_FOUND);
    MUST(spin_extend("dos_files") == 0);
    MUST(file_stat("\\SVC\\VOLUMES\\T\\F", &status) == 0 && status.bytes == FILE_BYTES);
    long file = file_open("\\SVC\\VOLUMES\\T\\F", 0);
    MUST(file >= 0 && file_read(file, memory, 4096, 0) == 4096 && memory[4095] == FILE_LETTER);
    MUST(file_mkdir(FILE_PLACE_OF "/longer than a piece of a path") ==
         0); /* whose names are small */
    MUST(file_stat("\\SVC\\VOLUMES\\T\\LONGER THAN A PIECE OF A PATH", &status) == 0);
    MUST(file_rmdir("\\SVC/volumes/T\\longer than a PIECE of a path") == 0);
    MUST(!file_close(file));
    return FILE_RIGHT;
}

/* Everything but what waits for ever; of volumes only those that there are not. */
static bool not_at_random(uint64_t number) {
    return number < FILE_CALL_FIRST + 1 || number == FILE_CALL_mount || number == FILE_CALL_unmount;
}

uint64_t file_attack(uint64_t what, uint64_t b) {
    switch (what) {
    case FILE_ATTACK_MEMORY:
        return foreign_memory();
    case FILE_ATTACK_INTEGERS:
        return integers();
    case FILE_ATTACK_RIGHTS:
        return rights();
    case FILE_ATTACK_PATHS:
        return paths();
    case FILE_ATTACK_MANY:
        return many();
    case FILE_ATTACK_MOUNTS:
        return mounts();
    case FILE_ATTACK_NO_CALLS:
        return no_calls();
    case FILE_ATTACK_DOS:
        return dos();
    case FILE_ATTACK_HOLDS:
        return file_open(F, FILE_HOW_WRITE) >= 0 ? FILE_RIGHT : 0;
    default:
        for (unsigned i = 0; i < 20; i++)
            (void)file_open(i & 1 ? F : FILE_PLACE_OF, i & 2 ? FILE_HOW_WRITE : 0);
        random_calls(b, FILE_CALL_LAST, not_at_random);
        return FILE_RIGHT;
    }
}
