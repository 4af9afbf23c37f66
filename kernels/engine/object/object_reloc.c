/* SPDX-License-Identifier: MIT */
/* object_reloc.c -- copies the code, then replaces what the compiler left open: addresses and
 * calls. A relocation says which symbol a place means; the place itself holds what to add, in one
 * of two dialects (object_dialect.c). */
#include "engine/object/internal.h"

#include "engine/assert.h"
#include "lib/string.h"

enum {
    CODE_LDDW = 0x18,
    CODE_CALL = 0x85,
    SOURCE_CALL_IMPORT = 0,
    SOURCE_CALL_LOCAL = 1,
    SOURCE_VARIABLE = 3,
    SOURCE_CODE = 4
};

/* A relocation under way. */
struct job {
    const struct object_section *in, *relocations;
    struct relocation r;
    struct symbol symbol;
    const struct object_section *to; /* the symbol's section, or null for an extern one */
};

struct relocation object_relocation(const struct object_section *relocations, uint32_t i) {
    ENGINE_ASSERT(i < relocations->data.len / RELOCATION_BYTES, "%u is none", i);
    uint32_t at = i * RELOCATION_BYTES;
    return (struct relocation){
        .offset = bytes_u64(relocations->data, at),
        .type = bytes_u32(relocations->data, at + 8),
        .symbol = bytes_u32(relocations->data, at + 12),
        .at = at,
    };
}

/* Refuses; the place is the relocation. */
static bool refuse(struct load *load, enum rule rule, const struct job *job) {
    return object_refuse_at(load, rule, job->relocations, job->r.at);
}

/* Refuses; the place is the one to be relocated. */
static bool refuse_place(struct load *load, enum rule rule, const struct job *job) {
    return object_refuse_at(load, rule, job->in, job->r.offset);
}

static uint32_t count_relocations(const struct object_section *s) {
    return (uint32_t)(s->data.len / RELOCATION_BYTES);
}

/* Checks the header of a section of relocations. */
static bool check_header(struct load *load, const struct object_section *s) {
    const struct object *o = load->object;
    if (s->data.len % RELOCATION_BYTES)
        return object_refuse_header(load, OBJECT_RULE_RELOC_SECTION, s, IN_HEADER_SIZE);
    if (!load->symbols || s->link != load->symbols)
        return object_refuse_header(load, OBJECT_RULE_RELOC_SECTION, s, IN_HEADER_LINK);
    if (s->info >= o->section_count || o->section[s->info].relocations)
        return object_refuse_header(load, OBJECT_RULE_RELOC_SECTION, s, IN_HEADER_INFO);
    return true;
}

/* Tells each section where its relocations are. Neither compiler writes them with the addends
 * beside them (RELA). */
static bool find_relocations(struct load *load) {
    struct object *o = load->object;
    for (uint32_t i = 0; i < o->section_count; i++) {
        const struct object_section *s = &o->section[i];
        if (s->type == SECTION_RELA && s->info < o->section_count &&
            o->section[s->info].role != ROLE_OTHER)
            return object_refuse_header(load, OBJECT_RULE_RELOC_SECTION, s, IN_HEADER_TYPE);
        if (s->type != SECTION_REL)
            continue;
        if (!check_header(load, s))
            return false;
        o->section[s->info].relocations = i;
    }
    return true;
}

/* The number of an extern symbol; gives it one at its first use. */
static bool number_extern(struct load *load, const struct job *job, bool call, uint32_t *number) {
    struct object *o = load->object;
    uint32_t y = job->r.symbol;
    if (!load->number[y]) {
        struct object_extern *e =
            call ? &o->import[o->import_count++] : &o->extern_variable[o->extern_variable_count++];
        enum btf_kind likely = call ? BTF_FUNC : BTF_VAR, other = call ? BTF_VAR : BTF_FUNC;
        *e =
            (struct object_extern){.name = job->symbol.name, .weak = job->symbol.bind == BIND_WEAK};
        if (o->has_types && !(e->type = btf_find(&o->btf, likely, e->name)))
            e->type = btf_find(&o->btf, other, e->name);
        load->number[y] = call ? o->import_count : o->variable_count + o->extern_variable_count;
        load->called[y] = call;
    }
    if (load->called[y] != call)
        return refuse_place(load, OBJECT_RULE_RELOC_USE, job);
    ENGINE_ASSERT(load->number[y], "extern symbol %u has no number", y);
    *number = load->number[y] - 1;
    return true;
}

