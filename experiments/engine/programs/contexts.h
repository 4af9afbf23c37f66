/* SPDX-License-Identifier: MIT */
/* contexts.h -- what the sample programs are given, for the programs and for their callers.
 * Compiled for the BPF machine and for others: widths are spelled out, and nothing is included. */
#ifndef ENGINE_PROGRAMS_CONTEXTS_H
#define ENGINE_PROGRAMS_CONTEXTS_H

typedef unsigned char byte;
typedef unsigned short half;   /* 16 bits */
typedef unsigned int word;     /* 32 bits */
typedef unsigned long longest; /* 64 bits */

/* The byte order of the network is the other one. */
#define NETWORK_16(x) __builtin_bswap16((half)(x))
#define NETWORK_32(x) __builtin_bswap32((word)(x))

/* An event as guards see it: the arguments of a raise. */
struct event_context {
    word protocol, source_port, target_port, source, target;
    word length, flags, device, user, priority;
};

/* The first bytes of a frame up to TCP's ports; IPv4's header may be longer than this one. */
struct tcp_frame {
    byte ethernet_target[6], ethernet_source[6];
    half ethernet_type;
    byte version_and_length, service;
    half total_length, id, fragment;
    byte time_to_live, protocol;
    half checksum, source[2], target[2];
    half source_port, target_port;
};

struct checksum_64_context {
    half data[32];
};

struct checksum_1500_context {
    half data[750];
};

struct fnv_context {
    byte key[64];
};

#define SEARCH_VALUES 1024
struct search_context {
    word wanted;
    word value[SEARCH_VALUES]; /* ascending */
};

#define SORT_VALUES 64
struct sort_context {
    word unsorted[SORT_VALUES];
    word sorted[SORT_VALUES]; /* written */
};

/* What an exokernel exposes to a wakeup predicate, read-only. */
struct wakeup_context {
    word ring_head, ring_tail;
    longest now, deadline;
    longest signals, masked;
    word free_pages, wanted_pages;
};

/* A block of pointers to blocks, and the extents that it says it owns. */
#define MAP_BLOCKS 64
struct extent {
    word first, count;
};
struct map_context {
    word block[MAP_BLOCKS];          /* 0: none */
    struct extent owned[MAP_BLOCKS]; /* written */
};

/* A binary trie of prefixes: node 0 is the root; a child that is 0 is none. */
#define TRIE_NODES 256
struct trie_node {
    half child[2];
    word hop; /* 0: no route ends here */
};
struct lpm_context {
    word address; /* most significant bit first */
    struct trie_node node[TRIE_NODES];
};

struct string_context {
    byte left[64], right[64]; /* each ends with a zero, or at its 64th character */
};

/* Objects that point at each other. A walk may follow `next`, and look at the rest. */
struct list_object {
    struct list_object *next;
    longest weight;
    word state, spare;
};
#define WALK_OBJECTS 16

#endif
