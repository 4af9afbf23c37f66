/* SPDX-License-Identifier: MIT */
/* btf_check.c -- do the types make sense? First each record by itself: names, reserved bits, that
 * what it refers to exists and may stand there. Then the graph they form, walked depth first with a
 * stack of BTF_HEIGHT_MAX: no type may be made of itself, and as each type is left, all that it is
 * made of is known, so sizes and members are checked then. */
#include "engine/types/btf_record.h"
#include "engine/assert.h"

#include "engine/types/btf.h"

#define SET(kind) (1u << BTF_##kind)

enum {
    MODIFIERS = SET(TYPEDEF) | SET(VOLATILE) | SET(CONST) | SET(RESTRICT) | SET(TYPE_TAG),
    /* what a variable can be of, by kind alone */
    VALUES = MODIFIERS | SET(INT) | SET(PTR) | SET(ARRAY) | SET(STRUCT) | SET(UNION) | SET(ENUM) |
             SET(FLOAT) | SET(ENUM64),
    /* what can be named: void and functions too, and what is declared only */
    TYPES = VALUES | SET(VOID) | SET(FWD) | SET(FUNC_PROTO),
    HAS_PARTS = SET(STRUCT) | SET(UNION) | SET(ENUM) | SET(FUNC_PROTO) | SET(DATASEC) | SET(ENUM64),
    HAS_FLAG = SET(STRUCT) | SET(UNION) | SET(FWD) | SET(ENUM) | SET(ENUM64) | SET(DECL_TAG) |
               SET(TYPE_TAG),
};

struct check {
    struct btf *btf;
    struct report *why;
    uint8_t *height; /* 0 not seen, OPEN on the stack, else done */
    uint32_t done;   /* types in btf->order */
};
enum { OPEN = 255 };

static bool refuse(struct check *c, enum rule rule, uint64_t offset) {
    return report_refuse_at(c->why, rule, BTF_SECTION, offset);
}

static bool in_set(enum btf_kind kind, uint32_t set) {
    return set >> kind & 1;
}

/* Names. */

enum name_rule {
    FORBIDDEN,
    OPTIONAL,
    REQUIRED,
    WORDS,
    ANYTHING
}; /* WORDS and ANYTHING are required too */

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

/* An identifier of C; with the dots that compilers put into names of their own making; of several
 * words for WORDS, as in "long unsigned int". */
static bool is_valid_name(const char *name, enum name_rule rule) {
    for (const char *p = name; *p; p++) {
        bool fits = rule == ANYTHING
                        ? *p >= ' ' && *p <= '~'
                        : is_letter(*p) || (p > name && ((*p >= '0' && *p <= '9') || *p == '.')) ||
                              (p > name && *p == ' ' && rule == WORDS);
        if (!fits)
            return false;
    }
    return true;
}

/* Checks the name whose offset stands at `at`. */
static bool check_name(struct check *c, uint32_t at, enum name_rule rule) {
    struct btf *btf = c->btf;
    uint32_t offset = bytes_u32(btf->section, at);
    const char *name = bytes_string(bytes_cut(btf->section, btf->strings_at, btf->strings_len),
                                    offset, BTF_NAME_MAX);
    if (!name || (rule == FORBIDDEN && *name) || (rule >= REQUIRED && !*name) ||
        !is_valid_name(name, rule))
        return refuse(c, OBJECT_RULE_TYPE_NAME, at);
    return true;
}

static enum name_rule name_rule(enum btf_kind kind) {
    static const uint8_t of_kind[BTF_KIND_COUNT] = {
        [BTF_INT] = WORDS,         [BTF_FLOAT] = WORDS,       [BTF_TYPEDEF] = REQUIRED,
        [BTF_FWD] = REQUIRED,      [BTF_VAR] = REQUIRED,      [BTF_DATASEC] = ANYTHING,
        [BTF_DECL_TAG] = ANYTHING, [BTF_TYPE_TAG] = ANYTHING, [BTF_STRUCT] = OPTIONAL,
        [BTF_UNION] = OPTIONAL,    [BTF_ENUM] = OPTIONAL,     [BTF_ENUM64] = OPTIONAL,
        [BTF_FUNC] = OPTIONAL, /* GCC 12 emits one without a name for each type of
                                * function pointer */
    };
    return of_kind[kind];
}

/* Records. */

