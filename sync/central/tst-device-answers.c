/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-forms.h"
#include "central/tst-device-answers.h"

#include "base/tst-error.h"
#include "central/tst-json-text.h"
#include "central/tst-pack.h"
#include "central/tst-public-log.h"
#include "central/tst-town-files.h"
#include "record/tst-body.h"
#include "record/tst-successor.h"

#include <string.h>

/* Decisions in one answer: a few hundred kilobytes. */
#define DECISIONS_MAX 200
/* Keys of one tablet: it was restored so often. */
#define PREDECESSORS_MAX 64
/* Records in one answer about what is missing, and records looked through for it. */
#define MISSING_MAX 200
#define MISSING_LOOK 5000
/* Rows of the catalogue in one turn on the store thread. */
#define CATALOGUE_STEP 2000

typedef struct
{
  TstDevice *device;
  gint64 since;
  gint64 next;
  GString *text;
  guint n;
} Answer;

/* --- heads --- */

static gboolean
read_heads (TstStore *store, gpointer data, GError **error)
{
  Answer *answer = data;
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;

  statement = tst_store_prepare (store,
                                 "SELECT seq, text_hash, (SELECT count (DISTINCT seq) FROM leaf f WHERE f.device = ?1"
                                 " AND f.chain = ?2 AND f.fork = 1) FROM leaf WHERE device = ?1 AND chain = ?2 AND seq ="
                                 " (SELECT max (seq) FROM leaf WHERE device = ?1 AND chain = ?2) ORDER BY idx", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, answer->device->name);
  tst_statement_bind_text (statement, 2, tst_chain_name (answer->device->chain));
  while (tst_statement_step (statement, &row, error))
    {
      TstHash hash;

      if (!row)
        return TRUE;
      if (!tst_statement_hash (statement, 1, &hash))
        continue;
      g_string_append_printf (answer->text, "%s{\"chain\":\"%s\",\"seq\":%" G_GINT64_FORMAT ",\"hash\":",
                              answer->n++ > 0 ? "," : "", tst_chain_name (answer->device->chain),
                              tst_statement_int (statement, 0));
      tst_json_text_hash (answer->text, &hash);
      g_string_append_printf (answer->text, ",\"forks\":%" G_GINT64_FORMAT "}", tst_statement_int (statement, 2));
    }
  return FALSE;
}

/* Where a restored log stands: devices bring what it lacks. */
static void
append_behind (GString *text, TstPublicLog *log)
{
  g_autoptr (TstCheckpoint) ahead = NULL;
  g_autoptr (TstCheckpoint) ours = tst_public_log_dup_checkpoint (log);

  if (tst_public_log_is_behind (log, &ahead))
    g_string_append_printf (text, ",\"behind\":{\"size\":%" G_GUINT64_FORMAT ",\"target\":%" G_GUINT64_FORMAT "}",
                            ours != NULL ? ours->size : 0, ahead != NULL ? ahead->size : 0);
}

char *
tst_device_answer_heads (TstCentral *central, TstDevice *device, GError **error)
{
  Answer answer = { .device = device, .text = g_string_new ("{\"chains\":[") };

  if (!tst_store_read (tst_central_get_store (central), read_heads, &answer, error))
    {
      g_string_free (answer.text, TRUE);
      return NULL;
    }
  g_string_append_c (answer.text, ']');
  append_behind (answer.text, tst_central_get_log (central));
  g_string_append (answer.text, "}\n");
  return g_string_free (answer.text, FALSE);
}

/* --- what is missing --- */

typedef struct
{
  TstHash sha256;
  guint64 bytes;
} HeldMedium;

typedef struct
{
  TstDevice *device;
  gint64 since;
  gint64 next; /* where to look on; 0: that was all */
  GArray *held; /* of HeldMedium: said to be held */
  GString *text;
  guint n;
} Missing;

