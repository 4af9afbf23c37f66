// SPDX-License-Identifier: MIT
// host.cc -- what user code can reach of the bare machine's primitives, on the machine one sits at,
// in real time by Google Benchmark: calls, copies and an atomic exchange. Traps, page tables and
// devices are the kernel's and have no row here.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstring>

[[gnu::noinline]] static void nothing() {
    benchmark::ClobberMemory();
}

static void call_direct(benchmark::State &state) {
    for (auto _ : state)
        nothing();
}
BENCHMARK(call_direct)->Name("call/direct");

static void call_indirect(benchmark::State &state) {
    void (*callee)() = nothing;
    for (auto _ : state) {
        benchmark::DoNotOptimize(callee);
        callee();
    }
}
BENCHMARK(call_indirect)->Name("call/indirect");

static void call_table(benchmark::State &state) {
    static void (*const volatile table[])() = {nothing, nothing, nothing, nothing};
    size_t index = 2;
    for (auto _ : state) {
        benchmark::DoNotOptimize(index);
        table[index]();
    }
}
BENCHMARK(call_table)->Name("call/table");

static void copy(benchmark::State &state, size_t size) {
    alignas(64) static char from[4096], to[4096];
    for (auto _ : state) {
        benchmark::DoNotOptimize(memcpy(to, from, size));
        benchmark::ClobberMemory();
    }
}
BENCHMARK_CAPTURE(copy, 64B, size_t{64})->Name("copy/64B");
BENCHMARK_CAPTURE(copy, 4KiB, size_t{4096})->Name("copy/4KiB");

static void atomic_cmpxchg(benchmark::State &state) {
    std::atomic<long> word{0};
    for (auto _ : state) {
        long expected = 0;
        benchmark::DoNotOptimize(word.compare_exchange_strong(expected, 0));
    }
}
BENCHMARK(atomic_cmpxchg)->Name("atomic/cmpxchg");

BENCHMARK_MAIN();
