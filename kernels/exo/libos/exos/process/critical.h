/* SPDX-License-Identifier: MIT */
/* critical.h -- nobody else runs between begin and end, as long as that is short: one processor,
 * and the kernel only tells of a slice's end meanwhile. So no lock guards what processes share, and
 * who dies holds none. They do not nest. */
#ifndef EXO_LIBOS_EXOS_CRITICAL_H
#define EXO_LIBOS_EXOS_CRITICAL_H

void critical_begin(void);
void critical_end(void);

#endif
