/* SPDX-License-Identifier: MIT */
/* abi.h -- what the exokernel and its environments agree on: the system calls' numbers, the address
 * space, what is exposed, the u-area. Numbers and structures only; both sides of the trap include
 * it, assembly too. docs/exo.md has the manual of each call. */
#ifndef EXO_ABI_H
#define EXO_ABI_H

/* The call's number goes in rax, its arguments in rdi rsi rdx r10 r8 r9; rax comes back with a
 * result or -E_SOMETHING (lib/error.h). rbx, rbp, rsp and r12 to r15 are kept; the others are lost.
 *
 * Quick calls come straight back to their caller. */
#define EXO_QUICK_CALLS(X)                                                                         \
    X(null)                                                                                        \
    X(arguments)                                                                                   \
    X(env_self)                                                                                    \
    X(env_create)                                                                                  \
    X(env_start)                                                                                   \
    X(env_read)                                                                                    \
    X(env_write)                                                                                   \
    X(cap_forge)                                                                                   \
    X(cap_give)                                                                                    \
    X(page_update)                                                                                 \
    X(page_protect)                                                                                \
    X(slot_set)                                                                                    \
    X(console_write)                                                                               \
    X(console_read)                                                                                \
    X(console_record)                                                                              \
    X(function_run)                                                                                \
    X(predicate_set)                                                                               \
    X(fs_set)                                                                                      \
    X(reflect_set)                                                                                 \
    X(wait_end)                                                                                    \
    X(ring_set)                                                                                    \
    X(ring_send)                                                                                   \
    X(batch)                                                                                       \
    X(cap_acquire)                                                                                 \
    X(cap_revoke)                                                                                  \
    X(acl_read)                                                                                    \
    X(acl_set)                                                                                     \
    X(frame_pin)                                                                                   \
    X(frame_unpin)                                                                                 \
    X(env_revoke)                                                                                  \
    X(env_repossess)                                                                               \
    X(table_free)                                                                                  \
    X(slot_terms)                                                                                  \
    X(timer_set)                                                                                   \
    X(env_clone)                                                                                   \
    X(disk_request)                                                                                \
    X(disk_wait)                                                                                   \
    X(disk_reset)                                                                                  \
    X(disk_latency)                                                                                \
    X(xn_change)                                                                                   \
    X(xn_block)                                                                                    \
    X(xn_transfer)                                                                                 \
    X(xn_volume)                                                                                   \
    X(pxn_make)                                                                                    \
    X(pxn_change)                                                                                  \
    X(pxn_remove)                                                                                  \
    X(pxn_read)                                                                                    \
    X(pxn_request)                                                                                 \
    X(disk_handler)                                                                                \
    X(filter_insert)                                                                               \
    X(filter_drop)                                                                                 \
    X(filter_refer)                                                                                \
    X(filter_bind)                                                                                 \
    X(packet_ring)                                                                                 \
    X(packet_change)                                                                               \
    X(packet_template)                                                                             \
    X(packet_send)                                                                                 \
    X(nic_reset)                                                                                   \
    X(ash_set)                                                                                     \
    X(ash_drop)                                                                                    \
    X(ash_bind)                                                                                    \
    X(ash_pipe_set)                                                                                \
    X(ash_message)                                                                                 \
    X(filter_program)                                                                              \
    X(filter_withdraw)                                                                             \
    X(nettap)                                                                                      \
    X(session)

/* Frame calls may go on in somebody else. */
#define EXO_FRAME_CALLS(X)                                                                         \
    X(env_yield)                                                                                   \
    X(env_sleep)                                                                                   \
    X(env_exit)                                                                                    \
    X(env_destroy)

/* env_yield to the id in the upper half of rax, by the shortest way. The number is in eax. */
#define EXO_YIELD 0x100
/* Control transfer: no table's business, for nearly all of the caller's registers are the message.
 * The number is in eax, the other environment's id in the upper half of rax. What goes over is
 * every register but rax, which brings the caller's id, and rcx and r11, which are the
 * instruction's. */
#define EXO_TRANSFER      0x101 /* for the rest of this slice */
#define EXO_TRANSFER_WAIT 0x102 /* and for the caller's later slices, until it is replied to */
#define EXO_REPLY         0x103

/* Added to a quick call's number: what is to become of a page fault at one of its buffers, which
 * otherwise makes it give -E_FAULT. It comes to the caller as if the `syscall` instruction had
 * caused it, which the trap handler then resumes: the call begins again. Or it ends the caller. */
#define EXO_PROPAGATE 0x1000
#define EXO_KILL      0x2000

