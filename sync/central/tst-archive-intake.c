/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-archive-intake.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "central/tst-device-registry.h"
#include "central/tst-holdings.h"
#include "central/tst-projection.h"
#include "central/tst-public-log.h"
#include "protocol/tst-archive-reader.h"
#include "protocol/tst-bundle.h"
#include "record/tst-body.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMBER_MAX (TST_BUNDLE_MAX_BYTES + 64 * 1024)
#define BATCH_RECORDS 256
#define BATCH_BYTES (4 * 1024 * 1024)
#define HOLDINGS_AT_ONCE 1000
#define SPARE_BYTES (64 * 1024 * 1024) /* left free for the database */
#define MAGIC_SIZE strlen ("TESTIGO-BUNDLE-1\n")

struct _TstArchiveIntake
{
  TstCentral *central;
  TstIntake *intake;
  TstHoldings *holdings;
};

TstArchiveIntake *
tst_archive_intake_new (TstCentral *central)
{
  TstArchiveIntake *self = g_new0 (TstArchiveIntake, 1);

  self->central = central;
  self->intake = tst_intake_new (central);
  self->holdings = tst_holdings_new (central);
  return self;
}

void
tst_archive_intake_free (TstArchiveIntake *self)
{
  tst_intake_free (self->intake);
  tst_holdings_free (self->holdings);
  g_free (self);
}

/* --- one archive on its way in --- */

typedef struct
{
  TstArchiveIntake *intake;
  const TstArchiveListener *listener;
  TstArchiveSummary *summary;

  GByteArray *bundle;      /* of records that wait to go in together */
  GPtrArray *names;        /* of their members, an entry a record */
  GArray *media;           /* of TstHash: to give a receipt for */
  GHashTable *froms;       /* sizes of the checkpoints that makers know */
  guint64 first_from, from;
  guint64 first_size;      /* of the first answer's checkpoint; 0: none yet */
  char *refusal;           /* central's code in the newest refusal */
} Taking;

static void
taking_clear (Taking *self)
{
  g_clear_pointer (&self->bundle, g_byte_array_unref);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->media, g_array_unref);
  g_clear_pointer (&self->froms, g_hash_table_unref);
  g_free (self->refusal);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Taking, taking_clear)