static gboolean
list_held (TstStore *store, gpointer data, GError **error)
{
  Missing *missing = data;
  g_autoptr (TstStatement) list = NULL;
  gboolean row;

  list = tst_store_prepare (store,
                            "SELECT h.sha256, h.bytes FROM (SELECT text_hash FROM leaf WHERE device = ?1 AND chain = ?2 AND seq >= ?3"
                            " ORDER BY seq LIMIT ?4) l JOIN record_media m ON m.text_hash = l.text_hash"
                            " JOIN holding h ON h.sha256 = m.sha256", error);
  if (list == NULL)
    return FALSE;
  tst_statement_bind_text (list, 1, missing->device->name);
  tst_statement_bind_text (list, 2, tst_chain_name (missing->device->chain));
  tst_statement_bind_int (list, 3, missing->since);
  tst_statement_bind_int (list, 4, MISSING_LOOK);
  while (tst_statement_step (list, &row, error))
    {
      HeldMedium medium;

      if (!row)
        return TRUE;
      medium.bytes = tst_statement_int (list, 1);
      if (tst_statement_hash (list, 0, &medium.sha256))
        g_array_append_val (missing->held, medium);
    }
  return FALSE;
}

static gboolean
list_missing (TstStore *store, gpointer data, GError **error)
{
  Missing *missing = data;
  g_autoptr (TstStatement) list = NULL;
  gboolean row;

  list = tst_store_prepare (store,
                            "SELECT l.seq, l.text_hash, l.body_state = 'missing', (SELECT group_concat ('\"' || lower (hex (m.sha256)) || '\"')"
                            "  FROM record_media m WHERE m.text_hash = l.text_hash"
                            "  AND NOT EXISTS (SELECT 1 FROM holding h WHERE h.sha256 = m.sha256)"
                            "  AND NOT EXISTS (SELECT 1 FROM tombstone t WHERE t.sha256 = m.sha256))"
                            " FROM leaf l WHERE l.device = ?1 AND l.chain = ?2 AND l.seq >= ?3 ORDER BY l.seq LIMIT ?4", error);
  if (list == NULL)
    return FALSE;
  tst_statement_bind_text (list, 1, missing->device->name);
  tst_statement_bind_text (list, 2, tst_chain_name (missing->device->chain));
  tst_statement_bind_int (list, 3, missing->since);
  tst_statement_bind_int (list, 4, MISSING_LOOK);
  for (guint looked = 0; tst_statement_step (list, &row, error); looked++)
    {
      TstHash hash;

      if (!row)
        {
          missing->next = looked == MISSING_LOOK ? missing->next : 0;
          return TRUE;
        }
      missing->next = tst_statement_int (list, 0) + 1;
      if ((tst_statement_int (list, 2) == 0 && tst_statement_is_null (list, 3)) || !tst_statement_hash (list, 1, &hash))
        continue;
      g_string_append_printf (missing->text, "%s{\"record\":", missing->n++ > 0 ? "," : "");
      tst_json_text_hash (missing->text, &hash);
      g_string_append_printf (missing->text, ",\"content\":%s,\"media\":[%s]}", tst_statement_int (list, 2) != 0 ? "true" : "false",
                              tst_statement_is_null (list, 3) ? "" : tst_statement_text (list, 3));
      if (missing->n == MISSING_MAX)
        return TRUE;
    }
  return FALSE;
}

/* What somebody took away or cut short behind central's back is not held any more, whatever the table says. */
static gboolean
look_at_files (TstCentral *central, TstHoldings *holdings, GArray *held, GError **error)
{
  g_autoptr (GArray) doubtful = g_array_new (FALSE, FALSE, sizeof (TstHash));
  g_autoptr (GArray) good = NULL;
  g_autoptr (GArray) gone = NULL;

  for (guint i = 0; i < held->len; i++)
    {
      const HeldMedium *medium = &g_array_index (held, HeldMedium, i);
      guint64 bytes = 0;

      if (!tst_media_store_has (tst_central_get_media (central), &medium->sha256, &bytes) || bytes != medium->bytes)
        g_array_append_val (doubtful, medium->sha256);
    }
  return doubtful->len == 0 || tst_holdings_check (holdings, doubtful, &good, &gone, error);
}

