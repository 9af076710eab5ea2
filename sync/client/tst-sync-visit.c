/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-sync-run.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "protocol/tst-receipt.h"

#include <string.h>

#define HELLO_NOTE "hello.note" /* the newest hello that brought other pins than the enrolment; it verifies by itself */
#define HELLO_MAX (64 * 1024)
#define CATALOGUE_BATCH 1000
#define CATALOGUE_LINE_MAX (1024 * 1024)

static gboolean
not_central (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_CAPTIVE_PORTAL,
                       "Something answered that is not central; perhaps this network wants you to sign in. Nothing is lost");
  return FALSE;
}

gboolean
tst_sync_keep_evidence (TstSyncRun *self, const TstCheckpoint *ours, const TstCheckpoint *theirs, GError **error)
{
  g_autofree char *folder = g_build_filename (tst_field_book_get_folder (self->book), "quarantine", NULL);
  const TstCheckpoint *both[] = { ours, theirs };
  static const char *const names[] = { "seen-before", "shown-now" };
  g_autofree char *hex = tst_hash_to_hex (&theirs->root);

  /* Best effort: the error matters more than a full disk. */
  if (tst_fs_ensure_folder (folder, 0700, NULL))
    for (guint i = 0; i < 2; i++)
      {
        g_autofree char *name = g_strdup_printf ("checkpoint-%.16s-%s.note", hex, names[i]);
        g_autofree char *path = g_build_filename (folder, name, NULL);

        tst_fs_write_durable (path, both[i]->note, 0600, NULL);
      }
  g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_PROOF,
                       "Central's log is not the one that this device saw before. Nothing more is sent and nothing is freed; both "
                       "checkpoints are kept in the folder quarantine. Tell the town and whoever audits it");
  return FALSE;
}

/* --- hello --- */

static gboolean
same_pins (const char *const *a, const char *const *b)
{
  return g_strv_equal (a, b);
}

/* Takes the pins of the stored hello, if it is one of this town. Its time comes back, or 0. */
static gint64
load_pins (TstSyncRun *self)
{
  g_autofree char *path = g_build_filename (tst_field_book_get_folder (self->book), HELLO_NOTE, NULL);
  g_autoptr (GBytes) note = tst_fs_read (path, HELLO_MAX, NULL);
  g_auto (GStrv) pins = NULL;
  gint64 time = 0;

  if (note == NULL || !tst_hello_open (note, tst_peer_get_origin (self->peer), tst_peer_get_town (self->peer)->http, &time, &pins, NULL))
    return 0;
  tst_peer_set_pins (self->peer, (const char *const *) pins);
  return time;
}

static gboolean
take_pins (TstSyncRun *self, GBytes *note, gint64 time, char **pins, gint64 stored_time, GError **error)
{
  g_autofree char *path = g_build_filename (tst_field_book_get_folder (self->book), HELLO_NOTE, NULL);
  const TstTownKeys *town = tst_peer_get_town (self->peer);

  /* An older hello than the one that we have is a replay: it may bring back a pin that was given up. */
  if (time <= stored_time || (stored_time == 0 && same_pins ((const char *const *) pins, (const char *const *) town->pins)))
    return TRUE;
  tst_peer_set_pins (self->peer, (const char *const *) pins);
  return tst_fs_write_durable (path, note, 0600, error);
}

static gboolean
check_hello_checkpoint (TstSyncRun *self, const char *text, GError **error)
{
  g_autoptr (GBytes) note = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
  g_autoptr (TstCheckpoint) shown = note != NULL ? tst_checkpoint_open (note, tst_peer_get_town (self->peer)->log, NULL) : NULL;
  g_autoptr (TstCheckpoint) ours = tst_outbox_get_checkpoint (self->book, NULL);

  /* Of another size it proves nothing without a proof; of the same size it must be the same. */
  if (shown != NULL && ours != NULL && shown->size == ours->size && !tst_hash_equal (&shown->root, &ours->root))
    return tst_sync_keep_evidence (self, ours, shown, error);
  return TRUE;
}

