/* SPDX-License-Identifier: MIT */
/* directory.c -- see directory.h. */
#include "spin/services/names/directory.h"

void named_hold(const struct named *named) {
    if (named->object && named->type->hold)
        named->type->hold(named->object);
}

void named_release(const struct named *named) {
    if (named->object && named->type->release)
        named->type->release(named->object);
}

static void hold(void *object) {
    struct directory *d = object;
    __atomic_fetch_add(&d->holders, 1, __ATOMIC_RELAXED);
}

static void release(void *object) {
    struct directory *d = object;
    if (!__atomic_sub_fetch(&d->holders, 1, __ATOMIC_RELAXED))
        d->operations->destroy(d);
}

const struct name_type name_directory = {.name = "directory", .hold = hold, .release = release};
