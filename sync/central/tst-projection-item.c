/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-projection-private.h"

#include "base/tst-error.h"
#include "central/tst-forms.h"
#include "central/tst-places.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

/* What the records about one item come to. */
typedef struct
{
  const TstLeafRow *leaf;
  JsonObject *content;       /* newest, (nullable) */
  const char *state;
  gint64 decided_s;          /* 0: nobody decided */
  char *reason;
  JsonObject *accepted;      /* body of the acceptance in force, (nullable) */
  gboolean erased;
  gboolean was_published;    /* of an erased one */
  char *radicado, *answer;
  gint64 answered_s;
  char *dependency, *passed_to; /* (nullable) */
  gint64 routed_s, started_s, passed_s, live_s, sent_s; /* 0: not */
} Standing;

static void
standing_clear (Standing *self)
{
  g_clear_pointer (&self->content, json_object_unref);
  g_clear_pointer (&self->accepted, json_object_unref);
  g_clear_pointer (&self->reason, g_free);
  g_clear_pointer (&self->radicado, g_free);
  g_clear_pointer (&self->answer, g_free);
  g_clear_pointer (&self->dependency, g_free);
  g_clear_pointer (&self->passed_to, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Standing, standing_clear)

/* A body's type must be one of its envelope's kind: a photo cannot hide among the attendance, nor the other way round. */
static gboolean
type_fits (const char *kind, const char *chain, const char *type)
{
  if (g_str_equal (kind, "evidence"))
    return g_str_equal (chain, "field") && !g_str_equal (type, "attendance") && !g_str_equal (type, "comment")
           && !g_str_equal (type, "survey") && !g_str_equal (type, "signature");
  if (g_str_equal (kind, "attendance"))
    return g_str_equal (type, "attendance") || g_str_equal (type, "signature");
  if (g_str_equal (kind, "contribution"))
    return g_str_equal (type, "comment");
  if (g_str_equal (kind, "survey"))
    return g_str_equal (type, "survey");
  return FALSE;
}

/* A change that names the record by hash must name this one. */
static gboolean
names_leaf (JsonObject *change, const TstLeafRow *leaf)
{
  const char *text = tst_json_string (change, "target_hash");
  TstHash hash;

  return !text || (tst_hash_from_base64 (text, &hash) && tst_hash_equal (&hash, &leaf->text_hash));
}

/* An amendment shows nothing before a person looked at it, but a withdrawal takes effect by itself: not from a device that was revoked before
 * it came, lest whoever found the tablet take down what was published. A person may still retire the item. */
static gboolean
apply_changes (TstStore *store, Standing *standing, GError **error)
{
  gboolean row = FALSE;

  g_autoptr (TstStatement) list =
    tst_store_prepare (store,
                       "SELECT type, content, utc_s FROM change c WHERE target = ?1 AND device = ?2"
                       " AND (type = 'amend' OR (type IN ('withdraw', 'discard') AND NOT EXISTS (SELECT 1 FROM decision d"
                       "  WHERE d.target = c.device AND d.type IN ('device-lost', 'device-retired') AND d.idx < c.idx)))"
                       " ORDER BY seq, text_hash",
                       error);
  if (!list)
    return FALSE;
  tst_statement_bind_text (list, 1, standing->leaf->id);
  tst_statement_bind_text (list, 2, standing->leaf->device);
  for (;;)
    {
      g_autoptr (JsonObject) change = NULL;

      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      change = tst_json_parse_object (tst_statement_text (list, 1), -1, NULL);
      if (!change || !names_leaf (change, standing->leaf))
        continue;
      if (g_strcmp0 (tst_statement_text (list, 0), "amend") != 0)
        {
          standing->state = "withdrawn";
          standing->decided_s = tst_statement_int (list, 2);
          continue;
        }
      if (!standing->content)
        continue;
      JsonObject *changes = tst_json_object (change, "changes");
      if (changes)
        {
          /* What frames the record is not content and cannot be amended. */
          static const char *const framing[] = { "type", "id", "author", "media", "sealed", "attachments", "provisional_number" };

          for (guint i = 0; i < G_N_ELEMENTS (framing); i++)
            json_object_remove_member (changes, framing[i]);
          tst_projection_merge (standing->content, changes);
        }
      if (tst_json_array (change, "sealed"))
        json_object_set_member (standing->content, "sealed",
                                json_node_copy (json_object_get_member (change, "sealed")));
    }
}

/* What becomes of a contribution, besides its publication. FALSE: the decision is none of these. */
static gboolean
apply_to_contribution (Standing *standing, const char *type, JsonObject *body, gint64 utc_s)
{
  static const struct
  {
    const char *type;
    const char *member; /* (nullable) */
    gsize text;         /* where it goes in the Standing */
    gsize time;         /* where the time goes */
  } kinds[] = {
#define NONE G_MAXSIZE
#define AT(member) G_STRUCT_OFFSET (Standing, member)
    { "radicado", "value", AT (radicado), NONE },
    { "answer", "text", AT (answer), AT (answered_s) },
    { "assign", "dependency", AT (dependency), AT (routed_s) },
    { "process", NULL, NONE, AT (started_s) },
    { "pass-on", "to", AT (passed_to), AT (passed_s) },
    { "answer-live", NULL, NONE, AT (live_s) },
    { "reply-sent", NULL, NONE, AT (sent_s) },
#undef AT
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].type, type))
      {
        if (kinds[i].text != NONE)
          {
            char **text = G_STRUCT_MEMBER_P (standing, kinds[i].text);

            g_free (*text);
            *text = g_strdup (tst_json_string (body, kinds[i].member));
          }
        if (kinds[i].time != NONE)
          G_STRUCT_MEMBER (gint64, standing, kinds[i].time) = utc_s;
        return TRUE;
      }
