/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-client-fixture.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "client/tst-sync-run.h"
#include "journal/tst-attachment.h"

#include <glib/gstdio.h>
#include <string.h>

/* --- all well --- */

static void
test_run (Fixture *fixture, gconstpointer data)
{
  g_autofree char *state = NULL;
  guint64 total, done;

  run_well (fixture, 0);
  assert_all_received (fixture);
  g_assert_cmpuint (fixture->summary.records_sent, ==, count_records (fixture));
  g_assert_cmpuint (fixture->summary.media_sent, ==, PHOTOS);
  g_assert_cmpuint (fixture->summary.bytes_resent, ==, 0);
  g_assert_cmpuint (fixture->summary.bytes_sent, >=, fake_server_get_body_bytes (fixture->server));
  g_assert_cmpuint (fixture->summary.pending, ==, 0);
  g_object_get (fixture->client, "state", &state, "bytes-total", &total, "bytes-done", &done, NULL);
  g_assert_cmpstr (state, ==, "idle");
  g_assert_cmpuint (done, >, 0);
  g_assert_cmpuint (done, <=, total);

  /* Once more: nothing to do, nothing sent twice. */
  run_well (fixture, 0);
  g_assert_cmpuint (fixture->summary.records_sent, ==, 0);
  g_assert_cmpuint (fixture->summary.media_sent, ==, 0);
  assert_all_received (fixture);
}

