/* SPDX-License-Identifier: MIT */
/* kind.h -- how a user of the engine describes its programs to it: what a kind of program is given,
 * what it must give back, what it may call and what must be provable of it. The engine has no kinds
 * of its own.
 *
 * Values that cross the border between programs and their surroundings have a shape. Whoever
 * describes them vouches for what comes in; the verifier sees to what goes out. */
#ifndef ENGINE_KIND_H
#define ENGINE_KIND_H

#include <stdbool.h>
#include <stdint.h>

#define PARAMETERS 5

enum shape_kind {
    SHAPE_NONE,   /* nothing: the register is unreadable */
    SHAPE_NUMBER, /* min to max */
    SHAPE_MEMORY, /* the address of `bytes` plain bytes */
    SHAPE_OBJECT, /* the address of an object with fields; it cannot be calculated with */
    SHAPE_PACKET, /* the first byte of a buffer whose length only comparing with its end tells */
    SHAPE_PACKET_END, /* the byte after that buffer */
    SHAPE_FIELD,      /* the address of a field that OWNS an object; it can only be passed on */
    SHAPE_FUNCTION    /* of an argument: a function of the program, to be called back */
};

enum {
    MAY_READ = 1,
    MAY_WRITE = 2,
    MAY_BE_NULL = 4,
    MAY_READ_WRITE = MAY_READ | MAY_WRITE,
    LENGTH_FOLLOWS =
        8, /* of a parameter: the next one is a number, and says how many bytes there must be */
    ACQUIRED =
        16, /* of a result: a reference that must be given back, by a parameter that is RELEASED */
    RELEASED = 32,    /* of a parameter: takes such a reference */
    CALL_WRITES = 64, /* of a memory parameter: the call writes every byte; what was there need not
                         be initialised */
    OWNS = 128, /* of a field: holds a reference of its own, or null. Nobody reads or writes it; a
                   function of the kernel exchanges what it holds, by a parameter SHAPE_FIELD, for
                   one that is RELEASED to it, and hands out as ACQUIRED what was there before */
};

struct object_type;
struct signature;

struct shape {
    uint8_t kind;  /* enum shape_kind */
    uint8_t may;   /* MAY_ and the flags above */
    uint8_t group; /* PACKET, PACKET_END: which buffer */
    uint32_t bytes;
    union {
        const struct object_type *object;
        const struct signature
            *function; /* FUNCTION: what it is given and must give back, the facts
                          that it must have, the most that it may cost, or 0 */
    };
    uint64_t min, max; /* unsigned; both 0 is any number. FUNCTION: it is called back `max` times at
                          most */
};

/* A part of an object. Numbers may be accessed by any part of their bytes, everything else as a
 * whole. What no field covers cannot be touched. */
struct field {
    const char *name;
    uint32_t offset, bytes;
    uint8_t may;
    struct shape shape; /* of a field that is loaded: NUMBER, or a pointer of eight bytes; of one
                           that OWNS: the OBJECT */
};

struct object_type {
    const char *name;
    uint32_t bytes;
    const struct field *field; /* in ascending order, not overlapping */
    uint32_t field_count;
};

enum {
    FUNCTIONAL = 1,    /* no effect but on its own stack and result, and reads only its arguments */
    EPHEMERAL = 2,     /* bounded, and calls only what is ephemeral */
    DETERMINISTIC = 4, /* same answer for same input */
    BOUNDED = 8,       /* ends by itself within the cost that was proven */
};

/* A function that programs may call, or the program itself. */
struct signature {
    struct shape parameter[PARAMETERS];
    struct shape result;
    uint8_t facts; /* of an import: which of FUNCTIONAL, EPHEMERAL, DETERMINISTIC hold for it */
    uint32_t cost; /* of an import: instructions that a call counts for */
};

struct kind {
    const char *name;
    struct signature entry;
    uint8_t demands;      /* facts that a program must have; without BOUNDED it may be metered */
    uint64_t budget;      /* the most instructions a BOUNDED program may cost; 0 for no limit */
    uint32_t division;    /* what one costs more than others: on the machine it is many */
    bool fueled;          /* programs that are proven to end run on fuel, too: they can be cut */
    bool collected;       /* what its programs point to is collected: each has maps (maps.h) */
    bool fixed_variables; /* the program's writable variables may be read but not written */
    uint32_t stack_max;   /* the most bytes of stack that a program and all that it calls may use at
                             once; 0 for no limit */
};

#endif
