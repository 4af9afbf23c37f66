/* SPDX-License-Identifier: MIT */
/* host_store.c -- see host_store.h. */
#include "host_store.h"

#include "exo/abi.h"
#include "exo/xn/store/volume.h"
#include "lib/error.h"

#include <string.h>

/* The word of the capability that opens all, as the first environment has it (struct cap of
 * exo/abi.h): all rights, valid, and a name of no bytes. A root that another word made is not the
 * guest's to write. */
#define EVERYTHING (CAP_ALL | 8)

/* A call of XN's gave this: true: it is to be made again. */
static bool again(struct host_store *h, int *result) {
    if (*result == -E_NOT_IN_CORE) {
        if (++h->requests == h->fails)
            *result = -E_DAMAGED;
        else if ((*result = host_volume_read(h->v)) == 0)
            return true;
    }
    if (*result == -E_AGAIN) {
        while (xn_settle(&h->v->x, 0) == -E_AGAIN)
            continue;
        return true;
    }
    return false;
}

/* Tries EXPRESSION until it is done. */
#define UNTIL_DONE(h, result, expression)                                                          \
    do                                                                                             \
        result = (expression);                                                                     \
    while (again(h, &(result)))

static struct host_store *of(struct store *s) {
    return (struct host_store *)s;
}

static struct xn_entry *entry(const struct host_store *h, uint32_t block) {
    uint32_t i = xn_lookup(&h->v->x, 0, block);
    return i ? &h->v->x.entry[i] : NULL;
}

static unsigned char *bytes_at(const struct host_store *h, uint32_t frame) {
    return h->v->x.bytes(h->v, frame);
}

/* A frame with zeros that is nobody's; 0: there is none. */
static uint32_t frame_take(struct host_store *h) {
    uint32_t frame = h->v->frames_free;
    if (frame) {
        h->v->frames_free = h->v->next_frame[frame];
        memset(bytes_at(h, frame), 0, STORE_BLOCK);
    }
    return frame;
}

static int insert(struct host_store *h, struct xn_at at, uint32_t block) {
    int error;
    uint32_t frame = frame_take(h);
    if (!frame)
        return -E_FULL;
    UNTIL_DONE(h, error, xn_insert(&h->v->x, &h->who, at, block, frame));
    if (error)
        h->v->x.left(h->v, frame);
    return error;
}

/* --- Blocks --- */

static long op_get(struct store *s, const struct store_child *child, uint32_t index,
                   enum store_use use, unsigned char **bytes) {
    struct host_store *h = of(s);
    const uint32_t block = child->at.block + index;
    const struct xn_at at = {.block = child->parent, .partition = child->partition};
    struct xn_extent one = child->at;
    int error = 0;
    if (index >= child->at.count || block >= s->blocks)
        return -E_INVALID;
    one.block = block;
    one.count = 1;
    const struct xn_entry *e = entry(h, block);
    if (child->parent && (!e || !e->parent)) /* nobody came to it from above yet */
        UNTIL_DONE(h, error, xn_vouch(&h->v->x, &h->who, at, one));
    e = entry(h, block);
    bool there = e && e->frame;
    s->counts.missed += !there;
    s->counts.found += there;
    if (!error && !there && use == STORE_NEW)
        error = insert(h, at, block);
    if (!error)
        UNTIL_DONE(h, error, xn_map(&h->v->x, &h->who, at, block, use != STORE_READ));
    if (error)
        return error;
    struct xn_entry *mapped = entry(h, block);
    if (use != STORE_READ) /* what is written is written now: one more user, who only reads */
        mapped->writers--;
    *bytes = bytes_at(h, mapped->frame);
    if (use == STORE_NEW)
        memset(*bytes, 0, STORE_BLOCK);
    return 0;
}

static void op_put(struct store *s, uint32_t block) {
    struct host_store *h = of(s);
    xn_unmapped(&h->v->x, xn_lookup(&h->v->x, 0, block), false);
}

static const unsigned char *op_peek(struct store *s, uint32_t block) {
    const struct host_store *h = of(s);
    const struct xn_entry *e = entry(h, block);
    return e && e->frame && e->type != XN_NIL ? bytes_at(h, e->frame) : NULL;
}

