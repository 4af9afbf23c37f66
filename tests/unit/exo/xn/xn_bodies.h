/* SPDX-License-Identifier: MIT */
/* xn_bodies.h -- bodies of templates for tests, a store of types on the host, and changes. */
#ifndef TESTS_XN_BODIES_H
#define TESTS_XN_BODIES_H

#include "unit.h"

#include "exo/xn/type/change.h"
#include "exo/xn/type/meta.h"
#include "host_hooks.h"
#include "lib/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Bodies --- */

struct made_body {
    size_t bytes;
    union {
        struct xn_body head;
        unsigned char byte[XN_BODY_BYTES_MAX];
    };
};

static inline void body_begin(struct made_body *b, const char *name, unsigned number,
                              enum xn_class class) {
    memset(b, 0, sizeof *b);
    b->head = (struct xn_body){.magic = XN_BODY_MAGIC,
                               .bytes = sizeof b->head,
                               .number = (uint8_t)number,
                               .class = (uint8_t) class,
                               .size = XN_BLOCK_BYTES,
                               .key = XN_NO_KEY};
    snprintf(b->head.name, sizeof b->head.name, "%s", name); /* of zeros */
    b->bytes = sizeof b->head;
}

static inline void body_name(struct made_body *b, const char *name) {
    memset(b->head.name, 0, sizeof b->head.name);
    snprintf(b->head.name, sizeof b->head.name, "%s", name);
}

static inline void body_append(struct made_body *b, const void *from, size_t bytes) {
    assert_true(b->bytes + bytes <= sizeof b->byte);
    memcpy(b->byte + b->bytes, from, bytes);
    b->bytes += bytes;
    b->head.bytes = (uint32_t)b->bytes;
}

static inline void body_member_add(struct made_body *b, struct xn_member m) {
    body_append(b, &m, sizeof m);
    b->head.members++;
}

static inline void body_file_add(struct made_body *b, const char *path) {
    static unsigned char file[XN_BODY_BYTES_MAX];
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("%s cannot be read", path);
    size_t bytes = fread(file, 1, sizeof file, f);
    fclose(f);
    body_append(b, file, bytes);
    b->head.object = (uint32_t)bytes;
}

/* The object of a test's functions, as a compiler made it. */
static inline void body_object_add(struct made_body *b, const char *name, const char *way) {
    char path[200];
    snprintf(path, sizeof path, "build/tests/unit/exo/xn/udf/%s.%s-O2.o", name, way);
    body_file_add(b, path);
}

static inline void body_windows(struct made_body *b, unsigned first, unsigned stride,
                                unsigned count, unsigned most) {
    b->head.first = (uint16_t)first;
    b->head.stride = (uint16_t)stride;
    b->head.count = (uint16_t)count;
    b->head.most = (uint8_t)most;
}

/* --- Types --- */

struct world {
    struct host_hooks host;
    struct xn_types types;
    struct xn_importing importing;
    struct report why;
    uint64_t word[4096]; /* design "capability" */
};

static inline uint64_t *world_word(void *owner, uint32_t block, bool changes) {
    (void)changes;
    struct world *w = owner;
    return block < 4096 ? &w->word[block] : NULL;
}

static inline struct world *world_open(enum xn_design design, enum xn_way way, uint32_t atom) {
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    host_hooks_init(&w->host);
    w->types = (struct xn_types){.hooks = &w->host.hooks,
                                 .meta = xn_meta_of[design],
                                 .way = way,
                                 .atom = atom,
                                 .blocks = 4096,
                                 .word = world_word,
                                 .owner = w};
    assert_int_equal(xn_types_open(&w->types), 0);
    return w;
}

static inline void world_close(struct world *w) {
    xn_types_close(&w->types);
    assert_int_equal(w->host.allocated, 0);
    assert_int_equal(w->host.code_bytes, 0);
    free(w);
}

static inline int world_import(struct world *w, const struct made_body *b) {
    return xn_import(&w->importing, &w->types, b->byte, b->bytes, &w->why);
}

/* It must go in. */
static inline const struct xn_type *world_type(struct world *w, const struct made_body *b) {
    int number = world_import(w, b);
    if (number <= 0)
        fail_msg("%s: %d: %s", b->head.name, number, w->why.text);
    assert_int_equal(number, b->head.number);
    return w->types.type[number];
}

/* --- Changes --- */

static inline void change_put(struct xn_changes *c, unsigned at, const void *bytes, unsigned n) {
    unsigned used = 0;
    for (unsigned i = 0; i < c->count; i++)
        used += c->change[i].bytes;
    assert_true(c->count < XN_CHANGES_MAX && used + n <= XN_CHANGED_MAX);
    c->change[c->count].at = (uint16_t)at;
    c->change[c->count++].bytes = (uint16_t)n;
    memcpy(c->bytes + used, bytes, n);
}

/* Nobody is above, and who gets so far may. */
static inline int nobody_above(void *owner, const struct xn_request *request,
                               struct xn_site *site) {
    (void)owner, (void)request, (void)site;
    return 1;
}
static const struct xn_above all_may = {.parent = nobody_above};

/* All of a change; a refused one leaves every byte. */
static inline int change_do(struct world *w, const struct xn_change *c,
                            const struct xn_above *above) {
    static unsigned char old[2][XN_BLOCK_BYTES];
    for (unsigned i = 0; i < c->sides; i++)
        memcpy(old[i], c->side[i].at.bytes, sizeof old[i]);
    int error = xn_change_check(&w->types, c);
    if (!error)
        error = xn_change_may(&w->types, c, above);
    for (unsigned i = 0; i < c->sides; i++)
        assert_memory_equal(old[i], c->side[i].at.bytes, sizeof old[i]);
    if (!error)
        xn_change_apply(&w->types, c);
    return error;
}

#endif
