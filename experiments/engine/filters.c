/* SPDX-License-Identifier: MIT */
/* filters.c -- see filters.h. */
#include "filters.h"

#include "lib/string.h"
#include "programs/contexts.h"

enum {
    PORT_OF_SAMPLE = 80,
    PORT_OF_NOBODY = 22,
    UDP = 17,
    SHORT_BYTES = 20,
};

static const struct jit_options options;
static struct verdict verdict;

static bool filter_open(struct filters *f, unsigned i, const struct sample *s) {
    return sample_variant(s, NETWORK_16(PORT_OF_SAMPLE), NETWORK_16(FILTERS_FIRST_PORT + i),
                          &f->program[i], &f->facts[i]) &&
           jit_compile(&f->program[i], f->hooks, &options, &f->code[i]);
}

static bool filters_merge(struct filters *f, const struct kind *kind) {
    static struct facts facts;
    struct trie_member member[FILTERS];
    struct trie all;
    struct kind of = *kind;
    of.entry.result.min = of.entry.result.max = 0; /* ten bits, and no longer a yes or no */
    for (unsigned i = 0; i < FILTERS; i++)
        member[i] = (struct trie_member){&f->program[i], &f->facts[i]};
    if (trie_create(&all, f->hooks, member, FILTERS) != TRIE_DONE)
        return false;
    bool made = verify(&all.program, &of, f->hooks, &facts, &verdict) &&
                jit_compile(&all.program, f->hooks, &options, &f->merged);
    trie_release(&all, f->hooks);
    return made;
}

const char *filters_open(struct filters *f, const struct sample *tcp_filter) {
    *f = (struct filters){.hooks = tcp_filter->hooks};
    for (unsigned i = 0; i < FILTERS; i++)
        if (!filter_open(f, i, tcp_filter))
            return "tcp_filter cannot be made for another port";
    return filters_merge(f, &tcp_filter->of->kind) ? NULL : "ten filters cannot be merged";
}

void filters_packet(struct packet *p, const char *name, const struct sample *tcp_filter) {
    struct tcp_frame *frame = (struct tcp_frame *)p->bytes;
    p->len = (size_t)((const uint8_t *)tcp_filter->end - tcp_filter->context);
    memcpy(p->bytes, tcp_filter->context, p->len);
    p->wanted = 0;
    if (strcmp(name, "last") == 0) {
        p->wanted = 1u << (FILTERS - 1);
    } else if (strcmp(name, "first") == 0) {
        p->wanted = 1;
        frame->target_port = NETWORK_16(FILTERS_FIRST_PORT);
    } else if (strcmp(name, "none") == 0) {
        frame->target_port = NETWORK_16(PORT_OF_NOBODY);
    } else if (strcmp(name, "udp") == 0) {
        frame->protocol = UDP;
    } else {
        p->len = SHORT_BYTES;
    }
}
