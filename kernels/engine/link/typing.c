/* SPDX-License-Identifier: MIT */
/* typing.c -- signatures from prototypes. */
#include "engine/typing.h"

#include "engine/btf_print.h"
#include "engine/link/link.h"
#include "engine/link/typing_part.h"
#include "lib/string.h"

bool typing_is_number(enum btf_kind kind) {
    return kind == BTF_INT || kind == BTF_ENUM || kind == BTF_ENUM64;
}

struct pointee typing_pointee(const struct btf *btf, const struct btf_type *pointer) {
    unsigned qualifiers;
    struct pointee to;
    to.id = btf_base(btf, pointer->type_size, &qualifiers);
    to.type = btf_type(btf, to.id);
    to.constant = qualifiers & BTF_IS_CONST;
    return to;
}

static bool is_structure(enum btf_kind kind) {
    return kind == BTF_STRUCT || kind == BTF_UNION || kind == BTF_FWD;
}

static bool complete_signature(struct typing_scope *scope, const struct types *types, uint32_t id,
                               const char *name, bool imported, struct signature *s,
                               struct report *why);

/* A function that is called back: what the kernel says of it, and C of the rest. */
static bool derive_function(struct typing_scope *scope, const struct types *types, uint32_t id,
                            const char *name, struct shape *shape, struct report *why) {
    struct signature *s = arena_allocate(&scope->arena, 1, sizeof *s);
    if (!s)
        return report_refuse(why, RULE_NO_MEMORY, name);
    *s = *shape->function;
    shape->function = s;
    return complete_signature(scope, types, id, name, false, s, why);
}

/* An address whose shape is given: it stands, but whose object it is C says. */
static bool keep_pointer(struct typing_scope *scope, const struct types *types, struct pointee to,
                         const char *name, struct shape *shape, struct report *why) {
    if (shape->kind == SHAPE_NUMBER)
        return report_refuse(why, LOAD_RULE_CLASS, name);
    if (shape->kind == SHAPE_FUNCTION)
        return to.type.kind == BTF_FUNC_PROTO
                   ? derive_function(scope, types, to.id, name, shape, why)
                   : report_refuse(why, LOAD_RULE_CLASS, name);
    if (shape->kind == SHAPE_FIELD && to.type.kind == BTF_PTR)
        to = typing_pointee(&types->btf, &to.type);
    else if (shape->kind != SHAPE_OBJECT)
        return shape->kind != SHAPE_FIELD || report_refuse(why, LOAD_RULE_CLASS, name);
    if (!is_structure(to.type.kind))
        return report_refuse(why, LOAD_RULE_CLASS, name);
    struct typing_object *object = typing_object(scope, types, to.id);
    if (!object)
        return report_refuse(why, RULE_NO_MEMORY, name);
    shape->object = &object->type;
    return true;
}

static bool derive_pointer(struct typing_scope *scope, const struct types *types, struct pointee to,
                           const char *name, struct shape *shape, struct report *why) {
    if (!(shape->may & MAY_READ_WRITE))
        shape->may |= to.constant ? MAY_READ : MAY_READ_WRITE;
    shape->kind = SHAPE_MEMORY;
    if (shape->may & LENGTH_FOLLOWS || shape->bytes)
        return true;
    if (is_structure(to.type.kind)) {
        struct typing_object *object = typing_object(scope, types, to.id);
        if (!object)
            return report_refuse(why, RULE_NO_MEMORY, name);
        shape->bytes = object->type.bytes;
        if (!object->plain) {
            shape->kind = SHAPE_OBJECT;
            shape->object = &object->type;
        }
        return true;
    }
    shape->bytes = types->btf.size[to.id]; /* none of void and functions, which are not plain */
    if (!shape->bytes || !typing_is_plain(&types->btf, to.id))
        return report_refuse(why, LOAD_RULE_OPEN_TYPE, name);
    return true;
}

bool typing_pointer(struct typing_scope *scope, const struct types *types, struct pointee to,
                    const char *name, struct shape *shape, struct report *why) {
    return shape->kind == SHAPE_NONE ? derive_pointer(scope, types, to, name, shape, why)
                                     : keep_pointer(scope, types, to, name, shape, why);
}

