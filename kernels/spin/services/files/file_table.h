/* SPDX-License-Identifier: MIT */
/* file_table.h -- a process's table of open files: external references (runtime/external.h) of
 * which each is another one, so that giving one out looks for no other. */
#ifndef SPIN_SERVICES_FILES_FILE_TABLE_H
#define SPIN_SERVICES_FILES_FILE_TABLE_H

#include "spin/runtime/external.h"

/* An empty one. 0 or -E_NO_MEMORY. */
int file_table_create(struct external_table **t);

#endif
