/* SPDX-License-Identifier: MIT */
/* main.c -- crashdisk: judges each disk that a power cut may leave. docs/crash.md has the method.
 *
 *     crashdisk [OPTIONS] LOG BASE CHECK...
 *
 * Exit status 0: all states are good; 1: one is bad; 2: it could not be run; 64: a wrong command
 * line; 128 + n: signal n ended it, and what it had done is told. */
#include "base/interrupt.h"
#include "base/scope.h"
#include "base/text.h"
#include "campaign.h"

#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { GOOD, BAD, CANNOT, USAGE = 64, SIGNALLED = 128 };
enum { JOBS_MOST = 64 };

static const char help[] =
    "Usage: crashdisk [OPTIONS] LOG BASE CHECK...\n"
    "Builds each disk that a power cut may leave, by LOG (dm-log-writes' format, as QEMU's\n"
    "blklogwrites writes it) of what was written to a disk that had the bytes of the file BASE,\n"
    "and runs CHECK with the path of an image of it: exit status 0 means that it is good.\n"
    "\n"
    "  -j, --jobs=N        states judged at the same time (1)\n"
    "      --entries=N     the log's first N entries, for one whose end is damaged\n"
    "      --most=N        judge N of the states that differ, drawn by the seed (300000)\n"
    "      --seed=N        of what is drawn (1)\n"
    "      --resume=FILE   note there what was judged, and leave out what it has\n"
    "      --server        CHECK is run once: reads lines 'NUMBER TORN FLUSHES', answers 'good'\n"
    "      --seconds=S     for one state (60)\n"
    "      --until-bad     stop at the first bad state\n"
    "      --image=N:FILE  write the disk of state N to FILE, and judge nothing; without CHECK\n"
    "      --folder=DIR    where images are while they are judged (/dev/shm, or TMPDIR)\n"
    "  -q, --quiet         no progress\n";

enum {
    OPTION_ENTRIES = 256,
    OPTION_MOST,
    OPTION_SEED,
    OPTION_RESUME,
    OPTION_SERVER,
    OPTION_SECONDS,
    OPTION_UNTIL_BAD,
    OPTION_IMAGE,
    OPTION_FOLDER,
    OPTION_HELP
};

static uint64_t number_of(const char *option, const char *text, uint64_t least, uint64_t most) {
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || number < least || number > most)
        errx(USAGE, "--%s=%s: wanted is a number from %" PRIu64 " to %" PRIu64, option, text, least,
             most);
    return number;
}

static double seconds_of(const char *text) {
    double seconds;
    if (!text_number(text, &seconds) || seconds <= 0 || seconds > 86400)
        errx(USAGE, "--seconds=%s: wanted is a number above 0, and 86400 at most", text);
    return seconds;
}

static const char *folder_default(void) {
    const char *named = getenv("TMPDIR");
    if (named && *named)
        return named;
    return access("/dev/shm", W_OK | X_OK) ? "/tmp" : "/dev/shm";
}

/* Options into *c; gives "N:FILE" of --image, or null. */
static const char *read_options(struct campaign *c, int argc, char **argv) {
    static const struct option options[] = {{"jobs", required_argument, NULL, 'j'},
                                            {"entries", required_argument, NULL, OPTION_ENTRIES},
                                            {"most", required_argument, NULL, OPTION_MOST},
                                            {"seed", required_argument, NULL, OPTION_SEED},
                                            {"resume", required_argument, NULL, OPTION_RESUME},
                                            {"server", no_argument, NULL, OPTION_SERVER},
                                            {"seconds", required_argument, NULL, OPTION_SECONDS},
                                            {"until-bad", no_argument, NULL, OPTION_UNTIL_BAD},
                                            {"image", required_argument, NULL, OPTION_IMAGE},
                                            {"folder", required_argument, NULL, OPTION_FOLDER},
                                            {"quiet", no_argument, NULL, 'q'},
                                            {"help", no_argument, NULL, OPTION_HELP},
                                            {0}};
    const char *image = NULL;
    for (int o; (o = getopt_long(argc, argv, "+j:q", options, NULL)) != -1;) {
        switch (o) {
        case 'j':
            c->jobs = (unsigned)number_of("jobs", optarg, 1, JOBS_MOST);
            break;
        case 'q':
            c->quiet = true;
            break;
        case OPTION_ENTRIES:
            c->entries = number_of("entries", optarg, 1, UINT64_MAX);
            break;
        case OPTION_MOST:
            c->most = number_of("most", optarg, 1, UINT32_MAX);
            break;
        case OPTION_SEED:
            c->seed = number_of("seed", optarg, 0, UINT64_MAX);
            break;
        case OPTION_RESUME:
            c->resume = optarg;
            break;
        case OPTION_SERVER:
            c->server = true;
            break;
        case OPTION_SECONDS:
            c->seconds = seconds_of(optarg);
            break;
        case OPTION_UNTIL_BAD:
            c->until_bad = true;
            break;
        case OPTION_IMAGE:
            image = optarg;
            break;
        case OPTION_FOLDER:
            c->folder = optarg;
            break;
        case OPTION_HELP:
            fputs(help, stdout);
            exit(GOOD);
        default:
            errx(USAGE, "`crashdisk --help` lists the options");
        }
    }
    return image;
}