static void
test_not_enrolled (void)
{
  g_autoptr (JournalFixture) town = journal_fixture_new (FALSE);
  g_autoptr (TstSyncClient) client = tst_sync_client_new (town->book);
  g_autoptr (GError) error = NULL;

  g_assert_false (tst_sync_client_run (client, 0, NULL, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NOT_ENROLLED);
}

static void
test_decisions_and_catalogue (Fixture *fixture, gconstpointer data)
{
  g_autofree char *photo = journal_fixture_add_photo (fixture->town, fixture->event, "una.jpg");
  g_autoptr (GPtrArray) records = journal_fixture_list (fixture->town, "records", NULL);
  g_autoptr (GPtrArray) photos = NULL;
  g_autoptr (GPtrArray) works = NULL;
  TstHash hash;

  g_assert_true (tst_hash_from_hex (tst_json_string (journal_fixture_row (records, photo), "record"), &hash));
  run_well (fixture, 0);
  fake_central_add_decision (fixture->central, journal_fixture_decide (fixture->town, "accept", photo, &hash, 1000));
  fake_central_set_catalogue (fixture->central, "{\"work\":{\"code\":\"OB-1\",\"title\":\"Puente\"}}\n{\"rev\":7}\n");
  run_well (fixture, 0);
  photos = journal_fixture_list (fixture->town, "photos", NULL);
  g_assert_cmpstr (tst_json_string (journal_fixture_row (photos, photo), "state"), ==, "published");
  works = journal_fixture_list (fixture->town, "works", NULL);
  g_assert_cmpuint (works->len, ==, 1);
  g_assert_cmpint (tst_outbox_get_catalogue_rev (fixture->town->book), ==, 7);
  run_well (fixture, 0);

  /* A catalogue that is cut before its last line is not taken for whole. */
  fake_central_set_catalogue (fixture->central, "{\"work\":{\"code\":\"OB-2\",\"title\":\"Parque\"}}\n");
  run_badly (fixture, 0, TST_ERROR_UNREACHABLE);
  g_assert_cmpint (tst_outbox_get_catalogue_rev (fixture->town->book), ==, 7);
}

static void
test_foreign_decision (Fixture *fixture, gconstpointer data)
{
  g_autofree char *photo = journal_fixture_add_photo (fixture->town, fixture->event, "una.jpg");
  g_autoptr (GPtrArray) records = journal_fixture_list (fixture->town, "records", NULL);
  g_autoptr (GPtrArray) photos = NULL;
  g_autoptr (JournalFixture) stranger = journal_fixture_new (FALSE);
  TstHash hash;

  g_assert_true (tst_hash_from_hex (tst_json_string (journal_fixture_row (records, photo), "record"), &hash));
  fake_central_add_decision (fixture->central, journal_fixture_decide (stranger, "accept", photo, &hash, 1000));
  run_badly (fixture, 0, TST_ERROR_BAD_SIGNATURE);
  photos = journal_fixture_list (fixture->town, "photos", NULL);
  g_assert_cmpstr (tst_json_string (journal_fixture_row (photos, photo), "state"), ==, "received");
}

/* --- what a network does --- */

static void
test_faults (Fixture *fixture, gconstpointer data)
{
  const Fault *fault = data;

  fake_server_add_fault (fixture->server, *fault);
  run_well (fixture, 5);
  assert_all_received (fixture);
}

/* All at once, in the middle of everything. */
static void
test_storm (Fixture *fixture, gconstpointer data)
{
  static const Fault faults[] = {
    { "GET", FAULT_STATUS, 502, 2, "hello" },     { "GET", FAULT_HTML, 0, 1, "nonces" },
    { "POST", FAULT_STATUS, 503, 1, "register" }, { "POST", FAULT_LOST, 0, 1, "register" },
    { "POST", FAULT_LOST, 0, 2, "bundle" },       { "POST", FAULT_STATUS, 500, 1, "bundle" },
    { "POST", FAULT_STATUS_DONE, 504, 1, "bundle" }, { "POST", FAULT_HTML, 0, 1, "bundle" },
    { "POST", FAULT_REDIRECT, 0, 1, "bundle" },   { "POST", FAULT_LOST, 0, 2, "media" },
    { "POST", FAULT_STATUS, 429, 2, "media" },    { "POST", FAULT_CUT, 700, 4, "media" },
    { "PATCH", FAULT_LOST, 0, 2, "media" },       { "PATCH", FAULT_STATUS, 423, 2, "media" },
    { "POST", FAULT_LOST, 0, 1, "holdings" },     { "POST", FAULT_STATUS, 500, 1, "holdings" },
    { "POST", FAULT_LOST, 0, 1, "decisions" },    { "GET", FAULT_STATUS, 500, 1, "catalogue" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    fake_server_add_fault (fixture->server, faults[i]);
  run_well (fixture, 20);
  assert_all_received (fixture);
}

/* The answer to a bundle is lost after central took it: it is sent again, known, and counted as sent twice. */
static void
test_lost_answer (Fixture *fixture, gconstpointer data)
{
  fake_server_add_fault (fixture->server, (Fault){ "POST", FAULT_LOST, 0, 1, "bundle" });
  run_well (fixture, 5);
  assert_all_received (fixture);
  g_assert_cmpuint (fixture->summary.bytes_resent, >, 5 * 1024);
  g_assert_cmpuint (fixture->summary.bytes_resent, <, fixture->summary.bytes_sent / 2);
}

/* A line on which no more than a few kilobytes arrive before it breaks: records go in smaller bundles until they fit. */
static void
test_short_line (Fixture *fixture, gconstpointer data)
{
  TstSyncOptions options;

  tst_sync_options_init (&options);
  options.backoff_min_ms = 2;
  options.backoff_max_ms = 20;
  options.random = no_jitter;
  tst_sync_client_set_options (fixture->client, &options);
  /* No bundle of all fits; the largest record does. */
  fake_server_add_fault (fixture->server, (Fault){ "POST", FAULT_SHORT, 8000, 0, "bundle" });
  run_well (fixture, 30);
  assert_all_received (fixture);
}

static guint64
bytes_of_photos (Fixture *fixture)
{
  g_autoptr (GPtrArray) photos = journal_fixture_list (fixture->town, "photos", NULL);
  guint64 bytes = 0;

  for (guint i = 0; i < photos->len; i++)
    {
      g_autofree char *path = NULL;
      TstHash hash;
      struct stat st;

      g_assert_true (tst_hash_from_hex (tst_json_string (photos->pdata[i], "sha256"), &hash));
      path = tst_media_store_path (tst_field_book_get_media (fixture->town->book), &hash);
      g_assert_cmpint (g_stat (path, &st), ==, 0);
      bytes += st.st_size;
    }
  return bytes;
}

/* A run ends when all photos are up and before their receipts came: the next one asks for these, and sends no photo again. */
static void
test_sent_once (Fixture *fixture, gconstpointer data)
{
  fake_server_add_fault (fixture->server, (Fault){ "POST", FAULT_LOST, 0, 1, "holdings" });
  run_badly (fixture, 0, TST_ERROR_UNREACHABLE);
  g_assert_cmpuint (fake_server_get_body_bytes (fixture->server), ==, bytes_of_photos (fixture));
  g_object_unref (fixture->client);
  new_client (fixture);
  run_well (fixture, 0);
  assert_all_received (fixture);
  g_assert_cmpuint (fake_server_get_body_bytes (fixture->server), ==, bytes_of_photos (fixture));
}

/* A photo went up and nobody said so: the next run asks before it sends it, also when many others come before it by now. */
static void
test_asked_later (Fixture *fixture, gconstpointer data)
{
  g_autofree char *newer = NULL;

  /* The first eight are asked about in any case. */
  fake_server_add_fault (fixture->server, (Fault){ "POST", FAULT_NO_OFFSET, 0, 8, "media" });
  fake_server_add_fault (fixture->server, (Fault){ "POST", FAULT_LOST, 0, 1, "media" });
  run_badly (fixture, 0, TST_ERROR_UNREACHABLE);
  tst_fixed_clock_advance (fixture->town->clock, (gint64) 3600 * G_USEC_PER_SEC);
  newer = journal_fixture_event (fixture->town);
  for (guint i = 0; i < PHOTOS; i++)
    {
      g_autofree char *name = g_strdup_printf ("nueva-%u.jpg", i);

      g_free (journal_fixture_add_photo (fixture->town, newer, name));
    }
  g_object_unref (fixture->client);
  new_client (fixture);
  run_well (fixture, 0);
  assert_all_received (fixture);
  g_assert_cmpuint (fake_server_get_body_bytes (fixture->server), ==, bytes_of_photos (fixture));
}

static void
test_portal (Fixture *fixture, gconstpointer data)
{
  fake_server_add_fault (fixture->server, (Fault){ NULL, FAULT_HTML, 0, 0, NULL });
  run_badly (fixture, 0, TST_ERROR_CAPTIVE_PORTAL);
  g_assert_cmpuint (fixture->summary.records_sent, ==, 0);
  g_assert_cmpuint (fixture->summary.pending, >, 0);
  /* Nothing but the question who is there went to it. */
  g_assert_cmpuint (fake_server_count (fixture->server, "POST", ""), ==, 0);
}

static void
test_redirect (Fixture *fixture, gconstpointer data)
{
  fake_server_add_fault (fixture->server, (Fault){ NULL, FAULT_REDIRECT, 0, 0, NULL });
  run_badly (fixture, 0, TST_ERROR_REDIRECTED);
  g_assert_cmpuint (fake_server_count (fixture->server, "POST", ""), ==, 0);
}

static void
test_unreachable (Fixture *fixture, gconstpointer data)
{
  gint64 before = g_get_monotonic_time ();

  fake_server_add_fault (fixture->server, (Fault){ NULL, FAULT_LOST, 0, 0, NULL });
  run_badly (fixture, 1, TST_ERROR_UNREACHABLE);
  /* It tried on for as long as its patience, and not for ever. */
  g_assert_cmpint (g_get_monotonic_time () - before, >, 900 * 1000);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 6 * G_USEC_PER_SEC);
  g_assert_cmpuint (fake_server_count (fixture->server, "GET", "hello"), >, 10);
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (300 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);
  gint64 before = g_get_monotonic_time ();

  fake_server_add_fault (fixture->server, (Fault){ "POST", FAULT_STATUS, 500, 0, "media" });
  g_assert_false (tst_sync_client_run (fixture->client, 60, &fixture->summary, cancellable, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 4 * G_USEC_PER_SEC);
  g_thread_join (thread);
}

static void
test_nonces (Fixture *fixture, gconstpointer data)
{
  fake_central_set_lie (fixture->central, LIE_NONCES);
  run_well (fixture, 0);
  assert_all_received (fixture);
}

/* --- what a lying central does: never a state better than the truth --- */

typedef struct
{
  Lie lie;
  TstError error;
  gboolean evidence;
} Deceit;

static void
test_lie (Fixture *fixture, gconstpointer data)
{
  const Deceit *deceit = data;
  g_autofree char *quarantine = g_build_filename (fixture->town->folder, "quarantine", NULL);
  guint64 received;
  guint notes = 0;
  const char *name;
  g_autoptr (GDir) dir = NULL;

  run_well (fixture, 0);
  received = counts_of (fixture).received;
  g_free (journal_fixture_add_photo (fixture->town, fixture->event, "otra.jpg"));
  fake_central_set_lie (fixture->central, deceit->lie);
  run_badly (fixture, 0, deceit->error);
  g_assert_cmpuint (counts_of (fixture).received, ==, received);
  dir = g_dir_open (quarantine, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "checkpoint-"))
      notes++;
  g_assert_cmpuint (notes, ==, deceit->evidence ? 2 : 0);
  if (deceit->lie == LIE_REWRITTEN)
    return;

  /* Once it tells the truth, all goes on. */
  fake_central_set_lie (fixture->central, LIE_NONE);
  run_well (fixture, 0);
  assert_all_received (fixture);
}

/* The very first answer lies. */
static void
test_first_lie (Fixture *fixture, gconstpointer data)
{
  const Deceit *deceit = data;

  if (deceit->lie != LIE_REWRITTEN && deceit->lie != LIE_SHRUNK)
    {
      fake_central_set_lie (fixture->central, deceit->lie);
      run_badly (fixture, 0, deceit->error);
      g_assert_cmpuint (counts_of (fixture).received, ==, 0);
      fake_central_set_lie (fixture->central, LIE_NONE);
    }
  run_well (fixture, 0);
  assert_all_received (fixture);
}

/* Receipts that hold nothing: what was proved is «sending», and not received. */
static void
test_empty_holdings (Fixture *fixture, gconstpointer data)
{
  TstOutboxCounts counts;

  fake_central_set_lie (fixture->central, LIE_HOLDING_EMPTY);
  run_well (fixture, 0);
  counts = counts_of (fixture);
  g_assert_cmpuint (counts.received, ==, 0);
  g_assert_cmpuint (counts.published, ==, 0);
  g_assert_cmpuint (counts.set_aside, ==, PHOTOS);
  g_assert_cmpuint (fixture->summary.media_sent, ==, 0);
}

/* --- one bad item --- */

static void
test_refused_record (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) records = journal_fixture_list (fixture->town, "records", NULL);
  g_autoptr (GPtrArray) after = NULL;
  g_autofree char *bad = NULL;
  TstHash hash;

  for (guint i = 0; i < records->len; i++)
    if (g_strcmp0 (tst_json_string (records->pdata[i], "type"), "attendance") == 0)
      {
        g_free (bad);
        bad = g_strdup (tst_json_string (records->pdata[i], "record"));
      }
  g_assert_true (tst_hash_from_hex (bad, &hash));
  fake_central_refuse (fixture->central, &hash, "bad-envelope");
  run_well (fixture, 0);
  g_assert_cmpuint (counts_of (fixture).set_aside, ==, 1);
  g_assert_cmpuint (fixture->summary.set_aside, ==, 1);
  g_assert_cmpuint (counts_of (fixture).received, ==, records->len - 1);
  after = journal_fixture_list (fixture->town, "outbox", NULL);
  g_assert_cmpuint (after->len, ==, 1);
  g_assert_cmpstr (tst_json_string (after->pdata[0], "code"), ==, "bad-envelope");
}

static void
test_device_lost (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) records = journal_fixture_list (fixture->town, "records", NULL);
  TstHash hash;

  g_assert_true (tst_hash_from_hex (tst_json_string (records->pdata[0], "record"), &hash));
  fake_central_refuse (fixture->central, &hash, "device-lost");
  run_badly (fixture, 0, TST_ERROR_REFUSED);
  /* It concerns the device: no item is blamed. */
  g_assert_cmpuint (counts_of (fixture).set_aside, ==, 0);
}

