/* SPDX-License-Identifier: MIT */
/* engine_walk.h -- reads everything that an accepted object offers, for tests and fuzzers that give
 * the loader damaged ones: what it accepts must be safe to use. */
#ifndef TESTS_ENGINE_WALK_H
#define TESTS_ENGINE_WALK_H

#include <stdlib.h>
#include <string.h>

#include "engine/btf_print.h"
#include "engine/link/fingerprint.h"
#include "engine/lines.h"
#include "engine/object/object_data.h"
#include "engine_pointers.h"

/* Every type is printed, fingerprinted, and agrees with itself. Gives a number that depends on all
 * of it. */
static inline size_t walk_types(const struct btf *btf, const struct hooks *hooks) {
    char text[2048];
    size_t sum = 0;
    struct arena arena = {.hooks = hooks};
    const struct fingerprint *all = fingerprint_all(btf, &arena);
    for (uint32_t id = 1; all && id <= btf->count; id++) {
        sum += btf_print_definition(btf, id, text, sizeof text) + strlen(text) + all[id].byte[0];
        struct btf_type t = btf_type(btf, id);
        if (*t.name && btf_find(btf, t.kind, t.name) > id)
            abort();
        struct typed a = {btf, all, id}, b = a;
        bool is_type = t.kind != BTF_DATASEC && t.kind != BTF_DECL_TAG;
        if (id % 7 == 1 && is_type && types_agree(&a, &b, hooks) == DISAGREE)
            abort();
    }
    arena_release(&arena);
    return sum;
}

static inline uint64_t walk_code_address(void *owner, uint32_t slot) {
    return slot < *(uint32_t *)owner ? slot : (abort(), 0);
}

static inline size_t walk_object(const struct object *o, const struct hooks *hooks) {
    char text[PLACE_TEXT_MAX];
    size_t sum = o->has_types ? walk_types(&o->btf, hooks) : 0;
    for (uint32_t i = 0; i < o->slots; i++) {
        const struct line *line = line_at(o, i);
        sum += strlen(place_text(o, i, text)) + (line && line->text ? strlen(line->text) : 0);
    }
    for (uint32_t i = 0; i < o->function_count; i++)
        if (!object_function_named(o, o->function[i].name) ||
            object_function_at(o, o->function[i].end - 1) != &o->function[i])
            abort();
    uint32_t variables = o->variable_count + o->extern_variable_count;
    struct variable *variable = calloc(variables + 1, sizeof *variable);
    if (object_data_create(o, hooks, variable)) {
        uint32_t slots = o->slots;
        pointers_write(o, variable, walk_code_address, &slots);
        for (uint32_t i = 0; i < o->global_count; i++) {
            const struct object_global *g = &o->global[i];
            uint8_t byte = 0;
            for (uint32_t j = 0; j < g->bytes; j++)
                byte ^= ((uint8_t *)variable[g->variable].address)[g->offset + j];
            sum += byte;
        }
        object_data_release(o, hooks, variable);
    }
    struct program p = {
        .import_count = o->import_count, .variable = variable, .variable_count = variables};
    struct report why;
    if (program_decode(&p, hooks, o->code, (size_t)o->slots * INSN_BYTES, &why))
        program_release(&p, hooks);
    free(variable);
    return sum;
}

#endif