static bool complete(struct typing_scope *scope, const struct types *types, uint32_t id,
                     const char *name, struct shape *shape, struct report *why) {
    const struct btf *btf = &types->btf;
    uint32_t base = btf_base(btf, id, NULL);
    struct btf_type t = btf_type(btf, base);
    if (t.kind == BTF_PTR)
        return typing_pointer(scope, types, typing_pointee(btf, &t), name, shape, why);
    if (!typing_is_number(t.kind) || btf->size[base] > 8)
        return report_refuse(why, LOAD_RULE_PARAMETERS, name);
    if (shape->kind != SHAPE_NONE && shape->kind != SHAPE_NUMBER)
        return report_refuse(why, LOAD_RULE_CLASS, name);
    shape->kind = SHAPE_NUMBER;
    return true;
}

/* How much of a register is a bool's is up to the compiler that made it: a program's verified one
 * is held to 0 and 1, what comes from elsewhere is any number. */
static void narrow_bool(const struct btf *btf, uint32_t id, struct shape *shape) {
    struct btf_type t = btf_type(btf, btf_base(btf, id, NULL));
    if (t.kind == BTF_INT && btf_integer(btf, &t).encoding & BTF_INT_BOOL &&
        (shape->min | shape->max) == 0)
        shape->max = 1;
}

/* `given` by a program are the result of a kind and the arguments of an import. */
static bool complete_signature(struct typing_scope *scope, const struct types *types, uint32_t id,
                               const char *name, bool imported, struct signature *s,
                               struct report *why) {
    const struct btf *btf = &types->btf;
    struct btf_type t = btf_type(btf, id);
    if (t.len > PARAMETERS)
        return report_refuse(why, LOAD_RULE_PARAMETERS, name);
    for (uint32_t i = 0; i < t.len; i++) {
        uint32_t type = btf_parameter(btf, &t, i).type;
        if (!type || !complete(scope, types, type, name, &s->parameter[i], why))
            return type ? false : report_refuse(why, LOAD_RULE_PARAMETERS, name);
        if (imported)
            narrow_bool(btf, type, &s->parameter[i]);
    }
    if (!btf_base(btf, t.type_size, NULL))
        return true;
    if (!complete(scope, types, t.type_size, name, &s->result, why))
        return false;
    if (!imported)
        narrow_bool(btf, t.type_size, &s->result);
    return true;
}

bool typing_signature(struct typing_scope *scope, const struct types *types, uint32_t type,
                      const char *name, struct signature *signature, struct report *why) {
    uint32_t proto = btf_base(&types->btf, type, NULL);
    if (btf_type(&types->btf, proto).kind != BTF_FUNC_PROTO)
        return report_refuse(why, LOAD_RULE_NO_NAME, name);
    return complete_signature(scope, types, proto, name, true, signature, why);
}

/* Is there a tag that says so of the i-th parameter? Compilers write them behind the function. */
static bool is_never_null(const struct btf *btf, uint32_t function, uint32_t i) {
    for (uint32_t id = function + 1; id <= btf->count; id++) {
        struct btf_type t = btf_type(btf, id);
        if (t.kind != BTF_DECL_TAG || t.type_size != function)
            return false;
        if (strcmp(t.name, "arg:nonnull") == 0 && btf_component(btf, &t) == i)
            return true;
    }
    return false;
}

/* Structures that the kind does not know are the program's own. */
static bool is_own(const struct typing *typing, const struct object_type *type) {
    for (const struct typing_object *o = typing->object; o; o = o->next)
        if (&o->type == type)
            return false;
    return true;
}

/* The address of a parameter, as both sides of the call take it: an object of the kernel's is
 * there, memory may be null. Who has an object that may be null is followed into the call. */
static void make_contract(const struct typing_scope *scope, const struct types *types,
                          uint32_t type, struct shape *shape) {
    struct btf_type pointer = btf_type(&types->btf, btf_base(&types->btf, type, NULL));
    bool own = shape->kind != SHAPE_OBJECT || is_own(scope->typing, shape->object);
    if (own)
        shape->may |= MAY_BE_NULL;
    if (shape->kind == SHAPE_OBJECT && own && shape->bytes &&
        typing_is_plain(&types->btf, typing_pointee(&types->btf, &pointer).id))
        shape->kind = SHAPE_MEMORY;
}

