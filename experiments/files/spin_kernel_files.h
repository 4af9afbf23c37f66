/* SPDX-License-Identifier: MIT */
/* spin_kernel_files.h -- what is done with files, by a thread of the kernel that calls what system
 * calls do: no process, no trap, and memory is the kernel's own. */
#ifndef EXPERIMENTS_SPIN_KERNEL_FILES_H
#define EXPERIMENTS_SPIN_KERNEL_FILES_H

#include "lib/string.h"
#include "spin/services/files/file.h"
#include "workload.h"

#define PLACE     "/svc/volumes/k"
#define OPEN_MOST 4

static struct open_file *kernel_open_files[OPEN_MOST];

static const char *kernel_placed(const char *path) {
    static char at[FILES_PATH + sizeof PLACE];
    memcpy(at, PLACE, sizeof PLACE - 1);
    memcpy(at + sizeof PLACE - 1, path, strlen(path) + 1);
    return at;
}

static const char *kernel_mount(const char *fs) {
    return volume_mount_disk(fs, "disk1", PLACE, VOLUME_PAGES, NULL)
               ? "the machine has no such volume"
               : NULL;
}

static void kernel_unmount(void) {
    files_must(!volume_unmount(PLACE));
}

static int kernel_open(const char *path, enum files_how how) {
    static const unsigned as[] = {[FILES_READ] = 0,
                                  [FILES_WRITE] = FILE_OPEN_WRITE,
                                  [FILES_CREATE] = FILE_OPEN_CREATE | FILE_OPEN_NEW};
    int file = 0;
    while (kernel_open_files[file])
        file++;
    int error = file_open(kernel_placed(path), as[how], &kernel_open_files[file]);
    return error ? error : file;
}

static int kernel_close(int file) {
    file_close(kernel_open_files[file]);
    kernel_open_files[file] = NULL;
    return 0;
}

static long kernel_read(int file, void *to, unsigned long bytes, uint64_t place) {
    return file_read(kernel_open_files[file], to, bytes, place, false);
}

static long kernel_write(int file, const void *from, unsigned long bytes, uint64_t place) {
    return file_write(kernel_open_files[file], from, bytes, place, false);
}

static int kernel_fsync(int file) {
    return file_sync(kernel_open_files[file]);
}

static int kernel_sync(void) {
    struct open_file *root;
    int error = file_open(PLACE, 0, &root);
    if (error)
        return error;
    error = file_sync(root);
    file_close(root);
    return error;
}

static int kernel_unlink(const char *path) {
    return file_remove(kernel_placed(path), false);
}

static int kernel_stat(const char *path, uint64_t *bytes) {
    struct file_facts facts = {0};
    int error = file_stat(kernel_placed(path), &facts);
    *bytes = facts.bytes;
    return error;
}

static int kernel_mkdir(const char *path) {
    return file_mkdir(kernel_placed(path));
}

static int kernel_rmdir(const char *path) {
    return file_remove(kernel_placed(path), true);
}

static int kernel_rename(const char *from, const char *to) {
    char first[FILES_PATH + sizeof PLACE];
    memcpy(first, kernel_placed(from), sizeof first);
    return file_move(first, kernel_placed(to));
}

static long kernel_list(const char *path) {
    static struct file_list list;
    struct open_file *directory;
    long count = 0;
    int error = file_open(kernel_placed(path), 0, &directory);
    if (error)
        return error;
    list.cookie = 0;
    while (file_list_some(directory, list.cookie, &list, false) == 0)
        for (uint64_t word = 0; word < list.words; count++)
            word += FILE_ENTRY_WORDS(((struct file_entry *)&list.word[word])->name_bytes);
    file_close(directory);
    return count;
}

static void kernel_forget(int file) {
    files_must(!file_forget(kernel_open_files[file]));
}

static const struct files kernel_files = {
    kernel_mount,  kernel_unmount, kernel_open,   kernel_close, kernel_read,  kernel_write,
    kernel_fsync,  kernel_sync,    kernel_unlink, kernel_stat,  kernel_mkdir, kernel_rmdir,
    kernel_rename, kernel_list,    kernel_forget, NULL};

#endif