static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  fake_central_set_max_records (fixture->central, 2);
  run_well (fixture, 0);
  assert_all_received (fixture);
}

static void
test_refused_medium (Fixture *fixture, gconstpointer data)
{
  fake_server_add_fault (fixture->server, (Fault){ "POST", FAULT_STATUS, 413, 1, "media" });
  run_well (fixture, 0);
  g_assert_cmpuint (counts_of (fixture).set_aside, ==, 1);
  g_assert_cmpuint (fixture->summary.media_sent, ==, PHOTOS - 1);
  /* Its record is proved and waits for it. */
  g_assert_cmpuint (counts_of (fixture).sending, ==, 1);

  g_assert_true (tst_outbox_retry (fixture->town->book, NULL, NULL));
  run_well (fixture, 0);
  assert_all_received (fixture);
}

static void
test_missing_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) photos = journal_fixture_list (fixture->town, "photos", NULL);
  g_autofree char *path = NULL;
  TstHash hash;

  g_assert_true (tst_hash_from_hex (tst_json_string (photos->pdata[3], "sha256"), &hash));
  path = tst_media_store_path (tst_field_book_get_media (fixture->town->book), &hash);
  g_assert_cmpint (g_unlink (path), ==, 0);
  run_well (fixture, 0);
  g_assert_cmpuint (counts_of (fixture).set_aside, ==, 1);
  g_assert_cmpuint (counts_of (fixture).sending, ==, 1);
  g_assert_cmpuint (fixture->summary.media_sent, ==, PHOTOS - 1);
}

