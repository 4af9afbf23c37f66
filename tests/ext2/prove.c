/* SPDX-License-Identifier: MIT */
/* prove.c -- see prove.h. */
#include "prove.h"

#include "kinds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../tools/vcode/host_hooks.h"
#include "../unit/unit.h"
#include "engine/export.h"
#include "engine/load.h"
#include "spin/core/extension.h"

EXPORTS_DECLARE(blocks);

struct world {
    struct host_hooks host;
    uint8_t *section;
    struct types types;
    struct domain *blocks;
    struct kind_description description[FILE_SYSTEM_KINDS];
    struct typing typing[FILE_SYSTEM_KINDS];
    const struct typing *list[FILE_SYSTEM_KINDS];
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
    for (unsigned i = 0; i < FILE_SYSTEM_KINDS; i++) {
        w->description[i] = file_system_kinds[i];
        w->description[i].types = &w->types;
        w->list[i] = &w->typing[i];
        assert_true(typing_open(&w->typing[i], &w->host.hooks, &w->description[i], &why));
    }
}

static void close_world(struct world *w) {
    for (unsigned i = 0; i < FILE_SYSTEM_KINDS; i++)
        typing_close(&w->typing[i]);
    domain_release(w->blocks);
    types_close(&w->types);
    free(w->section);
    assert_int_equal(w->host.allocated, 0);
}

/* How many programs of the object ("ext2/files") are proven: all. */
static unsigned prove(struct world *w, const char *system, const char *name, const char *compiler) {
    static struct report why;
    static const struct jit_options jit;
    struct load load;
    char path[160];
    size_t bytes;
    snprintf(path, sizeof path, "build/kernels/spin/extensions/%s/%s.%s-O2.o", system, name,
             compiler);
    uint8_t *file = read_file(path, &bytes);
    struct load_request request = {.name = name,
                                   .file = file,
                                   .len = bytes,
                                   .kind = w->list,
                                   .kinds = FILE_SYSTEM_KINDS,
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

unsigned prove_all(const char *system, const char *const *objects, unsigned count,
                   const char *compiler) {
    static struct world w;
    unsigned proven = 0;
    open_world(&w);
    for (unsigned i = 0; i < count; i++)
        proven += prove(&w, system, objects[i], compiler);
    close_world(&w);
    return proven;
}
