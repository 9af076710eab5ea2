/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-camera.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstCodeEntry:
 *
 * Where a long code goes that another machine made (the town's, or an event of another tablet): typed, pasted, or read from a picture of its
 * QR or from a text file, which is chosen, dropped here or pasted, or shown to the camera. Signal "activated" (Enter in the field, or a picture was read).
 */
#define TST_TYPE_CODE_ENTRY (tst_code_entry_get_type ())
G_DECLARE_FINAL_TYPE (TstCodeEntry, tst_code_entry, TST, CODE_ENTRY, GtkBox)

/* @prefix: what the codes that are wanted here begin with; of several in one picture such a one is taken. */
GtkWidget *tst_code_entry_new (const char *label, const char *prefix);
/* Offers to look for the code with this camera. (nullable) */
void tst_code_entry_set_camera (TstCodeEntry *self, TstCamera *camera);
/* (transfer full) without the blanks and line breaks that a message may have put in. */
char *tst_code_entry_dup_text (TstCodeEntry *self);
void tst_code_entry_set_text (TstCodeEntry *self, const char *text);
void tst_code_entry_set_problem (TstCodeEntry *self, const char *text);
const char *tst_code_entry_get_problem (TstCodeEntry *self);

/* Reads the code in a picture (or in a small text file), off the main thread: fills the field and emits "activated", or says that there is none. */
void tst_code_entry_read_file (TstCodeEntry *self, GFile *file);
void tst_code_entry_read_texture (TstCodeEntry *self, GdkTexture *texture);

G_END_DECLS