/* --- heads --- */

static void
test_old_copy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = g_strdup (tst_signing_key_get_name (tst_field_book_get_key (fixture->town->book, TST_CHAIN_FIELD)));
  const char *after;

  run_well (fixture, 0);
  /* As a power cut leaves it. */
  g_clear_object (&fixture->client);
  journal_fixture_tamper (fixture->town, "UPDATE meta SET value = 0 WHERE name = 'clean'");
  g_assert_true (tst_field_book_had_unclean_start (fixture->town->book));
  new_client (fixture);

  /* Central knows what we know: the keys stay. */
  run_well (fixture, 0);
  g_assert_cmpstr (tst_signing_key_get_name (tst_field_book_get_key (fixture->town->book, TST_CHAIN_FIELD)), ==, before);
  g_clear_object (&fixture->client);

  /* Central knows more: this is an old copy. */
  fake_central_set_lie (fixture->central, LIE_UNKNOWN_HEAD);
  new_client (fixture);
  run_well (fixture, 0);
  after = tst_signing_key_get_name (tst_field_book_get_key (fixture->town->book, TST_CHAIN_FIELD));
  g_assert_cmpstr (after, !=, before);
  assert_all_received (fixture);
}

/* --- the open chain --- */

/* What somebody said and a paper that they showed; @sha256: of both, as they travel. */
static void
add_voice (Fixture *fixture, TstHash *sha256)
{
  g_autoptr (GPtrArray) attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_attachment_unref);
  g_autofree char *path = journal_fixture_photo_file (fixture->town, "carta.jpg");
  g_autoptr (JsonObject) fields = json_object_new ();
  g_autoptr (JsonObject) body = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *list;

  g_ptr_array_add (attachments, tst_attachment_new (TST_ATTACHMENT_VOICE, g_bytes_new_take (g_malloc0 (200000), 200000), 50000));
  g_ptr_array_add (attachments, tst_attachment_new (TST_ATTACHMENT_PAPER, tst_fs_read (path, 0, NULL), 0));
  json_object_set_string_member (fields, "class", "pregunta");
  id = tst_field_book_add_contribution (fixture->town->book, fixture->event, fields, attachments, NULL, NULL, &error);
  g_assert_no_error (error);
  body = journal_fixture_open_body (fixture->town, id);
  list = tst_json_array (body, "attachments");
  for (guint i = 0; i < 2; i++)
    g_assert_true (tst_hash_from_hex (tst_json_string (json_array_get_object_element (list, i), "sha256"), &sha256[i]));
}

