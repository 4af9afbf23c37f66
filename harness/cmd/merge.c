/* SPDX-License-Identifier: MIT */
/* merge.c -- exospin merge: one run of its shards, wherever they were made. */
#include "base/die.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/tree.h"
#include "cmd/cli.h"
#include "cmd/output.h"
#include "report/outcome.h"
#include "run/inputs.h"
#include "run/merge.h"

#include <stdlib.h>

struct options {
    struct texts dirs;
    struct output output;
};

static int merge(const struct options *o) {
    struct failure why;
    struct folder folder;
    struct experiments experiments;
    struct shards *shards = shards_open(&o->dirs, &why);
    if (!shards)
        give_up(&why);
    scoped_text char *now = inputs_time(), *named = tree_path("results/merge-%s", now);
    scoped_text char *path = o->output.dir ? text_copy(o->output.dir) : folder_fresh(named);
    if (folder_create(&folder, path, o->output.force, &why) || shards_merge(shards, &folder, &why))
        give_up(&why);
    shards_close(shards);
    struct run *run = run_load(folder.work, &why);
    if (!run || experiments_kept(&experiments, &run->experiments, &folder, &why))
        give_up(&why);
    struct outcome_options how = {.quiet = o->output.quiet, .json = o->output.json};
    int status = outcome_finish(run, &folder, &experiments, 0, &how);
    experiments_free(&experiments);
    run_free(run);
    folder_close(&folder);
    return status;
}

int cmd_merge(int argc, char **argv) {
    struct options o = {0};
    const struct cli_option options[] = {OUTPUT_OPTIONS(&o.output, "results/merge-TIME"), {0}};
    cli_parse(&(struct cli){.arguments = "DIR...",
                            .help = "Makes one run of all the shards of a run, which `exospin run "
                                    "--shard K/N` made on one machine or several (see "
                                    "docs/campaigns.md). Its summary.json is the whole run's, to "
                                    "the byte by an exact clock. Shards of another build, of other "
                                    "options, or that are not all there are refused."
                                    "\vExit status: as `exospin run`; 64 if the shards do not "
                                    "belong together.",
                            .options = options,
                            .list = &o.dirs},
              argc, argv);
    if (!o.dirs.count)
        die(STATUS_USAGE, "wanted: DIR...; see `exospin merge --help`");
    output_check(&o.output);
    int status = merge(&o);
    texts_free(&o.dirs);
    return status;
}
