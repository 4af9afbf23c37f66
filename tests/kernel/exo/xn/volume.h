/* SPDX-License-Identifier: MIT */
/* volume.h -- for checks of XN: a volume on the first disk's first blocks, of design "template",
 * with one type of metadata: eight windows of eight pointers. The disk is
 * tests/end/disk/exo_disk_test.sh's, whose other checks have other blocks. */
#ifndef TESTS_EXO_VOLUME_H
#define TESTS_EXO_VOLUME_H

#include "exo/libos/disk/xn_core.h"
#include "exo/libos/disk/xn_store.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/uarea.h"
#include "exo/xn/type/meta.h"
#include "lib/error.h"
#include "measure/bench.h"

#define BLOCKS    1000
#define NODE      8 /* the type's number */
#define PAGE      4096ul
#define WINDOW_AT 0x540000000000ul /* the store's */
#define HERE      0x548000000000ul /* pages of a check's own */
#define WINDOW    96
#define DATA      (EXO_WRITE | EXO_NO_EXEC)

/* A new volume, mounted, with a root of type NODE; false: the check is skipped, or failed. */
bool volume_begin(struct check *c);
/* The same of another design, with nothing on it. */
bool volume_empty(struct check *c, enum xn_design design);
/* Another one on the second disk, without a store: 0, or an error; to be abandoned. */
long volume_second(enum xn_design design);
/* The volume that the disk has, mounted; false: the check is skipped, for it has none. */
bool volume_there(struct check *c);
/* Mounted again, as another one would: what was not written is lost. */
bool volume_again(struct check *c);
void volume_end(void);
extern struct xn_store xn_store;
extern struct store_child root;

/* A change of one range of bytes. */
struct xn_changes changed(unsigned at, const void *bytes, unsigned count);
/* Of pointer `i` of the node: owns so many blocks of that type; 0: nothing. */
struct xn_changes pointer(unsigned i, struct xn_extent child);
static inline struct xn_extent extent(uint32_t block, unsigned count, unsigned type) {
    return (struct xn_extent){
        .block = block, .count = (unsigned short)count, .type = (unsigned char)type};
}
/* The root's pointer i, and the raw call: no second try. */
long alloc(unsigned i, struct xn_extent child);
long give_up(unsigned i, struct xn_extent child);
/* A call on a block below the root's partition 0. */
long block_call(unsigned operation, uint32_t block, uint64_t what, uint64_t more);
/* A block of data below the root's pointer i, in core, with this word in it, mapped nowhere. */
uint32_t data_block(struct check *c, unsigned i, uint64_t word);
/* The first word of a block as the disk has it, and as it is to have it. */
long disk_word(uint32_t block, uint64_t *word);
long disk_word_set(uint32_t block, uint64_t word);
uint64_t free_frame(void);
const volatile struct xn_entry *entry_of(uint32_t block);
/* Writes these back, and flushes. */
long write_out(uint32_t block);

#endif
