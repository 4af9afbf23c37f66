/* SPDX-License-Identifier: MIT */
/* lpm.c -- longest prefix match: the hop of the most specific route to an IPv4 address, by a walk
 * of a binary trie. */
#include "contexts.h"

longest lpm(const struct lpm_context *c);
longest lpm(const struct lpm_context *c) {
    word at = 0, hop = 0, address = c->address;
    for (word depth = 0; depth <= 32; depth++) {
        const struct trie_node *n = &c->node[at & (TRIE_NODES - 1)];
        if (n->hop)
            hop = n->hop;
        at = n->child[address >> 31];
        if (at == 0)
            break;
        address <<= 1;
    }
    return hop;
}
