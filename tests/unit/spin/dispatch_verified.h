/* SPDX-License-Identifier: MIT */
/* dispatch_verified.h -- guards and handlers that are verified programs, on the host: each text is
 * assembled, proven and compiled once. The closure, where there is one, is 16 bytes. */
#ifndef TESTS_SPIN_DISPATCH_VERIFIED_H
#define TESTS_SPIN_DISPATCH_VERIFIED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../tools/vcode/assemble.h"
#include "dispatch_host.h"
#include "engine/link/program_image.h"

struct verified {
    struct verified *next;
    struct kind kind;
    struct image image;
    char text[512];
};

static struct verified *all_verified;
static struct host_hooks verified_host; /* apart: what is made stays */

static void verified_make(struct verified *v) {
    struct verdict verdict;
    struct report why;
    uint8_t bytes[1024];
    char error[128];
    int size = assemble(v->text, bytes, sizeof bytes, error);
    if (size < 0)
        fail_msg("%s: %s", v->text, error);
    struct image *i = &v->image;
    assert_true(program_decode(&i->program, &verified_host.hooks, bytes, (size_t)size, &why));
    if (!verify(&i->program, &v->kind, &verified_host.hooks, &i->facts, &verdict))
        fail_msg("%s%s", v->text, verdict.text);
    static const struct jit_options plain;
    i->compiled = jit_compile(&i->program, &verified_host.hooks, &plain, &i->code);
    assert_true(i->compiled);
    i->signature = v->kind.entry;
    i->signature.facts = i->facts.proven;
}

/* The program of this text, with or without a closure before so many numbers. */
static const struct image *verified_image(const char *text, bool has_closure, unsigned numbers,
                                          bool writes) {
    struct verified *v = all_verified;
    while (v && strcmp(v->text, text) != 0)
        v = v->next;
    if (v)
        return &v->image;
    if (!all_verified)
        host_hooks_init(&verified_host);
    v = calloc(1, sizeof *v);
    snprintf(v->text, sizeof v->text, "%s", text);
    v->kind = (struct kind){.name = "test",
                            .entry = {.result = {.kind = SHAPE_NUMBER}},
                            .demands = (uint8_t)(BOUNDED | (writes ? 0 : FUNCTIONAL))};
    if (has_closure)
        v->kind.entry.parameter[0] =
            (struct shape){.kind = SHAPE_MEMORY,
                           .may = (uint8_t)(MAY_READ | (writes ? MAY_WRITE : 0)),
                           .bytes = 16};
    for (unsigned i = 0; i < numbers; i++)
        v->kind.entry.parameter[i + has_closure].kind = SHAPE_NUMBER;
    v->next = all_verified;
    all_verified = v;
    verified_make(v);
    return &v->image;
}

static inline void verified_release_all(void) {
    for (struct verified *v; (v = all_verified);) {
        all_verified = v->next;
        jit_release(&v->image.code, &verified_host.hooks);
        program_release(&v->image.program, &verified_host.hooks);
        free(v);
    }
    assert_int_equal(verified_host.allocated + verified_host.code_bytes, 0);
}

#endif
