/* SPDX-License-Identifier: MIT */
/* cffs_names.c -- files and directories get names, lose them, and get others. */
#include "exo/libos/cffs/cffs_own.h"

/* A generation that no file has. Numbers are taken from the root's counter many at a time; what a
 * crash leaves of them is passed over. */
static long generation_next(struct cffs *fs, uint32_t *generation) {
    enum { TAKE = 1u << 16 };
    if (fs->generation == fs->generation_end) {
        const uint32_t end = fs->generation_end + TAKE;
        long error = head_write(fs, fs->root, HEAD_AT(next_generation), end);
        if (error < 0)
            return error;
        fs->generation_end = end;
    }
    *generation = ++fs->generation;
    return 0;
}

void inode_fill(struct cffs_inode *inode, const struct search *search, uint8_t kind) {
    inode->kind = kind;
    inode->hash = search->hash;
    inode->length = (unsigned char)search->name.length;
    memset(inode->name, 0, sizeof inode->name);
    memcpy(inode->name, search->name.at, search->name.length);
}

/* A file whose slot says so gets its blocks with its name, if that many lie side by side; how many
 * it got, then. */
static long fill_blocks(struct cffs *fs, const struct slot *s, const struct cffs_inode *inode) {
    const uint32_t count = (uint32_t)((inode->size + STORE_BLOCK - 1) / STORE_BLOCK);
    struct edit e;
    edit_begin(&e);
    edit_slot(fs, &e, s, inode);
    long made = edit_alloc(&fs->meta, &e, slot_spot(fs, s, 0), place_near(fs, s, 0, 0), count,
                           XN_BYTES, inode->owner);
    if (made > 0)
        group_took(&fs->groups, directory_of(s), (uint32_t)made, count);
    return made;
}

/* The slot in *search's room gets the inode, and what hangs on it. */
static long fill_slot(struct cffs *fs, struct cffs_id directory, const struct search *search,
                      struct cffs_inode *inode) {
    const struct slot *s = &search->room;
    struct cffs_id file = {0, 0, 0};
    struct edit e;
    long error = inode->kind == CFFS_NAMED ? plain_make(fs, inode->mode, &file)
                                           : generation_next(fs, &inode->generation);
    if (error < 0)
        return error;
    if (inode->kind == CFFS_NAMED)
        inode->generation = file.generation;
    if (inode->size > 0 && fill_blocks(fs, s, inode) > 0)
        return 0;
    inode->size = 0;
    if (inode->kind != CFFS_DIR)
        return slot_write(fs, s, inode);
    edit_begin(&e);
    edit_slot(fs, &e, s, inode);
    long made = edit_alloc(&fs->meta, &e, slot_spot(fs, s, CFFS_AT_DIRECTORY), s->block, 1,
                           CFFS_DIRECTORY, fs->uid);
    struct cffs_head head = {.owner = fs->uid,
                             .mode = inode->mode,
                             .generation = inode->generation,
                             .parent = directory.block};
    if (made < 0)
        return made;
    group_begin(&fs->groups, fs->store, (uint32_t)made);
    return meta_begin(fs, (uint32_t)made, CFFS_DIRECTORY, &head);
}

long name_make(struct cffs *fs, struct cffs_id directory, struct search *search, uint8_t kind,
               uint16_t mode, uint64_t size, struct cffs_id *id) {
    struct cffs_inode inode = {.owner = fs->uid, .mode = mode, .size = size};
    if (search->found.bytes != NULL)
        return -E_EXISTS;
    long error = search_hold(fs, search);
    if (error < 0)
        return error;
    inode.modified = fs->store->ops->now(fs->store);
    inode_fill(&inode, search, kind);
    error = fill_slot(fs, directory, search, &inode);
    if (error == 0)
        hint_note(fs, directory.block, search->hash, &search->room);
    if (error == 0 && id != NULL)
        error = slot_id(fs, &search->room, id);
    search_end(fs, search);
    return error;
}

static long make(struct cffs *fs, struct cffs_id directory, struct cffs_name name, uint8_t kind,
                 uint16_t mode, uint64_t size, struct cffs_id *id) {
    struct search search = {.pass = 0};
    if (fs->read_only)
        return -E_READ_ONLY;
    long error = kind == CFFS_NAMED ? plain_begin(fs, true) : 0; /* before a slot is chosen */
    if (error == 0)
        error = search_in(fs, directory, name, &search, true);
    return error < 0 ? error : name_make(fs, directory, &search, kind, mode, size, id);
}

long cffs_create(struct cffs *fs, struct cffs_id directory, struct cffs_name name, uint16_t mode,
                 struct cffs_id *id) {
    return make(fs, directory, name, fs->plain ? CFFS_NAMED : CFFS_FILE, mode, 0, id);
}

long cffs_create_filled(struct cffs *fs, struct cffs_id directory, struct cffs_name name,
                        uint16_t mode, uint64_t size, struct cffs_id *id) {
    const uint64_t most = CFFS_DIRECT * STORE_BLOCK;
    return fs->plain ? make(fs, directory, name, CFFS_NAMED, mode, 0, id)
                     : make(fs, directory, name, CFFS_FILE, mode, size < most ? size : most, id);
}

