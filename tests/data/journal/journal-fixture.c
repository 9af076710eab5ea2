/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "log/tst-checkpoint.h"
#include "record/tst-body.h"
#include "record/tst-note.h"
#include "../media/image-fixtures.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>

static char *
enrolment_text (JournalFixture *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *log = tst_verifier_to_vkey (tst_signing_key_get_verifier (self->log));
  g_autofree char *records = tst_verifier_to_vkey (tst_signing_key_get_verifier (self->records));
  g_autofree char *http = tst_verifier_to_vkey (tst_signing_key_get_verifier (self->http));
  g_autofree char *json = NULL;
  g_autofree char *encoded = NULL;

  json_object_set_int_member (object, "v", 1);
  json_object_set_string_member (object, "url", "http://127.0.0.1:8080");
  json_object_set_string_member (object, "log", log);
  json_object_set_string_member (object, "records", records);
  json_object_set_string_member (object, "http", http);
  json_object_set_array_member (object, "pins", json_array_new ());
  json_object_set_string_member (object, "officer", tst_age_identity_get_recipient (self->officer));
  json_object_set_string_member (object, "escrow", tst_age_identity_get_recipient (self->escrow));
  json_object_set_string_member (object, "intake", tst_age_identity_get_recipient (self->intake));
  json_object_set_string_member (object, "code", "AAAAAAAAAAAAAAAAAAAAAA");
  json_object_set_string_member (object, "name", "tableta-1");
  json_object_set_string_member (object, "town", "Villaluz");
  json = tst_json_write (object);
  encoded = tst_base64url_encode (json, strlen (json));
  return g_strconcat ("TESTIGO1:", encoded, NULL);
}

JournalFixture *
journal_fixture_new (gboolean enrolled)
{
  JournalFixture *self = g_new0 (JournalFixture, 1);
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("testigo-journal-XXXXXX", &error);
  g_assert_no_error (error);
  self->outside = g_dir_make_tmp ("testigo-files-XXXXXX", &error);
  g_assert_no_error (error);
  self->clock = tst_fixed_clock_new ((gint64) FIXTURE_UTC_S * G_USEC_PER_SEC);
  self->log = tst_signing_key_generate (FIXTURE_ORIGIN);
  self->records = tst_signing_key_generate (NULL);
  self->http = tst_signing_key_generate ("obras.villaluz.example/http");
  self->officer = tst_age_identity_generate ();
  self->escrow = tst_age_identity_generate ();
  self->intake = tst_age_identity_generate ();
  self->enrolment = enrolment_text (self);
  self->book = tst_field_book_create (self->folder, "tableta-1", TST_CLOCK (self->clock), &error);
  g_assert_no_error (error);
  if (enrolled)
    {
      tst_field_book_enrol (self->book, self->enrolment, &error);
      g_assert_no_error (error);
    }
  return self;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

void
journal_fixture_free (JournalFixture *self)
{
  if (self->book != NULL)
    tst_field_book_close (self->book);
  g_clear_object (&self->book);
  g_clear_object (&self->clock);
  remove_tree (self->folder);
  remove_tree (self->outside);
  tst_signing_key_unref (self->log);
  tst_signing_key_unref (self->records);
  tst_signing_key_unref (self->http);
  tst_age_identity_unref (self->officer);
  tst_age_identity_unref (self->escrow);
  tst_age_identity_unref (self->intake);
  g_free (self->enrolment);
  g_free (self->folder);
  g_free (self->outside);
  g_free (self);
}

void
journal_fixture_reopen (JournalFixture *self)
{
  g_autoptr (GError) error = NULL;

  if (self->book != NULL)
    tst_field_book_close (self->book);
  g_clear_object (&self->book);
  self->book = tst_field_book_open (self->folder, TST_CLOCK (self->clock), &error);
  g_assert_no_error (error);
}

char *
journal_fixture_event (JournalFixture *self)
{
  TstEventSpec spec = { .type = "visita_obra", .title = "Visita al puente de la Quebrada Seca" };
  g_autoptr (GError) error = NULL;
  char *id = tst_field_book_open_event (self->book, &spec, &error);

  g_assert_no_error (error);
  return id;
}

char *
journal_fixture_photo_file (JournalFixture *self, const char *name)
{
  g_autoptr (FixtureExif) exif = fixture_exif_new (FALSE);
  g_autoptr (GBytes) block = NULL;
  g_autoptr (GBytes) jpeg = NULL;
  char *path = g_build_filename (self->outside, name, NULL);
  g_autoptr (GError) error = NULL;

  /* The name makes the bytes its own. */
  fixture_exif_text (exif, FIXTURE_IFD_MAIN, 0x0110, name);
  fixture_exif_text (exif, FIXTURE_IFD_EXIF, 0x9003, "2026:03:27 10:00:00");
  block = fixture_exif_block (exif);
  jpeg = fixture_jpeg (64, 48, block);
  g_file_set_contents (path, g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg), &error);
  g_assert_no_error (error);
  return path;
}

