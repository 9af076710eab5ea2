/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a person does with the options. */
typedef enum
{
  TST_OPTIONS_ONE,
  TST_OPTIONS_MANY,
  TST_OPTIONS_RANK /* touched in order: each says its place */
} TstOptionsMode;

/**
 * TstOptions:
 *
 * Answers out of a list that is known only at run time, as large buttons. A list of more than 24 shows a field to search in and the first ones that
 * match; so 10,000 are no more work than 24. Property "value" (string: the names chosen, blanks between, in the order of the list or of touching; "": none; notifies).
 */
#define TST_TYPE_OPTIONS (tst_options_get_type ())
G_DECLARE_FINAL_TYPE (TstOptions, tst_options, TST, OPTIONS, GtkWidget)

/* @question is what a screen reader says of the whole. @row: side by side, equally wide, as a scale is. */
GtkWidget *tst_options_new (const char *question, TstOptionsMode mode, gboolean row);
/* Names have no blanks. All before the first tst_options_set_value(). */
void tst_options_add (TstOptions *self, const char *name, const char *label);
void tst_options_added (TstOptions *self); /* after the last one */

const char *tst_options_get_value (TstOptions *self);
void tst_options_set_value (TstOptions *self, const char *value);
/* (nullable) For the keyboard of the kiosk and for tests. */
GtkWidget *tst_options_get_search (TstOptions *self);
guint tst_options_get_n_shown (TstOptions *self);

G_END_DECLS
