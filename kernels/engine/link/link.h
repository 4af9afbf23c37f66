/* SPDX-License-Identifier: MIT */
/* link.h -- an object between file and program: its variables have memory, and each name that it
 * left undefined is bound to an export, by name and by type, or is not yet.
 *
 * Resolving is SPIN's: it goes one way (the object's undefined names are looked up among what the
 * domains export; the object gives nothing away), it is not transitive (what a domain's code is
 * itself linked to is not visible), and it may be done in steps, each against the domains that the
 * caller names. A name that fits in spelling but not in type is not bound: the next domain may have
 * the right one.
 *
 * Programs are made of an object only when nothing is undefined (program_image.h). A call from one
 * program to another's function is bound like any other and compiles to the same direct call as one
 * within a program: the address is in the code, and so the code goes when the binding goes.
 *
 * One link is one instance of the object's variables, shared by the programs made from it. Weak
 * names must be bound like all others: there is no null function here to compare with. */
#ifndef ENGINE_LINK_H
#define ENGINE_LINK_H

#include "engine/object.h"
#include "engine/program.h"
#include "engine/link/resolve.h"

struct binding {
    const struct export *export; /* null: undefined */
    struct domain *part;         /* that has the export */
};

struct link {
    const char *name; /* of the object, for messages */
    const struct object *object;
    const struct hooks *hooks;
    struct arena arena;
    struct types types;        /* the object's own */
    uint32_t names;            /* left undefined by the object: its imports, then its variables */
    uint32_t undefined;        /* of them, now */
    struct binding *binding;   /* one a name */
    struct import *import;     /* one an import, as programs take them */
    struct variable *variable; /* the object's own, then the extern ones */
    struct domain *exported;   /* what link_export made, or null */
    struct image *image;       /* all programs made of it */
    /* What a global function declares of itself, for calls within a program (program.h); null: to
     * be looked into. The hook may be null, too. */
    const struct signature *(*contract)(void *owner, const struct object_function *function);
    void *contract_owner;
};

/* All names undefined, all variables fresh. False, with nothing left allocated, when out of memory.
 * Object and hooks must outlive the link, which must stay where it is. */
bool link_open(struct link *link, const char *name, const struct object *object,
               const struct hooks *hooks);

/* Binds what it can of the undefined names to the exports of `count` domains, in one step: a name
 * that two of them export must mean the same thing in both. True when nothing is undefined now.
 * Otherwise *report, which may be null, says of each undefined name why, and the caller may go on
 * with other domains. Out of memory it stops, and the report says only that. */
bool link_resolve(struct link *link, struct domain *const *domains, uint32_t count,
                  struct report *report);

/* The inverse: names bound to the domain are undefined again, and programs made from the link, if
 * any were, cannot run any more. Nobody may be running them. False, and nothing has happened, when
 * others are linked to these programs in turn. */
bool link_unresolve(struct link *link, struct domain *domain);

/* A domain of the object's own: its global variables and those of its global functions of which a
 * program has been made and compiled; not metered ones, for the caller has no fuel to give. The
 * link holds it: others that want to keep it hold it themselves. Null, with *why set, when out of
 * memory or something cannot be described. A link has one such domain at a time. */
struct domain *link_export(struct link *link, struct report *why);

/* That domain exports nothing any more, and is released. False, and nothing has happened, when
 * somebody is linked to it. */
bool link_withdraw(struct link *link);

/* Gives everything back, programs included. False, and nothing has happened, when others are linked
 * to it. */
bool link_close(struct link *link);

/* For the parts of the linker. The i-th name is undefined again, which was bound; and all of the
 * link's memory is given back, programs and bindings being gone. */
void link_unbind(struct link *link, uint32_t i);
void link_release(struct link *link);
/* The i-th name that the object left undefined, whether it is called,
 * and its type, if it has one: a variable's, or the FUNC_PROTO. */
const struct object_extern *link_name(const struct link *link, uint32_t i);
uint32_t link_type(const struct link *link, uint32_t i);
static inline bool link_is_call(const struct link *link, uint32_t i) {
    return i < link->object->import_count;
}

/* link_report.c: adds a declaration, behind a label; and the two types in which two that do not
 * agree differ (types_agree), where these are not the ones just said. */
void report_declaration(struct report *report, const char *label, const struct btf *btf,
                        uint32_t type, const char *name);
void report_difference(struct report *report, const struct typed *wanted,
                       const struct typed *found);

/* link_report.c: says of one undefined name what was found of it among the domains. */
void link_explain(const struct link *link, uint32_t i, const struct candidates *c,
                  struct report *report);

#endif
