/* SPDX-License-Identifier: MIT */
/* disk.c -- see disk.h. */
#include "disk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/error.h"

/* Handlers of the extension; tests/wfs has those of another. */
/* NOLINTBEGIN(bugprone-suspicious-include) */
#ifdef DISK_OF_WFS
#include "spin/extensions/wfs/wfs_files.bpf.c"
#include "spin/extensions/wfs/wfs_names.bpf.c"
#include "spin/extensions/wfs/wfs_volume.bpf.c"
#else
#include "spin/extensions/ext2/files.bpf.c"
#include "spin/extensions/ext2/lookup.bpf.c"
#include "spin/extensions/ext2/names.bpf.c"
#include "spin/extensions/ext2/volume.bpf.c"
#endif
/* NOLINTEND(bugprone-suspicious-include) */

#define NOW        1600000000
#define ORDERS_MAX 64
#define HELD_MAX   32 /* at once, as the kernel has it */

struct numbered {
    struct block block;
    uint32_t number;
};

/* A block in memory. */
struct cached {
    struct numbered *in; /* null: not there */
    unsigned held;
    bool changed;
    uint32_t first[ORDERS_MAX]; /* blocks that are written before it */
    unsigned orders;
    size_t written; /* the how manieth write was its last */
};

static struct volume *mounted; /* of the call at hand: a release says only which block */

static void note(struct volume *v, uint32_t block, const uint8_t *bytes) {
    if (!v->keeps)
        return;
    if (v->count == v->room)
        v->log = realloc(v->log, (v->room = v->room * 2 + 64) * sizeof *v->log);
    struct written *w = &v->log[v->count++];
    w->block = block;
    w->bytes = bytes ? memcpy(malloc(v->block_bytes), bytes, v->block_bytes) : NULL;
}

static void flush(struct volume *v) {
    v->flushed = v->writes;
    if (v->count && v->log[v->count - 1].block != FLUSH)
        note(v, FLUSH, NULL);
}

/* Writes a block, and before it what must come before: the disk is flushed between, unless that is
 * on it already. */
static void write_out(struct volume *v, uint32_t number) {
    struct cached *c = &v->cached[number];
    if (!c->changed)
        return;
    c->changed = false; /* an order that leads back here is kept by now */
    bool flushed = true;
    for (unsigned i = 0; i < c->orders; i++) {
        write_out(v, c->first[i]);
        flushed = flushed && v->cached[c->first[i]].written <= v->flushed;
    }
    if (!flushed)
        flush(v);
    c->orders = 0;
    c->written = ++v->writes;
    memcpy(v->disk + (size_t)number * v->block_bytes, c->in->block.byte, v->block_bytes);
    note(v, number, c->in->block.byte);
}

struct block *block_read(struct volume *v, unsigned long number) {
    if (number >= v->blocks)
        return NULL;
    struct cached *c = &v->cached[number];
    if (!c->in) {
        c->in = calloc(1, sizeof *c->in);
        c->in->number = (uint32_t)number;
        memcpy(c->in->block.byte, v->disk + number * v->block_bytes, v->block_bytes);
        v->reads++;
    }
    c->held++;
    v->held++;
    mounted = v;
    assert(v->held <= HELD_MAX);
    return &c->in->block;
}

struct block *block_new(struct volume *v, unsigned long number) {
    struct block *b = block_read(v, number);
    if (b) {
        memset(b, 0, sizeof *b);
        v->cached[number].changed = true;
    }
    return b;
}

void block_release(struct block *b) {
    struct cached *c = &mounted->cached[((struct numbered *)(void *)b)->number];
    assert(&c->in->block == b && c->held);
    c->held--;
    mounted->held--;
}

void block_changed(struct volume *v, unsigned long number) {
    assert(number < v->blocks && v->cached[number].held);
    v->cached[number].changed = true;
}

/* Is the block among those that must be written before another? */
static bool comes_before(const struct volume *v, uint32_t block, uint32_t then) {
    const struct cached *c = &v->cached[then];
    for (unsigned i = 0; c->changed && i < c->orders; i++)
        if (c->first[i] == block || comes_before(v, block, c->first[i]))
            return true;
    return false;
}

int block_order(struct volume *v, unsigned long first, unsigned long then) {
    struct cached *c = then < v->blocks ? &v->cached[then] : NULL;
    if (!c || first >= v->blocks)
        return -E_IO;
    if (first == then || !v->cached[first].changed)
        return 0;
    if (comes_before(v, (uint32_t)then, (uint32_t)first) || c->orders == ORDERS_MAX) {
        write_out(v, (uint32_t)first);
        flush(v);
        v->forced++;
        return 0;
    }
    if (!c->in)
        block_release(block_read(v, then));
    if (!c->changed)
        c->orders = 0;
    c->changed = true; /* it is about to be */
    c->first[c->orders++] = (uint32_t)first;
    return 0;
}

