/* SPDX-License-Identifier: MIT */
/* link_report.c -- an undefined name as a good compiler would put it: what is wrong with it, what
 * was wanted, what there is, where it was looked for, a hint. */
#include "engine/btf_print.h"
#include "engine/link/link.h"
#include "lib/string.h"

#define TYPE_TEXT_MAX 512

void report_declaration(struct report *report, const char *label, const struct btf *btf,
                        uint32_t type, const char *name) {
    char text[TYPE_TEXT_MAX];
    btf_print_declaration(btf, type, name, text, sizeof text);
    report_say(report, "  %s: %s", label, text);
}

static void say_definition(struct report *report, const char *label, const struct typed *type) {
    char text[TYPE_TEXT_MAX];
    btf_print_definition(type->btf, type->type, text, sizeof text);
    size_t len = strlen(text);
    if (len && text[len - 1] == '\n')
        text[len - 1] = '\0';
    report_say(report, "  %s: %s", label, text);
}

void report_difference(struct report *report, const struct typed *wanted,
                       const struct typed *found) {
    report_say(report, "  they differ in what they lead to:");
    say_definition(report, "wanted", wanted);
    say_definition(report, "found", found);
}

static void say_wanted(const struct link *l, uint32_t i, struct report *report) {
    const struct object_extern *name = link_name(l, i);
    if (name->type)
        report_declaration(report, "wanted", &l->types.btf, link_type(l, i), name->name);
}

static void say_export(const char *name, struct domain *part, struct report *report) {
    const struct export *e = domain_find(part, name);
    report_say(report, "  domain %s exports the %s:", domain_name(part),
               e->kind == EXPORT_VARIABLE ? "variable"
               : e->kind == EXPORT_EVENT  ? "event"
                                          : "function");
    report_declaration(report, "found", &domain_types(part)->btf, e->type, name);
}

static void say_list(const struct candidates *c, struct report *report) {
    report_say(report, c->count ? "  looked for in:" : "  no domains were given");
    for (uint32_t d = 0; d < c->count; d++)
        report_say(report, "    %s", domain_name(c->domains[d]));
}

void link_explain(const struct link *l, uint32_t i, const struct candidates *c,
                  struct report *report) {
    const char *name = link_name(l, i)->name;
    report_say(report, "%s: %s: %s (%s)", l->name, name, rule_sentence(c->rule),
               rule_name(c->rule));
    say_wanted(l, i, report);
    if (c->first)
        say_export(name, c->first, report);
    if (c->rule == LINK_RULE_AMBIGUOUS)
        say_export(name, c->other, report);
    if (c->rule == LINK_RULE_WRONG_TYPE && c->wanted.type != link_type(l, i))
        report_difference(report, &c->wanted, &c->found);
    if (c->rule == LINK_RULE_UNKNOWN_NAME)
        say_list(c, report);
    report_say(report, "  hint: %s", rule_hint(c->rule));
}
