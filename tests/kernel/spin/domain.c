/* SPDX-License-Identifier: MIT */
/* domain.c -- extensions that are linked by references: rights, authorizers, interfaces, and names
 * taken back. */
#include "../embed.h"
#include "replace.h"

#include "common/engine.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "measure/bench.h"
#include "spin/core/domain/link_authority.h"
#include "spin/core/extension.h"
#include "spin/services/loader/verified.h"
#include "spin/services/console.h"
#include "spin/services/name_space.h"
#include "spin/services/public.h"
#include "spin/services/trusted.h"

EMBED(announcer, "tests/kernel/spin/extension/public.clang-O2.o");
EMBED(frees, "tests/kernel/spin/extension/trusted.gcc-O2.o");

static struct module linked = {.name = "Announcer"};
static struct typing kind;
static struct load extension; /* large, and of one check at a time */
static struct report why;
static size_t heap;

static const struct kind_description description = {
    .kind = {.name = "extension",
             .entry = {.parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}},
             .demands = BOUNDED,
             .stack_max = EXTENSION_STACK_MAX}};

static bool begin(void) {
    module_add(&linked);
    heap = heap_used();
    return typing_open(&kind, &engine_hooks, &description, &why);
}

static void end(struct check *c) {
    typing_close(&kind);
    CHECK_THAT(c, heap_is_back(heap) && extension_count == 0);
    module_remove(&linked);
}

static bool link_file(const uint8_t *file, const uint8_t *file_end,
                      struct domain_reference *const *from, uint32_t references) {
    static const struct typing *const kinds[] = {&kind};
    const struct load_request request = {.name = "announcer",
                                         .file = file,
                                         .len = (size_t)(file_end - file),
                                         .kind = kinds,
                                         .kinds = 1};
    return extension_link(&extension, &request, (const struct domain_reference *const *)from,
                          references, &linked, &why);
}

static bool link_to(struct domain_reference *from) {
    return link_file(announcer, announcer_end, &from, 1);
}

static void expect_refused(struct check *c, bool is_linked, const char *rule, const char *says) {
    if (is_linked || strcmp(rule_name(why.rule), rule) != 0 || !strstr(why.text, says))
        check_fail(c, "wanted %s, %s: %s", rule, says, is_linked ? "it was linked" : why.text);
}

/* --- Rights --- */

CHECK(domain_rights, "domain/an_extension_is_linked_by_who_may_import_and_by_nobody_else") {
    struct domain_reference *modify, *import;
    CHECK_THAT(c, begin());
    CHECK_THAT(c, reference_restrict(&modify, spin_public, DOMAIN_MODIFY) == 0);
    CHECK_THAT(c, reference_restrict(&import, spin_public, DOMAIN_IMPORT) == 0);
    expect_refused(c, link_to(modify), "denied", "SpinPublic");
    CHECK_THAT(c, link_to(import) && extension_count == 1);
    CHECK_THAT(c, extension_close(&extension));
    reference_release(modify);
    reference_release(import);
    end(c);
}

CHECK(domain_trusted, "domain/no_extension_is_linked_to_what_is_trusted_whatever_it_has_come_by") {
    struct domain_reference *const both[] = {spin_public, spin_trusted};
    CHECK_THAT(c, begin());
    expect_refused(c, link_file(frees, frees_end, both, 1), "unknown-name", "heap_free");
    expect_refused(c, link_file(frees, frees_end, both, 2), "denied",
                   "heap_free: its exporter does not let this object be linked to it (denied)\n"
                   "  domain SpinTrusted, for Announcer");
    CHECK_THAT(c, strcmp(link_audit(0)->name, "heap_free") == 0 && !link_audit(0)->allowed);
    end(c);
}

/* --- Authorizers --- */

static unsigned asked;

static bool no_sums(void *closure, const struct link_request *request) {
    asked++;
    return request->by != closure || strcmp(request->export->name, "crc32_update") != 0;
}

static void ignore(const char *text, size_t length) {
    (void)text;
    (void)length;
}

static bool run_announcer(void) {
    static struct net_report report;
    const uint64_t argument[PARAMETERS] = {3};
    uint64_t result;
    return extension_run(extension.program, argument, 0, &result, &report);
}

CHECK(domain_authorizer,
      "domain/the_exporter_is_asked_once_for_each_name_at_link_and_never_at_a_call") {
    const struct link_authorizer anybody = {0}, denies = {no_sums, &linked},
                                 allows = {no_sums, NULL};
    CHECK_THAT(c, begin());
    CHECK_THAT(c, reference_authorize(spin_public, &denies) == 0);
    expect_refused(c, link_to(spin_public), "denied", "crc32_update: ");
    CHECK_THAT(c, strcmp(link_audit(0)->by, "Announcer") == 0);
    CHECK_THAT(c, strcmp(link_audit(0)->domain, "SpinPublic") == 0);
    CHECK_THAT(c, strcmp(link_audit(0)->name, "crc32_update") == 0 && !link_audit(0)->allowed);

    CHECK_THAT(c, reference_authorize(spin_public, &allows) == 0);
    asked = 0;
    CHECK_THAT(c, link_to(spin_public) && asked == 3);
    CHECK_THAT(c, REPLACE(console_write, ignore) == 0);
    for (unsigned i = 0; i < 10; i++)
        CHECK_THAT(c, run_announcer());
    restore_event(&event_console_write);
    CHECK_THAT(c, asked == 3);
    CHECK_THAT(c, reference_authorize(spin_public, &anybody) == 0);
    CHECK_THAT(c, extension_close(&extension));
    end(c);
}

