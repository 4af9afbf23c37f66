/* SPDX-License-Identifier: MIT */
/* packet_send.c -- see packet_send.h. What a caller names is copied before it is looked at. */
#include "exo/kernel/net/packet_send.h"

#include "exo/kernel/memory/acl.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/net/net_io.h"
#include "exo/kernel/net/net_tap.h"
#include "exo/kernel/net/packet_out.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/page.h"
#include "machine/user/user.h"

struct packet_outs packet_outs[WAYS];
static struct packet_out *outs; /* of all interfaces, those of environments first */
#define OUTS ((size_t)net_count * (OUTS_OWN + OUTS_HANDLER))

/* --- Its end --- */

/* The word is counted down, if it is still its sender's to write. */
static void went(struct nic_request *r) {
    struct packet_out *o = (struct packet_out *)r;
    struct exo_nic *seen = ((struct net_port *)r->arg)->seen;
    seen->sending--;
    if (r->result == NIC_DONE) {
        seen->frames_out++;
        seen->bytes_out += o->bytes;
    }
    if (o->word_frame && (cap_same(o->word_frame->acl, o->opened) || !DEFENDED(PACKET_STILL)))
        --*o->word;
    packet_out_drop(o);
}

/* --- Its beginning --- */

static inline __attribute__((always_inline)) int add(struct packet_out *o, struct cap holder,
                                                     const struct exo_piece *q, uint64_t count) {
    uint64_t i = 0, all = 0;
    int error = 0;
    for (; i < count; i++) {
        const uint64_t at = q[i].at, bytes = q[i].bytes;
        struct exo_frame *f = &exo_frames[at / PAGE_SIZE];
        if (bytes - 1 > (~at & (PAGE_SIZE - 1))) /* none, or beyond the page */
            error = -E_INVALID;
        else if (at / PAGE_SIZE >= info.frame_count ||
                 (!acl_opens_at_once(&f->acl, holder, CAP_READ) && DEFENDED(PACKET_READ)))
            error = -E_PERM;
        else
            error = DEFENDED(PACKET_FLIES) ? exo_frame_pin_short(f) : 0;
        if (error)
            break;
        o->frame[i] = f;
        o->piece[i + 1] = (struct dma_piece){PADDR(at), (uint32_t)bytes};
        all += bytes;
    }
    o->frames = (uint32_t)i;
    o->bytes = (uint32_t)all;
    return !error && (all < NIC_HEADER || all > NIC_FRAME_MAX) ? -E_INVALID : error;
}

static int add_word(struct packet_out *o, struct cap holder, uint64_t at) {
    uint64_t number = at / PAGE_SIZE;
    struct exo_frame *f = &exo_frames[number];
    if (at % sizeof(uint64_t))
        return -E_INVALID;
    if (number >= info.frame_count ||
        (!acl_opens_at_once(&f->acl, holder, CAP_WRITE) && DEFENDED(PACKET_WORD)))
        return -E_PERM;
    int error = exo_frame_pin_short(f);
    if (error)
        return error;
    o->word_frame = f;
    o->word = direct(PADDR(at));
    o->opened = f->acl;
    return 0;
}

/* Copies the beginning, so many words or all of a shorter frame, with zeroes behind it, and leaves
 * the rest of the pieces behind it. */
static __attribute__((noinline)) void copy_head(struct packet_out *o, uint32_t most) {
    uint32_t bytes = 0, first = 1;
    memset(o->head, 0, most);
    for (; first <= o->frames && bytes < most; first++) {
        struct dma_piece *p = &o->piece[first];
        uint32_t part = most - bytes < p->bytes ? most - bytes : p->bytes;
        memcpy((uint8_t *)o->head + bytes, direct(p->at), part);
        bytes += part;
        p->at = paddr_add(p->at, part);
        p->bytes -= part;
        if (p->bytes)
            break;
    }
    o->piece[first - 1] = (struct dma_piece){physical(o->head), bytes};
    o->r.piece = &o->piece[first - 1];
    o->r.pieces = o->frames + 2 - first;
}

