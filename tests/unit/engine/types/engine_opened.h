/* SPDX-License-Identifier: MIT */
/* engine_opened.h -- a section of types with all that it needs to be opened and closed. */
#ifndef TESTS_ENGINE_OPENED_H
#define TESTS_ENGINE_OPENED_H

#include "engine_made.h"

struct opened {
    struct account account;
    struct hooks hooks;
    struct arena arena;
    uint8_t *section;
    struct btf btf;
    struct report why;
};

static inline bool open_section(struct opened *o, uint8_t *section, size_t len) {
    o->hooks = account_hooks(&o->account);
    o->arena = (struct arena){.hooks = &o->hooks};
    o->section = section;
    return btf_open(&o->btf, &o->arena, (struct bytes){section, len}, &o->why);
}

static inline void close_section(struct opened *o) {
    arena_release(&o->arena);
    assert_int_equal(o->account.live, 0);
    free(o->section);
}

#endif
