/* SPDX-License-Identifier: MIT */
/* defence.h -- the rules that this kernel protects by, as far as an image without each of them is
 * built for tests (lib/defence.h; tests/end/run/exo_containment_test.sh has the attack on each).
 * Numbers, for assembly asks too. */
#ifndef EXO_DEFENCE_H
#define EXO_DEFENCE_H

#include "lib/defence.h"

#define DEFENCE_EXCESS 1 /* who keeps the processor after its slice's end is ended */
/* `syscall` lands where the environment wants it that is switched to; transferred to. */
#define DEFENCE_REFLECT_SWITCH   50
#define DEFENCE_REFLECT_TRANSFER 51
/* A reflected call goes on at an address of a user's. */
#define DEFENCE_REFLECT_ENTRY 52
/* Nothing of an ended environment stays in the base of fs. */
#define DEFENCE_FS_END 53
/* A frame that only pins hold is not pinned once more: the machine would panic. */
#define DEFENCE_PIN_HELD 56
/* A number that is no call changes nothing of the processor's. */
#define DEFENCE_TRANSFER_NUMBER 55
/* What the kernel had in a frame is cleared, whoever had that before. */
#define DEFENCE_FRAME_KERNEL 54
/* Control goes to one that is ready, takes it, and at an address of a user's; in a slice that is
 * not over; with the caller's id and no more than 16 words. Only who was asked may reply. */
#define DEFENCE_TRANSFER_READY 60
#define DEFENCE_TRANSFER_TAKES 61
#define DEFENCE_TRANSFER_ENTRY 62
#define DEFENCE_TRANSFER_LATE  63
#define DEFENCE_TRANSFER_ID    64
#define DEFENCE_TRANSFER_WORDS 65
#define DEFENCE_TRANSFER_REPLY 66
#define DEFENCE_TRANSFER_ONCE  67 /* and once */
/* A ring is memory that its receiver may write, pinned; messages come from whom it allows, say
 * from whom, and none is written over before it is taken. */
#define DEFENCE_RING_FRAME  70
#define DEFENCE_RING_WRITE  71
#define DEFENCE_RING_PIN    72
#define DEFENCE_RING_SENDER 73
#define DEFENCE_RING_FROM   74
#define DEFENCE_RING_FULL   75
#define DEFENCE_RING_ACL    79
/* A batch has calls that may be in one, ends at an error, and is not long. */
#define DEFENCE_BATCH_CALLS 76
#define DEFENCE_BATCH_ERROR 77
#define DEFENCE_BATCH_TIME  78
/* Page tables: 20 to 29, 120 to 129. No page is writable and executable, beyond EXO_TOP, or has
 * bits that are not an environment's. */
#define DEFENCE_PT_EXECUTE  20
#define DEFENCE_PT_TOP      21
#define DEFENCE_PT_BITS     22
#define DEFENCE_PT_OPENS    23  /* a frame is mapped by who may do so */
#define DEFENCE_PT_CLAIM    24  /* also a free one, with the rights of the capability */
#define DEFENCE_PT_COPY     140 /* and copied by who may read it */
#define DEFENCE_PT_FREE     141 /* what is to be free is */
#define DEFENCE_PT_WRITE    142 /* a page becomes writable by who may write its frame */
#define DEFENCE_PT_RUN      145 /* where a run goes on it is the run that was asked for */
#define DEFENCE_FRAME_CLEAR 143 /* what one left in a frame is cleared for another */
#define DEFENCE_RESERVE     144 /* some frames are left for the kernel */
/* The same on the short path. */
#define DEFENCE_ONE_EXECUTE 120
#define DEFENCE_ONE_TOP     121
#define DEFENCE_ONE_BITS    122
#define DEFENCE_ONE_OPENS   123
#define DEFENCE_ONE_RIGHTS  124
#define DEFENCE_ONE_FLUSH   125 /* what is no more writable faults at once */
#define DEFENCE_TABLE_BUSY  126 /* a table with an entry is not freed */
#define DEFENCE_TABLE_FLUSH 127 /* one that was freed is seen no more */
#define DEFENCE_TABLE_TOP   128 /* no table of the kernel's is freed */
#define DEFENCE_QUOTA       89  /* what the kernel uses for an environment is charged to it */
#define DEFENCE_ENV_NAMED   19  /* another environment is acted on by capability */
/* Capabilities and access lists: 25 to 49. */
#define DEFENCE_SLOT_0            30  /* slot 0 takes complete capabilities only */
#define DEFENCE_ACL_MODIFY        31  /* a list is changed by whom it permits that */
#define DEFENCE_ACL_OWNER         32  /* its first word stays the owner's */
#define DEFENCE_ACL_WORDS         33  /* no user's word in a list is a name of the kernel's */
#define DEFENCE_OFFER_TO          34  /* an offer is taken by whom it is made to */
#define DEFENCE_OFFER_KEY         35  /* who offers has the capability when it is taken */
#define DEFENCE_REVOKE            36  /* only from those who have it of oneself */
#define DEFENCE_REVOKED_COPY      37  /* no copy is made of what is being revoked */
#define DEFENCE_REVOKED_PAGES     38  /* mappings go with the capability */
#define DEFENCE_LIMIT             39  /* no more mappings and writers than the limits say */
#define DEFENCE_PIN               40  /* a frame is pinned by who may read it */
#define DEFENCE_REVOKE_TIME       41  /* no force before the time is over */
#define DEFENCE_REVOKE_DELAY      25  /* which nobody puts off */
#define DEFENCE_REVOKE_OWED       42  /* no more than was asked */
#define DEFENCE_REVOKE_KEPT       43  /* and nothing of the guaranteed minimum */
#define DEFENCE_REVOKE_LEAST      27  /* which is so many pages */
#define DEFENCE_REVOKE_HOME       147 /* nor of another's */
#define DEFENCE_ACL_QUOTA         44  /* lists are charged to who makes them */
#define DEFENCE_REVOKED_PREDICATE 45  /* predicates go with the capability */
#define DEFENCE_REVOKED_PIN       26  /* pins */
#define DEFENCE_REVOKED_RING      28  /* and rings */
#define DEFENCE_REVOKED_NAME      46  /* who gets a name anew sees nothing of who had it */
#define DEFENCE_REVOKED_DEAD      146 /* also where that one has ended */
#define DEFENCE_FORGE_NAME        47  /* a capability opens what its name begins */
#define DEFENCE_FORGE_RIGHTS      48  /* for what it permits */
#define DEFENCE_FORGE_GRANT       49  /* and makes others only if it may be handed on */
#define DEFENCE_ACL_RIGHTS        29  /* a word of a list opens for what it permits */
/* A position's budget ends its slices; what it keeps of them has a limit; both change only by its
 * access list. A timer interrupts only its owner, and puts off no slice's end. */
