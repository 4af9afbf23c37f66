/* SPDX-License-Identifier: MIT */
/* video_calls.c -- frames on their way, and what extensions call (video.h), as the domain
 * /svc/domains/Video. Who calls is seen by where the call returns to. */
#include "common/engine.h"
#include "engine/export.h"
#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/memory/frame.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/loader/kinds.h"
#include "spin/services/loader/loader.h"
#include "spin/services/name_space.h"
#include "spin/services/net/plexus.h"
#include "spin/services/video/film.h"
#include "spin/services/video/projector.h"

#define SEND_COST 2000 /* instructions */
#define FILL_COST 200
#define ROOM_NS   1000000000ul /* a device that has not sent by then is dead */

static const struct signature send_signature = {.parameter = {{.kind = SHAPE_NUMBER},
                                                              {.may = RELEASED}},
                                                .cost = SEND_COST},
                              screen_signature = {.cost = FILL_COST};

EXPORT(video, frame_send, EXPORT_FUNCTION, .signature = &send_signature);
EXPORT(video, screen_begin, EXPORT_FUNCTION, .signature = &screen_signature);
EXPORT(video, screen_fill, EXPORT_FUNCTION, .signature = &screen_signature);
EXPORT(video, screen_end, EXPORT_FUNCTION, .signature = &screen_signature);
EXPORTS_DECLARE(video);

EXTENDABLE_TYPE(handler, video_frame, video_frame_fn);
#ifndef EXPORTS_TYPES_ONLY
EXPORTS_EMBED(video, "kernels/spin/services/video/video_calls");

MODULE("Video");

EVENT(video_frame, "Video.Frame", unsigned long, (unsigned long number, unsigned long bytes)) {
    (void)number, (void)bytes;
    return 0;
}

static const struct typing_grant grants[] = {
    MEMORY_OF("outgoing"),
};
static const struct extendable events[] = {{.event = &event_video_frame,
                                            .id = "video_frame",
                                            .grant = grants,
                                            .grants = 1,
                                            .metered = true}};

/* --- Frames --- */

static struct frame {
    paddr_t at;
    uint32_t users; /* packets under way that have a piece of it */
    bool there;
} frames[2];
static unsigned next;
static struct frame *shown; /* while Video.Frame is raised */
static unsigned long shown_bytes;

void *frame_room(void) {
    struct frame *f = &frames[next];
    if (!f->there && frame_alloc_run(&f->at, FRAME_BYTES_MOST / FILM_PAGE))
        return NULL;
    f->there = true;
    const unsigned long end = net_clock() + ROOM_NS;
    while (DEFENDED(VIDEO_BUSY) && *(volatile uint32_t *)&f->users) {
        if (net_clock() > end && DEFENDED(VIDEO_WAIT))
            return NULL;
        for (unsigned i = 0; i < NICS_MAX; i++)
            if (nic_objects[i].nic)
                nic_collect(nic_objects[i].nic, NIC_TRANSMIT);
    }
    return direct(f->at);
}

unsigned long frame_show(unsigned long bytes) {
    static unsigned long number;
    shown = &frames[next];
    shown_bytes = bytes;
    next = !next;
    const unsigned long sent = video_frame(++number, bytes);
    shown = NULL;
    return sent;
}

static int send(struct claim *c, struct departure *d, unsigned long target, unsigned long port,
                unsigned long piece) {
    const unsigned long from = piece >> 32, bytes = (uint32_t)piece;
    struct frame *f = shown;
    const bool fits =
        bytes && bytes <= FRAME_PIECE_MOST && from <= shown_bytes && bytes <= shown_bytes - from;
    if (!f || c->node != NET_UDP || (DEFENDED(VIDEO_PIECE) && !fits)) {
        departure_free(d);
        return -E_INVALID;
    }
    return net_send_behind(
        c, d, FRAME_HEADER, target, port,
        (struct dma_piece){.at = paddr_add(f->at, from), .bytes = (uint32_t)bytes}, &f->users);
}

int frame_send(unsigned long claim, struct outgoing *o, unsigned long target, unsigned long port,
               unsigned long piece) {
    const uintptr_t caller = (uintptr_t)__builtin_return_address(0);
    bool on = interrupts_off();
    struct claim *c = claim_of(claim);
    int error = -E_PERM;
    net_let_go(engine_nets(), o);
    if (c && (!DEFENDED(VIDEO_CLAIM) || claim_is_of(c, caller)))
        error = send(c, departure_of(o), target, port, piece);
    else
        departure_free(departure_of(o));
    interrupts_restore(on);
    return error;
}

void video_init(void) {
    if (!nic_objects[0].nic)
        return;
    struct domain *domain =
        engine_domain("Video", EXPORTS_TYPES(video), EXPORTS(video), EXPORTS_COUNT(video));
    module_add(THIS_MODULE);
    name_space_attach_domain(NAMED_DOMAINS "Video", domain, THIS_MODULE);
    kinds_add(ROLE_HANDLER, events, 1, domain_types(domain));
    event_open_to_all(&event_video_frame);
    projector_init();
}
#endif
