/* SPDX-License-Identifier: MIT */
/* expression.h -- libpcap's expressions in the kernel's two languages of packet filters: as lists
 * of atoms, and as a program in C.
 *
 * libpcap compiles an expression to BPF. Each way through that which ends by taking the packet is a
 * list of conditions: one filter of atoms. Conditions with "not" are none for atoms; they are left
 * out where what is taken then is what the expression takes, as of alternatives that are asked one
 * after the other. Where it is not, or where an order is asked for, or something is computed, the
 * expression is refused, and the condition named. */
#ifndef DPF_EXPRESSION_H
#define DPF_EXPRESSION_H

#include <pcap/pcap.h>
#include <stdio.h>

#include "exo/dpf/dpf.h"

#define EXPRESSION_FILTERS 32

struct expression {
    struct bpf_program bpf;
    unsigned filters;
    struct expression_filter {
        struct dpf_atom atom[DPF_ATOMS];
        uint32_t atoms;
    } filter[EXPRESSION_FILTERS];
    char why[256]; /* it is refused */
};

/* To BPF: false, and *why is set. expression_free afterwards. */
bool expression_parse(struct expression *e, const char *text);
void expression_free(struct expression *e);
/* From there to filters of atoms, which take together what the expression takes: false, and *why is
 * set. */
bool expression_atoms(struct expression *e);
/* To a program in C (exo/dpf/program), for any expression. */
void expression_in_c(const struct expression *e, const char *text, FILE *to);

/* What is wrong, as a sentence. */
const char *dpf_says(enum dpf_fault fault);

#endif
