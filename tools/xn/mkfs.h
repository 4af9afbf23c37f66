/* SPDX-License-Identifier: MIT */
/* mkfs.h -- xn mkfs: a file system with a folder's files in it, by its library's own code. */
#ifndef XN_MKFS_H
#define XN_MKFS_H

#include <stdint.h>

/* Makes a C-FFS named "cffs" on the image, a raw disk without XN, with all that is in the folder.
 * The same folder gives the same bytes. 0, or an error of cffs.h and then *at names the file. */
long mkfs_raw(unsigned char *image, uint32_t blocks, const char *folder, const char **at);

#endif
