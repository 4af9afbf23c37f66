/* SPDX-License-Identifier: MIT */
/* rpc.h -- procedures that others call by datagrams: who has one claims its number at NET_RPC, and
 * answers by NET_REPLY in its handler of Rpc.Arrived. */
#ifndef EXTENSIONS_RPC_H
#define EXTENSIONS_RPC_H

#include "spin/services/net/net.h"

enum { RPC_RESULT_MOST = 128 }; /* bytes */

#ifdef __BPF__
/* The right to call this procedure: for those who have it, to give to others. */
extern unsigned long rpc_handle(unsigned long procedure);
#else
unsigned long rpc_handle(unsigned long procedure);
#endif

#endif