#define DEFENCE_BUDGET      80
#define DEFENCE_KEEPS       81
#define DEFENCE_TERMS_RIGHT 82
#define DEFENCE_TIMER_OWN   83
/* Nobody gives away a slice that is over; a yield goes to one that is ready, with no register of
 * the yielder's. A position changes its owner by its access list. A trap within a handler leaves
 * what tells of the first one. */
#define DEFENCE_YIELD_LATE   84
#define DEFENCE_YIELD_READY  85
#define DEFENCE_YIELD_CLEARS 86
#define DEFENCE_SLOT_RIGHT   87
#define DEFENCE_UPCALL_ONCE  88
/* Time after a slice's end is the position's, whoever took it; who gives its last position away in
 * its slice does not keep the processor. */
#define DEFENCE_EXCESS_POSITION 136
#define DEFENCE_LAST_SLICE      137
/* Nothing stays in vector registers for the next one. */
#define DEFENCE_VECTORS 135
/* An upcall goes to an address of a user's. */
#define DEFENCE_UPCALL_ENTRY 134
/* Only a quick call has a mode. */
#define DEFENCE_RESTART_CALLS 130
/* ExOS: 90 to 99, in the library. */
#define DEFENCE_LEAVING 90 /* who is interrupted at a handler's end is still within the handler */
#define DEFENCE_YIELDS  91 /* what was said of the next slice is said anew */
#define DEFENCE_BURY    92 /* what a killed process was about to make is ended */
/* A page that the kernel has by its frame is made private first; a child gets a copy at once. */
#define DEFENCE_WATCH_COPIES 93
#define DEFENCE_WATCH_FORK   94
/* A child has its parent's base of fs, and modes of floating point. */
#define DEFENCE_FORK_FS    95
#define DEFENCE_FORK_MODES 96
#define DEFENCE_LOCK_DEAD  97 /* a killed holder's lock is taken over */
/* And 170 to 179. What a process that ended had open is nobody's; the number of a page of the file
 * system is one; what is written to a private mapping of a file is nobody else's; the file stays
 * as long as it is mapped; a pager within a fault gives no page away. */
#define DEFENCE_FILES_SWEEP  170
#define DEFENCE_FILES_LIMITS 171
#define DEFENCE_MAP_PRIVATE  172
#define DEFENCE_MAP_KEEPS    173
#define DEFENCE_PAGER_BUSY   174
/* A clone is made by who may write the original, ends with it, and leaves no u-area behind. */
#define DEFENCE_CLONE_RIGHT 131
#define DEFENCE_CLONE_ENDS  132
#define DEFENCE_CLONE_FLUSH 133
/* Protected methods, in the library: what one that trapped had in registers is cleared; an end of a
 * pipe is only its own. */
#define DEFENCE_METHOD_CLEAR 180
#define DEFENCE_PIPES_OWNER  181

#endif