bool typing_contract(struct typing_scope *scope, const struct types *types, uint32_t function,
                     const char *name, struct signature *s, struct report *why) {
    struct btf_type proto = btf_type(&types->btf, btf_type(&types->btf, function).type_size);
    *s = (struct signature){.cost = 0};
    if (!complete_signature(scope, types, proto.id, name, false, s, why))
        return false;
    for (uint32_t i = 0; i < proto.len; i++) {
        struct shape *shape = &s->parameter[i];
        if (shape->kind == SHAPE_NUMBER)
            continue;
        make_contract(scope, types, btf_parameter(&types->btf, &proto, i).type, shape);
        if (is_never_null(&types->btf, function, i))
            shape->may &= (uint8_t)~MAY_BE_NULL;
    }
    return s->result.kind <= SHAPE_NUMBER || report_refuse(why, LOAD_RULE_CLASS, name);
}

/* The FUNC_PROTO that a name stands for, or 0. */
static uint32_t find_prototype(const struct btf *btf, const char *name) {
    static const enum btf_kind kinds[] = {BTF_FUNC, BTF_TYPEDEF, BTF_VAR};
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        uint32_t id = btf_find(btf, kinds[i], name);
        if (!id)
            continue;
        struct btf_type t = btf_type(btf, btf_base(btf, btf_type(btf, id).type_size, NULL));
        if (t.kind == BTF_PTR)
            t = btf_type(btf, btf_base(btf, t.type_size, NULL));
        if (t.kind == BTF_FUNC_PROTO)
            return t.id;
    }
    return 0;
}

static bool open_kind(struct typing *typing, struct report *why) {
    const struct kind_description *d = typing->description;
    struct typing_scope scope = {.typing = typing, .arena = typing->arena};
    bool good = typing_fill(&scope, why);
    if (good && d->prototype) {
        typing->prototype = find_prototype(&d->types->btf, d->prototype);
        good = typing->prototype || report_refuse(why, LOAD_RULE_NO_NAME, d->prototype);
    }
    if (good && d->prototype)
        good = complete_signature(&scope, d->types, typing->prototype, d->kind.name, false,
                                  &typing->kind.entry, why);
    typing->arena = scope.arena;
    typing->object = scope.object;
    return good;
}

bool typing_open(struct typing *typing, const struct hooks *hooks,
                 const struct kind_description *description, struct report *why) {
    *typing = (struct typing){
        .kind = description->kind, .description = description, .arena = {.hooks = hooks}};
    if (open_kind(typing, why))
        return true;
    typing_close(typing);
    return false;
}

void typing_close(struct typing *typing) {
    arena_release(&typing->arena);
    typing->object = NULL;
}

static bool check_declaration(const struct typing *typing, const struct types *types,
                              uint32_t declared, const char *name, struct report *why) {
    const struct types *own = typing->description->types;
    struct typed wanted = {&own->btf, own->fingerprint, typing->prototype};
    struct typed found = {&types->btf, types->fingerprint, declared};
    switch (types_agree(&wanted, &found, typing->arena.hooks)) {
    case AGREE:
        return true;
    case NO_MEMORY:
        return report_refuse(why, RULE_NO_MEMORY, name);
    default:
        report_rule(why, LOAD_RULE_PROTOTYPE, name);
        report_declaration(why, "wanted", wanted.btf, typing->prototype, name);
        report_declaration(why, "found", found.btf, declared, name);
        if (wanted.type != typing->prototype)
            report_difference(why, &wanted, &found);
        return report_hint(why);
    }
}

bool typing_program(struct typing_scope *scope, const struct types *types, uint32_t function,
                    const char *name, struct kind *kind, struct report *why) {
    const struct typing *typing = scope->typing;
    *kind = typing->kind;
    if (!typing->prototype && !typing->description->own)
        return true;
    if (!function)
        return report_refuse(why, LOAD_RULE_UNTYPED, name);
    uint32_t declared = btf_type(&types->btf, function).type_size;
    return typing->description->own
               ? complete_signature(scope, types, declared, name, false, &kind->entry, why)
               : check_declaration(typing, types, declared, name, why);
}
