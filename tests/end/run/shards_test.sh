#!/bin/bash
# SPDX-License-Identifier: MIT
# Shards of a run become that run, made by the very lines of docs/campaigns.md; what does not belong together is refused.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# (Handlers by the hundred take long, and so does a second boot of Linux.)
what=(dispatch syscall --systems 'exo,spin,floor,linux' --filter 'l/args:1$' --no-build)

# documented PATTERN: the lines of a block of docs/campaigns.md from the one that fits on, for these rows, with shards in $tmp.
documented() {
    sed -nE "/^    $1/,/^\$/s/^    //p" docs/campaigns.md | sed "s|exospin run|exospin run ${what[*]/--no-build/}|;s|shards/|$tmp/shards/|g"
}

expect "the whole run" 0 '' ./exospin run "${what[@]}" --quiet --out "$tmp/whole"
by='xargs'
command -v parallel > /dev/null && by='parallel'
documented 'seq 4 \| '$by | grep "| $by" > "$tmp/line"
expect "the documented line of $by makes its shards" 0 '' bash "$tmp/line"
verdict "all four" test -e "$tmp/shards/4/run.json"
expect "merge makes one run of them" 0 '^syscall/args:1 ' ./exospin merge "$tmp"/shards/* --out "$tmp/merged"
verdict "its summary.json is the whole run's, to the byte" cmp "$tmp/whole/summary.json" "$tmp/merged/summary.json"
expect "and compare finds no difference" 0 '^[0-9]+ rows, [0-9]+ same$' ./exospin compare "$tmp/whole" "$tmp/merged"
expect "the order of the folders does not matter" 0 '' ./exospin merge "$tmp"/shards/{3,1,4,2} --quiet --out "$tmp/other"
verdict "at all" cmp "$tmp/merged/summary.json" "$tmp/other/summary.json"
expect "a merged run can be made again from its raw logs" 0 '' ./exospin report "$tmp/other" --from-raw
verdict "to the byte" cmp "$tmp/merged/summary.json" "$tmp/other/summary.json"

what=(dispatch syscall --systems 'exo,spin' --filter 'l/args:1$' --no-build)
documented '#!\/bin\/bash' > "$tmp/campaign.sh"
rm -r "$tmp/shards" "$tmp/merged"
for task in 1 2; do
    expect "the documented script makes shard $task as Slurm's task $task of 2" 0 '' env SLURM_SUBMIT_DIR="$PWD" SLURM_ARRAY_TASK_ID=$task \
        SLURM_ARRAY_TASK_COUNT=2 bash "$tmp/campaign.sh"
done
expect "its shards are merged, too" 0 '' ./exospin merge "$tmp"/shards/* --quiet --out "$tmp/merged"
./exospin run "${what[@]}" --quiet --out "$tmp/pair"
verdict "to the run" cmp "$tmp/pair/summary.json" "$tmp/merged/summary.json"

list() { ./exospin run "${what[@]}" --list "$@" | sort; }
for k in 1 2 3; do list --shard $k/3; done | sort > "$tmp/rows"
verdict "each row is in one shard" cmp "$tmp/rows" <(list)
expect "a shard says that it is one" 0 '^shard 2/2: .exospin merge' ./exospin run "${what[@]}" --shard 2/2 --force --out "$tmp/shards/2"
expect "a shard may be empty" 0 '' ./exospin run syscall --systems floor --no-build --shard 9/9 --quiet --out "$tmp/empty"

expect "a run that is no shard is refused" 64 'whole is no shard: it was made without --shard' ./exospin merge "$tmp/whole" --out "$tmp/no"
expect "a shard that is missing" 64 'shard 2/2 is missing' ./exospin merge "$tmp/shards/1" --out "$tmp/no"
expect "a shard that is there twice" 64 'are both shard 1/2' ./exospin merge "$tmp/shards/1" "$tmp/shards/2" "$tmp/shards/1" --out "$tmp/no"
cp -r "$tmp/shards/2" "$tmp/two"
for key in revision qemu samples filter image_sha256; do
    sed -E "s/(\"$key\": \"?)[0-9a-zA-Z:.]+/\\17/" "$tmp/shards/2/run.json" > "$tmp/two/run.json"
    expect "shards of another ${key%_*} are refused" 64 "are no shards of one run: ${key%_*} '" \
        ./exospin merge "$tmp/shards/1" "$tmp/two" --out "$tmp/no"
done
cp "$tmp/shards/2/run.json" "$tmp/two/"
echo '# of another tree' >> "$tmp/two/experiments/syscall/experiment.yaml"
expect "shards with another copy of an experiment are refused" 64 'its experiments/syscall/experiment.yaml is another' \
    ./exospin merge "$tmp/shards/1" "$tmp/two" --out "$tmp/copy"
verdict "nothing is left of what was refused" test ! -e "$tmp/no"
sed 's|"shard": "1/2"|"shard": "2/2"|' "$tmp/shards/1/run.json" > "$tmp/two/run.json"
expect "shards with a row in common are refused" 64 'are no shards of one run: both have the row (exo|spin):' \
    ./exospin merge "$tmp/shards/1" "$tmp/two" --out "$tmp/no"
for wrong in 0/0 '1/1 x' +1/1 4294967297/1 1/4000000000; do
    sed "s|\"shard\": \"1/2\"|\"shard\": \"$wrong\"|" "$tmp/shards/1/run.json" > "$tmp/two/run.json"
    expect "a run.json whose shard is '$wrong' is refused" 17 '"shard" must be K/N' ./exospin merge "$tmp/two" --out "$tmp/no"
done
verdict "and nothing is left of them, either" test ! -e "$tmp/no"
for wrong in 0/2 3/2 2 a/b 1/0 1/1001 1/2/3 ''; do
    expect "--shard '$wrong' is none" 64 "--shard '$wrong' is not K/N" ./exospin run --shard "$wrong"
done
