/* SPDX-License-Identifier: MIT */
/* page_bits.h -- what ExOS notes in the bits of a page's entry that are the library's. Assembly
 * includes it, too. */
#ifndef EXO_LIBOS_EXOS_PAGE_BITS_H
#define EXO_LIBOS_EXOS_PAGE_BITS_H

/* Of a page that is present: it stays shared over a fork; it is copied when it is written; a child
 * has one of its own. And of one that is not: it is one of zeroes, when it is touched. */
#define EXOS_SHARED 0x200
#define EXOS_COPIED 0x400
#define EXOS_OWN    0x800
#define EXOS_ZERO   0x800
/* The kernel has the frame (watch.h), or XN: a child gets a copy of it at once. */
#define EXOS_WATCHED 0x0010000000000000
/* And that a pager knows where its bytes are (pager.h); of a page of a pager's, present or not:
 * they are in the other memory, too. */
#define EXOS_PAGED 0x400
#define EXOS_SAVED 0x0020000000000000

#endif