static __attribute__((noinline)) bool copied(struct packet_out *o,
                                             const struct packet_template *t) {
    struct dma_piece *p = &o->piece[1];
    const uint32_t words = t->words, most = words * 8;
    if (__builtin_expect(p->bytes <= most, 0)) {
        copy_head(o, most);
        return packet_template_holds(t, o->head);
    }
    const uint64_t *from = direct(p->at); /* mostly all of it is in the first piece */
    uint64_t differs = 0;
    for (uint64_t i = 0; i < words; i++) {
        uint64_t word;
        __asm__("" : "+r"(i)); /* or four pointers would be made ready for these few */
        __builtin_memcpy(&word, &from[i], 8);
        o->head[i] = word;
        differs |= (word & t->mask[i]) ^ t->value[i];
    }
    p->at = paddr_add(p->at, most);
    p->bytes -= most;
    o->piece[0].bytes = most; /* at the head for good */
    o->r.piece = o->piece;
    o->r.pieces++;
    return t->set && !differs;
}

/* Whether it is one that its sender may send, as it will go. */
static inline bool allowed(struct packet_out *o, const struct packet_template *t) {
    o->r.piece = &o->piece[1];
    o->r.pieces = o->frames;
    return t->words ? copied(o, t) : t->set;
}

/* --- Frames of which the device has not heard: while their sender has the processor --- */

static void told(struct net_port *n) {
    if (!(n->apart & NET_UNTOLD))
        return;
    n->apart &= (uint8_t)~NET_UNTOLD;
    if (!--env_special.untold)
        env_turn &= (uint8_t)~TURN_UNTOLD;
}

static void tell(void) {
    for (unsigned i = 0; i < net_count; i++) {
        if (DEFENDED(PACKET_MORE))
            nic_tell(net_ports[i].device);
        told(&net_ports[i]);
    }
}

void packet_sent_apart(struct net_port *n, const struct packet_out *o, uint64_t how) {
    if (!(how & EXO_PACKET_MORE))
        told(n);
    if (n->apart & NET_TAPPED)
        net_tap_sent(n, o->r.piece, o->r.pieces);
}

/* What a call names is there, and is copied. */
static inline __attribute__((always_inline)) int look(uint64_t how, uint64_t pieces, uint64_t count,
                                                      struct exo_piece *piece) {
    if (how >> 8 >= net_count)
        return -E_NOT_FOUND;
    if ((how & (EXO_PACKET_MORE - 1)) >= EXO_CAPS)
        return -E_PERM;
    return copy_from_user(piece, pieces, count * sizeof *piece) ? -E_FAULT : 0;
}

/* A frame of so many pieces, one of them or any number. */
static inline __attribute__((always_inline)) int send_one(struct net_port *n, uint64_t how,
                                                          const struct exo_piece *piece,
                                                          uint64_t count, uint64_t word) {
    const struct env *e = env_current;
    const uint64_t nic = how >> 8;
    const struct cap holder = e->cap[how & (EXO_CAPS - 1)];
    struct packet_out *o = packet_out_take(&packet_outs[WAY_OWN], e, nic,
                                           DEFENDED(PACKET_SENDS) ? EXO_SENDS_OF : UINT8_MAX);
    if (!o)
        return -E_FULL;
    int error = add(o, holder, piece, count);
    if (!error && word)
        error = add_word(o, holder, word);
    if (error) {
        packet_out_drop(o);
        return error;
    }
    o->r.quiet = !word || (how & EXO_PACKET_QUIET);
    return packet_out_go(n, o, how,
                         allowed(o, packet_template_of(e, nic)) || !DEFENDED(PACKET_FORGED));
}

