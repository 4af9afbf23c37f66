/* SPDX-License-Identifier: MIT */
/* verified.c -- programs of extensions guard and handle an event; those of another type, and those
 * that may do what a guard or handler may not, are refused. Objects of both compilers. */
#include "../embed.h"
#include "extension/handles.h"
#include "replace.h"

#include "common/engine.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "measure/bench.h"
#include "spin/core/extension.h"
#include "spin/core/verified.h"
#include "spin/services/public.h"

EMBED(handles_btf, "exports/tests/kernel/spin/handles_types.btf");
EMBED(handles_clang, "tests/kernel/spin/extension/handles.clang-O2.o");
EMBED(handles_gcc, "tests/kernel/spin/extension/handles.gcc-O2.o");

MODULE("Test");

EVENT_DECLARE(test_verified, long, (long a, int b));
EVENT(test_verified, "Test.Verified", long, (long a, int b)) {
    return -a - b;
}

/* Large, and of one check at a time. The last kind is metered. */
enum { GUARD, HANDLER, TURNS, KINDS };
static struct types types;
static struct typing kind[KINDS];
static struct load guards, extension;
static struct load_refusal why;

static const struct typing_grant grant = {.type = "handles", .may = MAY_READ_WRITE};
static struct kind_description description[KINDS] = {
    [GUARD] = {.kind = {.name = "guard", .demands = BOUNDED | FUNCTIONAL},
               .prototype = "handles_guard_type"},
    [HANDLER] = {.kind = {.name = "handler", .demands = BOUNDED},
                 .prototype = "handles_handler_type"},
    [TURNS] = {.kind = {.name = "turns"}, .prototype = "handles_handler_type"}};

static bool open_kinds(struct check *c) {
    const struct bytes section = {handles_btf, (size_t)(handles_btf_end - handles_btf)};
    struct object_refusal unreadable;
    if (!types_open(&types, &engine_hooks, section, &unreadable))
        return false;
    for (unsigned i = 0; i < KINDS; i++) {
        description[i].types = &types;
        description[i].grant = &grant;
        description[i].grants = 1;
        description[i].kind.stack_max = EXTENSION_STACK_MAX;
        if (!typing_open(&kind[i], &engine_hooks, &description[i], &why)) {
            check_fail(c, "%s", why.text);
            return false;
        }
    }
    return true;
}

static void close_kinds(void) {
    for (unsigned i = 0; i < KINDS; i++)
        typing_close(&kind[i]);
    types_close(&types);
}

struct object_file {
    const uint8_t *from, *to;
};
static const struct object_file objects[] = {{handles_clang, handles_clang_end},
                                             {handles_gcc, handles_gcc_end}};

static bool load_into(struct load *into, const struct object_file *file, const char *name,
                      const struct typing *as) {
    const struct load_request request = {.name = "handles",
                                         .file = file->from,
                                         .len = (size_t)(file->to - file->from),
                                         .as = as,
                                         .only = name,
                                         .domain = &public_domain,
                                         .domains = 1};
    return extension_open(into, &request, &why);
}

static bool load(const struct object_file *file, const char *name, const struct typing *as) {
    return load_into(&extension, file, name, as);
}

/* --- S-DIS4, S-DIS5, S-DIS6 --- */

static void check_handles(struct check *c, const struct object_file *file) {
    struct handles closure = {.wanted = 5};
    struct handler_request request = {.flags = 0};
    struct change change;
    CHECK_THAT(c, load_into(&guards, file, "is_wanted", &kind[GUARD]));
    CHECK_THAT(c, load(file, "adds", &kind[HANDLER]));
    CHECK_THAT(c, verified_guard(guards.program, &kind[GUARD], &request.guard) == 0);
    CHECK_THAT(c, verified_handler(extension.program, &kind[HANDLER], &request.handler) == 0);
    request.guard.has_closure = request.handler.has_closure = true;
    request.guard.closure = request.handler.closure = &closure;
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_test_verified, &request, NULL);
    CHECK_THAT(c, change_commit(&change) == 0);
    CHECK_THAT(c, test_verified(5, 2) == 7 && test_verified(5, -2) == -3);
    CHECK_THAT(c, test_verified(4, 2) == -6 && closure.count == 1);
    restore_event(&event_test_verified);
    CHECK_THAT(c, extension_close(&extension) && extension_close(&guards));
}

CHECK(verified_handles, "verified/programs_guard_and_handle_an_event_with_a_closure") {
    size_t heap = heap_used();
    CHECK_THAT(c, open_kinds(c));
    for (unsigned i = 0; i < 2 && !c->failed; i++)
        check_handles(c, &objects[i]);
    close_kinds();
    CHECK_THAT(c, c->failed || heap_used() == heap);
}

static const struct {
    const char *name, *rule;
    unsigned kind;
} refused[] = {
    {"writes", "not-functional", GUARD}, {"turns", "endless", HANDLER},
    {"fewer", "prototype", HANDLER},    {"more", "prototype", HANDLER},
    {"other_argument", "prototype", HANDLER}, {"other_result", "prototype", HANDLER},
    {"other_closure", "prototype", HANDLER},  {"gives_number", "prototype", GUARD},
};

CHECK(verified_types, "verified/a_program_of_another_type_or_with_effects_is_refused_when_loaded") {
    CHECK_THAT(c, open_kinds(c));
    for (unsigned i = 0; i < 2; i++)
        for (unsigned k = 0; k < sizeof refused / sizeof refused[0]; k++) {
            bool loaded = load(&objects[i], refused[k].name, &kind[refused[k].kind]);
            if (loaded || strcmp(why.rule, refused[k].rule) != 0) {
                check_fail(c, "%s: %s", refused[k].name, loaded ? "is loaded" : why.rule);
                return;
            }
        }
    close_kinds();
}

CHECK(verified_net, "verified/what_can_end_early_is_not_entered_without_a_net") {
    struct procedure p;
    CHECK_THAT(c, open_kinds(c));
    for (unsigned i = 0; i < 2; i++) {
        CHECK_THAT(c, load(&objects[i], "says", &kind[HANDLER]));
        CHECK_THAT(c, verified_handler(extension.program, &kind[HANDLER], &p) == -E_INVALID);
        CHECK_THAT(c, extension_close(&extension));
        CHECK_THAT(c, load(&objects[i], "turns", &kind[TURNS]));
        CHECK_THAT(c, verified_handler(extension.program, &kind[TURNS], &p) == -E_INVALID);
        CHECK_THAT(c, extension_close(&extension));
        CHECK_THAT(c, load(&objects[i], "adds", &kind[HANDLER]));
        CHECK_THAT(c, verified_handler(extension.program, &kind[TURNS], &p) == -E_INVALID);
        CHECK_THAT(c, verified_guard(extension.program, &kind[HANDLER], &p) == -E_INVALID);
        CHECK_THAT(c, extension_close(&extension));
    }
    close_kinds();
}