/* The symbol's section, its value made a place in it. */
static bool find_symbol(struct load *load, struct job *job) {
    struct object *o = load->object;
    if (job->r.symbol == 0 || job->r.symbol >= load->symbol_count)
        return refuse(load, OBJECT_RULE_RELOC_SYMBOL, job);
    job->symbol = object_symbol(load, job->r.symbol);
    if (job->symbol.section == 0) {
        if (!*job->symbol.name || job->symbol.bind == BIND_LOCAL)
            return refuse(load, OBJECT_RULE_RELOC_SYMBOL, job);
        job->to = NULL;
        return true;
    }
    if (job->symbol.section >= o->section_count ||
        o->section[job->symbol.section].role == ROLE_OTHER)
        return refuse(load, OBJECT_RULE_RELOC_SYMBOL, job);
    if (load->dialect == DIALECT_UNKNOWN && job->symbol.value)
        return refuse(load, OBJECT_RULE_RELOC_DIALECT, job);
    job->to = &o->section[job->symbol.section];
    return true;
}

/* Where in its section the relocation leads, when the place holds `held`. For code that must be an
 * instruction; for data it may be the end. */
static bool find_target(struct load *load, const struct job *job, uint64_t held, uint64_t *target) {
    *target = held + (load->dialect == ADDEND_AND_VALUE ? 0 : job->symbol.value);
    bool fits = job->to->role == ROLE_CODE
                    ? *target < job->to->data.len && *target % INSN_BYTES == 0
                    : *target <= job->to->memory_bytes;
    return fits || refuse_place(load, OBJECT_RULE_RELOC_TARGET, job);
}

