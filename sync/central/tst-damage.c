/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-damage.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "central/tst-public-log.h"
#include "record/tst-body.h"

#include <glib/gstdio.h>

typedef struct
{
  const TstHash *sha256;
  const char *code;
  gint64 now_s;
  GArray *list;
} Note;

/* --- what was found --- */

static char *
damaged_path (TstCentral *central, const TstHash *sha256)
{
  g_autofree char *hex = tst_hash_to_hex (sha256);

  return g_build_filename (tst_central_get_folder (central), "damaged", hex, NULL);
}

static gboolean
write_note (TstStore *store, gpointer data, GError **error)
{
  Note *note = data;
  g_autoptr (TstStatement) insert =
      tst_store_prepare (store, "INSERT OR REPLACE INTO damage (sha256, found_s, code) SELECT sha256, ?2, ?3 FROM holding WHERE sha256 = ?1", error);
  g_autoptr (TstStatement) erase = insert != NULL ? tst_store_prepare (store, "DELETE FROM holding WHERE sha256 = ?", error) : NULL;

  if (erase == NULL)
    return FALSE;
  tst_statement_bind_hash (insert, 1, note->sha256);
  tst_statement_bind_int (insert, 2, note->now_s);
  tst_statement_bind_text (insert, 3, note->code);
  tst_statement_bind_hash (erase, 1, note->sha256);
  return tst_statement_step (insert, NULL, error) && tst_statement_step (erase, NULL, error);
}

gboolean
tst_damage_note (TstCentral *central, const TstHash *sha256, const char *code, GError **error)
{
  Note note = { .sha256 = sha256, .code = code, .now_s = tst_central_now_s (central) };
  g_autofree char *path = tst_media_store_path (tst_central_get_media (central), sha256);
  g_autofree char *aside = damaged_path (central, sha256);
  g_autofree char *folder = g_path_get_dirname (aside);

  g_warning ("A medium that central held is damaged or gone (%s); devices will be asked for it again", code);
  if (!tst_store_write (tst_central_get_store (central), write_note, &note, error))
    return FALSE;
  /* An altered file would be taken for what it was when it is sent again. */
  if (!tst_fs_ensure_folder (folder, 0700, NULL) || g_rename (path, aside) != 0)
    tst_media_store_remove (tst_central_get_media (central), sha256, NULL);
  return TRUE;
}

void
tst_damage_erase (TstCentral *central, const TstHash *sha256)
{
  g_autofree char *aside = damaged_path (central, sha256);

  g_unlink (aside);
}

static gboolean
read_list (TstStore *store, gpointer data, GError **error)
{
  Note *note = data;
  g_autoptr (TstStatement) list =
      tst_store_prepare (store, "SELECT sha256, code, EXISTS (SELECT 1 FROM holding h WHERE h.sha256 = d.sha256) FROM damage d"
                                " WHERE NOT EXISTS (SELECT 1 FROM tombstone t WHERE t.sha256 = d.sha256) ORDER BY found_s", error);
  gboolean row;

  if (list == NULL)
    return FALSE;
  while (tst_statement_step (list, &row, error))
    {
      TstDamage damage = { .code = "hash-mismatch" };

      if (!row)
        return TRUE;
      if (!tst_statement_hash (list, 0, &damage.sha256))
        continue;
      if (g_strcmp0 (tst_statement_text (list, 1), "missing-content") == 0)
        damage.code = "missing-content";
      damage.back = tst_statement_int (list, 2) != 0;
      g_array_append_val (note->list, damage);
    }
  return FALSE;
}

GArray *
tst_damage_list (TstCentral *central, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (TstDamage));
  Note note = { .list = list };

  return tst_store_read (tst_central_get_store (central), read_list, &note, error) ? g_steal_pointer (&list) : NULL;
}

/* --- looking --- */

#define BYTES_S_NORMAL (2 * 1024 * 1024)
#define AGAIN_US (60 * G_USEC_PER_SEC) /* after the last one, and when nothing can be read */

struct _TstScrubber
{
  TstCentral *central;
  gint64 bytes_s;
  GThread *thread;
  GCancellable *cancellable;
  GMutex mutex;
  GCond cond;
};

typedef struct
{
  TstHash sha256;
  gint64 bytes;
  gboolean found;
} Next;

/* The one after @data, by hash: they go round in a ring, and a new start begins anywhere. */
static gboolean
find_next (TstStore *store, gpointer data, GError **error)
{
  Next *next = data;
  g_autoptr (TstStatement) statement =
      tst_store_prepare (store, "SELECT sha256, bytes FROM holding WHERE sha256 > ? ORDER BY sha256 LIMIT 1", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, &next->sha256);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  next->found = row && tst_statement_hash (statement, 0, &next->sha256);
  next->bytes = next->found ? tst_statement_int (statement, 1) : 0;
  return TRUE;
}

static void
look_at (TstScrubber *self, const TstHash *sha256)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failed = NULL;

  if (tst_media_store_check (tst_central_get_media (self->central), sha256, self->cancellable, &error) ||
      (!g_error_matches (error, TST_ERROR, TST_ERROR_MISSING_CONTENT) && !g_error_matches (error, TST_ERROR, TST_ERROR_HASH_MISMATCH)))
    return;
  if (!tst_damage_note (self->central, sha256, tst_error_code (error), &failed))
    g_warning ("What was found could not be written down: %s", failed->message);
}

static gpointer
scrub (gpointer data)
{
  TstScrubber *self = data;
  Next next = { 0 };

  while (!g_cancellable_is_cancelled (self->cancellable))
    {
      gint64 wait_us = AGAIN_US;

      if (!tst_public_log_is_behind (tst_central_get_log (self->central), NULL) &&
          tst_store_read (tst_central_get_store (self->central), find_next, &next, NULL) && next.found)
        {
          look_at (self, &next.sha256);
          wait_us = next.bytes * G_USEC_PER_SEC / self->bytes_s;
        }
      else
        next = (Next){ 0 };
      g_mutex_lock (&self->mutex);
      if (!g_cancellable_is_cancelled (self->cancellable))
        g_cond_wait_until (&self->cond, &self->mutex, g_get_monotonic_time () + MIN (wait_us, AGAIN_US));
      g_mutex_unlock (&self->mutex);
    }
  return NULL;
}

TstScrubber *
tst_scrubber_new (TstCentral *central)
{
  g_autoptr (JsonObject) town = tst_central_dup_town (central);
  gint64 bytes_s = tst_json_int (town, "scrub_bytes_s", BYTES_S_NORMAL);
  TstScrubber *self;

  if (bytes_s <= 0)
    return NULL;
  self = g_new0 (TstScrubber, 1);
  self->central = central;
  self->bytes_s = bytes_s;
  self->cancellable = g_cancellable_new ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->thread = g_thread_new ("scrubber", scrub, self);
  return self;
}

void
tst_scrubber_free (TstScrubber *self)
{
  g_mutex_lock (&self->mutex);
  g_cancellable_cancel (self->cancellable);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
  g_object_unref (self->cancellable);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}
