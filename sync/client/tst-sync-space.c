/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-sync-space.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "client/tst-sync-run.h"
#include "journal/tst-outbox-free.h"
#include "protocol/tst-bundle.h"

#define AT_ONCE 500

/* --- freeing --- */

typedef struct
{
  guint64 bytes;
  TstSpaceSummary *summary;
} Freeing;

/* An answer to no records at all: its checkpoint must extend the newest that we hold, or nothing is freed. */
static gboolean
check_log (TstSyncRun *run, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (TstCheckpoint) newest = tst_outbox_get_checkpoint (run->book, &local);
  g_autoptr (TstBundleWriter) writer = tst_bundle_writer_new ();
  g_autoptr (GBytes) bundle = tst_bundle_writer_finish (writer);
  g_autofree char *path = newest != NULL ? g_strdup_printf ("bundle?from=%" G_GUINT64_FORMAT, newest->size) : g_strdup ("bundle");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonObject) answer = NULL;
  guint own;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  bytes = tst_transport_call (run->field, SOUP_METHOD_POST, path, TST_BUNDLE_MIME, bundle, 1024 * 1024, error);
  answer = bytes != NULL ? tst_transport_parse_json (bytes, error) : NULL;
  return answer != NULL && tst_sync_take_answer (run, answer, &own, error);
}

static gboolean
free_some (TstSyncRun *run, Freeing *freeing, const TstHeld *held, guint n, GError **error)
{
  g_autoptr (JsonObject) request = json_object_new ();
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (GHashTable) proved = g_hash_table_new (tst_hash_table_hash, tst_hash_table_equal);
  g_autoptr (GArray) lines = NULL;
  JsonArray *list = json_array_new ();
  gint64 issued_s = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *hex = tst_hash_to_hex (&held[i].sha256);

      json_array_add_string_element (list, hex);
    }
  json_object_set_array_member (request, "hashes", list);
  answer = tst_transport_call_json (run->field, SOUP_METHOD_POST, "holdings", request, error);
  lines = answer != NULL ? tst_sync_take_holding_at (run, answer, &issued_s, error) : NULL;
  if (lines == NULL)
    return FALSE;
  for (guint i = 0; i < lines->len; i++)
    g_hash_table_add (proved, &g_array_index (lines, TstHolding, i).sha256);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GError) local = NULL;

      if (!g_hash_table_contains (proved, &held[i].sha256))
        {
          freeing->summary->kept++;
          /* Central has lost it: it goes up again with the next run, from here, where it still is. */
          if (!tst_outbox_medium_again (run->book, &held[i].sha256, error))
            return FALSE;
        }
      else if (freeing->bytes > 0 && freeing->summary->bytes >= freeing->bytes)
        freeing->summary->left_bytes += held[i].bytes;
      else if (tst_outbox_free_medium (run->book, &held[i].sha256, issued_s, &local))
        {
          freeing->summary->media++;
          freeing->summary->bytes += held[i].bytes;
        }
      else if (g_error_matches (local, TST_ERROR, TST_ERROR_WRONG_STATE))
        freeing->summary->kept++;
      else
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
free_space (TstSyncRun *run, gpointer data, GError **error)
{
  Freeing *freeing = data;
  g_autoptr (GArray) held = NULL;

  if (!check_log (run, error))
    return FALSE;
  held = tst_outbox_list_freeable (run->book, error);
  if (held == NULL)
    return FALSE;
  for (guint i = 0; i < held->len; i += AT_ONCE)
    {
      const TstHeld *first = &g_array_index (held, TstHeld, i);
      guint n = MIN (AT_ONCE, held->len - i);

      if (freeing->bytes > 0 && freeing->summary->bytes >= freeing->bytes)
        for (guint j = 0; j < n; j++)
          freeing->summary->left_bytes += first[j].bytes;
      else if (!free_some (run, freeing, first, n, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
tst_sync_client_free_space (TstSyncClient *self, guint64 bytes, TstSpaceSummary *summary, GCancellable *cancellable, GError **error)
{
  Freeing freeing = { bytes, summary };

  *summary = (TstSpaceSummary){ 0 };
  return tst_sync_client_with_central (self, free_space, &freeing, cancellable, error);
}

/* --- fetching --- */

static gboolean
fetch (TstSyncRun *run, gpointer data, GError **error)
{
  const TstHash *sha256 = data;
  TstMediaStore *media = tst_field_book_get_media (run->book);
  g_autofree char *hex = tst_hash_to_hex (sha256);
  g_autofree char *address = g_strconcat ("original/", hex, NULL);
  g_autofree char *path = tst_media_store_temporary_path (media, hex);
  TstMediaRef ref;
  guint64 bytes;

  return tst_outbox_medium_is_freed (run->book, sha256, &bytes, error) && tst_sync_download (run, address, path, bytes, error) &&
         tst_media_store_adopt (media, path, sha256, &ref, error) && tst_outbox_medium_fetched (run->book, sha256, error);
}

gboolean
tst_sync_client_fetch (TstSyncClient *self, const TstHash *sha256, GCancellable *cancellable, GError **error)
{
  return tst_sync_client_with_central (self, fetch, (gpointer) sha256, cancellable, error);
}
