/* SPDX-License-Identifier: MIT */
/* state_text.c -- see state_text.h. */
#include "engine/verify/state_text.h"

#include "lib/format.h"

/* Whose values they are. */
struct about {
    const struct program *program;
    const struct state *state;
};

static void add_number(struct format_buffer *t, const struct scalar *s) {
    if (scalar_is_constant(s)) {
        format_add(t, "%lld", (long long)s->smin);
        return;
    }
    struct scalar any = scalar_any();
    if (scalar_equal(s, &any)) {
        format_add(t, "any number");
        return;
    }
    bool is_signed = s->smin < 0 && (s->smin != INT64_MIN || s->smax != INT64_MAX);
    if (is_signed)
        format_add(t, "%lld to %lld", (long long)s->smin, (long long)s->smax);
    else
        format_add(t, "%llu to %llu", (unsigned long long)s->umin, (unsigned long long)s->umax);
    unsigned long long known = ~s->bits.unknown, value = s->bits.value;
    if (known)
        format_add(t, ", bits 0x%llx known as 0x%llx", known, value);
}

static void add_origin(struct format_buffer *t, const struct about *about,
                       const struct value *value) {
    if (value->origin < PARAMETERS)
        format_add(t, value->reached ? "what argument %u leads to" : "argument %u",
                   value->origin + 1u);
    else if (value->origin == ORIGIN_VARIABLE)
        format_add(t, "variable %s", about->program->variable[value->index].name);
    else
        format_add(t, "a call's result");
}

static void add_value(struct format_buffer *t, const struct about *about,
                      const struct value *value) {
    switch (value->kind) {
    case VALUE_NOTHING:
        format_add(t, "not set");
        return;
    case VALUE_NUMBER:
        add_number(t, &value->number);
        return;
    case VALUE_STACK:
        format_add(t, value->frame + 1u == about->state->depth ? "stack" : "a caller's stack");
        break;
    case VALUE_MEMORY:
        format_add(t, "%u bytes of ", value->bytes);
        add_origin(t, about, value);
        break;
    case VALUE_OBJECT:
        format_add(t, "object %s, ", value->object->name);
        add_origin(t, about, value);
        break;
    case VALUE_FIELD:
        format_add(t, "field that owns a %s, ", value->object->name);
        add_origin(t, about, value);
        break;
    case VALUE_PACKET:
        format_add(t, "packet, %u bytes known to be there", value->bytes);
        break;
    case VALUE_PACKET_END:
        format_add(t, "the packet's end");
        break;
    default:
        format_add(t, "function at %u", about->program->function[value->index].start);
        break;
    }
    if (value->offset)
        format_add(t, " %+d", value->offset);
    if (!scalar_is_constant(&value->number)) {
        format_add(t, " + ");
        add_number(t, &value->number);
    }
    if (value->may & MAY_BE_NULL)
        format_add(t, ", or null");
}

char *value_text(const struct program *program, const struct state *state,
                 const struct value *value, char into[VALUE_TEXT_MAX]) {
    struct format_buffer t = {into, VALUE_TEXT_MAX, 0};
    add_value(&t, &(struct about){program, state}, value);
    return into;
}
