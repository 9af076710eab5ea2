/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-client-fixture.h"

#include "client/tst-sync-run.h"

double
no_jitter (void)
{
  return 0.999;
}

static void
quick_options (TstSyncClient *client)
{
  TstSyncOptions options;

  tst_sync_options_init (&options);
  options.timeout_s = 5;
  options.backoff_min_ms = 2;
  options.backoff_max_ms = 20;
  options.random = no_jitter;
  options.bundle_records = 5;
  tst_sync_client_set_options (client, &options);
}

void
new_client (Fixture *fixture)
{
  fixture->client = tst_sync_client_new (fixture->town->book);
  quick_options (fixture->client);
}

void
set_up_empty (Fixture *fixture, gconstpointer data)
{
  fixture->town = journal_fixture_new (FALSE);
  fixture->central = fake_central_new (fixture->town, NULL);
  fixture->server = fake_central_get_server (fixture->central);
  fake_central_enrol (fixture->central, NULL);
  new_client (fixture);
}

void
set_up (Fixture *fixture, gconstpointer data)
{
  set_up_empty (fixture, data);
  fixture->event = journal_fixture_event (fixture->town);
  for (guint i = 0; i < PHOTOS; i++)
    {
      g_autofree char *name = g_strdup_printf ("foto-%u.jpg", i);

      g_free (journal_fixture_add_photo (fixture->town, fixture->event, name));
    }
  for (guint i = 0; i < ATTENDEES; i++)
    g_free (journal_fixture_add_attendance (fixture->town, fixture->event, "Ana Prueba"));
}

void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->client);
  fake_central_free (fixture->central);
  journal_fixture_free (fixture->town);
  g_free (fixture->event);
}

TstOutboxCounts
counts_of (Fixture *fixture)
{
  TstOutboxCounts counts;
  g_autoptr (GError) error = NULL;

  g_assert_true (tst_outbox_counts (fixture->town->book, &counts, &error));
  g_assert_no_error (error);
  return counts;
}

guint
count_records (Fixture *fixture)
{
  g_autoptr (GPtrArray) rows = journal_fixture_list (fixture->town, "records", NULL);

  return rows->len;
}

void
run_well (Fixture *fixture, guint patience_s)
{
  g_autoptr (GError) error = NULL;

  tst_sync_client_run (fixture->client, patience_s, &fixture->summary, NULL, &error);
  g_assert_no_error (error);
}

void
run_badly (Fixture *fixture, guint patience_s, TstError code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;

  g_assert_false (tst_sync_client_run (fixture->client, patience_s, &fixture->summary, NULL, &error));
  g_assert_error (error, TST_ERROR, (int) code);
  g_object_get (fixture->client, "error-code", &said, NULL);
  g_assert_cmpstr (said, ==, tst_error_code (error));
}

/* Each record of the journal is at central once, each photo whole; the device says so of all, and can prove it. */
void
assert_all_received (Fixture *fixture)
{
  TstOutboxCounts counts = counts_of (fixture);
  g_autoptr (GPtrArray) records = journal_fixture_list (fixture->town, "records", NULL);
  g_autoptr (GPtrArray) photos = journal_fixture_list (fixture->town, "photos", NULL);

  g_assert_cmpuint (counts.pending, ==, 0);
  g_assert_cmpuint (counts.set_aside, ==, 0);
  g_assert_cmpuint (counts.received, ==, records->len);
  g_assert_cmpuint (fake_central_count_leaves (fixture->central), ==, records->len);
  for (guint i = 0; i < records->len; i++)
    {
      TstHash hash;

      g_assert_true (tst_hash_from_hex (tst_json_string (records->pdata[i], "record"), &hash));
      g_assert_true (fake_central_has (fixture->central, &hash));
      g_assert_cmpstr (tst_json_string (records->pdata[i], "state"), ==, "received");
    }
  for (guint i = 0; i < photos->len; i++)
    {
      g_autoptr (GBytes) bytes = NULL;
      TstHash hash, actual;

      g_assert_true (tst_hash_from_hex (tst_json_string (photos->pdata[i], "sha256"), &hash));
      bytes = fake_server_get_upload (fixture->server, &hash);
      g_assert_nonnull (bytes);
      actual = tst_hash_bytes (bytes);
      g_assert_true (tst_hash_equal (&hash, &actual));
    }
  g_assert_cmpuint (fake_central_bad_requests (fixture->central), ==, 0);
  g_assert_false (fake_central_connection_shared (fixture->central));
  g_assert_cmpuint (fake_server_faults_left (fixture->server), ==, 0);
  g_assert_cmpuint (journal_fixture_verify (fixture->town, TRUE, NULL), ==, 0);
}
