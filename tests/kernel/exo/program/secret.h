/* SPDX-License-Identifier: MIT */
/* secret.h -- a protected abstraction that has a secret in a page and in every register while it
 * works, and a client that looks for it. */
#ifndef TESTS_EXO_SECRET_H
#define TESTS_EXO_SECRET_H

#include "exo/libos/ipc/transfer.h"

/* Its methods. */
enum {
    SECRET_FRAME, /* (): the frame with the secret */
    SECRET_LONG,  /* (turns): so many turns of a loop; SECRET_DONE */
    SECRET_TRAP   /* (): a trap */
};
#define SECRET_DONE  4242
#define SECRET_TURNS 200000

void secret_method(struct message *m);

/* 0, or the line where it saw the secret or something else that was not to be. */
uint64_t secret_client(uint64_t method);

#endif
