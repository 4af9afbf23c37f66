/* SPDX-License-Identifier: MIT */
/* sums.c -- checksums that are stored with a file: in one beside it, which no path of a request
 * leads to, named after its inode. It begins with the version that it is of. */
#include "exo/libos/cheetah/sums.h"

#define DIRECTORY "\1sums"

struct stored {
    struct version of;
    uint8_t unused[128 - sizeof(struct version)];
};
enum { OF_BLOCK = GRAINS * sizeof(uint16_t) };

static uint64_t place_of(uint64_t block) {
    return sizeof(struct stored) + block * OF_BLOCK;
}

static struct alfs_name name_of(struct alfs_id id, char text[8]) {
    for (unsigned i = 0; i < 8; i++)
        text[i] = (char)('a' + (id.inode >> 4 * i & 15));
    return (struct alfs_name){text, 8};
}

/* The file of sums, if it is one of this version. */
static bool find(struct cheetah *c, const struct version *of, struct alfs_id *id) {
    struct alfs *fs = c->setup.fs;
    struct stored s;
    char text[8];
    if (alfs_lookup(fs, c->setup.root, (struct alfs_name){DIRECTORY, sizeof DIRECTORY - 1}, id) ||
        alfs_lookup(fs, *id, name_of(of->id, text), id))
        return false;
    return alfs_read(fs, *id, 0, &s, sizeof s) == sizeof s && version_same(&s.of, of);
}

bool sums_read(struct cheetah *c, const struct version *of, uint64_t block, uint16_t sum[GRAINS]) {
    struct alfs_id id;
    return find(c, of, &id) &&
           alfs_read(c->setup.fs, id, place_of(block), sum, OF_BLOCK) == OF_BLOCK &&
           sum[GRAINS - 1] != 0;
}

/* A new one, empty, of this version. */
static bool make(struct cheetah *c, const struct version *of, struct alfs_id *id) {
    struct alfs *fs = c->setup.fs;
    const struct alfs_name directory = {DIRECTORY, sizeof DIRECTORY - 1};
    struct stored s = {.of = *of};
    char text[8];
    const struct alfs_name name = name_of(of->id, text);
    if (alfs_lookup(fs, c->setup.root, directory, id) &&
        alfs_create(fs, c->setup.root, directory, ALFS_DIR, 0700, id))
        return false;
    const struct alfs_id in = *id;
    if (alfs_lookup(fs, in, name, id) && alfs_create(fs, in, name, ALFS_FILE, 0600, id))
        return false;
    return !alfs_truncate(fs, *id, 0) && alfs_write(fs, *id, 0, &s, sizeof s) == sizeof s;
}

void sums_write(struct cheetah *c, const struct version *of, uint64_t block,
                const uint16_t sum[GRAINS]) {
    struct alfs_id id;
    if (!c->setup.fs->read_only && (find(c, of, &id) || make(c, of, &id)))
        (void)alfs_write(c->setup.fs, id, place_of(block), sum, OF_BLOCK);
}
