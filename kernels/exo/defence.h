/* SPDX-License-Identifier: MIT */
/* defence.h -- the rules that this kernel protects by, as far as an image without each of them is
 * built for tests (lib/defence.h; tests/end/run/exo_containment_test.sh has the attack on each).
 * Numbers, for assembly asks too. */
#ifndef EXO_DEFENCE_H
#define EXO_DEFENCE_H

#include "lib/defence.h"

#include "defence_disk.h"
#include "defence_net.h"

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
#endif