char *
tst_device_answer_missing (TstCentral *central, TstHoldings *holdings, TstDevice *device, gint64 since, GError **error)
{
  g_autoptr (GArray) held = g_array_new (FALSE, FALSE, sizeof (HeldMedium));
  Missing missing = { .device = device, .since = since, .held = held, .text = g_string_new ("{\"missing\":[") };
  TstStore *store = tst_central_get_store (central);

  if (!tst_store_read (store, list_held, &missing, error) || !look_at_files (central, holdings, held, error) ||
      !tst_store_read (store, list_missing, &missing, error))
    {
      g_string_free (missing.text, TRUE);
      return NULL;
    }
  g_string_append_printf (missing.text, "],\"next\":%" G_GINT64_FORMAT "}\n", missing.next);
  return g_string_free (missing.text, FALSE);
}

/* --- decisions --- */

static gboolean
find_key (TstStore *store, const char *name, TstVerifier **verifier, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT public_key FROM device WHERE name = ?", error);
  g_autoptr (GBytes) key = NULL;
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, name);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  key = row ? tst_statement_bytes (statement, 0) : NULL;
  if (key != NULL && g_bytes_get_size (key) == TST_PUBLIC_KEY_SIZE)
    *verifier = tst_verifier_new (name, g_bytes_get_data (key, NULL));
  return TRUE;
}

/* The keys that @name comes after: its first record names them, and each has signed that it does. */
static gboolean
add_predecessors (TstStore *store, const char *name, GPtrArray *names, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
      store, "SELECT b.bytes FROM leaf l JOIN body b ON b.text_hash = l.text_hash WHERE l.device = ? AND l.seq = 1 AND l.kind = 'system'", error);
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (GBytes) bytes = NULL;
  JsonArray *chains;
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, name);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  bytes = row ? tst_statement_bytes (statement, 0) : NULL;
  body = bytes != NULL ? tst_body_parse (bytes, NULL) : NULL;
  chains = body != NULL && g_strcmp0 (tst_json_string (body, "type"), "keys-retired") == 0 ? tst_json_array (body, "chains") : NULL;
  for (guint i = 0; chains != NULL && i < json_array_get_length (chains); i++)
    {
      JsonNode *node = json_array_get_element (chains, i);
      JsonObject *entry = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *old = entry != NULL ? tst_json_string (entry, "device") : NULL;
      const char *proof = entry != NULL ? tst_json_string (entry, "successor") : NULL;
      g_autoptr (GBytes) note = proof != NULL ? g_bytes_new (proof, strlen (proof)) : NULL;
      g_autoptr (TstVerifier) verifier = NULL;

      if (old == NULL || note == NULL || names->len >= PREDECESSORS_MAX || g_ptr_array_find_with_equal_func (names, old, g_str_equal, NULL))
        continue;
      if (!find_key (store, old, &verifier, error))
        return FALSE;
      if (verifier != NULL && tst_successor_check (note, name, verifier))
        g_ptr_array_add (names, g_strdup (old));
    }
  return TRUE;
}

/* All keys of this tablet, those before its present ones included, as a JSON array, which SQL can read. */
char *
tst_device_list_names (TstStore *store, TstDevice *device, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) list = g_string_new ("[");

  g_ptr_array_add (names, g_strdup (device->name));
  if (device->peer != NULL)
    g_ptr_array_add (names, g_strdup (device->peer));
  for (guint i = 0; i < names->len; i++)
    if (!add_predecessors (store, g_ptr_array_index (names, i), names, error))
      return NULL;
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      if (i > 0)
        g_string_append_c (list, ',');
      tst_json_text_string (list, name, strlen (name));
    }
  g_string_append_c (list, ']');
  return g_string_free (g_steal_pointer (&list), FALSE);
}

