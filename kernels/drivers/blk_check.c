/* SPDX-License-Identifier: MIT */
/* blk_check.c -- what a disk is, and whether it can be asked what a request asks. Pure. */
#include "drivers/virtio_blk.h"

#include "lib/error.h"

static uint32_t least(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

bool blk_facts_read(struct disk *d) {
    const volatile struct blk_config *c = (const volatile struct blk_config *)d->device.device;
    uint64_t has = d->device.features;
    struct disk_facts *f = &d->facts;
    f->sectors = c->capacity[0] | (uint64_t)c->capacity[1] << 32;
    f->queues = has & BLK_QUEUES ? least(c->queues, DISK_QUEUES_MAX) : 1;
    f->pieces = has & BLK_SEG_MAX ? least(c->seg_max, DISK_PIECES_MAX) : 1;
    f->read_only = has & BLK_READ_ONLY;
    f->flush = has & BLK_FLUSH;
    f->discard_sectors = has & BLK_DISCARD && c->discard_ranges ? c->discard_sectors : 0;
    f->zero_sectors = has & BLK_ZERO && c->zero_ranges ? c->zero_sectors : 0;
    f->discard_unit = f->discard_sectors && c->discard_unit ? c->discard_unit : 1;
    d->piece_max = has & BLK_SIZE_MAX ? c->size_max : UINT32_MAX;
    return f->queues && f->pieces && f->sectors <= UINT64_MAX / DISK_SECTOR;
}

static bool is_within(const struct disk *d, const struct disk_request *r) {
    return r->sectors && r->sectors <= d->facts.sectors &&
           r->sector <= d->facts.sectors - r->sectors;
}

static int check_pieces(const struct disk *d, const struct disk_request *r) {
    uint64_t bytes = 0;
    if (!r->pieces || r->pieces > d->facts.pieces)
        return -E_INVALID;
    for (unsigned i = 0; i < r->pieces; i++) {
        if (!r->piece[i].bytes || r->piece[i].bytes > d->piece_max)
            return -E_INVALID;
        bytes += r->piece[i].bytes;
    }
    return bytes == (uint64_t)r->sectors * DISK_SECTOR ? 0 : -E_INVALID;
}

static int check_range(uint32_t most, uint32_t unit, const struct disk_request *r) {
    if (!most)
        return -E_NO_CALL;
    bool fine = r->sectors <= most && r->sector % unit == 0 && r->sectors % unit == 0;
    return fine && !r->pieces ? 0 : -E_INVALID;
}

int disk_check(const struct disk *d, const struct disk_request *r) {
    const struct disk_facts *f = &d->facts;
    if ((unsigned)r->operation >= DISK_OPERATIONS)
        return -E_NO_CALL;
    if (r->operation == DISK_FLUSH) {
        if (!f->flush)
            return -E_NO_CALL;
        return r->sector || r->sectors || r->pieces ? -E_INVALID : 0;
    }
    if (r->operation != DISK_READ && f->read_only)
        return -E_PERM;
    if (!is_within(d, r))
        return -E_INVALID;
    if (r->operation == DISK_DISCARD)
        return check_range(f->discard_sectors, f->discard_unit, r);
    if (r->operation == DISK_ZERO)
        return check_range(f->zero_sectors, 1, r);
    return check_pieces(d, r);
}
