/* SPDX-License-Identifier: MIT */
/* abi_net.h -- of abi.h, what is about packets: interfaces, filters, rings, handlers at arrival. */
#ifndef EXO_ABI_NET_H
#define EXO_ABI_NET_H

/* Packets: network interfaces; filters in all, and to which one environment refers; rings of one
 * environment, buffers of a ring, pieces of a buffer or of a frame that is sent; what of a frame a
 * template looks at, and by how many atoms. */
#define EXO_NICS         4
#define EXO_FILTERS      4096
#define EXO_FILTERS_OF   64
#define EXO_FILTER_STEPS 512 /* that a frame may take at most, by all filters of an interface */
#define EXO_FILTER_NEW   16  /* tests of a filter that none had before */
/* What filters by a capability for a part of an interface's name have of both, all together: steps,
 * and tests at one place. */
#define EXO_FILTER_STEPS_OF    128
#define EXO_FILTER_BRANCHES_OF 4
#define EXO_PACKET_RINGS       4
#define EXO_PACKET_BUFFERS     64
#define EXO_PACKET_PIECES      8
#define EXO_TRAIN_PIECES       24    /* of frames that one call sends */
#define EXO_PROGRAMS           16    /* filters in C of an interface */
#define EXO_PROGRAM_BYTES      16384 /* of such an object, at most */
#define EXO_SENDS_OF           16    /* frames of one environment that are on their way */
#define EXO_TAPS               4
#define EXO_TEMPLATE_BYTES     64
#define EXO_TEMPLATE_ATOMS     16
/* By which interface packet_send sends, with frames that the capability in `holder` opens. */
#define EXO_PACKET_HOW(nic, holder) ((uint64_t)(holder) | (uint64_t)(nic) << 8)
#define EXO_PACKET_QUIET            0x80 /* its end may be told late */
#define EXO_PACKET_MORE             0x40 /* it may go with the next one, which follows at once */
#define EXO_PACKET_TRAIN            0x20 /* several frames */
/* By which slot's capability nettap taps this interface; one is or-ed to the other. */
#define EXO_TAP_BY(nic, slot) ((uint64_t)(slot) << (nic)*4)
/* In the word of a buffer that has a copy: which interface it passed, and whether it was sent. */
#define EXO_TAP_NIC(word)  ((word) >> 48 & 0xff)
#define EXO_TAP_SENT(word) ((word) >> 56 & 1)

/* Application-specific handlers (ash.h): of all, and of one environment; pages of a region;
 * instructions that a run may take; bytes of a message. Pipes of one, their stages, and how many
 * instructions these may take for a word. */
#define EXO_ASHES         256
#define EXO_ASHES_OF      8
#define EXO_ASH_PAGES     16
#define EXO_ASH_COST      6000
#define EXO_ASH_BYTES     128
#define EXO_ASH_PIPES     4
#define EXO_ASH_STAGES    4
#define EXO_ASH_WORD_COST 14
/* Which page frames a region is, one after the other, and what opens them. */
#define EXO_ASH_HOW(holder, frame, pages)                                                          \
    ((uint64_t)(holder) | (uint64_t)(pages) << 8 | (uint64_t)(frame) << 16)

#ifndef __ASSEMBLER__

#include <stdint.h>

#include "abi_cap.h"

/* A stretch of physical memory within one page frame. */
struct exo_piece {
    uint64_t at, bytes;
};
/* A buffer for a frame, which fills its pieces one after the other. The word, at a physical
 * address, is 0 while the kernel may fill it; then how many bytes are there, and from bit 32 on how
 * long the frame was. */
struct exo_packet_buffer {
    uint64_t word, pieces;
    struct exo_piece piece[EXO_PACKET_PIECES];
};

/* A stage of a pipe: what it does to each word of eight bytes. */
enum exo_ash_stage {
    EXO_ASH_SUM,    /* adds it to its state, in ones' complement (protocol/checksum.h) */
    EXO_ASH_SWAP16, /* changes the order of the bytes, two by two... */
    EXO_ASH_SWAP32,
    EXO_ASH_SWAP64,
    EXO_ASH_STORE, /* writes it; a pipe has at most one */
    EXO_ASH_OWN    /* the caller's own: instructions of RFC 9669, r0 to r4, no stack, no call, of
                      `uint64_t stage(uint64_t word, uint64_t *state)`, which gives the next word */
};
struct exo_ash_stage_of {
    uint64_t kind, code, bytes; /* OWN: where the instructions are, and how many bytes they have */
};

/* What everybody may know of a network interface. */
struct exo_nic {
    uint8_t address[6];
    uint8_t link, dead; /* dead: the device said what cannot be */
    uint64_t frames_in, bytes_in;
    uint64_t nobody; /* of them, those that no filter wanted */
    uint64_t frames_out, bytes_out;
    uint64_t forged;           /* refused, since their sender may not send such frames */
    uint64_t sending;          /* on their way */
    uint64_t tapped, tap_lost; /* copies, and those for which no buffer was free */
    uint64_t at_once;          /* frames that an interrupt takes */
} __attribute__((aligned(4096)));

/* ... and of a filter. Its frames are those that it got; of them those that its handler was done
 * with, and declined; and those that were dropped: it had no ring, or the ring no free buffer. */
struct exo_filter {
    uint32_t id, nic;
    uint32_t env, references; /* who inserted it; how many have it */
    struct cap acl;
    uint32_t ring_env, ash_env; /* whose ring has its frames, and whose handler; 0: nobody's */
    uint64_t packets, dropped, handled, declined;
};

#endif
#endif
