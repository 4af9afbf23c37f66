/* SPDX-License-Identifier: MIT */
/* defence_disk.h -- of defence.h, the rules of disks: XN, proxy nodes, file systems. */
#ifndef EXO_DEFENCE_DISK_H
#define EXO_DEFENCE_DISK_H

/* XN's types and changes of metadata (xn/type; the attacks are in tests/unit/exo/xn). A window is
 * within what the device writes whole, shares no byte with another, and has none that is written
 * without asking. */
#define DEFENCE_XN_ATOM     1000
#define DEFENCE_XN_DISJOINT 1001
#define DEFENCE_XN_RAW      1002
#define DEFENCE_XN_ZEROS    1003 /* a block of zeros owns nothing */
#define DEFENCE_XN_NAMED    1004 /* a name stands for one body */
/* What is owned differs by what is named: type and length, too. */
#define DEFENCE_XN_SETS   1005
#define DEFENCE_XN_TYPED  1006
#define DEFENCE_XN_LENGTH 1007
/* Bytes that change are the named partition's, or no partition's. */
#define DEFENCE_XN_WINDOW 1008
/* A function finds nothing that an earlier run left in what it is to fill in. */
#define DEFENCE_XN_CLEARED 1009
#define DEFENCE_XN_MOST    1010 /* more than the limit is no answer */
/* A union's field changes once, while nothing is owned, and nothing is written beside it before. */
#define DEFENCE_XN_CHOICE 1011
#define DEFENCE_XN_CHOSEN 1012
#define DEFENCE_XN_SIZE   1013 /* no partition beyond the size owns anything */
#define DEFENCE_XN_ACL    1014 /* acl is asked */
#define DEFENCE_XN_DEPTH  1015 /* so many, and no more */
#define DEFENCE_XN_MOVE   1016 /* within one block a move is written whole */
#define DEFENCE_XN_COST   1017 /* all partitions of a block are asked in a bounded time */
#define DEFENCE_XN_SOUND  1018 /* what is owned is of a type, within the volume */
#define DEFENCE_XN_OWNER  1019 /* design "self": a pointer names the block that it stands in */
#define DEFENCE_XN_APART  1021 /* a swap is of two different things */
#define DEFENCE_XN_WORD   1020 /* design "capability": who uses a block has its word */
/* A volume (xn/store; the attacks are in tests/unit/exo/xn): what is freed is free when no version
 * on the disk has its pointer. */
#define DEFENCE_XN_WILL_FREE   2000
#define DEFENCE_XN_FREE_AT_END 2001 /* at the end of the write that had none */
#define DEFENCE_XN_FLUSHED     2002 /* and of a flush */
#define DEFENCE_XN_HELD        2003 /* nor may it move again before */
/* No root reaches metadata that were never written: counted edges, through all levels, kept though
 * a block leaves core. */
#define DEFENCE_XN_TAINT            2004
#define DEFENCE_XN_TAINT_TRANSITIVE 2005
#define DEFENCE_XN_TAINT_COUNT      2006
#define DEFENCE_XN_TAINT_LEFT       2033
#define DEFENCE_XN_EDGE_STAYS       2007
/* An object that moves is on the disk at its new place before it leaves its old one. */
#define DEFENCE_XN_MOVE_EDGE      2008
#define DEFENCE_XN_MOVE_ANCESTORS 2009
#define DEFENCE_XN_WAITS          2010
#define DEFENCE_XN_CIRCLE         2011 /* no circle, not even later */
#define DEFENCE_XN_YOUNG_WAITS    2012
/* What was written after a write began is written again; what failed, too. */
#define DEFENCE_XN_DIRTY_AT_BEGIN 2013
#define DEFENCE_XN_FAILED_DIRTY   2014
#define DEFENCE_XN_EVICT_CLEAN    2015
#define DEFENCE_XN_IN_FLIGHT      2016 /* metadata do not change under the device */
#define DEFENCE_XN_FREE_IN_FLIGHT 2017 /* no write that ends late hits what is used again */
/* The volume is unclean on the disk before anything else of it is written, and clean after; what it
 * says then is not believed otherwise. */
