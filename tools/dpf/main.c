/* SPDX-License-Identifier: MIT */
/* main.c -- dpf: packet filters of the exokernel on the host (docs/exo/dpf.md).
 *
 *     dpf compile EXPRESSION            the filters of atoms that take together what libpcap's
 *                                       expression takes; or why there are none
 *     dpf source EXPRESSION             the same as a filter in C
 *     dpf show EXPRESSION...            the trie that the kernel makes of all of them, with its
 *                                       machine code's length and bytes
 *     dpf check CAPTURE EXPRESSION      what libpcap says of each frame, and what the kernel's
 * code: how many are taken; or the first where they differ dpf check --object OBJECT ...     the
 * same by a filter in C, as compiled
 *
 * Exit status 0; 1: the expression is refused, or a frame is taken by one and not by the other; 2:
 * a file cannot be used; 64: usage. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exo/dpf/dpf_own.h"
#include "exo/dpf/program/dpf_program.h"
#include "expression.h"
#include "host_hooks.h"

enum { REFUSED = 1, CANNOT = 2, USAGE = 64 };

static struct expression expression;
static struct host_hooks host;
static struct dpf_set *set;

static void parse(const char *text) {
    if (!expression_parse(&expression, text))
        errx(REFUSED, "%s: %s", text, expression.why);
}

static void compile(const char *text) {
    parse(text);
    if (!expression_atoms(&expression))
        errx(REFUSED, "%s: %s; `dpf source` makes a filter in C of it", text, expression.why);
}

static void print_atom(const struct dpf_atom *a) {
    const char *bytes = a->bytes == 1 ? "byte" : "bytes";
    if (a->op == DPF_MSHIFT && !a->mask)
        printf("    there are %u bytes\n", a->offset + 1u);
    else if (a->op == DPF_MSHIFT)
        printf("    mshift  %u %s at %u & 0x%x, times %u\n", a->bytes, bytes, a->offset, a->mask,
               1u << a->shift);
    else if (a->op == DPF_MEQ)
        printf("    meq     %u %s at %u & 0x%x: 0x%x\n", a->bytes, bytes, a->offset, a->mask,
               a->value);
    else
        printf("    eq      %u %s at %u: 0x%x\n", a->bytes, bytes, a->offset, a->value);
}

static int print_atoms(const char *text) {
    compile(text);
    for (unsigned i = 0; i < expression.filters; i++) {
        printf("filter %u\n", i + 1);
        for (uint32_t n = 0; n < expression.filter[i].atoms; n++)
            print_atom(&expression.filter[i].atom[n]);
    }
    return 0;
}

static void open_set(void) {
    host_hooks_init(&host);
    set = dpf_open(&host.hooks);
    if (!set)
        errx(CANNOT, "no memory");
}

static void insert(const char *text) {
    compile(text);
    for (unsigned i = 0; i < expression.filters; i++) {
        struct dpf_filter *f;
        enum dpf_fault fault;
        uint32_t at;
        int error = dpf_insert(set, expression.filter[i].atom, expression.filter[i].atoms,
                               (void *)(uintptr_t)text, &f, &fault, &at);
        if (error == -E_INVALID)
            errx(REFUSED, "%s: filter %u, atom %u: %s", text, i + 1, at + 1, dpf_says(fault));
        if (error && error != -E_EXISTS)
            errx(REFUSED, "%s: %s", text, error_sentence(error));
    }
}

/* --- show --- */

static void show_node(uint32_t n, int depth) {
    const struct dpf_node *node = dpf_node(set, n);
    const struct dpf_filter *f = set->entry[n].filter;
    printf("  [%zu bytes of code]", node->code.bytes);
    if (f != &dpf_nobody)
        printf("  = %s (%u bits)", (const char *)f->user, f->bits);
    printf("\n");
    for (const struct dpf_branch *b = node->branch; b; b = b->next) {
        const struct dpf_slot *slot;
        printf("%*s%s %u: %u byte%s & 0x%x\n", 4 * depth, "", b->key.shift ? "shift by" : "at",
               b->key.offset, b->key.bytes, b->key.bytes == 1 ? "" : "s", b->key.mask);
        for (uint32_t at = 0; (slot = dpf_table_next(&b->to, &at));) {
            printf("%*s%s", 4 * depth + 2, "", b->key.shift ? "->" : "");
            if (!b->key.shift)
                printf("as it lies 0x%x ->", slot->value);
            show_node(dpf_slot_node(slot), depth + 1);
        }
    }
}