static void
taking_init (Taking *self, TstArchiveIntake *intake, const TstArchiveListener *listener, TstArchiveSummary *summary)
{
  *self = (Taking){ .intake = intake, .listener = listener, .summary = summary };
  self->bundle = g_byte_array_new ();
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->media = g_array_new (FALSE, FALSE, sizeof (TstHash));
  self->froms = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static void
refuse (Taking *self, const char *item, const GError *error)
{
  self->summary->refused++;
  self->listener->refused (item, error, self->listener->user_data);
}

static void
refuse_new (Taking *self, const char *item, TstError code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (TST_ERROR, code, message);

  refuse (self, item, error);
}

/* Central's own trouble and not the member's. */
static gboolean
is_ours (const GError *error)
{
  return g_error_matches (error, TST_ERROR, TST_ERROR_NO_SPACE) || g_error_matches (error, TST_ERROR, TST_ERROR_READ_ONLY) ||
         g_error_matches (error, TST_ERROR, TST_ERROR_IO) || g_error_matches (error, TST_ERROR, TST_ERROR_CANCELLED);
}

static gboolean
pass_or_refuse (Taking *self, const char *item, GError *local, GError **error)
{
  if (is_ours (local))
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  refuse (self, item, local);
  g_error_free (local);
  return TRUE;
}

/* --- records --- */

static void
judge_item (Taking *self, JsonObject *item, const char *name)
{
  const char *status = tst_json_string (item, "status");
  const char *code = tst_json_string (item, "code");

  if (g_strcmp0 (status, "known") == 0)
    self->summary->known_records++;
  else if (g_strcmp0 (status, "appended") == 0)
    self->summary->records++;
  if (code == NULL)
    return;
  g_free (self->refusal);
  self->refusal = g_strdup (code);
  {
    g_autoptr (GError) error = g_error_new (TST_ERROR, tst_error_from_code (code, TST_ERROR_REFUSED),
                                            g_strcmp0 (status, "refused") == 0 ? "This record was not taken in (%s)"
                                                                               : "The record is in the log; its content was not taken (%s)", code);

    refuse (self, name, error);
  }
}

static gboolean
flush (Taking *self, GError **error)
{
  g_autoptr (GBytes) bundle = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (TstCheckpoint) checkpoint = NULL;
  JsonArray *items;

  if (self->names->len == 0)
    return TRUE;
  bundle = g_bytes_new (self->bundle->data, self->bundle->len);
  text = tst_intake_take (self->intake->intake, bundle, self->from, error);
  if (text == NULL)
    return FALSE;
  answer = tst_json_parse_object (text, -1, error);
  if (answer == NULL)
    return FALSE;
  items = tst_json_array (answer, "items");
  for (guint i = 0; items != NULL && i < json_array_get_length (items) && i < self->names->len; i++)
    judge_item (self, json_array_get_object_element (items, i), g_ptr_array_index (self->names, i));
  {
    const char *note = tst_json_string (answer, "checkpoint");
    g_autoptr (GBytes) bytes = g_bytes_new (note, strlen (note));

    checkpoint = tst_checkpoint_open (bytes, tst_signing_key_get_verifier (tst_central_get_log_key (self->intake->central)), error);
    if (checkpoint == NULL)
      return FALSE;
  }
  if (self->first_size == 0)
    self->first_size = checkpoint->size;
  self->from = checkpoint->size;
  if (self->listener->receipt != NULL)
    {
      JsonObject *line = json_object_new ();

      json_object_set_object_member (line, "answer", json_object_ref (answer));
      self->listener->receipt (line, self->listener->user_data);
    }
  g_byte_array_set_size (self->bundle, 0);
  g_ptr_array_set_size (self->names, 0);
  return TRUE;
}

static gboolean
add_records (Taking *self, const char *name, GBytes *bundle, GError **error)
{
  g_autoptr (GPtrArray) items = NULL;
  GError *local = NULL;
  gsize size = g_bytes_get_size (bundle);
  const guint8 *data = g_bytes_get_data (bundle, NULL);

  if (!tst_bundle_parse (bundle, &items, &local))
    return pass_or_refuse (self, name, local, error);
  if (self->names->len > 0 && (self->names->len + items->len > BATCH_RECORDS || self->bundle->len + size > BATCH_BYTES) && !flush (self, error))
    return FALSE;
  if (self->bundle->len == 0)
    g_byte_array_append (self->bundle, data, MAGIC_SIZE);
  g_byte_array_append (self->bundle, data + MAGIC_SIZE, size - MAGIC_SIZE);
  for (guint i = 0; i < items->len; i++)
    g_ptr_array_add (self->names, g_strdup (name));
  return TRUE;
}

static gboolean
register_device (Taking *self, GBytes *note, GError **error)
{
  TstCentral *central = self->intake->central;
  g_auto (TstArchiveRegister) request = { 0 };
  g_autoptr (TstDevice) known = NULL;

  if (!tst_archive_register_open (note, tst_central_get_origin (central), &request, error))
    return FALSE;
  known = tst_device_registry_find (tst_central_get_devices (central), tst_verifier_get_name (request.field));
  if (known != NULL)
    return TRUE;
  if (!tst_device_registry_register (tst_central_get_devices (central), request.code, request.field, request.open,
                                     tst_central_now_s (central), error))
    return FALSE;
  self->summary->registered++;
  return TRUE;
}

/* A sealed record or registration in memory. */
static gboolean
take_sealed (Taking *self, TstMemberKind kind, const char *name, const char *sum, GBytes *sealed, GError **error)
{
  TstHash hash = tst_hash_bytes (sealed);
  g_autoptr (GBytes) plain = NULL;
  GError *local = NULL;

  if (!tst_member_sum_is (sum, &hash))
    {
      refuse_new (self, name, TST_ERROR_HASH_MISMATCH, "This was altered on its way; export it again");
      return TRUE;
    }
  plain = tst_age_open (sealed, tst_central_get_intake (self->intake->central), &local);
  if (plain == NULL)
    return pass_or_refuse (self, name, local, error);
  if (kind == TST_MEMBER_RECORD)
    return add_records (self, name, plain, error);
  return register_device (self, plain, &local) || pass_or_refuse (self, name, local, error);
}

/* --- media --- */

typedef struct
{
  const TstHash *hash;
  gboolean erased;
} Erased;

static gboolean
ask_erased (TstStore *store, gpointer data, GError **error)
{
  Erased *erased = data;

  return tst_projection_is_erased (store, erased->hash, &erased->erased, error);
}

static gboolean
has_room (TstCentral *central, guint64 size, GError **error)
{
  guint64 free_bytes;

  if (!tst_fs_free_bytes (tst_central_get_folder (central), &free_bytes, error))
    return FALSE;
  if (free_bytes >= size + SPARE_BYTES)
    return TRUE;
  g_set_error_literal (error, TST_ERROR, TST_ERROR_NO_SPACE, "Central's disk is full. What was taken before is safe; import again when there is room.");
  return FALSE;
}

/* The medium that is sealed in the next @size bytes of @fd, into the store under its content. */
static gboolean
keep_medium (Taking *self, const TstHash *sha256, int fd, guint64 size, GError **error)
{
  TstCentral *central = self->intake->central;
  guint8 random[16];
  g_autofree char *id = NULL;
  g_autofree char *path = NULL;
  TstMediaRef ref;
  gboolean opened;
  int out;

  if (!has_room (central, size, error))
    return FALSE;
  randombytes_buf (random, sizeof random);
  id = tst_hex_encode (random, sizeof random);
  path = g_build_filename (tst_central_get_folder (central), "uploads", id, NULL);
  out = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (out < 0)
    {
      tst_error_set_errno (error, errno, "Could not keep a medium");
      return FALSE;
    }
  opened = tst_age_open_part_fd (fd, size, out, tst_central_get_intake (central), NULL, error);
  close (out);
  if (!opened || !tst_media_store_adopt (tst_central_get_media (central), path, sha256, &ref, error))
    {
      g_unlink (path);
      return FALSE;
    }
  return tst_holdings_add_medium (self->intake->holdings, sha256, ref.bytes, NULL, NULL, error);
}

static gboolean
take_medium (Taking *self, const char *name, const TstHash *sha256, int fd, guint64 size, GError **error)
{
  Erased erased = { .hash = sha256 };
  GError *local = NULL;
  guint64 held;

  if (!tst_store_read (tst_central_get_store (self->intake->central), ask_erased, &erased, error))
    return FALSE;
  if (erased.erased)
    {
      refuse_new (self, name, TST_ERROR_REFUSED, "This medium was erased by a decision and is not kept again");
      return TRUE;
    }
  if (tst_holdings_has_medium (self->intake->holdings, sha256, &held, &local))
    self->summary->known_media++;
  else
    {
      g_clear_error (&local);
      if (!keep_medium (self, sha256, fd, size, &local))
        return pass_or_refuse (self, name, local, error);
      self->summary->media++;
    }
  g_array_append_val (self->media, *sha256);
  return TRUE;
}

/* --- the walk --- */

static gboolean
on_header (const TstArchiveHeader *header, GBytes *note, gpointer user_data, GError **error)
{
  Taking *self = user_data;
  gint64 from = header->from;

  if (strcmp (header->origin, tst_central_get_origin (self->intake->central)) != 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_UNTRUSTED, "This archive is for another town. Nothing of it was taken.");
      return FALSE;
    }
  if (self->first_size == 0)
    self->from = self->first_from = header->from;
  g_hash_table_add (self->froms, g_memdup2 (&from, sizeof from));
  return TRUE;
}