long cffs_mkdir(struct cffs *fs, struct cffs_id directory, struct cffs_name name, uint16_t mode,
                struct cffs_id *id) {
    return make(fs, directory, name, CFFS_DIR, mode, 0, id);
}

static long remove_directory(struct cffs *fs, struct slot *s) {
    struct cffs_id id = id_of(fs, s);
    const uint32_t owner = slot_inode(fs, s)->owner;
    const unsigned char *bytes;
    struct spot spot = slot_spot(fs, s, CFFS_AT_DIRECTORY);
    long error = meta_look(&fs->meta, spot, id.block, CFFS_DIRECTORY, &bytes);
    name_hints_forget(fs->hints);
    if (error == 0)
        error = directory_empty(fs, id.block, 0, owner);
    if (error < 0)
        return error;
    struct edit e;
    edit_begin(&e);
    edit_clear(fs, &e, s);
    return edit_free(&fs->meta, &e, spot, id.block, 1, CFFS_DIRECTORY, owner);
}

/* What has the name is gone. */
static long remove_slot(struct cffs *fs, struct slot *s, bool renamed) {
    const uint8_t kind = slot_inode(fs, s)->kind;
    return kind == CFFS_DIR     ? remove_directory(fs, s)
           : kind == CFFS_NAMED ? plain_remove(fs, s, renamed)
                                : file_remove(fs, s);
}

static long remove_name(struct cffs *fs, struct cffs_id directory, struct cffs_name name,
                        enum cffs_kind kind) {
    struct search search = {.pass = 0};
    if (fs->read_only)
        return -E_READ_ONLY;
    long error = search_in(fs, directory, name, &search, false);
    if (error < 0)
        return error;
    if (search.found.bytes == NULL)
        return -E_NOT_FOUND;
    if (kind_of(slot_inode(fs, &search.found)) != kind)
        return kind == CFFS_DIR ? -E_INVALID : -E_PERM;
    error = search_hold(fs, &search);
    if (error < 0)
        return error;
    error = remove_slot(fs, &search.found, false);
    search_end(fs, &search);
    return error;
}

long cffs_unlink(struct cffs *fs, struct cffs_id directory, struct cffs_name name) {
    return remove_name(fs, directory, name, CFFS_FILE);
}

long cffs_rmdir(struct cffs *fs, struct cffs_id directory, struct cffs_name name) {
    return remove_name(fs, directory, name, CFFS_DIR);
}

/* --- rename --- */

/* Is the directory `inner`, or one above it, `outer`? */
static long is_within(struct cffs *fs, struct cffs_id inner, uint32_t outer) {
    enum { DEPTH = 4096 };
    for (unsigned i = 0; i < DEPTH; i++) {
        if (inner.block == outer)
            return 1;
        if (inner.block == fs->root)
            return 0;
        long error = cffs_parent(fs, inner, &inner);
        if (error < 0)
            return error;
    }
    return damaged(fs, inner.block, "parent");
}

/* The file gets its new name where it is. */
static long rename_here(struct cffs *fs, const struct slot *s, const struct search *search,
                        bool newest) {
    struct cffs_inode inode = *slot_inode(fs, s);
    inode_fill(&inode, search, inode.kind);
    if (newest) {
        uint32_t age;
        long error = generation_next(fs, &age);
        if (error < 0)
            return error;
        if (inode.kind == CFFS_NAMED)
            inode.size = age;
        else
            inode.generation = age;
    }
    return slot_write(fs, s, &inode);
}

/* The file at `over`, in the same block, gives its name up to the one at `s`. In another sector
 * that may be on the disk without this one: first there are two of the name, of which the newer one
 * counts (cffs_check.c). */
static long rename_over_here(struct cffs *fs, struct slot *s, struct slot *over,
                             const struct search *search) {
    const bool one_sector =
        slot_at(fs, s->slot) / STORE_SECTOR == slot_at(fs, over->slot) / STORE_SECTOR;
    bool newest = !one_sector && slot_inode(fs, s)->kind != CFFS_DIR && DEFENDED(CFFS_OVER_NEWEST);
    long error = rename_here(fs, s, search, newest);
    if (error == 0 && !one_sector && DEFENDED(CFFS_OVER_SYNC))
        error = store_sync(fs->store, !fs->grouped);
    return error < 0 ? error : remove_slot(fs, over, true);
}

uint8_t pointer_type(uint32_t pointer) {
    return pointer < CFFS_DIRECT       ? XN_BYTES
           : pointer == CFFS_AT_INDEX  ? CFFS_INDEX
           : pointer == CFFS_AT_INDEX2 ? CFFS_INDEX2
                                       : CFFS_DIRECTORY;
}

/* All that the slot has moves to an empty one in another block: first, with the first pointer, the
 * inode; with the last one it leaves. The new place is on the disk before the old one is empty. */
