/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-client-fixture.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "client/tst-sync-run.h"

#include <glib/gstdio.h>
#include <string.h>

/* --- the background --- */

typedef struct
{
  GThread *main_thread;
  guint notified;
  guint items;
  guint changed;
  GString *states;
} Watch;

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  Watch *watch = user_data;
  g_autofree char *state = NULL;

  g_assert_true (g_thread_self () == watch->main_thread);
  watch->notified++;
  g_object_get (object, "state", &state, NULL);
  g_string_append_printf (watch->states, "%s ", state);
}

static void
on_item_progress (GObject *object, const char *hash, guint64 done, guint64 total, gpointer user_data)
{
  Watch *watch = user_data;

  g_assert_true (g_thread_self () == watch->main_thread);
  g_assert_cmpuint (strlen (hash), ==, 64);
  g_assert_cmpuint (done, <=, total);
  watch->items++;
}

static void
on_changed (GObject *object, gpointer user_data)
{
  Watch *watch = user_data;

  g_assert_true (g_thread_self () == watch->main_thread);
  watch->changed++;
}

static gboolean
on_deadline (gpointer user_data)
{
  g_error ("the deadline has passed");
  return G_SOURCE_REMOVE;
}

typedef gboolean (*Condition) (Fixture *fixture);

static void
wait_for (Fixture *fixture, Condition condition)
{
  guint deadline = g_timeout_add_seconds (20, on_deadline, NULL);

  while (!condition (fixture))
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (2000);
    }
  g_source_remove (deadline);
}

static gboolean
all_received (Fixture *fixture)
{
  TstOutboxCounts counts = counts_of (fixture);

  return counts.pending == 0 && counts.set_aside == 0;
}

static gboolean
state_is (Fixture *fixture, const char *state)
{
  g_autofree char *now = NULL;

  g_object_get (fixture->client, "state", &now, NULL);
  return strcmp (now, state) == 0;
}

static gboolean
is_idle (Fixture *fixture)
{
  return state_is (fixture, "idle");
}

static gboolean
is_waiting (Fixture *fixture)
{
  return state_is (fixture, "waiting");
}

static gboolean
is_paused (Fixture *fixture)
{
  return state_is (fixture, "paused");
}

static gboolean
is_stopped (Fixture *fixture)
{
  return state_is (fixture, "stopped");
}

static void
test_background (Fixture *fixture, gconstpointer data)
{
  Watch watch = { g_thread_self (), 0, 0, 0, g_string_new (NULL) };
  g_autofree char *code = NULL;
  gint64 retry_at = 0;
  gint64 before;

  g_signal_connect (fixture->client, "notify::state", G_CALLBACK (on_notify), &watch);
  g_signal_connect (fixture->client, "item-progress", G_CALLBACK (on_item_progress), &watch);
  g_signal_connect (fixture->client, "changed", G_CALLBACK (on_changed), &watch);
  tst_sync_client_start (fixture->client);
  wait_for (fixture, all_received);
  wait_for (fixture, is_idle);
  assert_all_received (fixture);

  /* Something new is sent when it is told. */
  g_free (journal_fixture_add_photo (fixture->town, fixture->event, "nueva.jpg"));
  tst_sync_client_kick (fixture->client);
  wait_for (fixture, all_received);
  wait_for (fixture, is_idle);

  /* Out of reach: it waits, says until when and why, and goes on when it is kicked. */
  fake_server_add_fault (fixture->server, (Fault){ NULL, FAULT_STATUS, 503, 0, NULL });
  g_free (journal_fixture_add_photo (fixture->town, fixture->event, "lejos.jpg"));
  tst_sync_client_kick (fixture->client);
  wait_for (fixture, is_waiting);
  g_object_get (fixture->client, "error-code", &code, "retry-at", &retry_at, NULL);
  g_assert_cmpstr (code, ==, "busy");
  g_assert_cmpint (retry_at, >, 0);

  tst_sync_client_set_paused (fixture->client, TRUE);
  wait_for (fixture, is_paused);
  tst_sync_client_kick (fixture->client);
  g_usleep (50 * 1000);
  g_assert_true (is_paused (fixture));

  before = g_get_monotonic_time ();
  tst_sync_client_stop (fixture->client);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 3 * G_USEC_PER_SEC);
  g_assert_true (state_is (fixture, "stopped"));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_usleep (200 * 1000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (watch.notified, >, 2);
  g_assert_cmpuint (watch.items, >, 0);
  g_assert_cmpuint (watch.changed, >, 0);
  g_assert_nonnull (strstr (watch.states->str, "stopped"));
  g_string_free (watch.states, TRUE);
  g_assert_cmpuint (counts_of (fixture).pending, >, 0);
}

