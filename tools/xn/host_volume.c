/* SPDX-License-Identifier: MIT */
/* host_volume.c -- see host_volume.h. */
#include "host_volume.h"

#include "exo/xn/store/volume.h"
#include "lib/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRIES = 2048, BUCKETS = 4096, RECORDS = 256, FRAMES = 1600, WHOLE_RECORDS = 4096 };
static const struct xn_who host_itself = {0};

static unsigned char *bytes_of(void *owner, uint32_t frame) {
    return ((struct host_volume *)owner)->frames + (size_t)frame * XN_BLOCK_BYTES;
}

static void left(void *owner, uint32_t frame) {
    struct host_volume *v = owner;
    v->next_frame[frame] = v->frames_free;
    v->frames_free = frame;
}

static bool lives(void *owner, uint32_t environment) {
    (void)owner, (void)environment;
    return false;
}

/* Of its blocks so many may be in core, and be known. */
static bool make_tables(struct host_volume *v, uint32_t frames, uint32_t entries,
                        uint32_t records) {
    struct xn *x = &v->x;
    x->entries = entries;
    x->buckets = BUCKETS;
    x->records = records;
    x->entry = calloc(entries + 1ul, sizeof *x->entry);
    x->bucket = calloc(BUCKETS, sizeof *x->bucket);
    x->list = calloc(entries + 1ul, sizeof *x->list);
    x->queue = calloc(entries + 1ul, sizeof *x->queue);
    x->record = calloc(records + 1ul, sizeof *x->record);
    v->frames = aligned_alloc(XN_BLOCK_BYTES, (size_t)frames * XN_BLOCK_BYTES);
    v->next_frame = calloc(frames, sizeof *v->next_frame);
    v->held = calloc(v->blocks / 64 + 1, sizeof *v->held);
    return x->entry && x->bucket && x->list && x->queue && x->record && v->frames &&
           v->next_frame && v->held;
}

static int open_with(struct host_volume *v, unsigned char *image, uint32_t blocks, uint32_t frames,
                     uint32_t entries, uint32_t records) {
    struct xn_super super;
    memset(v, 0, sizeof *v);
    v->image = image;
    v->blocks = blocks;
    memcpy(&super, image, sizeof super);
    const char *fault = super_fault(&super);
    if (fault || super.blocks > blocks) {
        v->x.volume[0].damage = fault ? fault : "blocks";
        return -E_DAMAGED;
    }
    if (!make_tables(v, frames, entries, records))
        return -E_NO_MEMORY;
    for (uint32_t i = frames - 1; i; i--)
        left(v, i);
    v->x.owner = v;
    v->x.bytes = bytes_of;
    v->x.left = left;
    v->x.lives = lives;
    xn_start(&v->x);
    host_hooks_init(&v->host);
    v->types = (struct xn_types){.hooks = &v->host.hooks,
                                 .meta = xn_meta_of[super.design],
                                 .way = XN_INTERPRETED,
                                 .atom = super.atom,
                                 .blocks = super.blocks};
    return xn_types_open(&v->types);
}

int host_volume_open(struct host_volume *v, unsigned char *image, uint32_t blocks) {
    return open_with(v, image, blocks, FRAMES, ENTRIES, RECORDS);
}

int host_volume_open_whole(struct host_volume *v, unsigned char *image, uint32_t blocks) {
    enum { SPARE = 64 };
    return open_with(v, image, blocks, blocks + SPARE, blocks + SPARE, WHOLE_RECORDS);
}

void host_volume_close(struct host_volume *v) {
    if (v->types.shadow)
        xn_types_close(&v->types);
    free(v->x.entry);
    free(v->x.bucket);
    free(v->x.list);
    free(v->x.queue);
    free(v->x.record);
    free(v->frames);
    free(v->next_frame);
    free(v->held);
}

/* --- The disk --- */

static void make_room(struct host_volume *v) {
    for (uint32_t i = 1; i <= v->x.entries && !v->frames_free; i++)
        if (v->x.entry[i].frame && xn_lookup(&v->x, 0, v->x.entry[i].block) == i)
            xn_evict(&v->x, &host_itself, 0, v->x.entry[i].block);
}

int host_volume_read(struct host_volume *v) {
    uint32_t block = v->x.need.block;
    if (v->x.used_entries > v->x.entries - 64 || !v->frames_free)
        for (uint32_t i = 1; i <= v->x.entries; i++)
            if (v->x.entry[i].frame && xn_lookup(&v->x, 0, v->x.entry[i].block) == i)
                xn_evict(&v->x, &host_itself, 0, v->x.entry[i].block);
    make_room(v);
    uint32_t frame = v->frames_free;
    if (!frame)
        return -E_NO_MEMORY;
    int error = xn_read_begin(&v->x, &host_itself, 0, block, frame);
    if (error)
        return error;
    v->frames_free = v->next_frame[frame];
    if (block < v->blocks)
        memcpy(bytes_of(v, frame), v->image + (size_t)block * XN_BLOCK_BYTES, XN_BLOCK_BYTES);
    xn_read_end(&v->x, 0, block, block < v->blocks);
    return 0;
}

void host_volume_put(struct host_volume *v, uint32_t block, uint32_t frame) {
    if (!v->keep && (!v->stops || v->writes < v->writes_most))
        memcpy(v->image + (size_t)block * XN_BLOCK_BYTES, bytes_of(v, frame), XN_BLOCK_BYTES);
    v->writes++;
}

static int write_all(struct host_volume *v) {
    bool wrote = false;
    for (uint32_t i = 1; i <= v->x.entries; i++) {
        uint32_t frame, block = v->x.entry[i].block;
        if (!xn_is_dirty(&v->x.entry[i]) || xn_lookup(&v->x, 0, block) != i ||
            xn_write_begin(&v->x, 0, block, &frame))
            continue;
        host_volume_put(v, block, frame);
        xn_write_end(&v->x, 0, block, true);
        wrote = true;
    }
    int64_t flush = xn_flush_begin(&v->x, 0);
    if (flush < 0 || (!wrote && !v->x.volume[0].queued))
        return -E_ORDER;
    xn_flush_end(&v->x, 0, (uint32_t)flush, true);
    return 0;
}

static int import(struct host_volume *v, uint32_t number) {
    static unsigned char body[XN_BODY_BYTES_MAX];
    uint32_t block, bytes;
    int error = xn_type_body(&v->x, 0, number, &block, &bytes);
    if (error)
        return error;
    memcpy(body, v->image + (size_t)block * XN_BLOCK_BYTES, bytes);
    error = xn_import(&v->importing, &v->types, body, bytes, &v->why);
    if (error < 0)
        snprintf(v->refused, sizeof v->refused, "%.199s", v->why.text);
    return 0; /* xn_mount finds that it is not there */
}

int host_volume_mount(struct host_volume *v) {
    for (;;) {
        int error = xn_mount(&v->x, 0, &v->types, v->held, v->blocks, false);
        if (error > 0)
            error = import(v, (uint32_t)error);
        else if (error == -E_NOT_IN_CORE)
            error = host_volume_read(v);
        else if (error == -E_ORDER)
            error = write_all(v);
        else if (error != -E_AGAIN)
            return error;
        if (error && error != -E_AGAIN)
            return error;
    }
}

int host_volume_unmount(struct host_volume *v) {
    for (;;) {
        int error = xn_unmount(&v->x, 0);
        if (error == -E_ORDER)
            error = write_all(v);
        else if (error != -E_AGAIN)
            return error;
        if (error && error != -E_AGAIN)
            return error;
    }
}