#define EXO_COUNT(name) +1
#define EXO_QUICK_COUNT (0 EXO_QUICK_CALLS(EXO_COUNT))
#define EXO_CALL_COUNT  (EXO_QUICK_COUNT EXO_FRAME_CALLS(EXO_COUNT))

/* The address space of an environment, drawn once (USER_TOP is machine/types.h's):
 *
 *   USER_TOP       end; what is above faults
 *   EXO_INFO       what the kernel exposes to all, read-only, from here on
 *   EXO_TABLES     the environment's own page tables, read-only: the entry that maps the page at p
 *                  lies at EXO_TABLES + p / 4096 * 8
 *   EXO_UAREAS     its u-area, at EXO_UAREAS + slot * 4096
 *   below          its own, but for the first page                                          */
#define EXO_UAREAS 0x7e7fffc00000
#define EXO_TABLES 0x7e8000000000
#define EXO_INFO   0x7f0000000000 /* struct exo_info */
#define EXO_ENV    0x7f0000100000 /* struct exo_env, EXO_ENVS of them */
#define EXO_SLOT   0x7f0000200000 /* struct exo_slot, EXO_SLOTS of them */
#define EXO_DISK   0x7f0000300000 /* struct exo_disk, as many as the system's page says */
#define EXO_NIC    0x7f0000400000 /* struct exo_nic, as many as the system's page says */
#define EXO_FILTER 0x7f0000500000 /* struct exo_filter, EXO_FILTERS; where there is a NIC */
#define EXO_FRAME  0x7f0040000000 /* struct exo_frame, one a page frame */
#define EXO_FREE   0x7f0080000000 /* a bit a frame, set where it is free */
#define EXO_BOOT   0x7f00c0000000 /* the archive of programs that the boot brought */
/* Where there is a disk: what is known of blocks (xn/xn.h). */
#define EXO_XN        0x7f0100000000 /* struct exo_xn */
#define EXO_XN_ENTRY  0x7f0140000000 /* struct xn_entry, by number; 0 is none */
#define EXO_XN_BUCKET 0x7f0180000000 /* the first entry's number of each bucket (xn_bucket) */
#define EXO_TOP       EXO_UAREAS     /* where an environment may map stops here */

#define EXO_ENVS     1024 /* at one time; an id is generation * EXO_ENVS + slot */
#define EXO_CLONES   64   /* of one environment */
#define EXO_CAPS     16   /* slots of an environment's capability list */
#define EXO_SLOTS    128  /* positions of the vector of time slices */
#define EXO_WORDS    16   /* that a control transfer takes along beside the registers */
#define EXO_NAME_MAX 16   /* an environment's name, its NUL included */

/* Bytes below rsp that a leaf function may use (System V ABI, 3.2.2): an upcall on the stack that
 * is in use leaves them alone. */
#define EXO_RED_ZONE 128

/* Flags of env_create. */
#define EXO_FAULT_EXPECTED 1 /* a test provokes its fault: its record says expected=1 */

/* For function_run: bytes of an object, at most; bytes of the text that says why it was refused or
 * ended; how it is run: as machine code, else interpreted, and with how much fuel, a unit for
 * each backward jump and local call. With none it must be proven to end. */
#define EXO_FUNCTION_BYTES    65536
#define EXO_FUNCTION_TEXT     4096
#define EXO_FUNCTION_COMPILED 1
#define EXO_FUNCTION_FUEL(n)  ((uint64_t)(n) << 1)
#define EXO_FUNCTION_FUEL_MAX 4096

/* For predicate_set: bytes of its code and variables, at most; instructions that a run may take;
 * the code is not to be compiled; the tag of one of whose variables the reading was forbidden
 * since. */
#define EXO_PREDICATE_BYTES       8192
#define EXO_VARIABLES             64
#define EXO_PREDICATE_COST        1000
#define EXO_PREDICATE_INTERPRETED 1
#define EXO_TAG_LOST              (~0ul)

/* Disks, in blocks. Requests of all that a disk has at one time, and of one environment; blocks of
 * a request that moves data. */
#define EXO_DISK_BLOCK    4096
#define EXO_DISK_REQUESTS 64
#define EXO_DISK_MOST     16
#define EXO_DISK_BLOCKS   16
/* What disk_request does: an operation on a disk, by the capability in `slot`, with frames that the
 * one in `holder` opens. With EXO_DISK_WAIT it goes on as disk_wait. */
#define EXO_DISK_HOW(operation, disk, slot, holder)                                                \
    ((uint64_t)(slot) | (uint64_t)(holder) << 8 | (uint64_t)(operation) << 16 |                    \
     (uint64_t)(disk) << 24)
