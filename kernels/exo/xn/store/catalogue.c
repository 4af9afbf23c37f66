/* SPDX-License-Identifier: MIT */
/* catalogue.c -- the types of a volume on the disk: an index by number, whose block owns the
 * bodies. What is there once stays as it is. */
#include "exo/defence.h"
#include "exo/xn/store/child.h"
#include "exo/xn/store/free_map.h"
#include "exo/xn/store/volume.h"
#include "exo/xn/type/body_read.h"
#include "lib/crc32.h"
#include "lib/error.h"
#include "lib/string.h"

static uint16_t blocks_of(uint32_t bytes) {
    return (uint16_t)((bytes + XN_BLOCK_BYTES - 1) / XN_BLOCK_BYTES);
}

/* Of a body those in its i-th block. */
static uint32_t bytes_of(uint32_t body, uint32_t i) {
    uint32_t left = body - i * XN_BLOCK_BYTES;
    return left < XN_BLOCK_BYTES ? left : XN_BLOCK_BYTES;
}

static struct xn_catalogued *index_of(struct xn *x, uint32_t volume, struct xn_entry **e) {
    *e = entry_find(x, volume, x->volume[volume].catalogue_at);
    return (struct xn_catalogued *)entry_bytes(x, *e);
}

int xn_type_body(struct xn *x, uint32_t volume, uint32_t number, uint32_t *block, uint32_t *bytes) {
    struct xn_entry *e;
    if (volume >= XN_VOLUMES || x->volume[volume].state == XN_ABSENT || number >= XN_TYPES_MAX ||
        !(e = entry_find(x, volume, x->volume[volume].catalogue_at)) || !e->frame)
        return -E_NOT_FOUND;
    const struct xn_catalogued *c = &index_of(x, volume, &e)[number];
    *block = c->block;
    *bytes = c->bytes;
    return c->bytes ? 0 : -E_NOT_FOUND;
}

int catalogued_body(struct xn *x, uint32_t volume, uint32_t number, uint32_t *bytes) {
    struct xn_volume *v = &x->volume[volume];
    struct xn_entry *catalogue;
    const struct xn_catalogued *c = &index_of(x, volume, &catalogue)[number];
    uint32_t crc = 0, own = v->own, count = blocks_of(c->bytes);
    *bytes = c->bytes;
    if (!c->bytes)
        return 0;
    if (number < XN_IMPORTED || c->bytes > XN_BODY_BYTES_MAX)
        return volume_damaged(v, v->catalogue_at, "bytes");
    if (c->block < own || c->block >= v->blocks || v->blocks - c->block < count)
        return volume_damaged(v, v->catalogue_at, "block");
    int error = 0;
    struct xn_entry *e;
    for (uint32_t i = 0; i < count && !error; i++)
        error = block_in_core(x, volume, c->block + i, &e);
    struct xn_extent body = {.block = c->block, .count = (uint16_t)count, .type = XN_TYPE};
    error = error ?: entry_vouch(x, 0, catalogue, body);
    for (uint32_t i = 0; i < count && !error; i++) {
        e = entry_find(x, volume, c->block + i);
        crc = crc32_update(crc, entry_bytes(x, e), bytes_of(c->bytes, i));
    }
    if (!error && crc != c->checksum)
        return volume_damaged(v, c->block, "body");
    return error ? error : 1;
}

/* Mounting imports types by their numbers: what one is made of comes before it. */
static bool parts_come_first(const struct xn_type *type) {
    const struct xn_body *body = type->body;
    for (unsigned i = 0; type->class != XN_BASE && i < body->members; i++)
        if (body_member((struct bytes){type->body, type->body_bytes}, i).type >= type->number &&
            DEFENDED(XN_PARTS_FIRST))
            return false;
    return true;
}

int xn_type_add(struct xn *x, const struct xn_who *who, uint32_t volume, const struct xn_type *type,
                uint32_t block, const uint32_t *frames) {
    struct xn_volume *v;
    struct xn_entry *catalogue;
    int error = volume_to_change(x, volume, &v);
    if (error)
        return error;
    struct xn_catalogued *c = &index_of(x, volume, &catalogue)[type->number];
    struct xn_extent body = {.block = block, .count = blocks_of(type->body_bytes), .type = XN_TYPE};
    if (type->number < XN_IMPORTED || v->types->type[type->number] != type ||
        !parts_come_first(type) || block >= v->blocks || v->blocks - block < body.count)
        return -E_INVALID;
    if (c->bytes || !map_is_free(v, block, body.count))
        return -E_EXISTS;
    if (catalogue->flags & XN_GOING_OUT && DEFENDED(XN_CATALOGUE_FLIES))
        return -E_AGAIN;
    error = forget_speculative(x, volume, block, body.count, false);
    if (error >= 0)
        error = entries_left(x, who->account, body.count);
    if (error)
        return error;
    entry_changed(x, catalogue);
    child_comes(x, who, catalogue, body, &(struct arrival){.entries = true, .speculative = true});
    for (uint32_t i = 0; i < body.count; i++) {
        struct xn_entry *e = entry_find(x, volume, block + i);
        entry_give_frame(x, e, frames[i]);
        memset(entry_bytes(x, e), 0, XN_BLOCK_BYTES);
        memcpy(entry_bytes(x, e), (const char *)type->body + i * XN_BLOCK_BYTES,
               bytes_of(type->body_bytes, i));
        entry_changed(x, e);
    }
    memcpy(c->name, type->name, XN_NAME_BYTES);
    c->block = block;
    c->bytes = type->body_bytes;
    c->checksum = crc32_update(0, type->body, type->body_bytes);
    return 0;
}
