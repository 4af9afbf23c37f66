/* SPDX-License-Identifier: MIT */
/* error.h -- why a call was refused: one list for the enum and its sentences. A function that can
 * refuse returns 0 or a positive result, or -E_SOMETHING with no effect at all. */
#ifndef LIB_ERROR_H
#define LIB_ERROR_H

#define ERRORS(X)                                                                                  \
    X(E_PERM, "the caller has no right to do this")                                                \
    X(E_NO_CALL, "there is no system call of this number")                                         \
    X(E_INVALID, "an argument is out of its range")                                                \
    X(E_FAULT, "the address is not the caller's to read or write")                                 \
    X(E_NO_MEMORY, "no free page frame is left")                                                   \
    X(E_EXISTS, "there is something already")                                                      \
    X(E_NOT_FOUND, "there is no such thing")                                                       \
    X(E_TOO_LONG, "longer than the limit")                                                         \
    X(E_BAD_IMAGE, "the program is not a loadable ELF64 executable for x86-64")                    \
    X(E_DEAD, "the object exists no more")                                                         \
    X(E_FULL, "there is no room for another")                                                      \
    X(E_BUSY, "somebody is using it")                                                              \
    X(E_QUOTA, "more than the quota of who asks")                                                  \
    X(E_COST, "it would take longer than its callers were told")                                   \
    X(E_AGAIN, "not at this moment, for nothing is wrong with it")                                 \
    X(E_SHARE, "as many share it as may")                                                          \
    X(E_INTERRUPTED, "a signal came before it was done")                                           \
    X(E_OWNS, "what the block owns would not change by what is named and nothing else")            \
    X(E_NOT_IN_CORE, "a block is needed that is not in core")                                      \
    X(E_TAINTED, "what is not on the disk yet would be reached from a root")                       \
    X(E_ORDER, "something else must be on the disk first")                                         \
    X(E_READ_ONLY, "the volume cannot be changed")                                                 \
    X(E_DAMAGED, "what is on the disk cannot be")                                                  \
    X(E_BLOCK, "the page frame holds a block of a disk")                                           \
    X(E_IO, "the device could not do it")                                                          \
    X(E_ELSEWHERE, "it cannot be moved there, only copied")

enum error {
    E_NONE,
#define ERROR_ENUM(id, sentence) id,
    ERRORS(ERROR_ENUM)
#undef ERROR_ENUM
        E_COUNT
};

/* The sentence for an error, given as returned (negative) or as in the list. Never null. */
const char *error_sentence(int error);

#endif
