/* SPDX-License-Identifier: MIT */
/* native.h -- see native.c. */
#ifndef HANDLER_NATIVE_H
#define HANDLER_NATIVE_H

#include <stdint.h>

unsigned long handler_native(uint8_t *frame, uint64_t bytes, uint8_t *region, uint64_t from);

#endif