#define DEFENCE_XN_UNCLEAN_FIRST   2018
#define DEFENCE_XN_CLEAN_LAST      2019
#define DEFENCE_XN_MAP_BELIEVED    2020
#define DEFENCE_XN_RECOVERED_FIRST 2021 /* what recovery changed is on the disk first */
#define DEFENCE_XN_RECOVERED_WAITS 2035 /* and is changed again when a parent vouches */
#define DEFENCE_XN_TEMPORARY       2022 /* temporary trees are empty after a crash */
#define DEFENCE_XN_DUPLICATE       2023 /* a block has one owner */
/* The registry. */
#define DEFENCE_XN_QUOTA        2024
#define DEFENCE_XN_LOCK         2025
#define DEFENCE_XN_TOO_DEEP     2026
#define DEFENCE_XN_TREE         2027 /* no tree is its own child */
#define DEFENCE_XN_ALLOCATED    2028
#define DEFENCE_XN_OWNS_NOTHING 2029 /* metadata that are freed own nothing */
#define DEFENCE_XN_VOUCHED      2034 /* metadata that are freed are known by their parent */
#define DEFENCE_XN_STALE        2030
#define DEFENCE_XN_FRESH_ZEROS  2031
#define DEFENCE_XN_SPECULATION  2032 /* what nobody vouched for is not seen */

/* Disks. A request is within the disk, by a capability for its blocks and one for its frames, which
 * stay until its end, as its word does. No more than the quota of one environment. */
#define DEFENCE_DISK_RANGE 3000
#define DEFENCE_DISK_RIGHT 3001
#define DEFENCE_DISK_FRAME 3002
#define DEFENCE_DISK_PIN   3003
#define DEFENCE_DISK_WORD  3004 /* who lost the word's frame is told nothing there */
#define DEFENCE_DISK_DEAD  3005 /* for who has ended nothing is begun */
#define DEFENCE_DISK_QUOTA 3006
#define DEFENCE_DISK_RESET 3007
#define DEFENCE_DISK_STILL 3008 /* who lost a right while he waited has nothing done by it */
/* Proxy nodes: of one whose maker has ended, or that was made of what is gone, nothing is left;
 * what is asked is in it and in what it was made of, as its list says; who may only read makes what
 * only reads; blocks are taken once, and added by whom the disk or the other one lets. */
#define DEFENCE_PXN_OWNER   3010
#define DEFENCE_PXN_LINEAGE 3011
#define DEFENCE_PXN_EXTENT  3012
#define DEFENCE_PXN_FROZEN  3013
#define DEFENCE_PXN_ACL     3014
#define DEFENCE_PXN_MAP     3015
#define DEFENCE_PXN_ADD     3016
#define DEFENCE_PXN_MODIFY  3017
#define DEFENCE_PXN_TOLD    4044 /* who loses blocks is told */
#define DEFENCE_PXN_SHARE   4048 /* many of them in several calls */
/* The same on the short path. */
#define DEFENCE_DISK_ONE_RIGHT 3022
#define DEFENCE_DISK_ONE_FRAME 3023
/* A handler reads on where its environment may, and as far as there are frames. */
#define DEFENCE_ASH_RIGHT  3020
#define DEFENCE_ASH_FRAMES 3021

/* Page frames that hold blocks: nobody has a right to them; they are put there by who may write
 * them, and by then written by nobody else, no device either; a volume is mounted by who may do all
 * on its disk. */
#define DEFENCE_BLOCK_ACL    4000
#define DEFENCE_BLOCK_TAKE   4001
#define DEFENCE_BLOCK_WRITER 4002
#define DEFENCE_BLOCK_PINNED 4003
#define DEFENCE_XN_MOUNT     4004
/* No type is in the catalogue that a mount cannot import. */
#define DEFENCE_XN_PARTS_FIRST 4005
/* The same on the short path of a pointer that comes or goes. */
#define DEFENCE_XN_QUICK_SETS    1022
#define DEFENCE_XN_QUICK_CLEARED 1023
#define DEFENCE_XN_QUICK_WINDOW  1024
#define DEFENCE_XN_QUICK_SOUND   1025
/* Where no type has a say, the root's owner has; and where one has, it is asked. */
#define DEFENCE_XN_ROOT_OWNER 4006
#define DEFENCE_XN_ACL_ASKED  4007
/* Nothing is written to a block before its word says on the disk whose it is; who is vouched for by
 * a word stands where it stands. */