static void
test_open_chain (Fixture *fixture, gconstpointer data)
{
  TstHash sha256[2];
  TstTimestamp now;
  g_autoptr (GArray) order = NULL;
  g_autoptr (GPtrArray) records = NULL;
  guint before, sorted = 0, n = 0;

  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *text = g_strdup_printf ("¿Cuándo terminan? %u", i);

      g_free (journal_fixture_add_comment (fixture->town, fixture->event, text));
    }
  add_voice (fixture, sha256);
  run_well (fixture, 0);
  before = fake_central_count_leaves (fixture->central);
  g_assert_cmpuint (fixture->summary.held, >=, 31);
  g_assert_cmpuint (fixture->summary.pending, ==, 0);
  g_assert_null (fake_server_get_upload (fixture->server, &sha256[0]));

  tst_clock_now (TST_CLOCK (fixture->town->clock), &now);
  tst_fixed_clock_advance (fixture->town->clock, (gint64) 3 * 3600 * G_USEC_PER_SEC);
  run_well (fixture, 0);
  g_assert_cmpuint (fake_central_count_leaves (fixture->central), >=, before + 31);
  assert_all_received (fixture);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GBytes) upload = fake_server_get_upload (fixture->server, &sha256[i]);

      g_assert_nonnull (upload);
      g_assert_true (tst_age_looks_sealed (upload));
    }

  /* Not in the order in which they were given. */
  order = fake_central_dup_order (fixture->central);
  records = journal_fixture_list (fixture->town, "records", NULL);
  for (guint i = before, last = 0; i < order->len; i++)
    for (guint j = 0; j < records->len; j++)
      {
        g_autofree char *hex = tst_hash_to_hex (&g_array_index (order, TstHash, i));
        guint seq = tst_json_int (records->pdata[j], "seq", 0);

        if (g_strcmp0 (hex, tst_json_string (records->pdata[j], "record")) != 0)
          continue;
        n++;
        sorted += seq > last;
        last = seq;
      }
  g_assert_cmpuint (n, >=, 30);
  g_assert_cmpuint (sorted, <, n);
}

