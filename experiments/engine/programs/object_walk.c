/* SPDX-License-Identifier: MIT */
/* object_walk.c -- follows pointers from object to object and adds up the weights of those in state
 * 1. The pointers are the kernel's: a program can follow them and cannot make one. */
#include "contexts.h"

longest object_walk(const struct list_object *first);
longest object_walk(const struct list_object *first) {
    longest sum = 0;
    const struct list_object *o = first;
    for (word i = 0; i < WALK_OBJECTS && o; i++) {
        if (o->state == 1)
            sum += o->weight;
        o = o->next;
    }
    return sum;
}
