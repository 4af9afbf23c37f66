/* SPDX-License-Identifier: MIT */
/* accel.c -- try KVM before trusting it: a machine with one page, in real mode, which runs a known
 * loop and halts.
 *
 *     mov ecx, N; 1: dec ecx; jnz 1b; hlt            2 N + 2 instructions
 *
 * A processor does that in about N ticks; where each instruction is emulated it takes some hundred
 * times that. The loop is kept so short that even then the trial ends within a second. */
#include "guest/accel.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/die.h"
#include "base/status.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TURNS = 1000000, PAGE = 4096 };

struct trial {
    int kvm, vm, vcpu;
    void *page;
    struct kvm_run *run;
    size_t run_size;
};

static bool no(struct failure *verdict, const char *what) {
    failure_set(verdict, STATUS_USAGE, "%s", what);
    return false;
}

static bool has_flags(void) {
    scoped_text char *text = text_read("/proc/cpuinfo", NULL);
    const char *flags = text ? strstr(text, "\nflags") : NULL;
    char *line =
        flags ? text_format("%.*s ", (int)strcspn(flags + 1, "\n"), flags + 1) : text_copy("");
    bool has = strstr(line, " vmx ") || strstr(line, " svm ");
    free(line);
    return has;
}

/* Host ticks on x86; elsewhere there is no KVM for our guests at all. */
static uint64_t ticks(void) {
#if defined(__x86_64__)
    uint32_t low, high;
    __asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
#else
    return 0;
#endif
}

static void trial_end(struct trial *t) {
    if (t->run && t->run != MAP_FAILED)
        munmap(t->run, t->run_size);
    if (t->page && t->page != MAP_FAILED)
        munmap(t->page, PAGE);
    int fds[] = {t->vcpu, t->vm, t->kvm};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

static bool set_registers(struct trial *t) {
    struct kvm_sregs system;
    struct kvm_regs registers = {.rip = 0, .rflags = 2};
    if (ioctl(t->vcpu, KVM_GET_SREGS, &system))
        return false;
    system.cs.base = 0;
    system.cs.selector = 0;
    return !ioctl(t->vcpu, KVM_SET_SREGS, &system) && !ioctl(t->vcpu, KVM_SET_REGS, &registers);
}

static bool trial_begin(struct trial *t) {
    static const uint8_t code[] = {
        0x66,        0xb9, TURNS & 0xff, TURNS >> 8 & 0xff, TURNS >> 16 & 0xff,
        TURNS >> 24,       /* mov ecx, TURNS */
        0x66,        0x49, /* dec ecx */
        0x75,        0xfc, /* jnz to it */
        0xf4,              /* hlt */
    };
    t->vm = ioctl(t->kvm, KVM_CREATE_VM, 0);
    t->page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (t->vm < 0 || t->page == MAP_FAILED)
        return false;
    memcpy(t->page, code, sizeof code);
    struct kvm_userspace_memory_region memory = {.memory_size = PAGE,
                                                 .userspace_addr = (uintptr_t)t->page};
    if (ioctl(t->vm, KVM_SET_USER_MEMORY_REGION, &memory))
        return false;
    t->vcpu = ioctl(t->vm, KVM_CREATE_VCPU, 0);
    int size = ioctl(t->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    if (t->vcpu < 0 || size <= 0)
        return false;
    t->run_size = (size_t)size;
    t->run = mmap(NULL, t->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, t->vcpu, 0);
    return t->run != MAP_FAILED && set_registers(t);
}

/* Ticks an instruction, or below 0 where the machine did not run. */
static double trial_ticks(struct trial *t) {
    if (!trial_begin(t))
        return -1;
    assert_that(t->run && t->run != MAP_FAILED);
    uint64_t begun = ticks();
    if (ioctl(t->vcpu, KVM_RUN, 0) || t->run->exit_reason != KVM_EXIT_HLT)
        return -1;
    return (double)(ticks() - begun) / (2.0 * TURNS);
}

static bool try_it(struct failure *verdict) {
    struct trial t = {.kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), .vm = -1, .vcpu = -1};
    if (t.kvm < 0)
        return failure_set(verdict, STATUS_USAGE, "/dev/kvm: %s%s", strerror(errno),
                           errno == EACCES ? "; join its group: sudo usermod -aG kvm $USER" : ""),
               false;
    double each = trial_ticks(&t);
    trial_end(&t);
    if (each < 0)
        return no(verdict, "/dev/kvm opens, but a machine of one page does not run in it");
    failure_set(verdict, each > ACCEL_TICKS_MAX ? STATUS_USAGE : 0,
                "an instruction under KVM takes %.1f ticks (at most %d where it is real)", each,
                ACCEL_TICKS_MAX);
    return each <= ACCEL_TICKS_MAX;
}

bool accel_kvm(struct failure *verdict) {
#if !defined(__x86_64__)
    return no(verdict, "the host is no x86-64 machine, so KVM cannot run our guests");
#endif
    bool real = try_it(verdict);
    if (has_flags())
        return real;
    struct failure found = *verdict;
    failure_set(
        verdict, STATUS_USAGE,
        "the processor shows neither vmx nor svm, so whatever /dev/kvm is, it is not hardware; %s",
        found.text);
    return false;
}

void accel_require_kvm(void) {
    struct failure verdict;
    if (!accel_kvm(&verdict))
        die(verdict.status,
            "--clock tsc needs real KVM: %s; use --clock icount, which is exact everywhere",
            verdict.text);
}