#define EXO_DISK_WAIT (1ul << 32)
/* Reads one block, and then the one that the caller's handler (disk_handler) says, into one frame
 * after the other. What the word is told has above its lowest byte how many were read. */
#define EXO_DISK_CHAIN        (1ul << 33)
#define EXO_DISK_SPINDLE      (~0ul) /* of disk_latency: those of a disk with an arm and a spindle */
#define EXO_DISK_HANDLERS     32     /* environments that have one */
#define EXO_DISK_HANDLER_COST 1000   /* instructions of a run */

/* Blocks of disks that XN protects (docs/exo/xn.md). Which operation, on which volume, by the
 * capability in which slot; which partition of which block. */
#define EXO_XN_HOW(operation, volume, slot)                                                        \
    ((uint64_t)(slot) | (uint64_t)(volume) << 8 | (uint64_t)(operation) << 16)
#define EXO_XN_AT(block, partition) ((uint64_t)(block) | (uint64_t)(partition) << 32)
#define EXO_XN_SINGLE               (1ul << 33) /* of xn_transfer: a request for each block */

/* Proxy nodes: of all, each made of so many others at most; words of an access list; extents;
 * blocks that one call takes or frees in a free map. */
#define EXO_PXNS        256
#define EXO_PXN_DEPTH   4
#define EXO_PXN_WORDS   8
#define EXO_PXN_EXTENTS 64
#define EXO_PXN_TAKE    256

/* Packets: network interfaces; filters in all, and to which one environment refers; rings of one
 * environment, buffers of a ring, pieces of a buffer or of a frame that is sent; what of a frame a
 * template looks at, and by how many atoms. */
#define EXO_NICS           4
#define EXO_FILTERS        4096
#define EXO_FILTERS_OF     64
#define EXO_FILTER_STEPS   512 /* that a frame may take at most, by all filters of an interface */
#define EXO_PACKET_RINGS   4
#define EXO_PACKET_BUFFERS 64
#define EXO_PACKET_PIECES  8
#define EXO_PROGRAMS       16    /* filters in C of an interface */
#define EXO_PROGRAM_BYTES  16384 /* of such an object, at most */
#define EXO_SENDS_OF       16    /* frames of one environment that are on their way */
#define EXO_TAPS           4
#define EXO_TEMPLATE_BYTES 64
#define EXO_TEMPLATE_ATOMS 16
/* By which interface packet_send sends, with frames that the capability in `holder` opens. */
#define EXO_PACKET_HOW(nic, holder) ((uint64_t)(holder) | (uint64_t)(nic) << 8)
#define EXO_PACKET_QUIET            0x80 /* its end may be told late */
#define EXO_PACKET_MORE             0x40 /* it may go with the next one, which follows at once */
/* By which slot's capability nettap taps this interface; one is or-ed to the other. */
#define EXO_TAP_BY(nic, slot) ((uint64_t)(slot) << (nic)*4)
/* In the word of a buffer that has a copy: which interface it passed, and whether it was sent. */
#define EXO_TAP_NIC(word)  ((word) >> 48 & 0xff)
#define EXO_TAP_SENT(word) ((word) >> 56 & 1)

/* Application-specific handlers (ash.h): of all, and of one environment; pages of a region;
 * instructions that a run may take; bytes of a message. Pipes of one, their stages, and how many
 * instructions these may take for a word. */
#define EXO_ASHES         256
#define EXO_ASHES_OF      8
#define EXO_ASH_PAGES     16
#define EXO_ASH_COST      6000
#define EXO_ASH_BYTES     128
#define EXO_ASH_PIPES     4
#define EXO_ASH_STAGES    4
#define EXO_ASH_WORD_COST 14
/* Which page frames a region is, one after the other, and what opens them. */
#define EXO_ASH_HOW(holder, frame, pages)                                                          \
    ((uint64_t)(holder) | (uint64_t)(pages) << 8 | (uint64_t)(frame) << 16)

/* For ring_set: pages of a ring, at most. */
#define EXO_RING_PAGES 4

/* Bits of a page's entry, as the processor has them. Bits 9 to 11 and 52 to 62 of one that is
 * present, and all other bits of one that is not, are the environment's own. */
#define EXO_PRESENT  0x001
#define EXO_WRITE    0x002
#define EXO_ACCESSED 0x020
#define EXO_DIRTY    0x040
#define EXO_SOFTWARE 0x7ff0000000000e00
#define EXO_NO_EXEC  0x8000000000000000
#define EXO_FRAME_OF 0x000ffffffffff000

