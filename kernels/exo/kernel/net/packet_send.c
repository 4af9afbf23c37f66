/* SPDX-License-Identifier: MIT */
/* packet_send.c -- see packet_send.h. What a caller names is copied before it is looked at. */
#include "exo/kernel/net/packet_send.h"

#include "exo/defence.h"
#include "exo/kernel/env/turn.h"
#include "exo/kernel/memory/acl.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/memory/exo_frame.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/net/net_io.h"
#include "exo/kernel/net/net_tap.h"
#include "exo/kernel/net/net_port.h"
#include "exo/kernel/net/packet_template.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/page.h"
#include "machine/user/user.h"

enum { SENDS = NIC_QUEUE }; /* frames on their way by an interface */

/* A frame on its way. Its head is the kernel's copy, as it was looked at: the sender's memory may
 * change until the device has read it. */
struct out {
    struct nic_request r;                          /* first: the driver tells ends by it */
    struct dma_piece piece[EXO_PACKET_PIECES + 1]; /* the first is the head, if one is copied */
    struct exo_frame *frame[EXO_PACKET_PIECES];
    uint32_t frames, bytes;
    uint64_t head[EXO_TEMPLATE_BYTES / 8];
    struct exo_frame *word_frame;
    volatile uint64_t *word;
    struct cap opened; /* the word's frame, as its sender opened it */
    unsigned env;      /* its slot; EXO_ENVS: it has ended */
    struct out *next;  /* of those that are nobody's */
    struct out **home; /* which begin here */
};

/* By interfaces: one on which nothing goes stops no other. */
static struct out *outs, *nobodys[EXO_NICS];
static uint8_t *sends_of; /* by an environment's slot; the last one's count is nobody's */

/* --- Its end --- */

static inline void drop(struct out *o) {
    for (unsigned i = 0; i < o->frames && DEFENDED(PACKET_FLIES); i++)
        exo_frame_unpin_short(o->frame[i]);
    if (o->word_frame)
        exo_frame_unpin_short(o->word_frame);
    sends_of[o->env]--;
    o->next = *o->home;
    *o->home = o;
}

/* The word is counted down, if it is still its sender's to write. */
static void went(struct nic_request *r) {
    struct out *o = (struct out *)r;
    struct exo_nic *seen = ((struct net_port *)r->arg)->seen;
    seen->sending--;
    if (r->result == NIC_DONE) {
        seen->frames_out++;
        seen->bytes_out += o->bytes;
    }
    if (o->word_frame && (cap_same(o->word_frame->acl, o->opened) || !DEFENDED(PACKET_STILL)))
        --*o->word;
    drop(o);
}

/* --- Its beginning --- */

static inline struct out *take(const struct env *e, uint64_t nic) {
    struct out *o = nobodys[nic];
    if (!o || (sends_of[e - envs] >= EXO_SENDS_OF && DEFENDED(PACKET_SENDS)))
        return NULL;
    nobodys[nic] = o->next;
    sends_of[o->env = (unsigned)(e - envs)]++;
    o->frames = 0;
    o->word_frame = NULL;
    return o;
}

