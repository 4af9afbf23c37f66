/* SPDX-License-Identifier: MIT */
/* proxy.c -- see proxy.h. */
#include "spin/runtime/proxy.h"

#include "lib/error.h"

static void hold(void *object) {
    struct proxy *p = object;
    p->holders++;
}

static void release(void *object) {
    struct proxy *p = object;
    if (--p->holders)
        return;
    proxy_revoke(p);
    p->hooks->release(p->hooks->owner, p, sizeof *p);
}

const struct name_type name_proxy = {.name = "proxy", .hold = hold, .release = release};

int proxy_create(struct proxy **p, const struct named *target, const struct hooks *hooks) {
    struct proxy *made = hooks->allocate(hooks->owner, sizeof *made);
    if (!made)
        return -E_NO_MEMORY;
    *made = (struct proxy){.target = *target, .holders = 1, .hooks = hooks};
    named_hold(target);
    *p = made;
    return 0;
}

void *proxy_target(const struct proxy *p, const struct name_type *type) {
    return p->target.type == type ? p->target.object : NULL;
}

void proxy_revoke(struct proxy *p) {
    const struct named was = p->target;
    p->target.object = NULL;
    named_release(&was);
}