char *
journal_fixture_add_photo (JournalFixture *self, const char *event, const char *name)
{
  g_autofree char *path = journal_fixture_photo_file (self, name);
  TstPhotoSpec spec = { .event_id = event, .caption = "Viga del costado norte", .phase = "durante" };
  TstPhotoResult result = { 0 };
  g_autoptr (GError) error = NULL;
  char *id;

  tst_field_book_add_photo (self->book, &spec, path, &result, NULL, &error);
  g_assert_no_error (error);
  id = g_strdup (result.id);
  tst_photo_result_clear (&result);
  return id;
}

JsonObject *
journal_fixture_attendee (const char *full_name)
{
  JsonObject *fields = json_object_new ();
  JsonObject *consent = json_object_new ();

  json_object_set_boolean_member (consent, "data", TRUE);
  json_object_set_string_member (fields, "full_name", full_name);
  json_object_set_string_member (fields, "id_type", "CC");
  json_object_set_string_member (fields, "id_no", "1099000111");
  json_object_set_string_member (fields, "phone", "3005550101");
  json_object_set_object_member (fields, "consent", consent);
  return fields;
}

char *
journal_fixture_add_attendance (JournalFixture *self, const char *event, const char *full_name)
{
  g_autoptr (JsonObject) fields = journal_fixture_attendee (full_name);
  g_autoptr (GError) error = NULL;
  char *id = tst_field_book_add_attendance (self->book, event, fields, &error);

  g_assert_no_error (error);
  return id;
}

char *
journal_fixture_add_comment (JournalFixture *self, const char *event, const char *text)
{
  g_autoptr (JsonObject) fields = json_object_new ();
  g_autoptr (GError) error = NULL;
  char *id;

  json_object_set_string_member (fields, "class", "pregunta");
  json_object_set_string_member (fields, "text", text);
  id = tst_field_book_add_comment (self->book, event, fields, NULL, NULL, &error);
  g_assert_no_error (error);
  return id;
}

static gboolean
collect (JsonObject *row, gpointer user_data)
{
  g_ptr_array_add (user_data, json_object_ref (row));
  return TRUE;
}

GPtrArray *
journal_fixture_list (JournalFixture *self, const char *what, const char *event)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  TstQuery query = { .event_id = event };
  g_autoptr (GError) error = NULL;

  tst_field_book_list (self->book, what, &query, collect, rows, &error);
  g_assert_no_error (error);
  return rows;
}

JsonObject *
journal_fixture_row (GPtrArray *rows, const char *id)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (tst_json_string (rows->pdata[i], "id"), id) == 0)
      return rows->pdata[i];
  g_assert_not_reached ();
}

guint
journal_fixture_verify (JournalFixture *self, gboolean deep, GPtrArray **faults)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (JsonObject) counts = NULL;
  g_autoptr (GError) error = NULL;
  guint n;

  tst_field_book_verify (self->book, deep, collect, found, &counts, NULL, &error);
  g_assert_no_error (error);
  n = found->len;
  g_assert_cmpint (tst_json_int (counts, "faults", -1), ==, n);
  if (faults != NULL)
    *faults = g_steal_pointer (&found);
  return n;
}

