/* SPDX-License-Identifier: MIT */
/* exos.c -- an ExOS of its own: as many processes as the words say, one after the other, each of
 * which sends its pid through a pipe and ends. Ends with how many did. */
#include "exo/apps/report.h"
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/yield.h"
#include "user/program.h"

static bool child_speaks(void) {
    int ends[2];
    if (exos_pipe_pair(ends))
        return false;
    long pid = exos_fork();
    if (pid == 0) {
        uint64_t self = exos_getpid();
        exos_exit(exos_write(ends[1], &self, sizeof self) != sizeof self);
    }
    uint64_t said = 0;
    struct exos_end end;
    bool well = pid > 0 && exos_read(ends[0], &said, sizeof said) == sizeof said &&
                said == (uint64_t)pid && exos_wait(&end) == pid && !end.killed && !end.status;
    exos_close(ends[0]);
    exos_close(ends[1]);
    return well;
}

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    (void)a, (void)b;
    uint64_t wanted = report_number(words), done = 0;
    slice_handle();
    if (exos_begin() || exos_files_begin(64))
        return 0;
    while (done < wanted && child_speaks())
        done++;
    report("exos", "processes that spoke and ended:", done);
    return done;
}
