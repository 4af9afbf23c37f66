/* SPDX-License-Identifier: MIT */
/* xn_volume.c -- the call on volumes: mounted, with their types; their roots. Whatever takes long
 * is done in steps, each a call. */
#include "exo/kernel/disk/xn_calls.h"

#include "exo/defence.h"
#include "exo/kernel/memory/block_frame.h"
#include "exo/kernel/disk/xn_kernel.h"
#include "exo/xn/store/volume.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/user/user.h"

/* Units of the import of a type that are done at once (engine/load.h).
 * Decides how long: some thousand instructions. */
#define IMPORT_UNITS 8

static bool may_all(uint64_t slot, uint64_t volume) {
    return disk_may(env_current->cap[slot], volume, 0, UINT32_MAX, CAP_ALL) || !DEFENDED(XN_MOUNT);
}

/* --- Types --- */

/* One step of the import under way: -E_AGAIN; or the number, or an error, and it is over. */
static long import_go(struct xn_kernel *k) {
    int result = xn_import_go(&k->importing, IMPORT_UNITS);
    if (result != -E_AGAIN)
        k->importer = 0;
    return result;
}

static void import_give_up(struct xn_kernel *k) {
    xn_import_give_up(&k->importing);
    k->importer = 0;
}

/* Nobody's import is under way but the caller's: 0; -E_BUSY. One of the dead is given up. */
static int import_is_free(struct xn_kernel *k, uint32_t who) {
    if (!k->importer || k->importer == who)
        return 0;
    if (env_find(k->importer))
        return -E_BUSY;
    import_give_up(k);
    return 0;
}

static void import_begin(struct xn_kernel *k, uint32_t who, uint64_t volume, uint64_t bytes,
                         bool of_mount) {
    k->importer = who;
    k->import_volume = (uint32_t)volume;
    k->importing_of_mount = of_mount;
    xn_import_begin(&k->importing, &k->types[volume], k->body, bytes, &k->why);
}

/* A template at `at` of the caller's. */
static long import(uint64_t volume, uint32_t who, vaddr_t at, uint64_t bytes, vaddr_t text) {
    struct xn_kernel *k = xn_kernel;
    int error = import_is_free(k, who);
    if (error)
        return error;
    if (k->xn.volume[volume].state != XN_MOUNTED)
        return -E_NOT_FOUND;
    if (bytes > sizeof k->body)
        return -E_TOO_LONG;
    if (!k->importer) {
        if (copy_from_user(k->body, at, bytes))
            return -E_FAULT;
        import_begin(k, who, volume, bytes, false);
    }
    if (k->importing_of_mount || (k->import_volume != volume && DEFENDED(XN_IMPORT_VOLUME)))
        return -E_BUSY;
    long result = import_go(k);
    if (result != -E_INVALID || !text)
        return result;
    k->why.text[EXO_FUNCTION_TEXT - 1] = '\0';
    return copy_to_user(text, k->why.text, EXO_FUNCTION_TEXT) ? -E_FAULT : result;
}

/* An imported one becomes the catalogue's: its body in free blocks from `block` on, which come to
 * lie in these frames. */
static long add_type(struct xn_kernel *k, const struct xn_who *who, uint64_t volume,
                     uint64_t number, uint64_t block, vaddr_t from) {
    uint32_t frames[XN_BODY_BLOCKS], n = 0;
    const struct xn_type *type = number < XN_TYPES_MAX ? k->types[volume].type[number] : NULL;
    if (!type || number < XN_IMPORTED || !type->body || block > UINT32_MAX)
        return -E_INVALID;
    uint32_t count = (type->body_bytes + XN_BLOCK_BYTES - 1) / XN_BLOCK_BYTES;
    struct exo_frame *f[XN_BODY_BLOCKS];
    int error = copy_from_user(frames, from, count * sizeof frames[0]);
    while (!error && n < count) {
        error = block_frame_claim(frames[n], &f[n]);
        n += !error;
    }
    if (!error)
        error = xn_type_add(&k->xn, who, (uint32_t)volume, type, (uint32_t)block, frames);
    for (uint32_t i = 0; i < n; i++)
        if (error)
            block_frame_drop(f[i]);
        else
            block_frame_enter(f[i], xn_lookup(&k->xn, (uint32_t)volume, (uint32_t)block + i));
    return error;
}

