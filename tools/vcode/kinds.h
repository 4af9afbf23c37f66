/* SPDX-License-Identifier: MIT */
/* kinds.h -- the kinds of programs that vcode knows, as their authors see them: what each is handed
 * and what it may call. A kernel has a header like this one for each of its kinds. Programs include
 * it; the tool's own copy of the types comes from kinds.c, by the compiler's -gbtf. */
#ifndef VCODE_KINDS_H
#define VCODE_KINDS_H

#ifdef __BPF__
#define SERVICE       extern __attribute__((section(".ksyms")))
#define PROGRAM(kind) __attribute__((section(#kind), used))
#else
#define SERVICE extern
#endif

struct event {
    unsigned int number;
    unsigned int process;
    unsigned long argument[6];
};

struct process {
    unsigned int id;
    char name[16];
    unsigned int priority; /* programs may change it */
    struct process *parent;
    unsigned long secret; /* the kernel's */
    struct process *heir; /* a reference of its own: process_exchange */
};

struct block { /* of a disk */
    unsigned char byte[512];
};

struct packet {
    unsigned char *data, *end;
    unsigned int port;
};

/* guard: does the handler want this event? No effect, and at most 1,000 instructions. */
typedef _Bool guard_program(const struct event *event);
/* handler: may change the event's arguments, acquire processes, and loop by fuel. */
typedef long handler_program(struct event *event, struct process *process);
/* udf: an untrusted deterministic function of a block of metadata. */
typedef unsigned int udf_program(const struct block *block);
/* packet: how many bytes of it are wanted. */
typedef unsigned int packet_program(const struct packet *packet);

/* service: any function, for other programs to call. raw: long f(void *context, unsigned long len),
 * whose declaration does not count. */

/* The process of this number, to be given back; null if there is none. */
SERVICE struct process *process_find(unsigned int id);
SERVICE void process_release(struct process *process);
/* Puts a process that is given up, or null, where another keeps its heir, and gives the one that
 * was there, to be given back; null if there was none. */
SERVICE struct process *process_exchange(struct process **heir, struct process *process);
/* Calls visit for each process until it gives something other than 0, and gives that. */
typedef long process_visitor(struct process *process, unsigned long cookie);
SERVICE long process_each(process_visitor *visit, unsigned long cookie);
SERVICE void console_write(const char *text, unsigned long len);
SERVICE unsigned long ticks(void);
SERVICE const unsigned int ticks_per_second;

#endif