void block_forget(struct volume *v, unsigned long number, unsigned long count) {
    for (; count && number < v->blocks; number++, count--)
        v->cached[number].changed = false;
}

int block_sync(struct volume *v) {
    for (uint32_t i = 0; i < v->blocks; i++)
        write_out(v, i);
    flush(v);
    return 0;
}

struct volume_memory *volume_memory(struct volume *v) {
    return &v->memory;
}

static void forget_all(struct volume *v) {
    assert(!v->held);
    for (uint32_t i = 0; i < v->blocks; i++)
        free(v->cached[i].in);
    free(v->cached);
    v->cached = NULL;
}

static void begin(struct volume *v, uint32_t block_bytes) {
    v->block_bytes = block_bytes;
    v->blocks = (uint32_t)(v->bytes / block_bytes);
    v->cached = calloc(v->blocks + 1, sizeof *v->cached);
}

static long call(struct volume *v, long (*handler)(struct volume *, struct file_call *)) {
    mounted = v;
    v->call.now = NOW;
    long r = handler(v, &v->call);
    assert(!v->held);
    return r;
}

long disk_mount(struct volume *v, uint8_t *image, size_t bytes, bool write) {
    *v = (struct volume){.disk = image, .bytes = bytes, .keeps = v->keeps};
    begin(v, FILE_BOOT_BYTES);
    v->call.flags = write ? FILE_WRITE : 0;
    long r = call(v, on_mount);
    block_sync(v);
    forget_all(v);
    if (!r && v->call.number > bytes / v->call.count)
        r = -E_DAMAGED; /* as the kernel has it */
    if (r) {
        v->blocks = 0;
        return r;
    }
    v->root = v->call.file;
    v->writable = v->call.flags & FILE_WRITE;
    v->uncached = v->call.flags & FILE_UNCACHED;
    for (size_t i = 0; i < v->count; i++)
        free(v->log[i].bytes);
    v->count = 0;
    begin(v, (uint32_t)v->call.count);
    return 0;
}

void disk_drop(struct volume *v) {
    if (v->cached)
        forget_all(v);
    for (size_t i = 0; i < v->count; i++)
        free(v->log[i].bytes);
    free(v->log);
    v->log = NULL;
    v->count = v->room = 0;
}

long disk_sync(struct volume *v) {
    v->call.flags = FILE_WRITE;
    long r = call(v, on_sync);
    return r ? r : block_sync(v);
}

long disk_end(struct volume *v) {
    v->call.flags = 0;
    long r = call(v, on_sync);
    if (!r && v->writable)
        block_sync(v);
    return r;
}

long disk_unmount(struct volume *v) {
    long r = disk_end(v);
    disk_drop(v);
    return r;
}

static void name(struct volume *v, const char *text) {
    v->call.name_bytes = strlen(text);
    assert(v->call.name_bytes <= FILE_NAME_MAX);
    memset(v->call.name, 0x5a, sizeof v->call.name);
    memcpy(v->call.name, text, v->call.name_bytes + 1);
}

long file_lookup(struct volume *v, unsigned long directory, const char *text) {
    v->call.file = directory;
    name(v, text);
    long r = call(v, on_find);
    return r ? r : (long)v->call.other;
}

long file_create(struct volume *v, unsigned long directory, const char *text, unsigned long kind) {
    v->call.file = directory;
    v->call.facts = (struct file_facts){.kind = kind, .mode = kind == FILE_DIRECTORY ? 0755 : 0644};
    name(v, text);
    long r = call(v, on_make);
    return r ? r : (long)v->call.other;
}

long file_make_symlink(struct volume *v, unsigned long directory, const char *text,
                       const char *to) {
    v->call.file = directory;
    v->call.facts = (struct file_facts){.kind = FILE_SYMLINK, .mode = 0777};
    v->call.to_bytes = strlen(to);
    memset(v->call.to, 0x5a, sizeof v->call.to);
    memcpy(v->call.to, to, v->call.to_bytes + 1);
    name(v, text);
    long r = call(v, on_make);
    return r ? r : (long)v->call.other;
}

long file_leads(struct volume *v, unsigned long link) {
    v->call.file = link;
    return call(v, on_target);
}

