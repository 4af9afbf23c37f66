// SPDX-License-Identifier: MIT
// host.cc -- the sample programs on the host, in real time by Google Benchmark: by
// interpreter, as machine code, as signed native code and as what the host's compiler makes of the
// source; and ten TCP/IP filters beside libpcap's.
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <memory>
#include <pcap/pcap.h>
#include <string>
#include <vector>

#define _Static_assert static_assert // the engine's headers are C...
#define export exported              // ...in which this is a name
extern "C" {
#include "filters.h"
#include "host_hooks.h"
#include "ways.h"

#define X(name) uint64_t name(void *start, void *end);
SAMPLE_PROGRAMS(X)
#undef X
}

using entry = uint64_t(void *start, void *end);
static constexpr entry *on_host[] = {
#define X(name) name,
    SAMPLE_PROGRAMS(X)
#undef X
};

[[noreturn]] static void give_up(const char *what, const char *why) {
    fprintf(stderr, "bench-engine: %s: %s\n", what, why);
    exit(1);
}

static const hooks *engine_hooks() {
    static host_hooks host;
    if (!host.limit)
        host_hooks_init(&host);
    return &host.hooks;
}

static sample &sample_at(unsigned i) {
    static std::unique_ptr<sample> samples[SAMPLE_PROGRAM_COUNT];
    if (!samples[i]) {
        samples[i] = std::make_unique<sample>();
        if (const char *wrong = sample_open(samples[i].get(), i, engine_hooks()))
            give_up(sample_program[i].name, wrong);
    }
    return *samples[i];
}

static void interpreted(benchmark::State &state, unsigned i) {
    sample &s = sample_at(i);
    for (auto _ : state)
        benchmark::DoNotOptimize(sample_interpret(&s));
}

static void compiled(benchmark::State &state, unsigned i) {
    sample &s = sample_at(i);
    for (auto _ : state)
        benchmark::DoNotOptimize(sample_run(&s));
}

// The price of an option of the compiler.
static void compiled_with(benchmark::State &state, unsigned i, jit_options options) {
    sample &s = sample_at(i);
    code made;
    if (!jit_compile(&s.program, s.hooks, &options, &made))
        give_up(sample_program[i].name, "no memory for machine code");
    const auto run = reinterpret_cast<entry *>(reinterpret_cast<uintptr_t>(made.entry));
    for (auto _ : state)
        benchmark::DoNotOptimize(run(s.context, s.end));
    jit_release(&made, s.hooks);
}

static void native(benchmark::State &state, unsigned i) {
    sample &s = sample_at(i);
    for (auto _ : state)
        benchmark::DoNotOptimize(sample_call(&s));
}

static constexpr uint64_t secret = 0x9e3779b97f4a7c15; // any number does for timing

static void by_host(benchmark::State &state, unsigned i) {
    sample &s = sample_at(i);
    entry *volatile function = on_host[i]; // the compiler may not look into it
    for (auto _ : state)
        benchmark::DoNotOptimize(function(s.context, s.end));
}

// Ten filters (filters.h): by libpcap one after the other, by machine code one after the other, and
// merged into one program.
static const std::vector<std::string> packet_names = {"last", "first", "none", "udp", "short"};

static packet packet_at(unsigned n) {
    packet p;
    filters_packet(&p, packet_names[n].c_str(), &sample_at(SAMPLE_tcp_filter));
    return p;
}

static const filters &filters_made() {
    static filters made;
    if (const char *wrong =
            made.hooks ? nullptr : filters_open(&made, &sample_at(SAMPLE_tcp_filter)))
        give_up("filters", wrong);
    return made;
}

static void must_match(uint64_t matched, const packet &p, const char *way) {
    if (matched != p.wanted)
        give_up(way, "the wrong filters take a packet");
}

static void by_libpcap(benchmark::State &state, unsigned n) {
    const packet p = packet_at(n);
    const auto len = unsigned(p.len);
    pcap_t *dead = pcap_open_dead(DLT_EN10MB, 65535);
    bpf_program program[FILTERS];
    for (unsigned i = 0; i < FILTERS; i++) {
        const auto text = "ip and tcp dst port " + std::to_string(FILTERS_FIRST_PORT + i);
        if (pcap_compile(dead, &program[i], text.c_str(), 1, PCAP_NETMASK_UNKNOWN))
            give_up(text.c_str(), pcap_geterr(dead));
    }
    uint64_t matched = 0;
    for (auto _ : state) {
        matched = 0;
        for (unsigned i = 0; i < FILTERS; i++)
            matched |= uint64_t(bpf_filter(program[i].bf_insns, p.bytes, len, len) != 0) << i;
        benchmark::DoNotOptimize(matched);
    }
    must_match(matched, p, "libpcap");
    for (auto &one : program)
        pcap_freecode(&one);
    pcap_close(dead);
}

static void by_engine(benchmark::State &state, unsigned n) {
    const filters &made = filters_made();
    const packet p = packet_at(n);
    uint64_t matched = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(matched = filters_ask(&made, &p));
    must_match(matched, p, "jit");
}

static void by_merge(benchmark::State &state, unsigned n) {
    const filters &made = filters_made();
    const packet p = packet_at(n);
    uint64_t matched = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(matched = filters_ask_merged(&made, &p));
    must_match(matched, p, "merged");
}

template <typename... Argument> static void add(const std::string &name, Argument... argument) {
    benchmark::RegisterBenchmark(name.c_str(), argument...);
}

int main(int argc, char **argv) {
    for (unsigned i = 0; i < SAMPLE_PROGRAM_COUNT; i++) {
        const std::string name = std::string("engine/") + sample_program[i].name + "/way:";
        add(name + "interp", interpreted, i);
        add(name + "jit", compiled, i);
        add(name + "jit/option:barriers", compiled_with, i, jit_options{false, true, 0, false});
        add(name + "jit/option:blind", compiled_with, i, jit_options{false, false, secret, false});
        add(name + "native", native, i);
        add(name + "host", by_host, i);
    }
    for (unsigned n = 0; n < packet_names.size(); n++) {
        const std::string name = "engine/filters/packet:" + packet_names[n];
        add(name + "/way:libpcap", by_libpcap, n);
        add(name + "/way:jit", by_engine, n);
        add(name + "/way:merged", by_merge, n);
    }
    // There are many rows, and each is steady after a few thousand runs. (MinTime() would change
    // the rows' names.)
    std::vector<char *> arguments(argv, argv + argc);
    std::string min_time = "--benchmark_min_time=0.01";
    arguments.push_back(min_time.data());
    argc = int(arguments.size());
    arguments.push_back(nullptr);
    benchmark::Initialize(&argc, arguments.data());
    benchmark::RunSpecifiedBenchmarks();
}