/* Checks that the id at `at` names a type of one of these kinds. */
static bool check_reference(struct check *c, uint32_t at, uint32_t kinds) {
    uint32_t id = bytes_u32(c->btf->section, at);
    if (id > c->btf->count)
        return refuse(c, OBJECT_RULE_TYPE_REFERENCE, at);
    uint32_t kind = id ? bytes_u32(c->btf->section, c->btf->at[id] + 4) >> 24 & 31 : BTF_VOID;
    return in_set(kind, kinds) || refuse(c, OBJECT_RULE_TYPE_REFERENCE, at);
}

/* The kinds that the type field of the head may refer to; 0 where it is a size, or nothing. */
static uint32_t head_refers_to(enum btf_kind kind) {
    switch (kind) {
    case BTF_PTR:
    case BTF_TYPEDEF:
    case BTF_VOLATILE:
    case BTF_CONST:
    case BTF_RESTRICT:
    case BTF_TYPE_TAG:
    case BTF_FUNC_PROTO:
        return TYPES;
    case BTF_FUNC:
        return SET(FUNC_PROTO);
    case BTF_VAR: /* clang has variables of type void, declared for their address */
        return VALUES | SET(FWD) | SET(VOID);
    case BTF_DECL_TAG:
        return SET(STRUCT) | SET(UNION) | SET(FUNC) | SET(VAR) | SET(TYPEDEF);
    default:
        return 0;
    }
}

/* A part's name, or its type, or both, as the format of its kind has them. */
static bool check_part(struct check *c, const struct btf_type *t, uint32_t i) {
    uint32_t at = btf_part(c->btf, t, i);
    switch (t->kind) {
    case BTF_STRUCT:
    case BTF_UNION:
        return check_name(c, at, OPTIONAL) && check_reference(c, at + 4, VALUES);
    case BTF_ENUM:
    case BTF_ENUM64:
        return check_name(c, at, REQUIRED);
    case BTF_FUNC_PROTO:
        if (i + 1 == t->len && bytes_u32(c->btf->section, at + 4) == 0) /* the ... at the end */
            return check_name(c, at, FORBIDDEN);
        return check_name(c, at, OPTIONAL) && check_reference(c, at + 4, TYPES & ~SET(VOID));
    default:
        return check_reference(c, at, SET(VAR) | SET(FUNC));
    }
}

/* What follows the head of a type that has no parts. */
static bool check_tail(struct check *c, const struct btf_type *t) {
    struct btf *btf = c->btf;
    uint32_t at = btf_part(btf, t, 0);
    switch (t->kind) {
    case BTF_INT:
        return !(bytes_u32(btf->section, at) & 0xf000ff00u) ||
               refuse(c, OBJECT_RULE_TYPE_RESERVED, at);
    case BTF_ARRAY: /* GCC gives an array whose length is not known no type of index */
        return check_reference(c, at, VALUES) && check_reference(c, at + 4, VALUES | SET(VOID));
    case BTF_VAR:
        return bytes_u32(btf->section, at) <= BTF_LINKAGE_EXTERN ||
               refuse(c, OBJECT_RULE_TYPE_RESERVED, at);
    case BTF_DECL_TAG:
        return (int32_t)bytes_u32(btf->section, at) >= -1 ||
               refuse(c, OBJECT_RULE_TYPE_REFERENCE, at);
    default:
        return true;
    }
}

static bool check_record(struct check *c, uint32_t id) {
    struct btf *btf = c->btf;
    uint32_t at = btf->at[id], info = bytes_u32(btf->section, at + 4), kind = info >> 24 & 31;
    if (!check_name(c, at, name_rule(kind)))
        return false;
    struct btf_type t = btf_type(btf, id);
    bool len_fits =
        in_set(kind, HAS_PARTS) || (kind == BTF_FUNC ? t.len <= BTF_LINKAGE_EXTERN : t.len == 0);
    if ((info & 0x60ff0000u) || (t.flag && !in_set(kind, HAS_FLAG)) || !len_fits)
        return refuse(c, OBJECT_RULE_TYPE_RESERVED, at + 4);
    uint32_t kinds = head_refers_to(kind);
    if (kinds && !check_reference(c, at + 8, kinds))
        return false;
    for (uint32_t i = 0; in_set(kind, HAS_PARTS) && i < t.len; i++)
        if (!check_part(c, &t, i))
            return false;
    return check_tail(c, &t);
}

/* Sizes, once everything that a type is made of has one. */

static bool is_one_of(uint32_t size, uint32_t set_of_powers) {
    return size && !(size & (size - 1)) && (size & set_of_powers);
}

