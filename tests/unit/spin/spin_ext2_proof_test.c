/* SPDX-License-Identifier: MIT */
/* spin_ext2_proof_test.c -- all handlers of the extension ext2 are proven as the loader has it
 * done: each compiler's object as a whole, on fuel, within its stack. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ext2/kinds.h"
#include "engine/export.h"
#include "engine/load.h"
#include "host_hooks.h"
#include "spin/core/extension.h"
#include "unit.h"

EXPORTS_DECLARE(blocks);

struct world {
    struct host_hooks host;
    uint8_t *section;
    struct types types;
    struct domain *blocks;
    struct kind_description description[EXT2_KINDS];
    struct typing typing[EXT2_KINDS];
    const struct typing *list[EXT2_KINDS];
};

static uint8_t *read_file(const char *path, size_t *bytes) {
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    fseek(f, 0, SEEK_END);
    *bytes = (size_t)ftell(f);
    rewind(f);
    uint8_t *all = malloc(*bytes);
    assert_int_equal(fread(all, 1, *bytes, f), *bytes);
    fclose(f);
    return all;
}

static void open_world(struct world *w) {
    static struct report why;
    size_t bytes;
    memset(w, 0, sizeof *w);
    host_hooks_init(&w->host);
    w->section = read_file("build/exports/tests/ext2/kinds.btf", &bytes);
    assert_true(types_open(&w->types, &w->host.hooks, (struct bytes){w->section, bytes}, &why));
    w->blocks = domain_create(&w->host.hooks, "Blocks", &w->types, EXPORTS(blocks),
                              EXPORTS_COUNT(blocks), &why);
    assert_non_null(w->blocks);
    for (unsigned i = 0; i < EXT2_KINDS; i++) {
        w->description[i] = ext2_kinds[i];
        w->description[i].types = &w->types;
        w->list[i] = &w->typing[i];
        assert_true(typing_open(&w->typing[i], &w->host.hooks, &w->description[i], &why));
    }
}

static void close_world(struct world *w) {
    for (unsigned i = 0; i < EXT2_KINDS; i++)
        typing_close(&w->typing[i]);
    domain_release(w->blocks);
    types_close(&w->types);
    free(w->section);
    assert_int_equal(w->host.allocated, 0);
}

/* How many programs of the object are proven: all. */
static unsigned prove(struct world *w, const char *name, const char *compiler) {
    static struct report why;
    static const struct jit_options jit;
    struct load load;
    char path[160];
    size_t bytes;
    snprintf(path, sizeof path, "build/kernels/spin/extensions/ext2/%s.%s-O2.o", name, compiler);
    uint8_t *file = read_file(path, &bytes);
    struct load_request request = {.name = name,
                                   .file = file,
                                   .len = bytes,
                                   .kind = w->list,
                                   .kinds = EXT2_KINDS,
                                   .domain = &w->blocks,
                                   .domains = 1,
                                   .jit = &jit};
    if (!load_open(&load, &w->host.hooks, &request, &why))
        fail_msg("%s by %s: %s", name, compiler, why.text);
    unsigned proven = load.count;
    for (uint32_t i = 0; i < load.count; i++) {
        const struct image *image = &load.program[i].image;
        assert_true(image->compiled);
        print_message("# %s %s: %u slots, %u bytes of stack, %u steps\n", compiler,
                      load.program[i].kind->kind.name, image->program.slots,
                      image->facts.stack_bytes, image->facts.steps);
    }
    assert_true(load_close(&load));
    free(file);
    return proven;
}

static void each_handler_is_proven_from_either_compiler(void **state) {
    static const char *const names[] = {"volume", "lookup", "files", "names"}, *const compilers[] =
                                                                                   {"clang", "gcc"};
    static struct world w;
    (void)state;
    open_world(&w);
    for (unsigned c = 0; c < 2; c++) {
        unsigned proven = 0;
        for (unsigned i = 0; i < 4; i++)
            proven += prove(&w, names[i], compilers[c]);
        assert_int_equal(proven, EXT2_KINDS - 1);
    }
    close_world(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_handler_is_proven_from_either_compiler),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
