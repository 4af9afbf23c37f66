// SPDX-License-Identifier: MIT
// host.cc -- the sample programs on the machine one sits at, in real time by Google Benchmark: by
// interpreter, as machine code, as signed native code and as what the host's compiler makes of the
// source; and ten TCP/IP filters beside libpcap's.
#include <benchmark/benchmark.h>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <pcap/pcap.h>
#include <string>
#include <vector>

#define _Static_assert static_assert // the engine's headers are C...
#define export exported              // ...in which this is a name
extern "C" {
#include "engine/merge.h"
#include "host_hooks.h"
#include "programs/contexts.h"
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

// Ten filters, alike but for the port: what a machine with ten connections asks of each packet, by
// libpcap one after the other, by machine code one after the other, and merged into one program.
static constexpr unsigned filters = 10, first_port = 71;

struct packet {
    const char *name;
    uint64_t wanted; // which filters it is for, a bit each
    std::string bytes;
};

// The sample's frame, for port 80 and so for the last filter, and what becomes of it.
static const std::vector<packet> &packets() {
    static std::vector<packet> all;
    if (!all.empty())
        return all;
    const sample &s = sample_at(SAMPLE_tcp_filter);
    const std::string frame(reinterpret_cast<const char *>(s.context),
                            reinterpret_cast<const char *>(s.end));
    auto changed = [&](size_t at, char to) {
        std::string bytes = frame;
        bytes[at] = to;
        return bytes;
    };
    all.push_back({"last", 1u << (filters - 1), frame});
    all.push_back({"first", 1, changed(offsetof(tcp_frame, target_port) + 1, first_port)});
    all.push_back({"none", 0, changed(offsetof(tcp_frame, target_port) + 1, 22)});
    all.push_back({"udp", 0, changed(offsetof(tcp_frame, protocol), 17)});
    all.push_back({"short", 0, frame.substr(0, 20)});
    return all;
}

static void must_match(uint64_t matched, const packet &p, const char *way) {
    if (matched != p.wanted)
        give_up(way, (std::string("wrong filters match the packet ") + p.name).c_str());
}

static void by_libpcap(benchmark::State &state, unsigned n) {
    const packet &p = packets()[n];
    const auto *start = reinterpret_cast<const u_char *>(p.bytes.data());
    const auto len = unsigned(p.bytes.size());
    pcap_t *dead = pcap_open_dead(DLT_EN10MB, 65535);
    bpf_program program[filters];
    for (unsigned i = 0; i < filters; i++) {
        const auto text = "ip and tcp dst port " + std::to_string(first_port + i);
        if (pcap_compile(dead, &program[i], text.c_str(), 1, PCAP_NETMASK_UNKNOWN))
            give_up(text.c_str(), pcap_geterr(dead));
    }
    uint64_t matched = 0;
    for (auto _ : state) {
        matched = 0;
        for (unsigned i = 0; i < filters; i++)
            matched |= uint64_t(bpf_filter(program[i].bf_insns, start, len, len) != 0) << i;
        benchmark::DoNotOptimize(matched);
    }
    must_match(matched, p, "libpcap");
    for (auto &one : program)
        pcap_freecode(&one);
    pcap_close(dead);
}

struct filter {
    program verified;
    facts proven;
    code compiled;
};

// tcp_filter for another port: its one constant that says port 80 is replaced, and what comes out
// is verified as any program is.
static void filter_for(filter &f, unsigned port) {
    sample &s = sample_at(SAMPLE_tcp_filter);
    const auto wanted = int32_t(__builtin_bswap16(uint16_t(port)));
    const auto was = int32_t(__builtin_bswap16(80));
    static verdict why;
    unsigned found = 0;
    std::string bytes(reinterpret_cast<const char *>(s.object.code), s.object.slots * INSN_BYTES);
    for (size_t at = 0; at < bytes.size(); at += INSN_BYTES)
        if (memcmp(&bytes[at + 4], &was, sizeof was) == 0) {
            memcpy(&bytes[at + 4], &wanted, sizeof wanted);
            found++;
        }
    refusal undecodable;
    jit_options options = {};
    f.verified = {};
    if (found != 1 ||
        !program_decode(&f.verified, s.hooks, bytes.data(), bytes.size(), &undecodable) ||
        !verify(&f.verified, &s.of->kind, s.hooks, &f.proven, &why) ||
        !jit_compile(&f.verified, s.hooks, &options, &f.compiled))
        give_up("tcp_filter", "cannot be made for another port");
}

static filter *filters_made() {
    static filter made[filters];
    if (!made[0].compiled.entry)
        for (unsigned i = 0; i < filters; i++)
            filter_for(made[i], first_port + i);
    return made;
}

static void by_engine(benchmark::State &state, unsigned n) {
    const packet &p = packets()[n];
    const auto start = uintptr_t(p.bytes.data()), end = start + p.bytes.size();
    const filter *made = filters_made();
    uint64_t matched = 0;
    for (auto _ : state) {
        matched = 0;
        for (unsigned i = 0; i < filters; i++)
            matched |= uint64_t(made[i].compiled.entry(start, end, 0, 0, 0, nullptr) != 0) << i;
        benchmark::DoNotOptimize(matched);
    }
    must_match(matched, p, "jit");
}

// All ten as one program, which is verified once more.
static code merged_filters() {
    sample &s = sample_at(SAMPLE_tcp_filter);
    filter *made = filters_made();
    merge_member member[filters];
    for (unsigned i = 0; i < filters; i++)
        member[i] = {&made[i].verified, &made[i].proven};
    static facts proven;
    static verdict why;
    merge all;
    code compiled;
    jit_options options = {};
    kind of = s.of->kind;
    of.entry.result.min = of.entry.result.max = 0;
    if (merge_create(&all, s.hooks, member, filters) != MERGE_DONE ||
        !verify(&all.program, &of, s.hooks, &proven, &why) ||
        !jit_compile(&all.program, s.hooks, &options, &compiled))
        give_up("tcp_filter", "ten cannot be merged");
    merge_release(&all, s.hooks);
    return compiled;
}

static void by_merge(benchmark::State &state, unsigned n) {
    static const code merged = merged_filters();
    const packet &p = packets()[n];
    const auto start = uintptr_t(p.bytes.data()), end = start + p.bytes.size();
    uint64_t matched = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(matched = merged.entry(start, end, 0, 0, 0, nullptr));
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
        add(name + "native", native, i);
        add(name + "host", by_host, i);
    }
    for (unsigned n = 0; n < packets().size(); n++) {
        const std::string name = std::string("engine/filters/packet:") + packets()[n].name;
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
