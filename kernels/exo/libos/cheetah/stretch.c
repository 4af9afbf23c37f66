/* SPDX-License-Identifier: MIT */
/* stretch.c -- parts of files, with their checksums. Blocks are named, not held: what the store
 * gives to another block meanwhile is found out, or, in a frame that is on its way, by the checksum
 * that was meant for what was there. */
#include "exo/libos/alfs/alfs_own.h"
#include "exo/libos/cheetah/cheetah_own.h"
#include "exo/libos/cheetah/sums.h"

static const uint8_t hole[STORE_BLOCK] __attribute__((aligned(STORE_BLOCK)));

bool version_now(const struct cheetah *c, struct alfs_id id, struct version *v) {
    const struct alfs_file *f = alfs_file(c->setup.fs, id);
    if (f == NULL || f->record.kind == ALFS_DIR)
        return false;
    *v = (struct version){id, f->record.contents, f->record.modified, f->size};
    return true;
}

/* --- Bringing one in --- */

/* Bytes of a block that are the file's. */
static uint32_t limit_of(const struct version *of, uint64_t block) {
    const uint64_t left = of->size - block * STORE_BLOCK;
    return left < STORE_BLOCK ? (uint32_t)left : STORE_BLOCK;
}

static void block_sums(const uint8_t *bytes, uint32_t limit, uint16_t sum[GRAINS]) {
    uint64_t so_far = 0;
    for (uint32_t i = 0, at = 0; i < GRAINS; i++) {
        const uint32_t part = limit - at < CHEETAH_GRAIN ? limit - at : CHEETAH_GRAIN;
        so_far = sum_join(so_far, sum_bytes(bytes + at, part));
        sum[i] = sum_fold(so_far);
        at += part;
    }
}

/* The block's bytes are at hand, and the stretch knows its place; they stay, if they are held. */
static long bring(struct cheetah *c, struct stretch *s, uint32_t i, bool hold,
                  const uint8_t **bytes) {
    struct alfs *fs = c->setup.fs;
    struct alfs_file *f = &fs->file[s->of.id.inode];
    unsigned char *data;
    uint32_t k;
    struct alfs_extent *e = extent_find(fs, f, (uint64_t)s->index * STRETCH_BLOCKS + i, &k);
    s->block[i] = 0;
    *bytes = hole;
    if (e == NULL)
        return 0;
    long error = extent_get(fs, e, k, &data);
    if (error < 0)
        return error;
    s->block[i] = e->record.at.block + k;
    c->came = true;
    if (hold && c->holds < CHEETAH_PIECES)
        c->held[c->holds++] = s->block[i];
    else
        store_put(fs->store, s->block[i]);
    *bytes = data;
    return 0;
}

static uint32_t shelf_of(struct alfs_id id, uint32_t index) {
    return (id.inode * 0x9e3779b1u + index) % SHELVES;
}

static void take_out(struct cheetah *c, uint32_t n) {
    struct stretch *s = &c->stretch[n];
    uint32_t *link = &c->shelf[shelf_of(s->of.id, s->index)];
    while (*link && *link != n)
        link = &c->stretch[*link].next;
    if (*link)
        *link = s->next;
    stretch_age_out(&c->stretch_ages, c->stretch, n);
}

/* Where its sums are to be. */
static struct stretch *renew(struct cheetah *c, const struct version *of, uint32_t index,
                             uint32_t n) {
    n = n ? n : c->stretch_ages.oldest;
    take_out(c, n);
    struct stretch *s = &c->stretch[n];
    uint32_t *link = &c->shelf[shelf_of(of->id, index)];
    s->of = *of;
    s->index = index;
    s->count = 0;
    s->next = *link;
    *link = n;
    stretch_age_in(&c->stretch_ages, c->stretch, n);
    return s;
}