/* In the lowest bits of where page_update maps: the frames must be free, else -E_EXISTS; nothing
 * may be mapped there, else -E_EXISTS. And what a frame that must be free, too, holds then: zeroes,
 * or what the page does that is mapped there so far, and that `holder` may read; -E_NOT_FOUND: none
 * is. */
#define EXO_FRESH  1
#define EXO_ABSENT 2
#define EXO_ZEROED 4
#define EXO_COPIED 8

/* Offsets into struct exo_uarea, for assembly. */
#define UAREA_TRAP_ENTRY     0
#define UAREA_TRAP_STACK     8
#define UAREA_TRAP           16
#define UAREA_PROLOGUE_ENTRY 64
#define UAREA_PROLOGUE_STACK 72
#define UAREA_EPILOGUE       96
#define UAREA_TRANSFER       160
#define UAREA_REPLY          184
#define UAREA_WORD_COUNT     208
#define UAREA_REFLECT        352
#define UAREA_TIMED          448
/* The numbers of three calls. */
#define EXO_CALL_PAGE_UPDATE 9
#define EXO_CALL_ENV_YIELD   EXO_QUICK_COUNT
#define EXO_CALL_ENV_SLEEP   (EXO_QUICK_COUNT + 1)
/* And into struct exo_start. */
#define START_UAREA 16
#define START_WORDS 32

#ifndef __ASSEMBLER__

#include <stdint.h>

enum exo_call {
#define EXO_CALL_ENUM(name) EXO_CALL_##name,
    EXO_QUICK_CALLS(EXO_CALL_ENUM) EXO_FRAME_CALLS(EXO_CALL_ENUM)
#undef EXO_CALL_ENUM
};

/* A capability: a path of bytes and the permissions on it (kernel/cap.h). */
#define CAP_READ  1
#define CAP_WRITE 2
#define CAP_GRANT 4
#define CAP_ALL   7

/* In the access list of an object: who may change the list, and by that everything else. */
#define CAP_MODIFY CAP_GRANT

#define CAP_NAME_MAX 7
/* With this bit in its length the word in a frame's entry is no capability: the list has more
 * words, which acl_read tells. */
#define CAP_LISTED 8

struct cap {
    uint8_t rights : 3;
    uint8_t valid : 1;
    uint8_t length : 4; /* bytes of name that count, at most CAP_NAME_MAX */
    uint8_t name[CAP_NAME_MAX];
};
_Static_assert(sizeof(struct cap) == 8, "a capability is one word");

enum exo_env_state { EXO_ENV_NEVER, EXO_ENV_NEW, EXO_ENV_READY, EXO_ENV_EXITED, EXO_ENV_KILLED };

/* What everybody may know of an environment. An ended one stays to be read until its slot is used
 * again, with another id. */
struct exo_env {
    uint32_t id;
    uint16_t state;
    uint16_t asleep;      /* until its wakeup predicate holds */
    uint64_t ended;       /* EXITED: its status; KILLED: the trap's vector, 256: by env_destroy */
    uint32_t creator;     /* id of who made it; 0: the kernel */
    uint32_t pages;       /* mappings it has */
    uint32_t kernel;      /* frames that the kernel uses for it: tables, u-area... */
    uint32_t kernel_most; /* ...and how many these may become */
    char name[EXO_NAME_MAX];
    uint32_t excess; /* how often it kept the processor for EXO_EPILOGUE_NS after a slice's end */
    uint32_t waits;  /* its slices are this environment's, until it is replied to; 0: its own */
    uint64_t ticks;  /* slices that ended while it ran */
};
_Static_assert(sizeof(struct exo_env) == 64, "an array of them fills pages");

/* What everybody may know of a page frame: struct page of machine/memory/frame.h, as this kernel
 * uses it. A free one is all 0, but for `limits` where its last mapping was an environment's. */
struct exo_frame {
    struct cap acl;      /* who may map it; invalid: the kernel's (a table, a u-area, itself) */
    uint32_t references; /* mappings and pins; 0: free, or no RAM at all */
    uint32_t pins;       /* of the references, those of devices */
    uint32_t readers;    /* mappings that may only read it */
    uint32_t writers;    /* mappings that may write it */
    uint32_t mapping;    /* the first of them: docs/exo/memory.md, "Page tables" */
    uint32_t limits;     /* EXO_LIMIT_..., 0: none */
};

/* Words of a frame's access list, at most. The first is its owner's. */
#define EXO_ACL_MOST 16
/* How many mappings a frame may have, and how many of them may write. */
#define EXO_LIMIT_NO_MAPPING  1
#define EXO_LIMIT_ONE_MAPPING 2
#define EXO_LIMIT_NO_WRITER   4
#define EXO_LIMIT_ONE_WRITER  8
#define EXO_LIMITS            15

