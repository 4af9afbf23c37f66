/* SPDX-License-Identifier: MIT */
/* verify_report.c -- a refusal as a good compiler would put it: the instruction, the rule, what was
 * known of the registers it uses, the way that led there, a hint. */
#include "engine/disassemble.h"
#include "engine/assert.h"
#include "engine/verify/state_text.h"
#include "engine/verify/internal.h"
#include "lib/format.h"

enum rule reject(struct verifier *v, enum rule rule, const char *format, ...) {
    va_list args;
    va_start(args, format);
    format_text_va(v->detail, sizeof v->detail, format, args);
    va_end(args);
    charge(v, PARTS_SENTENCE);
    return rule;
}

static void add_registers(struct format_buffer *t, const struct verifier *v, struct insn insn) {
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
        char text[VALUE_TEXT_MAX];
        format_add(t, "  r%u: %s\n", r, value_text(v->program, v->now, value, text));
    }
}

/* Goes from a fork, where the path went `branch`, to the one before it; null before the first. */
static const struct node *fork_before(const struct node *fork, uint8_t *branch) {
    const struct node *behind = fork ? fork->left : NULL;
    *branch = behind ? behind->branch : BRANCH_NONE;
    return behind ? behind->parent : NULL;
}

/* Notes the last forks of the path. Gives whether there are others before them. */
static bool note_forks(const struct verifier *v) {
    struct verdict *verdict = v->verdict;
    const struct node *fork[VERDICT_FORKS_MAX + 1];
    uint8_t branch[VERDICT_FORKS_MAX + 1] = {v->branch};
    unsigned n = 0;
    fork[0] = v->at;
    if (v->branch == BRANCH_NONE)
        fork[0] = fork_before(v->at, &branch[0]);
    while (fork[n] && n < VERDICT_FORKS_MAX) {
        fork[n + 1] = fork_before(fork[n], &branch[n + 1]);
        n++;
    }
    verdict->forks = n;
    for (unsigned i = 0; i < n; i++) {
        verdict->fork[n - 1 - i].slot = fork[i]->slot;
        verdict->fork[n - 1 - i].taken = branch[i] == BRANCH_TAKEN;
    }
    return fork[n];
}

static void add_path(struct format_buffer *t, const struct verifier *v) {
    if (v->now->depth > 1) {
        format_add(t, "called from");
        for (uint32_t f = v->now->depth - 1; f > 0; f--)
            format_add(t, " %u", v->now->frame[f]->back - 1);
        format_add(t, "\n");
    }
    const struct verdict *verdict = v->verdict;
    bool others = note_forks(v);
    if (!verdict->forks)
        return;
    format_add(t, "path:%s", others ? " ..." : "");
    for (uint32_t i = 0; i < verdict->forks; i++)
        format_add(t, " %u %s%s", verdict->fork[i].slot,
                   verdict->fork[i].taken ? "taken" : "not taken",
                   i + 1 < verdict->forks ? "," : "\n");
}

void verify_report(struct verifier *v, enum rule rule) {
    struct verdict *verdict = v->verdict;
    struct format_buffer t = {verdict->text, sizeof verdict->text, 0};
    char insn[INSN_TEXT_MAX];
    ENGINE_ASSERT(rule != RULE_NONE && v->slot < v->program->slots, "rule %u in slot %u", rule,
                  v->slot);
    verdict->rule = rule;
    verdict->slot = v->slot;
    verdict->forks = 0;
    format_add(&t, "instruction %u: %s\n", v->slot, insn_text(v->program->insn, v->slot, insn));
    format_add(&t, "%s: %s%s%s\n", rule_name(rule), rule_sentence(rule), v->detail[0] ? ": " : "",
               v->detail);
    for (const struct contract *c = v->proving; c; c = c->next)
        format_add(&t, "handed out at %u, to be called back\n", c->asked);
    if (v->now && v->now->depth) {
        add_registers(&t, v, v->program->insn[v->slot]);
        add_path(&t, v);
    }
    format_add(&t, "hint: %s\n", rule_hint(rule));
}
