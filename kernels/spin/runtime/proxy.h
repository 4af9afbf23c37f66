/* SPDX-License-Identifier: MIT */
/* proxy.h -- references that can be revoked (Redell's revocable capabilities; SPIN had none). A
 * service that may want to take a reference back hands out a proxy instead, which nobody else can
 * see through. The service looks behind it at each call, and ends a caller whose reference it
 * honours no more:
 *
 *     NET_FUNCTION(long, lamp_switch, (struct proxy *p)) {
 *         struct lamp *lamp = proxy_enter(p, &name_lamp);
 *         if (!lamp)
 *             NET_FAIL(engine_nets(), "the reference is revoked");
 *         ...
 *         proxy_leave(p);
 *
 * Whoever gave the proxy on, and to whom, does not matter: all that were made of it end at once. */
#ifndef SPIN_RUNTIME_PROXY_H
#define SPIN_RUNTIME_PROXY_H

#include "engine/hooks.h"
#include "spin/services/names/directory.h"

struct proxy {
    struct named target;
    uint32_t entries; /* calls that are behind it, and one more until it is revoked; 0: the target
                         is let go */
    uint32_t holders;
    bool revoked;
    const struct hooks *hooks;
};

/* The type of proxies among typed references, in names as in external references. */
extern const struct name_type name_proxy;

/* For an object that the proxy holds until it is revoked or gone, and the last call behind it has
 * ended; held once, by the caller. 0 or -E_NO_MEMORY. */
int proxy_create(struct proxy **p, const struct named *target, const struct hooks *hooks);
/* The object, which stays until proxy_leave, though others revoke it meanwhile. Null: revoked, or
 * of another type. Whoever calls holds the proxy. */
void *proxy_enter(struct proxy *p, const struct name_type *type);
void proxy_leave(struct proxy *p);
/* No call gets behind it any more. The caller holds it still. Of one that is revoked nothing. */
void proxy_revoke(struct proxy *p);

#endif
