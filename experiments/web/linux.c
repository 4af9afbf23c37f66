/* SPDX-License-Identifier: MIT */
/* linux.c -- the same files by Linux's sockets, between two network namespaces: a client that asks
 * for one by each connection, and the smallest server that knows sendfile. */
#include "linux/namespaces.h"
#include "web.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define SERVER_ADDRESS "10.0.0.1"
#define CLIENT_ADDRESS "10.0.0.2"
#define FILES          "/web"
enum { START_MS = 500 };

static void must(bool well) {
    if (!well)
        abort();
}

/* --- The server --- */

static void file_make(uint32_t bytes) {
    static uint8_t data[WEB_MOST];
    char path[32];
    snprintf(path, sizeof path, FILES "/%u", bytes);
    int out = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    for (uint32_t i = 0; i < bytes; i++)
        data[i] = web_byte(bytes, i);
    must(out >= 0 && write(out, data, bytes) == (ssize_t)bytes && !close(out));
}

static void files_make(void) {
    static const uint32_t sizes[] = WEB_SIZES;
    mkdir(FILES, 0700);
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++)
        file_make(sizes[i]);
}

static int minimal_open(void) {
    files_make();
    return net_listen(SOCK_STREAM, WEB_PORT);
}

/* "GET /NAME ": the file, which is open; -1: there is none. */
static int asked_for(char *request) {
    char path[64] = FILES, *end;
    if (strncmp(request, "GET /", 5) != 0 || !(end = strchr(request + 4, ' ')))
        return -1;
    *end = '\0';
    if (strlen(request + 4) + sizeof FILES > sizeof path || strstr(request, ".."))
        return -1;
    strcat(path, request + 4);
    return open(path, O_RDONLY);
}

static void answer(int stream) {
    char request[1024], head[128];
    ssize_t n = read(stream, request, sizeof request - 1);
    struct stat of;
    must(n > 0);
    request[n] = '\0';
    int file = asked_for(request);
    must(file >= 0 && !fstat(file, &of));
    int length = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %ld\r\n\r\n",
                          (long)of.st_size);
    must(send(stream, head, (size_t)length, MSG_MORE) == length);
    for (off_t at = 0; at < of.st_size;)
        must(sendfile(stream, file, &at, (size_t)(of.st_size - at)) > 0);
    close(file);
}

static void minimal_serve(int listener) {
    for (;;) {
        int stream = accept(listener, NULL, NULL);
        must(stream >= 0);
        answer(stream);
        close(stream);
    }
}

static const struct net_service minimal = {minimal_open, minimal_serve};

/* The distribution's (boot/linux.sh), which forks for each connection. */
static int busybox_open(void) {
    files_make();
    return -1;
}

static void busybox_serve(int listener) {
    (void)listener;
    execl("/busybox", "busybox", "httpd", "-f", "-p", "80", "-h", FILES, (char *)0);
    _exit(1);
}

static const struct net_service busybox = {busybox_open, busybox_serve};

/* --- The client --- */

/* A server that has just been started may not listen yet. */
static int connected(void) {
    int stream = net_connect(SOCK_STREAM, SERVER_ADDRESS, WEB_PORT);
    for (unsigned ms = 0; stream < 0 && ms < START_MS; ms++) {
        usleep(1000);
        stream = net_connect(SOCK_STREAM, SERVER_ADDRESS, WEB_PORT);
    }
    return stream;
}

static uint32_t exchange(const char *request, uint32_t length, uint8_t *answer) {
    int stream = connected();
    ssize_t n = 1;
    uint32_t got = 0;
    must(stream >= 0 && write(stream, request, length) == (ssize_t)length);
    for (; n > 0; got += (uint32_t)n)
        must((n = read(stream, answer + got, WEB_MOST - got)) >= 0);
    close(stream);
    return got;
}

static bool begin(struct bench *b, const struct net_service *server) {
    const struct net_nic ours = {"eth1", CLIENT_ADDRESS}, theirs = {"eth0", SERVER_ADDRESS};
    return net_enter(b, &ours, 1) && net_serve(b, &theirs, 1, server);
}

static void get(struct bench *b, const struct net_service *server) {
    static uint8_t answer[WEB_MOST];
    const uint32_t bytes = (uint32_t)bench_arg(b, "bytes");
    char request[100];
    const uint32_t length = web_request(request, bytes);
    if (!begin(b, server))
        return;
    must(web_right(answer, exchange(request, length, answer), bytes));
    while (bench_next(b)) {
        bench_start(b);
        const uint32_t got = exchange(request, length, answer);
        bench_stop(b);
        must(web_right(answer, got, bytes));
        usleep(1000); /* what is left to be done of the connection */
    }
    net_leave();
}

BENCH(web_minimal, "web/get/bytes:100,1024,10240,102400/server:minimal") {
    get(b, &minimal);
}

BENCH(web_busybox, "web/get/bytes:100,1024,10240,102400/server:busybox") {
    if (access("/busybox", X_OK))
        bench_skip(b, "the kernel is one's own, and comes without busybox");
    else
        get(b, &busybox);
}

/* How many exchanges a million instructions are enough for. */
BENCH(web_requests, "web/requests/bytes:1024/server:minimal") {
    static uint8_t answer[WEB_MOST];
    const uint32_t bytes = (uint32_t)bench_arg(b, "bytes");
    char request[100];
    const uint32_t length = web_request(request, bytes);
    uint64_t count = 0;
    if (!begin(b, &minimal))
        return;
    must(web_right(answer, exchange(request, length, answer), bytes));
    for (const uint64_t until = __builtin_ia32_rdtsc() + 1000000; __builtin_ia32_rdtsc() < until;
         count++)
        must(exchange(request, length, answer) > bytes);
    bench_count(b, count - 1);
    net_leave();
}