static void
note_header (Taking *self, GBytes *note)
{
  g_auto (TstArchiveHeader) header = { 0 };
  gint64 from;

  if (!tst_archive_header_open (note, &header, NULL))
    return;
  from = header.from;
  g_hash_table_add (self->froms, g_memdup2 (&from, sizeof from));
}

static gboolean
on_member (const TstArchiveMember *member, gpointer user_data, GError **error)
{
  Taking *self = user_data;
  g_autoptr (GBytes) bytes = NULL;
  GError *local = NULL;
  off_t at;
  gboolean taken;
  struct stat st;

  if (self->listener->cancelled != NULL && self->listener->cancelled (self->listener->user_data))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "The import was stopped. What was taken before stays; import again.");
      return FALSE;
    }
  if (member->kind == TST_MEMBER_MEDIUM)
    {
      at = lseek (member->fd, 0, SEEK_CUR);
      if (at < 0 || fstat (member->fd, &st) != 0 || (guint64) (st.st_size - at) < member->size)
        {
          refuse_new (self, member->name, TST_ERROR_TORN, "The archive breaks off in the middle of this");
          return TRUE;
        }
      taken = take_medium (self, member->name, &member->subject, member->fd, member->size, error);
      return lseek (member->fd, at, SEEK_SET) == at && taken;
    }
  bytes = tst_tar_reader_read (member->tar, MEMBER_MAX, &local);
  if (bytes == NULL)
    return pass_or_refuse (self, member->name, local, error);
  if (member->kind == TST_MEMBER_HEADER)
    {
      note_header (self, bytes);
      return TRUE;
    }
  return take_sealed (self, member->kind, member->name, member->sum, bytes, error);
}

