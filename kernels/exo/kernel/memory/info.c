/* SPDX-License-Identifier: MIT */
/* info.c -- see info.h. */
#include "exo/kernel/memory/info.h"

#include "exo/kernel/memory/view.h"
#include "lib/string.h"
#include "machine/device/timer.h"
#include "machine/memory/frame.h"
#include "machine/memory/page_flush.h"

struct exo_info
    info; /* a page of its own by its type: whatever lay beside it would be exposed too */

void info_init(const struct boot_info *boot) {
    size_t build_length;
    const void *build = boot_build_id(&build_length);
    info.tsc_hz = timer_tsc_hz();
    info.frames_total = frame_total();
    info.boot_at = EXO_BOOT + boot->archive.start.at % PAGE_SIZE;
    info.boot_bytes = boot->archive.len_bytes;
    info.tags = page_flush_tags();
    info.calls = EXO_CALL_COUNT;
    info.build_length =
        build_length < sizeof info.build ? (uint32_t)build_length : sizeof info.build;
    memcpy(info.build, build, info.build_length);
    memcpy(info.command_line, boot->command_line, sizeof info.command_line);
    info.command_line[sizeof info.command_line - 1] = '\0';
    view_add(EXO_INFO, physical(&info), sizeof info);
    view_add(EXO_BOOT, PADDR(page_round_down(boot->archive.start.at)),
             boot->archive.len_bytes + boot->archive.start.at % PAGE_SIZE);
}
