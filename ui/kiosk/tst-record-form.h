/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstRecordForm:
 *
 * A page in which staff write one record: its notice on top, its button «Guardar» at the foot, the draft of what was begun, and what saving is
 * until the book has answered. It is not left meanwhile: what is being saved must be seen to the end, else its draft would come back as if it
 * had not been. Main thread.
 *
 * Actions: form.save (Ctrl+S), form.discard (what was recorded before, where that can be taken back).
 * Property: "saved" (string: id of the record, "" until then; notifies).
 */
#define TST_TYPE_RECORD_FORM (tst_record_form_get_type ())
G_DECLARE_DERIVABLE_TYPE (TstRecordForm, tst_record_form, TST, RECORD_FORM, TstPage)

struct _TstRecordFormClass
{
  TstPageClass parent_class;
  /* (transfer full) (nullable) What stands in the form now, for its draft; NULL: nothing that is worth keeping. */
  JsonObject *(*collect) (TstRecordForm *self);
  /* Puts a draft there. */
  void (*restore) (TstRecordForm *self, JsonObject *content);
  /* Complains, or asks @book with tst_record_form_on_saved() and a reference of the form as callback, between which the form is busy. Not called
   * while it is. */
  void (*save) (TstRecordForm *self, TstFieldBook *book);
  /* Takes back what was recorded before, in the same manner. */
  void (*discard) (TstRecordForm *self, TstFieldBook *book);
  /* It is saved as @id, and the draft is gone. Unless overridden this is tst_record_form_finish(); the form stays busy until that. */
  void (*saved) (TstRecordForm *self, const char *id);
};

/* The form's parts: its column below the notice, and its foot with the button @save. Returns that button (transfer none). */
GtkWidget *tst_record_form_build (TstRecordForm *self, const char *save, GtkWidget **column, GtkWidget **foot);
/* From now on a draft is kept under @key (tst-drafts.h), and given back if there is one. @personal: never in clear. */
void tst_record_form_keep (TstRecordForm *self, const char *key, gboolean personal);
/* @text: said in place of the usual words over a draft that came back; static. */
void tst_record_form_set_left_text (TstRecordForm *self, const char *text);
/* Something changed: the notice goes, the draft is kept. Fit for g_signal_connect_swapped(). */
void tst_record_form_touch (TstRecordForm *self);
/* What keeps it from being saved; @where (nullable) takes the focus. */
void tst_record_form_complain (TstRecordForm *self, const char *text, GtkWidget *where);
/* Good news in the same place. */
void tst_record_form_tell (TstRecordForm *self, const char *text);
/* There is something recorded that form.discard may take back. */
void tst_record_form_set_discards (TstRecordForm *self, gboolean discards);
/* A record is being written. */
void tst_record_form_begin (TstRecordForm *self);
/* GAsyncReadyCallback, @user_data: a reference of the form. */
void tst_record_form_on_saved (GObject *source, GAsyncResult *result, gpointer user_data);
/* "saved" notifies, the person is told, and the page is left. */
void tst_record_form_finish (TstRecordForm *self);
gboolean tst_record_form_get_busy (TstRecordForm *self);

G_END_DECLS