static int show(char **text, int count) {
    open_set();
    for (int i = 0; i < count; i++)
        insert(text[i]);
    printf("root");
    show_node(DPF_ROOT, 1);
    struct dpf_size size = dpf_size(set);
    printf("%u filters, %u nodes, %u bytes of code, %u of other memory\n", size.filters, size.nodes,
           size.code_bytes, size.bytes);
    dpf_close(set);
    return 0;
}

/* --- check --- */

static void insert_object(const char *path) {
    static struct dpf_program program;
    static struct report why;
    const struct dpf_programmed how = {.program = &program};
    struct dpf_filter *f;
    enum dpf_fault fault;
    uint32_t at;
    FILE *file = fopen(path, "rb");
    if (!file)
        err(CANNOT, "%s", path);
    size_t length = fread(program.bytes, 1, sizeof program.bytes, file);
    fclose(file);
    if (!dpf_program_load(&program, (uint32_t)length, &host.hooks, &why))
        errx(REFUSED, "%s: %s", path, why.text);
    if (dpf_insert_chosen(set, NULL, 0, &dpf_programs, &how, &program, &f, &fault, &at))
        errx(CANNOT, "no memory");
}

static int check(const char *object, const char *capture, const char *text) {
    char why[PCAP_ERRBUF_SIZE];
    struct pcap_pkthdr *h;
    const u_char *frame;
    unsigned long frames = 0, taken = 0;
    int more;
    pcap_t *p = pcap_open_offline(capture, why);
    if (!p)
        errx(CANNOT, "%s%s%s", strstr(why, capture) ? "" : capture,
             strstr(why, capture) ? "" : ": ", why);
    open_set();
    if (object)
        insert_object(object);
    else
        insert(text);
    if (object)
        parse(text);
    while ((more = pcap_next_ex(p, &h, &frame)) == 1) {
        bool theirs = pcap_offline_filter(&expression.bpf, h, frame);
        frames++;
        taken += theirs;
        if (theirs != (dpf_find(set, frame, h->caplen) != NULL))
            errx(REFUSED, "%s: frame %lu is %staken by libpcap", capture, frames,
                 theirs ? "" : "not ");
    }
    if (more == -1)
        errx(CANNOT, "%s: %s", capture, pcap_geterr(p));
    printf("%lu of %lu frames\n", taken, frames);
    return 0;
}

int main(int argc, char **argv) {
    const char *what = argc > 2 ? argv[1] : "";
    if (!strcmp(what, "compile") && argc == 3)
        return print_atoms(argv[2]);
    if (!strcmp(what, "source") && argc == 3) {
        parse(argv[2]);
        expression_in_c(&expression, argv[2], stdout);
        return 0;
    }
    if (!strcmp(what, "show"))
        return show(argv + 2, argc - 2);
    if (!strcmp(what, "check") && argc == 4)
        return check(NULL, argv[2], argv[3]);
    if (!strcmp(what, "check") && argc == 6 && !strcmp(argv[2], "--object"))
        return check(argv[3], argv[4], argv[5]);
    fprintf(stderr,
            "Usage: dpf compile EXPRESSION      filters of atoms, as exo's kernel takes them\n"
            "       dpf source EXPRESSION       a filter in C\n"
            "       dpf show EXPRESSION...      what the kernel makes of all of them\n"
            "       dpf check [--object OBJECT] CAPTURE EXPRESSION\n"
            "                                   compares with libpcap, frame by frame\n"
            "EXPRESSION is libpcap's, as 'tcp dst port 80'. docs/exo/dpf.md has the rest.\n");
    return USAGE;
}
