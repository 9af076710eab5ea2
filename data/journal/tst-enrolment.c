/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-journal-private.h"

#include "base/tst-fs.h"
#include "record/tst-body.h"

#include <string.h>

#define MAX_TOWN_FILE (64 * 1024)

gboolean
tst_field_book_load_town (TstFieldBook *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, "town.json", NULL);
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes = tst_fs_read (path, MAX_TOWN_FILE, &local);
  g_autoptr (JsonObject) object = NULL;
  const char *data;
  gsize size;

  if (bytes == NULL && g_error_matches (local, TST_ERROR, TST_ERROR_NOT_FOUND))
    return TRUE;
  if (bytes == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  data = g_bytes_get_data (bytes, &size);
  object = tst_json_parse_object (data != NULL ? data : "", size, error);
  if (object == NULL)
    return FALSE;
  self->town = tst_town_keys_parse (tst_json_string (object, "enrolment"), error);
  return self->town != NULL;
}

TstTownKeys *
tst_field_book_dup_town_keys (TstFieldBook *self)
{
  TstTownKeys *copy;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  g_mutex_lock (&self->mutex);
  copy = self->town != NULL ? tst_town_keys_copy (self->town) : NULL;
  g_mutex_unlock (&self->mutex);
  return copy;
}

gboolean
tst_field_book_require_town (TstFieldBook *self, TstTownKeys **town, GError **error)
{
  *town = tst_field_book_dup_town_keys (self);
  if (*town != NULL)
    return TRUE;
  g_set_error_literal (error, TST_ERROR, TST_ERROR_TOWN_KEYS_MISSING,
                       "This device does not know the town's keys yet, so nothing personal can be sealed. Nothing was saved; read the "
                       "town's code first (no connection is needed). Photos work without it.");
  return FALSE;
}

typedef struct
{
  gboolean same_log;
  gboolean same_code;  /* this very text was read before */
  gboolean same_town;  /* its own records carry the same key */
  gboolean accepted;   /* a person says that another log is right */
  const char *json_path;
  GBytes *json;
} Enrolling;

/* Proof of the old log proves nothing in the new one. Records stay, whatever central had said of them. */
static const char owe_all_again[] =
  "UPDATE outbox SET state = 'saved', sent = 0, proof_index = NULL, proof = NULL, proof_size = NULL WHERE state IN ('saved', 'received');"
  "UPDATE medium SET state = 'due', upload_url = NULL WHERE state IN ('held', 'uploading', 'sent');"
  "DELETE FROM holding; DELETE FROM holding_note; DELETE FROM checkpoint; DELETE FROM decision;"
  "INSERT OR REPLACE INTO meta (name, value) VALUES ('decisions_next', 0), ('catalogue_rev', 0), ('catalogue_mark', '')";

static gboolean
keep_old_checkpoint (TstFieldBook *self, TstStore *store, GError **error)
{
  g_autofree char *folder = g_build_filename (self->folder, "quarantine", NULL);
  g_autoptr (TstStatement) newest = tst_store_prepare (store, "SELECT note, hex (root) FROM checkpoint ORDER BY size DESC LIMIT 1", error);
  g_autoptr (GBytes) note = NULL;
  g_autofree char *path = NULL;
  gboolean row;

  if (newest == NULL || !tst_statement_step (newest, &row, error))
    return FALSE;
  note = row ? tst_statement_bytes (newest, 0) : NULL;
  if (note == NULL)
    return TRUE;
  path = g_strdup_printf ("%s/checkpoint-%.16s-ended.note", folder, tst_statement_text (newest, 1));
  return tst_fs_ensure_folder (folder, 0700, error) && tst_fs_write_durable (path, note, 0600, error);
}

static gboolean
before_other_log (TstFieldBook *self, TstStore *store, const Enrolling *enrolling, GError **error)
{
  if (!enrolling->same_town)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE,
                           "This device belongs to another town's log already. Nothing was changed; use another data folder for "
                           "this town.");
      return FALSE;
    }
  if (!enrolling->accepted)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NEW_ORIGIN,
                           "The town began a new log, because part of the old one was lost. Nothing was changed. Ask the town whether that is "
                           "so; then accept it (enrol --accept-new-log TEXT). Everything saved here is sent again.");
      return FALSE;
    }
  return keep_old_checkpoint (self, store, error) && tst_store_exec (store, owe_all_again, error);
}

