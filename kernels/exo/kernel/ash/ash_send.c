/* SPDX-License-Identifier: MIT */
/* ash_send.c -- what a handler sends: a frame is copied into a page of the kernel's, so that it
 * goes as it was checked, and nobody's memory is the device's to read. */
#include "exo/kernel/ash/ash_run.h"
#include "exo/kernel/net/packet_out.h"
#include "exo/kernel/net/packet_put.h"
#include "lib/error.h"
#include "machine/memory/frame.h"
#include "machine/memory/page.h"

enum { SENDS_OF = 8, SEND_BYTES = PAGE_SIZE / 2 };

int ash_send_begin(void) {
    paddr_t at = {0};
    const size_t bytes = (size_t)net_count * OUTS_HANDLER * SEND_BYTES;
    int error = bytes ? frame_alloc_run(&at, bytes / PAGE_SIZE) : 0;
    for (unsigned nic = 0; nic < net_count && !error; nic++)
        for (struct packet_out *o = packet_outs[WAY_HANDLER].nobodys[nic]; o; o = o->next) {
            o->piece[0].at = at;
            o->r.piece = o->piece;
            o->r.pieces = 1;
            o->r.quiet = true;
            at = paddr_add(at, SEND_BYTES);
        }
    return error;
}

uint64_t ash_send(const void *frame, uint64_t bytes, uint64_t nic) {
    const struct env *e = ash_now.ash->owner;
    const unsigned most = DEFENDED(ASH_SENDS) ? SENDS_OF : UINT8_MAX;
    if (nic >= net_count)
        return E_NOT_FOUND;
    if (bytes < NIC_HEADER || bytes > NIC_FRAME_MAX)
        return E_INVALID;
    struct packet_out *o = packet_out_take(&packet_outs[WAY_HANDLER], e, nic, most);
    if (!o) { /* some may have gone, of which nobody was told */
        for (unsigned i = 0; i < net_count; i++)
            nic_collect_sent(net_ports[i].device);
        if (!(o = packet_out_take(&packet_outs[WAY_HANDLER], e, nic, most)))
            return E_FULL;
    }
    uint8_t *to = direct(o->piece[0].at);
    packet_copy((char *)to, frame, bytes);
    for (uint64_t at = bytes; at < EXO_TEMPLATE_BYTES; at += 8) /* so much of it is looked at */
        __builtin_memset(to + at, 0, 8);
    o->bytes = o->piece[0].bytes = (uint32_t)bytes;
    bool may = packet_template_holds(packet_template_of(e, nic), (const uint64_t *)to);
    return (uint64_t)-packet_out_go(&net_ports[nic], o, 0, may || !DEFENDED(ASH_FORGED));
}
