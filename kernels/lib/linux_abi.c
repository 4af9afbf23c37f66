/* SPDX-License-Identifier: MIT */
/* linux_abi.c -- see linux_abi.h. */
#include "lib/linux_abi.h"

#include "lib/error.h"
#include "lib/string.h"

long linux_error(long error) {
    switch (-error) {
    case E_PERM:
        return -LINUX_EPERM;
    case E_FAULT:
        return -LINUX_EFAULT;
    case E_NO_CALL:
        return -LINUX_ENOSYS;
    case E_NO_MEMORY:
    case E_QUOTA:
        return -LINUX_ENOMEM;
    default:
        return -LINUX_EINVAL;
    }
}

uint64_t linux_start(void *stack, size_t bytes, uint64_t at, const char *const argument[],
                     unsigned count, uint64_t entry) {
    const uint64_t auxiliary[] = {LINUX_AT_PAGESZ, 4096, LINUX_AT_ENTRY, entry, LINUX_AT_NULL, 0};
    size_t text = 0, words = 1 + count + 1 + 1 + sizeof auxiliary / sizeof auxiliary[0];
    for (unsigned i = 0; i < count; i++)
        text += strlen(argument[i]) + 1;
    if (text > bytes || (bytes - text) / 16 * 16 < (words * 8 + 15) / 16 * 16)
        return 0;
    uint64_t begin = ((bytes - text) & -16ul) - ((words * 8 + 15) & -16ul);
    uint64_t to = begin + words * 8;
    uint64_t *word = (uint64_t *)((char *)stack + begin);
    *word++ = count;
    for (unsigned i = 0; i < count; i++) {
        size_t length = strlen(argument[i]) + 1;
        memcpy((char *)stack + to, argument[i], length);
        *word++ = at + to;
        to += length;
    }
    *word++ = 0;
    *word++ = 0; /* of the environment */
    memcpy(word, auxiliary, sizeof auxiliary);
    return at + begin;
}
