/* SPDX-License-Identifier: MIT */
/* spin-user.c -- the same by a process, which sends each datagram by a system call. Nobody has the
 * ports where they come to. */
#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"
#include "spin/user/datagrams.h"
#include "video.h"

#define SECOND 0x0a000002u

BENCH(video_frame_user, "video/frame/streams:1,2,4,8,15,30/by:user") {
    static char datagram[PIECES][HEADER + PIECE];
    const unsigned streams = (unsigned)bench_arg(b, "streams");
    bool failed = false;
    long from = datagram_open(5904, 0);
    if (from < 0) {
        bench_skip(b,
                   from == -E_NO_CALL ? "the machine has no network" : error_sentence((int)from));
        return;
    }
    for (unsigned i = 0; i < PIECES; i++)
        memset(datagram[i], (int)i, sizeof datagram[i]);
    /* The first waits for its neighbour. */
    datagram_send(from, datagram[0], 1, SECOND, PORT_FIRST);
    while (bench_next(b)) {
        bench_start(b);
        for (unsigned i = 0; i < PIECES; i++)
            for (unsigned k = 0; k < streams; k++)
                failed |= datagram_send(from, datagram[i], sizeof datagram[i], SECOND,
                                        PORT_FIRST + k) < 0;
        bench_stop(b);
    }
    if (failed)
        bench_skip(b, "a datagram has not gone");
    datagram_close(from);
}
