/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"

G_BEGIN_DECLS

/* What a visit to a work leaves behind besides its photographs: one door for all of it, since each is a record of its own with a handful of
 * checked members. README.md lists the types and their members; the visit itself is an event of the type visita_obra. */

/* "viewpoint", "progress", "visit-check", "finding", "commitment", "commitment-close", "signature", "stream-start", "stream-anchor",
 * "stream-end", "moment"; and of who asks for the word: "speaker", "speaker-turn", "speaker-outcome". */
gboolean tst_visit_is_type (const char *type);

/**
 * tst_field_book_add_visit_record:
 * @type: one of the above
 * @event_id: (nullable): the visit, which must be open; only a viewpoint may have none
 * @fields: members as README.md lists them; numbers may be written as text. "work" is that of the event when it is left out.
 *
 * One durable record. A progress gets its deviation here; a viewpoint without place or heading takes those of its photo; a moment, and what
 * belongs to a stream, names the one that is on the air when it names none. Of a signature, "name", "document", "organisation" and "signature" (a PNG in
 * base64) are sealed to the data officer and never stand in clear. Blocks on the disk; any thread but the store's.
 *
 * Returns: (transfer full): the record's id. TST_ERROR_UNKNOWN_FIELD, TST_ERROR_MISSING_FIELD, TST_ERROR_BAD_VALUE, TST_ERROR_NOT_FOUND (a photo,
 * viewpoint or commitment that should be here and is not), TST_ERROR_WRONG_STATE (two streams at once, or none), TST_ERROR_TOWN_KEYS_MISSING
 * (signature), TST_ERROR_EVENT_CLOSED.
 */
char *tst_field_book_add_visit_record (TstFieldBook *self, const char *type, const char *event_id, JsonObject *fields,
                                       GError **error);

/**
 * tst_field_book_visit_summary:
 *
 * All that a visit has, read at one moment, for its page, its acta and its exports.
 *
 * Returns: (transfer full): {"event": row of the list events, "photos", "findings", "commitments", "closed" (commitments closed here), "signatures",
 * "viewpoints" and "earlier" (commitments) of the work: rows of the lists, "progress", "check": the newest row or absent, "stream": the newest or absent, "moments"}.
 * TST_ERROR_NOT_FOUND.
 */
JsonObject *tst_field_book_visit_summary (TstFieldBook *self, const char *event_id, GError **error);

/* For a main loop; finish with tst_field_book_act_finish() and tst_field_book_object_finish(). */
void tst_field_book_add_visit_record_async (TstFieldBook *self, const char *type, const char *event_id, JsonObject *fields,
                                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void tst_field_book_visit_summary_async (TstFieldBook *self, const char *event_id, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
