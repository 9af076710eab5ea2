/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-speaking-time.h"

#define BOOT "11111111-1111-4111-8111-111111111111"
#define NEXT_BOOT "22222222-2222-4222-8222-222222222222"

static TstSpeakingAct
at (const char *act, const char *boot, gint64 wall_s, gint64 mono_s)
{
  return (TstSpeakingAct) { act, boot, wall_s * 1000, mono_s * 1000, 0, -1 };
}

static void
assert_time (const TstSpeakingAct *acts, guint n, TstSpeakingAct now, TstSpeakingState state, gint64 used_s, const char *source)
{
  TstSpeakingTime time;

  tst_speaking_time (acts, n, &now, &time);
  g_assert_cmpstr (tst_speaking_state_name (time.state), ==, tst_speaking_state_name (state));
  g_assert_cmpint (time.used_ms, ==, used_s * 1000);
  g_assert_cmpstr (time.source, ==, source);
}

static void
test_turn (void)
{
  TstSpeakingAct acts[] = { at ("inicio", BOOT, 1000, 10), at ("pausa", BOOT, 1060, 70), at ("sigue", BOOT, 1100, 110), at ("fin", BOOT, 1130, 140) };
  TstSpeakingTime time;

  acts[0].limit_s = 180;
  assert_time (acts, 0, at (NULL, BOOT, 1000, 10), TST_SPEAKING_WAITING, 0, "monotonic");
  assert_time (acts, 1, at (NULL, BOOT, 1042, 52), TST_SPEAKING_NOW, 42, "monotonic");
  assert_time (acts, 2, at (NULL, BOOT, 1099, 109), TST_SPEAKING_PAUSED, 60, "monotonic");
  assert_time (acts, 4, at (NULL, BOOT, 9999, 9999), TST_SPEAKING_DONE, 90, "monotonic");
  tst_speaking_time (acts, 4, &acts[3], &time);
  g_assert_cmpint (time.limit_s, ==, 180);
  acts[3].used_s = 75;
  assert_time (acts, 4, at (NULL, BOOT, 9999, 9999), TST_SPEAKING_DONE, 75, "person");
}

/* The wall clock may be put right in the middle: under one boot it does not count. */
static void
test_clock_put_right (void)
{
  const TstSpeakingAct acts[] = { at ("inicio", BOOT, 1000, 10), at ("fin", BOOT, 90000, 130) };

  assert_time (acts, 2, at (NULL, BOOT, 0, 0), TST_SPEAKING_DONE, 120, "monotonic");
}

/* A tablet that went out in the middle of a turn: nobody stopped, so it ran on, as far as the wall clock knows. */
static void
test_restart (void)
{
  const TstSpeakingAct acts[] = { at ("inicio", BOOT, 1000, 500), at ("fin", NEXT_BOOT, 1090, 12) };

  assert_time (acts, 1, at (NULL, NEXT_BOOT, 1085, 7), TST_SPEAKING_NOW, 85, "wall");
  assert_time (acts, 2, at (NULL, NEXT_BOOT, 1200, 99), TST_SPEAKING_DONE, 90, "wall");
  assert_time (acts, 1, at (NULL, NEXT_BOOT, 900, 7), TST_SPEAKING_NOW, 0, "wall");
}

static void
test_order (void)
{
  const TstSpeakingAct twice[] = { at ("inicio", BOOT, 0, 0), at ("inicio", BOOT, 10, 10), at ("fin", BOOT, 20, 20), at ("sigue", BOOT, 30, 30) };
  const TstSpeakingAct absent[] = { at ("ausente", BOOT, 0, 0), at ("fin", BOOT, 10, 10), at ("inicio", BOOT, 20, 20) };

  assert_time (twice, 3, at (NULL, BOOT, 99, 99), TST_SPEAKING_DONE, 20, "monotonic");
  assert_time (twice, 4, at (NULL, BOOT, 35, 35), TST_SPEAKING_NOW, 25, "monotonic");
  assert_time (absent, 2, at (NULL, BOOT, 99, 99), TST_SPEAKING_ABSENT, 0, "monotonic");
  assert_time (absent, 3, at (NULL, BOOT, 21, 21), TST_SPEAKING_NOW, 1, "monotonic");
  g_assert_false (tst_speaking_may (TST_SPEAKING_WAITING, "fin"));
  g_assert_false (tst_speaking_may (TST_SPEAKING_NOW, "habla"));
  g_assert_false (tst_speaking_may (TST_SPEAKING_NOW, NULL));
  g_assert_true (tst_speaking_may (TST_SPEAKING_PAUSED, "fin"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speaking-time/turn", test_turn);
  g_test_add_func ("/speaking-time/clock-put-right", test_clock_put_right);
  g_test_add_func ("/speaking-time/restart", test_restart);
  g_test_add_func ("/speaking-time/order", test_order);
  return g_test_run ();
}
