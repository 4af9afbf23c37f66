// SPDX-License-Identifier: MIT
// host.cc -- the null system call and the vDSO's clock on the host, in real time by
// Google Benchmark. getppid goes through the C library's syscall(), so that this builds on any
// architecture; that adds a function call.
#include <benchmark/benchmark.h>

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void syscall_null(benchmark::State &state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(syscall(SYS_getppid));
}
BENCHMARK(syscall_null)->Name("syscall/null");

static void clock_vdso(benchmark::State &state) {
    timespec now;
    for (auto _ : state) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        benchmark::DoNotOptimize(now);
    }
}
BENCHMARK(clock_vdso)->Name("clock/vdso");

BENCHMARK_MAIN();
