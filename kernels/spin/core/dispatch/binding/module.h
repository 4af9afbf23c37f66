/* SPDX-License-Identifier: MIT */
/* module.h -- who asks for a change. A module is an object that the kernel made, one a source with
 * events or an extension, and its address is its identity: whoever has it was given it by the
 * module itself (SPIN's THIS_MODULE). A copy is no module, nor is an address that was guessed.
 *
 *     MODULE("Console");                  in the source, before its events
 *     change_open(&c, THIS_MODULE, NULL);
 *
 * The module whose source defines an event is the event's authority. */
#ifndef SPIN_DISPATCH_MODULE_H
#define SPIN_DISPATCH_MODULE_H

#include "lib/list.h"
#include "spin/core/dispatch/binding/account.h"
#include "spin/core/dispatch/binding/procedure.h"

struct event;
struct event_binding;
struct module;

/* What somebody other than the authority asks for. */
struct change_request {
    const char *what; /* "install", "uninstall", ... as change.h names its functions */
    const struct event *event;
    const struct module *by;
    const void *credentials;             /* as change_open was given them, or null */
    const struct event_binding *binding; /* that is changed; null where it is not there yet */
    /* Of an install, and the authorizer's to change: what it imposes. */
    struct handler_request *handler;
    struct procedure imposed_guard; /* entry null: none */
    uint64_t bound;                 /* on its instructions (ephemeral.h); 0: the event's counts */
};

/* Is it allowed? Asked once for each step, before it happens. It may not change bindings itself. */
typedef bool authorizer_fn(void *closure, struct change_request *request);

struct authorizer {
    authorizer_fn *allows; /* null: nobody is allowed anything */
    void *closure;
};

struct module {
    const char *name;
    uint64_t seal;        /* made of its address while it exists, so that a copy has a wrong one */
    struct list link;     /* of all that exist, in the order of their beginning */
    struct list bindings; /* that it has installed */
    struct authorizer authorizer; /* of the events it defines that have none of their own */
    struct account account;
    const struct hooks *hooks; /* for its memory, which is charged to it; or null */
};

#define THIS_MODULE   (&this_module)
#define MODULE(name_) static struct module this_module = {.name = name_}

/* The module exists from here on, with no quotas; a name need not be unique. Again does nothing. */
void module_add(struct module *module);
/* It exists no more. It has no bindings (change_withdraw_all), and has given back all that it was
 * charged for. */
void module_remove(struct module *module);
/* The n-th of those that exist; null: there are not so many. */
struct module *module_at(unsigned n);
/* Of this address alone, and of nothing that lies in memory by chance. */
static inline uint64_t module_seal(const struct module *module) {
    return (uint64_t)(uintptr_t)module ^ 0x9e3779b97f4a7c15;
}

/* Of null and of any readable address. Verified code has no address but those it was given; native
 * code is trusted not to forge a seal. The same few instructions however many modules there are. */
static inline bool module_exists(const struct module *module) {
    return module && module->seal == module_seal(module);
}

#endif
