// SPDX-License-Identifier: MIT
// reader_bench.cc -- how fast the protocol reader reads. To reach: 20 MB of serial text a second.
extern "C" {
#include "log/reader.h"
}

#include <benchmark/benchmark.h>
#include <zlib.h>

#include <cstdio>
#include <string>

namespace {

void add_record(std::string &log, unsigned &sequence, const std::string &body) {
    char tail[16];
    std::string line = "@X1 " + std::to_string(sequence++) + " " + body;
    unsigned long crc = crc32(0, reinterpret_cast<const unsigned char *>(line.data()),
                              static_cast<unsigned>(line.size()));
    std::snprintf(tail, sizeof tail, " #%08lx\n", crc);
    log += line + tail;
}

// What a boot sends, row after row, until it is LEAST bytes long.
std::string records(size_t least) {
    std::string log, values;
    unsigned sequence = 0;
    for (int i = 0; i < 64; i++)
        values += (i ? "," : "") + std::to_string(1000 + i);
    add_record(log, sequence, "hello system=spin build=0123456789abcdef clock=icount tsc_hz=0");
    for (unsigned row = 0; log.size() < least; row++) {
        std::string name = "dispatch/handlers:" + std::to_string(row);
        add_record(log, sequence,
                   "bench name=" + name + " clock=icount overhead=3 batch=1 cold=1 steady=64");
        add_record(log, sequence, "samples name=" + name + " phase=cold v=4321");
        add_record(log, sequence, "samples name=" + name + " phase=steady v=" + values);
    }
    return log;
}

std::string text(size_t least) {
    std::string log;
    while (log.size() < least)
        log += "[    0.123456] a line of a kernel's log, as Linux prints hundreds of them\r\n";
    return log;
}

struct tally {
    size_t records, diagnoses;
};

void count(void *context, const reader_event *event) {
    tally *t = static_cast<tally *>(context);
    t->records += event->kind == READER_RECORD;
    t->diagnoses += event->kind == READER_DIAGNOSIS;
}

void read_log(benchmark::State &state, const std::string &log, bool damaged = false) {
    tally t = {};
    for (auto _ : state) {
        t = {};
        reader *r = reader_new(count, &t);
        reader_feed(r, log.data(), log.size());
        reader_end(r);
        reader_free(r);
    }
    if ((t.diagnoses > 0) != damaged)
        state.SkipWithError("the log is not read as it was written");
    state.counters["records"] = static_cast<double>(t.records);
    state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * log.size()));
}

void reader_records(benchmark::State &state) {
    read_log(state, records(1 << 20));
}
BENCHMARK(reader_records);

void reader_text(benchmark::State &state) {
    read_log(state, text(1 << 20));
}
BENCHMARK(reader_text);

// Every line is a record with a wrong checksum.
void reader_damaged(benchmark::State &state) {
    std::string log = records(1 << 20);
    for (size_t end = log.find('\n'); end != std::string::npos; end = log.find('\n', end + 1))
        log[end - 1] = log[end - 1] == '0' ? '1' : '0';
    read_log(state, log, true);
}
BENCHMARK(reader_damaged);

} // namespace

BENCHMARK_MAIN();
