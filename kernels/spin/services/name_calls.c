/* SPDX-License-Identifier: MIT */
/* name_calls.c -- see name_calls.h. */
#include "spin/services/name_calls.h"

#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/loader/loader.h"
#include "spin/services/names/names.h"

MODULE("Directory");

static const struct name_authorizer open_to_all;

/* The caller was proven to have so many bytes, and no more than a path has. */
static void take(char into[PATH_BYTES_MAX], const char *text, unsigned long bytes) {
    assert_that(bytes < PATH_BYTES_MAX);
    memcpy(into, text, bytes);
    into[bytes] = '\0';
}

int name_alias(const char *path, unsigned long path_bytes, const char *target,
               unsigned long target_bytes) {
    char from[PATH_BYTES_MAX], to[PATH_BYTES_MAX];
    struct extension *caller = loader_owner((uintptr_t)__builtin_return_address(0));
    if (!caller)
        return -E_PERM;
    take(from, path, path_bytes);
    take(to, target, target_bytes);
    return names_alias(extension_module(caller), from, to, &open_to_all);
}

unsigned long extension_after(unsigned long number, char *name, unsigned long bytes) {
    const struct extension *e = loader_after(&number);
    memset(name, 0, bytes);
    if (e)
        format_text(name, bytes, "%s", extension_name(e));
    return e ? number : 0;
}

/* --- Directories of extensions --- */

struct made_directory {
    struct directory directory;
    uint64_t extension; /* whose it is; who is gone is not asked */
    unsigned number;
};

struct question {
    struct directory_view view;
    uint64_t extension; /* that is asked */
};

EVENT(directory_find, "Directory.Find", int, (struct directory_view * view, unsigned number)) {
    (void)view, (void)number;
    return -E_NOT_FOUND;
}

EVENT(directory_list, "Directory.List", int, (struct directory_view * view, unsigned number)) {
    (void)view, (void)number;
    return -E_NOT_FOUND;
}

/* Of the extension, which may have failed and which may have said anything. */
static int ask(const struct event *event, struct directory *directory, const struct module *by,
               struct question *q) {
    const struct made_directory *d = container_of(directory, struct made_directory, directory);
    const struct event *of;
    q->extension = d->extension;
    q->view.by = extension_serial(by);
    raise_exception_take(NULL); /* what somebody has left behind is not this raise's */
    int answer = (*(directory_find_fn **)event->cell)(&q->view, d->number);
    if (raise_exception_take(&of) && of == event)
        return -E_INVALID;
    return answer == 0 || answer == -E_NOT_FOUND || answer == -E_PERM ? answer : -E_INVALID;
}

static int find(struct directory *directory, const struct module *by, const char *name,
                struct found *found) {
    struct question q = {0};
    format_text(q.view.name, sizeof q.view.name, "%s", name);
    int error = ask(&event_directory_find, directory, by, &q);
    if (error)
        return error;
    if (!q.view.path[0] || strnlen(q.view.path, PATH_BYTES_MAX) == PATH_BYTES_MAX)
        return -E_INVALID;
    memcpy(found->alias, q.view.path, PATH_BYTES_MAX);
    return 0;
}

static bool is_name(const char text[PATH_NAME_MAX]) {
    char name[PATH_NAME_MAX];
    return strnlen(text, PATH_NAME_MAX) < PATH_NAME_MAX && path_next(&text, name) == 1 && !*text;
}

#define COOKIE_BITS 48 /* of the extension's cookie; above it is how many have been listed */

/* Whoever lists comes to an end, whatever the extension says. */
static int list(struct directory *directory, const struct module *by, uint64_t *cookie,
                struct directory_entry *entry) {
    const uint64_t listed = *cookie >> COOKIE_BITS, last = *cookie & ((1ul << COOKIE_BITS) - 1);
    struct question q = {.view.cookie = last};
    int error = ask(&event_directory_list, directory, by, &q);
    if (error)
        return error;
    if (!is_name(q.view.name) || q.view.cookie <= last || q.view.cookie >> COOKIE_BITS ||
        listed == DIRECTORY_ENTRIES_MAX)
        return -E_INVALID;
    memcpy(entry->name, q.view.name, sizeof entry->name);
    entry->type = NULL;
    *cookie = (listed + 1) << COOKIE_BITS | q.view.cookie;
    return 0;
}

static void destroy(struct directory *directory) {
    struct made_directory *d = container_of(directory, struct made_directory, directory);
    heap_free(d, sizeof *d);
}

int directory_make(const char *path, unsigned long path_bytes, unsigned number) {
    static const struct directory_operations operations = {find, list, destroy};
    char at[PATH_BYTES_MAX];
    struct extension *caller = loader_owner((uintptr_t)__builtin_return_address(0));
    if (!caller)
        return -E_PERM;
    struct made_directory *d = heap_alloc(sizeof *d);
    if (!d)
        return -E_NO_MEMORY;
    *d = (struct made_directory){.directory = {&operations, 1},
                                 .extension = extension_serial(extension_module(caller)),
                                 .number = number};
    take(at, path, path_bytes);
    const struct named named = {&name_directory, &d->directory};
    int error = names_attach(extension_module(caller), at, &named, &open_to_all);
    named_release(&named);
    return error;
}

/* The guard that is imposed on extensions: each is asked about its own directories. */
static bool is_of(void *extension, struct directory_view *view, unsigned number) {
    (void)number;
    return container_of(view, struct question, view)->extension == (uintptr_t)extension;
}

void name_calls_init(void) {
    own_events_open(THIS_MODULE, (struct procedure)EVENT_GUARD_WITH(directory_find, is_of, NULL),
                    0);
}
