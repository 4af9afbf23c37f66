/* SPDX-License-Identifier: MIT */
/* hold.c -- see hold.h. */
#include "hold.h"

#include "vectors.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/time/sleep.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"

#define PAGE  4096ul
#define AREA  0x600000000000ul
#define AGAIN 0x610000000000ul
#define DATA  (EXO_WRITE | EXO_NO_EXEC)

static const struct cap own = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'p'}};

static uint64_t frame(void) {
    return (exposed_entry(AREA) & EXO_FRAME_OF) / PAGE;
}

static long map_pages(void) {
    return frames_map(0, 0, 0, AREA, 5, DATA);
}

static long map_again(void) {
    const struct exo_pages again = {AGAIN, frame() * PAGE | EXO_PRESENT | EXO_NO_EXEC, 1};
    return exo_page_update(0, 0, 0, &again, 1, 0) - 1;
}

static long pin(void) {
    return exo_frame_pin(0, frame());
}

static long set_predicate(void) {
    static const struct term terms[] = {{TERM_NE, 0, TERM_CONSTANT, 0}, {TERM_OR, 0, 0, 5}};
    static uint8_t code[128];
    const struct exo_variable v = {AREA, 0};
    long bytes = predicate_of_terms(terms, 2, 1, code, sizeof code);
    return exo_predicate_set(code, (size_t)bytes, &v, 1, 0, 0);
}

static long set_ring(void) {
    return exo_ring_set(0, (struct exo_message *)(AREA + PAGE), 2, own);
}

static long set_list(void) {
    struct cap words[4] = {own, own, own, own};
    for (unsigned i = 1; i < 4; i++) {
        words[i].length = 2;
        words[i].name[1] = (uint8_t)i;
    }
    return exo_acl_set(0, frame(), 1, words, 4, 0) - 1;
}

static long set_fs(void) {
    return exo_fs_set(AREA);
}

static long use_vectors(void) {
    vectors_fill(4711);
    return 0;
}

static long reflect(void) {
    uarea->native_bytes = -1ul;
    return exo_reflect_set(true);
}

static long child;

static long create(void) {
    child = exo_env_create(0, own, "held", 20, EXO_FAULT_EXPECTED);
    return child < 0 ? child : 0;
}

static long fill(void) {
    return frames_map(0, (uint64_t)child, 0, AREA, 3, DATA);
}

static long start(void) {
    return exo_env_start(0, (uint64_t)child);
}

uint64_t hold_everything(uint64_t creator) {
    static long (*const step[HOLD_STEPS])(void) = {map_pages, map_again, pin,    set_predicate,
                                                   set_ring,  set_list,  set_fs, use_vectors,
                                                   reflect,   create,    fill,   start};
    uint64_t failed = 0;
    for (unsigned i = 0; i < HOLD_STEPS; i++) {
        failed += step[i]() != 0;
        uarea->own[0] = i + 1;
        if (creator)
            exo_env_yield(creator);
    }
    return failed;
}
