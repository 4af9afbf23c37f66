/* SPDX-License-Identifier: MIT */
/* status.h -- what exospin's exit status means. The one list: the enum, `exospin help exit`, the
 * messages of a run and the tests are all made from it. The numbers are a contract with scripts
 * (docs/guide.md) and never change.
 *
 * STATUSES(X) lists X(ID, NUMBER, NAME, SENTENCE, MEND): a short stable name, what happened, and
 * what to do about it. */
#ifndef HARNESS_STATUS_H
#define HARNESS_STATUS_H

#define STATUSES(X)                                                                                \
    X(OK, 0, "ok", "all that was asked for ran, or both sides are the same", "")                   \
    X(DIFFERS, 1, "differs", "compare, verify: rows are faster, slower, missing or new",           \
      "read the rows listed; `exospin report DIR` shows each with its samples")                    \
    X(UNSURE, 2, "cannot tell", "compare, verify: the noise is wider than the difference",         \
      "run both sides with more --boots on a quiet machine")                                       \
    X(UNLIKE, 3, "not comparable", "compare, verify: unlike clocks, or no row in common",          \
      "compare two runs of one clock: `exospin run --clock icount`")                               \
    X(CHECK, 10, "check failed", "a test inside a guest did not hold",                             \
      "its reason names file and line; alone: `exospin run checks --filter 'SYSTEM:NAME'`")        \
    X(PANIC, 11, "guest panic", "a guest's kernel found a broken invariant and stopped",           \
      "read the fault record; `exospin boot SYSTEM --gdb` stops where it happens")                 \
    X(USER_FAULT, 12, "user fault", "user code of a guest took a trap that nobody handles",        \
      "the fault record has the instruction and the address it touched")                           \
    X(TRIPLE, 13, "triple fault", "a guest's processor gave up: a fault while delivering one",     \
      "look at the stacks and the IDT first; `exospin boot SYSTEM --gdb`")                         \
    X(RESET, 14, "reset", "a guest reset its machine",                                             \
      "look for a write to port 0x64 or 0xcf9, or for Linux's panic= on its log")                  \
    X(NO_HELLO, 15, "silent before hello", "nothing was heard of a guest before the time-out",     \
      "the raw log in the run folder has what it printed; try `exospin boot SYSTEM`")              \
    X(HANG, 16, "silent in a bench", "a bench or check did not end before the time-out",           \
      "the row is named; `exospin boot SYSTEM --gdb` and interrupt it")                            \
    X(DAMAGED, 17, "damaged record", "a record's checksum or form is wrong",                       \
      "on a PC check cable and speed; in QEMU two writers share the serial line")                  \
    X(LOST, 18, "lost or cut record", "sequence numbers skip, or a record has no end",             \
      "on a PC check the cable; in QEMU the guest stopped while it printed")                       \
    X(EARLY, 19, "ended early", "a guest ended in order but sent no `done`",                       \
      "the last lines of the raw log tell how far it came")                                        \
    X(PLAN, 20, "plan not met", "a row that was planned or asked for never arrived",               \
      "the rows are named; is each BENCH in the image that runs?")                                 \
    X(NO_SAMPLE, 21, "no sample", "a bench returned without one sample",                           \
      "its body must call bench_start and bench_stop while bench_next says so")                    \
    X(QEMU, 30, "QEMU missing or too old", "no usable qemu-system-x86_64",                         \
      "`exospin doctor` prints the command that installs it; QEMU=PATH names another")             \
    X(QEMU_DIED, 31, "QEMU died", "QEMU itself ended by a signal or an error",                     \
      "its own words are in the message; `exospin doctor` checks the machine")                     \
    X(MISSING, 32, "image or tool missing", "an image or a tool that builds one is not there",     \
      "`make` builds the images, `make deps` installs the tools; see `exospin doctor`")            \
    X(BUILD, 33, "build failed", "make did not build what the run needs",                          \
      "the compiler's words stand above; `make V=1` shows the commands")                           \
    X(EXPERIMENT, 40, "bad experiment file", "an experiment.yaml or papers' table is malformed",   \
      "the message names file, line, key and the allowed values")                                  \
    X(UNKNOWN, 41, "unknown name", "there is no such experiment, system or row",                   \
      "`exospin list` prints all there are")                                                       \
    X(FOLDER, 42, "run folder not usable", "the folder is in use, holds a run, or is read-only",   \
      "name another with --out DIR; --force replaces a run and keeps what you added to it")        \
    X(DISK_FULL, 43, "disk full", "a file could not be written for want of space",                 \
      "free some and run again; `exospin doctor` says how much is needed")                         \
    X(PORT, 44, "port not usable", "a port or link of this machine is somebody else's",            \
      "name another one in --net; `ss -ltnp` says whose it is")                                    \
    X(USAGE, 64, "usage", "the command line is not understood", "`exospin help COMMAND`")

enum status {
#define STATUS_ENUM(id, number, name, sentence, mend) STATUS_##id = number,
    STATUSES(STATUS_ENUM)
#undef STATUS_ENUM
        STATUS_SIGNAL = 128 /* + n: ended by signal n */
};

struct status_entry {
    int number;
    const char *name, *sentence, *mend;
};

/* All of them in rising order, *count entries. */
const struct status_entry *status_list(int *count);

/* The entry of a number; for 128 + n and for unknown numbers one that says so. Never null, not to
 * be freed. */
const struct status_entry *status_find(int number);

/* Of two outcomes the one that counts: the lower failure; 0 only if both are 0. */
int status_worst(int a, int b);

#endif