/* In the background a lie ends all sending until a person says otherwise. */
static void
test_background_lie (Fixture *fixture, gconstpointer data)
{
  g_autofree char *code = NULL;
  guint bundles;

  run_well (fixture, 0);
  g_free (journal_fixture_add_photo (fixture->town, fixture->event, "otra.jpg"));
  fake_central_set_lie (fixture->central, LIE_REWRITTEN);
  tst_sync_client_start (fixture->client);
  wait_for (fixture, is_stopped);
  g_object_get (fixture->client, "error-code", &code, NULL);
  g_assert_cmpstr (code, ==, "bad-proof");
  bundles = fake_central_count_bundles (fixture->central);
  tst_sync_client_kick (fixture->client);
  g_usleep (200 * 1000);
  g_assert_true (is_stopped (fixture));
  g_assert_cmpuint (fake_central_count_bundles (fixture->central), ==, bundles);
}

/* --- back-off --- */

static void
test_backoff (Fixture *fixture, gconstpointer data)
{
  TstSyncOptions options;
  TstSyncObserver observer = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) busy = g_error_new_literal (TST_ERROR, TST_ERROR_BUSY, "");
  g_autoptr (GError) proof = g_error_new_literal (TST_ERROR, TST_ERROR_BAD_PROOF, "");
  g_autoptr (TstSyncRun) run = NULL;
  TstBackoff backoff = { 0 };
  gint64 took[6];

  tst_sync_options_init (&options);
  g_assert_cmpuint (options.backoff_min_ms, ==, 1000);
  g_assert_cmpuint (options.backoff_max_ms, ==, 300000);
  for (guint i = 0; i < 100; i++)
    {
      double value = options.random ();

      g_assert_true (value >= 0 && value < 1);
    }
  options.backoff_min_ms = 20;
  options.backoff_max_ms = 120;
  options.random = no_jitter;
  run = tst_sync_run_new (fixture->town->book, &options, &observer, G_MAXUINT, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (took); i++)
    {
      gint64 before = g_get_monotonic_time ();

      if (i == 5)
        tst_sync_run_alive (run);
      g_assert_true (tst_sync_run_wait (run, &backoff, busy));
      took[i] = (g_get_monotonic_time () - before) / 1000;
    }
  /* 20, 40, 80, then the limit; a verified answer begins anew. */
  g_assert_cmpint (took[0], >=, 19);
  g_assert_cmpint (took[1], >=, 39);
  g_assert_cmpint (took[2], >=, 79);
  g_assert_cmpint (took[3], >=, 119);
  g_assert_cmpint (took[4], >=, 119);
  g_assert_cmpint (took[5], >=, 19);
  g_assert_cmpint (took[5], <, 110);
  g_assert_false (tst_sync_run_wait (run, &backoff, proof));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, set, func) g_test_add ("/sync/client/" name, Fixture, NULL, set, func, tear_down)
  ADD ("background", set_up, test_background);
  ADD ("background-lie", set_up, test_background_lie);
  ADD ("backoff", set_up_empty, test_backoff);
  return g_test_run ();
}