/* --- Interfaces --- */

CHECK(domain_interface, "domain/a_name_that_an_interface_does_not_have_cannot_be_linked_to") {
    static const char *const names[] = {"console_write", "extension_count", "crc32_update"};
    struct domain_reference *some;
    CHECK_THAT(c, begin());
    for (uint32_t n = 2; n <= 3; n++) {
        struct domain *d = domain_select(&engine_hooks, "Console", public_domain, names, n, &why);
        CHECK_THAT(c, d && reference_create(&some, d, &linked) == 0);
        bool is_linked = link_to(some);
        if (n == 2)
            expect_refused(c, is_linked, "unknown-name", "crc32_update: no domain");
        else
            CHECK_THAT(c, is_linked && extension_close(&extension));
        reference_release(some);
        domain_release(d);
    }
    end(c);
}

/* --- By name --- */

CHECK(domain_named, "domain/a_domain_is_found_by_its_path_and_is_of_no_other_type") {
    static const struct name_type other = {.name = "other"};
    struct directory_entry entry;
    struct named found;
    uint64_t cookie = 0;
    bool listed = false;
    CHECK_THAT(c, begin());
    while (names_list(&linked, "/../svc/domains", &cookie, &entry) == 0)
        listed |= strcmp(entry.name, "SpinPublic") == 0 && entry.type == &name_domain;
    CHECK_THAT(c, listed);
    CHECK_THAT(c,
               names_lookup(&linked, "/../svc/domains/SpinPublic", &other, &found) == -E_INVALID);
    CHECK_THAT(c, names_lookup(&linked, "/../svc/domains/SpinPublic", &name_domain, &found) == 0);
    CHECK_THAT(c, link_to(found.object) && extension_close(&extension));
    named_release(&found);
    CHECK_THAT(c, names_attach(&linked, "/devices/mine", &found, &(struct name_authorizer){0}) ==
                      -E_PERM);
    end(c);
}

static bool nobody_but(void *closure, const struct name_request *request) {
    return request->by == closure;
}

CHECK(domain_asks, "domain/who_attached_a_name_is_told_who_asks_and_denies_one_of_two") {
    static const struct name_type lamp = {.name = "lamp"};
    static struct module third = {.name = "Third"};
    const struct name_authorizer linked_only = {nobody_but, &linked};
    struct named object = {&lamp, &third}, found;
    CHECK_THAT(c, begin());
    module_add(&third);
    CHECK_THAT(c, names_attach(&third, "/svc/lamp", &object, &linked_only) == 0);
    int denied = names_lookup(&third, "/svc/lamp", &lamp, &found);
    CHECK_THAT(c, names_lookup(&linked, "/svc/lamp", &lamp, &found) == 0);
    CHECK_THAT(c, denied == -E_PERM && found.object == &third);
    CHECK_THAT(c, names_detach(&linked, "/svc/lamp") == -E_PERM);
    CHECK_THAT(c, names_detach(&third, "/svc/lamp") == 0);
    module_remove(&third);
    end(c);
}

/* --- Resolve has a direction --- */

CHECK(domain_one_way,
      "domain/who_is_linked_to_an_extension_sees_nothing_of_what_that_is_linked_to") {
    static struct load library;
    struct domain_reference *to_library;
    CHECK_THAT(c, begin());
    CHECK_THAT(c, link_to(spin_public));
    library = extension;
    struct domain *exports = link_export(&library.link, &why);
    CHECK_THAT(c, exports && reference_create(&to_library, exports, &linked) == 0);
    CHECK_THAT(c, domain_find(exports, "announce") && !domain_find(exports, "console_write"));
    expect_refused(c, link_to(to_library), "unresolved", "console_write: no domain");
    CHECK_THAT(c, !library.link.undefined && !domain_find(public_domain, "announce"));
    reference_release(to_library);
    extension = library;
    CHECK_THAT(c, extension_close(&extension));
    end(c);
}

/* --- Unresolve --- */

CHECK(domain_unresolve, "domain/what_is_unresolved_cannot_be_called_nor_bound_and_is_no_crash") {
    struct domain_reference *own, *import;
    struct procedure handler;
    CHECK_THAT(c, begin());
    CHECK_THAT(c, link_to(spin_public));
    struct domain *exports = link_export(&extension.link, &why);
    CHECK_THAT(c, exports && reference_create(&own, exports, &linked) == 0);
    CHECK_THAT(c, reference_restrict(&import, own, DOMAIN_IMPORT) == 0);
    CHECK_THAT(c, extension_unresolve(&extension, import, spin_public, &linked) == -E_PERM);
    CHECK_THAT(c, REPLACE(console_write, ignore) == 0);
    CHECK_THAT(c, run_announcer());
    restore_event(&event_console_write);
    CHECK_THAT(c, extension_unresolve(&extension, own, spin_public, &linked) == 0);
    CHECK_THAT(c, extension.link.undefined == 3 && !run_announcer());
    CHECK_THAT(c, verified_handler(extension.program, &kind, &handler) == -E_INVALID);
    reference_release(import);
    reference_release(own);
    CHECK_THAT(c, extension_close(&extension));
    end(c);
}
