/* SPDX-License-Identifier: MIT */
/* named_domain.c -- see named_domain.h. */
#include "spin/services/loader/named_domain.h"

static void hold(void *object) {
    reference_hold(object);
}

static void release(void *object) {
    reference_release(object);
}

const struct name_type name_domain = {.name = "domain", .hold = hold, .release = release};
