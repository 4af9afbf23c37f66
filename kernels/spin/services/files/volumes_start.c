/* SPDX-License-Identifier: MIT */
/* volumes_start.c -- what there is in a boot with a disk (volume.h). */
#include "spin/services/calls/user_calls.h"
#include "spin/services/files/file.h"
#include "spin/services/files/file_calls.h"
#include "spin/services/files/file_reads.h"

void volumes_init(void) {
    if (!disk_objects_init())
        return;
    file_policies_init();
    blocks_init();
    volume_events_init();
    file_directory_init();
    file_reads_init();
    file_calls_install(user_calls_handler, true);
}
