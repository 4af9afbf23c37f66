/* SPDX-License-Identifier: MIT */
/* net_secret.h -- a secret that nobody can guess, for sequence numbers and ports (RFC 6528): random
 * numbers of the processor's, or, where it has none, the time. */
#ifndef EXO_LIBOS_NET_NET_SECRET_H
#define EXO_LIBOS_NET_NET_SECRET_H

#include "protocol/secret.h"

/* A new one each time. */
struct secret net_secret(void);

#endif
