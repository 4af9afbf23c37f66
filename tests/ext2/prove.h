/* SPDX-License-Identifier: MIT */
/* prove.h -- objects of a file system proven as the loader has it done, on the host: each as a
 * whole, on fuel, within its stack. For unit tests. */
#ifndef TESTS_EXT2_PROVE_H
#define TESTS_EXT2_PROVE_H

/* How many programs these objects of a file system ("ext2") have, of either compiler, all of them
 * proven; else the test fails. */
unsigned prove_all(const char *system, const char *const *objects, unsigned count,
                   const char *compiler);

#endif