static gboolean
on_volume_read (gpointer user_data, GError **error)
{
  return flush (user_data, error);
}

static void
on_refused (const char *item, const GError *error, gpointer user_data)
{
  refuse (user_data, item, error);
}

/* --- receipts --- */

typedef struct
{
  TstPublicLog *log;
  guint64 from, to;
  GArray *proof;
} Bridge;

static gboolean
prove (TstStore *store, gpointer data, GError **error)
{
  Bridge *bridge = data;

  bridge->proof = tst_public_log_consistency (bridge->log, bridge->from, bridge->to, error);
  return bridge->proof != NULL;
}

/* For makers who know another checkpoint than the one whose archive came first. */
static void
give_bridges (Taking *self)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->froms);
  while (self->first_size > 0 && g_hash_table_iter_next (&iter, &key, NULL))
    {
      Bridge bridge = { tst_central_get_log (self->intake->central), *(gint64 *) key, self->first_size, NULL };
      JsonObject *line;
      JsonArray *proof;

      if (bridge.from == 0 || bridge.from == self->first_from || bridge.from >= bridge.to ||
          !tst_store_read (tst_central_get_store (self->intake->central), prove, &bridge, NULL))
        continue;
      line = json_object_new ();
      proof = json_array_new ();
      for (guint i = 0; i < bridge.proof->len; i++)
        {
          g_autofree char *text = tst_hash_to_base64 (&g_array_index (bridge.proof, TstHash, i));

          json_array_add_string_element (proof, text);
        }
      g_array_unref (bridge.proof);
      json_object_set_int_member (line, "from", bridge.from);
      json_object_set_array_member (line, "consistency", proof);
      self->listener->receipt (line, self->listener->user_data);
    }
}

