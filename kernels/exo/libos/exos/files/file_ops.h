/* SPDX-License-Identifier: MIT */
/* file_ops.h -- what a file of each type does, by a table. All within a critical section, with
 * bytes that are there to be read or written. */
#ifndef EXO_LIBOS_EXOS_FILE_OPS_H
#define EXO_LIBOS_EXOS_FILE_OPS_H

#include "exo/libos/exos/files/shared.h"
#include "exo/libos/exos/process/sum.h"

struct file_ops {
    /* At `at`, which is the offset where the file has places. -E_AGAIN: not now. */
    long (*read)(struct open_file *f, uint64_t at, void *into, size_t bytes);
    long (*write)(struct open_file *f, uint64_t at, const void *from, size_t bytes);
    /* EXOS_POLL_... that it is ready for; null: for reading and writing, always. */
    unsigned (*ready)(const struct open_file *f);
    /* Products that hold when it becomes ready for one of these; null: nothing tells. */
    void (*wakes)(const struct open_file *f, unsigned wanted, struct sum *s, uint64_t tag);
    bool has_places;
};

/* The table's entry; never null. */
const struct file_ops *file_ops(const struct open_file *f);

/* The file is open once more, or once less, as its flags say. */
void file_counts(const struct open_file *f, int by);

unsigned file_ready(const struct open_file *f);

/* pipe_file.c */
long pipe_read(struct open_file *f, uint64_t at, void *into, size_t bytes);
long pipe_write(struct open_file *f, uint64_t at, const void *from, size_t bytes);
unsigned pipe_ready(const struct open_file *f);
void pipe_wakes(const struct open_file *f, unsigned wanted, struct sum *s, uint64_t tag);
void pipe_counts(const struct open_file *f, int by);

#endif