static long move_slot(struct cffs *fs, struct slot *s, struct slot *to,
                      const struct search *search) {
    struct cffs_inode inode = *slot_inode(fs, s);
    inode_fill(&inode, search, inode.kind);
    inode.from = DEFENDED(CFFS_MOVE_FROM) ? s->block : 0;
    inode.from_slot = (unsigned char)s->slot;
    struct edit in, out;
    edit_begin(&in);
    edit_slot(fs, &in, to, &inode);
    bool moved = false;
    for (uint32_t i = 0, next; i < CFFS_POINTERS; i = next) {
        const struct spot spot = slot_spot(fs, s, i);
        const uint32_t most = i < CFFS_DIRECT ? CFFS_DIRECT - i : 1;
        const uint32_t run = pointer_run(&fs->meta, s->bytes, spot.at, most);
        next = i + (run > 0 ? run : 1);
        if (run == 0)
            continue;
        while (next < CFFS_POINTERS && pointer_at(s->bytes, slot_spot(fs, s, next).at) == 0)
            next++;
        edit_begin(&out);
        if (next == CFFS_POINTERS)
            edit_clear(fs, &out, s);
        const struct xn_extent child = {pointer_at(s->bytes, spot.at), (unsigned short)run,
                                        pointer_type(i), 0};
        long error = edit_move(&fs->meta, &out, spot, &in, slot_spot(fs, to, i), child);
        if (error < 0)
            return error;
        edit_begin(&in);
        moved = true;
    }
    if (moved)
        return 0;
    long error = edit_write(&fs->meta, &in, to->block, to->slot);
    edit_begin(&out);
    edit_clear(fs, &out, s);
    if (error == 0)
        error = edit_write(&fs->meta, &out, s->block, s->slot);
    return error < 0 || !DEFENDED(CFFS_MOVE_ORDER) ? error
                                                   : edit_order(&fs->meta, s->block, to->block);
}

/* The old slot and what is in the way are known and held. */
static long rename_slots(struct cffs *fs, struct search *source, struct search *target) {
    struct slot *s = &source->found, *over = &target->found;
    const bool same_block = over->bytes != NULL && over->block == s->block;
    if (over->bytes != NULL && kind_of(slot_inode(fs, over)) != kind_of(slot_inode(fs, s)))
        return slot_inode(fs, over)->kind == CFFS_DIR ? -E_PERM : -E_INVALID;
    if (over->bytes != NULL && slot_inode(fs, over)->kind == CFFS_DIR) {
        long error = remove_directory(fs, over);
        return error < 0    ? error
               : same_block ? rename_here(fs, s, target, false)
                            : move_slot(fs, s, over, target);
    }
    if (same_block)
        return rename_over_here(fs, s, over, target);
    if (over->bytes != NULL) {
        struct cffs_id id;
        const bool named = slot_inode(fs, over)->kind == CFFS_NAMED;
        long error = named ? slot_id(fs, over, &id) : map_cut(fs, over, 0);
        if (error == 0)
            error = move_slot(fs, s, over, target);
        return error < 0 || !named ? error : plain_drop(fs, id, over->block);
    }
    if (target->passed)
        return rename_here(fs, s, target, false);
    return move_slot(fs, s, &target->room, target);
}

long cffs_rename(struct cffs *fs, struct cffs_id directory, struct cffs_name name,
                 struct cffs_id to, struct cffs_name new_name, struct cffs_id *old,
                 struct cffs_id *now) {
    struct search source = {.pass = 0}, target;
    struct cffs_id id, moved;
    if (fs->read_only)
        return -E_READ_ONLY;
    long error = search_in(fs, directory, name, &source, false);
    if (error == 0 && source.found.bytes == NULL)
        error = -E_NOT_FOUND;
    if (error == 0)
        error = search_hold(fs, &source);
    if (error < 0)
        return error;
    const struct slot *s = &source.found;
    target.pass = s->block;
    target.passed = false;
    error = slot_id(fs, s, &id);
    if (error == 0 && id.slot == 0)
        error = is_within(fs, to, id.block);
    if (error > 0)
        error = -E_INVALID;
    if (error == 0)
        error = search_in(fs, to, new_name, &target, true);
    if (error == 0)
        error = search_hold(fs, &target);
    if (error < 0)
        target.found.bytes = target.room.bytes = NULL;
    const bool found = target.found.bytes != NULL;
    struct slot at = found ? target.found : target.room;
    moved = id;
    /* The found one may be the very same name; and where a new block would do, the old place may,
     * too. */
    if (error == 0 && (!found || at.block != s->block || at.slot != s->slot)) {
        target.passed = target.passed && directory.block == to.block;
        if (found ? at.block == s->block : target.passed)
            at = *s;
        error = rename_slots(fs, &source, &target);
        if (error == 0) {
            hint_note(fs, to.block, target.hash, &at);
            error = slot_id(fs, &at, &moved);
        }
        if (error == 0 && moved.slot == 0 && directory.block != to.block)
            error = head_write(fs, moved.block, HEAD_AT(parent), to.block);
    }
    if (error == 0 && old != NULL && now != NULL) {
        *old = id;
        *now = moved;
    }
    search_end(fs, &target);
    search_end(fs, &source);
    return error;
}
