/* SPDX-License-Identifier: MIT */
/* net_report.c -- what ended a program, for people. */
#include "engine/disassemble.h"
#include "engine/lines.h"
#include "engine/net.h"
#include "lib/format.h"
#include "lib/string.h"

struct text {
    char *into;
    size_t used;
};

static void add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct text *t, const char *format, ...) {
    va_list args;
    va_start(args, format);
    t->used += (size_t)format_text_va(t->into + t->used, NET_TEXT_MAX - t->used, format, args);
    va_end(args);
    if (t->used >= NET_TEXT_MAX)
        t->used = NET_TEXT_MAX - 1;
}

static void add_place(struct text *t, const struct net_report *r) {
    char insn[INSN_TEXT_MAX], place[PLACE_TEXT_MAX];
    if (r->slot >= r->image->program.slots) {
        add(t, "  instruction unknown\n");
        return;
    }
    add(t, "  instruction %u: %s\n", r->slot, insn_text(r->image->program.insn, r->slot, insn));
    add(t, "  at %s\n", image_place_text(r->image, r->slot, place));
}

static void add_registers(struct text *t, const struct net_report *r) {
    for (unsigned i = 0; i < REGISTERS; i++)
        add(t, "%sr%u: 0x%llx%s", i % 4 ? " " : "  ", i, (unsigned long long)r->reg[i],
            i % 4 == 3 || i + 1 == REGISTERS ? "\n" : "");
}

void net_report_text(const struct net_report *r, char into[NET_TEXT_MAX]) {
    struct text t = {.into = into};
    add(&t, "program %s of %s %s%s%s\n", r->image->function->name, r->image->link->name,
        fault_sentence(r->fault), r->reason[0] ? ": " : "", r->reason);
    add_place(&t, r);
    if (r->has_registers)
        add_registers(&t, r);
    if (r->released)
        add(&t, "  references given back: %u\n", r->released);
}
