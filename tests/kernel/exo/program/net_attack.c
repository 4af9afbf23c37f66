/* SPDX-License-Identifier: MIT */
/* net_attack.c -- see net_attack.h. */
#include "net_attack.h"

#include "attacks.h"
#include "exo/dpf/dpf_atom.h"
#include "exo/libos/disk/disk_await.h"
#include "exo/libos/frames.h"
#include "exo/libos/uarea.h"

static long have(uint32_t type, uint64_t frame) {
    const struct dpf_atom atom = {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = type};
    const struct exo_packet_buffer b = {frame << 12, 1, {{(frame << 12) + 2048, 2048}}};
    long id = exo_filter_insert(0, 0, &atom, 1, 0);
    long error = id < 0 ? id : exo_packet_ring(0, 0, &b, 1);
    uarea->own[NET_SAYS_FILTER] = (uint64_t)id;
    uarea->own[NET_SAYS_RING] = frame;
    frames_map(0, 0, 0, ATTACK_PAGES + (2ul << 12), 1000,
               EXO_WRITE | EXO_NO_EXEC); /* it dies slowly */
    return error ? error : exo_filter_bind(0, (uint64_t)id, 0);
}

/* All that it may have, and all taps that there are; each buffer of as many pieces of one frame as
 * it may have. */
static long have_many(uint64_t frame) {
    static struct exo_packet_buffer b[EXO_PACKET_BUFFERS];
    long error = 0;
    for (uint32_t i = 0; i < EXO_FILTERS_OF && error >= 0; i++) {
        const struct dpf_atom atom = {.op = DPF_EQ, .bytes = 4, .offset = 14, .value = i};
        error = exo_filter_insert(0, 1, &atom, 1, 0);
    }
    for (unsigned i = 0; i < EXO_PACKET_BUFFERS; i++) {
        b[i].word = frame << 12;
        b[i].pieces = EXO_PACKET_PIECES;
        for (unsigned n = 0; n < EXO_PACKET_PIECES; n++)
            b[i].piece[n] = (struct exo_piece){frame << 12, 200};
    }
    for (uint64_t r = 0; r < EXO_PACKET_RINGS && error >= 0; r++) {
        error = exo_packet_ring(0, r, b, EXO_PACKET_BUFFERS);
        for (long n = error ? error : EXO_PACKET_BUFFERS; n < EXO_PACKET_BUFFERS; n++)
            exo_packet_change(r, (uint64_t)n, &b[n]);
        error = error < 0 ? error : exo_nettap(0, 1, r);
    }
    return error < 0 ? error : 0;
}

static long give(uint64_t who, uint64_t count, uint64_t frame) {
    const uint64_t nic = (who & (NET_SEND_EXIT - 1)) - 1;
    const uint64_t more = who & NET_SEND_MORE ? EXO_PACKET_MORE : 0;
    const struct exo_piece piece = {(frame << 12) + 2048, 60};
    *(volatile uint64_t *)(ATTACK_PAGES + 4096) = 1;
    uarea->own[NET_SAYS_FRAME] = frame;
    long error = exo_packet_template(0, 0, nic, 0, 0);
    if (!error)
        error = exo_packet_send_so(EXO_PACKET_HOW(nic, 0) | more, &piece, 1, frame << 12);
    const uint64_t others = more ? nic ^ 1 : nic;
    if (!error && more)
        error = exo_packet_template(0, 0, others, 0, 0);
    for (; count > 1 && !error; count--)
        error = exo_packet_send(others, 0, &piece, 1, 0);
    return error;
}

_Noreturn void net_attack(uint64_t creator) {
    long error = frames_map(0, 0, 0, ATTACK_PAGES, 2, EXO_WRITE | EXO_NO_EXEC);
    *(volatile uint64_t *)ATTACK_PAGES = 0;
    if (!error && uarea->own[NET_ASK_TYPE])
        error = have((uint32_t)uarea->own[NET_ASK_TYPE], frame_at((void *)ATTACK_PAGES));
    if (!error && uarea->own[NET_ASK_MANY])
        error = have_many(frame_at((void *)ATTACK_PAGES));
    if (!error && uarea->own[NET_ASK_REFER])
        error = exo_filter_refer(0, uarea->own[NET_ASK_REFER]);
    if (!error && uarea->own[NET_ASK_SEND])
        error = give(uarea->own[NET_ASK_SEND] & 0xff, uarea->own[NET_ASK_SEND] >> 8,
                     frame_at((void *)(ATTACK_PAGES + 4096)));
    uarea->own[NET_SAYS_ERROR] = (uint64_t)error;
    if (uarea->own[NET_ASK_SEND] & NET_SEND_EXIT)
        exo_env_exit(0);
    while (uarea->own[NET_ASK_SEND] & NET_SEND_RUN)
        continue;
    for (;;)
        exo_env_yield(creator);
}
