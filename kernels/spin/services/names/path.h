/* SPDX-License-Identifier: MIT */
/* path.h -- paths as bytes: names with slashes between them. A name has 1 to PATH_NAME_MAX - 1
 * printable characters of ASCII, no blank among them. Total on any bytes that end in a NUL. */
#ifndef SPIN_NAMES_PATH_H
#define SPIN_NAMES_PATH_H

#define PATH_NAME_MAX  32  /* bytes of a name, the NUL included */
#define PATH_BYTES_MAX 256 /* bytes of a path, the same */

/* Takes the next name off *path: 1; 0: there is none; -E_INVALID: a character that no name has;
 * -E_TOO_LONG. */
int path_next(const char **path, char name[PATH_NAME_MAX]);

/* The path FIRST/REST. 0, or -E_TOO_LONG. */
int path_join(char into[PATH_BYTES_MAX], const char *first, const char *rest);

#endif
