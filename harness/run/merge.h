/* SPDX-License-Identifier: MIT */
/* merge.h -- the shards of one run (`run --shard K/N`), made anywhere, become that run. */
#ifndef HARNESS_MERGE_H
#define HARNESS_MERGE_H

#include "base/failure.h"
#include "base/folder.h"
#include "base/text.h"
#include "run/run.h"

struct shards;

/* Reads what the run.json of each shard in DIRS says. Null with *why: as run_load for a folder that
 * holds no run; 64 where one is no shard, one is missing or there twice, or two differ in revision,
 * image, a tool, or an option that is not theirs alone. */
struct shards *shards_open(const struct texts *dirs, struct failure *why);

/* Makes one run of them in FOLDER: raw logs, copies of experiments, and a run.json, not yet
 * complete, whose boots are in the order in which one run makes them. Once only. 64 with *why where
 * a copy is not the same in all; 42 or 43 where FOLDER cannot be written. */
int shards_merge(struct shards *shards, struct folder *folder, struct failure *why);
void shards_close(struct shards *shards);

#endif
