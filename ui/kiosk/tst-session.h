/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-camera.h"
#include "base/tst-location.h"
#include "base/tst-recorder.h"
#include "base/tst-speaker.h"
#include "base/tst-sync-control.h"
#include "journal/tst-field-book.h"
#include "journal/tst-event-sheet.h"
#include "journal/tst-staff.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TstSession:
 *
 * What every page is handed: the open field book, the transport, the settings, and who is working. Main thread only.
 *
 * Properties: "book" (nullable until the store is open), "sync" (nullable), "settings", "author-name", "author-role" (strings, NULL: nobody signed in),
 * "has-position" (boolean). Signals: "records-changed" (something was saved or its state moved: lists are worth reading again), "works-changed",
 * "position-changed", "toast" (string: said to the person at the bottom of the window), "locking" (the vault is about to close: what is to be sealed
 * is sealed now).
 */
#define TST_TYPE_SESSION (tst_session_get_type ())
G_DECLARE_FINAL_TYPE (TstSession, tst_session, TST, SESSION, GObject)

TstSession *tst_session_new (GSettings *settings);

TstFieldBook *tst_session_get_book (TstSession *self); /* (transfer none) (nullable) */
void tst_session_set_book (TstSession *self, TstFieldBook *book);
TstSyncControl *tst_session_get_sync (TstSession *self); /* (transfer none) (nullable) */
void tst_session_set_sync (TstSession *self, TstSyncControl *sync);
/* Of the event that the kiosk serves, where a PIN opened it: knows which documents came already. */
TstEventSheet *tst_session_get_sheet (TstSession *self); /* (transfer none) (nullable) */
void tst_session_set_sheet (TstSession *self, TstEventSheet *sheet);
/* Reads aloud; NULL where there is no voice. */
TstSpeaker *tst_session_get_speaker (TstSession *self); /* (transfer none) (nullable) */
void tst_session_set_speaker (TstSession *self, TstSpeaker *speaker);
GSettings *tst_session_get_settings (TstSession *self); /* (transfer none) */

const char *tst_session_get_author_name (TstSession *self);
const char *tst_session_get_author_role (TstSession *self);
/* Hands the author to the book too. NULL @id: nobody. */
void tst_session_set_author (TstSession *self, const char *id, const char *name, const char *role);

/* Open while somebody is signed in: seals what they have begun. NULL when locked. */
TstVault *tst_session_get_vault (TstSession *self); /* (transfer none) (nullable) */
void tst_session_set_vault (TstSession *self, TstVault *vault);

/* The device's parts, or NULL where there is none and in tests that need none. Set before the first window is made. */
TstCamera *tst_session_get_camera (TstSession *self); /* (transfer none) (nullable) */
void tst_session_set_camera (TstSession *self, TstCamera *camera);
TstRecorder *tst_session_get_recorder (TstSession *self); /* (transfer none) (nullable): of sound */
void tst_session_set_recorder (TstSession *self, TstRecorder *recorder);
/* Its fixes become the session's position. */
TstLocation *tst_session_get_location (TstSession *self); /* (transfer none) (nullable) */
void tst_session_set_location (TstSession *self, TstLocation *location);

gboolean tst_session_get_position (TstSession *self, TstPlace *place);
void tst_session_set_position (TstSession *self, const TstPlace *place); /* NULL: lost */

/* After an act that saved something: tells the pages and wakes the transport. */
void tst_session_saved (TstSession *self);
void tst_session_works_changed (TstSession *self);
/* Where what can be made again lies on disk, NULL: nowhere. Set before the book. */
const char *tst_session_get_cache_folder (TstSession *self); /* (transfer none) (nullable) */
void tst_session_set_cache_folder (TstSession *self, const char *folder);
void tst_session_toast (TstSession *self, const char *text);

G_END_DECLS
