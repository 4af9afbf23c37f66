/* SPDX-License-Identifier: MIT */
/* verify_report.c -- a refusal as a good compiler would put it: the instruction, the rule, what was
 * known of the registers it uses, the way that led there, a hint. */
#include "engine/disassemble.h"
#include "engine/verify_internal.h"
#include "lib/format.h"

#define PATH_SHOWN 12 /* forks named, the last ones */

struct text {
    char *into;
    size_t size, used;
};

static void add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct text *t, const char *format, ...) {
    va_list args;
    if (t->used >= t->size)
        return;
    va_start(args, format);
    t->used += (size_t)format_text_va(t->into + t->used, t->size - t->used, format, args);
    va_end(args);
}

enum rule broken(struct verifier *v, enum rule rule, const char *format, ...) {
    va_list args;
    va_start(args, format);
    format_text_va(v->detail, sizeof v->detail, format, args);
    va_end(args);
    return rule;
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
    if (s->bits.unknown != UINT64_MAX)
        add(t, ", bits 0x%llx known as 0x%llx", (unsigned long long)~s->bits.unknown,
            (unsigned long long)s->bits.value);
}

static void add_origin(struct text *t, const struct verifier *v, const struct value *value) {
    if (value->origin < PARAMETERS)
        add(t, value->reached ? "what argument %u leads to" : "argument %u", value->origin + 1u);
    else if (value->origin == ORIGIN_VARIABLE)
        add(t, "variable %s", v->program->variable[value->index].name);
    else
        add(t, "a call's result");
}

static void add_value(struct text *t, const struct verifier *v, const struct value *value) {
    switch (value->kind) {
    case VALUE_NOTHING:
        add(t, "not set");
        return;
    case VALUE_NUMBER:
        add_number(t, &value->number);
        return;
    case VALUE_STACK:
        add(t, value->frame + 1u == v->now->depth ? "stack" : "a caller's stack");
        break;
    case VALUE_MEMORY:
        add(t, "%u bytes of ", value->bytes);
        add_origin(t, v, value);
        break;
    case VALUE_OBJECT:
        add(t, "object %s, ", value->object->name);
        add_origin(t, v, value);
        break;
    case VALUE_PACKET:
        add(t, "packet, %u bytes known to be there", value->bytes);
        break;
    case VALUE_PACKET_END:
        add(t, "the packet's end");
        break;
    default:
        add(t, "function at %u", v->program->function[value->index].start);
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

static void add_registers(struct text *t, const struct verifier *v, struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    unsigned shown = 1u << insn.dst;
    if (info->source == SOURCE_X)
        shown |= 1u << insn.src;
    if (info->kind == KIND_CALL)
        shown = 0x3e;
    if (info->kind == KIND_EXIT)
        shown = 1;
    if (info->operation == DO_ALWAYS)
        return;
    for (unsigned r = 0; r < REGISTERS; r++) {
        const struct value *value = &v->now->frame[v->now->depth - 1]->reg[r];
        if (!(shown >> r & 1) || (info->kind == KIND_CALL && value->kind == VALUE_NOTHING))
            continue;
        add(t, "  r%u: ", r);
        add_value(t, v, value);
        add(t, "\n");
    }
}

static void add_path(struct text *t, const struct verifier *v) {
    struct {
        uint32_t slot;
        uint8_t branch;
    } fork[PATH_SHOWN];
    unsigned n = 0, all = 0;
    uint8_t branch = v->branch;
    for (const struct node *node = v->at; node; node = node->parent) {
        if (branch != BRANCH_NONE && all++ < PATH_SHOWN) {
            fork[n].slot = node->slot;
            fork[n++].branch = branch;
        }
        branch = node->branch;
    }
    if (v->now->depth > 1) {
        add(t, "called from");
        for (uint32_t f = v->now->depth - 1; f > 0; f--)
            add(t, " %u", v->now->frame[f]->back - 1);
        add(t, "\n");
    }
    if (!n)
        return;
    add(t, "path:%s", all > n ? " ..." : "");
    while (n-- > 0)
        add(t, " %u %s%s", fork[n].slot, fork[n].branch == BRANCH_TAKEN ? "taken" : "not taken",
            n ? "," : "\n");
}

void verify_report(struct verifier *v, enum rule rule) {
    struct verdict *verdict = v->verdict;
    struct text t = {verdict->text, sizeof verdict->text, 0};
    char insn[INSN_TEXT_MAX];
    verdict->rule = rule;
    verdict->slot = v->slot;
    add(&t, "instruction %u: %s\n", v->slot, insn_text(v->program->insn, v->slot, insn));
    add(&t, "%s: %s%s%s\n", rule_name(rule), rule_sentence(rule), v->detail[0] ? ": " : "",
        v->detail);
    if (v->now && v->now->depth) {
        add_registers(&t, v, v->program->insn[v->slot]);
        add_path(&t, v);
    }
    add(&t, "hint: %s\n", rule_hint(rule));
}
