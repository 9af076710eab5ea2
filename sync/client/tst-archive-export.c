/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-archive-export.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "client/tst-archive-volume.h"
#include "protocol/tst-bundle.h"
#include "seal/tst-age.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define STATE_FILE "export.json"
#define STATE_MAX (64 * 1024 * 1024)
#define FAT_BYTES G_GUINT64_CONSTANT (4000000000) /* a file on FAT32 ends at 4 GiB */
#define WHOLE_SPARE (1024 * 1024) /* what a volume holds besides one large medium */

typedef enum
{
  ITEM_RECORD,
  ITEM_MEDIUM,
  ITEM_CARRIED
} ItemKind;

typedef struct
{
  ItemKind kind;
  TstHash hash;
  guint64 bytes;
  gboolean content;
  char *name, *maker; /* carried */
  gboolean done;      /* on a stick that counts */
  gboolean bad;       /* refused in this call */
} Item;

typedef struct
{
  TstFieldBook *book;
  TstTownKeys *town;
  const TstExportListener *listener;
  GCancellable *cancellable;
  TstExportSummary *summary;

  char *id, *event, *record;
  guint volume;       /* the next one's number */
  GArray *items;      /* of Item */
  guint64 total, written;
  guint64 volume_bytes;
} Export;

static void
item_clear (gpointer data)
{
  Item *item = data;

  g_free (item->name);
  g_free (item->maker);
}

static void
export_clear (Export *self)
{
  g_clear_pointer (&self->town, tst_town_keys_free);
  g_clear_pointer (&self->items, g_array_unref);
  g_free (self->id);
  g_free (self->event);
  g_free (self->record);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Export, export_clear)

/* --- what is remembered from stick to stick --- */

static char *
state_path (TstFieldBook *book)
{
  return g_build_filename (tst_field_book_get_folder (book), STATE_FILE, NULL);
}

gboolean
tst_archive_export_is_open (TstFieldBook *book)
{
  g_autofree char *path = state_path (book);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

gboolean
tst_archive_export_forget (TstFieldBook *book, GError **error)
{
  g_autofree char *path = state_path (book);

  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  tst_error_set_errno (error, errno, "Could not forget the export that was under way");
  return FALSE;
}

static gboolean
save_state (Export *self, GError **error)
{
  g_autofree char *path = state_path (self->book);
  g_autoptr (JsonObject) state = json_object_new ();
  g_autoptr (GBytes) bytes = NULL;
  JsonArray *done = json_array_new ();
  char *text;

  json_object_set_string_member (state, "id", self->id);
  json_object_set_int_member (state, "volume", self->volume);
  if (self->event != NULL)
    json_object_set_string_member (state, "event", self->event);
  if (self->record != NULL)
    json_object_set_string_member (state, "record", self->record);
  json_object_set_array_member (state, "done", done);
  for (guint i = 0; i < self->items->len; i++)
    if (g_array_index (self->items, Item, i).done)
      {
        g_autofree char *hex = tst_hash_to_hex (&g_array_index (self->items, Item, i).hash);

        json_array_add_string_element (done, hex);
      }
  text = tst_json_write (state);
  bytes = g_bytes_new_take (text, strlen (text));
  return tst_fs_write_durable (path, bytes, 0600, error);
}

static gboolean
nothing_to_resume (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE, "There is no export under way that could go on; begin a new one.");
  return FALSE;
}

/* (transfer full): hashes that whole volumes hold already. */
static GHashTable *
load_state (Export *self, GError **error)
{
  g_autofree char *path = state_path (self->book);
  g_autoptr (GBytes) bytes = tst_fs_read (path, STATE_MAX, NULL);
  g_autoptr (JsonObject) state =
      bytes != NULL ? tst_json_parse_object (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL) : NULL;
  g_autoptr (GHashTable) done = g_hash_table_new_full (tst_hash_table_hash, tst_hash_table_equal, g_free, NULL);
  JsonArray *list = state != NULL ? tst_json_array (state, "done") : NULL;

  if (list == NULL || tst_json_string (state, "id") == NULL)
    {
      nothing_to_resume (error);
      return NULL;
    }
  self->id = g_strdup (tst_json_string (state, "id"));
  self->volume = tst_json_int (state, "volume", 1);
  self->event = g_strdup (tst_json_string (state, "event"));
  self->record = g_strdup (tst_json_string (state, "record"));
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      TstHash hash;

      if (tst_hash_from_hex (json_array_get_string_element (list, i), &hash))
        g_hash_table_add (done, g_memdup2 (&hash, sizeof hash));
    }
  return g_steal_pointer (&done);
}

