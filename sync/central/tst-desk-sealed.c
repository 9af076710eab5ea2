/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-desk-call.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "central/tst-public-private.h"
#include "record/tst-body.h"
#include "seal/tst-age.h"

#include <string.h>

/* What citizens said and showed with a contribution or in a questionnaire (data/journal/README.md, "comment"). It lies sealed. What was said is opened
 * here in memory with central's own key, for whoever may read the text; all else is handed over sealed and opened in the officer's browser. */

#define MAX_BYTES (64u * 1024 * 1024)

typedef struct
{
  TstDeskCall *call;
  const char *id, *hex;
  JsonObject *attachment; /* out; NULL: there is none, or it is not for this account */
} Turn;

static JsonObject *
find_attachment (JsonObject *content, const char *hex)
{
  JsonArray *list = content ? tst_json_array (content, "attachments") : NULL;

  for (guint i = 0; list && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);

      if (JSON_NODE_HOLDS_OBJECT (node) && g_strcmp0 (tst_json_string (json_node_get_object (node), "sha256"), hex) == 0)
        return json_object_ref (json_node_get_object (node));
    }
  return NULL;
}

static gboolean
find (TstStore *store, gpointer data, GError **error)
{
  Turn *turn = data;
  guint may = turn->call->may;
  gboolean row = FALSE;
  g_autoptr (JsonObject) content = NULL;
  g_autoptr (TstStatement) item = tst_public_query (
    store, error,
    "SELECT i.content, c.dependency FROM item i LEFT JOIN contribution c ON c.id = i.id WHERE i.id = ?1 AND i.kind IN ('contribution', 'survey')"
    " AND i.state NOT IN ('erased', 'withdrawn') AND i.content IS NOT NULL",
    "s", turn->id);

  if (!item || !tst_statement_step (item, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  /* Answers of a questionnaire belong to no dependency. */
  if ((may & (TST_MAY_READ | TST_MAY_OPEN)) == 0
      && g_strcmp0 (tst_statement_text (item, 1), turn->call->session->account->dependency) != 0)
    return TRUE;
  content = tst_json_parse_object (tst_statement_text (item, 0), -1, NULL);
  turn->attachment = find_attachment (content, turn->hex);
  return TRUE;
}

/* The bytes as they lie, of an attachment that a contribution names: "ID/SHA256". */
static GBytes *
load (TstDeskCall *call, JsonObject **attachment, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (call->rest, "/", 3);
  Turn turn = { .call = call };
  TstHash sha256;
  g_autofree char *path = NULL;

  if (g_strv_length (parts) == 2 && tst_uuid_is_valid (parts[0]) && tst_hash_from_hex (parts[1], &sha256))
    {
      turn.id = parts[0];
      turn.hex = parts[1];
      if (!tst_store_read (tst_central_get_store (call->desk->central), find, &turn, error))
        return NULL;
    }
  if (!turn.attachment)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no such file.");
      return NULL;
    }
  *attachment = turn.attachment;
  path = tst_media_store_path (tst_central_get_media (call->desk->central), &sha256);
  return tst_fs_read (path, MAX_BYTES, error);
}

static void
answer (TstDeskCall *call, GBytes *bytes, const char *mime, const GError *error)
{
  if (!bytes)
    {
      tst_http_task_refuse (call->task, 404, error ? tst_error_code (error) : "not-found", "There is no such file");
      return;
    }
  call->task->status = 200;
  call->task->mime = mime;
  call->task->answer = g_bytes_ref (bytes);
}

void
tst_desk_sealed_medium (TstDeskCall *call)
{
  g_autoptr (JsonObject) attachment = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = load (call, &attachment, &error);

  answer (call, sealed, "application/octet-stream", error);
}

void
tst_desk_voice (TstDeskCall *call)
{
  g_autoptr (JsonObject) attachment = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = load (call, &attachment, &error);
  g_autoptr (GBytes) said = NULL;
  GBytes *padded = NULL;

  if (sealed && g_strcmp0 (tst_json_string (attachment, "what"), "voice") == 0)
    padded = tst_age_open (sealed, tst_central_get_intake (call->desk->central), &error);
  if (padded)
    {
      gint64 bytes = CLAMP (tst_json_int (attachment, "bytes", 0), 0, (gint64) g_bytes_get_size (padded));

      said = g_bytes_new (g_bytes_get_data (padded, NULL), bytes);
      tst_age_wipe (padded);
    }
  answer (call, said, "audio/ogg", error);
}

JsonObject *
tst_desk_voice_shape (const char *id, const char *hex, JsonObject *attachment)
{
  JsonObject *voice = json_object_new ();
  g_autofree char *src = g_strdup_printf ("/mesa/voz/%s/%s", id, hex);
  gint64 seconds = tst_json_int (attachment, "duration_ms", 0) / 1000;
  g_autofree char *length = g_strdup_printf ("%d:%02d", (int) (seconds / 60), (int) (seconds % 60));

  json_object_set_string_member (voice, "src", src);
  json_object_set_string_member (voice, "length", length);
  return voice;
}

void
tst_desk_put_attachments (JsonObject *model, const char *id, JsonObject *content)
{
  JsonArray *list = content ? tst_json_array (content, "attachments") : NULL;
  JsonArray *voices = json_array_new ();
  gint64 papers = 0;

  for (guint i = 0; list && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      JsonObject *one = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *hex = one ? tst_json_string (one, "sha256") : NULL;
      TstHash sha256;

      if (!hex || !tst_hash_from_hex (hex, &sha256))
        continue;
      if (g_strcmp0 (tst_json_string (one, "what"), "voice") == 0)
        json_array_add_object_element (voices, tst_desk_voice_shape (id, hex, one));
      else
        papers++;
    }
  json_object_set_array_member (model, "voices", voices);
  json_object_set_int_member (model, "papers", papers);
}
