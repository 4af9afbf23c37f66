/* SPDX-License-Identifier: MIT */
/* internal.h -- what the parts of the loader of native objects share; for native*.c only. They
 * run in the order in which they stand here, each relying on what those before have accepted. */
#ifndef ENGINE_NATIVE_PART_H
#define ENGINE_NATIVE_PART_H

#include "engine/bytes.h"
#include "engine/domain.h"
#include "engine/native.h"
#include "engine/object/relocatable.h"

#define RELA_BYTES 24

enum region { REGION_NONE, REGION_CODE, REGION_CONSTANTS, REGION_DATA };

struct native_section {
    const char *name;
    uint32_t type, link, info, align;
    uint64_t flags, memory_bytes;
    struct bytes bytes; /* in the object; none of a NOBITS section */
    uint32_t header_at;
    enum region region;
    uint64_t at;    /* in its region's memory */
    uint8_t *write; /* where it is filled in */
    uintptr_t run;  /* where it will be */
};

struct loading {
    struct native *native;
    const struct native_load *with;
    struct report *why;
    struct bytes object;
    struct native_section *section;
    uint32_t section_count;
    uint32_t names;   /* the section that names the sections */
    uint32_t symbols; /* the symbol table */
    uint32_t symbol_count;
    uintptr_t *address; /* of each symbol that is in memory, or elsewhere */
};

/* Refuses; the place is in a section's header. */
static inline bool native_refuse_section(struct loading *load, enum rule rule,
                                         const struct native_section *s) {
    return report_refuse_at(load->why, rule, s->name, s->header_at);
}

/* native.c: loads what a good envelope held into an empty *native. Nothing but native_open, and the
 * fuzzer of what comes behind the signature, calls it. */
bool native_open_object(struct native *native, const struct native_load *with, struct bytes object,
                        struct report *why);

/* native_file.c: the table of sections, and what each is for; the symbol table. */
bool native_read_sections(struct loading *load);
bool native_read_symbols(struct loading *load);
struct symbol native_symbol(const struct loading *load, uint32_t i);

/* native_name.c: the types; what the undefined symbols are bound to; the functions it defines. */
bool native_read_types(struct loading *load);
bool native_bind_names(struct loading *load);
bool native_list_functions(struct loading *load);

/* native_place.c: memory for the sections, their contents, their relocations. */
bool native_place_sections(struct loading *load);
bool native_relocate(struct loading *load);

#endif
