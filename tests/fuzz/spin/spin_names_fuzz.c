/* SPDX-License-Identifier: MIT */
/* spin_names_fuzz.c -- any bytes as operations on the name server, each with one or two paths: none
 * leaves a directory within itself, every listing ends, what is found is held, and in the end
 * nothing is left. */
#include "../fuzz_hooks.h"
#include "lib/error.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/services/names/names.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void nothing(void) {
}

static const struct dispatcher here = {
    .hooks = &hooks, .begin = nothing, .end = nothing, .lock = nothing, .unlock = nothing};

static int holders;

static void hold(void *object) {
    (void)object;
    holders++;
}

static void release(void *object) {
    (void)object;
    holders--;
}

static const struct name_type thing = {"thing", hold, release};
static struct module modules[2] = {{.name = "Owner"}, {.name = "Other"}};

static bool anybody(void *closure, const struct name_request *request) {
    (void)closure;
    (void)request;
    return true;
}

/* The bytes to the next NUL; they end in one. */
static const char *take(const char **at, const char *end) {
    const char *text = *at;
    size_t length = strnlen(text, (size_t)(end - text));
    *at = text + length + (text + length < end);
    return text;
}

static void look(const struct module *by, const char *path) {
    struct named found;
    int before = holders;
    if (names_lookup(by, path, NULL, &found))
        return;
    demand(found.type == &name_directory || holders == before + 1);
    named_release(&found);
    demand(holders == before);
}

static void list(const struct module *by, const char *path) {
    struct directory_entry entry;
    uint64_t cookie = 0, last = 0;
    for (unsigned n = 0; names_list(by, path, &cookie, &entry) == 0; n++) {
        demand(n < PLAIN_ENTRIES_MAX && cookie > last && *entry.name);
        last = cookie;
    }
}

static void operate(unsigned op, const struct module *by, const char *path, const char *second) {
    static const struct name_authorizer all = {.allows = anybody}, none;
    static char object;
    switch (op % 7) {
    case 0:
        look(by, path);
        break;
    case 1:
        names_attach(by, path, &(struct named){&thing, &object}, &none);
        break;
    case 2:
        names_create(by, path, &none, op & 64 ? &all : &none);
        break;
    case 3:
        names_detach(by, path);
        break;
    case 4:
        names_alias(by, path, second, &none);
        break;
    case 5:
        names_rename(by, path, second);
        break;
    case 6:
        list(by, path);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    demand(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    dispatcher = &here;
    module_add(&modules[0]);
    module_add(&modules[1]);
    demand(names_init(&modules[0]) == 0);
    for (const char *at = text, *end = text + size; at < end;) {
        unsigned op = (uint8_t)*at++;
        const char *path = take(&at, end);
        const char *second = op % 7 == 4 || op % 7 == 5 ? take(&at, end) : "";
        operate(op, &modules[op >> 7], path, second);
    }
    plain_withdraw_all(&modules[1]);
    names_end();
    demand(holders == 0);
    free(text);
    return 0;
}
