/* SPDX-License-Identifier: MIT */
/* load.h -- the one way from a file's bytes to programs that can run:
 *
 *     object_open       every byte of the file checked; code, variables, types, lines    object.h
 *     link_resolve      every name that it left undefined bound to an export             link.h
 *     typing_program    each program declared as its kind wants it                       typing.h
 *     typing_signature  what it may call, in the kind's shapes
 *     image_create      decoded, verified, compiled program_image.h
 *
 * or a refusal that says where, which rule, why and what to do, and then nothing is left behind.
 *
 * An object's programs are its functions outside of .text. Which kind one is says its section:
 * "KIND" or "KIND/anything", or the caller says it. */
#ifndef ENGINE_LOAD_H
#define ENGINE_LOAD_H

#include "engine/link/program_image.h"
#include "engine/typing.h"

struct load_request {
    const char *name; /* of the object, for messages */
    const void *file; /* must stay as it is while the load exists */
    size_t len;
    const struct typing *const *kind; /* that programs may be of... */
    uint32_t kinds;
    const struct typing *as;      /* ...or the one that all are, or null */
    const char *only;             /* the one function that is wanted, or null: all programs */
    struct domain *const *domain; /* that names are looked up in, all in one step */
    uint32_t domains;
    const struct jit_options *jit; /* null: for the interpreter only */
};

struct load_program {
    struct image image;
    const struct typing *kind;
};

struct load {
    struct object object;
    struct link link;
    struct arena arena;
    struct load_program *program; /* in the order of their code */
    uint32_t count;
};

/* Loads. False, with *why set and nothing left allocated or bound, when a rule is broken. The load
 * must stay where it is; what the request names must outlive it. Programs of one object share its
 * variables. Verifying all of them takes VERIFY_STEPS_MAX steps and the last one's, at most. */
bool load_open(struct load *load, const struct hooks *hooks, const struct load_request *request,
               struct load_refusal *why);

/* Verifies a program once more, for somebody to watch. False when memory lacks. */
bool load_watch(struct load *load, struct load_program *program,
                const struct verify_watcher *watcher);

/* Gives everything back. False, and nothing has happened, when others are linked to its programs.
 * Nobody may be running them. */
bool load_close(struct load *load);

/* The program of this name, or null. */
struct load_program *load_program(struct load *load, const char *name);

#endif