static gboolean
read_decisions (TstStore *store, gpointer data, GError **error)
{
  Answer *answer = data;
  g_autofree char *names = tst_device_list_names (store, answer->device, error);
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;

  if (names == NULL)
    return FALSE;

  statement = tst_store_prepare (store,
                                 "SELECT d.idx, l.note, b.bytes FROM decision d JOIN leaf l ON l.idx = d.idx"
                                 " JOIN body b ON b.text_hash = l.text_hash"
                                 " WHERE d.target_device IN (SELECT value FROM json_each (?3)) AND d.idx >= ?1 ORDER BY d.idx LIMIT ?2", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, answer->since);
  tst_statement_bind_int (statement, 2, DECISIONS_MAX);
  tst_statement_bind_text (statement, 3, names);
  while (tst_statement_step (statement, &row, error))
    {
      g_autoptr (GBytes) note = NULL;
      g_autoptr (GBytes) body = NULL;

      if (!row)
        return TRUE;
      note = tst_statement_bytes (statement, 1);
      body = tst_statement_bytes (statement, 2);
      answer->next = tst_statement_int (statement, 0) + 1;
      g_string_append_printf (answer->text, "%s{\"index\":%" G_GINT64_FORMAT ",\"envelope\":",
                              answer->n++ > 0 ? "," : "", answer->next - 1);
      tst_json_text_base64 (answer->text, note);
      g_string_append (answer->text, ",\"body\":");
      tst_json_text_base64 (answer->text, body);
      g_string_append_c (answer->text, '}');
    }
  return FALSE;
}

typedef struct
{
  TstPublicLog *log;
  guint64 from, size;
  GArray *proof; /* (nullable) of TstHash */
} Extending;

static gboolean
read_consistency (TstStore *store, gpointer data, GError **error)
{
  Extending *extending = data;

  extending->proof = tst_public_log_consistency (extending->log, extending->from, extending->size, error);
  return extending->proof != NULL;
}

char *
tst_device_answer_decisions (TstCentral *central, TstDevice *device, gint64 since, guint64 from, GError **error)
{
  /* Taken before the rows: what they tell of later than this comes with the next one. */
  g_autoptr (TstCheckpoint) checkpoint = tst_public_log_dup_checkpoint (tst_central_get_log (central));
  Answer answer = { .device = device, .since = since, .next = since, .text = g_string_new ("{\"decisions\":[") };
  Extending extending = { .log = tst_central_get_log (central), .from = from };

  if (!tst_store_read (tst_central_get_store (central), read_decisions, &answer, error))
    {
      g_string_free (answer.text, TRUE);
      return NULL;
    }
  g_string_append_printf (answer.text, "],\"next\":%" G_GINT64_FORMAT, answer.next);
  if (checkpoint != NULL && checkpoint->size > 0 && from < checkpoint->size)
    {
      extending.size = checkpoint->size;
      if (tst_store_read (tst_central_get_store (central), read_consistency, &extending, NULL))
        {
          g_string_append (answer.text, ",\"checkpoint\":");
          tst_json_text_bytes (answer.text, checkpoint->note);
          g_string_append (answer.text, ",\"consistency\":");
          tst_json_text_hashes (answer.text, extending.proof);
        }
      g_clear_pointer (&extending.proof, g_array_unref);
    }
  g_string_append (answer.text, "}\n");
  return g_string_free (answer.text, FALSE);
}

/* --- catalogue --- */

typedef struct
{
  const char *sql;
  const char *member;
  gint64 since;
  gint64 until;   /* the newest revision when we began */
  char *key;      /* where to go on; "" at first */
  guint n;
  GString *text;
} Catalogue;

