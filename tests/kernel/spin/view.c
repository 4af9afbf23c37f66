/* SPDX-License-Identifier: MIT */
/* view.c -- bytes that are looked at as a record (Modula-3's VIEW in SPIN): within their bounds,
 * and without being written, or not at all; and fields of bits. Objects of both compilers. */
#include "../embed.h"
#include "extension/view.h"

#include "common/engine.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "measure/bench.h"
#include "spin/core/extension.h"

EMBED(view_clang, "tests/kernel/spin/extension/view.clang-O2.o");
EMBED(view_gcc, "tests/kernel/spin/extension/view.gcc-O2.o");

static const struct {
    const uint8_t *from, *to;
} object[2] = {{view_clang, view_clang_end}, {view_gcc, view_gcc_end}};

#define NUMBER                                                                                     \
    { .kind = SHAPE_NUMBER }

static const struct kind_description
    of_bytes = {.kind = {.name = "view",
                         .entry = {.parameter = {{.kind = SHAPE_PACKET, .may = MAY_READ},
                                                 {.kind = SHAPE_PACKET_END}},
                                   .result = NUMBER},
                         .demands = BOUNDED,
                         .stack_max = EXTENSION_STACK_MAX}},
    of_number = {.kind = {.name = "number",
                          .entry = {.parameter = {NUMBER}, .result = NUMBER},
                          .demands = BOUNDED,
                          .stack_max = EXTENSION_STACK_MAX}};

static struct typing views, numbers;
static struct load extension;
static struct report why;

static bool load(unsigned compiler, const char *name, const struct typing *as) {
    const struct load_request request = {.name = "view",
                                         .file = object[compiler].from,
                                         .len =
                                             (size_t)(object[compiler].to - object[compiler].from),
                                         .as = as,
                                         .only = name};
    return extension_open(&extension, &request, &why);
}

static long run(uint64_t first, uint64_t second) {
    static struct net_report report;
    const uint64_t argument[PARAMETERS] = {first, second};
    uint64_t result = 0;
    bool ended = extension_run(extension.program, argument, 0, &result, &report);
    return ended ? (long)result : INT64_MIN;
}

static bool open(struct check *c) {
    if (typing_open(&views, &engine_hooks, &of_bytes, &why) &&
        typing_open(&numbers, &engine_hooks, &of_number, &why))
        return true;
    check_fail(c, "%s", why.text);
    return false;
}

static void close(void) {
    typing_close(&views);
    typing_close(&numbers);
}

static const struct record *some_record(uint8_t *bytes) {
    for (unsigned i = 0; i < sizeof(struct record); i++)
        bytes[i] = (uint8_t)(0xe5 * (i + 1));
    return (const struct record *)bytes;
}

static void check_views(struct check *c, const char *name, long expected) {
    static _Alignas(struct record) uint8_t bytes[sizeof(struct record) + 1];
    const uintptr_t from = (uintptr_t)bytes;
    for (unsigned i = 0; i < 2 && !c->failed; i++) {
        some_record(bytes);
        CHECK_THAT(c, load(i, name, &views));
        for (size_t length = 0; length < sizeof(struct record); length++)
            CHECK_THAT(c, run(from, from + length) == -1);
        CHECK_THAT(c, run(from, from + sizeof(struct record)) == expected);
        CHECK_THAT(c, run(from, from + sizeof bytes) == expected);
        CHECK_THAT(c, extension_close(&extension));
    }
}

CHECK(view_bytes, "view/bytes_are_a_record_where_there_are_enough_of_them") {
    static _Alignas(struct record) uint8_t bytes[sizeof(struct record)];
    struct record changed = *some_record(bytes);
    size_t heap = heap_used();
    if (!open(c))
        return;
    check_views(c, "views", record_sum(&changed));
    changed.last++;
    changed.sign = 0;
    check_views(c, "copies", record_sum(&changed));
    close();
    CHECK_THAT(c, heap_used() == heap);
}

CHECK(view_refused, "view/who_looks_beyond_the_bytes_or_writes_to_them_is_not_loaded") {
    static const struct {
        const char *name, *rule;
    } refused[] = {
        {"trusts", "packet-bounds"}, {"one_short", "packet-bounds"}, {"writes_to_it", "read-only"}};
    if (!open(c))
        return;
    for (unsigned i = 0; i < 2 * sizeof refused / sizeof refused[0] && !c->failed; i++) {
        bool loaded = load(i % 2, refused[i / 2].name, &views);
        if (loaded || strcmp(rule_name(why.rule), refused[i / 2].rule) != 0)
            check_fail(c, "%s: %s", refused[i / 2].name, loaded ? "is loaded" : why.text);
    }
    close();
}

CHECK(view_bits, "view/fields_of_bits_are_what_the_kernel_takes_them_for") {
    if (!open(c))
        return;
    for (unsigned i = 0; i < 2 && !c->failed; i++) {
        CHECK_THAT(c, load(i, "sets", &numbers));
        for (unsigned long n = 1; n && !c->failed; n <<= 1) {
            struct record own = {.name = {1, 2, 3}, .last = 4}, all = own;
            CHECK_THAT(c, run(n, 0) == record_set(&own, n));
            CHECK_THAT(c, run(~n, 0) == record_set(&all, ~n));
        }
        CHECK_THAT(c, extension_close(&extension));
    }
    close();
}
