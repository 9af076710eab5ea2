/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-lists-private.h"

#include <string.h>

/* The lists of photographs and of all captures that a gallery of a hundred thousand reads from (README.md has their members). Only the conditions that were
 * asked for are written, so that an index alone says which come in a window (item_order, item_capture), the newest taken first: what they hold is read for those only. */

/* Word for word what the index item_capture was made with: SQLite takes it for nothing else. */
#define CAPTURES "type IN ('photo', 'video', 'audio')"

#define PHOTO_DAY \
  "coalesce (substr (json_extract (i.content, '$.taken_at'), 1, 10), date (i.utc_s, 'unixepoch', 'localtime'))"
#define PLACE(member) "json_extract (i.content, '$.place." member "')"
/* About 30 m: one place to stand at a work. */
#define CELLS_A_DEGREE "3600"
#define CELL(member) "CAST (" PLACE (member) " * " CELLS_A_DEGREE " AS INTEGER)"

static const char row_of_photo[]
  = "SELECT json_patch (i.content, json_object ('id', i.id, 'event', i.event, 'time', " TIME ("i.utc_s") ", 'standing', i.standing, "
    " 'freed', json (CASE WHEN EXISTS (SELECT 1 FROM needed n JOIN medium m ON m.sha256 = n.sha256 WHERE n.text_hash = o.text_hash"
    "  AND m.state = 'freed') THEN 'true' END), " PROVED "))";

static char *
conditions (const TstQuery *query, gboolean captures)
{
  GString *text = g_string_new (captures ? "i." CAPTURES " AND i.standing = 'valid'" : "i.type = 'photo' AND i.standing = 'valid'");

  if (query->event_id != NULL)
    g_string_append (text, " AND i.event = ?2");
  if (query->work != NULL)
    g_string_append (text, " AND i.work = ?3");
  if (query->day != NULL)
    g_string_append (text, " AND " PHOTO_DAY " = ?7");
  if (query->within)
    g_string_append (text, " AND " PLACE ("lat") " BETWEEN ?8 AND ?10 AND " PLACE ("lon") " BETWEEN ?9 AND ?11");
  return g_string_free (text, FALSE);
}

char *
tst_photo_list_sql (const char *what, const TstQuery *query)
{
  gboolean valid = query->status == NULL || strcmp (query->status, "valid") == 0;
  gboolean captures = g_str_has_prefix (what, "capture");
  g_autofree char *where = conditions (query, captures);

  if ((captures ? strcmp (what, "captures") : strcmp (what, "photos")) == 0 && query->status != NULL && valid)
    return g_strconcat (row_of_photo, " FROM (SELECT i.id AS id FROM item i INDEXED BY ", captures ? "item_capture" : "item_order", " WHERE ", where,
                        " ORDER BY i.taken_s DESC, i.epoch DESC, i.seq DESC" PAGE ") AS w JOIN item i ON i.id = w.id JOIN outbox o ON o.id = i.id"
                        " LEFT JOIN verdict v ON v.id = i.id ORDER BY i.taken_s DESC, i.epoch DESC, i.seq DESC", NULL);
  /* Those that are not valid, or are in a state of the outbox, are few. */
  if (strcmp (what, "photos") == 0)
    return g_strconcat (row_of_photo, " FROM item i JOIN outbox o ON o.id = i.id LEFT JOIN verdict v ON v.id = i.id WHERE i.type = 'photo' AND ",
                        "(?2 IS NULL OR i.event = ?2) AND (?3 IS NULL OR i.work = ?3) AND (?4 IS NULL OR i.standing = ?4 OR " STATE " = ?4)",
                        query->day != NULL ? " AND " PHOTO_DAY " = ?7" : "",
                        query->within ? " AND " PLACE ("lat") " BETWEEN ?8 AND ?10 AND " PLACE ("lon") " BETWEEN ?9 AND ?11" : "",
                        " ORDER BY i.taken_s DESC, i.epoch DESC, i.seq DESC" PAGE, NULL);
  if (!valid)
    return NULL;
  if (strcmp (what, "capture-count") == 0)
    return g_strconcat ("SELECT json_object ('captures', count (*)) FROM item i INDEXED BY item_capture WHERE ", where, PAGE, NULL);
  /* By what the gallery can be narrowed. */
  if (strcmp (what, "capture-groups") == 0)
    return g_strconcat ("SELECT json_patch ('{}', json_object ('event', i.event, 'title', e.title, 'work', i.work, 'work_title', w.title, 'day', " PHOTO_DAY
                        ", 'captures', count (*))) FROM item i LEFT JOIN event e ON e.id = i.event LEFT JOIN work w ON w.code = i.work WHERE ", where,
                        " GROUP BY i.event, i.work, " PHOTO_DAY " ORDER BY max (i.taken_s) DESC, i.event, i.work" PAGE, NULL);
  /* Where they were taken. */
  if (strcmp (what, "capture-places") == 0)
    return g_strconcat ("SELECT json_object ('lat', avg (lat), 'lon', avg (lon), 'south', min (lat), 'west', min (lon), 'north', max (lat), 'east', max (lon),"
                        " 'captures', count (*)) FROM (SELECT " PLACE ("lat") " AS lat, " PLACE ("lon") " AS lon, " CELL ("lat") " AS y, " CELL ("lon")
                        " AS x FROM item i WHERE ", where, ") WHERE lat IS NOT NULL AND lon IS NOT NULL GROUP BY y, x ORDER BY y, x" PAGE, NULL);
  return NULL;
}
