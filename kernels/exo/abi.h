/* SPDX-License-Identifier: MIT */
/* abi.h -- what the exokernel and its environments agree on: the system calls' numbers, the address
 * space, what is exposed, the u-area. Numbers and structures only; both sides of the trap include
 * it, assembly too. docs/exo.md has the manual of each call. */
#ifndef EXO_ABI_H
#define EXO_ABI_H

#include "abi_disk.h"
#include "abi_net.h"
#include "abi_uarea.h"

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

/* The numbers of three calls, for assembly. */
#define EXO_CALL_PAGE_UPDATE 9
#define EXO_CALL_ENV_YIELD   EXO_QUICK_COUNT
#define EXO_CALL_ENV_SLEEP   (EXO_QUICK_COUNT + 1)

#ifndef __ASSEMBLER__

#include <stdint.h>

#include "abi_cap.h"

enum exo_call {
#define EXO_CALL_ENUM(name) EXO_CALL_##name,
    EXO_QUICK_CALLS(EXO_CALL_ENUM) EXO_FRAME_CALLS(EXO_CALL_ENUM)
#undef EXO_CALL_ENUM
};

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

/* Revocation: how long an environment has, in nanoseconds; how long after that force may be used.
 * Decides how long: within 1 ms and 1 s, as who asks says; force for 20 ms after that. */
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

#endif
#endif
