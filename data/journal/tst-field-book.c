/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-journal-private.h"

#include "base/tst-fs.h"
#include "record/tst-body.h"
#include "seal/tst-backup.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define MAX_PROFILE_FILE (1024 * 1024)

G_DEFINE_FINAL_TYPE (TstFieldBook, tst_field_book, G_TYPE_OBJECT)

static void
tst_field_book_dispose (GObject *object)
{
  tst_field_book_close (TST_FIELD_BOOK (object));
  G_OBJECT_CLASS (tst_field_book_parent_class)->dispose (object);
}

static void
tst_field_book_finalize (GObject *object)
{
  TstFieldBook *self = TST_FIELD_BOOK (object);

  tst_field_book_free_pools (self);
  g_free (self->folder);
  g_free (self->name);
  g_clear_object (&self->clock);
  g_clear_object (&self->store);
  g_clear_pointer (&self->media, tst_media_store_unref);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  g_clear_pointer (&self->profile, tst_town_free);
  g_clear_pointer (&self->keys[TST_CHAIN_FIELD], tst_signing_key_unref);
  g_clear_pointer (&self->keys[TST_CHAIN_OPEN], tst_signing_key_unref);
  g_ptr_array_unref (self->retired_keys);
  g_clear_pointer (&self->town, tst_town_keys_free);
  g_free (self->author_id);
  g_free (self->author_name);
  g_free (self->author_role);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (tst_field_book_parent_class)->finalize (object);
}

static void
tst_field_book_class_init (TstFieldBookClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tst_field_book_dispose;
  object_class->finalize = tst_field_book_finalize;
}

static void
tst_field_book_init (TstFieldBook *self)
{
  g_mutex_init (&self->mutex);
  tst_field_book_init_pools (self);
  self->retired_keys = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_signing_key_unref);
}

/* --- meta --- */

char *
tst_meta_dup_text (TstStore *store, const char *name)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT value FROM meta WHERE name = ?1", NULL);
  gboolean row;

  if (statement == NULL)
    return NULL;
  tst_statement_bind_text (statement, 1, name);
  if (!tst_statement_step (statement, &row, NULL) || !row)
    return NULL;
  return g_strdup (tst_statement_text (statement, 0));
}

gint64
tst_meta_get_int (TstStore *store, const char *name, gint64 fallback)
{
  g_autofree char *text = tst_meta_dup_text (store, name);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : fallback;
}

gboolean
tst_meta_set_text (TstStore *store, const char *name, const char *value, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, name);
  tst_statement_bind_text (statement, 2, value);
  return tst_statement_step (statement, NULL, error);
}

gboolean
tst_meta_set_int (TstStore *store, const char *name, gint64 value, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  return tst_meta_set_text (store, name, text, error);
}

/* --- keys --- */

char *
tst_field_book_key_path (TstFieldBook *self, TstChain chain, gboolean fresh)
{
  g_autofree char *name = g_strdup_printf ("%s.key%s", tst_chain_name (chain), fresh ? ".new" : "");

  return g_build_filename (self->folder, "keys", name, NULL);
}

TstSigningKey *
tst_field_book_ref_key (TstFieldBook *self, TstChain chain)
{
  TstSigningKey *key;

  g_mutex_lock (&self->mutex);
  key = tst_signing_key_ref (self->keys[chain]);
  g_mutex_unlock (&self->mutex);
  return key;
}

TstSigningKey *
tst_field_book_get_key (TstFieldBook *self, TstChain chain)
{
  TstSigningKey *key;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  g_return_val_if_fail (chain == TST_CHAIN_FIELD || chain == TST_CHAIN_OPEN, NULL);
  g_mutex_lock (&self->mutex);
  key = self->keys[chain];
  g_mutex_unlock (&self->mutex);
  return key;
}

