/* SPDX-License-Identifier: MIT */
/* packet_ring.c -- see packet_ring.h. What a frame that arrives does is in packet_put.h. */
#include "exo/kernel/net/packet_ring.h"

#include "exo/defence.h"
#include "exo/kernel/memory/account.h"
#include "exo/kernel/memory/acl.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/net/net_port.h"
#include "exo/kernel/net/packet_put.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/memory/page.h"
#include "machine/user/user.h"

/* What filling a ring may take at once, and its parts, in instructions or more. */
#define WORK_FILL   3500
#define WORK_BUFFER 80
#define WORK_PIECE  25
#define WORK_LIST   30 /* a word of an access list */

/* That of a buffer that is none: its word is never 0. */
static uint64_t taken = 1;
static struct exo_frame nobodys;
/* Rings that have ended, the first first; and how many of them an environment has. */
static struct packet_ring *ended, **last_ended = &ended;
static uint32_t ended_of[EXO_ENVS];

struct packet_ring *(*packet_rings)[EXO_PACKET_RINGS];

void packet_ring_init(void) {
    packet_rings = net_memory(EXO_ENVS * sizeof *packet_rings);
}

static inline bool opens(const struct packet_ring *r, const struct exo_frame *f, long *work) {
    if (!DEFENDED(PACKET_WRITE))
        return true;
    if (!cap_same(f->acl, r->holder))
        *work -= WORK_LIST * (long)acl_of(&f->acl).count;
    return acl_opens_at_once(&f->acl, r->holder, CAP_WRITE);
}

static int pin(const struct packet_ring *r, struct place *p, uint64_t at, uint64_t bytes,
               long *work) {
    uint64_t number = at / PAGE_SIZE;
    if (!bytes || bytes > PAGE_SIZE - at % PAGE_SIZE)
        return -E_INVALID;
    struct exo_frame *f = &exo_frames[number];
    if (number >= info.frame_count || !opens(r, f, work))
        return -E_PERM;
    *p = (struct place){direct(PADDR(at)), f, f->acl, (uint32_t)bytes};
    return DEFENDED(PACKET_PIN) ? exo_frame_pin_short(f) : 0;
}

static void unpin(const struct place *p) {
    if (p->frame != &nobodys && DEFENDED(PACKET_PIN))
        exo_frame_unpin_short(p->frame);
}

static void empty(struct packet_buffer *b) {
    b->word = (struct place){.at = &taken, .frame = &nobodys};
    b->pieces = b->bytes = 0;
}

static void release(struct packet_buffer *b) {
    while (b->pieces)
        unpin(&b->piece[--b->pieces]);
    unpin(&b->word);
    empty(b);
}

/* Makes b, which is none, one. */
static int fill(const struct packet_ring *r, struct packet_buffer *b, uint64_t at, long *work) {
    struct exo_packet_buffer q;
    struct place word;
    if (copy_from_user(&q, at, sizeof q))
        return -E_FAULT;
    if (q.pieces > EXO_PACKET_PIECES)
        return -E_TOO_LONG;
    if (!q.pieces || q.word % sizeof(uint64_t))
        return -E_INVALID;
    *work -= WORK_BUFFER + WORK_PIECE * (long)q.pieces;
    int error = pin(r, &word, q.word, sizeof(uint64_t), work);
    if (!error)
        b->word = word;
    for (uint64_t i = 0; i < q.pieces && !error; i++) {
        error = pin(r, &b->piece[i], q.piece[i].at, q.piece[i].bytes, work);
        b->pieces += !error;
        b->bytes += error ? 0 : b->piece[i].bytes;
    }
    if (error)
        release(b);
    return error;
}

/* --- Its life --- */

static size_t bytes_of(uint64_t count) {
    return sizeof(struct packet_ring) + count * sizeof(struct packet_buffer);
}

static unsigned frames_of(uint64_t count) {
    return (unsigned)(page_round_up(bytes_of(count)) / PAGE_SIZE);
}

void packet_ring_end(struct packet_ring *r) {
    struct packet_ring **at = DEFENDED(PACKET_ORDER) ? last_ended : &ended;
    r->alive = 0;
    r->after = *at;
    *at = r;
    if (!r->after)
        last_ended = &r->after;
    ended_of[r->slot]++;
}

bool packet_ring_reap(const struct env *e, long *work) {
    for (struct packet_ring *r; (r = ended) && *work > 0;) {
        for (; r->count && *work > 0; *work -= WORK_BUFFER + WORK_PIECE * EXO_PACKET_PIECES)
            release(&packet_ring_first(r)[--r->count]);
        if (r->count)
            break;
        ended = r->after;
        if (!ended)
            last_ended = &ended;
        ended_of[r->slot]--;
        account_release(r->owner, frames_of(r->made));
        heap_free(r, bytes_of(r->made));
    }
    return !ended_of[e - envs];
}

/* Without buffers, on e's account. */
static int begin(struct env *e, struct cap holder, uint64_t count, struct packet_ring **made) {
    static uint64_t made_before;
    int error = account_charge_all(e->seen, frames_of(count));
    if (error)
        return error;
    struct packet_ring *r = heap_alloc_dirty(bytes_of(count));
    if (!r) {
        account_release(e->seen, frames_of(count));
        return -E_NO_MEMORY;
    }
    *r = (struct packet_ring){.id = ++made_before,
                              .owner = e->seen,
                              .slot = (uint32_t)(e - envs),
                              .alive = packet_life(e->seen),
                              .holder = holder,
                              .count = (uint32_t)count,
                              .made = (uint32_t)count,
                              .next = (struct packet_buffer *)(r + 1),
                              .end = (struct packet_buffer *)(r + 1) + count};
    for (struct packet_buffer *b = r->next; b < r->end; b++)
        empty(b);
    *made = r;
    return 0;
}

long packet_ring_make(struct env *e, struct cap holder, uint64_t at, uint64_t count,
                      struct packet_ring **made) {
    long work = WORK_FILL;
    uint64_t n = 0;
    if (!count || count > EXO_PACKET_BUFFERS)
        return -E_TOO_LONG;
    int error = begin(e, holder, count, made);
    for (; n < count && work > 0 && !error; n++)
        error = fill(*made, packet_ring_first(*made) + n, at + n * sizeof(struct exo_packet_buffer),
                     &work);
    if (error && *made)
        packet_ring_end(*made);
    return error ? error : n < count ? (long)n : 0;
}

int packet_ring_change(struct packet_ring *r, uint64_t index, uint64_t at) {
    struct packet_buffer b, *old = packet_ring_first(r) + index;
    long work = 0;
    if (index >= r->count)
        return -E_INVALID;
    empty(&b);
    int error = fill(r, &b, at, &work);
    if (error)
        return error;
    release(old);
    *old = b;
    return 0;
}

/* --- A frame arrives --- */

bool packet_ring_opens(const struct packet_ring *r, struct place *p) {
    long work = 0;
    if (!opens(r, p->frame, &work))
        return false;
    p->opened = p->frame->acl;
    return true;
}