#define DEFENCE_XN_WORD_FIRST 4008
#define DEFENCE_XN_WORD_TREE  4009
/* What settles counts the levels that learn of it. */
#define DEFENCE_XN_SETTLE_SHARE 4010
#define DEFENCE_XN_KEPT_LAST    4011 /* of two owners the one that the type says */
#define DEFENCE_XN_TRIED        1026 /* zeros are tried, whatever is done between two partitions */
/* Frames are passed on by who may read the one block and modify the other, and only such as the
 * disk has, too, and as are in nobody's memory. */
#define DEFENCE_XN_REBIND_READ   3034
#define DEFENCE_XN_REBIND_MODIFY 3035
#define DEFENCE_XN_REBIND_MAPPED 3036
#define DEFENCE_XN_REBIND_DIRTY  3037
/* Who asked is told which block he needs, and nobody else. An import is of one volume, and goes on
 * there; the catalogue does not change under the device. */
#define DEFENCE_XN_NEED_OWN        4045
#define DEFENCE_XN_IMPORT_VOLUME   4046
#define DEFENCE_XN_CATALOGUE_FLIES 4047
/* Files on disks in ExOS: nobody else's window shows what is to go; a number of a node names no
 * other file; what one that was killed had begun is finished. */
#define DEFENCE_VOLUME_ALONE 3030
#define DEFENCE_VOLUME_NODE  3031
#define DEFENCE_VOLUME_MEND  3032
#define DEFENCE_VOLUME_SHOWN 3033 /* what is in somebody's memory is not unlinked */
#define DEFENCE_VOLUME_TEXT  4030 /* nor written, if it is a program that runs */
/* C-FFS. What an fsync promises: the file's data are written, and the disk told to keep them, the
 * name's block, and those above it. */
#define DEFENCE_CFFS_FSYNC_DATA  6000
#define DEFENCE_CFFS_FSYNC_FLUSH 6001
#define DEFENCE_CFFS_FSYNC_NAME  6002
#define DEFENCE_CFFS_FSYNC_ABOVE 6003
/* Of two of a name in a block the younger counts, and it is on the disk before the other goes. */
#define DEFENCE_CFFS_OVER_NEWEST 6004
#define DEFENCE_CFFS_OVER_SYNC   6005
#define DEFENCE_CFFS_CHECK_NEWER 6006
/* What moves says from where, is there before it is not here, and the check finishes it. */
#define DEFENCE_CFFS_MOVE_FROM  6007
#define DEFENCE_CFFS_MOVE_ORDER 6008
#define DEFENCE_CFFS_CHECK_MOVE 6009
/* What is behind a file's end is 0 before it grows; a hint is compared with the directory. */
#define DEFENCE_CFFS_TAIL        6010
#define DEFENCE_CFFS_HINT        6011
#define DEFENCE_CFFS_CHECK_QUOTA 6012 /* quotas are counted anew */
/* alfs: data are on the disk before a record says so; what is overwritten gets a new place; a block
 * of the log goes when what counts in it is elsewhere; names are out of a directory before it goes;
 * a file that was cut grows when the disk knows of the cut. */
#define DEFENCE_ALFS_DATA_FIRST    3040
#define DEFENCE_ALFS_NEW_PLACE     3041
#define DEFENCE_ALFS_COPIED_FIRST  3042
#define DEFENCE_ALFS_EMPTIED_FIRST 3043
#define DEFENCE_ALFS_CUT_FIRST     3044
/* Cheetah. A quarter of its connections may be half open; who only waits makes place for who comes;
 * who is slow is reset; who has a page and no request gives it up; an answer is of one version of a
 * file, and so are checksums; a segment that was damaged is none. */

#endif
