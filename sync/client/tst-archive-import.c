/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-archive-import.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "client/tst-sync-run.h"
#include "protocol/tst-archive-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_SIZE (64 * 1024 * 1024)

typedef struct
{
  TstFieldBook *book;
  TstTownKeys *town;
  const TstImportListener *listener;
  GCancellable *cancellable;
  TstImportSummary *summary;

  TstMediaStore *relay;
  GPtrArray *lines;      /* of TstRelayLine: what the relay gives receipts for */
  GPtrArray *members;    /* of TstRelayMember: of the volume */
  char *maker;           /* of the volume, once its header was read */
  gboolean own;
} Import;

void
tst_import_summary_clear (TstImportSummary *self)
{
  g_clear_pointer (&self->receipts_path, g_free);
}

static void
import_clear (Import *self)
{
  g_clear_pointer (&self->town, tst_town_keys_free);
  g_clear_pointer (&self->relay, tst_media_store_unref);
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  g_clear_pointer (&self->members, g_ptr_array_unref);
  g_free (self->maker);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Import, import_clear)

static void
refuse (Import *self, const char *item, const GError *error)
{
  self->summary->refused++;
  if (self->listener->refused != NULL)
    self->listener->refused (item, error, self->listener->user_data);
}

static void G_GNUC_PRINTF (4, 5)
refuse_new (Import *self, const char *item, TstError code, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  va_list arguments;

  va_start (arguments, format);
  error = g_error_new_valist (TST_ERROR, code, format, arguments);
  va_end (arguments);
  refuse (self, item, error);
}

/* --- carrying an archive on --- */

static gboolean
is_own (TstFieldBook *book, const char *device)
{
  return strcmp (device, tst_signing_key_get_name (tst_field_book_get_key (book, TST_CHAIN_FIELD))) == 0;
}

static gboolean
add_member (Import *self, const char *name, const TstMediaRef *ref)
{
  TstRelayMember *member = g_new0 (TstRelayMember, 1);

  member->sha256 = ref->sha256;
  member->bytes = ref->bytes;
  member->name = g_strdup (name);
  member->maker = g_strdup (self->maker);
  g_ptr_array_add (self->members, member);
  tst_relay_lines_add (self->lines, &ref->sha256, name);
  return TRUE;
}

/* What stops everything, since it is this device's own trouble. */
static gboolean
is_ours (const GError *error)
{
  return g_error_matches (error, TST_ERROR, TST_ERROR_NO_SPACE) || g_error_matches (error, TST_ERROR, TST_ERROR_READ_ONLY) ||
         g_error_matches (error, TST_ERROR, TST_ERROR_CANCELLED);
}

/* Into the relay store under its content, if it is whole. */
static gboolean
on_member (const TstArchiveMember *member, gpointer user_data, GError **error)
{
  Import *self = user_data;
  g_autoptr (GError) local = NULL;
  g_autofree char *path = NULL;
  TstMediaRef ref = { .bytes = member->size };
  gboolean read, kept;
  int fd;

  if (self->own)
    {
      self->summary->own++;
      return TRUE;
    }
  if (self->maker == NULL)
    {
      refuse_new (self, member->name, TST_ERROR_BAD_SIGNATURE, "Nobody stands for this: the archive's beginning is missing");
      return TRUE;
    }
  path = tst_media_store_temporary_path (self->relay, "member");
  fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      tst_error_set_errno (error, errno, "Could not keep what is to be carried on");
      return FALSE;
    }
  read = tst_tar_reader_copy (member->tar, fd, &ref.sha256, self->cancellable, &local);
  close (fd);
  if (!read && is_ours (local))
    {
      g_unlink (path);
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!read || !tst_member_sum_is (member->sum, &ref.sha256))
    {
      g_unlink (path);
      if (read)
        refuse_new (self, member->name, TST_ERROR_HASH_MISMATCH, "This was altered on its way; export it again");
      else
        refuse (self, member->name, local);
      return TRUE;
    }
  if (!tst_outbox_wants_relay_member (self->book, &ref.sha256))
    kept = g_unlink (path) == 0;
  else if (!(kept = tst_media_store_adopt (self->relay, path, &ref.sha256, &ref, error)))
    g_unlink (path);
  return kept && add_member (self, member->name, &ref);
}

