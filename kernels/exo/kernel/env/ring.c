/* SPDX-License-Identifier: MIT */
/* ring.c -- see ring.h. Where the next message goes is the kernel's to know; of the receiver's
 * memory it reads one word, once, and a receiver that writes nonsense there spoils its own ring. */
#include "exo/kernel/env/ring.h"

#include "exo/defence.h"
#include "exo/kernel/env/ring_put.h"
#include "exo/kernel/memory/acl.h"
#include "machine/memory/heap.h"
#include "machine/memory/page.h"

#define MESSAGES (PAGE_SIZE / sizeof(struct exo_message)) /* of a page */

struct ring {
    struct cap who, holder;
    uint32_t pages; /* that are pinned */
    uint32_t next;  /* where the next message goes */
    struct exo_frame *frame[EXO_RING_PAGES];
    struct cap opened[EXO_RING_PAGES]; /* the frame's access list, as `holder` opened it last */
};

struct ring *ring_of[EXO_ENVS];

static bool opens(const struct ring *r, const struct exo_frame *f) {
    return !DEFENDED(RING_FRAME) || acl_opens(&f->acl, r->holder, CAP_READ | CAP_WRITE);
}

static paddr_t frame_of(const struct ring *r, unsigned page) {
    return PADDR(exo_frame_number(r->frame[page]) * PAGE_SIZE);
}

void ring_free(struct ring *r, struct exo_env *account) {
    if (!r)
        return;
    while (r->pages)
        exo_frame_unpin(r->frame[--r->pages]);
    heap_free(r, sizeof *r);
    account_release(account, 1);
}

static int pin(struct ring *r, const struct space *s, vaddr_t at) {
    struct page_mapping m;
    if (at >= EXO_TOP || page_walk(&s->table, at, &m) ||
        (DEFENDED(RING_WRITE) && !(m.rights & PAGE_WRITE)))
        return -E_FAULT;
    struct exo_frame *f = exo_frame_at(m.frame.at / PAGE_SIZE);
    if (!f || !opens(r, f))
        return -E_PERM;
    r->frame[r->pages] = f;
    r->opened[r->pages] = f->acl;
    int error = DEFENDED(RING_PIN) ? exo_frame_pin(f) : 0;
    r->pages += !error;
    return error;
}

int ring_make(const struct ring_request *q, struct ring **made) {
    int error = account_charge(q->account);
    if (error)
        return error;
    struct ring *r = heap_alloc(sizeof *r);
    if (!r) {
        account_release(q->account, 1);
        return -E_NO_MEMORY;
    }
    r->who = q->who;
    r->holder = q->holder;
    for (uint64_t i = 0; !error && i < q->pages; i++)
        error = pin(r, q->space, q->at + i * PAGE_SIZE);
    if (error)
        ring_free(r, q->account);
    else
        *made = r;
    return error;
}

struct cap ring_who(const struct ring *r) {
    return r->who;
}

bool ring_is_under(const struct ring *r, struct cap what) {
    return cap_is_under(r->holder, what);
}

int ring_send(struct ring *r, uint64_t from, const uint64_t words[EXO_RING_WORDS]) {
    unsigned page = r->next / MESSAGES;
    struct cap acl = r->frame[page]->acl;
    if (!cap_same(acl, r->opened[page]) && DEFENDED(RING_ACL)) {
        if (!opens(r, r->frame[page]))
            return -E_NOT_FOUND;
        r->opened[page] = acl;
    }
    struct exo_message *messages = direct(frame_of(r, page));
    int error = ring_put(&messages[r->next % MESSAGES], from, words);
    if (!error)
        r->next = r->next + 1 < r->pages * MESSAGES ? r->next + 1 : 0;
    return error;
}
