/* SPDX-License-Identifier: MIT */
/* disk_in_flight.c -- what the device still has: its memory stays, it is full at some number, and a
 * reset ends all. */
#include "requests.h"

#include "drivers/virtio_blk.h"
#include "lib/error.h"
#include "machine/cpu/x86.h"
#include "machine/memory/frame.h"

static struct waited many[REQUESTS_MAX];

/* Frames of the check, a page a request. */
static bool frame_get(struct check *c, paddr_t *frame) {
    if (frame_alloc_zeroed(frame) == 0)
        return true;
    check_skip(c, "the machine has too little memory");
    return false;
}

CHECK(disk_pins, "disk/a_frame_that_its_owner_gives_up_stays_until_the_device_is_done") {
    struct disk *d = disk_of(c, PLAIN_SECTORS);
    paddr_t frame;
    if (!d || !frame_get(c, &frame))
        return;
    size_t unused = frame_unused();
    disk_mask(d, 0);
    int error = disk_submit(d, 0, request_make(&many[0], DISK_READ, 0, direct(frame), PAGE_SIZE));
    struct page *p = frame_page(frame);
    bool pinned = p->pins == 1 && p->references == 2;
    frame_free(frame); /* its owner dies */
    bool stayed = frame_unused() == unused && p->pins == 1;
    disk_unmask(d, 0);
    CHECK_THAT(c, error == 0 && pinned && stayed);
    CHECK_THAT(c, request_wait(&many[0]) == DISK_DONE);
    CHECK_THAT(c, frame_unused() == unused + 1 && p->pins == 0);
}

CHECK(disk_refused_unpins, "disk/a_request_that_is_refused_leaves_no_pin") {
    struct disk *d = disk_of(c, PLAIN_SECTORS);
    paddr_t frame;
    if (!d || !frame_get(c, &frame))
        return;
    struct disk_request *r = request_make(&many[0], DISK_READ, 0, direct(frame), PAGE_SIZE);
    r->pieces = 2;
    r->sectors = 16;
    many[0].piece[1] = (struct dma_piece){PADDR(0xfee00000), PAGE_SIZE};
    CHECK_THAT(c, disk_submit(d, 0, r) == -E_INVALID);
    CHECK_THAT(c, frame_page(frame)->pins == 0);
    frame_free(frame);
}

/* As many as the queue takes, by one frame; gives how many. */
static unsigned fill(struct disk *d, unsigned queue, paddr_t frame) {
    unsigned n = 0;
    while (n < REQUESTS_MAX &&
           disk_submit(d, queue,
                       request_make(&many[n], DISK_READ, n * 8, direct(frame), PAGE_SIZE)) == 0)
        n++;
    return n;
}

CHECK(disk_full, "disk/a_full_queue_refuses_and_each_request_ends_once") {
    struct disk *d = disk_of(c, PLAIN_SECTORS);
    paddr_t frame;
    if (!d || !frame_get(c, &frame))
        return;
    for (unsigned round = 0; round < 20; round++) {
        disk_mask(d, round % 2);
        unsigned n = fill(d, round % 2, frame);
        int full = disk_submit(d, round % 2,
                               request_make(&many[n], DISK_READ, 0, direct(frame), PAGE_SIZE));
        disk_unmask(d, round % 2);
        bool done = true;
        for (unsigned i = 0; i < n; i++)
            done &= request_wait(&many[i]) == DISK_DONE;
        bool indirect = d->device.features & VIRTIO_INDIRECT;
        CHECK_THAT(c, full == -E_FULL && many[n].ended == 0);
        CHECK_THAT(c, done && n == (indirect ? VIRTQUEUE_SIZE_MAX : VIRTQUEUE_SIZE_MAX / 3));
        CHECK_THAT(c, frame_page(frame)->pins == 0);
    }
    frame_free(frame);
}