static gboolean
on_header (const TstArchiveHeader *header, GBytes *note, gpointer user_data, GError **error)
{
  Import *self = user_data;
  TstHash sum = tst_hash_bytes (note);
  g_autofree char *name = tst_member_name (TST_MEMBER_HEADER, NULL, &sum);
  TstMediaRef ref;

  if (strcmp (header->origin, tst_verifier_get_name (self->town->log)) != 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_UNTRUSTED, "This archive is for another town. Nothing of it was taken.");
      return FALSE;
    }
  g_free (self->maker);
  self->maker = g_strdup (tst_verifier_get_name (header->maker));
  self->own = is_own (self->book, self->maker);
  if (self->own)
    return TRUE;
  ref.sha256 = sum;
  ref.bytes = g_bytes_get_size (note);
  return (!tst_outbox_wants_relay_member (self->book, &sum) || tst_media_store_put_bytes (self->relay, note, &ref, error)) &&
         add_member (self, name, &ref);
}

static gboolean
on_volume_read (gpointer user_data, GError **error)
{
  Import *self = user_data;
  guint fresh = 0;

  if (self->members->len > 0 && !tst_outbox_add_relay_members (self->book, self->members, &fresh, error))
    return FALSE;
  self->summary->members += self->members->len;
  self->summary->fresh += fresh;
  g_ptr_array_set_size (self->members, 0);
  g_clear_pointer (&self->maker, g_free);
  self->own = FALSE;
  return TRUE;
}

static void
on_refused (const char *item, const GError *error, gpointer user_data)
{
  refuse (user_data, item, error);
}

static void
on_progress (guint64 done, guint64 total, gpointer user_data)
{
  Import *self = user_data;

  if (self->listener->progress != NULL)
    self->listener->progress (done, total, self->listener->user_data);
}

static void
write_relay_receipts (Import *self, const char *path)
{
  g_autofree char *file = g_strconcat (path, TST_RECEIPTS_SUFFIX, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  TstTimestamp now;

  tst_clock_now (tst_field_book_get_clock (self->book), &now);
  for (guint first = 0; first < self->lines->len; first += TST_RELAY_LINES_MAX)
    {
      g_autoptr (GBytes) note = tst_relay_receipt_sign (tst_verifier_get_name (self->town->log), now.utc_us / G_USEC_PER_SEC, self->lines, first,
                                                        MIN (TST_RELAY_LINES_MAX, self->lines->len - first),
                                                        tst_field_book_get_key (self->book, TST_CHAIN_FIELD));
      g_autofree char *note_text = g_strndup (g_bytes_get_data (note, NULL), g_bytes_get_size (note));
      g_autoptr (JsonObject) line = json_object_new ();
      g_autofree char *json = NULL;

      json_object_set_string_member (line, "relay", note_text);
      json = tst_json_write (line);
      g_string_append_printf (text, "%s\n", json);
    }
  bytes = g_bytes_new (text->str, text->len);
  /* Receipts are a courtesy: a stick that cannot be written has done its work. */
  if (tst_fs_write_durable (file, bytes, 0600, NULL))
    self->summary->receipts_path = g_steal_pointer (&file);
}

static gboolean
carry_archive (Import *self, const char *path, GError **error)
{
  static const TstArchiveVisitor visitor = { on_header, on_member, on_volume_read, on_refused, on_progress };

  self->relay = tst_outbox_open_relay (self->book, error);
  if (self->relay == NULL)
    return FALSE;
  self->lines = tst_relay_lines_new ();
  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_relay_member_free);
  if (!tst_archive_walk (path, &visitor, self, &self->summary->volumes, &self->summary->last, error))
    return FALSE;
  if (self->lines->len > 0)
    write_relay_receipts (self, path);
  return TRUE;
}

/* --- receipts --- */

/* Central's answer as it stands for a device that knew a checkpoint of another size than whoever brought the archive. */
static void
use_consistency (Import *self, JsonObject *answer, GHashTable *bridges)
{
  g_autoptr (TstCheckpoint) newest = tst_outbox_get_checkpoint (self->book, NULL);
  g_autofree char *key = newest != NULL ? g_strdup_printf ("%" G_GUINT64_FORMAT, newest->size) : NULL;
  JsonObject *bridge = key != NULL ? g_hash_table_lookup (bridges, key) : NULL;

  if (bridge != NULL)
    json_object_set_member (answer, "consistency", json_node_copy (json_object_get_member (bridge, "consistency")));
}

