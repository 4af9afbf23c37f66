/* SPDX-License-Identifier: MIT */
/* source.c -- BPF as a program in C: an instruction a line, jumps to labels. */
#include "expression.h"

static void load(FILE *to, const struct bpf_insn *i) {
    unsigned bytes = BPF_SIZE(i->code) == BPF_W ? 4 : BPF_SIZE(i->code) == BPF_H ? 2 : 1;
    const char *base = BPF_MODE(i->code) == BPF_IND ? "place + x" : "place";
    fprintf(to, "if (%s + %u > end) return 0; a = ", base, i->k + bytes);
    for (unsigned n = 0; n < bytes; n++)
        fprintf(to, "%s(unsigned)(%s)[%u] << %u", n ? " | " : "", base, i->k + n,
                8 * (bytes - 1 - n));
    fprintf(to, ";\n");
}

static void compute(FILE *to, const struct bpf_insn *i) {
    static const char *const sign[] = {"+", "-", "*", "/", "|", "&", "<<", ">>", NULL, "%", "^"};
    unsigned op = BPF_OP(i->code) >> 4;
    if (op >= sizeof sign / sizeof *sign || !sign[op])
        fprintf(to, "a = -a;\n");
    else if (BPF_SRC(i->code) == BPF_X)
        fprintf(to, "a = a %s x;\n", sign[op]);
    else
        fprintf(to, "a = a %s %uu;\n", sign[op], i->k);
}

static void jump(FILE *to, const struct bpf_insn *i, unsigned at) {
    static const char *const is[] = {"", "==", ">", ">=", "&"};
    if (BPF_OP(i->code) == BPF_JA) {
        fprintf(to, "goto at_%u;\n", at + 1 + i->k);
        return;
    }
    fprintf(to, "if (a %s ", is[BPF_OP(i->code) >> 4]);
    if (BPF_SRC(i->code) == BPF_X)
        fprintf(to, "x");
    else
        fprintf(to, "%uu", i->k);
    fprintf(to, ") goto at_%u; else goto at_%u;\n", at + 1 + i->jt, at + 1 + i->jf);
}

static void other(FILE *to, const struct bpf_insn *i) {
    switch (i->code) {
    case BPF_LD | BPF_IMM:
        fprintf(to, "a = %uu;\n", i->k);
        break;
    case BPF_LD | BPF_W | BPF_LEN:
        fprintf(to, "a = (unsigned)(end - place);\n");
        break;
    case BPF_LD | BPF_MEM:
        fprintf(to, "a = m[%u];\n", i->k);
        break;
    case BPF_LDX | BPF_MEM:
        fprintf(to, "x = m[%u];\n", i->k);
        break;
    case BPF_LDX | BPF_IMM:
        fprintf(to, "x = %uu;\n", i->k);
        break;
    case BPF_LDX | BPF_MSH | BPF_B:
        fprintf(to, "if (place + %u > end) return 0; x = (place[%u] & 15) * 4;\n", i->k + 1, i->k);
        break;
    case BPF_ST:
        fprintf(to, "m[%u] = a;\n", i->k);
        break;
    case BPF_STX:
        fprintf(to, "m[%u] = x;\n", i->k);
        break;
    case BPF_MISC | BPF_TAX:
        fprintf(to, "x = a;\n");
        break;
    case BPF_MISC | BPF_TXA:
        fprintf(to, "a = x;\n");
        break;
    default:
        fprintf(to, "return %d;\n", BPF_CLASS(i->code) == BPF_RET && i->k);
    }
}

void expression_in_c(const struct expression *e, const char *text, FILE *to) {
    fprintf(to,
            "/* %s */\n__attribute__((section(\"filter\"), used)) long wanted(\n"
            "    const unsigned char *place, const unsigned char *end) {\n"
            "    unsigned a = 0, x = 0, m[%d] = {0};\n    (void)x, (void)m;\n",
            text, BPF_MEMWORDS);
    for (unsigned at = 0; at < e->bpf.bf_len; at++) {
        const struct bpf_insn *i = &e->bpf.bf_insns[at];
        unsigned mode = BPF_MODE(i->code);
        fprintf(to, "at_%u: __attribute__((unused));\n    ", at);
        if (BPF_CLASS(i->code) == BPF_LD && (mode == BPF_ABS || mode == BPF_IND))
            load(to, i);
        else if (BPF_CLASS(i->code) == BPF_ALU)
            compute(to, i);
        else if (BPF_CLASS(i->code) == BPF_JMP)
            jump(to, i, at);
        else
            other(to, i);
    }
    fprintf(to, "}\n");
}
