/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-journal-private.h"

#include "record/tst-body.h"
#include "seal/tst-age.h"

#include <sodium.h>
#include <string.h>

/* Media of the open chain: what a citizen said or showed, sealed before it touches the disk. Their files tell no time finer than the hour, and
 * once their event is closed not even in which order they came. */

/* Zeros up to the size class: how long somebody spoke is nobody's business on the way. Players and decoders stop at the end of the stream. */
static GBytes *
pad (GBytes *plain)
{
  gsize size = g_bytes_get_size (plain);
  gsize total = tst_size_class (size);
  char *padded = g_malloc0 (total);

  memcpy (padded, g_bytes_get_data (plain, NULL), size);
  return g_bytes_new_take (padded, total);
}

/* A voice is what the contribution says: central opens it as it opens the text. A paper may show names and documents: the data officer's. */
static GBytes *
seal (const TstAttachment *attachment, const TstTownKeys *town, GBytes *plain, GError **error)
{
  const char *voice[] = { town->intake, town->officer, town->escrow, NULL };
  const char *paper[] = { town->officer, town->escrow, NULL };
  GBytes *padded = pad (plain);
  GBytes *sealed = tst_age_seal (padded, attachment->kind == TST_ATTACHMENT_VOICE ? voice : paper, error);

  tst_age_wipe (padded);
  return sealed;
}

gboolean
tst_open_media_add (TstFieldBook *self, TstDraft *draft, const TstTownKeys *town, const TstAttachment *attachment, GError **error)
{
  GBytes *plain = tst_attachment_dup_clean (attachment, error);
  g_autoptr (GBytes) sealed = plain != NULL ? seal (attachment, town, plain, error) : NULL;
  gsize bytes = plain != NULL ? g_bytes_get_size (plain) : 0;
  g_autofree char *hex = NULL;
  TstMediaRef ref;
  JsonObject *entry;

  if (plain != NULL)
    tst_age_wipe (plain);
  if (sealed == NULL)
    return FALSE;
  if (!tst_media_store_put_bytes (self->media, sealed, &ref, error)
      || !tst_media_store_set_time (self->media, &ref.sha256, tst_draft_get_hour (draft), error))
    return FALSE;
  tst_draft_add_medium (draft, &ref, TST_SEALED_MEDIUM_TYPE, "camera", tst_attachment_kind_name (attachment->kind));

  hex = tst_hash_to_hex (&ref.sha256);
  entry = json_object_new ();
  json_object_set_string_member (entry, "what", tst_attachment_kind_name (attachment->kind));
  json_object_set_string_member (entry, "sha256", hex);
  json_object_set_string_member (entry, "type", tst_attachment_kind_mime (attachment->kind));
  json_object_set_int_member (entry, "bytes", bytes);
  if (attachment->kind == TST_ATTACHMENT_VOICE)
    json_object_set_int_member (entry, "duration_ms", attachment->duration_ms);
  if (!json_object_has_member (draft->content, "attachments"))
    json_object_set_array_member (draft->content, "attachments", json_array_new ());
  json_array_add_object_element (tst_json_array (draft->content, "attachments"), entry);
  return TRUE;
}

/* --- after the close --- */

static gboolean
list_unlaid (TstStore *store, gpointer data, GError **error)
{
  GArray *media = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "SELECT m.sha256 FROM medium m JOIN event e ON e.id = m.event WHERE m.chain = 'open' AND m.laid = 0 AND m.state <> 'freed'"
           " AND e.status = 'closed'", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (TRUE)
    {
      TstHash sha256;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      if (tst_statement_hash (statement, 0, &sha256))
        g_array_append_val (media, sha256);
    }
}

static gboolean
mark_laid (TstStore *store, gpointer data, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "UPDATE medium SET laid = 1 WHERE sha256 = ?1", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, data);
  return tst_statement_step (statement, NULL, error);
}

gboolean
tst_open_media_lay_anew (TstFieldBook *self, GError **error)
{
  g_autoptr (GArray) media = g_array_new (FALSE, FALSE, sizeof (TstHash));
  TstTimestamp now;
  gint64 hour;

  tst_clock_now (self->clock, &now);
  hour = now.utc_us / G_USEC_PER_SEC;
  hour -= ((hour % TST_HOUR) + TST_HOUR) % TST_HOUR;
  if (!tst_store_read (self->store, list_unlaid, media, error))
    return FALSE;
  while (media->len > 0)
    {
      guint at = randombytes_uniform (media->len);
      TstHash sha256 = g_array_index (media, TstHash, at);
      g_autoptr (GError) local = NULL;

      g_array_remove_index_fast (media, at);
      /* One that is gone or damaged is a fault for verify to tell of, and no reason to leave the others as they lie. */
      if (!tst_media_store_renew (self->media, &sha256, hour, &local) && !g_error_matches (local, TST_ERROR, TST_ERROR_NOT_FOUND)
          && !g_error_matches (local, TST_ERROR, TST_ERROR_HASH_MISMATCH))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (!tst_store_write (self->store, mark_laid, &sha256, error))
        return FALSE;
    }
  return TRUE;
}
