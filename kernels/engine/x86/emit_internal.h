/* SPDX-License-Identifier: MIT */
/* emit_internal.h -- shared by emit.c and emit_link.c only. */
#ifndef ENGINE_EMIT_INTERNAL_H
#define ENGINE_EMIT_INTERNAL_H

#include "engine/x86/emit.h"

void emit_byte(struct emitter *e, unsigned byte);
/* The low `bytes` bytes of value, least significant first. */
void emit_number(struct emitter *e, uint64_t value, unsigned bytes);

#endif
