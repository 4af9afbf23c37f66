/* SPDX-License-Identifier: MIT */
/* blocks.h -- what the program `blocks` does with a volume that its creator mounted, by its
 * argument, whose upper half is its creator: it yields to him after each step. */
#ifndef TESTS_EXO_BLOCKS_H
#define TESTS_EXO_BLOCKS_H

enum blocks_case {
    BLOCKS_LIBRARY, /* a library of its own: shows a block, says what it sees, writes into it */
    BLOCKS_FILES,   /* C-FFS: reads the file "shared" */
    BLOCKS_NODE,    /* makes a proxy node of BLOCKS_PARENT with 8 blocks from BLOCKS_BLOCK on, and
                     * says what it is told of losses, and of a read of the fifth; and BLOCKS_PARTITION
                     * more without any */
    BLOCKS_NODES,   /* makes one more proxy node of BLOCKS_PARENT at each step */
    BLOCKS_NEED,    /* maps a block that is not in core, and says which one it was told to read */
    BLOCKS_WRITE,   /* asks for a write back, and does not wait for its end */
};

/* Words of its u-area: what it is told, and what it says. */
enum blocks_words {
    BLOCKS_BLOCK,
    BLOCKS_PARENT,
    BLOCKS_PARTITION,
    BLOCKS_ERROR, /* of a call; 0: none */
    BLOCKS_FRAME, /* that is mapped there */
    BLOCKS_FOUND, /* that the registry names */
    BLOCKS_WORD,  /* the block's first */
    BLOCKS_ID,    /* of the node... */
    BLOCKS_LOST,  /* ...and of the one that lost some, and its kind: as many words as were lost */
    BLOCKS_KIND,
    BLOCKS_LOSSES,
    BLOCKS_EXTENT, /* the first that is out of reach: block, << 32 count; 0: none */
};

#define BLOCKS_WRITES 0x5ec0ddadb10c0000ul

#endif