static gboolean
read_catalogue (TstStore *store, gpointer data, GError **error)
{
  Catalogue *catalogue = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, catalogue->sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, catalogue->since);
  tst_statement_bind_int (statement, 2, catalogue->until);
  tst_statement_bind_text (statement, 3, catalogue->key);
  tst_statement_bind_int (statement, 4, CATALOGUE_STEP);
  catalogue->n = 0;
  while (tst_statement_step (statement, &row, error))
    {
      const char *key;
      const char *content;

      if (!row)
        return TRUE;
      key = tst_statement_text (statement, 0);
      content = tst_statement_text (statement, 2);
      catalogue->n++;
      g_free (catalogue->key);
      catalogue->key = g_strdup (key);
      if (tst_statement_int (statement, 1) != 0)
        {
          g_string_append_printf (catalogue->text, "{\"%s_gone\":", catalogue->member);
          tst_json_text_string (catalogue->text, key, strlen (key));
          g_string_append (catalogue->text, "}\n");
        }
      else if (content != NULL)
        g_string_append_printf (catalogue->text, "{\"%s\":%s}\n", catalogue->member, content);
    }
  return FALSE;
}

static gboolean
read_newest (TstStore *store, gpointer data, GError **error)
{
  Catalogue *catalogue = data;
  g_autoptr (TstStatement) statement = NULL;
  g_autoptr (TstStatement) pending = NULL;
  gint64 newest;
  gboolean row;

  statement = tst_store_prepare (store, "SELECT max (coalesce ((SELECT max (rev) FROM work), 0),"
                                        " coalesce ((SELECT max (rev) FROM event), 0), " TST_FORMS_NEWEST ","
                                        " " TST_FORMS_NEWEST_WORD ")", error);
  if (statement == NULL || !tst_statement_step (statement, &row, error))
    return FALSE;
  newest = tst_statement_int (statement, 0);
  /* An import that is still going in has one revision: nobody may think that he has it before it is whole. */
  pending = tst_store_prepare (store, "SELECT min (idx) FROM pending_import", error);
  if (pending == NULL || !tst_statement_step (pending, &row, error))
    return FALSE;
  if (!tst_statement_is_null (pending, 0))
    newest = MIN (newest, tst_statement_int (pending, 0));
  catalogue->until = MAX (catalogue->since, newest);
  return TRUE;
}

gboolean
tst_device_newest_revision (TstCentral *central, gint64 since, gint64 *revision, GError **error)
{
  Catalogue catalogue = { .since = since };

  if (!tst_store_read (tst_central_get_store (central), read_newest, &catalogue, error))
    return FALSE;
  *revision = catalogue.until;
  return TRUE;
}

static gboolean
read_all (TstCentral *central, Catalogue *catalogue, GError **error)
{
  do
    {
      if (!tst_store_read (tst_central_get_store (central), read_catalogue, catalogue, error))
        return FALSE;
    }
  while (catalogue->n == CATALOGUE_STEP);
  return TRUE;
}

/* What the next visit to a work wants to know: published viewpoints, commitments and what became of them. Their revision is the newest word about
 * them; an id that a tablet does not know costs it nothing. */
#define LAST_WORD \
  "max (coalesce ((SELECT max (d.idx) FROM decision d WHERE d.target = i.id), -1), coalesce ((SELECT max (c.idx) FROM change c WHERE c.target = i.id), -1)) + 1"
/* And a viewpoint's is that about the photographs of its work, since its picture is one of them: the newest from there that is published, not larger than the
 * preview of a camera that it lies over. */
#define OF_PHOTOS \
  "coalesce ((SELECT max (d.idx) FROM item p JOIN decision d ON d.target = p.id WHERE i.type = 'viewpoint' AND p.type = 'photo' AND p.work = i.work), -1) + 1"
