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
    BODY_MAX_BYTES = 1024
};

static const struct jit_options options;
static struct verdict verdict;

/* Writes port `to` over the one immediate that is the sample's; false if there is another number of
 * them. */
static bool port_replace(uint8_t *body, size_t len, uint16_t to) {
    const uint32_t was = NETWORK_16(PORT_OF_SAMPLE), wanted = NETWORK_16(to);
    unsigned found = 0;
    for (size_t at = 4; at < len; at += INSN_BYTES)
        if (memcmp(body + at, &was, sizeof was) == 0) {
            memcpy(body + at, &wanted, sizeof wanted);
            found++;
        }
    return found == 1;
}

static bool filter_open(struct filters *f, unsigned i, const struct sample *s) {
    uint8_t body[BODY_MAX_BYTES];
    const size_t len = (size_t)s->object.slots * INSN_BYTES;
    struct refusal undecodable;
    if (len > sizeof body)
        return false;
    memcpy(body, s->object.code, len);
    return port_replace(body, len, (uint16_t)(FILTERS_FIRST_PORT + i)) &&
           program_decode(&f->program[i], f->hooks, body, len, &undecodable) &&
           verify(&f->program[i], &s->of->kind, f->hooks, &f->facts[i], &verdict) &&
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