/* --- what there is to write --- */

static void
add_entries (Export *self, GArray *entries, ItemKind kind)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const TstBundleEntry *entry = &g_array_index (entries, TstBundleEntry, i);
      Item item = { .kind = kind, .hash = entry->hash, .bytes = entry->bytes, .content = entry->content };

      g_array_append_val (self->items, item);
    }
}

static gboolean
list_items (Export *self, GHashTable *done, GError **error)
{
  TstBundleChoice choice = { self->event, self->record };
  g_autoptr (GArray) records = NULL;
  g_autoptr (GArray) media = NULL;
  g_autoptr (GPtrArray) carried = NULL;

  if (!tst_outbox_list_bundle (self->book, &choice, &records, &media, error))
    return FALSE;
  carried = tst_outbox_list_relay_members (self->book, 0, error);
  if (carried == NULL)
    return FALSE;
  self->items = g_array_new (FALSE, FALSE, sizeof (Item));
  g_array_set_clear_func (self->items, item_clear);
  add_entries (self, records, ITEM_RECORD);
  add_entries (self, media, ITEM_MEDIUM);
  for (guint i = 0; self->event == NULL && self->record == NULL && i < carried->len; i++)
    {
      const TstRelayMember *member = carried->pdata[i];
      Item item = { .kind = ITEM_CARRIED, .hash = member->sha256, .bytes = member->bytes,
                    .name = g_strdup (member->name), .maker = g_strdup (member->maker) };

      g_array_append_val (self->items, item);
    }
  for (guint i = 0; i < self->items->len; i++)
    {
      Item *item = &g_array_index (self->items, Item, i);

      item->done = done != NULL && g_hash_table_contains (done, &item->hash);
      if (!item->done)
        self->total += item->bytes;
    }
  return TRUE;
}

/* --- one item --- */

static gboolean
write_record (Export *self, TstArchiveVolume *volume, const Item *item, GError **error)
{
  const char *recipients[] = { self->town->intake, NULL };
  g_autoptr (TstBundleWriter) writer = tst_bundle_writer_new ();
  g_autoptr (GBytes) plain = NULL;
  g_autoptr (GBytes) sealed = NULL;
  g_autofree char *name = NULL;
  TstOutboxRecord *record = tst_outbox_load_record (self->book, &item->hash, item->content, error);
  TstHash sum;

  if (record == NULL)
    return FALSE;
  tst_bundle_writer_add_envelope (writer, tst_envelope_get_note (record->envelope));
  if (record->body != NULL)
    tst_bundle_writer_add_body (writer, record->body, record->body_sealed);
  for (guint i = 0; i < record->parts->len; i++)
    {
      TstSealedPart *part = g_ptr_array_index (record->parts, i);

      tst_bundle_writer_add_part (writer, &part->sha256, part->bytes);
    }
  tst_outbox_record_free (record);
  plain = tst_bundle_writer_finish (writer);
  sealed = tst_age_seal (plain, recipients, error);
  if (sealed == NULL)
    return FALSE;
  sum = tst_hash_bytes (sealed);
  name = tst_member_name (TST_MEMBER_RECORD, &item->hash, &sum);
  return tst_archive_volume_add (volume, name, sealed, &sum, error);
}

static gboolean
write_medium (Export *self, TstArchiveVolume *volume, const Item *item, GError **error)
{
  TstMediaStore *media = tst_field_book_get_media (self->book);
  g_autofree char *path = tst_media_store_path (media, &item->hash);

  /* A file that was altered behind our back is told now and not when central throws it away. */
  return tst_media_store_check (media, &item->hash, self->cancellable, error) &&
         tst_archive_volume_add_sealed (volume, TST_MEMBER_MEDIUM, &item->hash, path, self->town->intake, self->cancellable, error);
}