#define NEWEST_WORD "max (" LAST_WORD ", " OF_PHOTOS ")"
#define PICTURE \
  "(SELECT json_object ('sha256', lower (hex (d.sha256)), 'bytes', d.bytes, 'width', d.width, 'height', d.height, 'id', p.id," \
  " 'taken_at', json_extract (p.shown, '$.taken_at'), 'time', strftime ('%Y-%m-%dT%H:%M:%SZ', p.taken_s, 'unixepoch')) FROM item p" \
  " JOIN derivative d ON d.id = p.id WHERE p.type = 'photo' AND p.state = 'published' AND p.work = i.work AND d.type = 'image/jpeg' AND d.width <= 1280" \
  " AND (p.id = json_extract (i.shown, '$.photo') OR json_extract (p.shown, '$.viewpoint') = i.id) ORDER BY p.taken_s DESC, p.id, d.width DESC LIMIT 1)"
#define NEXT_VISIT \
  "SELECT i.id, i.state <> 'published', CASE WHEN i.type = 'viewpoint' THEN json_set (i.shown, '$.id', i.id, '$.picture', json (" PICTURE "))" \
  " ELSE json_set (i.shown, '$.id', i.id) END FROM item i WHERE i.type IN ('viewpoint', 'commitment'," \
  " 'commitment-close') AND i.kind = 'evidence' AND i.decided_s IS NOT NULL AND " NEWEST_WORD " > ? AND " NEWEST_WORD " <= ? AND i.id > ?" \
  " ORDER BY i.id LIMIT ?"

static const struct
{
  const char *member, *sql;
} parts[] = {
  { "work", "SELECT code, gone, content FROM work WHERE rev > ? AND rev <= ? AND code > ? ORDER BY code LIMIT ?" },
  { "event", "SELECT id, 0, content FROM event WHERE rev > ? AND rev <= ? AND id > ? AND assigned = 1 ORDER BY id LIMIT ?" },
  { "form", "SELECT code, 0, content FROM form WHERE rev > ? AND rev <= ? AND code > ? ORDER BY code LIMIT ?" },
  { "item", NEXT_VISIT },
};

GBytes *
tst_device_answer_catalogue (TstCentral *central, gint64 since, gint64 until, const char *part, const char *after, gboolean *gzip, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *files = NULL;
  Catalogue catalogue = { .since = since, .text = text };
  gboolean done;
  guint first = 0;

  /* All of them count their revisions in one row, that of the log. What changes while we read has a newer one and comes the next time; so does what
   * changed since an answer that was cut. */
  done = tst_store_read (tst_central_get_store (central), read_newest, &catalogue, error);
  if (done && until > since && until < catalogue.until)
    catalogue.until = until;
  while (first < G_N_ELEMENTS (parts) && g_strcmp0 (parts[first].member, part) != 0)
    first++;
  if (first == G_N_ELEMENTS (parts) || until <= since || after == NULL)
    {
      first = 0;
      after = "";
    }
  g_string_append_printf (text, "{\"until\":%" G_GINT64_FORMAT "}\n", catalogue.until);
  for (guint i = first; done && i < G_N_ELEMENTS (parts); i++)
    {
      catalogue.member = parts[i].member;
      catalogue.sql = parts[i].sql;
      g_free (catalogue.key);
      catalogue.key = g_strdup (i == first ? after : "");
      done = read_all (central, &catalogue, error);
    }
  g_free (catalogue.key);
  if (!done || !tst_forms_write_lines (central, since, catalogue.until, text, error))
    return NULL;
  files = tst_town_files_dup_mark (central);
  g_string_append_printf (text, "{\"rev\":%" G_GINT64_FORMAT ",\"files\":\"%s\"}\n", catalogue.until, files);
  bytes = g_string_free_to_bytes (g_steal_pointer (&text));
  *gzip = *gzip && g_bytes_get_size (bytes) >= TST_PACK_MIN;
  return *gzip ? tst_pack (bytes, error) : g_steal_pointer (&bytes);
}
