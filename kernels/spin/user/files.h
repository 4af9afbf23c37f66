/* SPDX-License-Identifier: MIT */
/* files.h -- the calls of file_abi.h as functions. A result below 0 is -E_SOMETHING. */
#ifndef SPIN_USER_FILES_H
#define SPIN_USER_FILES_H

#include "spin/file_abi.h"
#include "spin/user/stubs.h"

static inline long file_open(const char *path, enum file_how how) {
    return syscall2(FILE_CALL_open, (uint64_t)path, how);
}

static inline long file_close(long file) {
    return syscall1(FILE_CALL_close, (uint64_t)file);
}

static inline long file_read(long file, void *to, uint64_t bytes, uint64_t at) {
    return syscall4(FILE_CALL_read, (uint64_t)file, (uint64_t)to, bytes, at);
}

static inline long file_write(long file, const void *from, uint64_t bytes, uint64_t at) {
    return syscall4(FILE_CALL_write, (uint64_t)file, (uint64_t)from, bytes, at);
}

static inline long file_sync(long file) {
    return syscall1(FILE_CALL_sync, (uint64_t)file);
}

static inline long file_truncate(long file, uint64_t bytes) {
    return syscall2(FILE_CALL_truncate, (uint64_t)file, bytes);
}

static inline long file_list(long file, struct file_list *list) {
    return syscall2(FILE_CALL_list, (uint64_t)file, (uint64_t)list);
}

static inline const struct file_entry *file_entry_at(const struct file_list *list, uint64_t word) {
    return (const struct file_entry *)(const void *)&list->word[word];
}

static inline long file_forget(long file) {
    return syscall1(FILE_CALL_forget, (uint64_t)file);
}

static inline long file_cache(long file, uint64_t pages, const char *policy) {
    return syscall3(FILE_CALL_cache, (uint64_t)file, pages, (uint64_t)policy);
}

static inline long file_stat(const char *path, struct file_status *status) {
    return syscall2(FILE_CALL_stat, (uint64_t)path, (uint64_t)status);
}

static inline long file_chmod(const char *path, uint64_t mode) {
    return syscall2(FILE_CALL_chmod, (uint64_t)path, mode);
}

static inline long file_mkdir(const char *path) {
    return syscall1(FILE_CALL_mkdir, (uint64_t)path);
}

static inline long file_unlink(const char *path) {
    return syscall1(FILE_CALL_unlink, (uint64_t)path);
}

static inline long file_rmdir(const char *path) {
    return syscall1(FILE_CALL_rmdir, (uint64_t)path);
}

static inline long file_rename(const char *from, const char *to) {
    return syscall2(FILE_CALL_rename, (uint64_t)from, (uint64_t)to);
}

static inline long file_link(const char *path, const char *to) {
    return syscall2(FILE_CALL_link, (uint64_t)path, (uint64_t)to);
}

static inline long file_symlink(const char *to, const char *path) {
    return syscall2(FILE_CALL_symlink, (uint64_t)to, (uint64_t)path);
}

static inline long file_readlink(const char *path, char to[FILE_PATH_MAX]) {
    return syscall2(FILE_CALL_readlink, (uint64_t)path, (uint64_t)to);
}

static inline long file_mount(const struct file_mount *mount) {
    return syscall1(FILE_CALL_mount, (uint64_t)mount);
}

static inline long file_unmount(const char *path) {
    return syscall1(FILE_CALL_unmount, (uint64_t)path);
}

static inline long file_counts(const char *path, struct file_counts *counts) {
    return syscall2(FILE_CALL_counts, (uint64_t)path, (uint64_t)counts);
}

#endif
