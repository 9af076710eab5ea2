/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/tst-format.h"

#define NB "\302\240"

static void
check (char *text, const char *wanted)
{
  g_assert_cmpstr (text, ==, wanted);
  g_free (text);
}

static void
test_numbers (void)
{
  check (tst_format_number (0, 1), "0");
  check (tst_format_number (999, 0), "999");
  check (tst_format_number (1000, 0), "1.000");
  check (tst_format_number (1234567.5, 1), "1.234.567,5");
  check (tst_format_number (-12.25, 2), "−12,25");
  check (tst_format_number (-0.01, 1), "0");
  check (tst_format_number (0.0 / 0.0, 1), "—");
  check (tst_format_pesos (1234567890), "$" NB "1.234.567.890");
  check (tst_format_millions (4820000000), "$" NB "4.820" NB "millones");
  check (tst_format_millions (1000000), "$" NB "1" NB "millón");
  check (tst_format_millions (2500000), "$" NB "2,5" NB "millones");
  check (tst_format_millions (950000), "$" NB "950.000");
  check (tst_format_percent (78), "78" NB "%");
  check (tst_format_percent (12.54), "12,5" NB "%");
  check (tst_format_size (1), "1" NB "byte");
  check (tst_format_size (999), "999" NB "bytes");
  check (tst_format_size (18234), "18" NB "kB");
  check (tst_format_size (3400000), "3,4" NB "MB");
  check (tst_format_gap (78, 83), "5" NB "puntos por debajo de lo programado");
  check (tst_format_gap (84, 83), "1" NB "punto por encima de lo programado");
  check (tst_format_gap (44.5, 41), "3,5" NB "puntos por encima de lo programado");
  check (tst_format_gap (60.2, 60), "al día con lo programado");
}

static char *
ago (const char *when)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("-05:00");
  g_autoptr (GDateTime) now = g_date_time_new (zone, 2026, 4, 16, 0, 10, 0);
  g_autoptr (GDateTime) then = tst_format_parse_time (when, zone);
  return tst_format_ago (then, now);
}

static char *
due (const char *when)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("-05:00");
  g_autoptr (GDateTime) now = g_date_time_new (zone, 2026, 4, 16, 23, 50, 0);
  g_autoptr (GDateTime) then = tst_format_parse_time (when, zone);
  return tst_format_due (then, now);
}

static void
test_spans (void)
{
  check (ago ("2026-04-16"), "hoy");
  check (ago ("2026-04-16T04:59:59Z"), "ayer"); /* 23:59 of the 15th in the town */
  check (ago ("2026-04-04"), "hace 12" NB "días");
  check (ago ("2026-01-16"), "hace 90" NB "días");
  check (ago ("2025-10-01"), "hace 6" NB "meses");
  check (ago ("2023-04-16"), "hace 3" NB "años");
  check (ago ("2026-04-17"), "mañana");
  check (ago ("2026-04-19"), "en 3" NB "días");
  check (due ("2026-04-16"), "vence hoy");
  check (due ("2026-04-17"), "falta 1" NB "día");
  check (due ("2026-04-21"), "faltan 5" NB "días");
  check (due ("2026-04-15"), "venció hace 1" NB "día");
}

static void
test_dates (void)
{
  static const char *const bad[] = { "", "hoy", "2026-13-01", "2026-02-30", "2026-3-1", "26/03/2026", "2026-03-26T", "T",
                                     "2026-03-26T25:00:00Z", "99999999999999999999T99" };
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("-05:00");
  g_autoptr (GDateTime) when = tst_format_parse_time ("2026-03-05T17:00:00Z", zone);
  g_autoptr (GDateTime) night = tst_format_parse_time ("2026-03-06T05:07:00Z", zone);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (tst_format_parse_time (bad[i], zone));
  g_assert_null (tst_format_parse_time (NULL, zone));
  check (tst_format_date (when), "5 de marzo de 2026");
  check (tst_format_short_date (when), "5" NB "mar" NB "2026");
  check (tst_format_month (when), "marzo de 2026");
  check (tst_format_clock (when), "12:00" NB "p." NB "m.");
  check (tst_format_clock (night), "12:07" NB "a." NB "m.");
}

static void
test_distance (void)
{
  static const struct
  {
    double metres;
    const char *text;
  } cases[] = { { 3, "5\302\240m" }, { 0, "0\302\240m" }, { 87, "85\302\240m" }, { 994, "990\302\240m" },
                { 999, "1\302\240km" }, { 1240, "1,2\302\240km" }, { 9960, "10\302\240km" }, { 14400, "14\302\240km" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = tst_format_distance (cases[i].metres);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_position (void)
{
  g_autofree char *text = tst_format_position (7.1208, -73.104454);
  g_autofree char *round = tst_format_position (6, -75.5);

  g_assert_cmpstr (text, ==, "7,1208; \342\210\22273,10445");
  g_assert_cmpstr (round, ==, "6; \342\210\22275,5");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/web/format/numbers", test_numbers);
  g_test_add_func ("/web/format/spans", test_spans);
  g_test_add_func ("/web/format/dates", test_dates);
  g_test_add_func ("/format/distance", test_distance);
  g_test_add_func ("/format/position", test_position);
  return g_test_run ();
}
