/* SPDX-License-Identifier: MIT */
/* image.h -- what identifies a bootable image: the hash of its bytes, and the GNU build-id inside
 * it. */
#ifndef HARNESS_IMAGE_H
#define HARNESS_IMAGE_H

/* SHA-256 of the COUNT files at PATHS, one behind the other, as 64 hex digits in a new string; null
 * with errno set where one cannot be read. */
char *image_sha256(const char *const *paths, int count);

/* The build-id of the ELF at PATH in hex, a new string; "" where it has none or is no ELF. */
char *image_build_id(const char *path);

#endif
