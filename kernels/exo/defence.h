/* SPDX-License-Identifier: MIT */
/* defence.h -- the rules that this kernel protects by, as far as an image without each of them is
 * built for tests (lib/defence.h; tests/end/run/exo_containment_test.sh has the attack on each).
 * Numbers, for assembly asks too. */
#ifndef EXO_DEFENCE_H
#define EXO_DEFENCE_H

#include "lib/defence.h"

#define DEFENCE_EXCESS 1 /* who keeps the processor after its slice's end is ended */
/* `syscall` lands where the environment wants it that is switched to; transferred to. */
#define DEFENCE_REFLECT_SWITCH   2
#define DEFENCE_REFLECT_TRANSFER 3
/* A reflected call goes on at an address of a user's. */
#define DEFENCE_REFLECT_ENTRY 4
/* Nothing of an ended environment stays in the base of fs. */
#define DEFENCE_FS_END 5
/* A frame that only pins hold is not pinned once more: the machine would panic. */
#define DEFENCE_PIN_HELD 6
/* A number that is no call changes nothing of the processor's. */
#define DEFENCE_TRANSFER_NUMBER 7
/* What the kernel had in a frame is cleared, whoever had that before. */
#define DEFENCE_FRAME_KERNEL 8
/* Control goes to one that is ready, takes it, and at an address of a user's; in a slice that is
 * not over; with the caller's id and no more than 16 words. Only who was asked may reply. */
#define DEFENCE_TRANSFER_READY 9
#define DEFENCE_TRANSFER_TAKES 10
#define DEFENCE_TRANSFER_ENTRY 11
#define DEFENCE_TRANSFER_LATE  12
#define DEFENCE_TRANSFER_ID    13
#define DEFENCE_TRANSFER_WORDS 14
#define DEFENCE_TRANSFER_REPLY 15
#define DEFENCE_TRANSFER_ONCE  16 /* and once */
/* A ring is memory that its receiver may write, pinned; messages come from whom it allows, say
 * from whom, and none is written over before it is taken. */
#define DEFENCE_RING_FRAME  17
#define DEFENCE_RING_WRITE  18
#define DEFENCE_RING_PIN    19
#define DEFENCE_RING_SENDER 20
#define DEFENCE_RING_FROM   21
#define DEFENCE_RING_FULL   22
#define DEFENCE_RING_ACL    23
/* A batch has calls that may be in one, ends at an error, and is not long. */
#define DEFENCE_BATCH_CALLS 24
#define DEFENCE_BATCH_ERROR 25
#define DEFENCE_BATCH_TIME  26
/* Page tables. No page is writable and executable, beyond EXO_TOP, or has
 * bits that are not an environment's. */
#define DEFENCE_PT_EXECUTE  27
#define DEFENCE_PT_TOP      28
#define DEFENCE_PT_BITS     29
#define DEFENCE_PT_OPENS    30 /* a frame is mapped by who may do so */
#define DEFENCE_PT_CLAIM    31 /* also a free one, with the rights of the capability */
#define DEFENCE_PT_COPY     32 /* and copied by who may read it */
#define DEFENCE_PT_FREE     33 /* what is to be free is */
#define DEFENCE_PT_WRITE    34 /* a page becomes writable by who may write its frame */
#define DEFENCE_PT_RUN      35 /* where a run goes on it is the run that was asked for */
#define DEFENCE_FRAME_CLEAR 36 /* what one left in a frame is cleared for another */
#define DEFENCE_RESERVE     37 /* some frames are left for the kernel */
/* Packets: a ring is page frames that its owner may write, pinned; what he has not taken is not
 * written over; no ring of one that has ended is filled. */
#define DEFENCE_PACKET_WRITE 7001
#define DEFENCE_PACKET_PIN   7002
#define DEFENCE_PACKET_ACL   7003
#define DEFENCE_PACKET_TAKEN 7004
#define DEFENCE_PACKET_DEAD  7005
/* What is sent may be read, the word be written, by who sends; not too many; and in no other's
 * name. */
#define DEFENCE_PACKET_READ   7006
#define DEFENCE_PACKET_WORD   7007
#define DEFENCE_PACKET_SENDS  7008
#define DEFENCE_PACKET_ENDED  7023 /* nor because of who had ended before */
#define DEFENCE_PACKET_MORE   7025 /* what the device has not heard of goes where its sender ends */
#define DEFENCE_PACKET_FORGED 7009
#define DEFENCE_PACKET_STILL  7013 /* still */
#define DEFENCE_PACKET_FLIES  7014 /* its frames stay until the device is done with them */
/* Filters are inserted by right, take nothing from whom they do not dominate, and are named by
 * right. */
