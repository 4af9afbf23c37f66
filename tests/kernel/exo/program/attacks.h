/* SPDX-License-Identifier: MIT */
/* attacks.h -- what the program `attacker` can be asked to do, by its argument; its creator then
 * looks at how it ended (tests/kernel/exo). */
#ifndef TESTS_EXO_ATTACKS_H
#define TESTS_EXO_ATTACKS_H

/* What they leave there. */
#define VECTORS_OF_ATTACKER   0xa77ac8e5a77ac8e5
#define FS_OF_ATTACKER        4711
#define REFLECTED_BY_ATTACKER 4712

/* The blocks of the first disk that it reads, and writes. */
#define ATTACK_DISK_BLOCK 1500
#define ATTACK_XN_IMPORT  UINT64_MAX /* own[0]: imports a type */

/* Where it maps pages of its own. */
#define ATTACK_PAGES 0x100000000000ul

#define ATTACKS(X)                                                                                 \
    X(EXIT)              /* none: exits with 7 */                                                  \
    X(YIELD)             /* none: yields to its creator (id in the upper half) until it is 3 */    \
    X(YIELD_FULL)        /* none: yields to its creator with every register full, for ever */      \
    X(CONSOLE)           /* exits with what console_write gave without a capability */             \
    X(CREATE)            /* exits with what env_create gave without a capability */                \
    X(INVALID)           /* ud2, with no upcall entry */                                           \
    X(DIVIDE)            /* divides by zero */                                                     \
    X(NULL_WRITE)        /* writes through a null pointer */                                       \
    X(STACK_OVERFLOW)    /* recursion without end */                                               \
    X(UPCALL_KERNEL)     /* asks for an upcall entry in the kernel, then traps */                  \
    X(UPCALL_ODD)        /* an upcall entry that is no address at all */                           \
    X(UPCALL_UNMAPPED)   /* an upcall entry where nothing is: each upcall makes the next */        \
    X(UPCALL_NO_STACK)   /* an upcall stack where nothing is */                                    \
    X(UPCALL_INFO_STACK) /* an upcall stack in the information page */                             \
    X(UPCALL_RECURSES)   /* an upcall entry that traps itself */                                   \
    X(SINGLE_STEP)       /* TF set over a system call */                                           \
    X(SERVE)             /* none: serves; adds, tells who asked, and counts up the words */        \
    X(SPIN)              /* none: loops for ever, and yields at each slice's end */                \
    X(HOG)               /* none: the same; its time-outs add to a word of its u-area */           \
    X(BOUNCE)            /* none: the same; at a slice's end it yields to one its u-area names */  \
    X(BURST)             /* none: as SLEEP, then tells in its u-area from when to when it ran */   \
    X(CRITICAL)          /* a critical section without end */                                      \
    X(STORM)             /* an epilogue where nothing is, and a handler that goes there again */   \
    X(KILL_MODE)         /* a call that is to end it where a buffer is not there */                \
    X(TIMER)             /* none: sets a timer and yields to its creator, again and again */       \
    X(LOOP)              /* loops for ever */                                                      \
    X(VECTORS)           /* looks at vector registers, fills them, yields to its creator, looks */ \
    X(SERVE_FS)          /* none: sets fs; serves with the word at it */                           \
    X(HOLD)              /* none: takes a thing of each kind, and yields after each (hold.h) */    \
    X(HOLD_ON)           /* the same without yields, then loops for ever */                        \
    X(EXHAUST_FRAMES)    /* takes all of something, says in its u-area what ended that */          \
    X(EXHAUST_KERNEL)                                                                              \
    X(EXHAUST_PINS)                                                                                \
    X(EXHAUST_MAPPINGS)                                                                            \
    X(FS_EXIT)          /* none: sets fs and exits */                                              \
    X(REFLECT)          /* none: reflects all but the yields to its creator */                     \
    X(REFLECT_EXIT)     /* none: reflects, and exits */                                            \
    X(SERVE_REFLECT)    /* none: serves with what a reflected call gave */                         \
    X(SLEEP)            /* none: sleeps until a word of its u-area is not 0; exits with 77 */      \
    X(SLEEP_FRAME)      /* none: the same by the frame in the upper half, with capability 0 */     \
    X(FLOOD)            /* none: a thousand messages to its creator; exits with how many went */   \
    X(RING)             /* none: makes a ring, and yields to its creator for ever */               \
    X(RING_SLEEP)       /* none: sleeps until a message comes; exits with its first word */        \
    X(CALLER)           /* none: calls the one in the upper half; exits with what it got */        \
    X(CALLER_ONCE)      /* none: the same for one slice, and loops in its own later ones */        \
    X(SERVE_SPIN)       /* none: serves, but loops and never replies */                            \
    X(CALLER_SIGNALLED) /* none: the same, until a word of its u-area is not 0 */                  \
    X(ASKER)            /* none: yields to its creator, where a reply goes on too, for ever */     \
    X(METHOD)           /* none: a protected abstraction with a secret (secret.h) */               \
    X(METHOD_CLIENT)    /* looks for the secret of the one in the upper half; a line, or 0 */      \
    X(METHOD_LONG)      /* none: a long call of the one in the upper half */                       \
    X(SERVE_NEVER)      /* none: serves, but yields to its creator and never replies */            \
    X(SERVE_LATE)       /* none: serves; yields to its creator as often as asked, adds 100 */      \
    X(SERVE_REGISTERS)  /* none: serves with what registers differ from 0x1111... times n */       \
    X(EXHAUST_TABLES)   /* maps until its account is full; exits with a bit for each other call */ \
                        /* that fails for that */                                                  \
    X(EXHAUST_LISTS)    /* makes access lists until that fails, one for the frame in the upper */  \
                        /* half; exits with why */                                                 \
    X(PIN)              /* none: pins a frame that it maps no more, and says which */              \
    X(GIVE_BACK)        /* none: has pages, and gives back what it is asked for */                 \
    X(KEEP)             /* has pages and gives none; exits with how many it found missing */       \
    X(DISK)             /* none: asks for a read and a write, says into which frames */            \
    X(XN)               /* own[]: writes a block, locks its parent, says how it went; or reads */  \
    X(NET)              /* none: a ring, a filter, a frame on its way (net_attack.h) */            \
    X(ASH)              /* none: a handler of frames (ash_attack.h) */                             \
    X(RANDOM_CALLS)     /* random calls by the seed in the upper half; exits with their number */

enum attack {
#define ATTACK_ENUM(id) ATTACK_##id,
    ATTACKS(ATTACK_ENUM)
#undef ATTACK_ENUM
};

#endif
