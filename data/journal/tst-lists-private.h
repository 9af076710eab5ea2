/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-journal-private.h"

G_BEGIN_DECLS

/* Pieces of the statements behind tst_field_book_list(): of the files of lists only, and so with short names. */

/* ?1 is now. What a person reads of a record (alias o, v): never better than what was proved. */
#define STATE \
  "CASE WHEN o.state = 'received' AND v.type = 'accept' THEN 'published' WHEN o.state <> 'saved' THEN o.state" \
  " WHEN o.proof_index IS NOT NULL OR o.sent THEN 'sending' WHEN o.due_s > ?1 THEN 'held' ELSE 'saved' END"
#define PROVED \
  "'state', " STATE ", 'code', o.code, 'message', o.message, 'decision', v.type, 'decision_reason', v.reason"
#define TIME(column) "strftime ('%Y-%m-%dT%H:%M:%SZ', " column ", 'unixepoch')"

/* Filters: ?2 event, ?3 work, ?4 status, ?5 limit, ?6 offset. */
#define PAGE " LIMIT ?5 OFFSET ?6"
#define ITEM_FROM \
  " FROM item i JOIN outbox o ON o.id = i.id LEFT JOIN verdict v ON v.id = i.id WHERE i.type = '%s'" \
  " AND (?2 IS NULL OR i.event = ?2) AND (?3 IS NULL OR i.work = ?3) AND (?4 IS NULL OR i.standing = ?4 OR " STATE " = ?4)"
#define FIELD_ITEMS \
  "SELECT json_patch (i.content, json_object ('id', i.id, 'event', i.event, 'time', " TIME ("i.utc_s") ", 'standing', i.standing, " PROVED \
  "))" ITEM_FROM " ORDER BY i.epoch DESC, i.seq DESC" PAGE

/* The statement of one of a visit's lists; NULL: it is none of them. Free with g_free(). */
char *tst_visit_list_sql (const char *what);
/* The same of the lists of photographs. */
char *tst_photo_list_sql (const char *what, const TstQuery *query);
/* Where the moment lies in the recording by all anchors that are known now; its record has what was known then. */
void tst_visit_finish_moment (TstFieldBook *self, JsonObject *row);

G_END_DECLS
