/* SPDX-License-Identifier: MIT */
/* extension.c -- extensions of both compilers against the kernel's own domain: events, functions
 * and variables of its headers; and each refusal of a name, by its own rule. */
#include "../embed.h"

#include "spin/core/extension.h"

#include "replace.h"

#include "common/engine.h"
#include "lib/crc32.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "machine/trap/catch.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"
#include "spin/services/console.h"
#include "spin/services/public.h"

#define BOTH(id, path)                                                                             \
    EMBED(id##_clang, path ".clang-O2.o");                                                         \
    EMBED(id##_gcc, path ".gcc-O2.o");                                                             \
    static const struct object_file id[2] = {{#id ".clang", id##_clang, id##_clang_end},           \
                                             {#id ".gcc", id##_gcc, id##_gcc_end}}

struct object_file {
    const char *name;
    const uint8_t *from, *to;
};
BOTH(announcer, "tests/kernel/spin/extension/public");
BOTH(wrong_type, "tests/kernel/spin/extension/wrong_type");
BOTH(unknown, "tests/kernel/spin/extension/unknown");
BOTH(unresolved, "tests/kernel/spin/extension/unresolved");
BOTH(reaches, "tests/kernel/spin/extension/reaches");
BOTH(deep, "tests/engine/deep");

static const struct kind_description descriptions[] = {
    {.kind = {.name = "extension",
              .entry = {.parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}},
              .demands = BOUNDED,
              .stack_max = EXTENSION_STACK_MAX}},
    {.kind = {.name = "function",
              .entry = {.parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}},
              .demands = BOUNDED,
              .stack_max = EXTENSION_STACK_MAX}}};

/* Large, and of one check at a time. */
static struct typing kinds[2];
static struct load extension;
static struct report why;

static bool open_kinds(struct check *c) {
    for (unsigned i = 0; i < 2; i++)
        if (!typing_open(&kinds[i], &engine_hooks, &descriptions[i], &why)) {
            check_fail(c, "%s", why.text);
            return false;
        }
    return true;
}

/* Loads the file's programs, or the one called `only`. */
static bool load_only(const struct object_file *file, const char *only,
                      struct domain *const *domain, uint32_t domains) {
    static const struct typing *const all[] = {&kinds[0], &kinds[1]};
    const struct load_request request = {.name = file->name,
                                         .file = file->from,
                                         .len = (size_t)(file->to - file->from),
                                         .kind = all,
                                         .kinds = 2,
                                         .only = only,
                                         .domain = domain,
                                         .domains = domains};
    return extension_open(&extension, &request, &why);
}

static bool load(const struct object_file *file, struct domain *const *domain, uint32_t domains) {
    return load_only(file, NULL, domain, domains);
}

/* The handler of Console.Write while a check runs. */
static char heard[16];

static void hear(const char *text, size_t length) {
    memcpy(heard, text, length < sizeof heard ? length : sizeof heard);
}

static void check_announcer(struct check *c, uint64_t digit) {
    static struct net_report report;
    char wanted[8] = "amount ?";
    const uint64_t argument[PARAMETERS] = {digit};
    uint64_t result = 0;
    wanted[7] = (char)('0' + digit);
    memset(heard, 0, sizeof heard);
    CHECK_THAT(c,
               extension_run(load_program(&extension, "announce"), argument, 0, &result, &report));
    CHECK_THAT(c, memcmp(heard, wanted, 8) == 0);
    CHECK_THAT(c, result >> 8 == crc32_update(0, wanted, 8));
    CHECK_THAT(c, (uint8_t)result == extension_count && extension_count == 1);
}

CHECK(extension_public, "extension/raises_calls_and_reads_what_the_public_domain_exports") {
    CHECK_THAT(c, REPLACE(console_write, hear) == 0);
    restore_event(&event_console_write); /* whose bindings are made now, and stay */
    size_t heap = heap_used();
    if (!open_kinds(c))
        return;
    for (unsigned i = 0; i < 2; i++) {
        if (!load(&announcer[i], &public_domain, 1)) {
            check_fail(c, "%s", why.text);
            return;
        }
        CHECK_THAT(c, REPLACE(console_write, hear) == 0);
        check_announcer(c, i);
        restore_event(&event_console_write);
        CHECK_THAT(c, !domain_withdraw(public_domain));
        CHECK_THAT(c, extension_close(&extension) && extension_count == 0);
    }
    typing_close(&kinds[0]);
    typing_close(&kinds[1]);
    CHECK_THAT(c, heap_used() == heap);
}

/* What a refusal must say, of the objects of both compilers; it leaves nothing. */
static void expect_refused(struct check *c, const struct object_file file[2],
                           struct domain *const *domain, uint32_t domains, const char *rule,
                           const char *const *says, unsigned count) {
    size_t heap = heap_used();
    for (unsigned i = 0; i < 2; i++) {
        if (load(&file[i], domain, domains)) {
            check_fail(c, "%s was loaded", file[i].name);
            extension_close(&extension);
            return;
        }
        if (strcmp(rule_name(why.rule), rule) != 0)
            check_fail(c, "wanted %s: %s", rule, why.text);
        for (unsigned j = 0; j < count; j++)
            if (!strstr(why.text, says[j]))
                check_fail(c, "wanted %s: %s", says[j], why.text);
        CHECK_THAT(c, heap_used() == heap && extension_count == 0);
    }
}
#define EXPECT_REFUSED(c, file, domain, domains, rule, ...)                                        \
    expect_refused(c, file, domain, domains, rule, (const char *const[]){__VA_ARGS__},             \
                   sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* Another domain with a name of the public one, for another function. */
static struct domain *make_rival(struct check *c) {
    static struct report report;
    const struct export *original = domain_find(public_domain, "crc32_update");
    struct export rival = *original;
    rival.address = (const uint8_t *)original->address + 1;
    struct domain *d =
        domain_create(&engine_hooks, "rival", domain_types(public_domain), &rival, 1, &report);
    if (!d)
        check_fail(c, "%s", report.text);
    return d;
}

CHECK(extension_names, "extension/each_name_that_cannot_be_bound_is_refused_by_its_own_rule") {
    struct domain *rival = open_kinds(c) ? make_rival(c) : NULL;
    if (!rival)
        return;
    struct domain *const both[] = {public_domain, rival};
    EXPECT_REFUSED(c, wrong_type, &public_domain, 1, "wrong-type",
                   "console_write: it is exported with another type (wrong-type)",
                   "wanted: int console_write(const char *", "domain SpinPublic exports the event:",
                   "found: void console_write(const char *, size_t)");
    EXPECT_REFUSED(c, unknown, &public_domain, 1, "unknown-name",
                   "machine_reset: no domain in the list exports this name", "SpinPublic");
    EXPECT_REFUSED(c, announcer, both, 2, "ambiguous", "crc32_update: ",
                   "domain SpinPublic exports the function:", "domain rival exports the function:");
    EXPECT_REFUSED(c, unresolved, &public_domain, 1, "unresolved",
                   ": 2 names are undefined (unresolved)", "machine_reset: no domain",
                   "secret: no domain");
    EXPECT_REFUSED(c, announcer, NULL, 0, "unresolved", "no domains were given");
    domain_release(rival);
    typing_close(&kinds[0]);
    typing_close(&kinds[1]);
}

CHECK(extension_stack, "extension/one_that_needs_more_stack_than_the_kernel_spares_is_refused") {
    if (!open_kinds(c))
        return;
    EXPECT_REFUSED(c, deep, &public_domain, 1, "stack", "bytes, and not 4096 (stack)");
    typing_close(&kinds[0]);
    typing_close(&kinds[1]);
}

CHECK(extension_reaches, "extension/the_kernels_functions_get_no_byte_beyond_what_one_has") {
    static const struct {
        const char *program, *rule;
    } cases[] = {
        {"text_within", NULL},
        {"sum_within", NULL},
        {"text_most", NULL},
        {"sum_most", NULL},
        {"text_beyond", "stack-bounds"},
        {"sum_beyond", "stack-bounds"},
        {"text_more", "argument"},
        {"sum_more", "argument"},
    };
    if (!open_kinds(c))
        return;
    for (unsigned i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
        const char *program = cases[i / 2].program, *rule = cases[i / 2].rule;
        bool loaded = load_only(&reaches[i % 2], program, &public_domain, 1);
        if (loaded == (rule != NULL) || (rule && strcmp(rule_name(why.rule), rule) != 0))
            check_fail(c, "%s: %s: %s", reaches[i % 2].name, program, loaded ? "loaded" : why.text);
        if (loaded)
            extension_close(&extension);
    }
    typing_close(&kinds[0]);
    typing_close(&kinds[1]);
}

static void open_any(void *request) {
    (void)extension_open(&extension, request, &why);
}

CHECK(extension_kind, "extension/a_kind_that_spares_no_limited_stack_is_a_panic") {
    static const uint32_t bad[] = {0, EXTENSION_STACK_MAX + 1};
    static const struct typing *const all[] = {&kinds[0]};
    if (!open_kinds(c))
        return;
    for (unsigned i = 0; i < 4; i++) {
        struct load_request request = {.name = "any", .kind = all, .kinds = i < 2 ? 1 : 0};
        struct trap_frame f;
        if (i >= 2)
            request.as = &kinds[0];
        kinds[0].kind.stack_max = bad[i % 2];
        if (!trap_catch(&f, open_any, &request) || f.vector != TRAP_PANIC)
            check_fail(c, "%u bytes, case %u", bad[i % 2], i);
    }
    kinds[0].kind.stack_max = EXTENSION_STACK_MAX;
    typing_close(&kinds[0]);
    typing_close(&kinds[1]);
}
