/* SPDX-License-Identifier: MIT */
/* loaded.h -- an extension as the loader keeps it; for this folder. */
#ifndef SPIN_LOADER_LOADED_H
#define SPIN_LOADER_LOADED_H

#include "spin/services/loader/loader.h"
#include "spin/services/names/path.h"
#include "spin/core/dispatch/step.h"
#include "spin/services/loader/verified.h"
#include "spin/extend.h"

#define EXTENSION_OBJECTS_MAX  8
#define EXTENSION_NEEDS_MAX    6
#define EXTENSION_EXPORTS_MAX  32
#define EXTENSION_BINDINGS_MAX CHANGE_STEPS_MAX

/* The links that one is made by: SpinPublic, what it needs, the objects before it. */
_Static_assert(1 + EXTENSION_NEEDS_MAX + EXTENSION_OBJECTS_MAX <= EXTENSION_LINKS_MAX,
               "every object can be linked to all that comes before it");

/* What a file's handlers and guards share, and the closure of all its procedures. */
struct extension_state {
    uint64_t word[STATE_WORDS];
    struct extension *of;
};

struct extension_object {
    struct extension_state state;
    const char *path; /* in the archive */
    uint8_t *bytes;   /* a copy, aligned as an object must be */
    size_t len;
    bool linked;
    struct load load;
    struct domain_reference *exports; /* for the other objects */
};

/* A result handler, or else the default handler, that it has given an event. */
struct extension_of_event {
    const struct event *event;
    bool result;
};

struct extension {
    struct list link; /* of all, in the order of loading */
    enum { EXTENSION_LOADING, EXTENSION_LOADED, EXTENSION_GOING } state;
    uint64_t serial;
    const void *client; /* or null: it is the kernel's own */
    char name[PATH_NAME_MAX];
    bool private;   /* another instance for one extension: it has no name in /svc/domains */
    bool owned;     /* by that one, which it goes with */
    bool on_demand; /* somebody looked for its domain, and the nanny brought it */
    bool was_idle;  /* when the nanny looked last */
    uint32_t held;  /* so many times, by whom its module pays or acts for (extension_hold) */
    struct module module;
    struct hooks hooks; /* its module's */
    struct extension_object object[EXTENSION_OBJECTS_MAX];
    uint32_t objects;
    uint8_t order[EXTENSION_OBJECTS_MAX]; /* in which they were linked */
    uint32_t linked;
    struct domain_reference *need[EXTENSION_NEEDS_MAX];
    uint32_t needs;
    struct extension *own[EXTENSION_NEEDS_MAX]; /* private ones, which go with it */
    uint32_t owns;
    const char *export[EXTENSION_EXPORTS_MAX]; /* names of its interface; in the objects' bytes */
    uint32_t exports;
    struct domain *interface;
    struct domain_reference *reference;             /* to that */
    struct net_handler net[EXTENSION_BINDINGS_MAX]; /* of handlers that may end early */
    uint32_t nets;
    uint32_t procedures;           /* that the dispatcher may still call */
    struct signed_object *trusted; /* signed native code (signed.c), or null */
    struct extension_of_event of_event[EXTENSION_BINDINGS_MAX];
    uint32_t of_events;
};

/* find_extension.c: of all there are, in the order of loading, whatever state they are in. */
void extension_is_listed(struct extension *e, bool listed);
/* It is held, or others are linked to it. */
bool extension_is_needed(const struct extension *e);
/* One that is not private; null: there is none. */
struct extension *extension_named(const char *name);

/* objects.c: the archive's files of this compiler. 0, -E_NOT_FOUND: no such folder, -E_FULL,
 * -E_NO_MEMORY. */
int objects_take(struct extension *e, const char *compiler);
/* Links them all, each behind those whose functions it calls, to `given` and what it needs. 0, or
 * -E_INVALID, -E_PERM, -E_NO_MEMORY, and *why. */
int objects_link(struct extension *e, struct domain_reference *given, struct report *why);
/* Nobody is linked to them nor runs them: the last one first, all memory is given back. */
void objects_release(struct extension *e);

/* attach_programs.c: all that the extension has for events, in one change. 0; or nothing happened,
 * and the errors of change_install and change_commit, -E_INVALID: a result or default handler may
 * end early, or a section says no place that there is, -E_NOT_FOUND: an extension that it comes
 * before or after has nothing there, -E_EXISTS: two guards; and *why. */
int programs_bind(struct extension *e, struct report *why);
/* No later raise comes to it. 0, -E_NO_MEMORY, or -E_INVALID: asynchronous handlers of others stand
 * on its default handler. */
int programs_unbind(struct extension *e);

/* When a handler runs, as its section says behind the kind (spin/extend.h). 0, -E_INVALID: there is
 * no such place, -E_NOT_FOUND, as above, or -E_FULL. */
int handler_place(const char *section, const struct event *event, struct handler_request *r);

/* signed.c, which an image has that trusts the holder of its key; null in others: the folder's
 * signed files are linked to `given` and what the extension needs, and their handlers bound. 0, or
 * an error and *why, after which signed_close() is still due. */
__attribute__((weak)) int signed_open(struct extension *e, struct domain_reference *given,
                                      struct report *why);
/* Their memory goes, if no raise can come to them and none is in them: false otherwise. */
__attribute__((weak)) bool signed_close(struct extension *e);

/* quota.c: the module of an extension that begins gets its quotas. And the same error, or -E_QUOTA
 * where that is why there was no memory or no room, with what was wanted in *why. */
void quotas_set(struct module *module);
int quotas_refusal(const struct module *module, int error, struct report *why);

/* A refusal that is no rule of the engine's, with an error's sentence. Gives the error. */
int loader_refuse(struct report *why, int error, const char *what, const char *which);

#endif
