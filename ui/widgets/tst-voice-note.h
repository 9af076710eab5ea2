/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-attachment.h"
#include "base/tst-recorder.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstVoiceNote:
 *
 * One big round button that records, with the seconds that are left; then what was said can be heard, taken away and said again. Bounded by
 * TST_VOICE_LIMIT_MS. The sound stays in memory: to be heard it lies in a file that has no name and no disk (memfd).
 *
 * "state" (string, notifies): "empty", "recording", "ready", "playing", "missing" (there is no microphone, or it may not be used;
 * the button asks for it again). "changed": what
 * there is, is another. Leaving the screen ends a recording and keeps what there is; dropping the widget forgets it.
 */
#define TST_TYPE_VOICE_NOTE (tst_voice_note_get_type ())
G_DECLARE_FINAL_TYPE (TstVoiceNote, tst_voice_note, TST, VOICE_NOTE, GtkBox)

GtkWidget *tst_voice_note_new (TstRecorder *recorder); /* @recorder (nullable): then "missing" */
/* (transfer full) (nullable): what was said. While a recording runs there is nothing. */
TstAttachment *tst_voice_note_dup (TstVoiceNote *self);
/* Takes over @said, as if it had been said here; what was there is forgotten. */
void tst_voice_note_take (TstVoiceNote *self, TstAttachment *said);
void tst_voice_note_clear (TstVoiceNote *self);
/* The big button, as touched. */
void tst_voice_note_toggle (TstVoiceNote *self);

G_END_DECLS