static void put_u32(uint8_t *at, uint32_t value) {
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static void put(uint8_t *insn, uint8_t source, uint32_t immediate) {
    insn[1] = (uint8_t)((insn[1] & 15) | source << 4);
    put_u32(insn + 4, immediate);
}

static uint32_t slot_of(const struct job *job) {
    return job->in->number + (uint32_t)(job->r.offset / INSN_BYTES);
}

static bool relocate_call(struct load *load, const struct job *job, uint8_t *insn) {
    uint32_t number;
    int64_t held = (int64_t)(int32_t)bytes_u32(job->in->data, job->r.offset + 4) + 1;
    if (insn[0] != CODE_CALL || insn[1] >> 4 != SOURCE_CALL_LOCAL)
        return refuse_place(load, OBJECT_RULE_RELOC_INSTRUCTION, job);
    if (!job->to) {
        if (held != 0)
            return refuse_place(load, OBJECT_RULE_RELOC_TARGET, job);
        if (!number_extern(load, job, true, &number))
            return false;
        put(insn, SOURCE_CALL_IMPORT, number);
        return true;
    }
    int64_t value = (int64_t)job->symbol.value;
    int64_t target = value / INSN_BYTES + held - (load->dialect == ADDEND_AND_VALUE ? value : 0);
    if (job->to->role != ROLE_CODE || value % INSN_BYTES || target < 0 ||
        target >= (int64_t)(job->to->data.len / INSN_BYTES))
        return refuse_place(load, OBJECT_RULE_RELOC_TARGET, job);
    put(insn, SOURCE_CALL_LOCAL, job->to->number + (uint32_t)target - slot_of(job) - 1);
    return true;
}

static bool relocate_constant(struct load *load, const struct job *job, uint8_t *insn) {
    uint64_t held = bytes_u32(job->in->data, job->r.offset + 4), target;
    uint32_t number;
    if (insn[0] != CODE_LDDW || insn[1] >> 4 != 0)
        return refuse_place(load, OBJECT_RULE_RELOC_INSTRUCTION, job);
    held |= (uint64_t)bytes_u32(job->in->data, job->r.offset + INSN_BYTES + 4) << 32;
    if (!job->to) {
        if (held > UINT32_MAX)
            return refuse_place(load, OBJECT_RULE_RELOC_TARGET, job);
        if (!number_extern(load, job, false, &number))
            return false;
        put(insn, SOURCE_VARIABLE, number);
        put_u32(insn + INSN_BYTES + 4, (uint32_t)held);
        return true;
    }
    if (!find_target(load, job, held, &target))
        return false;
    if (job->to->role == ROLE_CODE) {
        put(insn, SOURCE_CODE,
            job->to->number + (uint32_t)(target / INSN_BYTES) - slot_of(job) - 1);
        put_u32(insn + INSN_BYTES + 4, 0);
    } else {
        put(insn, SOURCE_VARIABLE, job->to->number);
        put_u32(insn + INSN_BYTES + 4, (uint32_t)target);
    }
    return true;
}

static bool relocate_code(struct load *load, const struct job *job) {
    uint8_t *insn = load->object->code + (size_t)slot_of(job) * INSN_BYTES;
    return job->r.type == RELOC_64_64 ? relocate_constant(load, job, insn)
                                      : relocate_call(load, job, insn);
}

/* An address in initialised data: kept for the caller that places the variables. */
static bool relocate_data(struct load *load, const struct job *job) {
    struct object *o = load->object;
    struct object_pointer *p = &o->pointer[o->pointer_count];
    uint64_t held = bytes_u64(job->in->data, job->r.offset);
    *p = (struct object_pointer){.variable = job->in->number, .offset = (uint32_t)job->r.offset};
    if (!job->to) {
        p->add = held;
        if (!number_extern(load, job, false, &p->target))
            return false;
    } else {
        if (!find_target(load, job, held, &p->add))
            return false;
        p->to_code = job->to->role == ROLE_CODE;
        p->target = job->to->number;
        if (p->to_code) {
            p->target += (uint32_t)(p->add / INSN_BYTES);
            p->add = 0;
        }
    }
    o->pointer_count++;
    return true;
}

/* Is the relocation of a kind that belongs here, and how many bytes does it change? */
static bool place_bytes(struct load *load, const struct job *job, uint32_t *bytes) {
    uint32_t type = job->r.type;
    if (job->in->role == ROLE_CODE && (type == RELOC_64_64 || type == RELOC_64_32)) {
        *bytes = type == RELOC_64_64 ? 2 * INSN_BYTES : INSN_BYTES;
        if (job->r.offset % INSN_BYTES)
            return refuse(load, OBJECT_RULE_RELOC_PLACE, job);
        return true;
    }
    *bytes = 8;
    return (job->in->role == ROLE_DATA && (type == RELOC_ABS64 || type == RELOC_GNU_DATA_64)) ||
           refuse(load, OBJECT_RULE_RELOC_KIND, job);
}

static bool relocate_section(struct load *load, const struct object_section *s) {
    struct job job = {.in = s, .relocations = &load->object->section[s->relocations]};
    uint64_t free_from = 0;
    for (uint32_t i = 0; i < count_relocations(job.relocations); i++) {
        uint32_t bytes;
        job.r = object_relocation(job.relocations, i);
        if (!place_bytes(load, &job, &bytes))
            return false;
        if (job.r.offset < free_from || !bytes_has(s->data, job.r.offset, bytes))
            return refuse(load, OBJECT_RULE_RELOC_PLACE, &job);
        free_from = job.r.offset + bytes;
        if (!find_symbol(load, &job))
            return false;
        if (!(s->role == ROLE_CODE ? relocate_code(load, &job) : relocate_data(load, &job)))
            return false;
    }
    return true;
}

/* Numbers are given here: code as compiled may hold none. Also no constant may be cut by its
 * section's end. */
static bool check_unnumbered(struct load *load, const struct object_section *s) {
    for (uint64_t at = 0; at < s->data.len; at += INSN_BYTES) {
        uint8_t code = s->data.at[at], source = s->data.at[at + 1] >> 4;
        if ((code == CODE_CALL && source != SOURCE_CALL_LOCAL) ||
            (code == CODE_LDDW && source == SOURCE_VARIABLE))
            return object_refuse_at(load, OBJECT_RULE_NUMBERED, s, at);
        if (code == CODE_LDDW && (at += INSN_BYTES) == s->data.len)
            return object_refuse_at(load, OBJECT_RULE_CODE_SIZE, s, at - INSN_BYTES);
    }
    return true;
}

/* Room for all externs and pointers that there can be. */
static bool allocate_lists(struct load *load) {
    struct object *o = load->object;
    uint32_t undefined = 0, pointers = 0;
    for (uint32_t i = 1; i < load->symbol_count; i++)
        undefined += object_symbol(load, i).section == 0;
    for (uint32_t i = 0; i < o->section_count; i++)
        if (o->section[i].role == ROLE_DATA && o->section[i].relocations)
            pointers += count_relocations(&o->section[o->section[i].relocations]);
    o->import = arena_allocate(&o->arena, undefined, sizeof *o->import);
    o->extern_variable = arena_allocate(&o->arena, undefined, sizeof *o->extern_variable);
    o->pointer = arena_allocate(&o->arena, pointers, sizeof *o->pointer);
    load->number = arena_allocate(&o->arena, load->symbol_count, sizeof *load->number);
    load->called = arena_allocate(&o->arena, load->symbol_count, sizeof *load->called);
    o->code = arena_allocate(&o->arena, o->slots, INSN_BYTES);
    if (!o->import || !o->extern_variable || !o->pointer || !load->number || !load->called ||
        !o->code)
        return report_refuse_at(load->why, RULE_NO_MEMORY, NULL, 0);
    return true;
}

bool object_relocate(struct load *load) {
    struct object *o = load->object;
    if (!find_relocations(load) || !allocate_lists(load))
        return false;
    load->dialect = object_dialect(load);
    for (uint32_t i = 0; i < o->section_count; i++) {
        const struct object_section *s = &o->section[i];
        if (s->role == ROLE_CODE) {
            if (!check_unnumbered(load, s))
                return false;
            memcpy(o->code + (size_t)s->number * INSN_BYTES, s->data.at, s->data.len);
        }
    }
    for (uint32_t i = 0; i < o->section_count; i++)
        if (o->section[i].role != ROLE_OTHER && o->section[i].relocations &&
            !relocate_section(load, &o->section[i]))
            return false;
    return true;
}