struct stretch *stretch_of(struct cheetah *c, const struct version *of, uint32_t index) {
    uint32_t n = c->shelf[shelf_of(of->id, index)];
    while (n && (c->stretch[n].of.id.inode != of->id.inode || c->stretch[n].index != index))
        n = c->stretch[n].next;
    if (n && (version_same(&c->stretch[n].of, of) || !DEFENDED(CHEETAH_STRETCH)))
        return &c->stretch[n];
    return renew(c, of, index, n);
}

/* Sums of blocks up to the i-th are known: what was stored, or what the bytes give. */
static long fill(struct cheetah *c, struct stretch *s, uint32_t i) {
    for (; s->count <= i; s->count++) {
        const uint64_t index = (uint64_t)s->index * STRETCH_BLOCKS + s->count;
        uint16_t *sum = s->sum[s->count];
        const uint8_t *bytes;
        const bool known = sums_read(c, &s->of, index, sum);
        long error = bring(c, s, s->count, false, &bytes);
        if (error < 0)
            return error;
        if (s->block[s->count] == 0) {
            memset(sum, 0, sizeof s->sum[0]);
        } else if (!known) {
            block_sums(bytes, limit_of(&s->of, index), sum);
            c->counts.summed += STORE_BLOCK;
            sums_write(c, &s->of, index, sum);
        }
    }
    return 0;
}

/* --- Using it --- */

/* Of bytes [from, to) of a block, in ones' complement. The whole grains' is known; the file's last
 * one ends where the file does. */
static inline uint64_t part_sum(struct cheetah *c, const uint16_t sum[GRAINS], const uint8_t *bytes,
                                uint32_t from, uint32_t to, uint32_t limit) {
    const uint32_t first = (from + CHEETAH_GRAIN - 1) / CHEETAH_GRAIN;
    const uint32_t end = (to == limit ? to + CHEETAH_GRAIN - 1 : to) / CHEETAH_GRAIN;
    if (first > end || first * CHEETAH_GRAIN > to) { /* within one grain */
        c->counts.touched += to - from;
        return sum_bytes(bytes + from, to - from);
    }
    uint64_t known = 0;
    if (end > first)
        known = sum[end - 1] + (first ? (uint16_t)~sum[first - 1] : 0u);
    const uint32_t head = first * CHEETAH_GRAIN - from;
    const uint32_t tail = to == limit ? 0 : to - end * CHEETAH_GRAIN;
    if (__builtin_expect(!(head | tail), 1))
        return known;
    c->counts.touched += head + tail;
    if (tail)
        known = sum_join(known, sum_bytes(bytes + to - tail, tail));
    return head ? sum_join(head % 2 ? sum_odd(known) : known, sum_bytes(bytes + from, head))
                : known;
}

/* The bytes of a stretch's block; below 0: an error. */
static long block_bytes(struct cheetah *c, struct stretch *s, uint32_t i, const uint8_t **bytes) {
    long error = i < s->count ? 0 : fill(c, s, i);
    return error < 0 ? error : bring(c, s, i, c->holding, bytes);
}

long stretch_bytes(struct cheetah *c, const struct version *of, uint64_t at, uint32_t bytes,
                   const uint8_t **where, uint64_t *sum) {
    const uint32_t block = (uint32_t)(at / STORE_BLOCK), i = block % STRETCH_BLOCKS;
    const uint32_t from = (uint32_t)at % STORE_BLOCK, left = STORE_BLOCK - from;
    const uint32_t part = bytes < left ? bytes : left;
    struct stretch *s = stretch_hand(c, of, block / STRETCH_BLOCKS);
    const uint8_t *data = NULL;
    if (__builtin_expect(i < s->count && !c->holding, 1))
        data = s->block[i] ? store_look(c->setup.fs->store, s->block[i]) : hole;
    if (data == NULL) {
        long error = block_bytes(c, s, i, &data);
        if (error < 0)
            return error;
    }
    *where = data + from;
    *sum = part_sum(c, s->sum[i], data, from, from + part, limit_of(of, block));
    return part;
}