/* The file's bytes, for as long as the process lives. */
static const uint8_t *map(const char *path, size_t *length) {
    struct stat file;
    int fd = text_open(path);
    if (fd < 0 || fstat(fd, &file))
        errx(CANNOT, "%s: %s", path, text_read_error(errno));
    *length = (size_t)file.st_size;
    const uint8_t *bytes =
        *length ? mmap(NULL, *length, PROT_READ, MAP_PRIVATE, fd, 0) : (const uint8_t *)"";
    if (bytes == MAP_FAILED)
        err(CANNOT, "%s", path);
    close(fd);
    return bytes;
}

static void read_inputs(struct campaign *c, struct write_log *log, const char *log_path,
                        const char *base_path) {
    size_t length;
    char *why;
    c->base = map(base_path, &c->length);
    if (!c->length || c->length % SECTOR)
        errx(CANNOT, "%s: %zu bytes are no disk: one has whole sectors of %u", base_path, c->length,
             SECTOR);
    const uint8_t *bytes = map(log_path, &length);
    if (!write_log_read(log, bytes, length, c->length / SECTOR, c->entries, &why))
        errx(CANNOT, "%s: %s", log_path, why);
    if (!log->count)
        errx(CANNOT, "%s: nothing was written: %zu entries, %zu flushes", log_path, log->entries,
             log->flushes);
    c->log = log;
}

static int write_image(const struct campaign *c, const char *option) {
    const char *colon = strchr(option, ':');
    scoped_text char *digits = text_copy(option);
    digits[strcspn(digits, ":")] = '\0';
    if (!colon || !colon[1])
        errx(USAGE, "--image=%s: wanted is NUMBER:FILE", option);
    uint64_t number = number_of("image", digits, 0, UINT64_MAX);
    scoped_text char *text = campaign_image(c, number, colon + 1);
    if (!text)
        errx(CANNOT, "there is no state %" PRIu64, number);
    puts(text);
    return GOOD;
}

static int judge(const struct campaign *c) {
    interrupt_catch();
    struct tally t = campaign_run(c);
    printf("entries=%zu writes=%zu flushes=%zu states=%" PRIu64 " distinct=%" PRIu64
           " judged=%" PRIu64 " before=%" PRIu64 " bad=%" PRIu64 "%s\n",
           c->log->entries, c->log->count, c->log->flushes, t.states, t.distinct, t.judged,
           t.before, t.bad, t.stopped ? " stopped" : "");
    if (t.stopped)
        return SIGNALLED + interrupted();
    return t.bad ? BAD : GOOD;
}

/* A check that is not there would find each disk bad. */
static void see_check(const char *command) {
    if (strchr(command, '/')) {
        if (access(command, X_OK))
            err(CANNOT, "%s", command);
        return;
    }
    const char *path = getenv("PATH");
    for (size_t length; path && *path; path += length + (path[length] == ':')) {
        length = strcspn(path, ":");
        scoped_text char *at = text_format("%.*s/%s", (int)length, path, command);
        if (!access(at, X_OK))
            return;
    }
    errx(CANNOT, "%s: there is no such command", command);
}

int main(int argc, char **argv) {
    struct campaign c = {
        .jobs = 1, .entries = UINT64_MAX, .most = 300000, .seed = 1, .seconds = 60};
    struct write_log log;
    const char *image = read_options(&c, argc, argv);
    int wanted = image ? 2 : 3;
    if (argc - optind < wanted || (image && argc - optind > wanted))
        errx(USAGE, "wanted are LOG, BASE%s; `crashdisk --help` has more",
             image ? "" : " and CHECK");
    if (!c.folder)
        c.folder = folder_default();
    read_inputs(&c, &log, argv[optind], argv[optind + 1]);
    c.check = argv + optind + 2;
    if (!image)
        see_check(c.check[0]);
    int status = image ? write_image(&c, image) : judge(&c);
    write_log_free(&log);
    if (fflush(stdout) || ferror(stdout))
        err(CANNOT, "standard output");
    return status;
}