/* --- Mounting --- */

static void close_types(struct xn_kernel *k, uint32_t volume) {
    if (k->types_open[volume])
        xn_types_close(&k->types[volume]);
    k->types_open[volume] = false;
}

/* Of the volume that is about to be mounted its types are told what its superblock says; what is
 * wrong with it is told by xn_mount. */
static int prepare(struct xn_kernel *k, uint32_t volume) {
    struct xn_super s;
    struct xn_types *t = &k->types[volume];
    uint32_t number = xn_lookup(&k->xn, volume, 0);
    const struct xn_entry *e = &k->xn.entry[number];
    if (!number || xn_state(e) != XN_VALID)
        return 0;
    memcpy(&s, k->xn.bytes(NULL, e->frame), sizeof s);
    if (super_fault(&s) || s.blocks > disk_queues[volume].seen->blocks)
        return 0;
    close_types(k, volume);
    t->meta = xn_meta_of[s.design];
    t->blocks = s.blocks;
    t->atom = s.atom;
    int error = xn_types_open(t);
    k->types_open[volume] = !error;
    return error;
}

/* The body of type `number` is in core: its import begins. */
static int import_of_catalogue(struct xn_kernel *k, uint32_t who, uint32_t volume,
                               uint32_t number) {
    uint32_t block, bytes, at = 0;
    int error = import_is_free(k, who) ?: (k->importer ? -E_BUSY : 0)
                ?: xn_type_body(&k->xn, volume, number, &block, &bytes);
    if (error)
        return error;
    for (; at < bytes; at += XN_BLOCK_BYTES) {
        const struct xn_entry *e = &k->xn.entry[xn_lookup(&k->xn, volume, block++)];
        memcpy(k->body + at, k->xn.bytes(NULL, e->frame), XN_BLOCK_BYTES);
    }
    import_begin(k, who, volume, bytes, true);
    return -E_AGAIN;
}

static void tell(const struct xn_kernel *k, uint32_t volume) {
    const struct xn_volume *v = &k->xn.volume[volume];
    struct exo_xn_volume *seen = &k->seen->volume[volume];
    *seen = (struct exo_xn_volume){.state = v->state,
                                   .blocks = v->blocks,
                                   .design = v->design,
                                   .atom = v->atom,
                                   .map_at = v->map_at,
                                   .maps = v->maps,
                                   .root_at = v->root_at,
                                   .catalogue_at = v->catalogue_at,
                                   .own = v->own,
                                   .read_only = v->read_only,
                                   .damaged = v->damaged};
    for (unsigned i = 0; v->damage && v->damage[i] && i < sizeof seen->damage - 1; i++)
        seen->damage[i] = v->damage[i];
}

static int mount(struct xn_kernel *k, uint32_t who, uint32_t volume) {
    struct xn_volume *v = &k->xn.volume[volume];
    const struct exo_disk *disk = disk_queues[volume].seen;
    int error = v->state == XN_ABSENT ? prepare(k, volume) : 0;
    if (!error && k->importer && k->importing_of_mount && k->import_volume == volume) {
        long result = import_is_free(k, who);
        result = result || !k->importer ? result : import_go(k);
        if (result == -E_AGAIN || result == -E_BUSY || result == -E_NO_MEMORY)
            return (int)result; /* another error comes up again when it is still missing */
    }
    if (!error)
        error = xn_mount(&k->xn, volume, &k->types[volume], k->held[volume], (uint32_t)disk->blocks,
                         !disk->flush);
    tell(k, volume);
    return error > 0 ? import_of_catalogue(k, who, volume, (uint32_t)error) : error;
}

/* With its types, once nothing of it is left. */
static int leave(struct xn_kernel *k, uint32_t who, uint32_t volume,
                 int (*way)(struct xn *x, uint32_t volume)) {
    int error = k->import_volume == volume ? import_is_free(k, who) : 0;
    if (error)
        return error;
    if (k->importer && k->import_volume == volume)
        import_give_up(k);
    error = way(&k->xn, volume);
    if (!error)
        close_types(k, volume);
    tell(k, volume);
    return error;
}