/* Frames that an environment may have pinned at one time. */
#define EXO_PINS 128

/* Revocation. Pages that an environment keeps, whatever is asked back: those that it names, and so
 * many. How long it has, in nanoseconds; how long after that force may be used.
 * Decides how long: within 1 ms and 1 s, as who asks says; force for 20 ms after that. */
#define EXO_KEPT            16
#define EXO_REVOKE_NS_LEAST 1000000
#define EXO_REVOKE_NS_MOST  1000000000
#define EXO_REPOSSESS_NS    20000000
/* The entry of a page that was taken. Not present. */
#define EXO_LOST 0x7ff0000000000000
/* What a word of the u-area's `lost` says in its lowest byte; what was lost is above it. */
enum exo_loss {
    EXO_LOST_PAGE = 1, /* the page's number: its address / 4096 */
    EXO_LOST_PIN,      /* the frame's number */
    EXO_LOST_CAP,      /* the slot's */
    EXO_LOST_PREDICATE,
    EXO_LOST_RING,
    EXO_LOST_SLICE,   /* the position's */
    EXO_LOST_BLOCKS,  /* the id of a proxy node: it may have lost some, or all */
    EXO_LOST_FILTER,  /* its id: its packets are the next owner's */
    EXO_LOST_PACKETS, /* the packet ring's number */
    EXO_LOST_TAP,     /* the number of its ring */
    EXO_LOST_ASH,     /* the handler's id */
};
#define EXO_LOST_WORDS 16

/* A position of the vector of time slices: whose it is, and who may change that. They follow each
 * other in time, each EXO_SLICE_NS long, and begin again. */
struct exo_slot {
    uint32_t env;    /* an id; of none that is ready: the position is passed over */
    uint16_t budget; /* the position whose budget its time is taken from, this one or another */
    /* How often it is passed over next, for time that was taken after its slices' ends. */
    uint16_t forfeited;
    struct cap acl;
    uint64_t keeps, kept; /* ns of its slices that were not used: how many stay for the next, are */
    /* Its budget: so many ns in each period; 0: no limit. What is left, below 0 where more was
     * used; when the period began, in ns since the clock was 0. Used up: positions that take from
     * it are passed over. */
    uint64_t limit, period;
    int64_t left;
    uint64_t began;
};
/* What slot_terms takes. */
struct exo_terms {
    uint64_t budget; /* a position */
    uint64_t keeps, limit, period;
};
#define EXO_KEEPS_MOST  (8 * EXO_SLICE_NS)
#define EXO_PERIOD_MOST 1000000000
#define EXO_SLICE_NS    100000
/* An environment that is told of its slice's end keeps the processor for so long without harm. For
 * each such time more the position loses a slice, and after so many in a row it its life.
 * Decides how long: a slice is 100 us, its end may take 10 us, which may happen 16 times. */
#define EXO_EPILOGUE_NS   10000
#define EXO_EPILOGUE_MOST 16

/* What is asked of a disk. */
enum exo_disk_operation {
    EXO_DISK_READ,
    EXO_DISK_WRITE,
    EXO_DISK_FLUSH, /* what was written, and ended, before this was asked is on the disk */
    EXO_DISK_DISCARD,
    EXO_DISK_ZERO,
    EXO_DISK_OPERATIONS
};
/* What a request's word is when it has ended: before it is 0, if the caller says so. */
enum exo_disk_end {
    EXO_DISK_DONE = 1,
    EXO_DISK_FAILED,
    EXO_DISK_UNSUPPORTED,
    EXO_DISK_WITHDRAWN /* the disk was reset; or who asked had ended, or had no right to the blocks
                          any more, before the device got it */
};

/* Blocks that follow each other. */
struct exo_extent {
    uint32_t block, count;
};

/* What pxn_change does. */
enum exo_pxn_change {
    EXO_PXN_ADD,       /* an extent */
    EXO_PXN_TAKE_BACK, /* these blocks, from it and from all that was made of it */
    EXO_PXN_MAP,       /* it has a free map from now on */
    EXO_PXN_ALLOC,     /* blocks in its free map */
    EXO_PXN_FREE
};

/* What pxn_read tells. */
struct exo_pxn {
    uint32_t id, parent; /* 0: made of the disk */
    uint32_t disk, owner;
    uint32_t frozen, has_map;
    uint32_t words, extents;
    struct cap acl[EXO_PXN_WORDS];
    struct exo_extent extent[EXO_PXN_EXTENTS];
};