#define DEFENCE_FILTER_RIGHT  7010
#define DEFENCE_FILTER_STEALS 7011
#define DEFENCE_FILTER_NAMED  7012
#define DEFENCE_FILTER_STEPS  7027 /* and take so many steps a frame at most, all together */
#define DEFENCE_NET_FEW       7026 /* of frames that may take long few are taken at once */
#define DEFENCE_FILTER_RING   7015 /* and fill the ring that they were bound to */
/* Who may reset an interface, and say what somebody may send: whose all of it is. */
#define DEFENCE_NIC_WHOLE 7016
/* Who withdraws a filter has more than its owner. What is revoked takes filters, rings, and copies
 * of others' packets along, which only has whose all of each interface is. */
#define DEFENCE_FILTER_ROOT     7017
#define DEFENCE_REVOKED_FILTER  7018
#define DEFENCE_REVOKED_PACKETS 7019
#define DEFENCE_TAP_RIGHT       7020
#define DEFENCE_TAP_ENDED       7024
#define DEFENCE_REVOKED_ASH     7022
#define DEFENCE_REVOKED_TAP     7021
/* Handlers at arrival. A region is page frames that its owner may write, pinned, and the handler
 * touches nothing behind it; it ends soon, keeps nothing elsewhere, and sees no frame of another's.
 * It runs for no one that has ended or lost the region, and in the time of its owner; it is set,
 * dropped and sent messages by right. */
#define DEFENCE_ASH_WRITE     7100
#define DEFENCE_ASH_PIN       7101
#define DEFENCE_ASH_REGION    7102
#define DEFENCE_ASH_BOUND     7103
#define DEFENCE_ASH_VARIABLES 7104
#define DEFENCE_ASH_CLEAN     7105
#define DEFENCE_ASH_DEAD      7106
#define DEFENCE_ASH_ACL       7107
#define DEFENCE_ASH_CHARGED   7108
#define DEFENCE_ASH_OWN       7109
#define DEFENCE_ASH_SENDER    7110
#define DEFENCE_ASH_ENDS      7115
/* What it sends is as its owner's template wants, and not too much. */
#define DEFENCE_ASH_FORGED 7111
#define DEFENCE_ASH_SENDS  7112
#define DEFENCE_ASH_ENDED  7116 /* nor too little, because of who had ended before */
/* A stage of a pipe leaves the loop's registers alone, and all of them take a bounded time. */
#define DEFENCE_PIPE_REGISTERS 7113
#define DEFENCE_PIPE_COST      7114
/* The same on the short path. */
#define DEFENCE_ONE_EXECUTE 38
#define DEFENCE_ONE_TOP     39
#define DEFENCE_ONE_BITS    40
#define DEFENCE_ONE_OPENS   41
#define DEFENCE_ONE_RIGHTS  42
#define DEFENCE_ONE_FLUSH   43 /* what is no more writable faults at once */
#define DEFENCE_TABLE_BUSY  44 /* a table with an entry is not freed */
#define DEFENCE_TABLE_FLUSH 45 /* one that was freed is seen no more */
#define DEFENCE_TABLE_TOP   46 /* no table of the kernel's is freed */
#define DEFENCE_QUOTA       47 /* what the kernel uses for an environment is charged to it */
#define DEFENCE_ENV_NAMED   48 /* another environment is acted on by capability */
/* Capabilities and access lists. */
#define DEFENCE_SLOT_0            49 /* slot 0 takes complete capabilities only */
#define DEFENCE_ACL_MODIFY        50 /* a list is changed by whom it permits that */
#define DEFENCE_ACL_OWNER         51 /* its first word stays the owner's */
#define DEFENCE_ACL_WORDS         52 /* no user's word in a list is a name of the kernel's */
#define DEFENCE_OFFER_TO          53 /* an offer is taken by whom it is made to */
#define DEFENCE_OFFER_KEY         54 /* who offers has the capability when it is taken */
#define DEFENCE_REVOKE            55 /* only from those who have it of oneself */
#define DEFENCE_REVOKED_COPY      56 /* no copy is made of what is being revoked */
#define DEFENCE_REVOKED_PAGES     57 /* mappings go with the capability */
#define DEFENCE_LIMIT             58 /* no more mappings and writers than the limits say */
#define DEFENCE_PIN               59 /* a frame is pinned by who may read it */
#define DEFENCE_REVOKE_TIME       60 /* no force before the time is over */
#define DEFENCE_REVOKE_DELAY      61 /* which nobody puts off */
#define DEFENCE_REVOKE_OWED       62 /* no more than was asked */
#define DEFENCE_REVOKE_KEPT       63 /* and nothing of the guaranteed minimum */
#define DEFENCE_REVOKE_LEAST      64 /* which is so many pages */
#define DEFENCE_REVOKE_HOME       65 /* nor of another's */
#define DEFENCE_ACL_QUOTA         66 /* lists are charged to who makes them */
#define DEFENCE_REVOKED_PREDICATE 67 /* predicates go with the capability */
#define DEFENCE_REVOKED_PIN       68 /* pins */
#define DEFENCE_REVOKED_RING      69 /* and rings */
#define DEFENCE_REVOKED_NAME      70 /* who gets a name anew sees nothing of who had it */
#define DEFENCE_REVOKED_DEAD      71 /* also where that one has ended */
#define DEFENCE_FORGE_NAME        72 /* a capability opens what its name begins */
#define DEFENCE_FORGE_RIGHTS      73 /* for what it permits */
#define DEFENCE_FORGE_GRANT       74 /* and makes others only if it may be handed on */
#define DEFENCE_ACL_RIGHTS        75 /* a word of a list opens for what it permits */
/* A position's budget ends its slices; what it keeps of them has a limit; both change only by its
 * access list. A timer interrupts only its owner, and puts off no slice's end. */
