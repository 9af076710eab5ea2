/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-code-lists.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstChoice:
 *
 * A question with one answer out of a code list, as toggle buttons under its words. Touching the chosen one again takes it back, unless it
 * is "required". Property "value" (string, NULL: none chosen; notifies).
 */
#define TST_TYPE_CHOICE (tst_choice_get_type ())
G_DECLARE_FINAL_TYPE (TstChoice, tst_choice, TST, CHOICE, GtkWidget)

GtkWidget *tst_choice_new (const char *question, TstCodeList list, const char *lang, gboolean required);
const char *tst_choice_get_value (TstChoice *self);
/* A code that is not of the list chooses nothing. */
void tst_choice_set_value (TstChoice *self, const char *value);

G_END_DECLS
