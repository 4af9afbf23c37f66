/* SPDX-License-Identifier: MIT */
/* world.h -- what a generated program lives in: the kind that it is of, plain memory, objects that
 * point at each other, packets, variables, and functions to call, some of which hand out references
 * and take them back. The world knows at any moment which bytes the program may touch, and the
 * functions notice when they are called otherwise than was agreed. There is one world; every run
 * builds it anew.
 *
 * An address, in this file, is a program's. Programs see the world where it really lies, or moved:
 * to some place in the middle of the address space, or as near to one of its ends as those who hand
 * memory in may go. A caller that runs a program in a moved world translates (struct watcher's
 * moved). */
#ifndef SOUNDNESS_WORLD_H
#define SOUNDNESS_WORLD_H

#include "engine/base/activation.h"
#include "engine/kind.h"
#include "engine/program.h"
#include "feature.h"
#include "generate.h"

#define WORLD_MEMORY     64 /* bytes of each argument that is plain memory */
#define WORLD_PACKET     32 /* bytes of a packet, at most */
#define WORLD_BUFFER     16 /* bytes behind an object's pointer to plain memory */
#define WORLD_TAKEN      32 /* bytes of memory that a call hands out */
#define WORLD_VARIABLE   16
#define WORLD_VISIT_MOST 63 /* the greatest result of a function that is called back */
#define WORLD_CONTRACT   48 /* bytes of memory that a function takes by contract */
#define WORLD_BUDGET     200
#define WORLD_VISITS     3  /* times that it is, at most */
#define WORLD_GROUPS     16 /* the argument's, and one for each reference held or stored */
#define WORLD_THINGS     3  /* of a group: the object itself, its next and its twin */
#define WORLD_STACKS     3  /* of the program, and of what is called back inside of it */
/* Between the world and the ends of the address space, and its middle, where signed numbers begin
 * anew: as far as a pointer may be moved. */
#define WORLD_MARGIN (DISTANCE + 4096)

/* Where programs see the world. */
enum world_place {
    WORLD_REAL,
    WORLD_ANYWHERE,
    WORLD_TOP,
    WORLD_BOTTOM,
    WORLD_POSITIVE, /* the last ones before the middle */
    WORLD_NEGATIVE, /* and the first ones after it */
};

/* An object with every sort of field. */
struct thing {
    uint64_t count;       /* read and written */
    uint32_t size;        /* 0 to 12, read and written */
    uint16_t left, right; /* one field of four bytes, read and written */
    uint8_t *buffer;      /* WORLD_BUFFER bytes, or null */
    struct thing *next;   /* or null */
    struct thing *twin;   /* never null, and const */
    uint8_t *packet, *packet_end;
    struct thing *kept; /* owns a reference, or is null */
    uint64_t secret;    /* neither read nor written */
    uint64_t unnamed;   /* no field */
    uint64_t readable;  /* read only */
    uint64_t writable;  /* written only */
};

struct world_packet {
    uint8_t byte[WORLD_PACKET];
    uint32_t len;
    uint8_t gap[64];
};

struct world_group {
    struct thing thing[WORLD_THINGS];
    uint8_t buffer[WORLD_THINGS][WORLD_BUFFER];
    struct world_packet packet[WORLD_THINGS];
    uint8_t taken[WORLD_TAKEN]; /* what a reference to plain memory is to */
};

struct world {
    uint64_t moved; /* a program's address of something, less the real one */
    uint64_t argument[PARAMETERS];
    uint8_t memory[2][WORLD_MEMORY]; /* the second one may not be handed in */
    struct world_packet packet;
    struct world_group group[WORLD_GROUPS];
    uint8_t variable[2][WORLD_VARIABLE]; /* the first may be written */
    uint32_t held_objects, held_memory;  /* a bit a group: acquired and not yet released */
    uint32_t stored;                     /* ...and of those that fields own */
    /* What functions are given that are called back, and only they: this, and the last group. */
    uint8_t visited[2][WORLD_MEMORY];
    struct world_packet visited_packet;
    uint32_t visits;   /* under way, inside of each other */
    uint64_t features; /* of enum feature, that calls had */
    bool fixed_variables;
    const char *wrong; /* how the program broke what was agreed about a call, or null */
    struct random random;
    uint8_t stack[WORLD_STACKS][DEPTH_MAX * FRAME_BYTES];
};

