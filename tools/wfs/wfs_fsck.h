/* SPDX-License-Identifier: MIT */
/* wfs_fsck.h -- a volume of wfs is looked through from its root, and what a power cut leaves is
 * mended: names that lead nowhere, nodes and blocks in use that nobody has, counts. */
#ifndef WFS_FSCK_H
#define WFS_FSCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As e2fsck's exit statuses. DAMAGED: of that nothing was mended; NO_VOLUME, of another format. */
enum wfs_state { WFS_WELL = 0, WFS_MENDED = 1, WFS_DAMAGED = 4, WFS_NO_VOLUME = 8 };

/* The disk, of so many bytes, becomes in order, unless it is only to be looked at: then MENDED says
 * that there is something to mend. Each finding is told. Any bytes may be on it. */
enum wfs_state wfs_fsck(uint8_t *disk, size_t bytes, bool mend, void (*tell)(const char *finding));

#endif