void
journal_fixture_assert_rebuild_equal (JournalFixture *self)
{
  g_autoptr (GError) error = NULL;
  gboolean equal = FALSE;

  tst_field_book_rebuild (self->book, &equal, &error);
  g_assert_no_error (error);
  g_assert_true (equal);
}

typedef struct
{
  const char *id;
  GBytes *body;
} BodyOf;

static gboolean
read_body (TstStore *store, gpointer data, GError **error)
{
  BodyOf *body = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT body FROM journal_open WHERE id = ?1", error);
  gboolean row;

  tst_statement_bind_text (statement, 1, body->id);
  g_assert_true (tst_statement_step (statement, &row, error));
  g_assert_true (row);
  body->body = tst_statement_bytes (statement, 0);
  return TRUE;
}

JsonObject *
journal_fixture_open_body (JournalFixture *self, const char *id)
{
  BodyOf body = { id, NULL };
  g_autoptr (GBytes) clear = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *object;

  tst_store_read (tst_field_book_get_store (self->book), read_body, &body, &error);
  g_assert_no_error (error);
  g_assert_true (tst_age_looks_sealed (body.body));
  clear = tst_age_open (body.body, self->intake, &error);
  g_assert_no_error (error);
  object = tst_body_parse (clear, &error);
  g_assert_no_error (error);
  g_bytes_unref (body.body);
  return object;
}

/* --- central's part --- */

GBytes *
journal_fixture_holding_note (JournalFixture *self, const TstHeld *items, guint n)
{
  g_autoptr (GString) text = g_string_new ("testigo-holding v1\n" FIXTURE_ORIGIN "\n2026-03-27T16:00:00Z\n");

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *hex = tst_hash_to_hex (&items[i].sha256);

      g_string_append_printf (text, "%s %" G_GUINT64_FORMAT "\n", hex, items[i].bytes);
    }
  return tst_note_sign (text->str, self->http);
}

/* The inclusion proof of leaf 0 or 1 of a tree of two; every record gets a tree of its own. */
static void
prove (JournalFixture *self, TstEnvelope *envelope, guint64 size)
{
  GBytes *note = tst_envelope_get_note (envelope);
  TstHash leaf = tst_merkle_leaf (g_bytes_get_data (note, NULL), g_bytes_get_size (note));
  TstHash other = tst_hash_data ("other", 5);
  g_autoptr (GArray) proof = g_array_new (FALSE, FALSE, sizeof (TstHash));
  TstHash root = leaf;
  g_autoptr (TstCheckpoint) checkpoint = NULL;
  TstInclusion item = { *tst_envelope_get_text_hash (envelope), 0, proof };
  g_autoptr (GError) error = NULL;

  /* Leaf 0 of a tree of @size = 2^k leaves: k neighbours, all to the right. */
  for (guint64 n = size; n > 1; n /= 2)
    {
      root = tst_merkle_node (&root, &other);
      g_array_append_val (proof, other);
    }
  g_assert_true (tst_merkle_check_inclusion (&leaf, 0, size, proof, &root, NULL));
  checkpoint = tst_checkpoint_sign (FIXTURE_ORIGIN, size, &root, self->log);
  tst_outbox_store_inclusions (self->book, &item, 1, checkpoint, &error);
  g_assert_no_error (error);
}

