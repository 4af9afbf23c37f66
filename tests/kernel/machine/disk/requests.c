/* SPDX-License-Identifier: MIT */
/* requests.c -- see requests.h. */
#include "requests.h"

#include "lib/string.h"
#include "machine/cpu/x86.h"

struct disk *disk_of(struct check *c, uint64_t sectors) {
    struct disk *d;
    disk_init();
    for (unsigned i = 0; (d = disk_at(i)); i++)
        if (disk_facts(d)->sectors == sectors)
            return d;
    check_skip(c, "the machine has no disk of %lu sectors", sectors);
    return NULL;
}

static void count_end(struct disk_request *r) {
    struct waited *w = r->arg;
    w->ended++;
}

struct disk_request *request_make(struct waited *w, enum disk_operation operation, uint64_t sector,
                                  void *at, uint32_t bytes) {
    memset(w, 0, sizeof *w);
    w->request = (struct disk_request){.operation = operation,
                                       .sector = sector,
                                       .sectors = bytes / DISK_SECTOR,
                                       .piece = w->piece,
                                       .ended = count_end,
                                       .arg = w};
    for (uint32_t done = 0; done < bytes; w->request.pieces++) {
        struct dma_piece *p = &w->piece[w->request.pieces];
        p->at = physical((char *)at + done);
        p->bytes = bytes - done < PAGE_SIZE ? bytes - done : PAGE_SIZE;
        done += p->bytes;
    }
    return &w->request;
}

enum disk_result request_wait(struct waited *w) {
    while (!*(volatile unsigned *)&w->ended)
        sti_hlt_cli();
    return w->ended == 1 ? w->request.result : DISK_PENDING;
}

enum disk_result request_run(struct disk *d, unsigned queue, enum disk_operation operation,
                             uint64_t sector, void *at, uint32_t bytes) {
    static struct waited w;
    int error = disk_submit(d, queue, request_make(&w, operation, sector, at, bytes));
    return error ? DISK_PENDING : request_wait(&w);
}

enum disk_result range_run(struct disk *d, enum disk_operation operation, uint64_t sector,
                           uint32_t sectors) {
    static struct waited w;
    request_make(&w, operation, sector, NULL, 0)->sectors = sectors;
    return disk_submit(d, 0, &w.request) ? DISK_PENDING : request_wait(&w);
}

void pattern_fill(void *at, uint32_t bytes, uint32_t seed) {
    uint32_t *word = at;
    for (uint32_t i = 0; i < bytes / 4; i++)
        word[i] = (seed + i) * 2654435761u;
}

bool pattern_is(const void *at, uint32_t bytes, uint32_t seed) {
    const uint32_t *word = at;
    for (uint32_t i = 0; i < bytes / 4; i++)
        if (word[i] != (seed + i) * 2654435761u)
            return false;
    return true;
}
