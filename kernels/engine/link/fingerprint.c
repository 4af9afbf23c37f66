/* SPDX-License-Identifier: MIT */
/* fingerprint.c -- a Merkle hash over each type's parts. btf->order puts every type after its
 * parts, so one pass does. */
#include "engine/link/fingerprint.h"
#include "engine/assert.h"

#include "lib/sha256.h"
#include "lib/string.h"

struct print {
    const struct btf *btf;
    struct fingerprint *all;
    struct sha256 hash;
};

static void add_number(struct print *p, uint64_t n) {
    uint8_t byte[8];
    for (unsigned i = 0; i < sizeof byte; i++)
        byte[i] = (uint8_t)(n >> 8 * i);
    sha256_update(&p->hash, byte, sizeof byte);
}

static void add_name(struct print *p, const char *name) {
    add_number(p, strlen(name));
    sha256_update(&p->hash, name, strlen(name));
}

static void finish(struct print *p, struct fingerprint *into) {
    uint8_t digest[SHA256_BYTES];
    sha256_finish(&p->hash, digest);
    memcpy(into, digest, sizeof *into);
}

/* What a part is, seen from a type of kind `from`. */
static void add_part(struct print *p, enum btf_kind from, uint32_t id) {
    unsigned qualifiers;
    struct btf_type base = btf_type(p->btf, btf_base(p->btf, id, &qualifiers));
    add_number(p, from == BTF_FUNC_PROTO ? 0 : qualifiers);
    if (btf_is_reference(p->btf, from, base.id)) {
        bool is_union = base.kind == BTF_FWD ? base.flag : base.kind == BTF_UNION;
        add_number(p, is_union ? BTF_UNION : BTF_STRUCT);
        add_name(p, base.name);
    } else {
        sha256_update(&p->hash, &p->all[base.id], sizeof p->all[base.id]);
    }
}

static void add_structure(struct print *p, const struct btf_type *t) {
    add_name(p, t->name);
    add_number(p, t->type_size);
    add_number(p, t->len);
    for (uint32_t i = 0; i < t->len; i++) {
        struct btf_member m = btf_member(p->btf, t, i);
        add_name(p, m.name);
        add_number(p, m.bit_offset);
        add_number(p, m.bits);
        add_part(p, t->kind, m.type);
    }
}

/* kind_flag, a signed enum, does not count: the compilers of BTF's first years never set it. So a
 * value counts by its bits. */
static void add_enum(struct print *p, const struct btf_type *t) {
    uint64_t mask = t->type_size == 8 ? UINT64_MAX : UINT32_MAX;
    add_name(p, t->name);
    add_number(p, t->type_size);
    add_number(p, t->len);
    for (uint32_t i = 0; i < t->len; i++) {
        struct btf_enumerator e = btf_enumerator(p->btf, t, i);
        add_name(p, e.name);
        add_number(p, (uint64_t)e.value & mask);
    }
}

static void add_array(struct print *p, const struct btf_type *t) {
    struct btf_array a = btf_array(p->btf, t);
    uint64_t count = a.count;
    struct btf_type element = btf_type(p->btf, btf_base(p->btf, a.element, NULL));
    while (element.kind == BTF_ARRAY) {
        a = btf_array(p->btf, &element);
        count *= a.count;
        element = btf_type(p->btf, btf_base(p->btf, a.element, NULL));
    }
    add_number(p, count);
    sha256_update(&p->hash, &p->all[element.id], sizeof p->all[element.id]);
}

static void add_function(struct print *p, const struct btf_type *t) {
    add_number(p, t->len);
    add_part(p, t->kind, t->type_size);
    for (uint32_t i = 0; i < t->len; i++)
        add_part(p, t->kind, btf_parameter(p->btf, t, i).type);
}

/* Adds what a type other than a modifier is; false for one that is what its only part is. */
static bool add_type(struct print *p, const struct btf_type *t) {
    add_number(p, t->kind == BTF_ENUM64 ? BTF_ENUM : t->kind);
    switch (t->kind) {
    case BTF_INT: {
        struct btf_integer integer = btf_integer(p->btf, t);
        add_number(p, t->type_size);
        add_number(p, integer.encoding & (BTF_INT_SIGNED | BTF_INT_BOOL));
        return true;
    }
    case BTF_FLOAT:
        add_number(p, t->type_size);
        return true;
    case BTF_FWD:
        add_number(p, t->flag);
        add_name(p, t->name);
        return true;
    case BTF_STRUCT:
    case BTF_UNION:
        add_structure(p, t);
        return true;
    case BTF_ENUM:
    case BTF_ENUM64:
        add_enum(p, t);
        return true;
    case BTF_ARRAY:
        add_array(p, t);
        return true;
    case BTF_FUNC_PROTO:
        add_function(p, t);
        return true;
    case BTF_PTR:
        add_part(p, t->kind, t->type_size);
        return true;
    default:
        return false;
    }
}

static void print_type(struct print *p, const struct btf_type *t) {
    unsigned qualifiers;
    sha256_start(&p->hash);
    if (!add_type(p, t)) {
        uint32_t base = btf_base(p->btf, t->kind == BTF_DATASEC ? 0 : t->type_size, &qualifiers);
        qualifiers |= t->kind == BTF_CONST      ? BTF_IS_CONST
                      : t->kind == BTF_VOLATILE ? BTF_IS_VOLATILE
                                                : 0;
        if (!qualifiers) {
            p->all[t->id] = p->all[base];
            return;
        }
        ENGINE_ASSERT(base != t->id, "type %u is its own base", base);
        sha256_start(&p->hash);
        add_number(p, BTF_CONST);
        add_number(p, qualifiers);
        sha256_update(&p->hash, &p->all[base], sizeof p->all[base]);
    }
    finish(p, &p->all[t->id]);
}

const struct fingerprint *fingerprint_all(const struct btf *btf, struct arena *arena) {
    struct print p = {.btf = btf, .all = arena_allocate(arena, btf->count + 1, sizeof *p.all)};
    if (!p.all)
        return NULL;
    for (uint32_t i = 0; i < btf->count; i++) {
        struct btf_type t = btf_type(btf, btf->order[i]);
        print_type(&p, &t);
    }
    return p.all;
}

bool fingerprint_equal(const struct fingerprint *a, const struct fingerprint *b) {
    return memcmp(a, b, sizeof *a) == 0;
}