static gboolean
give_holdings (Taking *self, GError **error)
{
  TstCentral *central = self->intake->central;

  for (guint first = 0; first < self->media->len; first += HOLDINGS_AT_ONCE)
    {
      g_autoptr (GArray) hashes = g_array_new (FALSE, FALSE, sizeof (TstHash));
      g_autoptr (GArray) held = NULL;
      g_autoptr (GArray) missing = NULL;
      g_autoptr (GBytes) note = NULL;
      g_autofree char *text = NULL;
      g_autoptr (GError) local = NULL;
      JsonObject *line;

      g_array_append_vals (hashes, &g_array_index (self->media, TstHash, first), MIN (HOLDINGS_AT_ONCE, self->media->len - first));
      /* Reading so much back may take several turns; each remembers what it read. */
      while (!tst_holdings_check (self->intake->holdings, hashes, &held, &missing, &local) && g_error_matches (local, TST_ERROR, TST_ERROR_BUSY))
        g_clear_error (&local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      note = tst_holding_sign (tst_central_get_origin (central), tst_central_now_s (central), (const TstHolding *) held->data, held->len,
                               tst_central_get_http_key (central));
      text = g_strndup (g_bytes_get_data (note, NULL), g_bytes_get_size (note));
      line = json_object_new ();
      json_object_set_string_member (line, "holding", text);
      self->listener->receipt (line, self->listener->user_data);
    }
  return TRUE;
}

gboolean
tst_archive_intake_take (TstArchiveIntake *self, const char *path, const TstArchiveListener *listener, TstArchiveSummary *summary, GError **error)
{
  static const TstArchiveVisitor visitor = { on_header, on_member, on_volume_read, on_refused, NULL };
  g_auto (Taking) taking;

  taking_init (&taking, self, listener, summary);
  *summary = (TstArchiveSummary){ 0 };
  if (!tst_archive_walk (path, &visitor, &taking, &summary->volumes, &summary->last, error))
    return FALSE;
  if (listener->receipt == NULL)
    return TRUE;
  give_bridges (&taking);
  return give_holdings (&taking, error);
}

/* --- one member that a relay sent on --- */

typedef struct
{
  GError *error; /* the first refusal */
} One;

static void
keep_refusal (const char *item, const GError *error, gpointer user_data)
{
  One *one = user_data;

  if (one->error == NULL)
    one->error = g_error_copy (error);
}

gboolean
tst_archive_intake_take_member (TstArchiveIntake *self, const char *name, const char *path, char **refusal, GError **error)
{
  One one = { NULL };
  TstArchiveListener listener = { keep_refusal, NULL, NULL, &one };
  TstArchiveSummary summary = { 0 };
  g_auto (Taking) taking;
  g_autoptr (GBytes) bytes = NULL;
  TstHash subject;
  char sum[17];
  TstMemberKind kind = tst_member_parse (name, &subject, sum);
  gboolean good;

  *refusal = NULL;
  taking_init (&taking, self, &listener, &summary);
  if (kind == TST_MEMBER_MEDIUM)
    {
      struct stat st;
      int fd = open (path, O_RDONLY | O_CLOEXEC);

      if (fd < 0 || fstat (fd, &st) != 0)
        {
          tst_error_set_errno (error, errno, "Could not open what a relay sent");
          if (fd >= 0)
            close (fd);
          return FALSE;
        }
      good = take_medium (&taking, name, &subject, fd, st.st_size, error);
      close (fd);
    }
  else if (kind == TST_MEMBER_OTHER)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "This is no member of an archive");
      return FALSE;
    }
  else
    {
      bytes = tst_fs_read (path, MEMBER_MAX, error);
      good = bytes != NULL && (kind == TST_MEMBER_HEADER || take_sealed (&taking, kind, name, sum, bytes, error)) && flush (&taking, error);
    }
  if (!good)
    {
      g_clear_error (&one.error);
      return FALSE;
    }
  if (one.error == NULL)
    return TRUE;
  *refusal = g_steal_pointer (&taking.refusal);
  g_propagate_error (error, one.error);
  return FALSE;
}
