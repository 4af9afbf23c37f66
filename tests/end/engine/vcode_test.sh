#!/bin/bash
# SPDX-License-Identifier: MIT
# vcode as its users meet it: statuses, verdicts, runs, links, and files that are no objects.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

# vcode STATUS PATTERN CLAIM ARGUMENTS...
vcode() {
    expect "$3" "$1" "$2" build/host/vcode "${@:4}"
}

cat > "$tmp/good.c" << 'END'
#include "kinds.h"
PROGRAM(guard) _Bool small(const struct event *event) { return event->number < 3; }
END
cat > "$tmp/bad.c" << 'END'
#include "kinds.h"
PROGRAM(handler) long peek(struct event *event, struct process *process) {
    event->argument[0] = 1;
    return process->parent->id;
}
END
cat > "$tmp/library.c" << 'END'
#include "kinds.h"
unsigned long calls;
PROGRAM(service) long twice(long number) {
    calls++;
    return 2 * number;
}
END
cat > "$tmp/caller.c" << 'END'
#include "kinds.h"
SERVICE long twice(long number);
PROGRAM(handler) long call(struct event *event, struct process *process) {
    event->argument[1] = process->id;
    return twice((long)event->argument[0]);
}
END
cat > "$tmp/back.c" << 'END'
#include "kinds.h"
static long has(struct process *process, unsigned long cookie) { return process->priority == cookie ? process->id : 0; }
PROGRAM(handler) long back(struct event *event, struct process *process) {
    event->argument[0] = process->id;
    return process_each(has, 20);
}
END
sed 's/? process->id : 0/? process->secret : 0/' "$tmp/back.c" > "$tmp/forth.c"
sed 's/long twice(long number)/long twice(int number)/; s/twice((long)/twice((int)/' "$tmp/caller.c" > "$tmp/wrong.c"
echo 'int twice(int x) { return 2 * x; }' > "$tmp/none.c"
for source in good bad none library caller wrong back forth; do
    clang -target bpf -mcpu=v3 -O2 -g -Itools/vcode -c "$tmp/$source.c" -o "$tmp/$source.clang.o"
    bpf-gcc -O2 -g -gbtf -Itools/vcode -c "$tmp/$source.c" -o "$tmp/$source.gcc.o"
done
printf '\2\0\0\0\1\0\0\0' > "$tmp/event"

for by in clang gcc; do
    vcode 0 'accepted as guard' "$by: check accepts a guard" check "$tmp/good.$by.o"
    vcode 0 'reads of argument 1: bytes 0-3$' "$by: check says what it reads" check "$tmp/good.$by.o"
    vcode 0 'at most [0-9]+ instructions' "$by: check says what it costs" check "$tmp/good.$by.o"
    vcode 1 'bad.c:[45]' "$by: check names the line that is wrong" check "$tmp/bad.$by.o"
    vcode 1 '^nullable: .*may be null' "$by: check names the rule" check "$tmp/bad.$by.o"
    vcode 1 '\(prototype\)' "$by: a guard is no handler" check "$tmp/good.$by.o" --kind handler
    vcode 0 'small: 1 ' "$by: run gives the result" run "$tmp/good.$by.o" --ctx "$tmp/event"
    vcode 0 'small: 1 ' "$by: the interpreter gives the same" run "$tmp/good.$by.o" --ctx "$tmp/event" --interp
    vcode 0 'good.c:2' "$by: dump shows source lines" dump "$tmp/good.$by.o"
    vcode 0 'r1: object event, argument 1' "$by: dump shows states" dump "$tmp/good.$by.o" --states
    vcode 0 '^ +[0-9a-f]{2} ' "$by: dump shows machine code" dump "$tmp/good.$by.o" --bytes
    vcode 0 '^ +[0-9a-f]{2} ' "$by: and by the name of its compiler" dump "$tmp/good.$by.o" --jit
    vcode 0 'back: 2 ' "$by: the kernel calls back" run "$tmp/back.$by.o" --ctx "$tmp/event"
    vcode 0 'back: 2 ' "$by: also what is interpreted" run "$tmp/back.$by.o" --ctx "$tmp/event" --interp
    vcode 0 'uses: process_each$' "$by: check says which names it uses" check "$tmp/back.$by.o"
    vcode 1 'handed out at [0-9]+, to be called back' "$by: a refused callback is said to be one" check "$tmp/forth.$by.o"
    vcode 0 'unsigned int process;' "$by: types are printed as C" types "$tmp/good.$by.o"
    vcode 0 'nothing undefined' "$by: two objects are linked" link "$tmp/library.$by.o" "$tmp/caller.$by.o"
    vcode 0 'exports (long|long int) twice' "$by: exports are listed" link "$tmp/library.$by.o" --exports
    vcode 1 '\(wrong-type\)' "$by: a name of another type is not bound" link "$tmp/library.$by.o" "$tmp/wrong.$by.o"
    vcode 1 '\(unknown-name\)' "$by: a name that nobody exports is not bound" link "$tmp/caller.$by.o"