extern struct world world;
/* What a program can be: the first demands nothing, each of the others something. */
#define WORLD_KINDS 7
extern const struct kind world_kinds[WORLD_KINDS];
/* What a global function of a program may declare to take and to give. */
extern const struct signature world_contract;
extern const struct import world_imports[];
extern struct variable world_variables[];            /* their addresses move with the world */
extern const struct variable world_near_variables[]; /* nearer to an end than may be */
enum world_import {
    IMPORT_MIX,      /* (number, number) -> number */
    IMPORT_SMALL,    /* (number) -> 0 to 7 */
    IMPORT_RANGED,   /* (0 to 63) -> number */
    IMPORT_FILL,     /* (8 bytes, written) */
    IMPORT_SUM,      /* (memory, length) -> number */
    IMPORT_PUT,      /* (memory written, length): writes them all */
    IMPORT_CHANGE,   /* (memory, length): reads and writes them all */
    IMPORT_LOOK,     /* (thing or null) -> number */
    IMPORT_PARTNER,  /* (thing) -> thing or null, which lives as long as any */
    IMPORT_ACQUIRE,  /* (number) -> reference to a thing, or null */
    IMPORT_RELEASE,  /* (reference to a thing) */
    IMPORT_TAKE,     /* (number) -> reference to WORLD_TAKEN bytes, or null */
    IMPORT_GIVE,     /* (reference to memory, of which eight bytes are read) */
    IMPORT_EACH,     /* (function of the program, number) -> number: calls it back */
    IMPORT_OFTEN,    /* (function of the program): calls it back more often than can be paid for */
    IMPORT_EXCHANGE, /* (field that owns a thing, reference or null) -> reference or null */
    WORLD_IMPORTS
};
#define WORLD_VARIABLES 2

/* Moves the world. What was built in it before must be built anew. */
void world_move(enum world_place place);

/* A program's address of something in the world. */
static inline uint64_t world_address(const void *real) {
    return (uintptr_t)real + world.moved;
}

/* What is at a program's address. */
static inline void *world_at(uint64_t address) {
    return (void *)(uintptr_t)(address - world.moved); /* NOLINT(performance-no-int-to-ptr) */
}

/* What a run of a program of this kind may do, until the next call. */
void world_allow(const struct kind *kind);

/* A new world, the same for the same seed but for the addresses in it. */
void world_build(uint64_t seed);

/* May the program touch these bytes of the world now? The stack is not the world's. Notes the
 * features. */
bool world_may(uint64_t address, uint32_t bytes, bool write, uint64_t *features);

/* Which byte of which argument this address is; false when it is none's. What is reached through an
 * argument is its byte UINT32_MAX. */
bool world_argument_byte(uint64_t address, unsigned *argument, uint32_t *byte);

/* Changes every byte that `facts` do not count among those that a deterministic program reads. */
struct facts;
void world_scramble(const struct facts *facts, uint64_t seed);

/* How many references are held. */
unsigned world_held(void);

/* A sum over all that programs can write and that outlives them; where the world lies has no part
 * in it. */
uint64_t world_sum(void);

/* What the stack is, for functions that are called: told before each run. Gives whether the bytes
 * are on it. */
extern bool (*world_on_stack)(uint64_t address, uint32_t bytes);
/* Calls a function of the program, by what it was handed out as. */
extern uint64_t (*world_call_back)(uint64_t function, const uint64_t argument[PARAMETERS]);
/* Told of each byte that functions read on the program's behalf. */
extern void (*world_reads)(uint64_t address, uint32_t bytes);

#endif
