/* SPDX-License-Identifier: MIT */
/* disk_object.c -- see disk_object.h. */
#include "spin/services/disk/disk_object.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "spin/services/name_space.h"
#include "spin/services/thread/kthread.h"

static struct disk_object disks[DISKS_MAX];
static const char *const paths[DISKS_MAX] = {"/devices/disk0", "/devices/disk1", "/devices/disk2",
                                             "/devices/disk3"};
#define NAME_AT (sizeof "/devices/" - 1)

const struct name_type name_disk = {.name = "disk"};

bool disk_objects_init(void) {
    disk_init();
    for (unsigned i = 0; i < DISKS_MAX && disk_at(i); i++) {
        disks[i] = (struct disk_object){.disk = disk_at(i), .facts = disk_facts(disk_at(i))};
        list_init(&disks[i].waiting);
        name_space_attach(paths[i], &name_disk, &disks[i]);
    }
    return disk_at(0);
}

struct disk_object *disk_object_find(const char *name) {
    for (unsigned i = 0; i < DISKS_MAX; i++)
        if (disks[i].disk && strcmp(name, paths[i] + NAME_AT) == 0)
            return &disks[i];
    return NULL;
}

/* Mostly nobody waits elsewhere. */
static inline void wake(struct list *queue) {
    if (!list_empty(queue))
        kthread_wake(queue);
}

static void ended(struct disk_request *r) {
    wake(r->arg);
}

/* Who is alone waits where it is: a way through the scheduler would lead to the same `hlt`. */
static inline void wait_for(const struct disk_request *r, struct list *queue) {
    while (*(const volatile enum disk_result *)&r->result == DISK_PENDING)
        if (!scheduler_wait_alone())
            kthread_wait_always(queue);
}

static inline int request(struct disk_object *d, struct disk_request *r) {
    struct list end = LIST_INIT(end);
    r->ended = ended;
    r->arg = &end;
    int error = disk_submit(d->disk, 0, r);
    if (error == -E_DEAD)
        return disk_reset(d->disk), -E_IO;
    if (error)
        return error;
    d->requests++;
    wait_for(r, &end);
    if (r->result == DISK_DONE)
        return 0;
    d->failed++;
    return -E_IO;
}

/* In turn. */
static inline int submit(struct disk_object *d, struct disk_request *r) {
    bool on = interrupts_off();
    while (d->busy)
        kthread_wait_always(&d->waiting);
    d->busy = true;
    int error = request(d, r);
    d->busy = false;
    wake(&d->waiting);
    interrupts_restore(on);
    return error;
}

int disk_object_request(struct disk_object *d, enum disk_operation operation, uint64_t sector,
                        const struct dma_piece *piece, unsigned pieces) {
    struct disk_request r = {
        .operation = operation, .sector = sector, .piece = piece, .pieces = pieces};
    for (unsigned i = 0; i < pieces; i++)
        r.sectors += piece[i].bytes / DISK_SECTOR;
    d->sectors += r.sectors;
    return submit(d, &r);
}

int disk_object_flush(struct disk_object *d) {
    struct disk_request r = {.operation = DISK_FLUSH};
    if (!d->facts->flush)
        return 0;
    d->flushes++;
    return submit(d, &r);
}
