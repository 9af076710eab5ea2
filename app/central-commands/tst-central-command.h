/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-admin.h"
#include "tst-cli.h"

G_BEGIN_DECLS

/* One command of testigo-central: its words, what follows them, a line of help, and what it does. @run gets the arguments after the words in
 * argv[1…] (argv[0] is the command itself); @folder is --data. */
typedef struct
{
  const char *words;
  const char *arguments;
  const char *help;
  TstExit (*run) (TstCli *cli, const char *folder, int argc, char **argv);
} TstCentralCommand;

extern const TstCentralCommand tst_central_serve_commands[];  /* init, serve */
extern const TstCentralCommand tst_central_device_commands[]; /* enrol-code, device … */
extern const TstCentralCommand tst_central_moderation_commands[]; /* moderate, retire, erase, answer, radicado, works, event */
extern const TstCentralCommand tst_central_carry_commands[];  /* bundle import, backup, restore */
extern const TstCentralCommand tst_central_log_commands[];    /* log … */
extern const TstCentralCommand tst_central_audit_commands[];  /* verify, unseal */
extern const TstCentralCommand tst_central_export_commands[]; /* export */
extern const TstAdminOperation tst_central_export_operations[];
extern const TstCentralCommand tst_central_form_commands[];   /* form … */
extern const TstCentralCommand tst_central_user_commands[];   /* user … */

/* All operations of the admin socket, as serve offers them and commands run them: add new tables in testigo-central.c. */
extern const TstAdminOperation *const tst_central_operations[];

/* Usage of a command on stderr, after @message (nullable); gives TST_EXIT_USAGE. */
TstExit tst_central_usage (TstCli *cli, const char *words, const char *message);

/* Runs an operation and prints what comes back: rows as JSON or as @text says (NULL: tst_cli_row_text()), refused items as refusals. */
typedef char *(*TstRowText) (JsonObject *row);
TstExit tst_central_run (TstCli *cli, const char *folder, const char *operation, JsonObject *args, TstRowText text);

G_END_DECLS