void
journal_fixture_receive (JournalFixture *self, TstChain chain, gboolean media)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstCheckpoint) last = tst_outbox_get_checkpoint (self->book, &error);
  g_autoptr (GArray) held = g_array_new (FALSE, FALSE, sizeof (TstHeld));
  g_autoptr (GPtrArray) records = tst_outbox_due_records (self->book, chain, 512, 8 << 20, &error);
  guint64 size = last != NULL ? last->size : 1;

  g_assert_no_error (error);
  for (guint i = 0; i < records->len; i++)
    {
      TstOutboxRecord *record = records->pdata[i];
      TstHeld body = { tst_envelope_get_fields (record->envelope)->body, 1024 };

      size *= 2;
      prove (self, record->envelope, size);
      if (record->body != NULL)
        g_array_append_val (held, body);
      for (guint j = 0; j < record->parts->len; j++)
        {
          TstSealedPart *part = record->parts->pdata[j];
          TstHeld item = { part->sha256, g_bytes_get_size (part->bytes) };

          g_array_append_val (held, item);
        }
    }
  if (media)
    {
      g_autoptr (GPtrArray) due = tst_outbox_due_media (self->book, 1000, &error);

      g_assert_no_error (error);
      for (guint i = 0; i < due->len; i++)
        {
          TstOutboxMedium *medium = due->pdata[i];
          TstHeld item = { medium->sha256, medium->bytes };

          g_array_append_val (held, item);
        }
    }
  if (held->len > 0)
    {
      g_autoptr (GBytes) note = journal_fixture_holding_note (self, (TstHeld *) held->data, held->len);

      tst_outbox_store_holding (self->book, note, FIXTURE_UTC_S, (TstHeld *) held->data, held->len, &error);
      g_assert_no_error (error);
    }
}

TstDecision *
journal_fixture_decide (JournalFixture *self, const char *type, const char *target, const TstHash *target_record,
                        guint64 index)
{
  g_autoptr (JsonObject) content = json_object_new ();
  g_autofree char *id = tst_uuid_new ();
  g_autofree char *hash = tst_hash_to_base64 (target_record);
  TstDecision *decision = g_new0 (TstDecision, 1);
  TstEnvelopeFields fields = { .chain = TST_CHAIN_CENTRAL, .seq = index + 1, .kind = TST_KIND_DECISION,
                               .utc_s = FIXTURE_UTC_S + 7200, .time_source = TST_TIME_NTP, .uncertainty_s = 1 };

  json_object_set_string_member (content, "type", type);
  json_object_set_string_member (content, "id", id);
  json_object_set_string_member (content, "target", target);
  json_object_set_string_member (content, "target_hash", hash);
  json_object_set_string_member (content, "reason", "otro");
  decision->body = tst_body_write (content, 0);
  decision->index = index;
  fields.id = id;
  fields.body = tst_hash_bytes (decision->body);
  if (index > 0)
    fields.prev = tst_hash_data ("before", 6);
  decision->envelope = tst_envelope_sign (&fields, self->records);
  return decision;
}

void
journal_fixture_tamper (JournalFixture *self, const char *sql)
{
  g_autofree char *path = g_build_filename (self->folder, "testigo.db", NULL);
  char *message = NULL;
  sqlite3 *db = NULL;

  tst_field_book_close (self->book);
  g_clear_object (&self->book);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_null (message);
  g_assert_cmpint (sqlite3_changes (db), >, 0);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  journal_fixture_reopen (self);
}

static char *
grep_tree (const char *path, const char *text)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autofree char *data = NULL;
  const char *name;
  gsize size;

  if (dir == NULL)
    {
      if (!g_file_get_contents (path, &data, &size, NULL))
        return NULL;
      return memmem (data, size, text, strlen (text)) != NULL ? g_strdup (path) : NULL;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      char *found = NULL;

      /* Opening the database's own path would drop SQLite's locks: it is read through another name. */
      if (g_str_has_prefix (name, "testigo.db"))
        {
          const char *argv[] = { "/bin/grep", "-q", "-a", "-F", "-e", text, child, NULL };
          int status = -1;

          g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, NULL, NULL, &status, NULL));
          g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) <= 1);
          found = WEXITSTATUS (status) == 0 ? g_strdup (child) : NULL;
        }
      else
        found = grep_tree (child, text);
      if (found != NULL)
        return found;
    }
  return NULL;
}

char *
journal_fixture_grep (JournalFixture *self, const char *text)
{
  return grep_tree (self->folder, text);
}

void
journal_fixture_catalogue_line (JournalFixture *self, const char *name, const char *content)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf ("{\"%s\": %s}", name, content);

  g_ptr_array_add (lines, tst_json_parse_object (text, -1, &error));
  g_assert_no_error (error);
  tst_outbox_apply_catalogue (self->book, lines, tst_outbox_get_catalogue_rev (self->book) + 1, &error);
  g_assert_no_error (error);
}