/* What everybody may know of a disk. */
struct exo_disk_entry {
    uint32_t env;   /* 0: no request */
    uint32_t order; /* how many were asked before */
    uint32_t block;
    uint16_t blocks; /* 0: all, of a flush; or more than 65,535, of what moves no data */
    uint8_t operation;
    uint8_t in_flight; /* the device has it */
};
struct exo_disk {
    uint64_t blocks;
    uint32_t pieces;          /* blocks of a request that moves data, at most */
    uint8_t read_only, flush; /* flush 0: what was written is on the disk when the write ends */
    uint16_t dead;            /* requests are refused until disk_reset */
    uint32_t waiting, in_flight;
    uint64_t requests[EXO_DISK_OPERATIONS],
        failed; /* that have ended, and of them those not done */
    uint64_t blocks_read, blocks_written;
    uint64_t due; /* of the one in flight, where ends have their moment: the TSC; else 0 */
    struct exo_disk_entry queue[EXO_DISK_REQUESTS];
} __attribute__((aligned(4096)));

/* What xn_block does to a block. */
enum exo_xn_block {
    EXO_XN_VOUCH,
    EXO_XN_INSERT,
    EXO_XN_REBIND,
    EXO_XN_MAP,
    EXO_XN_EVICT,
    EXO_XN_LOCK,
    EXO_XN_UNLOCK,
    EXO_XN_USER,
    EXO_XN_DEPEND,
};
/* What xn_volume does with a volume. */
enum exo_xn_volume_call {
    EXO_XN_MOUNT,
    EXO_XN_UNMOUNT,
    EXO_XN_ABANDON,
    EXO_XN_IMPORT,
    EXO_XN_TYPE_ADD,
    EXO_XN_ROOT_ADD,
    EXO_XN_ROOT_REMOVE,
    EXO_XN_ROOT_FIND,
    EXO_XN_NEW,
    EXO_XN_DROP,
    EXO_XN_SETTLE,
};
/* An element of xn_transfer's vector: where the block is to be read to; of a write only the
 * block. */
struct exo_xn_block_frame {
    uint32_t block, frame;
};

/* What everybody may know of a volume, as mounting left it: the fields of struct xn_volume. */
struct exo_xn_volume {
    uint32_t state, blocks, design, atom;
    uint32_t map_at, maps, root_at, catalogue_at;
    uint32_t own; /* blocks, from 0 on, that are the volume's */
    uint32_t read_only;
    uint32_t damaged; /* a block... */
    char damage[24];  /* ...and the field of it that made mounting fail, or the volume read-only */
};
#define EXO_XN_VOLUMES 4
struct exo_xn {
    uint32_t entries, buckets; /* how many there are */
    struct exo_xn_volume volume[EXO_XN_VOLUMES];
} __attribute__((aligned(4096)));

/* A stretch of physical memory within one page frame. */
struct exo_piece {
    uint64_t at, bytes;
};
/* A buffer for a frame, which fills its pieces one after the other. The word, at a physical
 * address, is 0 while the kernel may fill it; then how many bytes are there, and from bit 32 on how
 * long the frame was. */
struct exo_packet_buffer {
    uint64_t word, pieces;
    struct exo_piece piece[EXO_PACKET_PIECES];
};

/* A stage of a pipe: what it does to each word of eight bytes. */
enum exo_ash_stage {
    EXO_ASH_SUM,    /* adds it to its state, in ones' complement (protocol/checksum.h) */
    EXO_ASH_SWAP16, /* changes the order of the bytes, two by two... */
    EXO_ASH_SWAP32,
    EXO_ASH_SWAP64,
    EXO_ASH_STORE, /* writes it; a pipe has at most one */
    EXO_ASH_OWN    /* the caller's own: instructions of RFC 9669, r0 to r4, no stack, no call, of
                      `uint64_t stage(uint64_t word, uint64_t *state)`, which gives the next word */
};
struct exo_ash_stage_of {
    uint64_t kind, code, bytes; /* OWN: where the instructions are, and how many bytes they have */
};

/* What everybody may know of a network interface. */
struct exo_nic {
    uint8_t address[6];
    uint8_t link, dead; /* dead: the device said what cannot be */
    uint64_t frames_in, bytes_in;
    uint64_t nobody; /* of them, those that no filter wanted */
    uint64_t frames_out, bytes_out;
    uint64_t forged;           /* refused, since their sender may not send such frames */
    uint64_t sending;          /* on their way */
    uint64_t tapped, tap_lost; /* copies, and those for which no buffer was free */
    uint64_t at_once;          /* frames that an interrupt takes */
} __attribute__((aligned(4096)));