static gboolean
write_carried (Export *self, TstArchiveVolume *volume, const Item *item, GError **error)
{
  g_autoptr (TstMediaStore) relay = tst_outbox_open_relay (self->book, error);
  g_autofree char *path = relay != NULL ? tst_media_store_path (relay, &item->hash) : NULL;

  return relay != NULL && tst_media_store_check (relay, &item->hash, self->cancellable, error) &&
         tst_archive_volume_add_file (volume, item->name, path, item->bytes, &item->hash, self->cancellable, error);
}

static gboolean
write_item (Export *self, TstArchiveVolume *volume, const Item *item, GError **error)
{
  switch (item->kind)
    {
    case ITEM_RECORD:
      return write_record (self, volume, item, error);
    case ITEM_MEDIUM:
      return write_medium (self, volume, item, error);
    case ITEM_CARRIED:
      return write_carried (self, volume, item, error);
    default:
      g_assert_not_reached ();
    }
}

/* What concerns this item and neither the stick nor this call. */
static gboolean
is_items_own (const GError *error)
{
  return g_error_matches (error, TST_ERROR, TST_ERROR_MISSING_CONTENT) || g_error_matches (error, TST_ERROR, TST_ERROR_HASH_MISMATCH) ||
         g_error_matches (error, TST_ERROR, TST_ERROR_NOT_FOUND) || g_error_matches (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE) ||
         g_error_matches (error, TST_ERROR, TST_ERROR_STORE_DAMAGED);
}

static void
refuse (Export *self, Item *item, const GError *error)
{
  g_autofree char *hex = tst_hash_to_hex (&item->hash);

  item->bad = TRUE;
  self->summary->refused++;
  if (self->listener->refused != NULL)
    self->listener->refused (hex, error, self->listener->user_data);
}

/* --- one volume --- */

static gboolean
begin_volume (Export *self, TstArchiveVolume *volume, GError **error)
{
  g_autoptr (TstSigningKey) field = tst_signing_key_ref (tst_field_book_get_key (self->book, TST_CHAIN_FIELD));
  g_autoptr (GError) local = NULL;
  g_autoptr (TstCheckpoint) checkpoint = tst_outbox_get_checkpoint (self->book, &local);
  TstTimestamp now;
  TstArchiveHeader header = { .origin = (char *) tst_verifier_get_name (self->town->log), .event = self->event, .id = self->id,
                              .volume = self->volume, .from = checkpoint != NULL ? checkpoint->size : 0 };

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  tst_clock_now (tst_field_book_get_clock (self->book), &now);
  header.time_s = now.utc_us / G_USEC_PER_SEC;
  if (!tst_archive_volume_begin (volume, &header, field, error))
    return FALSE;
  if (!tst_outbox_get_registered (self->book))
    {
      const char *recipients[] = { self->town->intake, NULL };
      g_autoptr (GBytes) note = tst_archive_register_sign (header.origin, self->town->code, tst_field_book_get_name (self->book), field,
                                                           tst_field_book_get_key (self->book, TST_CHAIN_OPEN));
      g_autoptr (GBytes) sealed = tst_age_seal (note, recipients, error);
      TstHash subject = tst_hash_data (tst_signing_key_get_name (field), strlen (tst_signing_key_get_name (field)));
      TstHash sum = sealed != NULL ? tst_hash_bytes (sealed) : (TstHash) { 0 };
      g_autofree char *name = tst_member_name (TST_MEMBER_REGISTER, &subject, &sum);

      return sealed != NULL && tst_archive_volume_add (volume, name, sealed, &sum, error);
    }
  return TRUE;
}

/* Fills one volume from @*next on; @*full when it ended because of room. */
static gboolean
fill_volume (Export *self, TstArchiveVolume *volume, guint *next, GArray *taken, gboolean *full, GError **error)
{
  *full = FALSE;
  for (; *next < self->items->len; (*next)++)
    {
      Item *item = &g_array_index (self->items, Item, *next);
      g_autoptr (GError) local = NULL;

      if (item->done || item->bad)
        continue;
      if (g_cancellable_is_cancelled (self->cancellable))
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "The export was stopped. What is on finished files counts.");
          return FALSE;
        }
      if (item->bytes + WHOLE_SPARE > self->volume_bytes)
        {
          g_set_error_literal (&local, TST_ERROR, TST_ERROR_TOO_LARGE, "This is larger than a file on a stick may be; it goes over the network");
          refuse (self, item, local);
          continue;
        }
      if (tst_archive_volume_get_size (volume) + item->bytes > self->volume_bytes || !tst_archive_volume_has_room (volume, item->bytes))
        {
          *full = TRUE;
          return TRUE;
        }
      if (write_item (self, volume, item, &local))
        {
          g_array_append_val (taken, *next);
          self->written += item->bytes;
          if (self->listener->progress != NULL)
            self->listener->progress (self->written, self->total, self->listener->user_data);
          continue;
        }
      if (is_items_own (local))
        {
          if (!tst_archive_volume_cut_back (volume, error))
            return FALSE;
          refuse (self, item, local);
          continue;
        }
      if (g_error_matches (local, TST_ERROR, TST_ERROR_NO_SPACE) && tst_archive_volume_cut_back (volume, NULL))
        {
          *full = TRUE;
          return TRUE;
        }
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return TRUE;
}