gboolean
tst_sync_hello (TstSyncRun *self, GError **error)
{
  const TstTownKeys *town = tst_peer_get_town (self->peer);
  gint64 stored_time = 0;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (JsonObject) hello = NULL;
  g_autoptr (GBytes) note = NULL;
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) pins = NULL;
  const char *text;
  gint64 time = 0;

  /* Where only the line broke, the same central is greeted once. */
  if (self->greeted)
    return TRUE;
  stored_time = load_pins (self);
  answer = tst_transport_call (self->field, SOUP_METHOD_GET, "hello", NULL, NULL, HELLO_MAX, error);
  hello = answer != NULL ? tst_transport_parse_json (answer, error) : NULL;
  if (hello == NULL)
    return FALSE;
  text = tst_json_string (hello, "hello");
  if (tst_json_int (hello, "testigo", 0) != 1 || text == NULL)
    return not_central (error);
  note = g_bytes_new (text, strlen (text));
  if (!tst_hello_open (note, tst_peer_get_origin (self->peer), town->http, &time, &pins, &local))
    {
      if (!g_error_matches (local, TST_ERROR, TST_ERROR_BAD_SIGNATURE))
        return not_central (error);
      g_set_error_literal (error, TST_ERROR, TST_ERROR_UNTRUSTED,
                           "What answers at central's address has not central's key; nothing was sent to it. Ask the town for a new code");
      return FALSE;
    }
  g_free (self->shown);
  self->shown = g_strdup (tst_json_string (hello, "checkpoint"));
  if (!take_pins (self, note, time, pins, stored_time, error) ||
      !check_hello_checkpoint (self, tst_json_string (hello, "checkpoint"), error))
    return FALSE;
  self->greeted = TRUE;
  /* No sign of life for the patience of a run: where hello gets through and nothing else does, it would go on for ever. */
  return TRUE;
}

/* --- registration --- */

gboolean
tst_sync_register (TstSyncRun *self, GError **error)
{
  const TstTownKeys *town = tst_peer_get_town (self->peer);
  TstSigningKey *field = tst_field_book_get_key (self->book, TST_CHAIN_FIELD);
  TstSigningKey *open = tst_field_book_get_key (self->book, TST_CHAIN_OPEN);
  g_autofree char *field_vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (field));
  g_autofree char *open_vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (open));
  g_autoptr (GBytes) proof = NULL;
  g_autofree char *proof_text = NULL;
  g_autoptr (JsonObject) request = NULL;
  g_autoptr (JsonObject) answer = NULL;

  if (tst_outbox_get_registered (self->book))
    return TRUE;
  proof = tst_open_proof_sign (tst_peer_get_origin (self->peer), tst_signing_key_get_name (field), open);
  proof_text = g_strndup (g_bytes_get_data (proof, NULL), g_bytes_get_size (proof));
  request = json_object_new ();
  json_object_set_string_member (request, "code", town->code != NULL ? town->code : "");
  json_object_set_string_member (request, "name", tst_field_book_get_name (self->book) != NULL ? tst_field_book_get_name (self->book) : "");
  json_object_set_string_member (request, "field", field_vkey);
  json_object_set_string_member (request, "open", open_vkey);
  json_object_set_string_member (request, "open_proof", proof_text);
  answer = tst_transport_call_json (self->field, SOUP_METHOD_POST, "register", request, error);
  if (answer == NULL)
    return FALSE;
  if (!tst_json_bool (answer, "registered", FALSE))
    return not_central (error);
  return tst_outbox_set_registered (self->book, error);
}

/* --- decisions --- */

