/* SPDX-License-Identifier: MIT */
/* linux.c -- a frame to all who watch, by Linux's sockets: it is read from its file into datagrams,
 * and each is sent to each. Those who watch are sockets of another namespace, which are full. */
#include "linux/namespaces.h"
#include "video.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define OURS   "10.0.0.1"
#define THEIRS "10.0.0.2"

static void must(bool well) {
    if (!well)
        abort();
}

/* Sockets that nobody reads: what comes once they are full is dropped. */
static int open_viewers(void) {
    int least = 1;
    for (unsigned i = 0; i < STREAMS_MOST; i++) {
        int s = net_listen(SOCK_DGRAM, PORT_FIRST + i);
        must(!setsockopt(s, SOL_SOCKET, SO_RCVBUF, &least, sizeof least));
    }
    return -1;
}

static void watch(int unused) {
    (void)unused;
    for (;;)
        pause();
}

/* A film of one frame, in memory. */
static int make_film(void) {
    static const char frame[FRAME];
    int film = memfd_create("film", MFD_CLOEXEC);
    must(film >= 0 && write(film, frame, FRAME) == FRAME);
    return film;
}

static char datagram[PIECES][HEADER + PIECE];

static void read_frame(int film) {
    struct iovec piece[PIECES];
    for (unsigned i = 0; i < PIECES; i++)
        piece[i] = (struct iovec){datagram[i] + HEADER, PIECE};
    must(preadv(film, piece, PIECES, 0) == FRAME);
}

static void send_frame(int socket, const struct sockaddr_in *to, unsigned streams) {
    for (unsigned i = 0; i < PIECES; i++)
        for (unsigned k = 0; k < streams; k++)
            must(sendto(socket, datagram[i], sizeof datagram[i], 0, (const struct sockaddr *)&to[k],
                        sizeof to[k]) == (ssize_t)sizeof datagram[i]);
}

BENCH(video_frame, "video/frame/streams:1,2,4,8,15,30/by:user") {
    static const struct net_service viewers = {open_viewers, watch};
    static const struct net_nic ours = {"eth0", OURS}, theirs = {"eth1", THEIRS};
    struct sockaddr_in to[STREAMS_MOST];
    const unsigned streams = (unsigned)bench_arg(b, "streams");
    if (!net_enter(b, &ours, 1) || !net_serve(b, &theirs, 1, &viewers))
        return;
    int film = make_film(), socket = net_listen(SOCK_DGRAM, 5004);
    for (unsigned k = 0; k < STREAMS_MOST; k++)
        to[k] = net_address(THEIRS, PORT_FIRST + k);
    /* The neighbour is found, and all are full. */
    for (unsigned i = 0; i < 4; i++, usleep(20000))
        send_frame(socket, to, streams);
    while (bench_next(b)) {
        bench_start(b);
        read_frame(film);
        send_frame(socket, to, streams);
        bench_stop(b);
        usleep(2000);
    }
    close(socket), close(film);
    net_leave();
}
