/* SPDX-License-Identifier: MIT */
/* cffs_lookup.c -- names are looked up: where they were found last, else in the directory. */
#include "exo/libos/cffs/cffs_own.h"

/* The name's slot where a hint is right. The block was one of a directory when it was noted and
 * still is (name_hints_forget); whose it is, its head says. */
static inline __attribute__((always_inline)) bool hinted(struct cffs *fs, struct cffs_id directory,
                                                         struct cffs_name name, uint32_t hash,
                                                         struct slot *s) {
    if (fs->hints == NULL)
        return false;
    const struct name_hint *hint = name_hint(fs->hints, directory.block, hash);
    if (hint->slot == 0 || hint->epoch != fs->hints->epoch || directory.slot != 0)
        return false;
    *s = (struct slot){hint->block, hint->slot, store_look(fs->store, hint->block)};
    return s->bytes != NULL && head_of(s->bytes)->generation == directory.generation &&
           (s->block == directory.block || head_of(s->bytes)->parent == directory.block) &&
           (is_name(slot_inode(fs, s), name, hash) || !DEFENDED(CFFS_HINT));
}

/* --- Lookups --- */

static long name_check(struct cffs_name name) {
    if (name.length == 0 || memchr(name.at, '/', name.length) || name.at[0] == '\0')
        return -E_INVALID;
    return name.length > CFFS_NAME ? -E_TOO_LONG : 0;
}

long search_in(struct cffs *fs, struct cffs_id directory, struct cffs_name name,
               struct search *search, bool room) {
    long error = name_check(name);
    if (error < 0)
        return error;
    search->name = name;
    search->hash = name_hash(fs, name);
    return search_found(fs, directory, search, room);
}

long search_found(struct cffs *fs, struct cffs_id directory, struct search *search, bool room) {
    if (room || !hinted(fs, directory, search->name, search->hash, &search->found))
        return directory_find(fs, directory, search, room);
    search->room.bytes = NULL;
    return 0;
}

long cffs_lookup(struct cffs *fs, struct cffs_id directory, struct cffs_name name,
                 struct cffs_id *id, enum cffs_kind *kind) {
    struct search search = {.pass = 0};
    struct slot s;
    if (!hinted(fs, directory, name, name_hash(fs, name), &s)) {
        long error = search_in(fs, directory, name, &search, false);
        if (error < 0 || search.found.bytes == NULL)
            return error < 0 ? error : -E_NOT_FOUND;
        s = search.found;
    }
    if (kind != NULL)
        *kind = kind_of(slot_inode(fs, &s));
    if (slot_inode(fs, &s)->kind == CFFS_NAMED)
        return slot_id(fs, &s, id);
    *id = id_of(fs, &s);
    return id->slot != 0 ? 0 : directory_reach(fs, &s, id->block);
}

long cffs_parent(struct cffs *fs, struct cffs_id directory, struct cffs_id *parent) {
    const unsigned char *bytes;
    long error = directory_look(fs, directory, &bytes);
    if (error < 0)
        return error;
    uint32_t above = head_of(bytes)->parent;
    error = block_look(fs, above, &bytes);
    if (error < 0)
        return error;
    *parent = (struct cffs_id){above, 0, head_of(bytes)->generation};
    bool is = head_of(bytes)->magic == CFFS_MAGIC && head_of(bytes)->level == 0;
    return is ? 0 : damaged(fs, directory.block, "parent");
}