/* ... and of a filter. Its frames are those that it got; of them those that its handler was done
 * with, and declined; and those that were dropped: it had no ring, or the ring no free buffer. */
struct exo_filter {
    uint32_t id, nic;
    uint32_t env, references; /* who inserted it; how many have it */
    struct cap acl;
    uint32_t ring_env, ash_env; /* whose ring has its frames, and whose handler; 0: nobody's */
    uint64_t packets, dropped, handled, declined;
};

/* The system's page. The kernel writes it between two instructions of the reader, never during
 * one, so each 8-byte word is whole; nothing in it is secret, and no address of the kernel is in
 * it. */
struct exo_info {
    uint64_t tsc_hz;         /* ticks of the TSC in a second */
    uint64_t now;            /* the TSC, when last a wakeup predicate was about to be asked */
    uint64_t env_switches;   /* how often the CPU went to another environment */
    uint64_t frames_total;   /* page frames the kernel governs */
    uint64_t position;       /* of the slice that is under way */
    uint64_t env_unfreed;    /* environments that ended and still have pages */
    uint64_t frame_count;    /* entries of EXO_FRAME, and bits of EXO_FREE */
    uint64_t boot_at;        /* where the archive begins, in the page at EXO_BOOT */
    uint64_t boot_bytes;     /* its length */
    uint64_t tags;           /* address spaces that the processor keeps apart (PCID); 0: none */
    uint32_t calls;          /* system calls there are: the first number that is not one */
    uint32_t build_length;   /* bytes of build */
    uint8_t build[20];       /* the image's build id */
    char command_line[2048]; /* what the machine was booted with */
    uint64_t disks;          /* entries of EXO_DISK */
    uint64_t nics;           /* entries of EXO_NIC */
} __attribute__((aligned(4096)));
_Static_assert(sizeof(struct exo_info) == 4096, "the system's page is one page");

/* A trap, as an upcall tells it. */
struct exo_trap {
    uint64_t address; /* of a page fault; 0 otherwise */
    uint64_t vector, error;
    uint64_t rip, rflags, rsp;
};

/* The u-area: what the environment tells the kernel, and the kernel it, without a call. Only the
 * environment's to write, and nothing in it is trusted. */
struct exo_uarea {
    /* Traps: the kernel goes on at trap_entry with this stack and every register as the trap found
     * it, the flags but for TF, DF and AC too. The trap is in `trap`, and trap_stack becomes 0:
     * until it is set again, a trap goes on the stack that is in use, below the red zone, with a
     * struct exo_trap there. No entry: the trap ends the environment. */
    uint64_t trap_entry, trap_stack;
    struct exo_trap trap;
    /* A slice that begins: all registers are 0 but rsp. */
    uint64_t prologue_entry, prologue_stack;
    /* A slice that is over: the kernel goes on at epilogue_entry with every register as it was, but
     * for rsp where epilogue_stack is not 0, and tells where it was. The environment saves what it
     * wants to keep, and yields. No entry, or within a critical section: it is only told, by
     * `interrupted`, and is to yield at the section's end. */
    uint64_t epilogue_entry, epilogue_stack;
    struct exo_trap epilogue; /* rip, rflags, rsp */
    uint64_t critical, interrupted;
    /* A transfer to this environment, which takes one while transfer_takes is not 0: the kernel
     * goes on at transfer_entry with this stack, all other registers the caller's, and clears
     * transfer_takes; a reply by this environment sets it to 1. */
    uint64_t transfer_entry, transfer_stack, transfer_takes;
    /* Where a reply goes on, and whose it may be; the kernel clears reply_from. */
    uint64_t reply_entry, reply_stack, reply_from;
    /* Words that a transfer or a reply takes along, to the same place in the other's u-area. */
    uint64_t word_count, word[EXO_WORDS];
    /* What the predicate said that woke it; 0: it was woken by a yield. */
    uint64_t predicate_tag;
    /* Of an environment that reflects (reflect_set): a `syscall` makes a native call where the
     * address after it is one of the native_bytes from native_first on. Any other one goes on at
     * reflect_entry with this stack and all other registers as they were, and tells where it
     * was: rip is the address after it. */
    uint64_t reflect_entry, reflect_stack, native_first, native_bytes;
    struct {
        uint64_t rip, rflags, rsp;
    } reflected;
    /* Where a slice's end goes that came since the budget is used up, if not to epilogue_entry; how
     * often that was. */
    uint64_t timeout_entry, timeouts;
    /* Of one's own timer (timer_set): when it comes next, by the TSC; 0: not any more. Within a
     * slice of one's own the kernel goes on at timer_entry then, on the stack that is in use, with
     * every register as it was, and tells where it was. Else, and within a critical section, it
     * only says that it was due. */
    uint64_t timer_at, timer_entry, timer_due;
    struct {
        uint64_t rip, rflags;
    } timed;
    /* A capability on offer: the environment that may take it (cap_acquire), the slot of the one
     * that it is made of, and the capability's word. */
    uint64_t offer_to, offer_key, offer;
    /* How many pages and pins are asked back, and until when (TSC) without force. What it calls
     * revoke_kept are addresses of pages that force leaves alone. */
    uint64_t revoke_pages, revoke_until, revoke_kept[EXO_KEPT];
    /* What was taken, in the order of time: the kernel writes lost[lost_count++ % EXO_LOST_WORDS].
     * Who finds more new ones than there are words looks through his page tables for EXO_LOST. */
    uint64_t lost_count, lost[EXO_LOST_WORDS];
    uint64_t own[4096 / 8 - 49 - EXO_WORDS - EXO_KEPT - EXO_LOST_WORDS]; /* the library's */
    /* The block that this environment's last call wanted in core (-E_NOT_IN_CORE). */
    uint32_t need_volume, need_block;
};
_Static_assert(sizeof(struct exo_uarea) == 4096, "the u-area is one page");