#undef NONE
  return FALSE;
}

static gboolean
apply_decisions (TstStore *store, Standing *standing, GError **error)
{
  gboolean withdrawn = g_str_equal (standing->state, "withdrawn");
  gboolean row = FALSE;

  g_autoptr (TstStatement) list =
    tst_store_prepare (store,
                       "SELECT d.type, d.reason, d.utc_s, b.bytes FROM decision d JOIN leaf l ON l.idx = d.idx"
                       " LEFT JOIN body b ON b.text_hash = l.text_hash"
                       " WHERE d.target = ?1 AND d.target_hash = ?2 ORDER BY d.idx",
                       error);
  if (!list)
    return FALSE;
  tst_statement_bind_text (list, 1, standing->leaf->id);
  tst_statement_bind_hash (list, 2, &standing->leaf->text_hash);
  for (;;)
    {
      g_autoptr (JsonObject) body = NULL;
      g_autoptr (GBytes) bytes = NULL;
      const char *type = NULL;
      const char *state = NULL;

      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      type = tst_statement_text (list, 0);
      bytes = tst_statement_bytes (list, 3);
      body = bytes ? tst_body_parse (bytes, NULL) : NULL;
      if (body && apply_to_contribution (standing, type, body, tst_statement_int (list, 2)))
        continue;
      if (g_str_equal (type, "accept"))
        state = "published";
      else if (g_str_equal (type, "withhold"))
        state = "withheld";
      else if (g_str_equal (type, "retire"))
        state = "retired";
      else if (g_str_equal (type, "erase"))
        state = "erased";
      else
        continue;
      if (standing->erased)
        continue;
      standing->erased = g_str_equal (state, "erased");
      standing->was_published = standing->erased && body && tst_json_bool (body, "published", FALSE);
      /* The author's own wish stands above all but an erasure. */
      if (!withdrawn || standing->erased)
        {
          standing->state = state;
          standing->decided_s = tst_statement_int (list, 2);
          g_free (standing->reason);
          standing->reason = g_strdup (tst_statement_text (list, 1));
        }
      g_clear_pointer (&standing->accepted, json_object_unref);
      if (body && g_str_equal (state, "published"))
        standing->accepted = json_object_ref (body);
    }
}