static gboolean
before_enrolled (TstFieldBook *self, TstStore *store, TstDraft *draft, gpointer data, GError **error)
{
  Enrolling *enrolling = data;

  if (!enrolling->same_log)
    {
      g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT 1 FROM checkpoint LIMIT 1", error);
      gboolean row;

      if (statement == NULL || !tst_statement_step (statement, &row, error))
        return FALSE;
      if (row && !before_other_log (self, store, enrolling, error))
        return FALSE;
    }
  /* Registering what is registered changes nothing; a central that was restored from before it has to hear of it again, by a fresh code. */
  if (!enrolling->same_code && !tst_meta_set_int (store, "registered", 0, error))
    return FALSE;
  /* Durable before the commit: a record that says "enrolled" without the keys would be worse than keys without the record. */
  return tst_fs_write_durable (enrolling->json_path, enrolling->json, 0600, error);
}

static gboolean
enrol (TstFieldBook *self, const char *enrolment_text, gboolean accepted, GError **error)
{
  g_autoptr (TstTownKeys) town = NULL;
  g_autoptr (TstTownKeys) old = NULL;
  g_autoptr (TstDraft) draft = NULL;
  g_autoptr (JsonObject) file = json_object_new ();
  g_autoptr (GBytes) json = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autofree char *log = NULL, *records = NULL, *http = NULL;
  Enrolling enrolling = { TRUE, FALSE, TRUE, accepted, NULL, NULL };
  char *written;

  town = tst_town_keys_parse (enrolment_text, error);
  if (town == NULL)
    return FALSE;
  path = g_build_filename (self->folder, "town.json", NULL);
  text = tst_town_keys_write (town);
  json_object_set_int_member (file, "testigo", 1);
  json_object_set_string_member (file, "enrolment", text);
  written = tst_json_write (file);
  json = g_bytes_new_take (written, strlen (written));
  log = tst_verifier_to_vkey (town->log);
  records = tst_verifier_to_vkey (town->records);
  http = tst_verifier_to_vkey (town->http);

  old = tst_field_book_dup_town_keys (self);
  if (old != NULL)
    {
      g_autofree char *old_log = tst_verifier_to_vkey (old->log);
      g_autofree char *old_records = tst_verifier_to_vkey (old->records);

      enrolling.same_log = strcmp (old_log, log) == 0;
      enrolling.same_code = enrolling.same_log && strcmp (old->code, town->code) == 0;
      enrolling.same_town = strcmp (old_records, records) == 0;
    }
  enrolling.json_path = path;
  enrolling.json = json;

  draft = tst_draft_new (self, TST_CHAIN_FIELD, TST_KIND_SYSTEM, "enrolled");
  tst_draft_set_string (draft, "url", town->url);
  tst_draft_set_string (draft, "town", town->town);
  tst_draft_set_string (draft, "name", town->name);
  tst_draft_set_string (draft, "log", log);
  tst_draft_set_string (draft, "records", records);
  tst_draft_set_string (draft, "http", http);
  tst_draft_set_string (draft, "officer", town->officer);
  tst_draft_set_string (draft, "escrow", town->escrow);
  tst_draft_set_string (draft, "intake", town->intake);
  if (!tst_draft_seal (draft, self, error) || !tst_journal_commit (self, draft, before_enrolled, &enrolling, error))
    return FALSE;

  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->town, tst_town_keys_free);
  self->town = g_steal_pointer (&town);
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

gboolean
tst_field_book_enrol (TstFieldBook *self, const char *enrolment_text, GError **error)
{
  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), FALSE);
  return enrol (self, enrolment_text, FALSE, error);
}

gboolean
tst_field_book_accept_origin (TstFieldBook *self, const char *enrolment_text, GError **error)
{
  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), FALSE);
  return enrol (self, enrolment_text, TRUE, error);
}