/* --- TLS --- */

static GTlsCertificate *
make_certificate (char **pin)
{
  g_autofree char *folder = g_dir_make_tmp ("tls-XXXXXX", NULL);
  g_autofree char *key = g_build_filename (folder, "key.pem", NULL);
  g_autofree char *certificate = g_build_filename (folder, "cert.pem", NULL);
  g_autofree char *command = g_strdup_printf (
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %s -out %s -days 30 -subj /CN=obras.example", key,
      certificate);
  g_autofree char *pin_command = g_strdup_printf (
      "sh -c \"openssl x509 -in %s -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64\"",
      certificate);
  GTlsCertificate *result;
  g_autofree char *chatter = NULL;
  g_autoptr (GError) error = NULL;

  g_spawn_command_line_sync (command, NULL, &chatter, NULL, &error);
  g_assert_no_error (error);
  g_spawn_command_line_sync (pin_command, pin, NULL, NULL, &error);
  g_assert_no_error (error);
  g_strstrip (*pin);
  result = g_tls_certificate_new_from_files (certificate, key, &error);
  g_assert_no_error (error);
  g_unlink (key);
  g_unlink (certificate);
  g_rmdir (folder);
  return result;
}

static void
test_tls (void)
{
  g_autofree char *pin = NULL;
  g_autofree char *other_pin = NULL;
  g_autoptr (GTlsCertificate) certificate = make_certificate (&pin);
  g_autoptr (GTlsCertificate) other = make_certificate (&other_pin);
  const char *pins[] = { pin, NULL };
  const char *spare_pins[] = { pin, other_pin, NULL };
  g_autofree char *stored = NULL;
  Fixture fixture = { 0 };
  FakeCentral *moved;

  fixture.town = journal_fixture_new (FALSE);
  fixture.central = fake_central_new (fixture.town, certificate);
  fixture.server = fake_central_get_server (fixture.central);
  fake_central_set_pins (fixture.central, spare_pins, FIXTURE_UTC_S);
  fixture.event = NULL;

  /* The key of somebody else. */
  fake_central_enrol (fixture.central, (const char *[]){ other_pin, NULL });
  new_client (&fixture);
  run_badly (&fixture, 0, TST_ERROR_UNTRUSTED);
  g_assert_cmpuint (fake_server_count (fixture.server, "", ""), ==, 0);
  g_clear_object (&fixture.client);

  /* No pin at all is no reason to trust. */
  fake_central_enrol (fixture.central, (const char *[]){ NULL });
  new_client (&fixture);
  run_badly (&fixture, 0, TST_ERROR_UNTRUSTED);
  g_clear_object (&fixture.client);

  fake_central_enrol (fixture.central, pins);
  new_client (&fixture);
  run_well (&fixture, 0);
  assert_all_received (&fixture);

  /* The hello announced another key beside: central moves to it. */
  stored = g_build_filename (fixture.town->folder, "hello.note", NULL);
  g_assert_true (g_file_test (stored, G_FILE_TEST_EXISTS));
  moved = fake_central_new (fixture.town, other);
  fake_central_set_pins (moved, (const char *[]){ other_pin, NULL }, FIXTURE_UTC_S + 10);
  fake_central_enrol (moved, pins);
  /* It let us in, did not know us, took the keys by the code again, and is another memory. */
  run_badly (&fixture, 0, TST_ERROR_BAD_PROOF);
  fake_central_free (moved);

  g_clear_object (&fixture.client);
  fake_central_free (fixture.central);
  journal_fixture_free (fixture.town);
}

