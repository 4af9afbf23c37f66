/* SPDX-License-Identifier: MIT */
/* loader.h -- extensions: folders of the boot's archive (common/archive.h) whose objects are loaded
 * as one. What an extension wants and has it says in its source (spin/extend.h).
 *
 *   1. each domain that it needs is looked up by name, as the extension's own module
 *   2. its objects are linked to SpinPublic, to these and to each other, proven and compiled, each
 *      behind those whose functions it calls
 *   3. their initialisers run, in the same order, once each
 *   4. all that they bind to events is bound in one change
 *   5. its interface, a domain, is attached as /svc/domains/NAME
 *
 * A step that fails undoes all before it: bindings, names, links and memory are as if nobody had
 * tried. Loading is done by one strand at a time. */
#ifndef SPIN_LOADER_H
#define SPIN_LOADER_H

#include "spin/core/extension.h"
#include "spin/services/names/names.h"

#define NAMED_DOMAINS "/svc/domains/"

/* The type of domains in the name server: of a struct domain_reference. */
extern const struct name_type name_domain;

struct extension;

/* Every extension is linked to this domain, by a reference that stays. Before all else. */
void loader_init(struct domain_reference *public_names);
/* What each extension that is loaded from now on may have of a resource (account.h). Gives what it
 * was. */
uint64_t loader_quota(enum resource resource, uint64_t quota);
/* The module, which exists, has these hooks from here on, which live as long as it: all that is
 * asked for by them, as the engine asks when it loads an extension, is charged to its account, and
 * refused beyond its quota as if there were no more. */
void charged_memory(struct module *module, struct hooks *hooks);
/* "memory", "code", ... */
const char *resource_name(enum resource r);
/* Which of the two compilers' objects are loaded from now on: "clang" or "gcc". */
void loader_compiler(const char *compiler);

/* Loads the extension of this name. 0, or nothing has happened, *why says more, and:
 *   -E_NOT_FOUND  the archive has no folder of this name, or what it needs is not there
 *   -E_EXISTS     it is loaded, or being loaded
 *   -E_INVALID    an object is refused; an initialiser gave something else than 0, or was ended
 *   -E_PERM       what it needs is denied, or what it binds
 *   -E_FULL       more objects, needs or bindings than an extension may have
 *   -E_QUOTA      it wants more of something than extensions may have
 *   -E_NO_MEMORY */
int loader_load(const char *name, struct extension **extension, struct report *why);

/* An instance for a client, by its address, or for the kernel: null. It has no name, and the client
 * is the credentials by which it binds. 0, or loader_load's errors but -E_EXISTS. The client's end
 * is said before its address is another one's; then its extensions go. True: others have some. */
int loader_load_for(const char *name, const void *client, struct extension **extension,
                    struct report *why);
bool loader_client_ends(const void *client);
/* Loads those that the boot's list names beside programs; a panic, with the reason, where one is
 * refused. */
void loader_boot(void);

/* The opposite: no raise comes to it any more, its names are gone, its domain is revoked; then its
 * memory is given back. 0, or:
 *   -E_BUSY    it is held, or others are linked to it: nothing has happened. They go first
 *   -E_NO_MEMORY  something of it is bound still
 *   -E_EXISTS  a raise is under way that may come to its code, so that its code is there still; all
 *              else has happened. It is asked for again, by this function or loader_reap */
int loader_unload(struct extension *extension);
/* Gives back what is left of those that loader_unload had to leave. How many are left. */
unsigned loader_reap(void);

/* Of each link that stands its exporter is asked again, as after a policy was tightened. An
 * extension with one that is denied is unloaded, and those that need it. A run that has begun comes
 * to its end. 0 or -E_NO_MEMORY. */
int loader_ask_again(void);

/* Null: none of this name is loaded. */
struct extension *loader_find(const char *name);
/* The one loaded next behind *serial, 0 at first, which becomes its number; null. So whoever goes
 * through them comes once to each that is there all the while. */
struct extension *loader_after(uint64_t *serial);

const char *extension_name(const struct extension *extension);
struct module *extension_module(struct extension *extension);
/* Its module is there until it is held no more by anybody: until then it is not unloaded, and what
 * a policy withdraws of it is its bindings and names. By who has dispatcher->lock(), so that it
 * does not go between being found and being held. */
void extension_hold(struct extension *extension, bool held);
/* A number that no other extension has had or will have, while its module's address may be another
 * one's later; 0: it is no extension's module. And is the one of this number there? */
uint64_t extension_serial(const struct module *module);
bool loader_has(uint64_t serial);
/* Extensions handle this module's events from here on, each for what is its own: behind this guard,
 * with the extension's number as its closure, and in so many instructions at most; 0: in any. A
 * panic where there is no memory for that. */
void own_events_open(struct module *by, struct procedure guard, uint64_t bound);
/* The same of one event, without a bound. */
void event_open_to_own(const struct event *event, struct procedure guard);
/* Any module handles this event from here on. */
void event_open_to_all(const struct event *event);
/* Of this object of the extension, or of the first that has it. Null: none has. */
const struct load_program *extension_program(const struct extension *extension, const char *name);
/* Is it a function that takes nothing, and that anybody may run? */
bool extension_can_call(const struct load_program *program);
/* Is nobody linked to it, is it not held, and nothing of it bound? */
bool extension_is_idle(const struct extension *extension);

/* Whose code is at this address: an exported function that wants to know who calls it looks at
 * where it returns to. Null: no extension's. */
struct extension *loader_owner(uintptr_t address);

#endif
