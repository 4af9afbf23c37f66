/* SPDX-License-Identifier: MIT */
/* block_frame.c -- see block_frame.h. */
#include "exo/kernel/memory/block_frame.h"

#include "exo/defence.h"
#include "lib/error.h"
#include "machine/memory/frame.h"

/* Valid, and of a capability no more: no rights, a name without a letter. */
static struct cap word_of(uint32_t entry) {
    struct cap word = {.valid = 1};
    __builtin_memcpy(word.name, &entry, sizeof entry);
    return word;
}

void block_frame_enter(struct exo_frame *f, uint32_t entry) {
    struct cap word = word_of(entry);
    if (!DEFENDED(BLOCK_ACL))
        word = (struct cap){.rights = CAP_ALL, .valid = 1};
    exo_frame_set_acl(f, word, 0);
}

int block_frame_claim(uint64_t number, struct exo_frame **f) {
    *f = exo_frame_at(number);
    if (!*f)
        return -E_PERM;
    if ((*f)->references && !block_frame_give(*f))
        return -E_EXISTS;
    int foreign = exo_frame_claim(*f, word_of(0));
    return foreign < 0 ? foreign : 0;
}

int block_frame_take(uint64_t number, struct cap holder, struct exo_frame **f) {
    *f = exo_frame_at(number);
    if (!*f || !(*f)->references)
        return -E_PERM;
    if (!acl_opens(&(*f)->acl, holder, CAP_WRITE) && DEFENDED(BLOCK_TAKE))
        return -E_PERM;
    if (((*f)->writers && DEFENDED(BLOCK_WRITER)) || ((*f)->pins && DEFENDED(BLOCK_PINNED)))
        return -E_SHARE;
    return page_count_up(&(*f)->references);
}

void block_frame_drop(struct exo_frame *f) {
    if (block_frame_is(f))
        f->acl = (struct cap){0};
    exo_frame_release(f);
}

bool (*block_frame_leaves)(uint32_t entry);

bool block_frame_give(struct exo_frame *f) {
    return block_frame_is(f) && block_frame_leaves(block_frame_entry(f)) && !f->references;
}
