/* SPDX-License-Identifier: MIT */
/* list.h -- a ring of nodes, each inside the structure that it links. An empty list is a head that
 * points to itself; a node that is in no list likewise, so that list_remove may be called twice. */
#ifndef LIB_LIST_H
#define LIB_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *next, *previous;
};

#define LIST_INIT(head)                                                                            \
    { &(head), &(head) }
#define container_of(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))
#define list_each(node, head)                                                                      \
    for (struct list *node = (head)->next, *next_##node = node->next; node != (head);              \
         node = next_##node, next_##node = node->next) /* the node may be removed in the body */

static inline void list_init(struct list *head) {
    head->next = head->previous = head;
}

static inline bool list_empty(const struct list *head) {
    return head->next == head;
}

static inline void list_insert_after(struct list *where, struct list *node) {
    node->previous = where;
    node->next = where->next;
    where->next->previous = node;
    where->next = node;
}

static inline void list_push_front(struct list *head, struct list *node) {
    list_insert_after(head, node);
}

static inline void list_push_back(struct list *head, struct list *node) {
    list_insert_after(head->previous, node);
}

static inline void list_remove(struct list *node) {
    node->previous->next = node->next;
    node->next->previous = node->previous;
    list_init(node);
}

/* The first node, taken out, or null. */
static inline struct list *list_pop_front(struct list *head) {
    struct list *node = head->next;
    if (node == head)
        return NULL;
    list_remove(node);
    return node;
}

#endif