#define DEFENCE_BUDGET      76
#define DEFENCE_KEEPS       77
#define DEFENCE_TERMS_RIGHT 78
#define DEFENCE_TIMER_OWN   79
/* Nobody gives away a slice that is over; a yield goes to one that is ready, with no register of
 * the yielder's. A position changes its owner by its access list. A trap within a handler leaves
 * what tells of the first one. */
#define DEFENCE_YIELD_LATE   80
#define DEFENCE_YIELD_READY  81
#define DEFENCE_YIELD_CLEARS 82
#define DEFENCE_SLOT_RIGHT   83
#define DEFENCE_UPCALL_ONCE  84
/* Time after a slice's end is the position's, whoever took it; who gives its last position away in
 * its slice does not keep the processor. */
#define DEFENCE_EXCESS_POSITION 85
#define DEFENCE_LAST_SLICE      86
/* Nothing stays in vector registers for the next one. */
#define DEFENCE_VECTORS 87
/* An upcall goes to an address of a user's. */
#define DEFENCE_UPCALL_ENTRY 88
/* Only a quick call has a mode. */
#define DEFENCE_RESTART_CALLS 89
/* ExOS, in the library. */
#define DEFENCE_LEAVING       90 /* who is interrupted at a handler's end is still within the handler */
#define DEFENCE_LEAVING_TIMER 1027 /* also where his timer interrupts him */
#define DEFENCE_YIELDS        91   /* what was said of the next slice is said anew */
#define DEFENCE_BURY          92   /* what a killed process was about to make is ended */
/* A page that the kernel has by its frame is made private first; a child gets a copy at once. */
#define DEFENCE_WATCH_COPIES 93
#define DEFENCE_WATCH_FORK   94
/* A child has its parent's base of fs, and modes of floating point. */
#define DEFENCE_FORK_FS    95
#define DEFENCE_FORK_MODES 96
#define DEFENCE_LOCK_DEAD  97 /* a killed holder's lock is taken over */
/* What a process that ended had open is nobody's; the number of a page of the file
 * system is one; what is written to a private mapping of a file is nobody else's; the file stays
 * as long as it is mapped; a pager within a fault gives no page away. */
#define DEFENCE_FILES_SWEEP  98
#define DEFENCE_FILES_LIMITS 99
#define DEFENCE_MAP_PRIVATE  100
#define DEFENCE_MAP_KEEPS    101
#define DEFENCE_PAGER_BUSY   102
/* A page that comes from a disk comes into a frame of its own; a child has none of its parent's
 * blocks. */
#define DEFENCE_PAGER_FRAME 4040
#define DEFENCE_PAGER_OWNER 4041
/* What a mapping may write while the device reads is another version; and the frame stays. */
#define DEFENCE_XN_WRITTEN_AGAIN 4042
#define DEFENCE_XN_EVICT_FLYING  4043
/* A clone is made by who may write the original, ends with it, and leaves no u-area behind. */
#define DEFENCE_CLONE_RIGHT 103
#define DEFENCE_CLONE_ENDS  104
#define DEFENCE_CLONE_FLUSH 105
/* Protected methods, in the library: what one that trapped had in registers is cleared; an end of a
 * pipe is only its own. */
#define DEFENCE_METHOD_CLEAR 106
#define DEFENCE_PIPES_OWNER  107
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
/* ExOS' sockets: what a process wrote is sent though it has ended; */
#define DEFENCE_SOCKET_LEAVE  7201
#define DEFENCE_SOCKET_SPOILT 7202 /* words of others' are checked where they are used; */
#define DEFENCE_NET_UNREAD    7203 /* and that he did not read is told. */

#define DEFENCE_CHEETAH_HALF_OPEN     7260
#define DEFENCE_CHEETAH_DISPLACE      7261
#define DEFENCE_CHEETAH_PATIENCE_ENDS 7262
#define DEFENCE_CHEETAH_PAGES         7263
#define DEFENCE_CHEETAH_VERSION       7264
#define DEFENCE_CHEETAH_STRETCH       7265
#define DEFENCE_CHEETAH_CHECKSUM      7266

#endif
