// SPDX-License-Identifier: MIT
// host.cc -- the sample programs on the machine one sits at, in real time by Google Benchmark: by
// interpreter, as machine code, as signed native code and as what the host's compiler makes of the
// source; and ten TCP/IP filters beside libpcap's, on one frame.
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <pcap/pcap.h>
#include <string>
#include <vector>

#define _Static_assert static_assert // the engine's headers are C
extern "C" {
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
    activation a = {};
    for (auto _ : state)
        benchmark::DoNotOptimize(sample_run(&s, &a));
}

static void native(benchmark::State &state, unsigned i) {
    sample &s = sample_at(i);
    for (auto _ : state)
        benchmark::DoNotOptimize(sample_call(&s));
}

static void by_host(benchmark::State &state, unsigned i) {
    sample &s = sample_at(i);
    entry *volatile function = on_host[i]; // the compiler may not look into it
    for (auto _ : state)
        benchmark::DoNotOptimize(function(s.context, s.end));
}

// Ten filters, alike but for the port: what a machine with ten connections asks of each packet.
static constexpr unsigned filters = 10, first_port = 71; // the frame is for port 80, the last

static void by_libpcap(benchmark::State &state) {
    const sample &s = sample_at(SAMPLE_tcp_filter);
    const auto len = unsigned(static_cast<const uint8_t *>(s.end) - s.context);
    pcap_t *dead = pcap_open_dead(DLT_EN10MB, 65535);
    bpf_program program[filters];
    for (unsigned i = 0; i < filters; i++) {
        const auto text = "ip and tcp dst port " + std::to_string(first_port + i);
        if (pcap_compile(dead, &program[i], text.c_str(), 1, PCAP_NETMASK_UNKNOWN))
            give_up(text.c_str(), pcap_geterr(dead));
    }
    unsigned matches = 0;
    for (auto _ : state) {
        matches = 0;
        for (const auto &p : program)
            matches += bpf_filter(p.bf_insns, s.context, len, len) != 0;
    }
    if (matches != 1)
        give_up("libpcap", "one of the ten filters has to match");
    for (auto &p : program)
        pcap_freecode(&p);
    pcap_close(dead);
}

// tcp_filter for another port: its one constant that says port 80 is replaced, and what comes out
// is verified as any program is.
static code filter_for(unsigned port) {
    sample &s = sample_at(SAMPLE_tcp_filter);
    const auto wanted = int32_t(__builtin_bswap16(uint16_t(port)));
    const auto was = int32_t(__builtin_bswap16(80));
    static facts proven;
    static verdict why;
    code made;
    unsigned found = 0;
    std::string bytes(reinterpret_cast<const char *>(s.object.code), s.object.slots * INSN_BYTES);
    for (size_t at = 0; at < bytes.size(); at += INSN_BYTES)
        if (memcmp(&bytes[at + 4], &was, sizeof was) == 0) {
            memcpy(&bytes[at + 4], &wanted, sizeof wanted);
            found++;
        }
    program p = {};
    refusal undecodable;
    jit_options options = {};
    if (found != 1 || !program_decode(&p, s.hooks, bytes.data(), bytes.size(), &undecodable) ||
        !verify(&p, &s.of->kind, s.hooks, &proven, &why) ||
        !jit_compile(&p, s.hooks, &options, &made))
        give_up("tcp_filter", "cannot be made for another port");
    program_release(&p, s.hooks);
    return made;
}

static void by_engine(benchmark::State &state) {
    sample &s = sample_at(SAMPLE_tcp_filter);
    const auto start = uintptr_t(s.context), end = uintptr_t(s.end);
    code filter[filters];
    for (unsigned i = 0; i < filters; i++)
        filter[i] = filter_for(first_port + i);
    activation a = {};
    uint64_t matches = 0;
    for (auto _ : state) {
        matches = 0;
        for (const auto &f : filter)
            matches += f.entry(start, end, 0, 0, 0, &a);
    }
    if (matches != 1)
        give_up("tcp_filter", "one of the ten filters has to match");
    for (auto &f : filter)
        jit_release(&f, s.hooks);
}

template <typename... Argument> static void add(const std::string &name, Argument... argument) {
    benchmark::RegisterBenchmark(name.c_str(), argument...);
}

int main(int argc, char **argv) {
    for (unsigned i = 0; i < SAMPLE_PROGRAM_COUNT; i++) {
        const std::string name = std::string("engine/") + sample_program[i].name + "/way:";
        add(name + "interp", interpreted, i);
        add(name + "jit", compiled, i);
        add(name + "native", native, i);
        add(name + "host", by_host, i);
    }
    add("engine/filters/way:libpcap", by_libpcap);
    add("engine/filters/way:jit", by_engine);
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
