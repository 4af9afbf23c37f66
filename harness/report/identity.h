/* SPDX-License-Identifier: MIT */
/* identity.h -- whether two run folders are the same to the byte. What two runs of one build may
 * differ in is one list, in identity.c. */
#ifndef HARNESS_IDENTITY_H
#define HARNESS_IDENTITY_H

#include "base/failure.h"
#include "base/text.h"

/* Compares every file of the folders A and B, which may be links to them. The names of those that
 * differ, are only on one side, or cannot be read (a link is none) go to *differ, each with a word
 * on how; *files is how many were compared. 0, or 42 with *why where a folder cannot be read. */
int identity_compare(const char *a, const char *b, struct texts *differ, size_t *files,
                     struct failure *why);

#endif
