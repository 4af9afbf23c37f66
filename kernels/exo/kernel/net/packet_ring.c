/* SPDX-License-Identifier: MIT */
/* packet_ring.c -- see packet_ring.h. Of the owner's memory the kernel reads one word a frame,
 * once; where buffers are it has copied, and looks at again only whether the page frames are still
 * the owner's to write. */
#include "exo/kernel/net/packet_ring.h"

#include "exo/defence.h"
#include "exo/kernel/memory/account.h"
#include "exo/kernel/memory/acl.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/net/net_port.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/memory/page.h"
#include "machine/user/user.h"

/* What filling a ring may take at once, and its parts, in instructions or more. */
#define WORK_FILL   4500
#define WORK_BUFFER 80
#define WORK_PIECE  25
#define WORK_LIST   40 /* a word of an access list */

/* Within one page frame, which is pinned. */
struct place {
    void *at; /* by the direct map */
    struct exo_frame *frame;
    struct cap opened; /* the frame's access list, as the holder opened it last */
    uint32_t bytes;
};

struct buffer {
    struct place word, piece[EXO_PACKET_PIECES];
    uint32_t pieces, bytes;
};

/* That of a buffer that is none: its word is never 0. */
static uint64_t taken = 1;
static struct exo_frame nobodys;

struct packet_ring *(*packet_rings)[EXO_PACKET_RINGS];

void packet_ring_init(void) {
    packet_rings = net_memory(EXO_ENVS * sizeof *packet_rings);
}

/* Mostly the list is the holder's own word; a free frame's, and one of the kernel's, is invalid. */
static inline bool opens(const struct packet_ring *r, const struct exo_frame *f, long *work) {
    if (!DEFENDED(PACKET_WRITE) ||
        (cap_same(f->acl, r->holder) && r->holder.valid && (r->holder.rights & CAP_WRITE)))
        return true;
    *work -= WORK_LIST * (long)acl_of(&f->acl).count;
    return acl_opens(&f->acl, r->holder, CAP_WRITE);
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

static void empty(struct buffer *b) {
    b->word = (struct place){.at = &taken, .frame = &nobodys};
    b->pieces = b->bytes = 0;
}

static void release(struct buffer *b) {
    while (b->pieces)
        unpin(&b->piece[--b->pieces]);
    unpin(&b->word);
    empty(b);
}

/* Makes b, which is none, one. */
static int fill(const struct packet_ring *r, struct buffer *b, uint64_t at, long *work) {
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

static struct buffer *first(struct packet_ring *r) {
    return (struct buffer *)(r + 1);
}

static size_t bytes_of(uint64_t count) {
    return sizeof(struct packet_ring) + count * sizeof(struct buffer);
}

static unsigned frames_of(uint64_t count) {
    return (unsigned)(page_round_up(bytes_of(count)) / PAGE_SIZE);
}

static int charge(struct exo_env *account, unsigned frames) {
    for (unsigned i = 0; i < frames; i++) {
        int error = account_charge(account);
        if (error) {
            account_release(account, i);
            return error;
        }
    }
    return 0;
}

bool packet_ring_free(struct packet_ring *r, long *work) {
    r->alive = 0;
    for (; r->count && *work > 0; *work -= WORK_BUFFER + WORK_PIECE * EXO_PACKET_PIECES)
        release(&first(r)[--r->count]);
    if (r->count)
        return false;
    account_release(r->owner, frames_of(r->made));
    heap_free(r, bytes_of(r->made));
    return true;
}

/* How an entry begins, but for whether it sleeps. */
static inline uint64_t life_of(const struct exo_env *e) {
    _Static_assert(offsetof(struct exo_env, state) == 4 && offsetof(struct exo_env, asleep) == 6,
                   "both are in the first word");
    uint64_t word;
    __builtin_memcpy(&word, e, sizeof word);
    return word << 16;
}

/* Without buffers, on e's account. */
static int begin(struct env *e, struct cap holder, uint64_t count, struct packet_ring **made) {
    static uint64_t made_before;
    int error = charge(e->seen, frames_of(count));
    if (error)
        return error;
    struct packet_ring *r = heap_alloc_dirty(bytes_of(count));
    if (!r) {
        account_release(e->seen, frames_of(count));
        return -E_NO_MEMORY;
    }
    *r = (struct packet_ring){.id = ++made_before,
                              .owner = e->seen,
                              .alive = life_of(e->seen),
                              .holder = holder,
                              .count = (uint32_t)count,
                              .made = (uint32_t)count,
                              .next = (struct buffer *)(r + 1),
                              .end = (struct buffer *)(r + 1) + count};
    for (struct buffer *b = r->next; b < r->end; b++)
        empty(b);
    *made = r;
    return 0;
}

long packet_ring_make(struct env *e, struct cap holder, uint64_t at, uint64_t count,
                      struct packet_ring **made) {
    long work = WORK_FILL, all = __LONG_MAX__;
    uint64_t n = 0;
    if (!count || count > EXO_PACKET_BUFFERS)
        return -E_TOO_LONG;
    int error = begin(e, holder, count, made);
    for (; n < count && work > 0 && !error; n++)
        error = fill(*made, first(*made) + n, at + n * sizeof(struct exo_packet_buffer), &work);
    if (error && *made)
        packet_ring_free(*made, &all);
    return error ? error : n < count ? (long)n : 0;
}

int packet_ring_change(struct packet_ring *r, uint64_t index, uint64_t at) {
    struct buffer b, *old = first(r) + index;
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

static inline bool may_still(const struct packet_ring *r, struct place *p) {
    struct cap acl = p->frame->acl;
    long work = 0;
    if (__builtin_expect(cap_same(acl, p->opened), 1) || !DEFENDED(PACKET_ACL))
        return true;
    if (!opens(r, p->frame, &work))
        return false;
    p->opened = acl;
    return true;
}

static inline void copy(void *to, const void *from, uint64_t bytes) {
    uint64_t words = bytes / 8, rest = bytes % 8;
    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(rest) : : "memory");
}

bool packet_ring_put(struct packet_ring *r, const void *frame, uint32_t bytes, uint64_t mark) {
    struct buffer *b = r->next;
    volatile uint64_t *word = b->word.at;
    if ((life_of(r->owner) != r->alive && DEFENDED(PACKET_DEAD)) || !may_still(r, &b->word))
        return false;
    if (*word && DEFENDED(PACKET_TAKEN))
        return false;
    const char *from = frame;
    uint32_t left = bytes < b->bytes ? bytes : b->bytes, stored = left;
    for (struct place *p = b->piece; left; p++) {
        uint32_t part = left < p->bytes ? left : p->bytes;
        if (!may_still(r, p))
            return false;
        copy(p->at, from, part);
        from += part;
        left -= part;
    }
    *word = mark | stored | (uint64_t)bytes << 32;
    r->next = b + 1 < r->end ? b + 1 : first(r);
    return true;
}