static void op_fetch(struct store *s, uint32_t block, uint32_t count) {
    (void)s, (void)block, (void)count; /* an image is in memory */
}

static bool op_cached(struct store *s, uint32_t block) {
    const struct xn_entry *e = entry(of(s), block);
    return e && e->frame;
}

static long op_drop(struct store *s, uint32_t block) {
    const struct host_store *h = of(s);
    store_unshow(s, block);
    return xn_evict(&h->v->x, &h->who, 0, block);
}

static uint32_t op_parent(struct store *s, uint32_t block) {
    const struct host_store *h = of(s);
    const struct xn_entry *e = entry(h, block);
    return e && e->parent && h->v->x.entry[e->parent].type != XN_ROOT
               ? h->v->x.entry[e->parent].block
               : 0;
}

/* --- Metadata --- */

static struct xn_at at_of(struct store_at at) {
    return (struct xn_at){.block = at.block, .partition = at.partition, .changes = at.changes};
}

static long op_alloc(struct store *s, struct store_at at, struct xn_extent child) {
    struct host_store *h = of(s);
    int error;
    UNTIL_DONE(h, error, xn_alloc(&h->v->x, &h->who, at_of(at), child));
    s->counts.changes += !error;
    return error || child.type == XN_BYTES ? error : insert(h, at_of(at), child.block);
}

static long op_free(struct store *s, struct store_at at, struct xn_extent child) {
    struct host_store *h = of(s);
    int error;
    UNTIL_DONE(h, error, xn_free(&h->v->x, &h->who, at_of(at), child));
    for (uint32_t i = 0; !error && i < child.count; i++)
        store_unshow(s, child.block + i);
    s->counts.changes += !error;
    return error;
}

static long op_write(struct store *s, struct store_at at) {
    struct host_store *h = of(s);
    int error;
    UNTIL_DONE(h, error, xn_write(&h->v->x, &h->who, at_of(at)));
    s->counts.changes += !error;
    return error;
}

static long op_move(struct store *s, struct store_at from, struct store_at to,
                    struct xn_extent child) {
    struct host_store *h = of(s);
    int error;
    UNTIL_DONE(h, error, xn_move(&h->v->x, &h->who, at_of(from), at_of(to), child));
    s->counts.changes += !error;
    return error;
}

/* Here bytes are copied: nobody asks how many the host's processor touches. */
static long op_rebind(struct store *s, const struct store_child *from,
                      const struct store_child *to) {
    unsigned char *old, *new;
    long error = op_get(s, from, 0, STORE_READ, &old);
    if (error)
        return error;
    error = op_get(s, to, 0, STORE_NEW, &new);
    if (!error) {
        memcpy(new, old, STORE_BLOCK);
        op_put(s, to->at.block);
    }
    op_put(s, from->at.block);
    return error;
}

static long op_depend(struct store *s, uint32_t later, uint32_t first) {
    struct host_store *h = of(s);
    return later == first ? 0 : xn_depend(&h->v->x, &h->who, 0, later, first);
}

/* --- To the disk --- */

static long op_writeback(struct store *s, uint32_t *blocks, uint32_t count, bool single) {
    struct host_store *h = of(s);
    long left = 0, failed = 0;
    uint32_t before = 0;
    store_sort(blocks, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t frame;
        int error = xn_write_begin(&h->v->x, 0, blocks[i], &frame);
        left += error == -E_ORDER || error == -E_TAINTED;
        if (error)
            continue;
        bool fails = ++h->requests == h->fails;
        if (!fails) {
            host_volume_put(h->v, blocks[i], frame);
            if (h->seen)
                h->seen(h->owner, blocks[i], bytes_at(h, frame));
        }
        failed += fails;
        xn_write_end(&h->v->x, 0, blocks[i], !fails);
        s->counts.requests += single || blocks[i] != before + 1;
        before = blocks[i];
        s->counts.sectors += STORE_BLOCK / STORE_SECTOR;
    }
    return failed ? -E_DAMAGED : left;
}

