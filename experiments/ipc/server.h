/* SPDX-License-Identifier: MIT */
/* server.h -- the process that is called, and the name that it serves under. */
#ifndef IPC_SERVER_H
#define IPC_SERVER_H

#define SERVER "ipc-server"

/* What exo's server does. */
enum { SERVER_REPLIES, SERVER_TELLS };

#endif
