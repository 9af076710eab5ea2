/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Contributions through central's front door: a client that posts bundles over HTTP and checks every proof and the holding receipt in each answer,
 * and the central that checks, opens, commits, signs and answers, on the same processors. The first figure has central alone.
 *
 *     bench-intake [RECORDS]        (10,000 by default) */

#include "intake-fixture.h"

#include "protocol/tst-http-signature.h"

#include <stdlib.h>
#include <sys/resource.h>

#define PER_BUNDLE 512
#define PART_SIZE 4600

static double
seconds (gint64 begin)
{
  return (g_get_monotonic_time () - begin) / (double) G_USEC_PER_SEC;
}

/* Of all threads: what counts when other programs run beside. */
static double
processor_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static GPtrArray *
make_bundles (Tablet *tablet, guint n)
{
  GPtrArray *bundles = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 0; i < n;)
    {
      g_autoptr (TstBundleWriter) writer = tst_bundle_writer_new ();

      for (guint j = 0; j < PER_BUNDLE && i < n; i++, j++)
        {
          g_autoptr (Record) record = tablet_record (tablet, TST_CHAIN_OPEN, TST_KIND_CONTRIBUTION, "contribution", 1, PART_SIZE, NULL, 0);

          bundle_add (writer, record, WITH_ALL | SEALED);
        }
      g_ptr_array_add (bundles, tst_bundle_writer_finish (writer));
    }
  return bundles;
}

static void
post (Fixture *fixture, Tablet *tablet, GBytes *bundle, guint64 from)
{
  g_autofree char *digest = tst_content_digest (bundle);
  g_autofree char *path = g_strdup_printf ("/sync/v1/bundle?from=%" G_GUINT64_FORMAT, from);
  const char *headers[] = { "content-digest", digest, NULL };
  g_autoptr (Answer) answer = fixture_request (fixture, tablet->keys[TST_CHAIN_OPEN], "POST", path, headers, bundle, TST_BUNDLE_MIME);
  g_autoptr (JsonObject) object = NULL;

  g_assert_cmpuint (answer->status, ==, 200);
  object = answer_json (answer);
  fixture_check_answer (fixture, object, bundle);
}

int
main (int argc, char **argv)
{
  guint n = argc > 1 ? atoi (argv[1]) : 10000;
  gsize bytes = 0;
  gint64 begin;
  double used;

  {
    Fixture *fixture = fixture_new ();
    Tablet *tablet = tablet_new (fixture);
    g_autoptr (GPtrArray) bundles = make_bundles (tablet, n);

    begin = g_get_monotonic_time ();
    used = processor_seconds ();
    for (guint i = 0; i < bundles->len; i++)
      {
        g_autofree char *answer = tst_intake_take (fixture->intake, g_ptr_array_index (bundles, i), i * PER_BUNDLE, NULL);

        g_assert_nonnull (answer);
      }
    used = processor_seconds () - used;
    g_print ("central alone: %u records in %.2f s, %.0f records/s, %.2f ms of processor each\n", n, seconds (begin), n / seconds (begin),
             used / n * 1e3);
    tablet_free (tablet);
    fixture_free (fixture);
  }
  {
    Fixture *fixture = fixture_new ();
    Tablet *tablet = tablet_new (fixture);
    g_autoptr (GPtrArray) bundles = make_bundles (tablet, n);

    fixture_serve (fixture, NULL);
    begin = g_get_monotonic_time ();
    used = processor_seconds ();
    for (guint i = 0; i < bundles->len; i++)
      {
        GBytes *bundle = g_ptr_array_index (bundles, i);

        bytes += g_bytes_get_size (bundle);
        post (fixture, tablet, bundle, i * PER_BUNDLE);
      }
    used = processor_seconds () - used;
    g_print ("with a client that checks: %u records in %.2f s, %.0f records/s, %.1f MB/s, %.2f ms of processor each\n", n, seconds (begin),
             n / seconds (begin), bytes / seconds (begin) / 1e6, used / n * 1e3);
    begin = g_get_monotonic_time ();
    for (guint i = 0; i < bundles->len; i++)
      post (fixture, tablet, g_ptr_array_index (bundles, i), n);
    g_print ("all of them again: %.0f records/s\n", n / seconds (begin));
    g_assert_cmpuint (fixture_count (fixture, "SELECT count (*) FROM leaf"), ==, n);
    fixture_stop (fixture);
    begin = g_get_monotonic_time ();
    fixture_reopen (fixture);
    g_print ("opening, the whole tree computed from its leaves: %.2f s\n", seconds (begin));
    tablet_free (tablet);
    fixture_free (fixture);
  }
  return 0;
}
