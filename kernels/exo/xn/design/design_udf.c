/* SPDX-License-Identifier: MIT */
/* design_udf.c -- functions of the type tell what its bytes own and who may do what: they are not
 * trusted, and need not be, for they are deterministic, and what they say before a change and after
 * it is compared. */
#include "exo/defence.h"
#include "exo/xn/type/designs.h"
#include "exo/xn/type/shadow.h"
#include "lib/error.h"

static int owned(const struct xn_types *types, const struct xn_site *site,
                 const struct xn_window *window, struct xn_extent *out) {
    uint64_t n = function_run(window->base->owns, (uintptr_t)site->bytes + window->first,
                              window->index, (uintptr_t)out, 0, types->shadow->stack);
    if (n > window->most && (DEFENDED(XN_MOST) || n > XN_OWNED_MAX))
        return -E_INVALID;
    return (int)n;
}

static const uint64_t *reads(const struct xn_window *window) {
    return window->base->owns->reads[0];
}

static int may(struct xn_types *types, const struct xn_site *site, const unsigned char *proposed,
               const struct xn_request *request) {
    const struct xn_program *acl = site->type->acl;
    if (!acl)
        return XN_ACL_PARENT;
    uint64_t answer = function_run(acl, (uintptr_t)site->bytes, (uintptr_t)proposed,
                                   (uintptr_t)request, 0, types->shadow->stack);
    return answer <= XN_ACL_PARENT ? (int)answer : XN_ACL_NO;
}

static int drop(const struct xn_types *types, const struct xn_site *site,
                const struct xn_window *window, struct xn_extent child, struct xn_changes *out) {
    if (!window->base->drop)
        return -E_NOT_FOUND;
    uint64_t n =
        function_run(window->base->drop, (uintptr_t)site->bytes + window->first, window->index,
                     (uintptr_t)&child, (uintptr_t)out, types->shadow->stack);
    return n && n == out->count ? 0 : -E_INVALID;
}

static int check(struct xn_types *types, const struct xn_change *change) {
    return quick_check(types, change) ? 0 : sets_check(types, change);
}

const struct xn_meta meta_udf = {.name = "udf",
                                 .design = XN_UDF,
                                 .knows = true,
                                 .pointer_bytes = sizeof(struct xn_extent),
                                 .partitions = declared_partitions,
                                 .window = declared_window,
                                 .owned = owned,
                                 .reads = reads,
                                 .hits = declared_hits,
                                 .drop = drop,
                                 .check = check,
                                 .may = may};