/* Bytes of an erased record and of what amended it: gone from every table, and marked so that they are not kept when they come again. */
static gboolean
purge (TstStore *store, const TstLeafRow *leaf, GError **error)
{
  /* Central's own words about it go too: an acceptance says what was shown, a note may name somebody. */
#define RECORDS \
  " (SELECT ?1 UNION SELECT text_hash FROM change WHERE target = ?2 AND device = ?3" \
  " UNION SELECT l.text_hash FROM decision d JOIN leaf l ON l.idx = d.idx WHERE d.target = ?2 AND d.type <> 'erase')"
  static const char *const steps[] = {
    /* Of a survey: which questions it answered, not how, so that nobody else changes groups in the results (data/form/tst-form-results.h). */
    "INSERT OR IGNORE INTO survey_gone (text_hash, form, asked, gone) SELECT i.text_hash, json_extract (i.content, '$.form'),"
    " (SELECT json_group_object (key, json ('true')) FROM json_each (i.content, '$.answers')), " TST_FORMS_GONE_AT ("i.id", "i.device")
    " FROM item i WHERE i.id = ?2 AND i.kind = 'survey' AND json_extract (i.content, '$.form') IS NOT NULL",
    "INSERT OR IGNORE INTO tombstone (sha256) SELECT sha256 FROM part WHERE text_hash IN" RECORDS,
    "INSERT OR IGNORE INTO tombstone (sha256) SELECT body_hash FROM leaf WHERE text_hash IN" RECORDS,
    "UPDATE leaf SET body_state = 'erased' WHERE text_hash IN" RECORDS,
    "DELETE FROM part WHERE text_hash IN" RECORDS,
    "DELETE FROM body WHERE text_hash IN" RECORDS,
    "DELETE FROM record_media WHERE text_hash IN" RECORDS,
    "DELETE FROM change WHERE target = ?2 AND device = ?3",
    "DELETE FROM decision WHERE target = ?2 AND type <> 'erase'",
    "DELETE FROM holding WHERE sha256 IN (SELECT sha256 FROM tombstone)",
    "DELETE FROM contribution WHERE id = ?2",
    "DELETE FROM derivative WHERE id = ?2",
  };
#undef RECORDS

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (TstStatement) step = tst_store_prepare (store, steps[i], error);
      if (!step)
        return FALSE;
      if (strstr (steps[i], "?1"))
        tst_statement_bind_hash (step, 1, &leaf->text_hash);
      if (strstr (steps[i], "?2"))
        tst_statement_bind_text (step, 2, leaf->id);
      if (strstr (steps[i], "?3"))
        tst_statement_bind_text (step, 3, leaf->device);
      if (!tst_statement_step (step, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
put_derivatives (TstStore *store, const Standing *standing, GError **error)
{
  JsonArray *list = standing->accepted ? tst_json_array (standing->accepted, "derivatives") : NULL;

  /* Those of an item that was taken back stay as rows, so that their address can say "gone". */
  if (!list)
    return TRUE;
  g_autoptr (TstStatement) drop = tst_store_prepare (store, "DELETE FROM derivative WHERE id = ?1", error);
  if (!drop)
    return FALSE;
  tst_statement_bind_text (drop, 1, standing->leaf->id);
  if (!tst_statement_step (drop, NULL, error))
    return FALSE;
  g_autoptr (TstStatement) put =
    tst_store_prepare (store,
                       "INSERT OR REPLACE INTO derivative (sha256, id, width, height, bytes, type)"
                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                       error);
  if (!put)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      JsonObject *one = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *hex = one ? tst_json_string (one, "sha256") : NULL;
      gboolean is_webp = FALSE;
      TstHash hash;

      if (!hex || !tst_hash_from_hex (hex, &hash))
        continue;
      /* Before there was a WebP nothing said what it is. */
      is_webp = g_strcmp0 (tst_json_string (one, "type"), "image/webp") == 0;
      tst_statement_reset (put);
      tst_statement_bind_hash (put, 1, &hash);
      tst_statement_bind_text (put, 2, standing->leaf->id);
      tst_statement_bind_int (put, 3, tst_json_int (one, "width", 0));
      tst_statement_bind_int (put, 4, tst_json_int (one, "height", 0));
      tst_statement_bind_int (put, 5, tst_json_int (one, "bytes", 0));
      tst_statement_bind_text (put, 6, is_webp ? "image/webp" : "image/jpeg");
      if (!tst_statement_step (put, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* The number belongs to the contribution that came into the log first; a second claim to it is no contribution. */
static gboolean
number_is_free (TstStore *store, const char *number, const TstLeafRow *leaf, gboolean *is_free, GError **error)
{
  gboolean row = FALSE;

  g_autoptr (TstStatement) find =
    tst_store_prepare (store,
                       "SELECT c.id, (SELECT min (idx) FROM leaf WHERE id = c.id) FROM contribution c"
                       " WHERE c.number = ?1",
                       error);
  if (!find)
    return FALSE;
  tst_statement_bind_text (find, 1, number);
  if (!tst_statement_step (find, &row, error))
    return FALSE;
  *is_free = !row || g_strcmp0 (tst_statement_text (find, 0), leaf->id) == 0
             || tst_statement_int (find, 1) > (gint64) leaf->idx;
  return TRUE;
}

static void
bind_time (TstStatement *put, int at, gint64 seconds)
{
  if (seconds > 0)
    tst_statement_bind_int (put, at, seconds);
  else
    tst_statement_bind_null (put, at);
}

static gboolean
put_contribution (TstStore *store, const Standing *standing, GError **error)
{
  JsonObject *content = standing->content;
  const char *number = content ? tst_json_string (content, "provisional_number") : NULL;
  const char *state = NULL;
  gboolean is_free = FALSE;

  if (!number || !*number || strlen (number) > 64)
    return TRUE;
  if (!number_is_free (store, number, standing->leaf, &is_free, error))
    return FALSE;
  if (!is_free)
    return TRUE;
  if (g_str_equal (standing->state, "withdrawn"))
    state = "retirado";
  else if (standing->answer)
    state = g_str_equal (standing->state, "published") ? "publicado" : "respondido";
  else if (standing->live_s > 0)
    state = "respondido_en_vivo";
  else if (standing->passed_s > 0)
    state = "trasladado";
  else if (standing->started_s > 0)
    state = "en_tramite";
  else if (standing->dependency)
    state = "asignado";
  else
    state = standing->radicado ? "radicado" : "recibido";

  g_autoptr (TstStatement) put =
    tst_store_prepare (store,
                       "INSERT OR REPLACE INTO contribution (number, id, class, topic, event, work, received_s, due_on,"
                       " state, radicado, answer, answered_s, public_ok, dependency, routed_s, passed_to, passed_s, live_s, sent_s)"
                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
                       error);
  if (!put)
    return FALSE;
  tst_statement_bind_text (put, 1, number);
  tst_statement_bind_text (put, 2, standing->leaf->id);
  tst_statement_bind_text (put, 3, tst_json_string (content, "class"));
  tst_statement_bind_text (put, 4, tst_json_string (content, "topic"));
  tst_statement_bind_text (put, 5, tst_json_string (content, "event"));
  tst_statement_bind_text (put, 6, tst_json_string (content, "work"));
  tst_statement_bind_int (put, 7, standing->leaf->utc_s);
  tst_statement_bind_text (put, 8, tst_json_string (content, "due_on"));
  tst_statement_bind_text (put, 9, state);
  tst_statement_bind_text (put, 10, standing->radicado);
  tst_statement_bind_text (put, 11, standing->answer);
  bind_time (put, 12, standing->answer ? standing->answered_s : 0);
  tst_statement_bind_int (put, 13, tst_json_bool (content, "public_ok", FALSE));
  tst_statement_bind_text (put, 14, standing->dependency);
  bind_time (put, 15, standing->routed_s);
  tst_statement_bind_text (put, 16, standing->passed_to);
  bind_time (put, 17, standing->passed_s);
  bind_time (put, 18, standing->live_s);
  bind_time (put, 19, standing->sent_s);
  return tst_statement_step (put, NULL, error);
}

/* On the map while it is published. */
static gboolean
put_place (TstStore *store, const TstLeafRow *leaf, JsonObject *shown, GError **error)
{
  JsonObject *place =
    shown && tst_places_has_type (tst_json_string (shown, "type")) ? tst_json_object (shown, "place") : NULL;

  if (!g_str_equal (leaf->kind, "evidence"))
    return TRUE;
  return tst_places_put (store, TST_LAYER_EVIDENCE, leaf->id, place ? tst_json_double (place, "lat", NAN) : NAN,
                         place ? tst_json_double (place, "lon", NAN) : NAN, NULL, error);
}

static gboolean
put_item (TstStore *store, const Standing *standing, GError **error)
{
  const TstLeafRow *leaf = standing->leaf;
  JsonObject *content = standing->content;
  gboolean published = g_str_equal (standing->state, "published") && standing->accepted;
  JsonObject *shown = published ? tst_json_object (standing->accepted, "shown") : NULL;
  g_autofree char *content_text = content ? tst_json_write (content) : NULL;
  g_autofree char *shown_text = shown ? tst_json_write (shown) : NULL;
  const char *title = NULL;
  gint64 taken_s = leaf->utc_s;

  if (content)
    {
      static const char *const titles[] = { "caption", "subject", "alt", "name", "topic" };

      for (guint i = 0; i < G_N_ELEMENTS (titles) && !title; i++)
        title = tst_json_string (content, titles[i]);
      tst_projection_instant (tst_json_string (shown ? shown : content, "taken_at"), &taken_s);
    }

  g_autoptr (TstStatement) put =
    tst_store_prepare (store,
                       "INSERT OR REPLACE INTO item (id, text_hash, device, kind, type, event, work, utc_s, state,"
                       " decided_s, reason, title, content, taken_s, shown, revealed, phase)"
                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
                       error);
  if (!put)
    return FALSE;
  tst_statement_bind_text (put, 1, leaf->id);
  tst_statement_bind_hash (put, 2, &leaf->text_hash);
  tst_statement_bind_text (put, 3, leaf->device);
  tst_statement_bind_text (put, 4, leaf->kind);
  tst_statement_bind_text (put, 5, content ? tst_json_string (content, "type") : NULL);
  /* Of what is published, the place that was accepted: an amendment that came later moves nothing by itself. */
  tst_statement_bind_text (put, 6, content ? tst_json_string (shown ? shown : content, "event") : NULL);
  tst_statement_bind_text (put, 7, content ? tst_json_string (shown ? shown : content, "work") : NULL);
  tst_statement_bind_int (put, 8, leaf->utc_s);
  tst_statement_bind_text (put, 9, standing->state);
  if (standing->decided_s)
    tst_statement_bind_int (put, 10, standing->decided_s);
  else
    tst_statement_bind_null (put, 10);
  tst_statement_bind_text (put, 11, standing->reason);
  tst_statement_bind_text (put, 12, title);
  tst_statement_bind_text (put, 13, content_text);
  tst_statement_bind_int (put, 14, taken_s);
  tst_statement_bind_text (put, 15, shown_text);
  tst_statement_bind_int (put, 16,
                          standing->was_published || (shown && !tst_json_bool (standing->accepted, "redacted", TRUE)));
  tst_statement_bind_text (put, 17, shown ? tst_json_string (shown, "phase") : NULL);
  return tst_statement_step (put, NULL, error) && put_place (store, leaf, shown, error);
}

gboolean
tst_projection_refresh_item (TstStore *store, const TstLeafRow *leaf, JsonObject *body, GError **error)
{
  g_auto (Standing) standing = { .leaf = leaf, .state = "pending" };
  const char *type = body ? tst_json_string (body, "type") : NULL;

  if (type && !type_fits (leaf->kind, leaf->chain, type))
    return TRUE;
  if (type && (g_str_equal (type, "amend") || g_str_equal (type, "withdraw") || g_str_equal (type, "discard")))
    return TRUE;
  if (body)
    standing.content = tst_projection_content (body);
  if (!apply_changes (store, &standing, error) || !apply_decisions (store, &standing, error))
    return FALSE;
  if (standing.erased)
    {
      g_clear_pointer (&standing.content, json_object_unref);
      return purge (store, leaf, error) && put_item (store, &standing, error);
    }
  /* Without its body nothing is known of a record but that somebody took it back. */
  if (!body && g_str_equal (standing.state, "pending"))
    return TRUE;
  if (!put_item (store, &standing, error) || !put_derivatives (store, &standing, error))
    return FALSE;
  return g_str_equal (leaf->kind, "contribution") ? put_contribution (store, &standing, error) : TRUE;
}
