/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-staff.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstEventSheet:
 *
 * The open event's attendance sheet as staff may see it under their PIN. What is written down is sealed twice: to the data officer (that goes up), and to the event's own key,
 * which the staff vault wraps: the working copy. It never leaves the tablet and is destroyed once the event is closed and central holds its sheet.
 *
 * The same person twice is noticed by a tag, HMAC-SHA-256 of the document under the event's secret, held in memory only: the tablet's disk has no list of
 * documents, not even of their hashes. Counted; any thread.
 */
typedef struct _TstEventSheet TstEventSheet;
TstEventSheet *tst_event_sheet_ref (TstEventSheet *self);
void tst_event_sheet_unref (TstEventSheet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstEventSheet, tst_event_sheet_unref)

/**
 * tst_event_sheet_open:
 * @vault: open
 *
 * Makes the event's key the first time; then reads what there is, for the tags. Blocks. TST_ERROR_LOCKED, TST_ERROR_HASH_MISMATCH when the key is of an earlier
 * list of staff: what was saved for the data officer is safe.
 */
TstEventSheet *tst_event_sheet_open (TstFieldBook *book, const char *event_id, TstVault *vault, GError **error);
/* Who is on the sheet, in the order in which they came: (element-type JsonObject) the attendee's fields, "record", "checked_in_at". What was withdrawn is not
 * there. Blocks; TST_ERROR_LOCKED after tst_event_sheet_lock(). */
GPtrArray *tst_event_sheet_read (TstEventSheet *self, GError **error);
/* Who asked for the word, likewise: "name", "contact", "record". */
GPtrArray *tst_event_sheet_read_speakers (TstEventSheet *self, GError **error);
/* Citizens come: the key goes, the tags stay. */
void tst_event_sheet_lock (TstEventSheet *self);

/* Whether this document is on the sheet already; and that it is now. */
gboolean tst_event_sheet_has (TstEventSheet *self, const char *id_type, const char *id_no);
void tst_event_sheet_note (TstEventSheet *self, const char *id_type, const char *id_no);
guint tst_event_sheet_count (TstEventSheet *self); /* different documents */

/* For another tablet at the same event: its secret under a PIN, to be shown as a QR ("TESTIGO-HOJA1:…"). Blocks a second. */
char *tst_event_sheet_share (TstEventSheet *self, const char *pin, GError **error);
/* On the other tablet, before it has written anything down for the event: TST_ERROR_LOCKED for a wrong PIN, TST_ERROR_BAD_VALUE for another text or event,
 * TST_ERROR_WRONG_STATE when it has a key of its own already. */
gboolean tst_event_sheet_join (TstFieldBook *book, const char *event_id, TstVault *vault, const char *text, const char *pin, GError **error);

/* Destroys the working copies and keys of events that are closed and whose attendance central holds. Blocks. */
gboolean tst_event_sheet_sweep (TstFieldBook *book, GError **error);

G_END_DECLS