static TstDecision *
parse_decision (TstSyncRun *self, JsonObject *row)
{
  TstVerifier *records = tst_peer_get_town (self->peer)->records;
  g_autoptr (GBytes) note = tst_base64_decode (tst_json_string (row, "envelope"));
  g_autoptr (GBytes) body = tst_base64_decode (tst_json_string (row, "body"));
  g_autoptr (TstEnvelope) envelope = note != NULL && body != NULL ? tst_envelope_parse (note, NULL) : NULL;
  gint64 index = tst_json_int (row, "index", -1);
  TstDecision *decision;
  TstHash hash;

  if (envelope == NULL || index < 0 || !tst_envelope_verify (envelope, records, NULL) ||
      tst_envelope_get_fields (envelope)->chain != TST_CHAIN_CENTRAL)
    return NULL;
  hash = tst_hash_bytes (body);
  if (!tst_hash_equal (&hash, &tst_envelope_get_fields (envelope)->body))
    return NULL;
  decision = g_new0 (TstDecision, 1);
  decision->index = index;
  decision->envelope = g_steal_pointer (&envelope);
  decision->body = g_steal_pointer (&body);
  return decision;
}

/* The newest checkpoint comes along: what this device can show of the log reaches as far as what it was told. */
static gboolean
take_checkpoint (TstSyncRun *self, JsonObject *answer, const TstCheckpoint *ours, GError **error)
{
  g_autoptr (TstCheckpoint) checkpoint = NULL;

  if (tst_json_string (answer, "checkpoint") == NULL)
    return TRUE;
  checkpoint = tst_sync_open_checkpoint (self, answer, ours, error);
  return checkpoint != NULL && ((ours != NULL && checkpoint->size == ours->size) || tst_outbox_store_checkpoint (self->book, checkpoint, error));
}

gboolean
tst_sync_take_decisions (TstSyncRun *self, JsonObject *answer, const TstCheckpoint *ours, gboolean *more, GError **error)
{
  g_autoptr (GPtrArray) decisions = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_decision_free);
  JsonArray *rows = answer != NULL ? tst_json_array (answer, "decisions") : NULL;
  gint64 next = answer != NULL ? tst_json_int (answer, "next", -1) : -1;

  *more = FALSE;
  if (rows == NULL || next < 0)
    return not_central (error);
  if (!take_checkpoint (self, answer, ours, error))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonNode *node = json_array_get_element (rows, i);
      TstDecision *decision = JSON_NODE_HOLDS_OBJECT (node) ? parse_decision (self, json_node_get_object (node)) : NULL;

      if (decision == NULL)
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE,
                               "A decision came that central did not sign; it was not taken over");
          return FALSE;
        }
      g_ptr_array_add (decisions, decision);
    }
  if ((guint64) next <= tst_outbox_get_decisions_next (self->book))
    return TRUE;
  if (!tst_outbox_store_decisions (self->book, decisions, next, error))
    return FALSE;
  if (decisions->len > 0 && self->observer.changed != NULL)
    self->observer.changed (self->observer.user_data);
  *more = decisions->len > 0;
  return TRUE;
}

gboolean
tst_sync_decisions (TstSyncRun *self, GError **error)
{
  gboolean more = TRUE;

  while (more)
    {
      g_autoptr (JsonObject) request = json_object_new ();
      g_autoptr (JsonObject) answer = NULL;
      g_autoptr (TstCheckpoint) ours = tst_outbox_get_checkpoint (self->book, NULL);

      json_object_set_int_member (request, "since", tst_outbox_get_decisions_next (self->book));
      if (ours != NULL)
        json_object_set_int_member (request, "from", ours->size);
      answer = tst_transport_call_json (self->field, SOUP_METHOD_POST, "decisions", request, error);
      if (answer == NULL || !tst_sync_take_decisions (self, answer, ours, &more, error))
        return FALSE;
    }
  return TRUE;
}

/* --- catalogue --- */

