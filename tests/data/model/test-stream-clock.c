/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-stream-clock.h"

#define MINUTE 60000

static TstStreamOffset
at (const TstStreamAnchor *anchors, guint n, gint64 wall_ms)
{
  TstStreamOffset offset;

  g_assert_true (tst_stream_offset (anchors, n, wall_ms, &offset));
  return offset;
}

static void
test_no_anchor (void)
{
  TstStreamOffset offset;

  g_assert_false (tst_stream_offset (NULL, 0, 1000, &offset));
}

/* One anchor: the two clocks run side by side, and the doubt grows with the distance. */
static void
test_one_anchor (void)
{
  const TstStreamAnchor start = { 1000000, 0, 5000 };
  TstStreamOffset near = at (&start, 1, 1000000 + MINUTE);
  TstStreamOffset far = at (&start, 1, 1000000 + 120 * MINUTE);
  TstStreamOffset before = at (&start, 1, 1000000 - 3000);

  g_assert_cmpint (near.offset_ms, ==, MINUTE);
  g_assert_cmpint (near.error_ms, ==, 5000 + 12);
  g_assert_cmpint (far.offset_ms, ==, 120 * MINUTE);
  g_assert_cmpint (far.error_ms, ==, 5000 + 1440);
  g_assert_cmpint (before.offset_ms, ==, 0);
  g_assert_cmpint (before.error_ms, >=, 3000);
  g_assert_false (near.broken || far.broken || before.broken);
}

/* A recording that runs a little slow: interpolated, and no worse than its anchors. */
static void
test_unbroken (void)
{
  TstStreamAnchor anchors[] = { { 60 * MINUTE, 60 * MINUTE - 600, 200 }, { 0, 0, 400 } };
  TstStreamOffset half;

  tst_stream_anchors_sort (anchors, 2);
  g_assert_cmpint (anchors[0].wall_ms, ==, 0);
  g_assert_true (tst_stream_is_unbroken (&anchors[0], &anchors[1]));
  half = at (anchors, 2, 30 * MINUTE);
  g_assert_cmpint (half.offset_ms, ==, 30 * MINUTE - 300);
  g_assert_cmpint (half.error_ms, ==, 300);
  g_assert_false (half.broken);
  g_assert_cmpint (at (anchors, 2, 60 * MINUTE).offset_ms, ==, 60 * MINUTE - 600);
}

/* The line dropped for four minutes somewhere between the second anchor and the third: what lies on either side is sure, what lies between is a guess
 * that says how wide it is, and the truth is in it wherever the cut was. */
static void
test_broken (void)
{
  const TstStreamAnchor anchors[] = {
    { 0, 0, 300 },
    { 10 * MINUTE, 10 * MINUTE, 300 },
    { 30 * MINUTE, 26 * MINUTE, 300 },
    { 40 * MINUTE, 36 * MINUTE, 300 },
  };
  TstStreamOffset offset;

  g_assert_true (tst_stream_is_unbroken (&anchors[0], &anchors[1]));
  g_assert_false (tst_stream_is_unbroken (&anchors[1], &anchors[2]));
  g_assert_true (tst_stream_is_unbroken (&anchors[2], &anchors[3]));
  g_assert_false (at (anchors, 4, 5 * MINUTE).broken);
  offset = at (anchors, 4, 35 * MINUTE);
  g_assert_false (offset.broken);
  g_assert_cmpint (offset.offset_ms, ==, 31 * MINUTE);
  g_assert_cmpint (offset.error_ms, ==, 300);

  for (gint64 wall = 11 * MINUTE; wall < 30 * MINUTE; wall += MINUTE)
    {
      offset = at (anchors, 4, wall);
      g_assert_true (offset.broken);
      /* The cut at any moment of the sixteen minutes in which it may have been. */
      for (gint64 cut = 10 * MINUTE; cut <= 26 * MINUTE; cut += MINUTE)
        {
          gint64 truth = wall <= cut ? wall : wall < cut + 4 * MINUTE ? cut : wall - 4 * MINUTE;

          g_assert_cmpint (ABS (truth - offset.offset_ms), <=, offset.error_ms);
        }
    }
}

/* Begun anew: the second recording counts from zero again. */
static void
test_restarted (void)
{
  const TstStreamAnchor anchors[] = { { 0, 0, 100 }, { 20 * MINUTE, 2 * MINUTE, 100 } };
  TstStreamOffset offset = at (anchors, 2, 10 * MINUTE);

  g_assert_true (offset.broken);
  g_assert_cmpint (offset.offset_ms, >=, 0);
  g_assert_cmpint (offset.error_ms, >=, MINUTE);
  g_assert_false (at (anchors, 2, 25 * MINUTE).broken);
  g_assert_cmpint (at (anchors, 2, 25 * MINUTE).offset_ms, ==, 7 * MINUTE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stream-clock/no-anchor", test_no_anchor);
  g_test_add_func ("/stream-clock/one-anchor", test_one_anchor);
  g_test_add_func ("/stream-clock/unbroken", test_unbroken);
  g_test_add_func ("/stream-clock/broken", test_broken);
  g_test_add_func ("/stream-clock/restarted", test_restarted);
  return g_test_run ();
}
