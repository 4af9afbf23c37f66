/* SPDX-License-Identifier: MIT */
/* program_image.h -- a program of a linked object, ready to run: one function and what it leads to,
 * decoded, verified as one of a kind, and compiled.
 *
 * It can run while all its names are bound: when the link takes a binding back, its programs are
 * stopped, and their code is gone. Nothing here runs a program; who does calls code.entry or the
 * interpreter, or goes through net.h, which catches what goes wrong. */
#ifndef ENGINE_PROGRAM_IMAGE_H
#define ENGINE_PROGRAM_IMAGE_H

#include "engine/jit.h"
#include "engine/link/link.h"
#include "engine/verify.h"

struct image {
    struct image *next; /* of the link's */
    struct link *link;  /* null: stopped, and nothing below is there */
    const struct object_function *function;
    struct arena arena;
    struct program program;
    uint32_t *origin; /* where in the object each slot was */
    struct facts facts;
    bool compiled;
    struct code code;           /* if it is */
    struct signature signature; /* what others must know to call it */
    uint32_t
        stack_bytes; /* what it and all that it calls may use at once, kernel functions apart */
};

/* Why there is no program. */
struct image_refusal {
    enum link_rule link; /* what the linker says, or LINK_RULE_NONE */
    enum rule rule;      /* else what the decoder or verifier says */
    uint32_t slot;       /* in the object */
    char text[LINK_TEXT_MAX];
};

/* Makes the function of this name a program; with `jit` null it is for the interpreter only. The
 * image must stay where it is. False, with *why set and nothing left allocated, when names are
 * undefined, there is no such function, or the program is refused. */
bool image_create(struct image *image, struct link *link, const char *function,
                  const struct kind *kind, const struct jit_options *jit,
                  struct image_refusal *why);

/* Nobody may be running it. False, and nothing has happened, when it is exported and others are
 * linked to the exporting domain. A stopped image may be released. */
bool image_release(struct image *image);

static inline bool image_is_runnable(const struct image *image) {
    return image->link;
}

/* Where a slot of the program comes from, as place_text of lines.h writes it. */
char *image_place_text(const struct image *image, uint32_t slot, char into[]);

/* For the linker: stops all programs of the link. */
void image_stop_all(struct link *link);

#endif
