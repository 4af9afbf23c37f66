/* SPDX-License-Identifier: MIT */
/* exo-user.c -- the exokernel's null call, from the first environment. */
#include "exo/libos/stubs.h"

#define NULL_CALL EXO_CALL_null
#include "null_calls.h"
