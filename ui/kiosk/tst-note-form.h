/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-record-form.h"

G_BEGIN_DECLS

/**
 * TstNoteForm:
 *
 * A note of an event: written, or corrected when it was saved already. Kept as a draft until it is saved.
 */
#define TST_TYPE_NOTE_FORM (tst_note_form_get_type ())
G_DECLARE_FINAL_TYPE (TstNoteForm, tst_note_form, TST, NOTE_FORM, TstRecordForm)

/* @work: (nullable). @note_id and @text: (nullable): of the saved note. */
GtkWidget *tst_note_form_new (TstSession *session, const char *event_id, const char *work, const char *note_id, const char *text);

G_END_DECLS
