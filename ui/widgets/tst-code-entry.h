/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstCodeEntry:
 *
 * Where a long code goes that another machine made (the town's, or an event of another tablet): pasted, or read from a picture of its QR where
 * the program has a reader. Signal "activated" (Enter in the field, or a picture was read).
 */
#define TST_TYPE_CODE_ENTRY (tst_code_entry_get_type ())
G_DECLARE_FINAL_TYPE (TstCodeEntry, tst_code_entry, TST, CODE_ENTRY, GtkBox)

GtkWidget *tst_code_entry_new (const char *label);
/* (transfer full) without the blanks and line breaks that a message may have put in. */
char *tst_code_entry_dup_text (TstCodeEntry *self);
void tst_code_entry_set_text (TstCodeEntry *self, const char *text);
void tst_code_entry_set_problem (TstCodeEntry *self, const char *text);
const char *tst_code_entry_get_problem (TstCodeEntry *self);

/* Reads the code in a picture file; blocks. (transfer full) (nullable). Handed in by the program, before the first window. */
typedef char *(*TstCodeReader) (const char *path, GError **error);
void tst_code_entry_set_reader (TstCodeReader reader);

G_END_DECLS
