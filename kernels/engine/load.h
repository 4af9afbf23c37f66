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

/* A load being made, in units of work; the structure is the caller's. */
struct loading {
    struct load *load;
    const struct hooks *hooks;
    const struct load_request *request;
    struct report *why;
    enum {
        LOADING_OBJECT,
        LOADING_NAMES,
        LOADING_FUNCTION,
        LOADING_PROOF,
        LOADING_DONE,   /* the load is its owner's, for load_close */
        LOADING_REFUSED /* or given up: nothing is left */
    } stage;
    bool opened, linked; /* the object; its names */
    uint32_t function;   /* of the object: the one that comes next */
    uint32_t steps;      /* that verification took so far */
    /* Of the program being made. */
    struct kind kind;
    struct typing_scope scope;
    struct image_making making;
    struct arena scratch;
};

/* Begins a load, which must stay where it is, as must *loading and *why until it is over; what the
 * request names must outlive the load. Programs of one object share its variables. */
void load_begin(struct loading *loading, struct load *load, const struct hooks *hooks,
                const struct load_request *request, struct report *why);
/* Does so many units. Those of a proof are bounded (verify.h); the file is looked through in one,
 * its names are resolved in one, a function is typed and decoded in one, and compiled in the last
 * one of its proof: each as long as what it is about (docs/engine.md has figures). DONE: loaded.
 * REFUSED: a rule is broken, *why is set, and nothing is left allocated or bound. Either is the
 * last word, whatever is asked afterwards. Verifying all programs of an object takes
 * VERIFY_STEPS_MAX steps and the last one's, at most. */
enum load_progress { LOAD_GOES_ON, LOAD_DONE, LOAD_REFUSED };
enum load_progress load_go(struct loading *loading, uint32_t units);
/* The load is not wanted any more, whatever became of it: everything is given back, and it is
 * refused from now on. One that was refused has nothing any more. One that is done is the load's
 * owner's and stays as it is: see load_close. */
void load_give_up(struct loading *loading);

/* All of it at once. False: as REFUSED. */
bool load_open(struct load *load, const struct hooks *hooks, const struct load_request *request,
               struct report *why);

/* Verifies a program once more, for somebody to watch. False when out of memory. */
bool load_watch(struct load *load, struct load_program *program,
                const struct verify_watcher *watcher);

/* Gives everything back. False, and nothing has happened, when others are linked to its programs.
 * Nobody may be running them. */
bool load_close(struct load *load);

/* The program of this name, or null. */
struct load_program *load_program(struct load *load, const char *name);

#endif