gboolean
tst_field_book_take_new_keys (TstFieldBook *self, GError **error)
{
  g_autofree char *folder = g_build_filename (self->folder, "keys", NULL);

  for (TstChain chain = TST_CHAIN_FIELD; chain <= TST_CHAIN_OPEN; chain++)
    {
      g_autofree char *fresh = tst_field_book_key_path (self, chain, TRUE);
      g_autofree char *path = tst_field_book_key_path (self, chain, FALSE);
      g_autoptr (TstSigningKey) key = tst_signing_key_load (fresh, error);

      if (key == NULL)
        return FALSE;
      if (g_rename (fresh, path) != 0)
        {
          tst_error_set_errno (error, errno, "The new keys could not take their place");
          return FALSE;
        }
      g_mutex_lock (&self->mutex);
      if (self->keys[chain] != NULL)
        g_ptr_array_add (self->retired_keys, self->keys[chain]);
      self->keys[chain] = tst_signing_key_ref (key);
      g_mutex_unlock (&self->mutex);
    }
  return tst_fs_sync_folder (folder, error);
}

typedef struct
{
  char *name;
  char *devices[2];
  gboolean clean;
} Opening;

static gboolean
read_device (TstStore *store, TstChain chain, char **device, GError **error)
{
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "SELECT device FROM chain_key WHERE chain = ?1 ORDER BY epoch DESC LIMIT 1", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, tst_chain_name (chain));
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  *device = row ? g_strdup (tst_statement_text (statement, 0)) : NULL;
  return TRUE;
}

static gboolean
read_opening (TstStore *store, gpointer data, GError **error)
{
  Opening *opening = data;

  opening->name = tst_meta_dup_text (store, "name");
  opening->clean = tst_meta_get_int (store, "clean", 0) != 0;
  if (!read_device (store, TST_CHAIN_FIELD, &opening->devices[TST_CHAIN_FIELD], error)
      || !read_device (store, TST_CHAIN_OPEN, &opening->devices[TST_CHAIN_OPEN], error))
    return FALSE;
  return tst_meta_set_int (store, "clean", 0, error);
}

/* A power cut between a retirement's commit and the renaming of its key files leaves the new ones beside the old. */
static gboolean
load_key (TstFieldBook *self, TstChain chain, const char *device, GError **error)
{
  g_autofree char *path = tst_field_book_key_path (self, chain, FALSE);
  g_autofree char *fresh = tst_field_book_key_path (self, chain, TRUE);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) ignored = NULL;
  g_autoptr (TstSigningKey) key = tst_signing_key_load (path, &ignored);

  if (key == NULL || g_strcmp0 (tst_signing_key_get_name (key), device) != 0)
    {
      g_clear_pointer (&key, tst_signing_key_unref);
      key = tst_signing_key_load (fresh, NULL);
      if (key == NULL || g_strcmp0 (tst_signing_key_get_name (key), device) != 0)
        {
          g_set_error (error, TST_ERROR, TST_ERROR_STORE_DAMAGED,
                       "The %s key of this data folder is missing or is another one. Nothing was deleted and what was saved "
                       "can still be read; restore the folder «keys» from a backup.", tst_chain_name (chain));
          return FALSE;
        }
      if (g_rename (fresh, path) != 0)
        {
          tst_error_set_errno (error, errno, "The new keys could not take their place");
          return FALSE;
        }
      if (!tst_fs_sync_folder (folder, error))
        return FALSE;
    }
  else
    g_unlink (fresh);
  self->keys[chain] = g_steal_pointer (&key);
  return TRUE;
}

/* --- opening --- */

static gboolean
load_profile (TstFieldBook *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, "profile.json", NULL);
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes = tst_fs_read (path, MAX_PROFILE_FILE, &local);

  if (bytes != NULL)
    {
      gsize size;
      const char *data = g_bytes_get_data (bytes, &size);
      g_autoptr (JsonObject) object = tst_json_parse_object (data != NULL ? data : "", size, error);

      self->profile = object != NULL ? tst_town_new_from_json (object, error) : NULL;
      if (self->profile == NULL)
        return FALSE;
    }
  else if (!g_error_matches (local, TST_ERROR, TST_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  else
    self->profile = tst_town_new_default ();
  self->zone = g_time_zone_new_identifier (self->profile->time_zone);
  if (self->zone == NULL)
    self->zone = g_time_zone_new_identifier ("-05:00");
  return TRUE;
}

static TstFieldBook *
new_book (const char *folder, TstClock *clock)
{
  TstFieldBook *self = g_object_new (TST_TYPE_FIELD_BOOK, NULL);

  self->folder = g_strdup (folder);
  self->clock = g_object_ref (clock);
  return self;
}

static gboolean
open_store (TstFieldBook *self, GError **error)
{
  g_autofree char *media = g_build_filename (self->folder, "media", NULL);

  self->store = tst_store_open (self->folder, tst_field_migrations, tst_field_n_migrations, error);
  if (self->store == NULL)
    return FALSE;
  self->media = tst_media_store_open (media, error);
  return self->media != NULL && load_profile (self, error);
}

static gboolean
has_database (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "testigo.db", NULL);
  GStatBuf st;

  return g_stat (path, &st) == 0; /* never opened: SQLite's locks would go */
}

