/* SPDX-License-Identifier: MIT */
/* proxy.c -- see proxy.h. */
#include "spin/runtime/proxy.h"

#include "lib/error.h"

static void hold(void *object) {
    struct proxy *p = object;
    __atomic_fetch_add(&p->holders, 1, __ATOMIC_RELAXED);
}

static void release(void *object) {
    struct proxy *p = object;
    if (__atomic_sub_fetch(&p->holders, 1, __ATOMIC_ACQ_REL))
        return;
    proxy_revoke(p);
    p->hooks->release(p->hooks->owner, p, sizeof *p);
}

const struct name_type name_proxy = {.name = "proxy", .hold = hold, .release = release};

int proxy_create(struct proxy **p, const struct named *target, const struct hooks *hooks) {
    struct proxy *made = hooks->allocate(hooks->owner, sizeof *made);
    if (!made)
        return -E_NO_MEMORY;
    *made = (struct proxy){.target = *target, .entries = 1, .holders = 1, .hooks = hooks};
    named_hold(target);
    *p = made;
    return 0;
}

/* A strand may be preempted in each of these, and another one be in another. */

void *proxy_enter(struct proxy *p, const struct name_type *type) {
    if (p->target.type != type || __atomic_load_n(&p->revoked, __ATOMIC_ACQUIRE))
        return NULL;
    uint32_t n = __atomic_load_n(&p->entries, __ATOMIC_RELAXED);
    while (n && !__atomic_compare_exchange_n(&p->entries, &n, n + 1, false, __ATOMIC_ACQUIRE,
                                             __ATOMIC_RELAXED))
        ;
    return n ? p->target.object : NULL;
}

void proxy_leave(struct proxy *p) {
    if (__atomic_sub_fetch(&p->entries, 1, __ATOMIC_ACQ_REL) == 0)
        named_release(&p->target);
}

void proxy_revoke(struct proxy *p) {
    if (!__atomic_exchange_n(&p->revoked, true, __ATOMIC_ACQ_REL))
        proxy_leave(p);
}