static inline __attribute__((always_inline)) int add(struct out *o, struct cap holder,
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

static int add_word(struct out *o, struct cap holder, uint64_t at) {
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
static __attribute__((noinline)) void copy_head(struct out *o, uint32_t most) {
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

static __attribute__((noinline)) bool copied(struct out *o, const struct packet_template *t) {
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
static inline bool allowed(struct out *o, const struct packet_template *t) {
    o->r.piece = &o->piece[1];
    o->r.pieces = o->frames;
    return t->words ? copied(o, t) : t->set;
}

/* --- Frames of which the device has not heard: while their sender has the processor --- */

static unsigned untold; /* interfaces that have some */

static inline int send_untold(struct net_port *n, struct nic_request *r) {
    if (!(n->apart & NET_UNTOLD)) {
        n->apart |= NET_UNTOLD;
        untold++;
        env_turn |= TURN_UNTOLD;
    }
    return nic_send_untold(n->device, r);
}

static void told(struct net_port *n) {
    if (!(n->apart & NET_UNTOLD))
        return;
    n->apart &= (uint8_t)~NET_UNTOLD;
    if (!--untold)
        env_turn &= (uint8_t)~TURN_UNTOLD;
}

static void tell(void) {
    for (unsigned i = 0; i < net_count; i++) {
        if (DEFENDED(PACKET_MORE))
            nic_tell(net_ports[i].device);
        told(&net_ports[i]);
    }
}

static __attribute__((noinline)) void sent_apart(struct net_port *n, const struct out *o,
                                                 uint64_t how) {
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
    struct out *o = take(e, nic);
    if (!o)
        return -E_FULL;
    int error = add(o, holder, piece, count);
    if (!error && word)
        error = add_word(o, holder, word);
    if (!error && !allowed(o, packet_template_of(e, nic)) && DEFENDED(PACKET_FORGED)) {
        n->seen->forged++;
        error = -E_PERM;
    }
    o->r.quiet = !word || (how & EXO_PACKET_QUIET);
    if (!error && (how & EXO_PACKET_MORE))
        error = send_untold(n, &o->r);
    else if (!error)
        error = nic_send_short(n->device, &o->r);
    if (error) {
        drop(o);
        return error;
    }
    n->seen->sending++;
    if (__builtin_expect(n->apart, 0))
        sent_apart(n, o, how);
    return 0;
}

static inline __attribute__((always_inline)) long send(uint64_t how, uint64_t pieces,
                                                       uint64_t count, uint64_t word) {
    struct exo_piece piece[EXO_PACKET_PIECES];
    int error = look(how, pieces, count, piece);
    if (error)
        return error;
    struct net_port *n = &net_ports[how >> 8];
    nic_collect_sent(n->device);
    error = send_one(n, how, piece, count, word);
    if (error)
        nic_tell(n->device);
    return error;
}

/* Frames one behind the other; the device hears of them together. */
static __attribute__((noinline)) long send_train(uint64_t how, uint64_t pieces, uint64_t count) {
    struct exo_piece piece[EXO_TRAIN_PIECES];
    if (count - 1 >= EXO_TRAIN_PIECES)
        return count ? -E_TOO_LONG : -E_INVALID;
    long frames = 0;
    int error = look(how, pieces, count, piece);
    if (error)
        return error;
    struct net_port *n = &net_ports[how >> 8];
    nic_collect_sent(n->device);
    for (uint64_t at = 0, of; at < count && !error; at += of, frames += !error) {
        of = piece[at].bytes >> 32;
        piece[at].bytes = (uint32_t)piece[at].bytes;
        if (of - 1 >= EXO_PACKET_PIECES || of > count - at)
            error = -E_INVALID;
        else
            error = send_one(n, at + of < count ? how | EXO_PACKET_MORE : how, &piece[at], of, 0);
    }
    if (error)
        nic_tell(n->device);
    return frames ? frames : error;
}

/* Sends a frame by an interface (EXO_PACKET_HOW): `count` pieces of struct exo_piece at this
 * address, each in one page frame that the capability in slot `holder` opens, for reading; they are
 * pinned until the device is done with them, and then the word at this physical address, if that is
 * not 0, is counted down by one. Without a word, or with EXO_PACKET_QUIET, that may be as late as
 * the next packet_send. With EXO_PACKET_MORE the device may hear of it with the next one, of
 * whoever it is, where one is refused, or where the caller yields the processor, or loses it, or it
 * has nothing to do: one who goes on in another environment by EXO_TRANSFER leaves it untold. 0;
 * -E_NOT_FOUND: no such interface; -E_PERM: frames, the word, or the frame is none that the caller
 * may send there (sys_packet_template); -E_INVALID: pieces, or longer or shorter than a frame may
 * be; -E_TOO_LONG: more than EXO_PACKET_PIECES; -E_FAULT; -E_FULL: too many are on their way, or a
 * frame's pins; -E_BUSY: only pins hold a frame; -E_DEAD: the device. */
long sys_packet_send(uint64_t how, uint64_t pieces, uint64_t count, uint64_t word) {
    if (count == 1 && !(how & EXO_PACKET_TRAIN))
        return send(how, pieces, 1, word);
    if (how & EXO_PACKET_TRAIN)
        return word ? -E_INVALID : send_train(how & ~(uint64_t)EXO_PACKET_TRAIN, pieces, count);
    if (count - 1 >= EXO_PACKET_PIECES)
        return count ? -E_TOO_LONG : -E_INVALID;
    return send(how, pieces, count, word);
}

void packet_send_init(void) {
    env_tell = tell;
    outs = net_memory((size_t)net_count * SENDS * sizeof *outs);
    sends_of = net_memory(EXO_ENVS + 1);
    for (unsigned i = 0; i < net_count * SENDS; i++) {
        struct out *o = &outs[i], **home = &nobodys[i / SENDS];
        o->r = (struct nic_request){.pinned = true, .ended = went, .arg = &net_ports[i / SENDS]};
        o->piece[0].at = physical(o->head);
        o->next = *home;
        *home = o;
        o->home = home;
    }
}

/* What the device keeps is not its next one's. */
static void forget(unsigned slot) {
    for (struct out *o = outs; o < outs + net_count * SENDS && sends_of[slot]; o++)
        if (o->r.result == NIC_PENDING && o->env == slot && DEFENDED(PACKET_ENDED)) {
            o->env = EXO_ENVS;
            sends_of[slot]--;
        }
}

void packet_send_end(const struct env *e) {
    for (unsigned i = 0; i < net_count; i++)
        nic_collect_sent(net_ports[i].device);
    forget((unsigned)(e - envs));
}
