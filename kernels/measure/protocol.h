/* SPDX-License-Identifier: MIT */
/* protocol.h -- the results protocol's words and limits: one of the two headers that the harness
 * shares with the guests (docs/protocol.md is the norm). Numbers, names and lists only; no function
 * and no type of either side.
 *
 * A record is one line:   @X1 SEQ TYPE key=value ... #CRC
 * SEQ counts from 0 in decimal; CRC is the CRC-32 (IEEE 802.3, as zlib's) of everything before "
 * #", in eight lower-case hex digits. In a value every byte outside 0x21..0x7e, and '%', stands as
 * %HH. Any line that does not begin with the magic is log text. */
#ifndef MEASURE_PROTOCOL_H
#define MEASURE_PROTOCOL_H

#define PROTOCOL_MAGIC          "@X"
#define PROTOCOL_VERSION        1
#define PROTOCOL_LINE_MAX       1024 /* bytes of a whole record, its newline included */
#define PROTOCOL_FIELD_MAX      64   /* fields of one record */
#define PROTOCOL_NAME_MAX       128  /* bytes of a row's name, its NUL included */
#define PROTOCOL_EMPTY_BRACKETS 33   /* behind each row; the first of them is their own warm-up */
#define PROTOCOL_TOLD_MAX       2047 /* bytes of a boot command line, without its NUL */

/* A fault with expected=1 was provoked by a check, which judges it: it is no outcome of the boot.
 *
 * Every record type, in the order in which a complete boot first sends them. */
#define PROTOCOL_RECORDS(X)                                                                        \
    X(HELLO, "hello")     /* system= build= clock= tsc_hz= and what the guest was told */          \
    X(PLAN, "plan")       /* row= kind=bench|check name=; the last one says count= instead */      \
    X(BENCH, "bench")     /* name= clock= overhead= batch= warm= cold= steady= [skip=] */          \
    X(SAMPLES, "samples") /* name= phase=cold|steady v=VALUE[xCOUNT],... gross, in order */        \
    X(CHECK, "check")     /* name= verdict=pass|fail|skip why= */                                  \
    X(LOG, "log")         /* [more=1] text= */                                                     \
    X(FAULT, "fault")     /* where=kernel|user who= vector= ... trace= [expected=1] */             \
    X(DONE, "done")       /* benches= checks= failed= faults= records= (before it) */

/* What a boot may be told to do wrong (the boot option inject=NAME), so that the harness can be
 * tested. */
#define PROTOCOL_INJECTIONS(X)                                                                     \
    X(PANIC, "panic")           /* the kernel panics in the first bench */                         \
    X(USER_FAULT, "user-fault") /* user code of the guest takes a trap that nobody handles */      \
    X(TRIPLE, "triple")         /* a triple fault in the first bench */                            \
    X(RESET, "reset")           /* the guest resets the machine in the first bench */              \
    X(MUTE, "mute")             /* silence before hello */                                         \
    X(HANG, "hang")             /* the first bench never ends */                                   \
    X(CORRUPT, "corrupt")       /* one bit of a samples record is changed after its CRC */         \
    X(LOSE, "lose")             /* the first samples record is numbered and never sent */          \
    X(CUT, "cut")               /* the guest stops in the middle of the first samples record */    \
    X(EARLY, "early")           /* an orderly exit without done */                                 \
    X(UNPLANNED, "unplanned")   /* the last planned row is left out, done is sent */               \
    X(NO_SAMPLE, "no-sample")   /* the first bench returns no sample */

/* isa-debug-exit returns (value << 1) | 1. None of these collides with QEMU's own failures (1) or
 * with a reset (0). */
#define PROTOCOL_EXIT_PORT          0xf4
#define PROTOCOL_EXIT_DONE          0x10 /* QEMU ends with 33: all was run; verdicts are in the records */
#define PROTOCOL_EXIT_EARLY         0x11 /* 35: an orderly stop that did not run everything */
#define PROTOCOL_EXIT_PANIC         0x12 /* 37: the kernel panicked, after its fault record */
#define PROTOCOL_EXIT_FAULT         0x13 /* 39: the program that was started first died by a trap */
#define PROTOCOL_EXIT_STATUS(value) (((value) << 1) | 1)

#endif
