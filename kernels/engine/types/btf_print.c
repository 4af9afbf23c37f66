/* SPDX-License-Identifier: MIT */
/* btf_print.c -- C declarators have a half before the name and one after it; both are written by
 * walking the type once for each. A walk stops as soon as the room is used up: types without names
 * can share parts so that they would take for ever to write out. And it goes no deeper than
 * NESTING_MAX, for it recurses, on a kernel's stack. */
#include "engine/btf_print.h"

#include "lib/format.h"
#include "lib/string.h"

enum { NESTING_MAX = 12 };

struct text {
    const struct btf *btf;
    char *into;
    size_t size, used;
    unsigned nesting; /* walks under way inside each other */
    bool full;
};

static void add(struct text *t, const char *s) {
    size_t n = strlen(s);
    if (t->full)
        return;
    if (n >= t->size - t->used) {
        n = t->size - t->used - 1;
        t->full = true;
    }
    memcpy(t->into + t->used, s, n);
    t->used += n;
    t->into[t->used] = '\0';
}

static void add_number(struct text *t, const char *before, long long n) {
    char number[32];
    if (format_text(number, sizeof number, "%lld", n) > 0) {
        add(t, before);
        add(t, number);
    }
}

static void indent(struct text *t, unsigned depth) {
    for (unsigned i = 0; i < depth; i++)
        add(t, "    ");
}

static void add_before(struct text *t, uint32_t id, unsigned depth);
static void add_after(struct text *t, uint32_t id, unsigned depth);
static void add_body(struct text *t, const struct btf_type *type, unsigned depth);

/* "TYPE NAME", in C's order. */
static void add_declaration(struct text *t, uint32_t id, const char *name, unsigned depth) {
    add_before(t, id, depth);
    if (*name && t->used && t->into[t->used - 1] != '*' && t->into[t->used - 1] != '(')
        add(t, " ");
    add(t, name);
    add_after(t, id, depth);
}

static void add_tagged(struct text *t, const char *keyword, const struct btf_type *type,
                       unsigned depth) {
    add(t, keyword);
    if (*type->name) {
        add(t, " ");
        add(t, type->name);
    } else {
        add_body(t, type, depth);
    }
}

static bool needs_parentheses(const struct btf *btf, uint32_t pointee) {
    struct btf_type t = btf_type(btf, pointee);
    while (t.kind == BTF_CONST || t.kind == BTF_VOLATILE || t.kind == BTF_RESTRICT ||
           t.kind == BTF_TYPE_TAG)
        t = btf_type(btf, t.type_size);
    return t.kind == BTF_ARRAY || t.kind == BTF_FUNC_PROTO;
}

/* A qualifier stands behind a pointer and before anything else. GCC also puts one before an array
 * whose elements have it already. */
static void add_qualified(struct text *t, const char *word, unsigned qualifier,
                          const struct btf_type *type, unsigned depth) {
    unsigned inner;
    struct btf_type base = btf_type(t->btf, btf_base(t->btf, type->type_size, &inner));
    bool is_name = btf_type(t->btf, type->type_size).kind == BTF_TYPEDEF;
    if (base.kind == BTF_PTR && !is_name) {
        add_before(t, type->type_size, depth);
        add(t, " ");
        add(t, word);
        return;
    }
    if (!(inner & qualifier) || is_name) {
        add(t, word);
        add(t, " ");
    }
    add_before(t, type->type_size, depth);
}

static void add_kind_before(struct text *t, const struct btf_type *type, unsigned depth) {
    switch (type->kind) {
    case BTF_VOID:
        add(t, "void");
        return;
    case BTF_STRUCT:
        add_tagged(t, "struct", type, depth);
        return;
    case BTF_UNION:
        add_tagged(t, "union", type, depth);
        return;
    case BTF_ENUM:
    case BTF_ENUM64:
        add_tagged(t, "enum", type, depth);
        return;
    case BTF_FWD:
        add_tagged(t, type->flag ? "union" : "struct", type, depth);
        return;
    case BTF_CONST:
        add_qualified(t, "const", BTF_IS_CONST, type, depth);
        return;
    case BTF_VOLATILE:
        add_qualified(t, "volatile", BTF_IS_VOLATILE, type, depth);
        return;
    case BTF_RESTRICT:
        add_qualified(t, "restrict", 0, type, depth);
        return;
    case BTF_PTR:
        add_before(t, type->type_size, depth);
        if (t->used && t->into[t->used - 1] != '*')
            add(t, " ");
        add(t, needs_parentheses(t->btf, type->type_size) ? "(*" : "*");
        return;
    case BTF_ARRAY:
        add_before(t, btf_array(t->btf, type).element, depth);
        return;
    case BTF_FUNC_PROTO:
    case BTF_TYPE_TAG:
        add_before(t, type->type_size, depth);
        return;
    default:
        add(t, type->name);
    }
}

/* The half before the name. */
static void add_before(struct text *t, uint32_t id, unsigned depth) {
    if (t->full)
        return;
    struct btf_type type = btf_type(t->btf, id);
    if (t->nesting++ < NESTING_MAX)
        add_kind_before(t, &type, depth);
    else
        add(t, "...");
    t->nesting--;
}