/* What lies at the top of a new environment's stack, at rsp, when it begins. Whoever builds one
 * puts it there; the kernel does for the first. */
#define EXO_WORDS_MAX 256
struct exo_start {
    uint64_t argument[2]; /* rdi and rsi of the program */
    uint64_t uarea;       /* where it has its u-area */
    uint64_t reserved;
    char words[EXO_WORDS_MAX];
};

/* Elements of a vector of page_update and page_protect, at most. */
#define EXO_VECTOR_MOST 128

/* What page_update does: `count` pages from `at` on get entries like `entry`, whose frames follow
 * each other. What was mapped there is not any more. */
struct exo_pages {
    uint64_t at;
    uint64_t entry;
    uint64_t count;
};

/* What page_protect does to the entries of `count` pages from `at` on: these bits are cleared,
 * then those are set. */
struct exo_protect {
    uint64_t at, count;
    uint64_t clear, set;
};

/* A variable of a wakeup predicate: an aligned word at this address of the caller's, or at this
 * physical one, in a frame that the capability in `slot` may read. What the kernel exposes and the
 * caller's u-area need no capability. */
struct exo_variable {
    uint64_t at;
    uint64_t slot;
};
#define EXO_PHYSICAL 1 /* in at's lowest bit */

/* A message in a ring. The kernel writes one where `from` is 0, which is then the sender's id; the
 * receiver sets it to 0 again when it has taken the message. */
#define EXO_RING_WORDS 7
struct exo_message {
    uint64_t from;
    uint64_t word[EXO_RING_WORDS];
};
_Static_assert(4096 % sizeof(struct exo_message) == 0, "none lies in two pages");

/* A call of a batch: its number, a quick one's, and its arguments; the kernel writes what it
 * gave. */
struct exo_batch {
    uint64_t number;
    uint64_t argument[6];
    int64_t result;
};

_Static_assert(EXO_CALL_page_update == EXO_CALL_PAGE_UPDATE, "for assembly");
_Static_assert(EXO_CALL_env_yield == EXO_CALL_ENV_YIELD, "for assembly");
_Static_assert(EXO_CALL_env_sleep == EXO_CALL_ENV_SLEEP, "for assembly");
_Static_assert(__builtin_offsetof(struct exo_uarea, trap) == UAREA_TRAP, "for assembly");
_Static_assert(__builtin_offsetof(struct exo_uarea, prologue_entry) == UAREA_PROLOGUE_ENTRY, "");
_Static_assert(__builtin_offsetof(struct exo_uarea, epilogue) == UAREA_EPILOGUE, "for assembly");
_Static_assert(__builtin_offsetof(struct exo_uarea, transfer_entry) == UAREA_TRANSFER, "");
_Static_assert(__builtin_offsetof(struct exo_uarea, reply_entry) == UAREA_REPLY, "for assembly");
_Static_assert(__builtin_offsetof(struct exo_uarea, word_count) == UAREA_WORD_COUNT, "");
_Static_assert(__builtin_offsetof(struct exo_uarea, reflect_entry) == UAREA_REFLECT, "");
_Static_assert(__builtin_offsetof(struct exo_uarea, timed) == UAREA_TIMED, "for assembly");
_Static_assert(__builtin_offsetof(struct exo_start, uarea) == START_UAREA, "for assembly");
_Static_assert(__builtin_offsetof(struct exo_start, words) == START_WORDS, "for assembly");

#endif
#endif
