/* SPDX-License-Identifier: MIT */
/* volumes_start.c -- what there is in a boot with a disk (volume.h). */
#include "machine/report/panic.h"
#include "spin/services/calls/user_calls.h"
#include "spin/services/files/file.h"
#include "spin/services/files/file_calls.h"

MODULE("VolumesStart");

void volumes_init(void) {
    static const struct name_authorizer everybody;
    if (!disk_objects_init())
        return;
    blocks_init();
    volume_events_init();
    module_add(THIS_MODULE);
    assert_that(names_create(THIS_MODULE, "/svc/volumes", &everybody, &everybody) == 0);
    file_calls_install(user_calls_handler, true);
}
