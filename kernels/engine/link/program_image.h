/* SPDX-License-Identifier: MIT */
/* program_image.h -- a program of a linked object, ready to run: one function and what it leads to,
 * decoded, verified as one of a kind, and compiled.
 *
 * It can run while all its names are bound: when the link takes a binding back, its programs are
 * stopped, and their code is gone. Nothing here runs a program; a caller does by code.entry or the
 * interpreter, or goes through net.h, which catches what goes wrong. */
#ifndef ENGINE_PROGRAM_IMAGE_H
#define ENGINE_PROGRAM_IMAGE_H

#include "engine/jit.h"
#include "engine/link/link.h"
#include "engine/maps.h"
#include "engine/verify.h"

struct image {
    struct image *next; /* of the link's */
    struct link *link;  /* null: stopped, and nothing below is there */
    const struct object_function *function;
    struct arena arena;
    struct program program;
    uint32_t *origin; /* where in the object each slot was */
    struct facts facts;
    bool collected;   /* its kind is... */
    struct maps maps; /* ...and then it has these */
    bool compiled;
    struct code code;           /* if it is */
    struct signature signature; /* what others must know to call it */
    uint32_t
        stack_bytes; /* what it and all that it calls may use at once, kernel functions apart */
};

/* A program being made, in units of work as verify.h has them; the structure is the caller's. */
struct image_making {
    struct image *image;
    const struct kind *kind;
    const struct jit_options *jit;
    struct report *why;
    struct arena scratch;
    struct verdict *verdict;
    struct maps_making maps;   /* with the proof, of a kind that is collected */
    struct verifier *verifier; /* null: not yet, or not any more */
};

/* Begins to make the function of this name a program: found, decoded, to be verified; with `jit`
 * null it is for the interpreter only. The image must stay where it is, and so must all that is
 * handed over until it is made or refused. False, with *why set and nothing left allocated, when
 * names are undefined, there is no such function, or it cannot be decoded. */
bool image_begin(struct image_making *making, struct image *image, struct link *link,
                 const char *function, const struct kind *kind, const struct jit_options *jit,
                 struct report *why);
/* Does so many units; compiling is one, as long as the program. MADE: it can run. REFUSED: *why is
 * set, and nothing is left allocated. Not to be called again after either. */
enum image_progress { IMAGE_GOES_ON, IMAGE_MADE, IMAGE_REFUSED };
enum image_progress image_go(struct image_making *making, uint32_t units);
/* It is not wanted any more, after image_begin and before image_go has said the last word. */
void image_give_up(struct image_making *making);

/* All of it at once. False: as REFUSED. */
bool image_create(struct image *image, struct link *link, const char *function,
                  const struct kind *kind, const struct jit_options *jit, struct report *why);

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
