/* SPDX-License-Identifier: MIT */
/* mkfs.h -- xn mkfs: a file system with a folder's files in it, by its library's own code. */
#ifndef XN_MKFS_H
#define XN_MKFS_H

#include <stdbool.h>
#include <stdint.h>

#include "exo/libos/disk/store.h"

/* Makes a file system of this type, "cffs" or "alfs", and of that name, on the store, with all that
 * is in the folder. The same folder gives the same bytes. 0, or an error of cffs.h and alfs.h, and
 * then *at names what could not be copied. -E_NO_CALL: there is no such type. */
long mkfs(struct store *store, const char *type, const char *folder, const char **at);

/* On the image: as a raw disk without XN, which is new; or on a volume that XN protects, which is
 * made if there is none, beside what is there. As above; *why gets XN's own words, or null. */
long mkfs_raw(unsigned char *image, uint32_t blocks, const char *type, const char *folder,
              const char **at);
long mkfs_volume(unsigned char *image, uint32_t blocks, const char *type, const char *folder,
                 const char **at, const char **why);

#endif