static bool check_integer(struct check *c, const struct btf_type *t) {
    struct btf_integer integer = btf_integer(c->btf, t);
    if (!is_one_of(t->type_size, 1 | 2 | 4 | 8 | 16))
        return refuse(c, OBJECT_RULE_TYPE_SIZE, c->btf->at[t->id] + 8);
    if (!integer.bits || integer.bit_offset + integer.bits > 8 * t->type_size)
        return refuse(c, OBJECT_RULE_TYPE_SIZE, btf_part(c->btf, t, 0));
    return true;
}

static bool check_array(struct check *c, const struct btf_type *t) {
    struct btf *btf = c->btf;
    struct btf_array a = btf_array(btf, t);
    uint32_t element = btf->size[a.element];
    ENGINE_ASSERT(c->height[a.element] && c->height[a.element] != OPEN,
                  "the size of %u is not known yet", a.element);
    if (element == BTF_NO_SIZE)
        return refuse(c, OBJECT_RULE_TYPE_REFERENCE, btf_part(btf, t, 0));
    if ((uint64_t)(element ? element : 1) * a.count >= BTF_NO_SIZE)
        return refuse(c, OBJECT_RULE_TYPE_SIZE, btf_part(btf, t, 0) + 8);
    btf->size[t->id] = element * a.count;
    btf->align[t->id] = btf->align[a.element];
    return true;
}

/* A member's bits, or no bits and *why set when it is not as a member must be. */
static bool member_bits(struct check *c, const struct btf_type *t, struct btf_member m, uint32_t at,
                        uint64_t *bits) {
    struct btf *btf = c->btf;
    uint32_t size = btf->size[m.type];
    ENGINE_ASSERT(c->height[m.type] && c->height[m.type] != OPEN, "the size of %u is not known yet",
                  m.type);
    if (size == BTF_NO_SIZE)
        return refuse(c, OBJECT_RULE_TYPE_REFERENCE, at + 4);
    if (m.bits) {
        enum btf_kind kind = btf_type(btf, btf_base(btf, m.type, NULL)).kind;
        if ((kind != BTF_INT && kind != BTF_ENUM && kind != BTF_ENUM64) || m.bits > 8 * size)
            return refuse(c, OBJECT_RULE_TYPE_SIZE, at + 8);
        *bits = m.bits;
    } else {
        if (m.bit_offset % 8)
            return refuse(c, OBJECT_RULE_TYPE_MEMBER, at + 8);
        *bits = 8 * (uint64_t)size;
    }
    return m.bit_offset + *bits <= 8 * (uint64_t)t->type_size ||
           refuse(c, OBJECT_RULE_TYPE_MEMBER, at + 8);
}

static bool check_structure(struct check *c, const struct btf_type *t) {
    struct btf *btf = c->btf;
    uint64_t bits = 0, end = 0;
    uint8_t align = 1;
    bool packed = false;
    if (t->type_size == BTF_NO_SIZE)
        return refuse(c, OBJECT_RULE_TYPE_SIZE, btf->at[t->id] + 8);
    for (uint32_t i = 0; i < t->len; i++) {
        struct btf_member m = btf_member(btf, t, i);
        uint32_t at = btf_part(btf, t, i);
        if (!member_bits(c, t, m, at, &bits))
            return false;
        if (t->kind == BTF_STRUCT && m.bit_offset < end)
            return refuse(c, OBJECT_RULE_TYPE_MEMBER, at + 8);
        end = m.bit_offset + bits;
        packed = packed || (!m.bits && m.bit_offset / 8 % btf->align[m.type]);
        align = btf->align[m.type] > align ? btf->align[m.type] : align;
    }
    btf->align[t->id] = packed || t->type_size % align ? 1 : align;
    return true;
}

/* Is this a size that such a type can have? Those of integers and structures have checks of their
 * own. */
static bool is_size_possible(const struct btf_type *t) {
    switch (t->kind) {
    case BTF_ENUM:
    case BTF_ENUM64:
        return is_one_of(t->type_size, 1 | 2 | 4 | 8);
    case BTF_FLOAT:
        return t->type_size == 12 || is_one_of(t->type_size, 2 | 4 | 8 | 16);
    default:
        return true;
    }
}

