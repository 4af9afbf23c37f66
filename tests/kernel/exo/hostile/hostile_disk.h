/* SPDX-License-Identifier: MIT */
/* hostile_disk.h -- what hostile calls of disks are about: blocks, changes, proxy nodes. */
#ifndef TESTS_EXO_HOSTILE_DISK_H
#define TESTS_EXO_HOSTILE_DISK_H

#include "exo/abi.h"
#include "exo/xn/type/udf.h"

/* Any number below n; n is not 0. */
uint64_t below(uint64_t n);

/* A block of the volume, most often one near the root that is anybody's. */
uint64_t some_block(void);
/* The word of an extent. */
uint64_t some_extent(void);
/* EXO_XN_AT, most often of the root's first partition. */
uint64_t some_place(void);
/* One pointer of the root's first partition that is free becomes another one, or one that is used
 * none, mostly. */
void fill_changes(struct xn_changes *changes);
/* The word of the child that these changes are about; and of enum xn_operation what they are. */
uint64_t changed_child(void), changed_how(void);
/* The id of a proxy node that there is, mostly. */
uint64_t some_node(void);

#endif
