// SPDX-License-Identifier: MIT
// host.cc -- a direct procedure call of N arguments on the machine one sits at, in real time by
// Google Benchmark: what the paper calls procedure_call. The callee is kept out of line and looks
// at none of its arguments.
#include <benchmark/benchmark.h>

template <typename... Argument> [[gnu::noipa]] static void procedure(Argument...) {
    benchmark::ClobberMemory();
}

template <long... argument> static void procedure_call(benchmark::State &state) {
    for (auto _ : state)
        procedure(argument...);
}

BENCHMARK(procedure_call<>)->Name("dispatch/procedure_call/args:0");
BENCHMARK(procedure_call<1>)->Name("dispatch/procedure_call/args:1");
BENCHMARK(procedure_call<1, 2, 3, 4, 5>)->Name("dispatch/procedure_call/args:5");

BENCHMARK_MAIN();