/* A folder that came out of a backup: what its keys signed since then nobody here knows, so they sign no more. The mark goes once the new ones are in place. */
static gboolean
begin_restored (TstFieldBook *self, GError **error)
{
  g_autofree char *mark = g_build_filename (self->folder, TST_RESTORED_FILE, NULL);

  if (!g_file_test (mark, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!tst_outbox_retire_keys (self, "restored", error))
    return FALSE;
  if (g_unlink (mark) != 0)
    {
      tst_error_set_errno (error, errno, "The mark of the restored folder could not be taken away");
      return FALSE;
    }
  return tst_fs_sync_folder (self->folder, error);
}

TstFieldBook *
tst_field_book_open (const char *folder, TstClock *clock, GError **error)
{
  g_autoptr (TstFieldBook) self = NULL;
  Opening opening = { 0 };
  gboolean opened;

  g_return_val_if_fail (folder != NULL && TST_IS_CLOCK (clock), NULL);
  if (!has_database (folder))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_STORE_MISSING,
                   "There is no Testigo data in %s. If it is on a card, insert it; to begin a new one, run «testigoctl init».",
                   folder);
      return NULL;
    }
  self = new_book (folder, clock);
  if (!open_store (self, error) || !tst_store_write (self->store, read_opening, &opening, error))
    return NULL;
  self->name = opening.name;
  self->unclean_start = !opening.clean;
  if (self->name == NULL)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_STORE_MISSING,
                   "The data folder %s was never finished. It holds nothing yet; run «testigoctl init» on it again.", folder);
      opened = FALSE;
    }
  else
    opened = load_key (self, TST_CHAIN_FIELD, opening.devices[TST_CHAIN_FIELD], error)
             && load_key (self, TST_CHAIN_OPEN, opening.devices[TST_CHAIN_OPEN], error) && tst_field_book_load_town (self, error)
             && (!self->unclean_start || tst_field_book_quarantine_orphans (self, error)) && begin_restored (self, error);
  g_free (opening.devices[TST_CHAIN_FIELD]);
  g_free (opening.devices[TST_CHAIN_OPEN]);
  self->ready = opened;
  if (opened)
    tst_events_compact_if_due (self);
  return opened ? g_steal_pointer (&self) : NULL;
}

/* --- creating --- */

static gboolean
make_keys (TstFieldBook *self, JsonArray *previous, GError **error)
{
  g_autofree char *folder = g_build_filename (self->folder, "keys", NULL);

  if (!tst_fs_ensure_folder (folder, 0700, error))
    return FALSE;
  for (TstChain chain = TST_CHAIN_FIELD; chain <= TST_CHAIN_OPEN; chain++)
    {
      g_autofree char *path = tst_field_book_key_path (self, chain, FALSE);
      g_autoptr (TstSigningKey) old = tst_signing_key_load (path, NULL);

      /* Keys without a database: it was set aside or lost, and where their chains ended nobody here knows any more. */
      if (old != NULL)
        json_array_add_string_element (previous, tst_signing_key_get_name (old));
      g_unlink (path);
      self->keys[chain] = tst_signing_key_generate (NULL);
      if (!tst_signing_key_save (self->keys[chain], path, error))
        return FALSE;
    }
  return tst_fs_sync_folder (folder, error);
}

