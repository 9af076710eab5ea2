/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What the command lines of testigoctl and testigo-central share: commands made of one or two words, options, JSON lines on stdout,
 * people's messages on stderr, and exit codes that scripts rely on. */

typedef enum
{
  TST_EXIT_DONE = 0,
  TST_EXIT_PARTLY = 1,      /* part of a batch was refused, the rest is done */
  TST_EXIT_USAGE = 2,
  TST_EXIT_STORE = 3,       /* the store cannot be opened or is in use */
  TST_EXIT_UNREACHABLE = 4, /* central cannot be reached */
  TST_EXIT_VERIFICATION = 5
} TstExit;

/**
 * TstCli:
 * @json: JSON lines on stdout, one object each
 *
 * The run of one command. One thread.
 */
typedef struct
{
  const char *program;
  gboolean json;
  guint refused;   /* items refused so far; tst_cli_exit() turns them into an exit code */
} TstCli;

/* The exit code that an error stands for: store troubles 3, central out of reach 4, failed proofs 5, usage 2, all else 1. */
TstExit tst_cli_exit_for (const GError *error);
/* Prints what went wrong with @item (nullable) on stderr, and with --json {"item", "code", "error"} on stdout; counts it. */
void tst_cli_refuse (TstCli *self, const char *item, const GError *error);
/* The same for errors that end the command; returns the exit code. */
TstExit tst_cli_fail (TstCli *self, const GError *error);
/* One result: JSON with --json, else @text (a line for people, nullable) on stdout. */
void tst_cli_print (TstCli *self, JsonObject *row, const char *text);
/* For people only, on stderr. */
void tst_cli_say (TstCli *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
TstExit tst_cli_exit (TstCli *self);

/* A row for people: "name: value  name: value" of the members, nested ones left out. Free with g_free(). */
char *tst_cli_row_text (JsonObject *row);

/* Lines of @file ("-": stdin), one JSON object each; @func gets the line's number and the object or, when it is not one, the error. */
typedef void (*TstCliLine) (guint line, JsonObject *object, const GError *error, gpointer user_data);
gboolean tst_cli_each_json_line (const char *file, TstCliLine func, gpointer user_data, GError **error);

/* All of standard input as text, at most @max bytes. */
char *tst_cli_read_stdin (gsize max, GError **error);

/* Parses @entries out of @argv in place (unknown options are errors); what is left is positional. */
gboolean tst_cli_options (int *argc, char ***argv, const GOptionEntry *entries, GError **error);

G_END_DECLS
