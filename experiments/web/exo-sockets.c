/* SPDX-License-Identifier: MIT */
/* exo-sockets.c -- the web server over ExOS' sockets (libos/nettools/web_talk.h), with files of
 * ExOS: two processes, the network's and the server's. When the server has nothing to do it gives
 * the processor to its client; who has written, to the network's process. */
#include "exo-web.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/exos/page_bits.h"
#include "exo/libos/nettools/web_talk.h"
#include "exo/libos/sockets/sockets.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "user/program.h"
#include "web.h"

#define PAGES     100 /* of files */
#define SHARED_AT 0x531000000000ul
#define MASK      0xffffff00

static volatile struct web_shared *const shared = (volatile struct web_shared *)SHARED_AT;

static void must(bool so) {
    if (!so)
        __builtin_trap();
}

static void file(uint32_t bytes) {
    static uint8_t block[4096];
    char name[12] = "/";
    *web_number(name + 1, bytes) = '\0';
    const int fd = (int)exos_open(name, EXOS_WRITE | EXOS_CREATE);
    must(fd >= 0);
    for (uint32_t at = 0, part; at < bytes; at += part) {
        part = bytes - at < sizeof block ? bytes - at : sizeof block;
        for (uint32_t i = 0; i < part; i++)
            block[i] = web_byte(bytes, at + i);
        must(exos_write(fd, block, part) == (long)part);
    }
    exos_close(fd);
}

static long begin(void) {
    static const uint32_t sizes[] = WEB_SIZES;
    long error = exos_begin();
    if (!error)
        error = exos_files_begin(PAGES);
    for (unsigned i = 0; !error && i < sizeof sizes / sizeof *sizes; i++)
        file(sizes[i]);
    return error ? error : exos_sockets_begin(0, WEB_SERVER_IP, MASK, 0);
}

static void serve(int fd, uint64_t client) {
    static struct web_talk talk;
    web_talk_begin(&talk, fd);
    must(!exos_set_flags(fd, EXOS_NONBLOCK));
    for (enum web_step step; (step = web_talk(&talk)) != WEB_ENDED; exo_env_yield(client))
        if (step == WEB_WANTS_WRITE)
            exo_env_yield(exos_sockets_env());
    shared->bytes += talk.read;
    shared->touched += 2 * (talk.read + talk.sent); /* copied: each is read and written */
    exo_env_yield(exos_sockets_env());              /* what was written goes */
}

uint64_t program_main(uint64_t how, uint64_t b, const char *words) {
    const uint64_t client = how >> 32;
    const uint64_t bits = EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC | EXOS_SHARED;
    const struct exo_pages page = {SHARED_AT, (uint32_t)how << 12 | bits, 1};
    (void)b, (void)words;
    must(exo_page_update(0, 0, 0, &page, 1, 0) == 1);
    slice_handle();
    const long error = begin();
    if (error) {
        shared->ready = (uint64_t)error;
        return 1;
    }
    const int listener = (int)exos_socket(EXOS_STREAM, 0);
    must(listener >= 0 && !exos_bind(listener, WEB_PORT) && !exos_listen(listener, 4) &&
         !exos_set_flags(listener, EXOS_NONBLOCK));
    shared->network = exos_sockets_env();
    shared->ready = 1;
    for (;;) {
        const int fd = (int)exos_accept(listener, NULL);
        if (fd >= 0)
            serve(fd, client);
        else
            exo_env_yield(client);
    }
}
