/* SPDX-License-Identifier: MIT */
/* keys.h -- the interface of the extension `keys`: what has been typed since it was loaded. */
#ifndef EXTENSION_KEYS_H
#define EXTENSION_KEYS_H

long keys_lines(void);

#endif
