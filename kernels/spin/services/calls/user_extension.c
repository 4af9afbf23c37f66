/* SPDX-License-Identifier: MIT */
/* user_extension.c -- see user_extension.h. */
#include "spin/services/calls/user_extension.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "spin/services/handlers.h"
#include "spin/services/loader/loader.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/core/space/process.h"
#include "spin/services/calls/user_copy.h"

MODULE("UserExtension");

/* Made by the linker; an image without any has neither. */
extern const struct user_extension __start_user_extensions[] __attribute__((weak)),
    __stop_user_extensions[] __attribute__((weak));

/* Whom an extension of the image serves. */
struct client {
    struct list all;
    const struct user_extension *extension;
    const struct address_space *of;
    void *instance;
};

static struct list clients = LIST_INIT(clients);

static struct client *client_of(struct list *node) {
    return container_of(node, struct client, all);
}

static void forget(struct client *c) {
    list_remove(&c->all);
    heap_free(c, sizeof *c);
}

/* What extensions have in the address space of a process that ends goes first. Where none serves
 * any more, nobody hears of processes' ends. */
static void end_of_process(struct process *p) {
    (void)loader_client_ends(&p->space);
    for (struct list *node = clients.next, *next = node->next; node != &clients;
         node = next, next = node->next) {
        struct client *c = client_of(node);
        if (c->of != &p->space)
            continue;
        c->extension->end(c->instance);
        next = node->next; /* it may have waited */
        forget(c);
    }
    dispatcher->lock(); /* nobody begins to be served in between */
    if (!loader_client_ends(&p->space) && list_empty(&clients))
        (void)change_withdraw_all(THIS_MODULE); /* out of memory: it is in nobody's way */
    dispatcher->unlock();
}

/* One of the archive; each process has an instance of its own. */
static int load_for(struct address_space *of, const char *name) {
    static struct report why;
    struct extension *e;
    dispatcher->lock(); /* the last that was served may end */
    int error = HANDLE_ONCE(process_ends, end_of_process);
    (void)loader_reap(); /* of processes that are gone */
    if (!error)
        error = loader_load_for(name, of, &e, &why);
    dispatcher->unlock();
    return error;
}

static int serve(const struct user_extension *x, struct address_space *of) {
    list_each(node, &clients) {
        const struct client *c = client_of(node);
        if (c->extension == x && (x->alone || c->of == of))
            return -E_EXISTS;
    }
    struct client *c = heap_alloc(sizeof *c);
    if (!c)
        return -E_NO_MEMORY;
    *c = (struct client){.extension = x, .of = of};
    list_push_back(&clients, &c->all); /* at once, for it may wait */
    int error = HANDLE_ONCE(process_ends, end_of_process);
    if (!error)
        error = x->begin(of, &c->instance);
    if (error)
        forget(c);
    return error;
}

static int extend(struct address_space *of, const char *name, bool verified) {
    const struct user_extension *x = __start_user_extensions, *end = __stop_user_extensions;
    while (x < end && strcmp(x->name, name) != 0)
        x++;
    return x < end && !verified ? serve(x, of) : load_for(of, name);
}

long user_extend(vaddr_t at, bool verified) {
    char name[USER_EXTENSION_NAME_MAX];
    long length = copy_string_in(name, at, sizeof name);
    return length < 0 ? length : extend(address_space_current, name, verified);
}
