/* SPDX-License-Identifier: MIT */
/* document.h -- a YAML document read into a structure by a table of its keys. libyaml makes the
 * tree and knows the lines; this file holds it against the table. Whatever is wrong becomes one
 * sentence with file, line, key and what is allowed:
 *
 *     experiments/syscall/experiment.yaml:9: systems[1]: 'linx' is none of these: spin exo linux
 * floor host
 *
 * The first thing wrong stands in d->error and turns every later call into a no-op, so readers need
 * no tests of their own.
 *
 *     static const struct document_key keys[] = {
 *         {"title", true, document_text, offsetof(struct experiment, title)},
 *         {"plus", false, document_number, offsetof(struct claim, plus)},
 *     };
 *     document_map(d, node, keys, 2, into); */
#ifndef HARNESS_DOCUMENT_H
#define HARNESS_DOCUMENT_H

#include <obstack.h>
#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

/* What one document may hold: tens of times what any of ours does. An alias is one node, and what
 * it stands for is read again each time; without aliases no document has DOCUMENT_READS_MAX. */
enum {
    DOCUMENT_BYTES_MAX = 256 << 10,
    DOCUMENT_DEPTH_MAX = 16,
    DOCUMENT_NODES_MAX = 5000,
    DOCUMENT_READS_MAX = 2 * DOCUMENT_NODES_MAX
};

struct document {
    const char *file;      /* as messages name it */
    struct obstack *store; /* strings and arrays that readers give out live here */
    yaml_document_t tree;
    size_t reads;    /* nodes that were looked at, each time */
    char path[160];  /* where the reading is: "claims[1].holds" */
    char error[640]; /* empty as long as all is well */
};

/* Reads NODE into the object at INTO, whose type the reader knows. */
typedef void document_reader(struct document *d, yaml_node_t *node, void *into);

struct document_key {
    const char *name;
    bool needed;
    document_reader *read;
    size_t offset; /* of the field in the structure that document_map fills */
};

struct document_list {
    void *items; /* an array in the store */
    size_t count;
};

struct document_pair {
    const char *key, *value;
    int line;
};

/* Parses TEXT, which must be one YAML document. Gives its root, or null with d->error set.
 * document_close is due in either case. */
yaml_node_t *document_open(struct document *d, const char *file, const char *text, size_t size,
                           struct obstack *store);
void document_close(struct document *d);

/* Records what is wrong at NODE, unless something is recorded already. */
void document_error(struct document *d, const yaml_node_t *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

int document_line(const yaml_node_t *node); /* from 1 */

/* Reads a mapping: each key goes to its reader; unknown, repeated and missing ones are errors. */
void document_map(struct document *d, yaml_node_t *node, const struct document_key *keys,
                  size_t count, void *into);

/* Reads a sequence of things of SIZE bytes each into *list, one by one with READ; they are zeroed
 * before. */
void document_sequence(struct document *d, yaml_node_t *node, struct document_list *list,
                       size_t size, document_reader *read);

/* The same of what may also be one thing alone, and then is a list of one. */
void document_sequence_or_one(struct document *d, yaml_node_t *node, struct document_list *list,
                              size_t size, document_reader *read);

/* Readers of single values. */
document_reader document_text;   /* const char *: not empty */
document_reader document_number; /* double: finite, not negative */
document_reader document_pairs;  /* struct document_list of struct document_pair: a mapping of free
                                    keys to texts */

/* Reads a text that must be one of the null-ended WORDS. */
const char *document_word(struct document *d, yaml_node_t *node, const char *const *words);

#endif
