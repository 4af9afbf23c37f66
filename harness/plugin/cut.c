/* SPDX-License-Identifier: MIT */
/* cut.c -- a plugin for QEMU that ends it when the guest has executed so many instructions, as a
 * power cut does: `exospin boot --cut N`.
 *
 *     -plugin cut.so,at=N,out=FILE
 *
 * The processor stands still at its N-th instruction, which is not executed. What the guest had
 * given to its disks until then is still done, so that one number leaves one disk: other threads of
 * QEMU sleep then, and the process ends by SIGKILL. FILE gets the line "cut". */
#include "qemu_plugin.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* How often in a row all others must be found asleep, and how long between. */
enum { LOOKS = 3, LOOK_US = 1000 };

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static uint64_t left; /* instructions until the cut */
static const char *out;

/* Whether thread NAME of this process sleeps; the field behind the name in brackets says so
 * (proc(5)). A thread that is gone does nothing either. */
static bool sleeps(const char *name) {
    char path[80], text[512];
    snprintf(path, sizeof path, "/proc/self/task/%s/stat", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    text[length > 0 ? length : 0] = '\0';
    const char *state = strrchr(text, ')');
    return !state || state[1] != ' ' || state[2] == 'S';
}

/* A request that waits for a thread has woken it; one that is done has woken the main loop. So
 * where all sleep there is none. */
static bool all_sleep(void) {
    DIR *threads = opendir("/proc/self/task");
    bool asleep = threads != NULL;
    for (struct dirent *e; asleep && (e = readdir(threads));)
        if (*e->d_name != '.' && atoi(e->d_name) != (int)gettid())
            asleep = sleeps(e->d_name);
    if (threads)
        closedir(threads);
    return asleep;
}

static void cut(void) {
    static const char line[] = "cut\n";
    for (int looks = 0; looks < LOOKS; usleep(LOOK_US))
        looks = all_sleep() ? looks + 1 : 0;
    int fd = open(out, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 || write(fd, line, strlen(line)) != (ssize_t)strlen(line))
        _exit(1); /* it would look as if there had been none */
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static void on_instruction(unsigned vcpu, void *data) {
    (void)vcpu;
    (void)data;
    if (!left--)
        cut();
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
    (void)id;
    for (size_t n = 0; n < qemu_plugin_tb_n_insns(tb); n++)
        qemu_plugin_register_vcpu_insn_exec_cb(qemu_plugin_tb_get_insn(tb, n), on_instruction,
                                               QEMU_PLUGIN_CB_NO_REGS, NULL);
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (!strncmp(argv[i], "at=", 3))
            left = strtoull(argv[i] + 3, NULL, 10);
        else if (!strncmp(argv[i], "out=", 4))
            out = strdup(argv[i] + 4);
    }
    if (!out) {
        fputs("cut.so: out=FILE is wanted\n", stderr);
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    return 0;
}
