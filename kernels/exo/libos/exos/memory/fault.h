/* SPDX-License-Identifier: MIT */
/* fault.h -- the handler of page faults. */
#ifndef EXO_LIBOS_EXOS_MEMORY_FAULT_H
#define EXO_LIBOS_EXOS_MEMORY_FAULT_H

#include <stdbool.h>
#include <stdint.h>

/* From now on traps of this process are ExOS'. */
void fault_begin(void);

/* Pages that are not there and have the bit EXOS_PAGED in their entry, which is given, are fn's to
 * fill; false: the trap is the application's. */
typedef bool fault_page_fn(uint64_t at, uint64_t entry);
void fault_page_by(fault_page_fn *fn);

/* Asked last, with the page and the trap's error code: of pages that show files. True: the access
 * can be tried again. Null: nobody is. */
extern bool (*fault_of_file)(uint64_t at, uint64_t error);

#endif
