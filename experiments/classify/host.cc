// SPDX-License-Identifier: MIT
// host.cc -- the same filters and packets on the machine one sits at, in real time by Google
// Benchmark: by libpcap, one after the other, and by the kernel's set of filters.
#include <benchmark/benchmark.h>
#include <pcap/pcap.h>
#include <string>
#include <vector>

#define _Static_assert static_assert // the kernel's headers are C
extern "C" {
#include "exo/dpf/dpf.h"
#include "host_hooks.h"
#include "traffic.h"
}

enum whose { FIRST, LAST, NONE };
static constexpr const char *packet_name[] = {"first", "last", "none"};

[[noreturn]] static void give_up(const char *way) {
    fprintf(stderr,
            "bench-classify: %s: the filters cannot be made, or the wrong one has a packet\n", way);
    exit(1);
}

struct question {
    unsigned filters;
    int want; // whose it is, or -1
    uint8_t packet[TRAFFIC_BYTES];
    question(unsigned n, whose owner)
        : filters(n), want(owner == FIRST  ? 0
                           : owner == LAST ? int(n) - 1
                                           : -1) {
        traffic_packet(packet, TRAFFIC_PORT + (owner == NONE ? TRAFFIC_FILTERS : unsigned(want)));
    }
};

static void by_libpcap(benchmark::State &state, unsigned filters, whose owner) {
    const question q(filters, owner);
    std::vector<bpf_program> program(filters);
    pcap_t *dead = pcap_open_dead(DLT_EN10MB, 65535);
    for (unsigned i = 0; i < filters; i++) {
        const auto text = "ip and tcp dst port " + std::to_string(TRAFFIC_PORT + i);
        if (pcap_compile(dead, &program[i], text.c_str(), 1, PCAP_NETMASK_UNKNOWN))
            give_up(pcap_geterr(dead));
    }
    volatile int found = -1;
    for (auto _ : state) {
        unsigned i = 0;
        while (i < filters &&
               !bpf_filter(program[i].bf_insns, q.packet, TRAFFIC_BYTES, TRAFFIC_BYTES))
            i++;
        found = i < filters ? int(i) : -1;
    }
    if (found != q.want)
        give_up("libpcap");
    for (auto &one : program)
        pcap_freecode(&one);
    pcap_close(dead);
}

static void by_dpf(benchmark::State &state, unsigned filters, whose owner) {
    static int user[TRAFFIC_FILTERS]; // a filter's address says which it is
    const question q(filters, owner);
    host_hooks host;
    host_hooks_init(&host);
    dpf_set *set = dpf_open(&host.hooks);
    for (unsigned i = 0; set && i < filters; i++) {
        dpf_atom atom[TRAFFIC_ATOMS];
        dpf_filter *filter;
        dpf_fault fault;
        uint32_t at;
        traffic_filter(atom, TRAFFIC_PORT + i);
        if (dpf_insert(set, atom, TRAFFIC_ATOMS, &user[i], &filter, &fault, &at))
            give_up("dpf");
    }
    void *volatile found = nullptr;
    for (auto _ : state)
        found = dpf_find(set, q.packet, TRAFFIC_BYTES);
    if (found != (q.want < 0 ? nullptr : &user[q.want]))
        give_up("dpf");
    dpf_close(set);
}

int main(int argc, char **argv) {
    for (unsigned filters : {1, 10, 100, 1000})
        for (const whose owner : {FIRST, LAST, NONE}) {
            const std::string name = "classify/filters:" + std::to_string(filters) +
                                     "/packet:" + packet_name[owner] + "/way:";
            benchmark::RegisterBenchmark((name + "libpcap").c_str(), by_libpcap, filters, owner);
            benchmark::RegisterBenchmark((name + "dpf").c_str(), by_dpf, filters, owner);
        }
    // Each is steady after a few thousand runs. (MinTime() would change the rows' names.)
    std::vector<char *> arguments(argv, argv + argc);
    std::string min_time = "--benchmark_min_time=0.01";
    arguments.push_back(min_time.data());
    argc = int(arguments.size());
    arguments.push_back(nullptr);
    benchmark::Initialize(&argc, arguments.data());
    benchmark::RunSpecifiedBenchmarks();
}
