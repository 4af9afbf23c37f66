/* SPDX-License-Identifier: MIT */
/* whole.c -- packets of IP that come in pieces: which piece belongs where the protocol says
 * (NET_PIECE); their bytes are here, in memory for so many at once and no more, taken when the
 * first piece comes. */
#include "spin/services/net/plexus.h"

#include "lib/string.h"
#include "machine/memory/frame.h"
#include "protocol/ip.h"

#define HEADERS     (NIC_HEADER + IP_HEADER)
#define WHOLE_BYTES (HEADERS + IP_BYTES_MOST)

static struct arrival wholes[NET_WHOLES];

static bool begin(struct arrival *w) {
    paddr_t first;
    if (frame_alloc_run(&first, (WHOLE_BYTES + PAGE_SIZE - 1) / PAGE_SIZE))
        return false;
    w->bytes = direct(first);
    return true;
}

/* Headers of the piece that came first are the whole's. */
static void start(struct arrival *w, const struct packet *p) {
    memcpy(w->bytes, p->frame, HEADERS);
    w->packet = *p;
    w->packet.frame = w->bytes;
    w->packet.data = w->bytes + NIC_HEADER;
    w->packet.end = w->packet.frame_end = w->bytes + HEADERS;
}

static bool store(struct arrival *w, const struct packet *p, unsigned long header,
                  unsigned long bytes, unsigned long offset) {
    if (header > p->bytes || bytes > p->bytes - header || offset + bytes > IP_BYTES_MOST)
        return false;
    uint8_t *to = w->bytes + HEADERS + offset;
    memcpy(to, p->data + header, bytes);
    if (to + bytes > w->packet.end)
        w->packet.end = w->packet.frame_end = to + bytes;
    w->packet.bytes = (unsigned long)(w->packet.end - w->packet.data);
    return true;
}

struct arrival *net_piece(const struct arrival *piece, unsigned long verdict) {
    struct arrival *w = &wholes[(verdict >> 48) % NET_WHOLES];
    const unsigned long flags = verdict >> 52;
    const struct packet *p = &piece->packet;
    /* A strand has it still. */
    if (w->holds || (!w->bytes && !begin(w)) || p->frame_end - p->frame < HEADERS)
        return NULL;
    if (flags & NET_FRESH) {
        start(w, p);
        w->of = piece->of;
    }
    if (!w->of || !store(w, p, verdict >> 8 & UINT8_MAX, verdict >> 16 & UINT16_MAX,
                         verdict >> 32 & UINT16_MAX))
        return NULL;
    if (!(flags & NET_LAST))
        return NULL;
    w->holds = 1;
    return w;
}
