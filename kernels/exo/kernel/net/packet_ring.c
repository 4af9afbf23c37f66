/* SPDX-License-Identifier: MIT */
/* packet_ring.c -- see packet_ring.h. Of the owner's memory the kernel reads one word a frame,
 * once; where buffers are it has copied, and looks at again only whether the page frames are still
 * the owner's to write. */
#include "exo/kernel/net/packet_ring.h"

#include "exo/defence.h"
#include "exo/kernel/memory/account.h"
#include "exo/kernel/memory/acl.h"
#include "exo/kernel/memory/info.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/memory/page.h"
#include "machine/user/user.h"

/* Within one page frame, which is pinned. */
struct place {
    uint64_t at; /* physical */
    struct exo_frame *frame;
    struct cap opened; /* the frame's access list, as the holder opened it last */
    uint32_t bytes;
};

struct buffer {
    struct place word, piece[EXO_PACKET_PIECES];
    uint32_t pieces, bytes;
};

struct packet_ring {
    uint64_t id;
    uint32_t env, count, next;
    struct exo_env *account;
    struct cap holder;
    struct buffer buffer[];
};

struct packet_ring *(*packet_rings)[EXO_PACKET_RINGS];

uint64_t packet_ring_id(const struct packet_ring *r) {
    return r->id;
}

static bool opens(const struct packet_ring *r, const struct exo_frame *f) {
    return acl_opens(&f->acl, r->holder, CAP_WRITE) || !DEFENDED(PACKET_WRITE);
}

static int pin(const struct packet_ring *r, struct place *p, uint64_t at, uint64_t bytes) {
    uint64_t number = at / PAGE_SIZE;
    if (!bytes || bytes > PAGE_SIZE - at % PAGE_SIZE)
        return -E_INVALID;
    struct exo_frame *f = number < info.frame_count ? exo_frame_at(number) : NULL;
    if (!f || !opens(r, f))
        return -E_PERM;
    *p = (struct place){at, f, f->acl, (uint32_t)bytes};
    return DEFENDED(PACKET_PIN) ? exo_frame_pin(f) : 0;
}

static void unpin(const struct place *p) {
    if (DEFENDED(PACKET_PIN))
        exo_frame_unpin(p->frame);
}

static void release(struct buffer *b) {
    while (b->pieces)
        unpin(&b->piece[--b->pieces]);
    if (b->word.frame)
        unpin(&b->word);
    *b = (struct buffer){.pieces = 0};
}

static int fill(const struct packet_ring *r, struct buffer *b, const struct exo_packet_buffer *q) {
    *b = (struct buffer){.pieces = 0};
    if (q->pieces > EXO_PACKET_PIECES)
        return -E_TOO_LONG;
    if (!q->pieces || q->word % sizeof(uint64_t))
        return -E_INVALID;
    int error = pin(r, &b->word, q->word, sizeof(uint64_t));
    if (error)
        b->word.frame = NULL;
    for (uint64_t i = 0; i < q->pieces && !error; i++) {
        error = pin(r, &b->piece[i], q->piece[i].at, q->piece[i].bytes);
        b->pieces += !error;
        b->bytes += error ? 0 : b->piece[i].bytes;
    }
    if (error)
        release(b);
    return error;
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

void packet_ring_free(struct packet_ring *r) {
    if (!r)
        return;
    for (uint32_t i = 0; i < r->count; i++)
        release(&r->buffer[i]);
    account_release_of(r->account, r->env, frames_of(r->count));
    heap_free(r, bytes_of(r->count));
}

int packet_ring_change(struct packet_ring *r, uint64_t index, uint64_t at) {
    struct exo_packet_buffer q;
    struct buffer b;
    if (index >= r->count)
        return -E_INVALID;
    int error = copy_from_user(&q, at, sizeof q);
    if (!error)
        error = fill(r, &b, &q);
    if (error)
        return error;
    release(&r->buffer[index]);
    r->buffer[index] = b;
    return 0;
}

int packet_ring_make(struct env *e, struct cap holder, uint64_t at, uint64_t count,
                     struct packet_ring **made) {
    if (!count || count > EXO_PACKET_BUFFERS)
        return -E_TOO_LONG;
    int error = charge(e->seen, frames_of(count));
    if (error)
        return error;
    struct packet_ring *r = heap_alloc(bytes_of(count));
    if (!r) {
        account_release(e->seen, frames_of(count));
        return -E_NO_MEMORY;
    }
    static uint64_t made_before;
    memset(r, 0, bytes_of(count));
    r->id = ++made_before;
    r->env = e->seen->id;
    r->account = e->seen;
    r->holder = holder;
    r->count = (uint32_t)count;
    for (uint64_t i = 0; i < count && !error; i++)
        error = packet_ring_change(r, i, at + i * sizeof(struct exo_packet_buffer));
    if (error)
        packet_ring_free(r);
    else
        *made = r;
    return error;
}

/* --- A frame arrives --- */

static inline bool may_still(const struct packet_ring *r, struct place *p) {
    struct cap acl = p->frame->acl;
    if (__builtin_expect(cap_same(acl, p->opened), 1) || !DEFENDED(PACKET_ACL))
        return true;
    if (!opens(r, p->frame))
        return false;
    p->opened = acl;
    return true;
}

static inline void copy(void *to, const void *from, uint64_t bytes) {
    uint64_t words = bytes / 8, rest = bytes % 8;
    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(rest) : : "memory");
}

bool packet_ring_put(struct packet_ring *r, const void *frame, uint32_t bytes) {
    struct buffer *b = &r->buffer[r->next];
    if ((!env_find(r->env) && DEFENDED(PACKET_DEAD)) || !may_still(r, &b->word))
        return false;
    volatile uint64_t *word = direct(PADDR(b->word.at));
    if (*word && DEFENDED(PACKET_TAKEN))
        return false;
    const char *from = frame;
    uint32_t left = bytes < b->bytes ? bytes : b->bytes, stored = left;
    for (struct place *p = b->piece; left; p++) {
        uint32_t part = left < p->bytes ? left : p->bytes;
        if (!may_still(r, p))
            return false;
        copy(direct(PADDR(p->at)), from, part);
        from += part;
        left -= part;
    }
    *word = stored | (uint64_t)bytes << 32;
    r->next = r->next + 1 < r->count ? r->next + 1 : 0;
    return true;
}
