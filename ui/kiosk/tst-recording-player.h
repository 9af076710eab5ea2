/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstRecordingPlayer:
 *
 * Plays one film or voice note of the field book; where the machine has no means to, or the file is not here, a sentence in its place says so.
 *
 * Property "playable" (boolean, notifies).
 */
#define TST_TYPE_RECORDING_PLAYER (tst_recording_player_get_type ())
G_DECLARE_FINAL_TYPE (TstRecordingPlayer, tst_recording_player, TST, RECORDING_PLAYER, GtkWidget)

GtkWidget *tst_recording_player_new (void);
/* @row: (nullable): of the list "videos", "audios" or "captures"; NULL: nothing, and what was playing is let go. */
void tst_recording_player_set (TstRecordingPlayer *self, TstFieldBook *book, JsonObject *row);
void tst_recording_player_pause (TstRecordingPlayer *self);
gboolean tst_recording_player_get_playable (TstRecordingPlayer *self);

/* Of rows of those lists. */
gboolean tst_recording_is (JsonObject *row);      /* a film or a voice note, no photograph */
gboolean tst_recording_is_film (JsonObject *row);
char *tst_recording_title (JsonObject *row);      /* "Nota de voz · 0:42"; (transfer full) */
const char *tst_recording_icon (JsonObject *row);

G_END_DECLS