int
main (int argc, char **argv)
{
  static const Fault faults[] = {
    { "GET", FAULT_STATUS, 500, 2, "hello" },        { "GET", FAULT_HTML, 0, 2, "hello" },
    { "GET", FAULT_REDIRECT, 0, 1, "hello" },        { "GET", FAULT_LOST, 0, 3, "hello" },
    { "GET", FAULT_STATUS, 502, 2, "nonces" },       { "POST", FAULT_LOST, 0, 1, "register" },
    { "POST", FAULT_STATUS_DONE, 504, 1, "register" }, { "POST", FAULT_STATUS, 503, 2, "bundle" },
    { "POST", FAULT_STATUS_DONE, 502, 1, "bundle" }, { "POST", FAULT_HTML, 0, 1, "bundle" },
    { "POST", FAULT_REDIRECT, 0, 1, "bundle" },      { "POST", FAULT_LOST, 0, 3, "bundle" },
    { "POST", FAULT_STATUS, 423, 3, "media" },       { "POST", FAULT_STATUS, 500, 3, "media" },
    { "POST", FAULT_STATUS_DONE, 504, 3, "media" },  { "POST", FAULT_HTML, 0, 2, "media" },
    { "POST", FAULT_REDIRECT, 0, 2, "media" },       { "POST", FAULT_CUT, 500, 5, "media" },
    { "POST", FAULT_LOST, 0, 5, "media" },           { "PATCH", FAULT_CUT, 500, 5, "media" },
    { "PATCH", FAULT_STATUS, 409, 2, "media" },      { "PATCH", FAULT_STATUS, 460, 2, "media" },
    { "PATCH", FAULT_FORGET, 404, 2, "media" },      { "PATCH", FAULT_FORGET, 410, 2, "media" },
    { "PATCH", FAULT_NO_OFFSET, 0, 2, "media" },     { "POST", FAULT_LOST, 0, 2, "holdings" },
    { "POST", FAULT_STATUS, 500, 2, "holdings" },    { "POST", FAULT_HTML, 0, 1, "holdings" },
    { "POST", FAULT_LOST, 0, 1, "decisions" },       { "GET", FAULT_LOST, 0, 1, "catalogue" },
  };
  static const Deceit lies[] = {
    { LIE_HELLO_KEY, TST_ERROR_UNTRUSTED, FALSE },
    { LIE_HELLO_ORIGIN, TST_ERROR_CAPTIVE_PORTAL, FALSE },
    { LIE_PROOF, TST_ERROR_BAD_PROOF, FALSE },
    { LIE_INDEX, TST_ERROR_BAD_PROOF, FALSE },
    { LIE_CHECKPOINT_KEY, TST_ERROR_BAD_SIGNATURE, FALSE },
    { LIE_REWRITTEN, TST_ERROR_BAD_PROOF, TRUE },
    { LIE_SHRUNK, TST_ERROR_BAD_PROOF, TRUE },
    { LIE_HOLDING_KEY, TST_ERROR_BAD_RECEIPT, FALSE },
    { LIE_OTHER_RECORDS, TST_ERROR_CAPTIVE_PORTAL, FALSE },
  };

  g_test_init (&argc, &argv, NULL);
#define ADD(name, set, func) g_test_add ("/sync/client/" name, Fixture, NULL, set, func, tear_down)
  ADD ("run", set_up, test_run);
  g_test_add_func ("/sync/client/not-enrolled", test_not_enrolled);
  ADD ("decisions-and-catalogue", set_up, test_decisions_and_catalogue);
  ADD ("foreign-decision", set_up, test_foreign_decision);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *name = g_strdup_printf ("/sync/client/fault/%u-%s-%s", i, faults[i].method, faults[i].path);

      g_test_add (name, Fixture, &faults[i], set_up, test_faults, tear_down);
    }
  ADD ("storm", set_up, test_storm);
  ADD ("lost-answer", set_up, test_lost_answer);
  ADD ("short-line", set_up, test_short_line);
  ADD ("sent-once", set_up, test_sent_once);
  ADD ("asked-later", set_up, test_asked_later);
  ADD ("portal", set_up, test_portal);
  ADD ("redirect", set_up, test_redirect);
  ADD ("unreachable", set_up, test_unreachable);
  ADD ("cancel", set_up, test_cancel);
  ADD ("nonces", set_up, test_nonces);
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autofree char *later = g_strdup_printf ("/sync/client/lie/%u-later", lies[i].lie);
      g_autofree char *first = g_strdup_printf ("/sync/client/lie/%u-first", lies[i].lie);

      g_test_add (later, Fixture, &lies[i], set_up, test_lie, tear_down);
      g_test_add (first, Fixture, &lies[i], set_up, test_first_lie, tear_down);
    }
  ADD ("empty-holdings", set_up, test_empty_holdings);
  ADD ("refused-record", set_up, test_refused_record);
  ADD ("device-lost", set_up, test_device_lost);
  ADD ("too-large", set_up, test_too_large);
  ADD ("refused-medium", set_up, test_refused_medium);
  ADD ("missing-file", set_up, test_missing_file);
  ADD ("old-copy", set_up, test_old_copy);
  ADD ("open-chain", set_up, test_open_chain);
  g_test_add_func ("/sync/client/tls", test_tls);
  return g_test_run ();
}
