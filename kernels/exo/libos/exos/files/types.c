/* SPDX-License-Identifier: MIT */
/* types.c -- see file_ops.h: the table, and the types that are a line or two. */
#include "exo/libos/exos/files/boot_tree.h"
#include "exo/libos/exos/files/other_tree.h"
#include "exo/libos/stubs.h"
#include "exo/libos/terminal.h"
#include "lib/error.h"
#include "lib/string.h"

static long none_read(struct open_file *f, uint64_t at, void *into, size_t bytes) {
    (void)f, (void)at, (void)into, (void)bytes;
    return -E_INVALID;
}
static long none_write(struct open_file *f, uint64_t at, const void *from, size_t bytes) {
    (void)f, (void)at, (void)from, (void)bytes;
    return -E_INVALID;
}

static long ram_read(struct open_file *f, uint64_t at, void *into, size_t bytes) {
    return ramfs_read(files_tree, f->at.node, at, into, bytes);
}
static long ram_write(struct open_file *f, uint64_t at, const void *from, size_t bytes) {
    return ramfs_write(files_tree, f->at.node, at, from, bytes);
}

static long boot_read(struct open_file *f, uint64_t at, void *into, size_t bytes) {
    return boot_tree_read(f->at.node, at, into, bytes);
}

static long null_read(struct open_file *f, uint64_t at, void *into, size_t bytes) {
    (void)f, (void)at, (void)into, (void)bytes;
    return 0;
}
static long swallow(struct open_file *f, uint64_t at, const void *from, size_t bytes) {
    (void)f, (void)at, (void)from;
    return (long)bytes;
}
static long zero_read(struct open_file *f, uint64_t at, void *into, size_t bytes) {
    (void)f, (void)at;
    memset(into, 0, bytes);
    return (long)bytes;
}

static long console_read(struct open_file *f, uint64_t at, void *into, size_t bytes) {
    (void)f, (void)at;
    long byte = bytes ? exo_console_read(CONSOLE_SLOT) : 0;
    if (byte < 0)
        return byte == -E_NOT_FOUND ? -E_AGAIN : byte;
    *(char *)into = (char)byte;
    return bytes != 0;
}
static long console_write(struct open_file *f, uint64_t at, const void *from, size_t bytes) {
    (void)f, (void)at;
    return exo_console_write(CONSOLE_SLOT, from, bytes < 512 ? bytes : 512);
}

static const struct file_ops types[FILE_TYPES] = {
    [RAMFS_FREE] = {none_read, none_write},
    [RAMFS_FILE] = {ram_read, ram_write, .has_places = true},
    [RAMFS_DIRECTORY] = {none_read, none_write, .has_places = true},
    [RAMFS_PIPE] = {pipe_read, pipe_write, pipe_ready, pipe_wakes},
    [RAMFS_CONSOLE] = {console_read, console_write},
    [RAMFS_NULL] = {null_read, swallow},
    [RAMFS_ZERO] = {zero_read, swallow},
    [TYPE_BOOT] = {boot_read, none_write, .has_places = true},
};

const struct file_ops *file_ops(const struct open_file *f) {
    unsigned type = tree_type(f->at);
    if (f->at.tree == TREE_NAMELESS)
        return &nameless->file;
    if (f->at.tree == TREE_OTHER && type == RAMFS_FILE)
        return &other_tree->file;
    return &types[type < FILE_TYPES ? type : RAMFS_FREE];
}

void file_counts(const struct open_file *f, int by) {
    if (tree_type(f->at) == RAMFS_PIPE)
        pipe_counts(f, by);
}

unsigned file_ready(const struct open_file *f) {
    const struct file_ops *ops = file_ops(f);
    return ops->ready ? ops->ready(f) : EXOS_POLL_READ | EXOS_POLL_WRITE;
}
