/* SPDX-License-Identifier: MIT */
/* proxy.h -- references that can be revoked (Redell's revocable capabilities; SPIN had none). A
 * service that may want to take a reference back hands out a proxy instead, which nobody else can
 * see through. The service looks behind it at each call, and ends a caller whose reference it
 * honours no more:
 *
 *     NET_FUNCTION(long, lamp_switch, (struct proxy *p)) {
 *         struct lamp *lamp = proxy_target(p, &name_lamp);
 *         if (!lamp)
 *             NET_FAIL(engine_nets(), "the reference is revoked");
 *
 * Whoever gave the proxy on, and to whom, does not matter: all that were made of it end at once. */
#ifndef SPIN_RUNTIME_PROXY_H
#define SPIN_RUNTIME_PROXY_H

#include "engine/hooks.h"
#include "spin/services/names/directory.h"

struct proxy {
    struct named target; /* of no object: revoked */
    uint32_t holders;
    const struct hooks *hooks;
};

/* The type of proxies among typed references, in names as in external references. */
extern const struct name_type name_proxy;

/* For an object that the proxy holds until it is revoked or gone; held once, by the caller. 0 or
 * -E_NO_MEMORY. */
int proxy_create(struct proxy **p, const struct named *target, const struct hooks *hooks);
/* Null: revoked, or of another type. */
void *proxy_target(const struct proxy *p, const struct name_type *type);
/* The caller holds it still. Of one that is revoked nothing. */
void proxy_revoke(struct proxy *p);

#endif
