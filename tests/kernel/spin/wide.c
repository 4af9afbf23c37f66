/* SPDX-License-Identifier: MIT */
/* wide.c -- an event of seven parameters: its raiser fills a structure, and the extension sees
 * seven arguments, typed and bounded; objects of both compilers. */
#include "../embed.h"

#include "spin/core/extension.h"

#include "common/engine.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "measure/bench.h"

/* NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "../../engine/transfer_kind.c"

EMBED(transfer_btf, "exports/tests/engine/transfer_kind.btf");
EMBED(transfer_clang, "tests/engine/transfer.clang-O2.o");
EMBED(transfer_gcc, "tests/engine/transfer.gcc-O2.o");

/* Large, and of one check at a time. */
static struct types types;
static struct typing kind;
static struct load extension;
static struct report why;

/* How an event of seven parameters is raised. */
static bool transfer_raise(const struct purse *from, const struct purse *to, unsigned long amount,
                           unsigned int currency, const char *note, unsigned int note_at,
                           const struct purse *next, uint64_t *result) {
    static struct net_report report;
    const uint64_t argument[PARAMETERS] = {
        (uintptr_t)ARGUMENTS(transfer, from, to, amount, currency, note, note_at, next)};
    return extension_run(load_program(&extension, "accepted"), argument, 0, result, &report);
}

static bool load(const uint8_t *from, const uint8_t *to, const char *only) {
    static const struct typing *const kinds[] = {&kind};
    const struct load_request request = {.name = "transfer",
                                         .file = from,
                                         .len = (size_t)(to - from),
                                         .kind = kinds,
                                         .kinds = 1,
                                         .only = only};
    return extension_open(&extension, &request, &why);
}

static void check_object(struct check *c, const uint8_t *from, const uint8_t *to) {
    static const struct purse payer = {.balance = 1}, payee = {.owner = 2}, next = {.balance = 7};
    static const char note[TRANSFER_NOTE] = {0, 0, 0, 0, 0, 5};
    uint64_t result = 0;
    if (!load(from, to, "accepted")) {
        check_fail(c, "%s", why.text);
        return;
    }
    CHECK_THAT(c, transfer_raise(&payer, &payee, 3, 4, note, 5, &next, &result));
    CHECK_THAT(c, result == 1234557);
    CHECK_THAT(c, extension_close(&extension));
    CHECK_THAT(c, !load(from, to, "beyond") && strcmp(rule_name(why.rule), "bounds") == 0);
    CHECK_THAT(c, !load(from, to, "writes") && strcmp(rule_name(why.rule), "field-rights") == 0);
}

CHECK(extension_wide, "extension/takes_seven_arguments_by_a_structure") {
    const struct bytes section = {transfer_btf, (size_t)(transfer_btf_end - transfer_btf)};
    size_t heap = heap_used();
    CHECK_THAT(c, types_open(&types, &engine_hooks, section, &why));
    const struct kind_description description = transfer_description(&types);
    if (!typing_open(&kind, &engine_hooks, &description, &why)) {
        check_fail(c, "%s", why.text);
        return;
    }
    check_object(c, transfer_clang, transfer_clang_end);
    check_object(c, transfer_gcc, transfer_gcc_end);
    typing_close(&kind);
    types_close(&types);
    CHECK_THAT(c, heap_used() == heap);
}
