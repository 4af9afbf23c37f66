/* SPDX-License-Identifier: MIT */
/* compare.c -- exospin compare: two runs, inputs first and then row by row. Two runs of the same
 * inputs by an exact clock must also be the same to the byte, and are held to that. */
#include "cmd/cli.h"
#include "base/die.h"
#include "report/comparison.h"

int cmd_compare(int argc, char **argv) {
    const char *dirs[2];
    bool json = false, all = false;
    const struct cli_option options[] = {
        {"all", NULL, "also the rows that are the same, behind those that are not", .flag = &all},
        {"json", NULL, "print the comparison as JSON, every row in it", .flag = &json},
        {0}};
    cli_parse(
        &(struct cli){"DIR_A DIR_B",
                      "Compares two runs row by row: faster, slower, same or cannot tell, missing "
                      "or new. What is not the same is printed, the worst first, and how many "
                      "there are of each. Rows of an exact clock compare sample "
                      "by sample; rows by tsc and of the host by the medians of at least 5 "
                      "fresh boots a side, with the bootstrap interval of their ratio and the "
                      "noise that each side shows against itself. Unlike clocks are refused."
                      "\vExit status: 0 same, 1 differs (faster, slower, missing, new), 2 "
                      "cannot tell, 3 not comparable.",
                      options, dirs, 2, 2, NULL},
        argc, argv);
    struct run *a = run_load_or_die(dirs[0]), *b = run_load_or_die(dirs[1]);
    struct comparison *c = comparison_make(a, b, 0);
    struct failure why;
    if (comparison_identical_due(c) && comparison_files(c, &why))
        give_up(&why);
    if (json)
        comparison_print_json(c);
    else
        comparison_print(c, all);
    int status = comparison_status(c);
    comparison_free(c);
    run_free(a);
    run_free(b);
    return status;
}