done
bytecode=7110010000000000950000000000000
isa() {
    expect "$3" "$1" "$2" bash -c 'echo "$0" | build/host/vcode isa "${@:1}"' "${bytecode}0" "${@:4}"
}
isa 0 '^2$' "isa: memory before the way, interpreted" 0102 --interp
isa 0 '^2$' "isa: memory behind the way, interpreted" --interp 0102
isa 0 '^2$' "isa: memory before the way, compiled" 0102 --jit
isa 0 '^2$' "isa: memory behind the way, compiled" --jit 0102
isa 1 'touched memory' "isa: memory that is not there, interpreted" 01 --interp
isa 1 'signal 11' "isa: no memory at all, compiled" --jit
isa 2 'one of --interp and --jit' "isa: both ways" --interp --jit

vcode 0 'nothing undefined' "an object of GCC's calls one of clang's" link "$tmp/library.clang.o" "$tmp/caller.gcc.o"

vcode 2 'No such file' "a file that is not there" check "$tmp/nothing"
vcode 2 'an object file is wanted' "no file" check
vcode 2 '^kinds of programs, declared in tools/vcode/kinds.h: guard' "a kind that does not exist" check "$tmp/good.gcc.o" --kind nonsense
vcode 1 '^kinds of programs, .*: guard handler' "a file without programs: what would be one is said" check "$tmp/none.gcc.o"
vcode 2 'nothing: No such file' "a context that is not there" run "$tmp/good.gcc.o" --ctx "$tmp/nothing"
vcode 0 '^kinds of programs, .*: guard handler' "the page of usage names the kinds" help
vcode 2 "^vcode: no command 'frobnicate'; see \`vcode help\`$" "a command that does not exist" frobnicate
vcode 2 "no command 'chekc'; did you mean 'check'\?" "a command that is nearly there" chekc
vcode 2 "no option '--knd'; did you mean '--kind'\? see \`vcode check --help\`" "an option that is nearly there" check "$tmp/good.gcc.o" --knd=guard
vcode 2 "no option '--states'; see \`vcode check --help\`" "another command's option" check "$tmp/good.gcc.o" --states
vcode 0 'accepted as guard' "an option may be cut short" check "$tmp/good.gcc.o" --ki guard
vcode 2 "no kind 'gaurd'; did you mean 'guard'\?" "a kind that is nearly there" check "$tmp/good.gcc.o" --kind gaurd
vcode 2 'has 56 bytes at most' "a context that is too long" run "$tmp/good.gcc.o" --ctx /bin/true
vcode 2 "has no program 'other'; there are:\$" "a program that the object does not have" check "$tmp/good.gcc.o" --program other
vcode 2 '^ +small$' "those that it has are said" check "$tmp/good.gcc.o" --program other
vcode 2 "has no program 'other'; without --program: " "the same of an object that is refused anyway" check "$tmp/bad.gcc.o" --program other
vcode 1 '\(not-elf\)' "a text" check README.md
vcode 1 '\(not-bpf|not-object\)' "a program of this machine" check /bin/true
: > "$tmp/empty"
vcode 1 'refused' "an empty file" check "$tmp/empty"

# Cut anywhere, an object is refused and not half-loaded: the tool ends by itself, and with status 1.
bad=0
size=$(stat -c %s "$tmp/good.gcc.o")
for ((len = 0; len < size; len += 97)); do
    head -c $len "$tmp/good.gcc.o" > "$tmp/cut"
    timeout 10 build/host/vcode check "$tmp/cut" > "$tmp/out" 2>&1
    [ $? -eq 1 ] || bad=1
done
verdict "an object that is cut anywhere is refused" [ $bad -eq 0 ]