static bool check_size(struct check *c, const struct btf_type *t) {
    struct btf *btf = c->btf;
    if (!is_size_possible(t))
        return refuse(c, OBJECT_RULE_TYPE_SIZE, btf->at[t->id] + 8);
    switch (t->kind) {
    case BTF_INT:
    case BTF_ENUM:
    case BTF_ENUM64:
    case BTF_FLOAT:
        btf->size[t->id] = t->type_size;
        btf->align[t->id] = t->type_size == 12 ? 4 : t->type_size > 8 ? 16 : (uint8_t)t->type_size;
        return t->kind != BTF_INT || check_integer(c, t);
    case BTF_PTR:
        btf->size[t->id] = btf->align[t->id] = 8;
        return true;
    case BTF_ARRAY:
        return check_array(c, t);
    case BTF_STRUCT:
    case BTF_UNION:
        btf->size[t->id] = t->type_size;
        return check_structure(c, t);
    case BTF_TYPEDEF:
    case BTF_VOLATILE:
    case BTF_CONST:
    case BTF_RESTRICT:
    case BTF_TYPE_TAG:
    case BTF_VAR:
        btf->size[t->id] = btf->size[t->type_size];
        btf->align[t->id] = btf->align[t->type_size];
        return true;
    default:
        btf->size[t->id] = BTF_NO_SIZE;
        btf->align[t->id] = 1;
        return true;
    }
}

/* The graph. */

struct step {
    uint32_t id;
    uint32_t next; /* its child to look at next */
    uint8_t below; /* the greatest height among those left behind */
};

/* Moves `s` to the next child that has to be visited. False when there is none. */
static bool next_child(struct check *c, struct step *s, uint32_t *child) {
    struct btf_type type = btf_type(c->btf, s->id);
    while (btf_child(c->btf, &type, s->next, child)) {
        s->next++;
        if (btf_is_reference(c->btf, type.kind, *child))
            continue;
        if (!*child || (c->height[*child] && c->height[*child] != OPEN)) {
            s->below = c->height[*child] > s->below ? c->height[*child] : s->below;
            continue;
        }
        return true;
    }
    return false;
}

static bool leave(struct check *c, struct step *s) {
    if (s->below >= BTF_HEIGHT_MAX)
        return refuse(c, OBJECT_RULE_TYPE_DEPTH, c->btf->at[s->id]);
    ENGINE_ASSERT(c->done < c->btf->count && c->height[s->id] == OPEN, "type %u is left twice",
                  s->id);
    c->height[s->id] = s->below + 1;
    c->btf->order[c->done++] = s->id;
    struct btf_type type = btf_type(c->btf, s->id);
    return check_size(c, &type);
}

static bool visit(struct check *c, uint32_t root) {
    struct step stack[BTF_HEIGHT_MAX];
    unsigned depth = 0;
    uint32_t child = root;
    for (;;) {
        if (depth == BTF_HEIGHT_MAX)
            return refuse(c, OBJECT_RULE_TYPE_DEPTH, c->btf->at[root]);
        stack[depth++] = (struct step){.id = child};
        c->height[child] = OPEN;
        while (!next_child(c, &stack[depth - 1], &child)) {
            if (!leave(c, &stack[--depth]))
                return false;
            if (depth == 0)
                return true;
            uint8_t below = c->height[stack[depth].id];
            if (below > stack[depth - 1].below)
                stack[depth - 1].below = below;
        }
        if (c->height[child] == OPEN)
            return refuse(c, OBJECT_RULE_TYPE_CYCLE, c->btf->at[child]);
    }
}

bool btf_check(struct btf *btf, struct arena *arena, struct report *why) {
    struct check c = {.btf = btf, .why = why};
    c.height = arena_allocate(arena, btf->count + 1, 1);
    btf->size = arena_allocate(arena, btf->count + 1, sizeof *btf->size);
    btf->align = arena_allocate(arena, btf->count + 1, 1);
    btf->order = arena_allocate(arena, btf->count, sizeof *btf->order);
    if (!c.height || !btf->size || !btf->align || !btf->order)
        return refuse(&c, RULE_NO_MEMORY, 0);
    btf->size[0] = BTF_NO_SIZE;
    btf->align[0] = 1;
    for (uint32_t id = 1; id <= btf->count; id++)
        if (!check_record(&c, id))
            return false;
    for (uint32_t id = 1; id <= btf->count; id++)
        if (!c.height[id] && !visit(&c, id))
            return false;
    ENGINE_ASSERT(c.done == btf->count, "%u of %u types are in order", c.done, btf->count);
    return true;
}