static void
take_relay (Import *self, const char *text, GError **error)
{
  g_autoptr (GBytes) note = g_bytes_new (text, strlen (text));
  g_autoptr (TstVerifier) relay = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (TstHash));
  gint64 time_s;
  guint known = 0;

  if (!tst_relay_receipt_open (note, tst_verifier_get_name (self->town->log), &relay, &time_s, &lines, error))
    return;
  for (guint i = 0; i < lines->len; i++)
    {
      const TstRelayLine *line = g_ptr_array_index (lines, i);
      TstHash subject;
      char sum[17];

      if (tst_member_parse (line->name, &subject, sum) == TST_MEMBER_RECORD || tst_member_parse (line->name, &subject, sum) == TST_MEMBER_MEDIUM)
        g_array_append_val (items, subject);
    }
  if (tst_outbox_store_relayed (self->book, items, tst_verifier_get_name (relay), time_s, &known, error))
    self->summary->relayed += known;
}

static void
take_line (Import *self, TstSyncRun *run, JsonObject *line, GHashTable *bridges, GError **error)
{
  JsonObject *answer = tst_json_object (line, "answer");

  if (answer != NULL)
    {
      g_autoptr (TstCheckpoint) newest = tst_outbox_get_checkpoint (self->book, NULL);
      guint own = 0;

      use_consistency (self, answer, bridges);
      if (tst_sync_take_answer (run, answer, &own, error))
        self->summary->proved += own;
    }
  else if (json_object_has_member (line, "holding"))
    {
      GArray *items = tst_sync_take_holding (run, line, error);

      g_clear_pointer (&items, g_array_unref);
    }
  else if (tst_json_string (line, "relay") != NULL)
    take_relay (self, tst_json_string (line, "relay"), error);
  else if (json_object_has_member (line, "consistency"))
    g_hash_table_replace (bridges, g_strdup_printf ("%" G_GINT64_FORMAT, tst_json_int (line, "from", 0)), json_object_ref (line));
}

static gboolean
take_receipts (Import *self, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = tst_fs_read (path, LINE_MAX_SIZE * 4ul, error);
  g_auto (GStrv) lines = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GHashTable) bridges = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) json_object_unref);
  TstSyncOptions options;
  TstSyncObserver observer = { 0 };
  g_autoptr (TstSyncRun) run = NULL;

  if (bytes == NULL)
    return FALSE;
  tst_sync_options_init (&options);
  run = tst_sync_run_new (self->book, &options, &observer, 0, self->cancellable, error);
  if (run == NULL)
    return FALSE;
  self->summary->receipts = TRUE;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (JsonObject) line = *lines[i] != '\0' ? tst_json_parse_object (lines[i], -1, NULL) : NULL;
      g_autoptr (GError) local = NULL;

      if (*lines[i] == '\0')
        continue;
      if (line == NULL)
        g_set_error_literal (&local, TST_ERROR, TST_ERROR_BAD_RECEIPT, "This line is damaged. The other receipts count.");
      else
        take_line (self, run, line, bridges, &local);
      if (local != NULL)
        {
          g_autofree char *where = g_strdup_printf ("%s:%u", path, i + 1);

          refuse (self, where, local);
        }
    }
  return TRUE;
}

/* --- which of the two --- */

gboolean
tst_archive_import (TstFieldBook *book, const char *path, const TstImportListener *listener, GCancellable *cancellable,
                    TstImportSummary *summary, GError **error)
{
  static const TstImportListener deaf;
  g_auto (Import) self = { .book = book, .listener = listener != NULL ? listener : &deaf, .cancellable = cancellable, .summary = summary };
  char first[512] = "";
  ssize_t n;
  int fd;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (book) && path != NULL && summary != NULL, FALSE);
  *summary = (TstImportSummary){ 0 };
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    {
      tst_error_set_errno (error, errno, "Could not open %s", path);
      return FALSE;
    }
  n = read (fd, first, sizeof first);
  close (fd);
  self.town = tst_field_book_dup_town_keys (book);
  if (self.town == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_ENROLLED,
                           "This device does not know its town yet, so it cannot tell whose archive this is. Read the town's code first.");
      return FALSE;
    }
  if (n > 0 && first[0] == '{')
    return take_receipts (&self, path, error);
  if (n <= 0)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "%s is empty or cannot be read: it is no archive of Testigo.", path);
      return FALSE;
    }
  return carry_archive (&self, path, error);
}
