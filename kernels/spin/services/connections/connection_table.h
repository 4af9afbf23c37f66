/* SPDX-License-Identifier: MIT */
/* connection_table.h -- which connections processes have, and at which ports they wait for some.
 * All of it by who has the mutex of connections (services/stream/flow.h). */
#ifndef SPIN_SERVICES_CONNECTIONS_CONNECTION_TABLE_H
#define SPIN_SERVICES_CONNECTIONS_CONNECTION_TABLE_H

#include "spin/connection_abi.h"
#include "spin/core/space/process.h"
#include "spin/services/stream/table.h"

/* A connection of a process, or a port at which it waits for some. */
struct connection {
    struct process *of;      /* null: nobody's; its place is another's when its stream is over */
    unsigned long number;    /* the process's */
    unsigned long stream;    /* the number of the kernel's connection */
    unsigned long port;      /* that it waits at; 0: it is a connection */
    struct connection *door; /* where it waits to be accepted, or null */
    unsigned long order;     /* among those */
    unsigned long what;      /* has happened (STREAM_*) */
    unsigned long told;      /* so often something has happened, in this place */
    struct list waiting;     /* threads that wait for the next time */
    bool open;               /* it is the process's to use */
};

/* What happens to processes' connections is told here. */
extern const struct stream_owner connections_owner;

void connections_begin(void);
/* A place for one more of this process's, open; null: it has as many as it may, or all have. */
struct connection *connection_new(struct process *of);
/* Its peer's part of it is this stream. */
void connection_join(struct connection *c, unsigned long stream);
/* The current process's open one of this number, or null. */
struct connection *connection_of(unsigned long number);
/* The one that is waited for at this port and has come first, or null. */
struct connection *connection_come(const struct connection *door);
/* How many ports the process waits at; 0: all processes. */
unsigned connections_doors(const struct process *of);
/* It is closed: what was written is sent, unless there is something that was not read. */
void connection_end(struct connection *c);
/* All of a process that is over. */
void connections_end(struct process *of);

#endif