/* Where a list of works stands that is still coming: after a cut it is asked for from here. As the tail of the question. */
static char *
mark_after (gint64 until, JsonObject *row)
{
  static const char *const parts[][3] = {
    { "work", "code", "work_gone" }, { "event", "id", NULL }, { "form", "code", NULL }, { "item", "id", "item_gone" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      JsonObject *object = tst_json_object (row, parts[i][0]);
      const char *key = object != NULL ? tst_json_string (object, parts[i][1]) : parts[i][2] != NULL ? tst_json_string (row, parts[i][2]) : NULL;
      g_autofree char *escaped = key != NULL ? g_uri_escape_string (key, NULL, FALSE) : NULL;

      if (escaped != NULL)
        return g_strdup_printf ("&until=%" G_GINT64_FORMAT "&part=%s&after=%s", until, parts[i][0], escaped);
    }
  return NULL;
}

/* A line that is not JSON: the last of what came is one that was cut, and what follows it never came. */
static gboolean
is_last (TstSyncRun *self, GDataInputStream *lines)
{
  char next;

  return g_input_stream_read (G_INPUT_STREAM (lines), &next, 1, self->cancellable, NULL) <= 0;
}

/* What came is kept; the rest comes from there on. */
static gboolean
keep_part (TstSyncRun *self, GPtrArray *batch, gint64 until, GError **error)
{
  g_autofree char *mark = until >= 0 && batch->len > 0 ? mark_after (until, g_ptr_array_index (batch, batch->len - 1)) : NULL;

  if (mark == NULL)
    return TRUE;
  if (!tst_outbox_apply_catalogue_part (self->book, batch, mark, error))
    return FALSE;
  g_ptr_array_set_size (batch, 0);
  tst_sync_run_alive (self);
  return TRUE;
}

static gboolean
read_catalogue (TstSyncRun *self, GInputStream *stream, char **files, GError **error)
{
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (stream);
  g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  gint64 since = tst_outbox_get_catalogue_rev (self->book);
  gint64 until = -1;
  gboolean some = FALSE;

  g_buffered_input_stream_set_buffer_size (G_BUFFERED_INPUT_STREAM (lines), CATALOGUE_LINE_MAX);
  for (;;)
    {
      g_autoptr (GError) io = NULL;
      gsize length;
      g_autofree char *line = g_data_input_stream_read_line (lines, &length, self->cancellable, &io);
      JsonObject *object = line != NULL ? tst_json_parse_object (line, length, NULL) : NULL;

      if (object == NULL && !keep_part (self, batch, until, error))
        return FALSE;
      if (io != NULL)
        {
          tst_http_map_error (tst_transport_get_session (self->field), io, self->cancellable, error);
          return FALSE;
        }
      if (line == NULL || (object == NULL && is_last (self, lines)))
        {
          /* Cut before its last line: what came is kept, the rest comes next time. */
          g_set_error_literal (error, TST_ERROR, TST_ERROR_UNREACHABLE, "The list of works was cut on its way; it goes on later");
          return FALSE;
        }
      if (object == NULL)
        return not_central (error);
      if (json_object_has_member (object, "until"))
        {
          until = tst_json_int (object, "until", -1);
          json_object_unref (object);
          continue;
        }
      if (json_object_has_member (object, "rev"))
        {
          gint64 rev = tst_json_int (object, "rev", -1);

          *files = g_strdup (tst_json_string (object, "files"));
          json_object_unref (object);
          if (rev < 0)
            return not_central (error);
          if (batch->len == 0 && rev == since && !some)
            return TRUE;
          if (self->observer.changed != NULL)
            self->observer.changed (self->observer.user_data);
          return tst_outbox_apply_catalogue (self->book, batch, rev, error);
        }
      g_ptr_array_add (batch, object);
      some = TRUE;
      if (batch->len == CATALOGUE_BATCH && !keep_part (self, batch, until, error))
        return FALSE;
    }
}

gboolean
tst_sync_catalogue (TstSyncRun *self, GError **error)
{
  g_autofree char *mark = tst_outbox_dup_catalogue_mark (self->book);
  g_autofree char *path = g_strdup_printf ("catalogue?since=%" G_GINT64_FORMAT "%s", tst_outbox_get_catalogue_rev (self->book), mark);
  g_autoptr (GInputStream) stream = tst_transport_open (self->field, path, error);

  g_autofree char *files = NULL;

  return stream != NULL && read_catalogue (self, stream, &files, error) && tst_sync_files (self, files, error)
         && tst_sync_pictures (self, error);
}
