/* SPDX-License-Identifier: MIT */
/* link.c -- see link.h. */
#include "exo/libos/net/link.h"

#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "lib/string.h"
#include "protocol/bytes.h"

_Static_assert(LINK_BUFFERS <= EXO_PACKET_BUFFERS && LINK_PARTS < EXO_PACKET_PIECES, "allowed");
_Static_assert(LINK_HEADS > EXO_SENDS_OF + LINK_TRAIN, "one that is written is on no way");

static inline uint8_t *head_of(const struct link *l) {
    return l->head + (uint64_t)(l->sent % LINK_HEADS) * LINK_ROOM;
}

long link_begin(struct link *l, unsigned nic, unsigned ring, unsigned holder, void *at) {
    if (nic >= env_info()->nics)
        return -E_NOT_FOUND;
    uint8_t *frames = (uint8_t *)at + 4096;
    *l = (struct link){
        .word = at,
        .buffer = frames,
        .head = frames + LINK_BUFFERS * LINK_ROOM,
        .loop = frames + (LINK_BUFFERS + LINK_HEADS) * LINK_ROOM,
        .nic = nic,
        .ring = ring,
        .holder = holder,
    };
    const volatile struct exo_nic *seen = (const volatile struct exo_nic *)EXO_NIC + nic;
    for (unsigned i = 0; i < sizeof l->ether; i++)
        l->ether.byte[i] = seen->address[i];
    struct exo_packet_buffer buffer[LINK_BUFFERS];
    for (uint32_t i = 0; i < LINK_BUFFERS; i++) {
        l->word[i] = 0;
        buffer[i].word = link_physical(&l->word[i]);
        buffer[i].pieces = 1;
        buffer[i].piece[0] =
            (struct exo_piece){link_physical(l->buffer + (uint64_t)i * LINK_ROOM), LINK_ROOM};
    }
    long error = exo_packet_ring(holder, ring, buffer, LINK_BUFFERS);
    /* That many are more than the kernel does at once. */
    for (long i = error; i > 0 && i < LINK_BUFFERS; i++)
        if ((error = exo_packet_change(ring, (uint64_t)i, &buffer[i])))
            return error;
    return error < 0 ? error : 0;
}

long link_filter(const struct link *l, unsigned slot, const struct dpf_atom *atom, uint32_t count) {
    long id = exo_filter_insert(slot, l->nic, atom, count, NULL);
    long error = id < 0 ? id : exo_filter_bind(slot, (uint64_t)id, l->ring);
    if (id > 0 && error)
        exo_filter_drop(slot, (uint64_t)id);
    return error ? error : id;
}

/* A frame as pieces, behind those that wait: how many. */
static inline __attribute__((always_inline)) uint32_t
put(struct link *l, uint32_t bytes, const struct link_part *part, uint32_t parts) {
    struct exo_piece *first = &l->piece[l->pieces], *p = first;
    *p++ = (struct exo_piece){link_physical(head_of(l)), bytes};
    for (const struct link_part *end = part + parts; part < end; part++) {
        const uint8_t *at = part->at;
        for (uint32_t left = part->bytes; left && p < first + EXO_PACKET_PIECES;) {
            uint32_t here = 4096 - (uint32_t)((uint64_t)at % 4096);
            here = here < left ? here : left;
            *p++ = (struct exo_piece){link_physical(at), here};
            at += here;
            left -= here;
        }
    }
    l->sent++;
    return (uint32_t)(p - first);
}

/* It waits. */
static inline void add(struct link *l, uint32_t pieces) {
    l->piece[l->pieces].bytes |= (uint64_t)pieces << 32;
    l->pieces += pieces;
    l->frames++;
    l->full = l->frames == LINK_TRAIN || l->pieces > EXO_TRAIN_PIECES - EXO_PACKET_PIECES;
}

/* The first frames that wait do no longer. */
static void gone(struct link *l, uint32_t frames) {
    uint32_t pieces = 0;
    l->frames -= frames;
    while (frames--)
        pieces += (uint32_t)(l->piece[pieces].bytes >> 32);
    l->pieces -= pieces;
    memmove(l->piece, l->piece + pieces, l->pieces * sizeof l->piece[0]);
}

/* The device ends frames in their order: so one of LINK_HEADS is free again when as many went less
 * those that may be on their way, or wait. Of one frame there is a shorter way. */
static long send_all(struct link *l, uint64_t flags) {
    const uint64_t how = EXO_PACKET_HOW(l->nic, l->holder) | flags;
    if (l->frames > 1)
        return exo_packet_send_so(how | EXO_PACKET_TRAIN, l->piece, l->pieces, 0);
    uint64_t *bytes = &l->piece[0].bytes, said = *bytes;
    *bytes = (uint32_t)said;
    long error = exo_packet_send_so(how, l->piece, l->pieces, 0);
    *bytes = said;
    return error ? error : 1;
}

static bool go(struct link *l, uint64_t flags) {
    while (l->frames) {
        const long went = send_all(l, flags);
        if (went == l->frames) {
            l->frames = l->pieces = 0;
            break;
        }
        if (went == -E_FULL) {
            l->kept = l->full = true;
            return false;
        }
        l->refused += went < 0;
        gone(l, went < 0 ? 1 : (uint32_t)went);
    }
    l->kept = l->full = false;
    return true;
}

bool link_go(struct link *l) {
    return go(l, 0);
}

bool link_room(struct link *l) {
    return go(l, l->kept ? 0 : EXO_PACKET_MORE);
}

long link_send(struct link *l, uint32_t bytes, const struct link_part *part, uint32_t parts) {
    const uint32_t pieces = put(l, bytes, part, parts);
    if (l->frames) {
        add(l, pieces);
        link_go(l);
        return 0;
    }
    long error = exo_packet_send(l->nic, l->holder, l->piece, pieces, 0);
    if (error == -E_FULL) {
        add(l, pieces);
        l->kept = l->full = true;
        error = 0;
    }
    l->refused += error != 0;
    return error;
}

void link_send_more(struct link *l, uint32_t bytes, const struct link_part *part, uint32_t parts) {
    add(l, put(l, bytes, part, parts));
}

long link_loop(struct link *l, uint32_t bytes, const struct link_part *part, uint32_t parts) {
    if (l->loops == LINK_LOOPS)
        return -E_FULL;
    uint32_t n = (l->next_loop + l->loops++) % LINK_LOOPS;
    uint8_t *to = l->loop + (uint64_t)n * LINK_ROOM;
    memcpy(to, head_of(l), bytes);
    for (uint32_t i = 0; i < parts; bytes += part[i++].bytes)
        memcpy(to + bytes, part[i].at, part[i].bytes);
    l->loop_bytes[n] = bytes;
    return 0;
}

/* It stays until LINK_LOOPS more went. */
const uint8_t *link_looped(struct link *l, uint32_t *bytes) {
    if (!l->loops)
        return NULL;
    uint32_t n = l->next_loop;
    l->next_loop = (n + 1) % LINK_LOOPS;
    l->loops--;
    *bytes = l->loop_bytes[n];
    return l->loop + (uint64_t)n * LINK_ROOM;
}