static gboolean
insert_chain_keys (TstFieldBook *self, TstStore *store, GError **error)
{
  for (TstChain chain = TST_CHAIN_FIELD; chain <= TST_CHAIN_OPEN; chain++)
    {
      g_autoptr (TstStatement) statement = tst_store_prepare (
        store, "INSERT INTO chain_key (chain, epoch, device, public_key) VALUES (?1, 0, ?2, ?3)", error);

      if (statement == NULL)
        return FALSE;
      tst_statement_bind_text (statement, 1, tst_chain_name (chain));
      tst_statement_bind_text (statement, 2, tst_signing_key_get_name (self->keys[chain]));
      tst_statement_bind_blob (statement, 3, tst_verifier_get_public_key (tst_signing_key_get_verifier (self->keys[chain])),
                               TST_PUBLIC_KEY_SIZE);
      if (!tst_statement_step (statement, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
begin_journal (TstFieldBook *self, TstStore *store, TstDraft *draft, gpointer data, GError **error)
{
  return insert_chain_keys (self, store, error) && tst_meta_set_text (store, "name", self->name, error)
         && tst_meta_set_int (store, "clean", 0, error);
}

static gboolean
read_name (TstStore *store, gpointer data, GError **error)
{
  *(char **) data = tst_meta_dup_text (store, "name");
  return TRUE;
}

TstFieldBook *
tst_field_book_create (const char *folder, const char *name, TstClock *clock, GError **error)
{
  g_autoptr (TstFieldBook) self = NULL;
  g_autoptr (TstDraft) draft = NULL;
  g_autoptr (JsonArray) previous = json_array_new ();
  g_autofree char *existing = NULL;

  g_return_val_if_fail (folder != NULL && TST_IS_CLOCK (clock), NULL);
  if (!tst_fs_ensure_folder (folder, 0700, error))
    return NULL;
  self = new_book (folder, clock);
  self->name = g_strdup (name != NULL && *name != '\0' ? name : "testigo");
  if (!open_store (self, error) || !tst_store_read (self->store, read_name, &existing, error))
    return NULL;
  if (existing != NULL)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_WRONG_STATE,
                   "There is Testigo data in %s already. Nothing was changed; use it as it is or choose another folder.",
                   folder);
      return NULL;
    }
  if (!make_keys (self, previous, error))
    return NULL;

  draft = tst_draft_new (self, TST_CHAIN_FIELD, TST_KIND_SYSTEM, "device-start");
  tst_draft_set_string (draft, "name", self->name);
  tst_draft_set_string (draft, "software", TST_VERSION);
  tst_draft_set_string (draft, "open_device", tst_signing_key_get_name (self->keys[TST_CHAIN_OPEN]));
  if (json_array_get_length (previous) > 0)
    json_object_set_array_member (draft->content, "previous", json_array_ref (previous));
  if (!tst_draft_seal (draft, self, error) || !tst_journal_commit (self, draft, begin_journal, NULL, error))
    return NULL;
  self->ready = TRUE;
  return g_steal_pointer (&self);
}

static gboolean
mark_clean (TstStore *store, gpointer data, GError **error)
{
  return tst_meta_set_int (store, "clean", 1, error);
}

void
tst_field_book_close (TstFieldBook *self)
{
  g_return_if_fail (TST_IS_FIELD_BOOK (self));
  if (self->store == NULL)
    return;
  if (self->ready && !g_atomic_int_get (&self->medium_left))
    tst_store_write (self->store, mark_clean, NULL, NULL);
  self->ready = FALSE;
  tst_store_close (self->store);
}

/* --- what it is --- */

const char *
tst_field_book_get_folder (TstFieldBook *self)
{
  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  return self->folder;
}

const char *
tst_field_book_get_name (TstFieldBook *self)
{
  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  return self->name;
}

TstStore *
tst_field_book_get_store (TstFieldBook *self)
{
  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  return self->store;
}

TstMediaStore *
tst_field_book_get_media (TstFieldBook *self)
{
  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  return self->media;
}

const TstTown *
tst_field_book_get_profile (TstFieldBook *self)
{
  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  return self->profile;
}

TstClock *
tst_field_book_get_clock (TstFieldBook *self)
{
  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  return self->clock;
}

gboolean
tst_field_book_had_unclean_start (TstFieldBook *self)
{
  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), FALSE);
  return self->unclean_start;
}

void
tst_field_book_set_author (TstFieldBook *self, const TstAuthor *author)
{
  g_return_if_fail (TST_IS_FIELD_BOOK (self));
  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->author_id, g_free);
  g_clear_pointer (&self->author_name, g_free);
  g_clear_pointer (&self->author_role, g_free);
  if (author != NULL && author->id != NULL)
    {
      self->author_id = g_strdup (author->id);
      self->author_name = g_strdup (author->name);
      self->author_role = g_strdup (author->role);
    }
  g_mutex_unlock (&self->mutex);
}
