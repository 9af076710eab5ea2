/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-speaker-shapes.h"

#include "central/tst-visit-shapes.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"

/* Two tablets that joined may have drawn the same letter: the later one says so. */
static char *
number_of (JsonObject *shown, GHashTable *given)
{
  const char *series = tst_json_string (shown, "series");
  g_autofree char *number = g_strdup_printf ("%s-%" G_GINT64_FORMAT, series ? series : "", tst_json_int (shown, "turn", 0));
  guint times = GPOINTER_TO_UINT (g_hash_table_lookup (given, number)) + 1;

  g_hash_table_replace (given, g_strdup (number), GUINT_TO_POINTER (times));
  return times == 1 ? g_steal_pointer (&number) : g_strdup_printf ("%s (%u)", number, times);
}

static void
put_outcome (JsonObject *to, JsonObject *outcome, JsonObject *commitment)
{
  static const char *const names[] = { "used_ms", "limit_s", "outcome", "text", NULL };
  static const char *const promised[] = { "text", "responsible", "due_on", NULL };
  const char *source = tst_json_string (outcome, "used_source");

  tst_shape_copy (outcome, to, names);
  tst_shape_set_label (to, "outcome_label", TST_LIST_TURN_OUTCOME, tst_json_string (outcome, "outcome"));
  if (source && !g_str_equal (source, "monotonic"))
    json_object_set_boolean_member (to, "about", TRUE);
  if (commitment)
    {
      JsonObject *one = json_object_new ();

      tst_shape_copy (commitment, one, promised);
      json_object_set_object_member (to, "commitment", one);
    }
}

JsonArray *
tst_speaker_shapes (TstStore *store, const char *event, GError **error)
{
  static const char *const names[] = { "topic", "label", NULL };
  g_autoptr (JsonArray) list = json_array_new ();
  g_autoptr (GHashTable) given = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean row = FALSE;

#define PUBLISHED(alias) " AND " #alias ".state = 'published' AND " #alias ".kind = 'evidence'"
  g_autoptr (TstStatement) find = tst_store_prepare (
    store,
    "SELECT i.id, i.shown, o.shown, c.shown FROM item i"
    " LEFT JOIN item o ON o.id = (SELECT n.id FROM item n WHERE n.event = i.event AND n.type = 'speaker-outcome'" PUBLISHED (n)
    "  AND json_extract (n.shown, '$.speaker') = i.id ORDER BY n.utc_s DESC, n.id LIMIT 1)"
    " LEFT JOIN item c ON c.id = json_extract (o.shown, '$.commitment') AND c.type = 'commitment'" PUBLISHED (c)
    " WHERE i.event = ?1 AND i.type = 'speaker'" PUBLISHED (i)
    " ORDER BY o.id IS NULL, o.utc_s, coalesce (json_extract (i.shown, '$.rank'), json_extract (i.shown, '$.turn')), i.utc_s, i.id",
    error);
#undef PUBLISHED
  if (!find)
    return NULL;
  tst_statement_bind_text (find, 1, event);
  for (;;)
    {
      g_autoptr (JsonObject) shown = NULL;
      g_autoptr (JsonObject) outcome = NULL;
      g_autoptr (JsonObject) commitment = NULL;
      g_autofree char *number = NULL;
      JsonObject *one = NULL;

      if (!tst_statement_step (find, &row, error))
        return NULL;
      if (!row)
        return g_steal_pointer (&list);
      shown = tst_json_parse_object (tst_statement_text (find, 1), -1, NULL);
      if (!shown)
        continue;
      outcome = tst_statement_is_null (find, 2) ? NULL : tst_json_parse_object (tst_statement_text (find, 2), -1, NULL);
      commitment = tst_statement_is_null (find, 3) ? NULL : tst_json_parse_object (tst_statement_text (find, 3), -1, NULL);
      number = number_of (shown, given);
      one = json_object_new ();
      json_array_add_object_element (list, one);
      json_object_set_string_member (one, "id", tst_statement_text (find, 0));
      json_object_set_string_member (one, "number", number);
      tst_shape_copy (shown, one, names);
      tst_shape_set_label (one, "actor_label", TST_LIST_ACTOR, tst_json_string (shown, "actor"));
      if (outcome)
        put_outcome (one, outcome, commitment);
    }
}