/* A frame; or a train of them, one behind the other, of which the device hears together. */
static inline __attribute__((always_inline)) long send(uint64_t how, uint64_t pieces,
                                                       uint64_t count, uint64_t word, bool train) {
    struct exo_piece piece[EXO_TRAIN_PIECES];
    long frames = 0;
    int error = look(how, pieces, count, piece);
    if (error)
        return error;
    struct net_port *n = &net_ports[how >> 8];
    nic_collect_sent(n->device);
    for (uint64_t at = 0, of = count; at < count && !error; at += of, frames += !error) {
        of = train ? piece[at].bytes >> 32 : count;
        if (train)
            piece[at].bytes = (uint32_t)piece[at].bytes;
        if (train && (of - 1 >= EXO_PACKET_PIECES || of > count - at))
            error = -E_INVALID;
        else
            error =
                send_one(n, at + of < count ? how | EXO_PACKET_MORE : how, &piece[at], of, word);
    }
    if (error)
        nic_tell(n->device);
    return train && frames ? frames : error;
}

static __attribute__((noinline)) long send_train(uint64_t how, uint64_t pieces, uint64_t count) {
    return send(how & ~(uint64_t)EXO_PACKET_TRAIN, pieces, count, 0, true);
}

/* Sends a frame by an interface (EXO_PACKET_HOW): `count` pieces of struct exo_piece at this
 * address, each in one page frame that the capability in slot `holder` opens, for reading; they are
 * pinned until the device is done with them, and then the word at this physical address, if that is
 * not 0, is counted down by one. Without a word, or with EXO_PACKET_QUIET, that may be as late as
 * the next packet_send. With EXO_PACKET_MORE the device may hear of it with the next one, of
 * whoever it is, where one is refused, or where the caller gives the processor or control away, or
 * loses it. 0; -E_NOT_FOUND: no such interface; -E_PERM: frames, the word, or the frame is none
 * that the caller may send there (sys_packet_template); -E_INVALID: pieces, or longer or shorter
 * than a frame may be; -E_TOO_LONG: more than EXO_PACKET_PIECES; -E_FAULT; -E_FULL: too many are on
 * their way, or a frame's pins; -E_BUSY: only pins hold a frame; -E_DEAD: the device. */
long sys_packet_send(uint64_t how, uint64_t pieces, uint64_t count, uint64_t word) {
    const bool train = how & EXO_PACKET_TRAIN;
    if (count == 1 && !train)
        return send(how, pieces, 1, word, false);
    if (count - 1 >= (train ? EXO_TRAIN_PIECES : EXO_PACKET_PIECES))
        return count ? -E_TOO_LONG : -E_INVALID;
    if (train)
        return word ? -E_INVALID : send_train(how, pieces, count);
    return send(how, pieces, count, word, false);
}

void packet_send_init(void) {
    env_tell = tell;
    outs = net_memory(OUTS * sizeof *outs);
    for (unsigned i = 0; i < OUTS; i++) {
        const bool own = i < net_count * OUTS_OWN;
        const unsigned nic = own ? i / OUTS_OWN : (i - net_count * OUTS_OWN) / OUTS_HANDLER;
        struct packet_out *o = &outs[i],
                          **home = &packet_outs[own ? WAY_OWN : WAY_HANDLER].nobodys[nic];
        o->r = (struct nic_request){.pinned = true, .ended = went, .arg = &net_ports[nic]};
        o->piece[0].at = physical(o->head);
        o->next = *home;
        *home = o;
        o->home = home;
    }
}

/* What the device keeps is not its next one's. */
static void forget(uint8_t *count, uint8_t *nobodys) {
    for (struct packet_out *o = outs; o < outs + OUTS && *count && DEFENDED(PACKET_ENDED); o++)
        if (o->r.result == NIC_PENDING && o->count == count) {
            o->count = nobodys;
            --*count;
        }
}

void packet_send_end(const struct env *e) {
    for (unsigned i = 0; i < net_count; i++)
        nic_collect_sent(net_ports[i].device);
    for (struct packet_outs *of = packet_outs; of < packet_outs + WAYS; of++)
        forget(&of->count[e - envs], &of->count[EXO_ENVS]);
}
