/* SPDX-License-Identifier: MIT */
/* exposed.h -- what the kernel exposes to every environment, read without a call. It changes under
 * the reader's feet. */
#ifndef EXO_LIBOS_EXPOSED_H
#define EXO_LIBOS_EXPOSED_H

#include <stdbool.h>
#include <stdint.h>

#include "exo/abi.h"

static inline const volatile struct exo_info *env_info(void) {
    return (const volatile struct exo_info *)EXO_INFO;
}

/* The public entry of an environment that exists or has ended; null when there is none of
 * this id. */
static inline const volatile struct exo_env *exposed_env(uint64_t id) {
    const volatile struct exo_env *e = (const volatile struct exo_env *)EXO_ENV + id % EXO_ENVS;
    return e->id == id ? e : 0;
}

/* A position of the vector of time slices. */
static inline const volatile struct exo_slot *exposed_slot(unsigned position) {
    return (const volatile struct exo_slot *)EXO_SLOT + position;
}

/* A disk, below env_info()->disks. */
static inline const volatile struct exo_disk *exposed_disk(unsigned disk) {
    return (const volatile struct exo_disk *)EXO_DISK + disk;
}

/* What is known of volumes, where there is a disk. */
static inline const volatile struct exo_xn *exposed_xn(void) {
    return (const volatile struct exo_xn *)EXO_XN;
}

/* The page frame with this number, below env_info()->frame_count. */
static inline const volatile struct exo_frame *exposed_frame(uint64_t number) {
    return (const volatile struct exo_frame *)EXO_FRAME + number;
}

/* Where the entry that maps the page at `at` lies. That page is there where its own entry, which
 * lies at entry_at(entry_at(at)), and so on up to the root's, is present. */
static inline uint64_t entry_at(uint64_t at) {
    return EXO_TABLES + (at >> 12) * 8;
}

/* The entry that maps the page at `at`, by this environment's own tables; 0 without a table. */
static inline uint64_t exposed_entry(uint64_t at) {
    const uint64_t leaf = entry_at(at), directory = entry_at(leaf), pointers = entry_at(directory);
    const uint64_t way[] = {entry_at(pointers), pointers, directory};
    for (unsigned i = 0; i < 3; i++)
        if (!(*(const volatile uint64_t *)way[i] & EXO_PRESENT))
            return 0;
    return *(const volatile uint64_t *)leaf;
}

/* This environment's page tables, by their frames' numbers: the first, and the one after; 0: that
 * was the last. (docs/exo/memory.md, "Page tables") */
static inline uint64_t exposed_table_next(uint64_t table) {
    return exposed_frame(table)->readers;
}
static inline uint64_t exposed_table_first(void) {
    uint64_t root = entry_at(entry_at(entry_at(entry_at(EXO_TABLES))));
    return exposed_table_next((*(const volatile uint64_t *)root & EXO_FRAME_OF) >> 12);
}

/* Pages below EXO_TOP that follow each other, whose entries lie in one table. */
struct exposed_pages {
    uint64_t at, count;
    const volatile uint64_t *entry;
};
/* Those that the table may map, or say something of; a count of 0: none. */
static inline struct exposed_pages exposed_table_pages(uint64_t table) {
    const volatile struct exo_frame *f = exposed_frame(table);
    uint64_t start = (uint64_t)f->limits << 21;
    uint32_t extent = f->mapping && start < EXO_TOP ? f->writers : 0, first = extent % 65536;
    uint64_t at = start + first * 4096ul;
    return (struct exposed_pages){at, (extent >> 16) - first,
                                  (const volatile uint64_t *)entry_at(at)};
}

#endif
