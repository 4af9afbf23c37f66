// SPDX-License-Identifier: MIT
// engine_bench.cc -- how long it takes to prove a program harmless, and to load one. To reach: time
// near-linear in length to 100,000 instructions, 1,000,000 of straight code a second, an object of
// 1,000 instructions in less than 5 ms.
#include "engine_work.h"

#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>
#include <string>

namespace {

std::string contents(const char *path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void verify(benchmark::State &state, struct work *work) {
    uint64_t steps = 0;
    for (auto _ : state) {
        uint32_t now = work_verify(work);
        if (!now) {
            state.SkipWithError("refused");
            break;
        }
        steps += now;
    }
    state.counters["instructions/s"] =
        benchmark::Counter(static_cast<double>(steps), benchmark::Counter::kIsRate);
    state.SetComplexityN(state.range(0));
    work_end(work);
}

void BM_verify_straight(benchmark::State &state) {
    verify(state, work_straight(static_cast<uint32_t>(state.range(0))));
}
BENCHMARK(BM_verify_straight)->RangeMultiplier(10)->Range(10, 100000)->Complexity();

void BM_verify_loopy(benchmark::State &state) {
    verify(state, work_loopy(static_cast<uint32_t>(state.range(0))));
}
BENCHMARK(BM_verify_loopy)->RangeMultiplier(10)->Range(100, 100000)->Complexity();

void BM_verify_deciding(benchmark::State &state) {
    verify(state, work_deciding(static_cast<uint32_t>(state.range(0))));
}
BENCHMARK(BM_verify_deciding)->RangeMultiplier(10)->Range(10, 10000)->Complexity();

// The longest that a verdict takes: below large stacks, and by dear instructions, which is the
// program of engine/worst/step:verify.
void give_up(benchmark::State &state, struct work *work) {
    for (auto _ : state)
        if (!work_give_up(work)) {
            state.SkipWithError("accepted");
            break;
        }
    work_end(work);
}
BENCHMARK_CAPTURE(give_up, large_stacks, work_hopeless())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(give_up, worst, work_worst())->Unit(benchmark::kMillisecond);

void BM_compile(benchmark::State &state) {
    struct work *work = work_straight(static_cast<uint32_t>(state.range(0)));
    work_verify(work);
    for (auto _ : state)
        benchmark::DoNotOptimize(work_compile(work));
    state.SetComplexityN(state.range(0));
    work_end(work);
}
BENCHMARK(BM_compile)->RangeMultiplier(10)->Range(10, 100000)->Complexity();

// All steps, from bytes to machine code and back.
void BM_load(benchmark::State &state, const char *path) {
    std::string file = contents(path);
    for (auto _ : state)
        if (!work_load(file.data(), file.size())) {
            state.SkipWithError("refused");
            break;
        }
}
BENCHMARK_CAPTURE(BM_load, thousand_clang, "build/tests/engine/thousand.clang-O2.o");
BENCHMARK_CAPTURE(BM_load, thousand_gcc, "build/tests/engine/thousand.gcc-O2.o");
BENCHMARK_CAPTURE(BM_load, four_programs, "build/tests/engine/programs.clang-O2.o");

// A refusal costs no more.
void BM_refuse(benchmark::State &state, const char *path) {
    std::string file = contents(path);
    for (auto _ : state)
        if (work_load(file.data(), file.size())) {
            state.SkipWithError("accepted");
            break;
        }
}
BENCHMARK_CAPTURE(BM_refuse, refused, "build/tests/engine/refused.clang-O2.o");

// Pages that the process has more after 100,000 loads, half of them refused; work_load looks each
// time whether all memory has come back.
void BM_leak_100000_loads(benchmark::State &state) {
    std::string good = contents("build/tests/engine/programs.gcc-O2.o");
    std::string bad = contents("build/tests/engine/refused.gcc-O2.o");
    auto resident = [] {
        long size = 0, pages = 0;
        std::ifstream("/proc/self/statm") >> size >> pages;
        return pages;
    };
    for (auto _ : state) {
        work_load(good.data(), good.size());
        long before = resident();
        for (int i = 0; i < 50000; i++)
            if (!work_load(good.data(), good.size()) || work_load(bad.data(), bad.size()))
                state.SkipWithError("the wrong verdict");
        state.counters["pages"] = static_cast<double>(resident() - before);
    }
}
BENCHMARK(BM_leak_100000_loads)->Iterations(1)->Unit(benchmark::kSecond);

} // namespace

BENCHMARK_MAIN();
