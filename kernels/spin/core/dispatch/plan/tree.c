/* SPDX-License-Identifier: MIT */
/* tree.c -- see tree.h. Functions that make a node take over the subtrees that they are given. */
#include "spin/core/dispatch/plan/tree.h"

#include "spin/core/dispatch/binding/dispatcher.h"

struct tree *tree_hold(struct tree *t) {
    if (t)
        t->holds++;
    return t;
}

void tree_let_go(struct tree *t) {
    if (!t || --t->holds)
        return;
    tree_let_go(t->lower);
    tree_let_go(t->higher);
    piece_let_go(t->range.piece);
    dispatcher_release(t, sizeof *t);
}

static int height(const struct tree *t) {
    return t ? t->height : 0;
}

static struct tree *node(const struct tree_range *range, struct tree *lower, struct tree *higher,
                         bool *failed) {
    struct tree *t = *failed ? NULL : dispatcher_allocate(sizeof *t);
    if (!t) {
        *failed = true;
        tree_let_go(lower);
        tree_let_go(higher);
        return NULL;
    }
    int deepest = height(lower) > height(higher) ? height(lower) : height(higher);
    *t = (struct tree){.range = *range,
                       .code = range->piece->code.code.run,
                       .lower = lower,
                       .higher = higher,
                       .holds = 1,
                       .height = (uint8_t)(deepest + 1)};
    piece_hold(range->piece);
    return t;
}

/* The lower side is two deeper: one of its nodes comes up. */
static struct tree *turn_up_lower(const struct tree_range *range, struct tree *lower,
                                  struct tree *higher, bool *failed) {
    struct tree *a = lower->lower, *b = lower->higher, *t;
    if (height(a) >= height(b))
        t = node(&lower->range, tree_hold(a), node(range, tree_hold(b), higher, failed), failed);
    else
        t = node(&b->range, node(&lower->range, tree_hold(a), tree_hold(b->lower), failed),
                 node(range, tree_hold(b->higher), higher, failed), failed);
    tree_let_go(lower);
    return t;
}

static struct tree *turn_up_higher(const struct tree_range *range, struct tree *lower,
                                   struct tree *higher, bool *failed) {
    struct tree *a = higher->lower, *b = higher->higher, *t;
    if (height(b) >= height(a))
        t = node(&higher->range, node(range, lower, tree_hold(a), failed), tree_hold(b), failed);
    else
        t = node(&a->range, node(range, lower, tree_hold(a->lower), failed),
                 node(&higher->range, tree_hold(a->higher), tree_hold(b), failed), failed);
    tree_let_go(higher);
    return t;
}

/* Of subtrees whose depths differ by two at most. */
static struct tree *balance(const struct tree_range *range, struct tree *lower, struct tree *higher,
                            bool *failed) {
    if (!*failed && height(lower) > height(higher) + 1)
        return turn_up_lower(range, lower, higher, failed);
    if (!*failed && height(higher) > height(lower) + 1)
        return turn_up_higher(range, lower, higher, failed);
    return node(range, lower, higher, failed);
}

struct tree *tree_with(struct tree *t, const struct tree_range *range, bool *failed) {
    if (!t)
        return node(range, NULL, NULL, failed);
    if (range->low == t->range.low)
        return node(range, tree_hold(t->lower), tree_hold(t->higher), failed);
    if (range->low < t->range.low)
        return balance(&t->range, tree_with(t->lower, range, failed), tree_hold(t->higher), failed);
    return balance(&t->range, tree_hold(t->lower), tree_with(t->higher, range, failed), failed);
}

struct tree *tree_without(struct tree *t, uint64_t low, bool *failed) {
    if (low < t->range.low)
        return balance(&t->range, tree_without(t->lower, low, failed), tree_hold(t->higher),
                       failed);
    if (low > t->range.low)
        return balance(&t->range, tree_hold(t->lower), tree_without(t->higher, low, failed),
                       failed);
    if (!t->lower || !t->higher)
        return tree_hold(t->lower ? t->lower : t->higher);
    const struct tree *next = t->higher;
    while (next->lower)
        next = next->lower;
    return balance(&next->range, tree_hold(t->lower),
                   tree_without(t->higher, next->range.low, failed), failed);
}

const struct tree *tree_find(const struct tree *t, uint64_t low, uint64_t high) {
    while (t && (high < t->range.low || low > t->range.high))
        t = high < t->range.low ? t->lower : t->higher;
    return t;
}
