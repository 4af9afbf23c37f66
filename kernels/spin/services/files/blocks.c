/* SPDX-License-Identifier: MIT */
/* blocks.c -- what file systems call (file_system.h), as the domain /svc/domains/Blocks. The build
 * takes from it the types of this, and of the events that they handle. The volume is a capability:
 * only who is called for it has it, while the call lasts. */
#include "common/engine.h"
#include "engine/export.h"
#include "lib/error.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/files/file.h"
#include "spin/services/files/file_calls.h"
#include "spin/services/loader/kinds.h"
#include "spin/services/name_space.h"

#define BLOCK_COST 1000 /* instructions; the wait is not counted */

static const struct signature block_signature = {.result = {.may = ACQUIRED | MAY_BE_NULL},
                                                 .cost = BLOCK_COST},
                              release_signature = {.parameter = {{.may = RELEASED | MAY_BE_NULL}},
                                                   .cost = BLOCK_COST},
                              other_signature = {.cost = BLOCK_COST};

EXPORT(blocks, block_read, EXPORT_FUNCTION, .signature = &block_signature);
EXPORT(blocks, block_new, EXPORT_FUNCTION, .signature = &block_signature);
EXPORT(blocks, block_release, EXPORT_FUNCTION, .signature = &release_signature);
EXPORT(blocks, block_changed, EXPORT_FUNCTION, .signature = &other_signature);
EXPORT(blocks, block_order, EXPORT_FUNCTION, .signature = &other_signature);
EXPORT(blocks, block_forget, EXPORT_FUNCTION, .signature = &other_signature);
EXPORT(blocks, block_sync, EXPORT_FUNCTION, .signature = &other_signature);
EXPORT(blocks, volume_memory, EXPORT_FUNCTION, .signature = &other_signature);
EXPORTS_DECLARE(blocks);

/* Only handlers: nobody filters what one volume is told, or answers for all. */
#define EVENT_OF_SYSTEM(id, name) EXTENDABLE_TYPE(handler, id, id##_fn);
FILE_SYSTEM_EVENTS(EVENT_OF_SYSTEM)
/* Policies are asked in a few instructions; a path is filtered. */
EXTENDABLE_TYPE(ephemeral, file_access, file_access_fn);
EXTENDABLE_TYPE(ephemeral, file_read_ahead, file_read_ahead_fn);
EXTENDABLE_TYPE(ephemeral, file_place, file_place_fn);
EXTENDABLE_TYPE(ephemeral, file_kept, file_kept_fn);
EXTENDABLE_TYPE(filter, file_named, file_named_filter_fn);
#ifndef EXPORTS_TYPES_ONLY
EXPORTS_EMBED(blocks, "kernels/spin/services/files/blocks");

MODULE("Blocks");

static const struct typing_grant grants[] = {MEMORY_OF("file_call"), MEMORY_OF("block"),
                                             MEMORY_OF("volume_memory")};

#define EXTENDABLE_BY_SYSTEM(id_, name)                                                            \
    {.event = &event_##id_, .id = #id_, .grant = grants, .grants = 3, .metered = true},
static const struct extendable calls[] = {FILE_SYSTEM_EVENTS(EXTENDABLE_BY_SYSTEM)};

#define POLICY(id_)                                                                                \
    { .event = &event_##id_, .id = #id_ }
static const struct extendable policies[] = {POLICY(file_access), POLICY(file_read_ahead),
                                             POLICY(file_place), POLICY(file_kept)},
                               filters[] = {{.event = &event_file_named, .id = "file_named"}};

static void give_back(void *bytes) {
    block_cache_release(block_cache_page(bytes));
}

static inline struct block *hand_out(struct cached_page *held) {
    struct block *b = block_cache_bytes(held);
    if (net_hold(engine_nets(), b, give_back))
        return b;
    block_cache_release(held);
    return NULL;
}

static __attribute__((noinline)) struct block *get(struct volume *v, unsigned long number,
                                                   bool read) {
    struct cached_page *p;
    return volume_block(v, number, read, &p) ? NULL : hand_out(p);
}

/* The short way to what is in memory. */
struct block *block_read(struct volume *v, unsigned long number) {
    struct cached_page *p = block_cache_find(v->cache, v, number);
    if (!p)
        return get(v, number, true);
    block_cache_hold(p);
    return hand_out(p);
}

struct block *block_new(struct volume *v, unsigned long number) {
    struct block *b = get(v, number, false);
    if (b)
        block_changed(v, number);
    return b;
}

void block_release(struct block *b) {
    if (!b)
        return;
    net_let_go(engine_nets(), b);
    give_back(b);
}

void block_changed(struct volume *v, unsigned long number) {
    struct cached_page *p = block_cache_find(v->cache, v, number);
    if (p && v->writable)
        block_cache_set_dirty(p, &v->dirty);
}

int block_order(struct volume *v, unsigned long first, unsigned long then) {
    struct cached_page *a = block_cache_find(v->cache, v, first),
                       *b = block_cache_find(v->cache, v, then);
    int error = 0;
    if (!a || a == b || list_empty(&a->dirty))
        return 0;
    if (!b && !(error = volume_block(v, then, true, &b)))
        block_cache_release(b); /* it is about to be changed */
    if (error)
        return error;
    if (!list_empty(&b->dirty) && b->needed && DEFENDED(FILE_EPOCH) && b->epoch <= a->epoch)
        error = volume_write(v, b->epoch, true);
    if (list_empty(&a->dirty))
        return error;
    a->needed = true;
    if (b->epoch <= a->epoch)
        b->epoch = a->epoch + 1;
    return error;
}

void block_forget(struct volume *v, unsigned long number, unsigned long count) {
    for (unsigned long i = number; i - number < count && i < v->blocks; i++) {
        struct cached_page *p = block_cache_find(v->cache, v, i);
        if (p && !block_cache_frame(p)->holds)
            block_cache_drop(v->cache, p);
        else if (p)
            block_cache_set_dirty(p, NULL);
    }
}

int block_sync(struct volume *v) {
    return volume_write(v, UINT32_MAX, true);
}

struct volume_memory *volume_memory(struct volume *v) {
    return v->memory;
}

void blocks_init(void) {
    struct domain *domain =
        engine_domain("Blocks", EXPORTS_TYPES(blocks), EXPORTS(blocks), EXPORTS_COUNT(blocks));
    module_add(THIS_MODULE);
    name_space_attach_domain(NAMED_DOMAINS "Blocks", domain, THIS_MODULE);
    kinds_add(ROLE_HANDLER, calls, sizeof calls / sizeof calls[0], domain_types(domain));
    kinds_add(ROLE_EPHEMERAL, policies, sizeof policies / sizeof policies[0], domain_types(domain));
    kinds_add(ROLE_FILTER, filters, 1, domain_types(domain));
}
#endif