CHECK(disk_masked, "disk/while_a_queue_is_masked_ends_wait_or_are_collected") {
    struct disk *d = disk_of(c, PLAIN_SECTORS);
    paddr_t frame;
    if (!d || !frame_get(c, &frame))
        return;
    disk_mask(d, 0);
    int error = disk_submit(d, 0, request_make(&many[0], DISK_READ, 0, direct(frame), PAGE_SIZE));
    sti();
    for (unsigned i = 0; i < 100000; i++)
        pause();
    cli();
    unsigned early = many[0].ended, collected = 0;
    for (unsigned i = 0; i < 5000000 && !collected; i++)
        collected = disk_collect(d, 0);
    disk_unmask(d, 0);
    CHECK_THAT(c, error == 0 && early == 0 && collected == 1);
    CHECK_THAT(c, many[0].ended == 1 && many[0].request.result == DISK_DONE);
    frame_free(frame);
}

static bool works(struct disk *d, paddr_t frame) {
    return request_run(d, 0, DISK_READ, 0, direct(frame), PAGE_SIZE) == DISK_DONE &&
           request_run(d, 1, DISK_READ, 0, direct(frame), PAGE_SIZE) == DISK_DONE;
}

CHECK(disk_reset_in_flight, "disk/a_reset_ends_what_is_in_flight_and_the_disk_goes_on") {
    struct disk *d = disk_of(c, PLAIN_SECTORS);
    paddr_t frame;
    if (!d || !frame_get(c, &frame))
        return;
    for (unsigned round = 0; round < 10; round++) {
        disk_mask(d, 0);
        unsigned n = fill(d, 0, frame), wrong = 0;
        int error = disk_reset(d);
        for (unsigned i = 0; i < n; i++)
            wrong += many[i].ended != 1 || many[i].request.result != DISK_WITHDRAWN;
        disk_unmask(d, 0);
        CHECK_THAT(c, n > 0 && error == 0 && wrong == 0);
        CHECK_THAT(c, frame_page(frame)->pins == 0 && works(d, frame));
        CHECK_THAT(c, many[0].ended == 1);
    }
    frame_free(frame);
}

/* What QEMU takes for a mistake of ours: more offers than the ring is long. */
CHECK(disk_needs_reset, "disk/one_that_needs_a_reset_is_dead_until_it_has_it") {
    struct disk *d = disk_of(c, PLAIN_SECTORS);
    paddr_t frame;
    if (!d || !frame_get(c, &frame))
        return;
    struct blk_queue *q = &d->queue[0];
    q->ring.rings->avail.index += 1000;
    *q->bell = 0;
    sti();
    for (unsigned i = 0; i < 1000000 && !*(volatile bool *)&d->dead; i++)
        pause();
    cli();
    CHECK_THAT(c, disk_is_dead(d));
    struct disk_request *r = request_make(&many[0], DISK_READ, 0, direct(frame), PAGE_SIZE);
    CHECK_THAT(c, disk_submit(d, 0, r) == -E_DEAD && disk_submit(d, 1, r) == -E_DEAD);
    CHECK_THAT(c, frame_page(frame)->pins == 0);
    CHECK_THAT(c, disk_reset(d) == 0 && !disk_is_dead(d) && works(d, frame));
    frame_free(frame);
}

/* A device that tells what is not so: what we do is in unit tests; here that the disk lives on. */
CHECK(disk_broken, "disk/one_that_said_what_cannot_be_is_dead_until_a_reset") {
    struct disk *d = disk_of(c, PLAIN_SECTORS);
    paddr_t frame;
    if (!d || !frame_get(c, &frame))
        return;
    d->queue[1].ring.rings->used.index += 7;
    unsigned told = disk_collect(d, 1);
    struct disk_request *r = request_make(&many[0], DISK_READ, 0, direct(frame), PAGE_SIZE);
    CHECK_THAT(c, told == 0 && disk_is_dead(d) && disk_submit(d, 0, r) == -E_DEAD);
    CHECK_THAT(c, disk_reset(d) == 0 && works(d, frame));
    frame_free(frame);
}