static void
count (Export *self, GArray *taken)
{
  for (guint i = 0; i < taken->len; i++)
    {
      Item *item = &g_array_index (self->items, Item, g_array_index (taken, guint, i));

      item->done = TRUE;
      self->summary->records += item->kind == ITEM_RECORD;
      self->summary->media += item->kind == ITEM_MEDIUM;
      self->summary->carried += item->kind == ITEM_CARRIED;
    }
}

static gboolean
write_volume (Export *self, const char *path, gboolean first, guint *next, gboolean *full, GError **error)
{
  g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (TstArchiveVolume) volume = tst_archive_volume_new (path, error);
  guint64 bytes;

  if (volume == NULL || !begin_volume (self, volume, error) || !fill_volume (self, volume, next, taken, full, error))
    return FALSE;
  if (taken->len == 0 && *full)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NO_SPACE, "Nothing more fits on this stick. Go on with the next one.");
      return FALSE;
    }
  if (!tst_archive_volume_finish (volume, !*full, &bytes, error))
    return FALSE;
  count (self, taken);
  self->volume++;
  self->summary->volumes++;
  self->summary->bytes += bytes;
  if (self->listener->volume != NULL)
    self->listener->volume (path, self->volume - 1, bytes, !*full, self->listener->user_data);
  return !*full || save_state (self, error);
}

static void
count_left (Export *self)
{
  self->summary->left = 0;
  self->summary->left_bytes = 0;
  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = &g_array_index (self->items, Item, i);

      if (item->done || item->bad)
        continue;
      self->summary->left++;
      self->summary->left_bytes += item->bytes;
    }
}

gboolean
tst_archive_export (TstFieldBook *book, const char *path, const TstExportOptions *options, const TstExportListener *listener,
                    GCancellable *cancellable, TstExportSummary *summary, GError **error)
{
  static const TstExportListener deaf;
  g_auto (Export) self = { .book = book, .listener = listener != NULL ? listener : &deaf, .cancellable = cancellable, .summary = summary };
  g_autoptr (GHashTable) done = NULL;
  guint next = 0;
  gboolean full = TRUE;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (book) && path != NULL && summary != NULL, FALSE);
  *summary = (TstExportSummary){ 0 };
  self.town = tst_field_book_dup_town_keys (book);
  if (self.town == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_ENROLLED,
                           "This device does not know its town yet, so it cannot seal anything for it. Read the town's code first.");
      return FALSE;
    }
  if (options->resume)
    {
      done = load_state (&self, error);
      if (done == NULL)
        return FALSE;
    }
  else
    {
      guint8 random[16];

      randombytes_buf (random, sizeof random);
      self.id = tst_hex_encode (random, sizeof random);
      self.volume = 1;
      self.event = g_strdup (options->choice.event_id);
      self.record = g_strdup (options->choice.record_id);
    }
  self.volume_bytes = options->volume_bytes > 0 ? options->volume_bytes : FAT_BYTES;
  if (!list_items (&self, done, error))
    return FALSE;
  for (guint n = 1; full; n++)
    {
      g_autofree char *name = n == 1 ? g_strdup (path) : g_strdup_printf ("%s.%u", path, n);

      if (!write_volume (&self, name, n == 1, &next, &full, error))
        {
          count_left (&self);
          /* Also when nothing counts yet: the next stick goes on with the same choice. */
          if (summary->left > 0)
            save_state (&self, NULL);
          return FALSE;
        }
    }
  count_left (&self);
  return tst_archive_export_forget (book, error);
}
