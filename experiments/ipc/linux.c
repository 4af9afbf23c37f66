/* SPDX-License-Identifier: MIT */
/* linux.c -- one byte to another process and one back: the least that two processes of Linux can
 * ask and answer each other with. */
#include "measure/bench.h"

#include <stdlib.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child that answers each byte until the way to it is closed. */
struct server {
    int to, from; /* the parent's ends */
    pid_t child;
};

static _Noreturn void serve(int from, int to) {
    char byte;
    while (read(from, &byte, 1) == 1 && write(to, &byte, 1) == 1)
        ;
    _exit(0);
}

static struct server server_start(const int to_child[2], const int to_parent[2],
                                  void (*fn)(int from, int to)) {
    pid_t child = fork();
    if (child < 0)
        abort();
    if (child == 0) {
        close(to_child[1]); /* or its end would never be seen */
        fn(to_child[0], to_parent[1]);
    }
    return (struct server){.to = to_child[1], .from = to_parent[0], .child = child};
}

static void ask(const struct server *s) {
    char byte = 1;
    if (write(s->to, &byte, 1) != 1 || read(s->from, &byte, 1) != 1)
        abort();
}

/* The same with 8 KB, for a child that takes them in one read. */
static _Noreturn void serve_8kb(int from, int to) {
    static char bytes[8192];
    for (ssize_t n; (n = read(from, bytes, sizeof bytes)) > 0;)
        if (write(to, bytes, (size_t)n) != n)
            abort();
    _exit(0);
}

static void ask_8kb(const struct server *s) {
    static char bytes[8192];
    if (write(s->to, bytes, sizeof bytes) != sizeof bytes)
        abort();
    for (size_t got = 0; got < sizeof bytes;) {
        ssize_t n = read(s->from, bytes, sizeof bytes - got);
        if (n <= 0)
            abort();
        got += (size_t)n;
    }
}

static void server_end(const struct server *s) {
    int status;
    if (waitpid(s->child, &status, 0) != s->child || status)
        abort();
}

BENCH(pipe_1B, "ipc/pipe_1B") {
    int there[2], back[2];
    if (pipe(there) || pipe(back))
        abort();
    struct server s = server_start(there, back, serve);
    bench_time(b, ask(&s));
    close(there[1]);
    server_end(&s);
    close(there[0]), close(back[0]), close(back[1]);
}

BENCH(pipe_8KB, "ipc/pipe_8KB") {
    int there[2], back[2];
    if (pipe(there) || pipe(back))
        abort();
    struct server s = server_start(there, back, serve_8kb);
    bench_time(b, ask_8kb(&s));
    close(there[1]);
    server_end(&s);
    close(there[0]), close(back[0]), close(back[1]);
}

/* A word that a child changes back; who waits for that sleeps on it. */
static long futex(uint32_t *word, int op, uint32_t value) {
    return syscall(SYS_futex, word, op, value, NULL, NULL, 0);
}

enum turn { TURN_PARENT, TURN_CHILD, TURN_END };

static void pass_turn(uint32_t *word, enum turn to) {
    __atomic_store_n(word, to, __ATOMIC_SEQ_CST);
    if (futex(word, FUTEX_WAKE, 1) < 0)
        abort();
    while (to != TURN_END && __atomic_load_n(word, __ATOMIC_SEQ_CST) == to)
        futex(word, FUTEX_WAIT, to);
}

BENCH(shared_memory, "ipc/shared_memory") {
    uint32_t *word =
        mmap(NULL, sizeof *word, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status;
    if (word == MAP_FAILED)
        abort();
    pid_t child = fork();
    if (child < 0)
        abort();
    if (child == 0) {
        while (__atomic_load_n(word, __ATOMIC_SEQ_CST) == TURN_PARENT)
            futex(word, FUTEX_WAIT, TURN_PARENT);
        while (__atomic_load_n(word, __ATOMIC_SEQ_CST) == TURN_CHILD)
            pass_turn(word, TURN_PARENT);
        _exit(0);
    }
    bench_time(b, pass_turn(word, TURN_CHILD));
    pass_turn(word, TURN_END);
    if (waitpid(child, &status, 0) != child || status || munmap(word, sizeof *word))
        abort();
}

BENCH(unix_socket_1B, "ipc/unix_socket_1B") {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
        abort();
    const int parents[2] = {pair[0], pair[0]}, childs[2] = {pair[1], pair[1]};
    struct server s =
        server_start((int[2]){childs[0], parents[1]}, (int[2]){parents[0], childs[1]}, serve);
    bench_time(b, ask(&s));
    close(pair[0]);
    shutdown(pair[1], SHUT_RDWR);
    server_end(&s);
    close(pair[1]);
}
