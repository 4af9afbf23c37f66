/* SPDX-License-Identifier: MIT */
/* state_text.c -- see state_text.h. */
#include "engine/state_text.h"

#include "lib/format.h"

struct text {
    char *into;
    size_t used;
};

/* Whose values they are. */
struct about {
    const struct program *program;
    const struct state *state;
};

static void add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct text *t, const char *format, ...) {
    va_list args;
    if (t->used >= VALUE_TEXT_MAX)
        return;
    va_start(args, format);
    t->used += (size_t)format_text_va(t->into + t->used, VALUE_TEXT_MAX - t->used, format, args);
    va_end(args);
}

static void add_number(struct text *t, const struct scalar *s) {
    if (scalar_is_constant(s)) {
        add(t, "%lld", (long long)s->smin);
        return;
    }
    struct scalar any = scalar_any();
    if (scalar_equal(s, &any)) {
        add(t, "any number");
        return;
    }
    bool is_signed = s->smin < 0 && (s->smin != INT64_MIN || s->smax != INT64_MAX);
    if (is_signed)
        add(t, "%lld to %lld", (long long)s->smin, (long long)s->smax);
    else
        add(t, "%llu to %llu", (unsigned long long)s->umin, (unsigned long long)s->umax);
    unsigned long long known = ~s->bits.unknown, value = s->bits.value;
    if (known)
        add(t, ", bits 0x%llx known as 0x%llx", known, value);
}

static void add_origin(struct text *t, const struct about *about, const struct value *value) {
    if (value->origin < PARAMETERS)
        add(t, value->reached ? "what argument %u leads to" : "argument %u", value->origin + 1u);
    else if (value->origin == ORIGIN_VARIABLE)
        add(t, "variable %s", about->program->variable[value->index].name);
    else
        add(t, "a call's result");
}

static void add_value(struct text *t, const struct about *about, const struct value *value) {
    switch (value->kind) {
    case VALUE_NOTHING:
        add(t, "not set");
        return;
    case VALUE_NUMBER:
        add_number(t, &value->number);
        return;
    case VALUE_STACK:
        add(t, value->frame + 1u == about->state->depth ? "stack" : "a caller's stack");
        break;
    case VALUE_MEMORY:
        add(t, "%u bytes of ", value->bytes);
        add_origin(t, about, value);
        break;
    case VALUE_OBJECT:
        add(t, "object %s, ", value->object->name);
        add_origin(t, about, value);
        break;
    case VALUE_FIELD:
        add(t, "field that owns a %s, ", value->object->name);
        add_origin(t, about, value);
        break;
    case VALUE_PACKET:
        add(t, "packet, %u bytes known to be there", value->bytes);
        break;
    case VALUE_PACKET_END:
        add(t, "the packet's end");
        break;
    default:
        add(t, "function at %u", about->program->function[value->index].start);
        break;
    }
    if (value->offset)
        add(t, " %+d", value->offset);
    if (!scalar_is_constant(&value->number)) {
        add(t, " + ");
        add_number(t, &value->number);
    }
    if (value->may & MAY_BE_NULL)
        add(t, ", or null");
}

char *value_text(const struct program *program, const struct state *state,
                 const struct value *value, char into[VALUE_TEXT_MAX]) {
    struct text t = {into, 0};
    add_value(&t, &(struct about){program, state}, value);
    return into;
}
