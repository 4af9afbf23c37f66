/* SPDX-License-Identifier: MIT */
/* frame_calls.c -- the calls on frames beside their mappings: who may map one, and how many times;
 * that it stays. */
#include "exo/kernel/rights/frame_calls.h"

#include "exo/defence.h"
#include "exo/kernel/env/env.h"
#include "exo/kernel/memory/acl.h"
#include "exo/kernel/memory/pins.h"
#include "lib/error.h"
#include "machine/user/user.h"

/* Copies the access list of a frame to `into`, as far as there is room for so many words. How many
 * words it has; -E_NOT_FOUND: it is free, or the kernel's; -E_FAULT. Names are no secret: there is
 * no right to ask for. */
long sys_acl_read(uint64_t frame, uint64_t into, uint64_t room) {
    const struct exo_frame *f = exo_frame_at(frame);
    if (!f || !f->references)
        return -E_NOT_FOUND;
    struct acl acl = acl_of(&f->acl);
    if (copy_to_user(into, acl.word, (room < acl.count ? room : acl.count) * sizeof(struct cap)))
        return -E_FAULT;
    return acl.count;
}

/* What a call may do at once, in instructions or more; what each frame and each word takes. */
#define WORK_CALL  7000
#define WORK_FRAME 80
#define WORK_WORD  25

/* The frames that follow each other from `first` on get this list, as far as there is time, up to
 * the first that the holder may not change; how many did. */
static uint64_t set_some(struct cap holder, uint64_t first, uint64_t frames, struct acl to,
                         struct cap word, uint32_t limits) {
    long work = WORK_CALL;
    uint64_t done = 0;
    for (; done < frames && work > 0; done++) {
        struct exo_frame *f = exo_frame_at(first + done);
        if (!f || !f->references)
            break;
        struct acl from = acl_of(&f->acl);
        if (!acl_may_become(from.word, from.count, to.word, to.count, holder))
            break;
        if (acl_is_long(word))
            acl_share(word);
        exo_frame_set_acl(f, word, limits);
        work -= WORK_FRAME + WORK_WORD * (long)(from.count + to.count);
    }
    return done;
}

/* The access list of `frames` frames from number `first` on becomes these `count` words, and their
 * limits these, by the capability in `slot`. What is mapped stays mapped. How many frames were
 * done, which may be some of them; -E_PERM: the list does not permit to modify it, or its first
 * word may not be changed so, a word is no capability, or the frame is none of an environment's;
 * -E_TOO_LONG: more words than EXO_ACL_MOST; -E_INVALID: a limit that is none; -E_FAULT; -E_QUOTA,
 * -E_NO_MEMORY: of a list with more than one word, or with limits. An error only where no frame was
 * done. */
long sys_acl_set(uint64_t slot, uint64_t first, uint64_t frames, uint64_t words, uint64_t count,
                 uint64_t limits) {
    struct cap to[EXO_ACL_MOST], word;
    if (slot >= EXO_CAPS || !count)
        return -E_PERM;
    if (count > EXO_ACL_MOST)
        return -E_TOO_LONG;
    if (limits & ~(uint64_t)EXO_LIMITS)
        return -E_INVALID;
    if (copy_from_user(to, words, count * sizeof to[0]))
        return -E_FAULT;
    word = to[0];
    bool is_long = count > 1 || limits;
    int error = is_long ? acl_make(env_current->seen, to, (unsigned)count, &word) : 0;
    if (error)
        return error;
    uint64_t done = set_some(env_current->cap[slot], first, frames,
                             (struct acl){to, (unsigned)count}, word, (uint32_t)limits);
    if (is_long)
        acl_drop(word);
    return done || !frames ? (long)done : -E_PERM;
}

/* The frame with this number, which the capability in the caller's slot `holder` may read, stays as
 * it is until frame_unpin, or the caller's end. -E_PERM: it may not, or the frame is free or the
 * kernel's; -E_BUSY: only pins hold it; -E_FULL: too many pins, of the caller or of the frame;
 * -E_QUOTA, -E_NO_MEMORY. */
long sys_frame_pin(uint64_t holder, uint64_t frame) {
    struct env *e = env_current;
    struct exo_frame *f = exo_frame_at(frame);
    if (holder >= EXO_CAPS || !f || !f->references ||
        (DEFENDED(PIN) && !acl_opens(&f->acl, e->cap[holder], CAP_READ)))
        return -E_PERM;
    return pins_add(&e->pins, f, e->seen);
}

/* Takes a pin of this frame from `env` (0: the caller), by the capability in `slot`. -E_DEAD,
 * -E_PERM; -E_NOT_FOUND: it has none. */
long sys_frame_unpin(uint64_t slot, uint64_t env, uint64_t frame) {
    struct env *e;
    int error = env_named(slot, env, CAP_WRITE, &e);
    if (error)
        return error;
    unsigned n = pins_find(e->pins, frame);
    if (n == pins_count(e->pins))
        return -E_NOT_FOUND;
    pins_remove(&e->pins, n, e->seen);
    return 0;
}
