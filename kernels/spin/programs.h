/* SPDX-License-Identifier: MIT */
/* programs.h -- what the kernel does with the programs that the boot lists, once all else is up.
 * measured.c holds a session of measurement with each: the kernel's agent first, then the program
 * with its own rows behind the kernel's. A kernel that is built without sessions has
 * spin/unmeasured.c in its place, which runs each once. */
#ifndef SPIN_PROGRAMS_H
#define SPIN_PROGRAMS_H

/* Runs them as the boot words ask, or (measured.c) talks to a person where these ask for nothing.
 * Gives the PROTOCOL_EXIT_ value to end with. */
unsigned programs_main(const char *words);

#endif
