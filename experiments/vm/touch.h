/* SPDX-License-Identifier: MIT */
/* touch.h -- the access that faults: one store of three bytes. A handler of the row vm/trap steps
 * over it, with the time at which it began in rax. */
#ifndef EXPERIMENTS_VM_TOUCH_H
#define EXPERIMENTS_VM_TOUCH_H

#include <stdint.h>

#define TOUCH_BYTES 3
#define PAGES       100 /* of Prot100, Unprot100, Appel1 and Appel2 */

/* Stores 0; gives what is in rax then. */
static inline __attribute__((always_inline)) uint64_t touch(volatile void *at) {
    uint64_t rax = 0;
    __asm__ volatile(".byte 0x48, 0x89, 0x07" /* mov %rax, (%rdi) */
                     : "+a"(rax)
                     : "D"(at)
                     : "rdx", "memory");
    return rax;
}

/* Which page the n-th access is to: each of the PAGES once, in an order that looks like none. */
static inline unsigned touch_order(unsigned n) {
    return n * 37 % PAGES;
}

#endif
