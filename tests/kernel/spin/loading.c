/* SPDX-License-Identifier: MIT */
/* loading.c -- see loading.h. */
#include "loading.h"

#include "replace.h"

#include "lib/error.h"
#include "lib/string.h"
#include "spin/services/console.h"
#include "spin/services/name_calls.h"

struct module loading_asker = {.name = "Asker"};

static struct report why;
static size_t heap;

static void restore(void) {
    restore_event(&event_directory_find);
    restore_event(&event_directory_list);
    restore_event(&event_console_key);
    console_init();
}

void loading_begin(void) {
    module_add(&loading_asker);
    restore();
    heap = heap_used();
}

bool loading_is_back(void) {
    return heap_is_back(heap);
}

void loading_end(struct check *c) {
    uint64_t first = 0;
    if (!event_is_intrinsic(&event_console_key))
        check_fail(c, "Console.Key has handlers still");
    restore();
    if (!loading_is_back() || extension_count || loader_after(&first))
        check_fail(c, "%lu bytes and %u objects are left", heap_used() - heap, extension_count);
    module_remove(&loading_asker);
}

struct extension *loading_load(struct check *c, const char *name) {
    struct extension *e = NULL;
    int error = loader_load(name, &e, &why);
    const char *rule = error ? strstr(why.text, "instruction ") : NULL; /* for this there is room */
    if (error)
        check_fail(c, "%s: %s: %s", name, error_sentence(error), rule ? rule : why.text);
    return e;
}

void loading_expect_refused(struct check *c, const char *name, int error, const char *says) {
    struct extension *e;
    int got = loader_load(name, &e, &why);
    if (got != error || !strstr(why.text, says))
        check_fail(c, "%s: %s and not %s: %s", name, error_sentence(got), says, why.text);
}

uint64_t loading_call(struct check *c, const struct extension *e, const char *program) {
    static const uint64_t nothing[PARAMETERS];
    static struct net_report report;
    uint64_t result = 0;
    const struct load_program *p = extension_program(e, program);
    if (!p || !extension_run(p, nothing, 0, &result, &report))
        check_fail(c, "%s: %s cannot be called", extension_name(e), program);
    return result;
}