/* --- Roots --- */

static int64_t roots(struct xn *x, const struct xn_who *who, struct xn_how how, vaddr_t at,
                     uint64_t block, uint64_t flags) {
    char name[XN_NAME_BYTES];
    uint32_t volume = (uint32_t)how.volume;
    if (copy_from_user(name, at, sizeof name))
        return -E_FAULT;
    if (how.operation == EXO_XN_ROOT_ADD)
        return xn_root_add(x, who, volume, name, (uint32_t)block, (uint32_t)flags);
    if (how.operation == EXO_XN_ROOT_REMOVE)
        return xn_root_remove(x, who, volume, name);
    uint8_t type;
    int64_t found = xn_root_find(x, who, volume, name, &type);
    return found < 0 ? found : found | (int64_t)type << 32;
}

/* What needs all of the disk. */
static int whole(struct xn_kernel *k, uint32_t who, struct xn_how how) {
    uint32_t volume = (uint32_t)how.volume;
    if (!may_all(how.slot, how.volume))
        return -E_PERM;
    if (how.operation == EXO_XN_MOUNT)
        return mount(k, who, volume);
    return leave(k, who, volume, how.operation == EXO_XN_UNMOUNT ? xn_unmount : xn_abandon);
}

/* Does with a volume, which has its disk's number, what `how` says (enum exo_xn_volume_call):
 *
 *     MOUNT, UNMOUNT, ABANDON    one step: by a capability for all of the disk
 *     IMPORT       one step of importing the template at a, of b bytes; c: EXO_FUNCTION_TEXT bytes
 *                  for why it is refused, or 0; its number
 *     TYPE_ADD     type a into the catalogue, to blocks from b on, by way of free frames, whose
 *                  numbers of 4 bytes are at c, one for each block of its body
 *     ROOT_ADD     a: the address of its name, of 16 bytes; b: the block; c: XN_ROOT_TEMPORARY or 0
 *     ROOT_REMOVE, ROOT_FIND     a: its name; the block, and its type << 32
 *     NEW          block a, of type b, as the root of a tree that nothing owns
 *     DROP         which is given up again
 *     SETTLE       a share of what has become durable takes effect
 *
 * Results and errors as of the function of that name in xn/xn.h; -E_NO_CALL: there is no disk, or
 * no such operation; -E_FAULT; -E_BUSY: another environment imports. */
long sys_xn_volume(uint64_t how_word, uint64_t a, uint64_t b, uint64_t c) {
    struct xn_how how = xn_how_of(how_word);
    struct xn_who who;
    int error = xn_who_asks(how.slot, &who);
    if (error)
        return error;
    struct xn_kernel *k = xn_kernel;
    uint32_t volume = (uint32_t)how.volume;
    if (volume >= disk_queue_count)
        return -E_NOT_FOUND;
    switch (how.operation) {
    case EXO_XN_MOUNT:
    case EXO_XN_UNMOUNT:
    case EXO_XN_ABANDON:
        return xn_result(whole(k, who.environment, how));
    case EXO_XN_IMPORT:
        return import(volume, who.environment, a, b, c);
    case EXO_XN_TYPE_ADD:
        return xn_result(add_type(k, &who, volume, a, b, c));
    case EXO_XN_ROOT_ADD:
    case EXO_XN_ROOT_REMOVE:
    case EXO_XN_ROOT_FIND:
        return xn_result(roots(&k->xn, &who, how, a, b, c));
    case EXO_XN_NEW:
        return xn_result(
            xn_alloc_unattached(&k->xn, &who, volume, (uint32_t)a, (uint8_t)(b <= 255 ? b : 0)));
    case EXO_XN_DROP:
        return xn_result(xn_free_unattached(&k->xn, &who, volume, (uint32_t)a));
    case EXO_XN_SETTLE:
        return xn_settle(&k->xn, volume);
    default:
        return -E_NO_CALL;
    }
}
