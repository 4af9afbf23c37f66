/* SPDX-License-Identifier: MIT */
/* user_extension.c -- see user_extension.h. */
#include "spin/services/calls/user_extension.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/user/user.h"
#include "spin/services/loader/loader.h"
#include "spin/core/space/process.h"

MODULE("UserExtension");

/* Made by the linker; an image without any has neither. */
extern const struct user_extension __start_user_extensions[] __attribute__((weak)),
    __stop_user_extensions[] __attribute__((weak));

/* What extensions have in the address space of a process that ends goes first. Where none serves
 * any more, nobody hears of processes' ends. */
static void end_of_process(struct process *p) {
    bool serving = loader_client_ends(&p->space);
    for (const struct user_extension *x = __start_user_extensions; x < __stop_user_extensions;
         x++) {
        if (*x->of == &p->space) {
            x->end();
            *x->of = NULL;
        }
        serving = serving || *x->of;
    }
    if (!serving)
        (void)change_withdraw_all(THIS_MODULE); /* out of memory: it is in nobody's way */
}

/* From the first extension that serves on. */
static int hear_of_ends(void) {
    const struct handler_request request = {.handler = EVENT_HANDLER(process_ends, end_of_process)};
    struct change c;
    module_add(THIS_MODULE);
    if (!list_empty(&this_module.bindings))
        return 0;
    change_open(&c, THIS_MODULE, NULL);
    change_install(&c, &event_process_ends, &request, NULL);
    return change_commit(&c);
}

/* One of the archive; each process has an instance of its own. */
static int load_for(struct address_space *of, const char *name) {
    static struct report why;
    struct extension *e;
    int error = hear_of_ends();
    (void)loader_reap(); /* of processes that are gone */
    return error ? error : loader_load_for(name, of, &e, &why);
}

static int extend(struct address_space *of, const char *name) {
    for (const struct user_extension *x = __start_user_extensions; x < __stop_user_extensions;
         x++) {
        if (strcmp(x->name, name) != 0)
            continue;
        if (*x->of)
            return -E_EXISTS;
        int error = hear_of_ends();
        if (!error)
            error = x->begin(of);
        if (!error)
            *x->of = of;
        return error;
    }
    return load_for(of, name);
}

static long extend_by(int (*by)(struct address_space *of, const char *name), vaddr_t at) {
    char name[USER_EXTENSION_NAME_MAX];
    long length = copy_string_from_user(name, at, sizeof name);
    return length < 0 ? length : by(address_space_current, name);
}

long user_extend(vaddr_t name) {
    return extend_by(extend, name);
}

long user_extend_verified(vaddr_t name) {
    return extend_by(load_for, name);
}
