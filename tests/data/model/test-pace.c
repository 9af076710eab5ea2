/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-pace.h"

#define S ((gint64) G_USEC_PER_SEC)

static void
test_flood (void)
{
  TstPace pace = { .burst = 3, .each_s = 30 };
  gint64 now = 1000 * S;

  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpuint (tst_pace_get_wait (&pace, now), ==, 0);
      tst_pace_count (&pace, now);
    }
  g_assert_cmpuint (tst_pace_get_wait (&pace, now), ==, 30);
  g_assert_cmpuint (tst_pace_get_wait (&pace, now + 10 * S), ==, 20);
  g_assert_cmpuint (tst_pace_get_wait (&pace, now + 30 * S), ==, 0);
  /* After a quiet hour it is as free as in the beginning, and not freer. */
  now += 3600 * S;
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpuint (tst_pace_get_wait (&pace, now), ==, 0);
      tst_pace_count (&pace, now);
    }
  g_assert_cmpuint (tst_pace_get_wait (&pace, now), >, 0);
}

static void
test_clock_back (void)
{
  TstPace pace = { .burst = 1, .each_s = 30 };

  tst_pace_count (&pace, 1000 * S);
  g_assert_cmpuint (tst_pace_get_wait (&pace, 10 * S), ==, 30);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pace/flood", test_flood);
  g_test_add_func ("/pace/clock-back", test_clock_back);
  return g_test_run ();
}
