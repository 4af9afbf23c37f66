/* SPDX-License-Identifier: MIT */
/* tree.h -- which piece is for a number: ranges of numbers, no two of which overlap, in a balanced
 * tree (Adelson-Velsky and Landis, 1962). Trees never change, and share what they have in common:
 * one range more or less makes as many nodes as the tree is deep. Machine code walks them. */
#ifndef SPIN_DISPATCH_TREE_H
#define SPIN_DISPATCH_TREE_H

#include "spin/core/dispatch/plan/piece.h"

struct tree_range {
    uint64_t low, high;
    struct piece *piece; /* with code */
};

struct tree {
    struct tree_range range;
    const uint8_t *code;         /* of the piece */
    struct tree *lower, *higher; /* or null */
    uint32_t holds;
    uint8_t height;
};

/* Null is the empty tree. Those below hold what they give once more, and keep what they are given;
 * *failed is set, and null given, when memory lacks. */

/* With the range, in the place of one of the same `low`; otherwise it overlaps none. */
struct tree *tree_with(struct tree *tree, const struct tree_range *range, bool *failed);
/* Without the range that begins at `low`, which is there. */
struct tree *tree_without(struct tree *tree, uint64_t low, bool *failed);
/* Null is allowed. */
struct tree *tree_hold(struct tree *tree);
void tree_let_go(struct tree *tree);

/* One that overlaps [low, high], or null. */
const struct tree *tree_find(const struct tree *tree, uint64_t low, uint64_t high);

#endif