static long op_flush(struct store *s) {
    struct host_store *h = of(s);
    int64_t flush = xn_flush_begin(&h->v->x, 0);
    if (flush < 0)
        return flush;
    bool good = ++h->requests != h->fails;
    s->counts.requests++;
    s->counts.flushes++;
    if (good && h->seen)
        h->seen(h->owner, 0, NULL);
    xn_flush_end(&h->v->x, 0, (uint32_t)flush, good);
    while (xn_settle(&h->v->x, 0) == -E_AGAIN)
        continue;
    return good ? 0 : -E_DAMAGED;
}

static bool op_is_dirty(struct store *s, uint32_t block) {
    const struct xn_entry *e = entry(of(s), block);
    return e && xn_is_dirty(e);
}

static uint32_t op_dirty(struct store *s, uint32_t from, uint32_t *blocks, uint32_t count) {
    const struct host_store *h = of(s);
    uint32_t n = 0;
    for (uint32_t b = from; b < s->blocks && n < count; b++) {
        const struct xn_entry *e = entry(h, b);
        if (e && xn_is_dirty(e))
            blocks[n++] = b;
    }
    return n;
}

static uint64_t op_now(struct store *s) {
    return of(s)->clock += 1000;
}

/* --- Roots and types --- */

static long op_root(struct store *s, const char name[16], struct store_child *child) {
    struct host_store *h = of(s);
    uint8_t type = 0;
    int error;
    UNTIL_DONE(h, error, (int)xn_root_find(&h->v->x, &h->who, 0, name, &type));
    if (error < 0)
        return error;
    *child = (struct store_child){.at = {.block = (uint32_t)error, .count = 1, .type = type}};
    return 0;
}

static long op_root_new(struct store *s, const char name[16], struct xn_extent at, bool temporary) {
    struct host_store *h = of(s);
    int error;
    UNTIL_DONE(h, error, xn_alloc_unattached(&h->v->x, &h->who, 0, at.block, at.type));
    if (error)
        return error;
    error = insert(h, (struct xn_at){.block = 0}, at.block);
    if (!error)
        UNTIL_DONE(
            h, error,
            xn_root_add(&h->v->x, &h->who, 0, name, at.block, temporary ? XN_ROOT_TEMPORARY : 0));
    if (error)
        xn_free_unattached(&h->v->x, &h->who, 0, at.block);
    return error;
}

static long op_root_remove(struct store *s, const char name[16]) {
    struct host_store *h = of(s);
    int error;
    UNTIL_DONE(h, error, xn_root_remove(&h->v->x, &h->who, 0, name));
    memset(s->shown, 0, sizeof s->shown);
    return error;
}

static long op_type(struct store *s, const void *body, size_t bytes) {
    struct host_store *h = of(s);
    uint32_t frames[XN_BODY_BLOCKS], blocks = (uint32_t)((bytes + STORE_BLOCK - 1) / STORE_BLOCK);
    int number = xn_import(&h->v->importing, &h->v->types, body, bytes, &h->v->why), error;
    if (number < 0)
        return number;
    uint32_t at = store_find_free(s, s->first, blocks), have = 0;
    while (at && have < blocks && (frames[have] = frame_take(h)))
        have++;
    error = -E_FULL;
    if (at && have == blocks)
        UNTIL_DONE(h, error,
                   xn_type_add(&h->v->x, &h->who, 0, h->v->types.type[number], at, frames));
    while (error && have)
        h->v->x.left(h->v, frames[--have]);
    return error && error != -E_EXISTS ? error : number;
}

static const struct store_ops host_ops = STORE_OPS(op_);

int host_store_open(struct host_store *h, struct host_volume *v) {
    const struct xn_volume *volume = &v->x.volume[0];
    if (volume->maps != 1)
        return -E_INVALID;
    *h = (struct host_store){.v = v, .who = {.credential = EVERYTHING}};
    h->store =
        (struct store){.ops = &host_ops,
                       .blocks = volume->blocks,
                       .atom = volume->atom,
                       .first = volume->catalogue_at + 1,
                       .design = volume->design,
                       .pointer_bytes = volume->design == XN_SELF ? sizeof(struct xn_self_pointer)
                                                                  : sizeof(uint32_t),
                       .map = volume->map[0]};
    return 0;
}
