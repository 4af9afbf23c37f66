/* SPDX-License-Identifier: MIT */
/* net_report.c -- what ended a program, for people. */
#include "engine/disassemble.h"
#include "engine/assert.h"
#include "engine/lines.h"
#include "engine/net.h"
#include "lib/format.h"
#include "lib/string.h"

static void add_place(struct format_buffer *t, const struct net_report *r) {
    char insn[INSN_TEXT_MAX], place[PLACE_TEXT_MAX];
    if (r->at == NET_UNKNOWN) {
        format_add(t, "  not in its own code\n");
        return;
    }
    if (r->native) {
        format_add(t, "  at 0x%x of its object's code\n", r->at);
        return;
    }
    ENGINE_ASSERT(r->image && r->at < r->image->program.slots, "slot %u", r->at);
    format_add(t, "  instruction %u: %s\n", r->at, insn_text(r->image->program.insn, r->at, insn));
    format_add(t, "  at %s\n", image_place_text(r->image, r->at, place));
}

static void add_registers(struct format_buffer *t, const struct net_report *r) {
    static const char *const native[REGISTERS] = {"rax", "rdi", "rsi", "rdx", "rcx", "r8",
                                                  "rbx", "r13", "r14", "r15", "rbp"};
    static const char *const own[REGISTERS] = {"r0", "r1", "r2", "r3", "r4", "r5",
                                               "r6", "r7", "r8", "r9", "r10"};
    for (unsigned i = 0; i < REGISTERS; i++)
        format_add(t, "%s%s: 0x%llx%s", i % 4 ? " " : "  ", (r->native ? native : own)[i],
                   (unsigned long long)r->reg[i], i % 4 == 3 || i + 1 == REGISTERS ? "\n" : "");
}

void net_report_text(const struct net_report *r, char into[NET_TEXT_MAX]) {
    struct format_buffer t = {into, NET_TEXT_MAX, 0};
    if (r->native)
        format_add(&t, "native function %s", r->native->name);
    else if (!r->image)
        format_add(&t, "a program without an image");
    else
        format_add(&t, "program %s of %s", r->image->function->name, r->image->link->name);
    format_add(&t, " %s%s%s\n", fault_sentence(r->fault), r->reason[0] ? ": " : "", r->reason);
    add_place(&t, r);
    if (r->has_registers)
        add_registers(&t, r);
    if (r->released)
        format_add(&t, "  references given back: %u\n", r->released);
}
