/* SPDX-License-Identifier: MIT */
/* cffs_plain.c -- the other way to keep inodes, as FFS does, to compare with: in blocks of their
 * own. These are those of a directory that no path leads to, in which a file's name is its number.
 * A name in another directory has that number, and nothing else of the file. */
#include "exo/libos/cffs/cffs_own.h"

/* A name that no path can have; it is in text. */
struct cffs_name hidden_name(char prefix, uint32_t number, char text[10]) {
    text[0] = '\0';
    text[1] = prefix;
    for (int i = 0; i < 8; i++)
        text[2 + i] = "0123456789abcdef"[number >> (28 - 4 * i) & 15];
    return (struct cffs_name){text, 10};
}

static long find(struct cffs *fs, struct cffs_id directory, char prefix, uint32_t number, bool room,
                 char text[10], struct search *search) {
    *search = (struct search){.name = hidden_name(prefix, number, text)};
    search->hash = name_hash(fs, search->name);
    return search_found(fs, directory, search, room);
}

long plain_begin(struct cffs *fs, bool make) {
    struct search search;
    struct cffs_id *id = &fs->inodes;
    char text[10];
    if (id->block != 0)
        return 0;
    long error = find(fs, cffs_root(fs), 'i', 0, make, text, &search);
    if (error < 0)
        return error;
    if (search.found.bytes == NULL)
        return make ? name_make(fs, cffs_root(fs), &search, CFFS_DIR, 0700, 0, id) : -E_NOT_FOUND;
    struct cffs_id found = id_of(fs, &search.found);
    error = directory_reach(fs, &search.found, found.block);
    if (error == 0)
        *id = found;
    return error;
}

long plain_make(struct cffs *fs, uint16_t mode, struct cffs_id *id) {
    struct search search;
    char text[10];
    long error = find(fs, fs->inodes, 'f', fs->generation + 1, true, text, &search);
    return error < 0 ? error : name_make(fs, fs->inodes, &search, CFFS_FILE, mode, 0, id);
}

long plain_find(struct cffs *fs, uint32_t generation, struct cffs_id *id) {
    struct search search;
    char text[10];
    long error = plain_begin(fs, false);
    if (error == 0)
        error = find(fs, fs->inodes, 'f', generation, false, text, &search);
    if (error == 0 &&
        (search.found.bytes == NULL || slot_inode(fs, &search.found)->generation != generation))
        error = -E_NOT_FOUND;
    if (error == 0)
        *id = (struct cffs_id){search.found.block, search.found.slot, generation};
    return error;
}

long slot_id(struct cffs *fs, const struct slot *s, struct cffs_id *id) {
    const struct cffs_inode *inode = slot_inode(fs, s);
    if (inode->kind == CFFS_NAMED)
        return plain_find(fs, inode->generation, id);
    *id = id_of(fs, s);
    return 0;
}

long plain_drop(struct cffs *fs, struct cffs_id id, uint32_t named) {
    struct slot s;
    long error = slot_get(fs, id, &s);
    if (error < 0)
        return error == -E_NOT_FOUND ? 0 : error;
    if (named != 0)
        error = edit_order(&fs->meta, s.block, named);
    if (error == 0)
        error = file_remove(fs, &s);
    store_put(fs->store, s.block);
    return error;
}

long plain_remove(struct cffs *fs, const struct slot *name, bool ordered) {
    struct cffs_id id;
    struct edit e;
    long found = plain_find(fs, slot_inode(fs, name)->generation, &id);
    if (found < 0 && found != -E_NOT_FOUND)
        return found;
    edit_begin(&e);
    edit_clear(fs, &e, name);
    long error = edit_write(&fs->meta, &e, name->block, name->slot);
    return error < 0 || found < 0 ? error : plain_drop(fs, id, ordered ? name->block : 0);
}
