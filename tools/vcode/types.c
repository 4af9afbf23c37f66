/* SPDX-License-Identifier: MIT */
/* types.c -- vcode types: an object's types as C. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/btf_print.h"
#include "invocation.h"
#include "vcode.h"

#define DEFINITION_MAX 65536

/* Types in an order that C accepts: each after what its text names or contains. A struct or union
 * is declared before all others, so that pointers to it can be named; that nothing contains itself,
 * the loader has seen to, so the walks below end, and go no deeper than types are nested. */
struct printing {
    const struct btf *btf;
    bool *seen; /* each type: printed, or being so */
};

static void name(struct printing *p, uint32_t id);
static void complete(struct printing *p, uint32_t id);

/* Compilers give what they make of functions and static variables names that C does not have. */
static bool is_identifier(const char *word) {
    return *word && !strchr(word, '.');
}

static bool is_structure(struct btf_type t) {
    return t.kind == BTF_STRUCT || t.kind == BTF_UNION;
}

/* The first of its kind and name: what others of a name are, in scopes of their own, C cannot say
 * in one file. */
static bool is_first(const struct btf *btf, struct btf_type t) {
    return btf_find(btf, t.kind, t.name) == t.id;
}

static void print(struct printing *p, struct btf_type t) {
    static char text[DEFINITION_MAX];
    bool whole = btf_print_definition(p->btf, t.id, text, sizeof text);
    if (whole && is_identifier(t.name) && is_first(p->btf, t))
        fputs(text, stdout);
    else
        printf("/* %s%s*/\n", text, whole ? "" : "...\n");
}

/* Prints the type once, after all parts of it: these are named, or they have to be complete. */
static void define(struct printing *p, struct btf_type t,
                   void (*need)(struct printing *, uint32_t)) {
    uint32_t child;
    if (p->seen[t.id])
        return;
    p->seen[t.id] = true;
    for (uint32_t i = 0; btf_child(p->btf, &t, i, &child); i++)
        need(p, child);
    if (*t.name)
        print(p, t);
}

/* Whatever C needs for a declaration to use this type's name. */
static void name(struct printing *p, uint32_t id) {
    struct btf_type t = btf_type(p->btf, id);
    uint32_t child;
    switch (t.kind) {
    case BTF_ENUM:
    case BTF_ENUM64:
    case BTF_TYPEDEF:
        define(p, t, name);
        break;
    case BTF_STRUCT:
    case BTF_UNION:
        if (!*t.name)
            define(p, t, complete);
        break;
    case BTF_ARRAY:
        complete(p, btf_array(p->btf, &t).element);
        break;
    default:
        for (uint32_t i = 0; btf_child(p->btf, &t, i, &child); i++)
            name(p, child);
    }
}

/* Whatever C needs to know the type's size. */
static void complete(struct printing *p, uint32_t id) {
    struct btf_type t = btf_type(p->btf, id);
    switch (t.kind) {
    case BTF_STRUCT:
    case BTF_UNION:
        define(p, t, complete);
        break;
    case BTF_TYPEDEF:
    case BTF_CONST:
    case BTF_VOLATILE:
    case BTF_RESTRICT:
    case BTF_TYPE_TAG:
        name(p, id);
        complete(p, t.type_size);
        break;
    default:
        name(p, id);
    }
}

static void declare_structures(const struct btf *btf) {
    for (uint32_t id = 1; id <= btf->count; id++) {
        struct btf_type t = btf_type(btf, id);
        bool is_union = t.kind == BTF_UNION || (t.kind == BTF_FWD && t.flag);
        if ((is_structure(t) || t.kind == BTF_FWD) && *t.name && is_first(btf, t))
            printf("%s %s;\n", is_union ? "union" : "struct", t.name);
    }
}

static bool print_types(const struct btf *btf) {
    struct printing p = {.btf = btf, .seen = calloc(btf->count + 1, sizeof *p.seen)};
    if (!p.seen)
        return false;
    declare_structures(btf);
    for (uint32_t id = 1; id <= btf->count; id++) {
        struct btf_type t = btf_type(btf, id);
        if (is_structure(t) ? *t.name
                            : t.kind == BTF_TYPEDEF || t.kind == BTF_ENUM || t.kind == BTF_ENUM64)
            complete(&p, id);
    }
    for (uint32_t id = 1; id <= btf->count; id++) {
        struct btf_type t = btf_type(btf, id);
        if ((t.kind == BTF_FUNC || t.kind == BTF_VAR) && *t.name)
            print(&p, t);
    }
    free(p.seen);
    return true;
}

int command_types(int argc, char **argv) {
    static struct invocation s;
    struct object object;
    size_t len;
    invocation_open(&s, argc, argv, "", 1, "Prints the types of an object as C.");
    void *file = invocation_read(s.object[0], &len);
    int status = file ? STATUS_FINE : STATUS_USAGE;
    if (file && object_open(&object, &s.host.hooks, file, len, &s.why)) {
        if (object.has_types && !print_types(&object.btf))
            status = complain(STATUS_REFUSED, "%s: no memory", s.object[0]);
        else if (!object.has_types)
            status = complain(STATUS_REFUSED,
                              "%s: no types: compile with -g (clang) or -gbtf (GCC)", s.object[0]);
        object_close(&object);
    } else if (file) {
        status = STATUS_REFUSED;
        printf("%s: refused\n%s", s.object[0], s.why.text);
    }
    free(file);
    invocation_close(&s);
    return status;
}