long file_add_link(struct volume *v, unsigned long directory, const char *text,
                   unsigned long file) {
    v->call.file = directory;
    v->call.other = file;
    name(v, text);
    return call(v, on_link);
}

static long free_unlinked(struct volume *v, unsigned long file, unsigned long links) {
    v->call.file = file;
    return links ? 0 : call(v, on_free);
}

long file_remove(struct volume *v, unsigned long directory, const char *text, bool is_directory) {
    v->call.file = directory;
    v->call.flags = is_directory ? FILE_DIRECTORY : 0;
    name(v, text);
    long r = call(v, on_unlink);
    return r ? r : free_unlinked(v, v->call.other, v->call.facts.links);
}

long file_move(struct volume *v, unsigned long from, const char *text, unsigned long to,
               const char *other) {
    v->call.file = from;
    v->call.other = to;
    name(v, text);
    v->call.to_bytes = strlen(other);
    memcpy(v->call.to, other, v->call.to_bytes + 1);
    long r = call(v, on_rename);
    return r || !v->call.block ? r : free_unlinked(v, v->call.block, v->call.facts.links);
}

long file_get_facts(struct volume *v, unsigned long file, struct file_facts *facts) {
    v->call.file = file;
    long r = call(v, on_facts);
    *facts = v->call.facts;
    return r;
}

/* Where a block of a file is, in memory; null: a hole. */
static long map(struct volume *v, unsigned long file, unsigned long index, bool write,
                struct block **b) {
    v->call.file = file;
    v->call.number = index;
    v->call.count = 8;
    v->call.flags = write ? FILE_WRITE : 0;
    long r = call(v, on_map);
    *b = NULL;
    if (r || !v->call.block)
        return r;
    *b = v->call.flags & FILE_FRESH ? block_new(v, v->call.block) : block_read(v, v->call.block);
    if (*b && write)
        block_changed(v, v->call.block);
    return *b ? 0 : -E_IO;
}

static size_t part(const struct volume *v, unsigned long at, size_t bytes) {
    size_t rest = v->block_bytes - at % v->block_bytes;
    return bytes < rest ? bytes : rest;
}

long file_read(struct volume *v, unsigned long file, unsigned long at, void *to, size_t bytes) {
    struct file_facts facts;
    size_t done = 0, n;
    long r = file_get_facts(v, file, &facts);
    if (r || at >= facts.bytes)
        return r;
    if (bytes > facts.bytes - at)
        bytes = facts.bytes - at;
    for (; done < bytes; done += n, at += n) {
        struct block *b;
        n = part(v, at, bytes - done);
        if ((r = map(v, file, at / v->block_bytes, false, &b)))
            return r;
        if (b)
            memcpy((uint8_t *)to + done, b->byte + at % v->block_bytes, n);
        else
            memset((uint8_t *)to + done, 0, n);
        if (b)
            block_release(b);
    }
    return (long)done;
}

static long resize(struct volume *v, unsigned long file, unsigned long bytes) {
    v->call.file = file;
    v->call.number = bytes;
    return call(v, on_resize);
}

long file_write(struct volume *v, unsigned long file, unsigned long at, const void *from,
                size_t bytes) {
    struct file_facts facts;
    size_t done = 0, n;
    long r = file_get_facts(v, file, &facts);
    for (; !r && done < bytes; done += n, at += n) {
        struct block *b;
        n = part(v, at, bytes - done);
        if ((r = map(v, file, at / v->block_bytes, true, &b)) || !b)
            break;
        memcpy(b->byte + at % v->block_bytes, (const uint8_t *)from + done, n);
        block_release(b);
        if (v->uncached && at + n > facts.bytes) /* what follows may begin at the end */
            r = resize(v, file, facts.bytes = at + n);
    }
    if (done && at > facts.bytes) {
        long grown = resize(v, file, at);
        r = r ? r : grown;
    }
    return done ? (long)done : r;
}

long file_truncate(struct volume *v, unsigned long file, unsigned long bytes) {
    struct file_facts facts;
    struct block *b;
    unsigned long at = bytes % v->block_bytes;
    long r = file_get_facts(v, file, &facts);
    if (!r && at && bytes < facts.bytes && !(r = map(v, file, bytes / v->block_bytes, false, &b)) &&
        b) {
        memset(b->byte + at, 0, v->block_bytes - at);
        block_changed(v, v->call.block);
        block_release(b);
    }
    return r ? r : resize(v, file, bytes);
}

long file_entries(struct volume *v, unsigned long directory, unsigned long cookie) {
    v->call.file = directory;
    v->call.number = cookie;
    return call(v, on_list);
}