static void add_parameters(struct text *t, const struct btf_type *type, unsigned depth) {
    add(t, "(");
    for (uint32_t i = 0; i < type->len && !t->full; i++) {
        struct btf_parameter p = btf_parameter(t->btf, type, i);
        if (i)
            add(t, ", ");
        if (p.type)
            add_declaration(t, p.type, p.name, depth);
        else
            add(t, "...");
    }
    add(t, type->len ? ")" : "void)");
}

static void add_kind_after(struct text *t, const struct btf_type *type, unsigned depth) {
    switch (type->kind) {
    case BTF_PTR:
        if (needs_parentheses(t->btf, type->type_size))
            add(t, ")");
        add_after(t, type->type_size, depth);
        return;
    case BTF_CONST:
    case BTF_VOLATILE:
    case BTF_RESTRICT:
    case BTF_TYPE_TAG:
        add_after(t, type->type_size, depth);
        return;
    case BTF_ARRAY:
        add_number(t, "[", btf_array(t->btf, type).count);
        add(t, "]");
        add_after(t, btf_array(t->btf, type).element, depth);
        return;
    case BTF_FUNC_PROTO:
        add_parameters(t, type, depth);
        add_after(t, type->type_size, depth);
        return;
    default:
        return;
    }
}

/* The half after the name. */
static void add_after(struct text *t, uint32_t id, unsigned depth) {
    if (t->full || t->nesting == NESTING_MAX)
        return;
    struct btf_type type = btf_type(t->btf, id);
    t->nesting++;
    add_kind_after(t, &type, depth);
    t->nesting--;
}

static void add_members(struct text *t, const struct btf_type *type, unsigned depth) {
    for (uint32_t i = 0; i < type->len && !t->full; i++) {
        struct btf_member m = btf_member(t->btf, type, i);
        indent(t, depth);
        add_declaration(t, m.type, m.name, depth);
        if (m.bits)
            add_number(t, " : ", m.bits);
        add(t, ";\n");
    }
}

/* GCC 12 describes no enumerator of an enum of 64 bits, and C has none without. */
static void add_unknown_enumerator(struct text *t, const struct btf_type *type, unsigned depth) {
    indent(t, depth);
    add_number(t, "unknown_", type->id);
    add(t, ",\n");
}

static void add_enumerators(struct text *t, const struct btf_type *type, unsigned depth) {
    if (type->len == 0)
        add_unknown_enumerator(t, type, depth);
    for (uint32_t i = 0; i < type->len && !t->full; i++) {
        struct btf_enumerator e = btf_enumerator(t->btf, type, i);
        indent(t, depth);
        add(t, e.name);
        add_number(t, " = ", e.value);
        add(t, ",\n");
    }
}

/* Does C lay the structure out like this only if told to pack it? */
static bool is_packed(const struct btf *btf, const struct btf_type *type) {
    uint32_t child;
    for (uint32_t i = 0; btf_child(btf, type, i, &child); i++)
        if (btf->align[child] > btf->align[type->id])
            return true;
    return false;
}

/* " { ... }" */
static void add_body(struct text *t, const struct btf_type *type, unsigned depth) {
    add(t, " {\n");
    if (type->kind == BTF_STRUCT || type->kind == BTF_UNION)
        add_members(t, type, depth + 1);
    else
        add_enumerators(t, type, depth + 1);
    indent(t, depth);
    add(t, "}");
    if (is_packed(t->btf, type))
        add(t, " __attribute__((packed))");
}

/* To GCC what is declared only is global like what is defined; of a type without size there is
 * nothing else. */
static bool is_extern(const struct btf *btf, const struct btf_type *type) {
    return btf_linkage(btf, type) == BTF_LINKAGE_EXTERN ||
           (type->kind == BTF_VAR && btf->size[type->id] == BTF_NO_SIZE);
}

static void add_definition(struct text *t, const struct btf_type *type) {
    switch (type->kind) {
    case BTF_STRUCT:
    case BTF_UNION:
    case BTF_ENUM:
    case BTF_ENUM64:
        add(t, type->kind == BTF_STRUCT ? "struct" : type->kind == BTF_UNION ? "union" : "enum");
        add(t, *type->name ? " " : "");
        add(t, type->name);
        add_body(t, type, 0);
        break;
    case BTF_TYPEDEF:
        add(t, "typedef ");
        add_declaration(t, type->type_size, type->name, 0);
        break;
    case BTF_FWD:
        add_before(t, type->id, 0);
        break;
    case BTF_FUNC:
    case BTF_VAR:
        add(t, is_extern(t->btf, type) ? "extern " : "");
        add_declaration(t, type->type_size, type->name, 0);
        break;
    default:
        add_declaration(t, type->id, "", 0);
        return;
    }
    add(t, ";\n");
}

bool btf_print_declaration(const struct btf *btf, uint32_t id, const char *name, char *into,
                           size_t size) {
    struct text t = {.btf = btf, .into = into, .size = size};
    into[0] = '\0';
    add_declaration(&t, id, name, 0);
    return !t.full;
}

bool btf_print_definition(const struct btf *btf, uint32_t id, char *into, size_t size) {
    struct text t = {.btf = btf, .into = into, .size = size};
    into[0] = '\0';
    struct btf_type type = btf_type(btf, id);
    add_definition(&t, &type);
    return !t.full;
}
