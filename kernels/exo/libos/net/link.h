/* SPDX-License-Identifier: MIT */
/* link.h -- a network interface as an environment has it: frames that arrive lie in its own pages,
 * frames that go are gathered from them. No protocol. */
#ifndef EXO_LIBOS_NET_LINK_H
#define EXO_LIBOS_NET_LINK_H

#include "exo/abi.h"
#include "exo/dpf/dpf_atom.h"
#include "exo/libos/net/link_part.h"
#include "protocol/ether.h"

#define LINK_ROOM    2048u /* of a frame */
#define LINK_BUFFERS 64u   /* that arrive */
#define LINK_HEADS   32u   /* that go, or their beginnings */
#define LINK_TRAIN   8u    /* of them that one call sends */
#define LINK_LOOPS   8u    /* that go to oneself */
#define LINK_PARTS   7u    /* pages' parts, behind the beginning */
#define LINK_PAGES   (1 + (LINK_BUFFERS + LINK_HEADS + LINK_LOOPS) * LINK_ROOM / 4096)

struct link {
    volatile uint64_t *word; /* of each buffer */
    uint8_t *buffer, *head, *loop;
    uint32_t next, sent, loops, next_loop;
    uint32_t loop_bytes[LINK_LOOPS];
    unsigned nic, ring, holder;
    struct ether_address ether;
    /* Frames that go together, by the next call: `full`, as many as one takes; or, `kept`, for
     * which there was no room. */
    bool kept, full;
    uint32_t pieces, frames, refused;
    struct exo_piece piece[EXO_TRAIN_PIECES];
};

/* What lies at an address of one's own where a page is, as the kernel and its devices name it. */
static inline uint64_t link_physical(const volatile void *at) {
    uint64_t entry = EXO_TABLES + ((uint64_t)at >> 12) * 8;
    return (*(const volatile uint64_t *)entry & EXO_FRAME_OF) | (uint64_t)at % 4096;
}

/* The interface `nic` by ring number `ring`, with LINK_PAGES pages at `at` that are mapped with
 * frames that the capability in slot `holder` opens. -E_NOT_FOUND: there is no such interface; the
 * errors of packet_ring. */
long link_begin(struct link *l, unsigned nic, unsigned ring, unsigned holder, void *at);
/* Frames for which the atoms hold come to the ring; by the capability in `slot`. The filter's id,
 * or filter_insert's and filter_bind's errors. */
long link_filter(const struct link *l, unsigned slot, const struct dpf_atom *atom, uint32_t count);

/* The next frame; null: none. It stays where it is until link_done. */
static inline const uint8_t *link_next(const struct link *l, uint32_t *bytes) {
    uint64_t said = l->word[l->next];
    *bytes = (uint32_t)said;
    return said ? l->buffer + (uint64_t)l->next * LINK_ROOM : 0;
}
/* The one behind it. */
static inline const uint8_t *link_second(const struct link *l, uint32_t *bytes) {
    uint32_t second = (l->next + 1) % LINK_BUFFERS;
    uint64_t said = l->word[second];
    *bytes = (uint32_t)said;
    return said ? l->buffer + (uint64_t)second * LINK_ROOM : 0;
}
static inline void link_done(struct link *l) {
    l->word[l->next] = 0;
    l->next = (l->next + 1) % LINK_BUFFERS;
}

/* Sends the frames that wait, or tries again to send what was kept. True: they went. */
bool link_go(struct link *l);
/* The same where another frame follows. */
bool link_room(struct link *l);
/* Where the next frame is to begin: LINK_ROOM bytes. Null: too many are on their way. */
static inline uint8_t *link_head(struct link *l) {
    return !l->full || link_room(l) ? l->head + (uint64_t)(l->sent % LINK_HEADS) * LINK_ROOM : 0;
}
/* Where the last one that went begins. */
static inline const uint8_t *link_last(const struct link *l) {
    return l->head + (uint64_t)((l->sent - 1) % LINK_HEADS) * LINK_ROOM;
}
/* Sends its `bytes` bytes, and behind them so many parts, which stay as they are until it has gone.
 * 0: now, or by a later link_head, when too many are on their way; packet_send's errors: it is as
 * if it were lost on its way, and counted in l->refused. */
long link_send(struct link *l, uint32_t bytes, const struct link_part *part, uint32_t parts);

/* The same of one that another link_send follows at once, or link_go: they go together. */
void link_send_more(struct link *l, uint32_t bytes, const struct link_part *part, uint32_t parts);

/* The same to oneself, copied; -E_FULL. And the next one that came so. */
long link_loop(struct link *l, uint32_t bytes, const struct link_part *part, uint32_t parts);
const uint8_t *link_looped(struct link *l, uint32_t *bytes);

#endif
