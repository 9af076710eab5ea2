/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"
#include "tst-cli.h"

G_BEGIN_DECLS

/* One command of testigoctl: its words, what follows them, a line of help, and what it does. @run gets the arguments after the words in
 * argv[1…] (argv[0] is the command itself) and the open field book, NULL when @needs_book is FALSE. */
typedef struct
{
  const char *words;
  const char *arguments;
  const char *help;
  gboolean needs_book;
  TstExit (*run) (TstCli *cli, TstFieldBook *book, int argc, char **argv);
} TstCtlCommand;

extern const TstCtlCommand tst_ctl_works_commands[];
extern const TstCtlCommand tst_ctl_event_commands[];
extern const TstCtlCommand tst_ctl_capture_commands[];
extern const TstCtlCommand tst_ctl_camera_commands[];
extern const TstCtlCommand tst_ctl_form_commands[];
extern const TstCtlCommand tst_ctl_look_commands[];
extern const TstCtlCommand tst_ctl_sync_commands[];
extern const TstCtlCommand tst_ctl_carry_commands[];

extern const char *tst_ctl_folder; /* --store, or the app's data folder */

/* Prints usage of @command on stderr and gives TST_EXIT_USAGE. */
TstExit tst_ctl_usage (TstCli *cli, const char *words, const char *message);
/* Prints {"id": id} or the bare id. */
void tst_ctl_print_id (TstCli *cli, const char *id);

G_END_DECLS
