/* SPDX-License-Identifier: MIT */
/* link.c -- see link.h. */
#include "exo/libos/net/link.h"

#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "protocol/bytes.h"

_Static_assert(LINK_BUFFERS <= EXO_PACKET_BUFFERS && LINK_PARTS < EXO_PACKET_PIECES, "allowed");
_Static_assert(LINK_HEADS > EXO_SENDS_OF, "one that is written is on no way");

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

/* A part as pieces, behind the `count` that there are: how many there are then. */
static inline uint32_t add(struct exo_piece *piece, uint32_t count, const struct link_part *part) {
    const uint8_t *at = part->at;
    for (uint32_t left = part->bytes; left && count <= LINK_PARTS;) {
        uint32_t here = 4096 - (uint32_t)((uint64_t)at % 4096);
        here = here < left ? here : left;
        piece[count++] = (struct exo_piece){link_physical(at), here};
        at += here;
        left -= here;
    }
    return count;
}

/* The device ends frames in their order: so one of LINK_HEADS is free again when as many went less
 * those that may be on their way. */
static inline __attribute__((always_inline)) long
send(struct link *l, uint32_t bytes, const struct link_part *part, uint32_t parts, uint64_t flags) {
    struct exo_piece piece[EXO_PACKET_PIECES];
    uint32_t count = 1;
    piece[0] = (struct exo_piece){link_physical(head_of(l)), bytes};
    for (uint32_t i = 0; i < parts; i++)
        count = add(piece, count, &part[i]);
    long error = exo_packet_send_so(EXO_PACKET_HOW(l->nic, l->holder) | flags, piece, count, 0);
    if (error != -E_FULL) {
        l->sent++;
        return error;
    }
    l->kept = bytes;
    l->kept_parts = parts;
    for (uint32_t i = 0; i < parts; i++)
        l->kept_part[i] = part[i];
    return 0;
}

long link_send(struct link *l, uint32_t bytes, const struct link_part *part, uint32_t parts) {
    return send(l, bytes, part, parts, 0);
}

long link_send_more(struct link *l, uint32_t bytes, const struct link_part *part, uint32_t parts) {
    return send(l, bytes, part, parts, EXO_PACKET_MORE);
}

bool link_again(struct link *l) {
    uint32_t bytes = l->kept;
    l->kept = 0;
    if (bytes)
        link_send(l, bytes, l->kept_part, l->kept_parts);
    return !l->kept;
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
