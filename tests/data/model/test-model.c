/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-calendar.h"
#include "model/tst-code-lists.h"
#include "model/tst-geo.h"
#include "model/tst-provisional-number.h"
#include "model/tst-town.h"

#include "base/tst-error.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

/* --- code lists --- */

static void
test_lists (void)
{
  for (guint list = 0; list < TST_N_LISTS; list++)
    {
      const TstCode *codes;
      TstCodeList found;
      guint n;

      codes = tst_code_list (list, &n);
      g_assert_cmpuint (n, >, 1);
      g_assert_true (tst_code_list_by_name (tst_code_list_name (list), &found));
      g_assert_cmpuint (found, ==, list);
      for (guint i = 0; i < n; i++)
        {
          g_assert_true (g_str_is_ascii (codes[i].code));
          g_assert_true (g_utf8_validate (codes[i].es, -1, NULL) && *codes[i].es != '\0');
          g_assert_true (*codes[i].en != '\0');
          g_assert_true (tst_code_find (list, codes[i].code) == &codes[i]);
          /* A code and both its labels lead back to it, so no two of a list are alike. */
          g_assert_true (tst_code_from_text (list, codes[i].code) == &codes[i]);
          g_assert_true (tst_code_from_text (list, codes[i].es) == &codes[i]);
          g_assert_true (tst_code_from_text (list, codes[i].en) == &codes[i]);
        }
      g_assert_false (tst_code_is_valid (list, "no-such-code"));
      g_assert_false (tst_code_is_valid (list, NULL));
    }
}

static void
test_labels (void)
{
  static const char *const texts[]
      = { "en_ejecucion", "En ejecución", "EN EJECUCIÓN", " en   ejecucion ", "en-ejecución", "Under way" };
  static const char *const statuses[][2] = {
    { "planeada", "preparation" },       { "contratacion", "implementation" },
    { "por_iniciar", "implementation" }, { "en_ejecucion", "implementation" },
    { "suspendida", "implementation" },  { "terminada", "completion" },
    { "liquidada", "completed" },        { "inconclusa", "implementation" },
    { "cancelada", "cancelled" },
  };
  guint n;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpstr (tst_code_from_text (TST_LIST_WORK_STATUS, texts[i])->code, ==, "en_ejecucion");
  g_assert_null (tst_code_from_text (TST_LIST_WORK_STATUS, "quizás"));
  g_assert_null (tst_code_from_text (TST_LIST_WORK_STATUS, ""));
  g_assert_cmpstr (tst_code_label (TST_LIST_WORK_STATUS, "suspendida", "es"), ==, "Suspendida");
  g_assert_cmpstr (tst_code_label (TST_LIST_WORK_STATUS, "suspendida", "en"), ==, "Suspended");
  g_assert_cmpstr (tst_code_label (TST_LIST_WORK_STATUS, "del_futuro", "es"), ==, "del_futuro");

  tst_code_list (TST_LIST_WORK_STATUS, &n);
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (statuses));
  for (guint i = 0; i < n; i++)
    g_assert_cmpstr (tst_code_find (TST_LIST_WORK_STATUS, statuses[i][0])->oc4ids, ==, statuses[i][1]);
  /* Codes that records hold already. */
  tst_code_list (TST_LIST_EVENT_TYPE, &n);
  g_assert_cmpuint (n, >=, 12);
  tst_code_list (TST_LIST_DOCUMENT_TYPE, &n);
  g_assert_cmpuint (n, >=, 10);
  g_assert_nonnull (tst_code_find (TST_LIST_ETHNICITY, "98"));
  g_assert_nonnull (tst_code_find (TST_LIST_AGE_BAND, "60+"));
  g_assert_nonnull (tst_code_find (TST_LIST_SECTOR, "transport.road"));
}

static void
test_folding (void)
{
  g_autofree char *name = tst_fold_name ("  Código  BPIN (año) ");
  g_autofree char *words = tst_fold_words ("PUENTE   Niño, «La Ñapa»  n\xcc\x83o");
  g_autofree char *empty = tst_fold_name ("¿?");

  g_assert_cmpstr (name, ==, "codigo_bpin_ano");
  g_assert_cmpstr (words, ==, "puente nino la napa no");
  g_assert_cmpstr (empty, ==, "");
}

/* --- calendar --- */

static GDate
date (const char *text)
{
  GDate value;

  g_assert_true (tst_date_parse (text, &value));
  return value;
}

static void
test_working_days (void)
{
  static const struct
  {
    const char *from;
    guint days;
    const char *to;
  } vectors[] = {
    { "2020-05-20", 15, "2020-06-11" }, { "2020-05-20", 30, "2020-07-07" },
    { "2020-12-15", 10, "2020-12-30" }, { "2026-03-27", 15, "2026-04-21" },
    { "2026-06-05", 15, "2026-07-01" }, { "2026-12-23", 10, "2027-01-08" },
    { "2026-03-28", 0, "2026-03-28" },  { "2026-03-28", 1, "2026-03-30" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      GDate from = date (vectors[i].from);
      GDate to;
      g_autofree char *text = NULL;

      tst_calendar_add_working_days (&from, vectors[i].days, &to);
      text = tst_date_format (&to);
      g_assert_cmpstr (text, ==, vectors[i].to);
      /* Counting is the reverse, both ways. */
      g_assert_cmpint (tst_calendar_count_working_days (&from, &to), ==, (int) vectors[i].days);
      g_assert_cmpint (tst_calendar_count_working_days (&to, &from), ==, -(int) vectors[i].days);
      g_assert_cmpint (tst_calendar_count_working_days (&to, &to), ==, 0);
    }
}

static void
test_holidays (void)
{
  /* The official list of 2026, one by one. */
  static const char *const expected[] = {
    "2026-01-01", "2026-01-12", "2026-03-23", "2026-04-02", "2026-04-03", "2026-05-01",
    "2026-05-18", "2026-06-08", "2026-06-15", "2026-06-29", "2026-07-20", "2026-08-07",
    "2026-08-17", "2026-10-12", "2026-11-02", "2026-11-16", "2026-12-08", "2026-12-25",
  };
  static const struct
  {
    int year;
    guint n;
  } counts[] = { { 2020, 18 }, { 2025, 17 }, { 2026, 18 } };
  GDate dates[TST_CALENDAR_MAX_HOLIDAYS];
  GDate day;

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    g_assert_cmpuint (tst_calendar_holidays (counts[i].year, dates), ==, counts[i].n);
  g_assert_cmpuint (tst_calendar_holidays (2026, dates), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *text = tst_date_format (&dates[i]);

      g_assert_cmpstr (text, ==, expected[i]);
      g_assert_true (tst_calendar_is_holiday (&dates[i]));
      g_assert_false (tst_calendar_is_working_day (&dates[i]));
    }
  day = date ("2026-03-24");
  g_assert_true (tst_calendar_is_working_day (&day));
  day = date ("2026-03-28");
  g_assert_false (tst_calendar_is_working_day (&day));
}

static void
test_terms (void)
{
  static const struct
  {
    const char *class;
    const char *received;
    guint days; /* 0: no term */
  } vectors[] = {
    { "peticion_general", "2019-03-01", 15 }, { "documentos", "2019-03-01", 10 },
    { "consulta", "2019-03-01", 30 },         { "peticion_general", "2020-03-27", 15 },
    { "peticion_general", "2020-03-28", 30 }, { "documentos", "2021-01-04", 20 },
    { "consulta", "2022-05-17", 35 },         { "consulta", "2022-05-18", 30 },
    { "pregunta", "2026-03-27", 15 },         { "felicitacion", "2026-03-27", 0 },
    { "peticion_general", "2015-06-29", 0 },  { "peticion_general", "2015-06-30", 15 },
    { "no_existe", "2026-03-27", 0 },
  };
  const TstCode *classes;
  GDate received = date ("2026-03-27");
  GDate due;
  g_autofree char *text = NULL;
  guint n;

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      GDate day = date (vectors[i].received);
      guint days = 0;

      g_assert_cmpint (tst_terms_days (vectors[i].class, &day, &days), ==, vectors[i].days != 0);
      g_assert_cmpuint (days, ==, vectors[i].days);
    }
  g_assert_true (tst_terms_due_on ("peticion_general", &received, &due));
  text = tst_date_format (&due);
  g_assert_cmpstr (text, ==, "2026-04-21");
  /* Each class of the list is in the data, but the one without a term. */
  classes = tst_code_list (TST_LIST_CONTRIBUTION_CLASS, &n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (tst_terms_due_on (classes[i].code, &received, &due), ==,
                     strcmp (classes[i].code, "felicitacion") != 0);
}

static void
test_dates (void)
{
  static const char *const bad[]
      = { "2026-02-29", "2026-13-01", "2026-3-27", "27/03/2026", "2026-03-27 ", "", NULL };
  GDate value;
  g_autofree char *before = NULL, *after = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (tst_date_parse (bad[i], &value));
  /* 2026-03-28T04:59:59Z is still the 27th in Bogotá. */
  tst_date_from_time (1774673999, NULL, &value);
  before = tst_date_format (&value);
  g_assert_cmpstr (before, ==, "2026-03-27");
  tst_date_from_time (1774674000, "America/Bogota", &value);
  after = tst_date_format (&value);
  g_assert_cmpstr (after, ==, "2026-03-28");
}

/* --- provisional numbers --- */

static void
test_provisional_number (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  guint counts[32] = { 0 };

  for (guint i = 0; i < 2000; i++)
    {
      char *number = tst_provisional_number_new (2026);
      g_autofree char *same = tst_provisional_number_parse (number);

      g_assert_cmpuint (strlen (number), ==, TST_PROVISIONAL_NUMBER_LENGTH);
      g_assert_true (g_str_has_prefix (number, "2026-"));
      g_assert_cmpstr (same, ==, number);
      counts[strchr (symbols, number[5]) - symbols]++;
      counts[strchr (symbols, number[18]) - symbols]++;
      g_assert_true (g_hash_table_add (seen, number));
    }
  for (guint i = 0; i < 32; i++)
    g_assert_cmpuint (counts[i], >, 50); /* 125 expected */
}

static void
test_provisional_number_typed (void)
{
  g_autofree char *number = NULL;
  g_autofree char *typed = NULL;
  g_autofree char *again = NULL;

  /* One with a 0 and a 1 in it, to be typed as O and l. */
  do
    {
      g_free (number);
      number = tst_provisional_number_new (2026);
    }
  while (strchr (number + 5, '0') == NULL || strchr (number + 5, '1') == NULL);
  typed = g_ascii_strdown (number, -1);
  g_strdelimit (typed, "-", ' ');
  g_strdelimit (typed + 5, "0", 'o');
  g_strdelimit (typed + 5, "1", 'l');
  again = tst_provisional_number_parse (typed);
  g_assert_cmpstr (again, ==, number);
  g_clear_pointer (&again, g_free);
  g_clear_pointer (&typed, g_free);
  typed = g_strdup_printf (" %.4s\xe2\x80\x93%.9s  %s\n", number, number + 5, number + 14);
  again = tst_provisional_number_parse (typed);
  g_assert_cmpstr (again, ==, number);
}

/* Every single wrong symbol and every swap of two different ones is found. */
static void
test_provisional_number_errors (void)
{
  static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  static const char *const bad[]
      = { "", "2026", "2026-0000-0000-0000-00", "U026-7K3M-Q9TD-W2XA-5", "hola", "\xff", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (tst_provisional_number_parse (bad[i]));
  for (guint round = 0; round < 20; round++)
    {
      g_autofree char *number = tst_provisional_number_new (2026);

      for (guint i = 0; number[i] != '\0'; i++)
        {
          char was = number[i];

          if (was == '-')
            continue;
          for (const char *s = symbols; *s != '\0'; s++)
            if (*s != was)
              {
                number[i] = *s;
                g_assert_null (tst_provisional_number_parse (number));
              }
          number[i] = was;
          for (guint j = i + 1; number[j] != '\0'; j++)
            if (number[j] != '-' && number[j] != was)
              {
                number[i] = number[j];
                number[j] = was;
                g_assert_null (tst_provisional_number_parse (number));
                number[j] = number[i];
                number[i] = was;
              }
        }
    }
}

/* --- geodesy --- */

static void
test_epsg_9377 (void)
{
  static const double vectors[][4] = {
    { 7.1187, -73.1266, 4986026.046, 2344607.343 },
    { 4.7110, -74.0721, 4881143.149, 2078651.312 },
    { -4.2153, -69.9406, 5339544.706, 1091643.422 },
    { 4, -73, 5000000, 2000000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      double east, north, lat, lon;

      tst_geo_to_9377 (vectors[i][0], vectors[i][1], &east, &north);
      g_assert_cmpfloat_with_epsilon (east, vectors[i][2], 0.001);
      g_assert_cmpfloat_with_epsilon (north, vectors[i][3], 0.001);
      tst_geo_from_9377 (vectors[i][2], vectors[i][3], &lat, &lon);
      /* 10⁻⁸ degrees are 1.1 mm. */
      g_assert_cmpfloat_with_epsilon (lat, vectors[i][0], 1e-8);
      g_assert_cmpfloat_with_epsilon (lon, vectors[i][1], 1e-8);
    }
  /* There and back all over the country. */
  for (double lat = -4.2; lat < 13.5; lat += 0.7)
    for (double lon = -81.8; lon < -66.8; lon += 0.7)
      {
        double east, north, lat2, lon2;

        tst_geo_to_9377 (lat, lon, &east, &north);
        tst_geo_from_9377 (east, north, &lat2, &lon2);
        g_assert_cmpfloat_with_epsilon (lat2, lat, 1e-9);
        g_assert_cmpfloat_with_epsilon (lon2, lon, 1e-9);
      }
}

static void
test_distance (void)
{
  /* One degree of a great circle, and Bogotá to Leticia by the same sphere. */
  g_assert_cmpfloat_with_epsilon (tst_geo_distance (0, 0, 0, 1), 6371008.8 * G_PI / 180, 0.01);
  g_assert_cmpfloat_with_epsilon (tst_geo_distance (4.7110, -74.0721, -4.2153, -69.9406), 1093100, 2000);
  g_assert_cmpfloat (tst_geo_distance (7, -73, 7, -73), ==, 0);
}

static void
test_country (void)
{
  g_assert_true (tst_geo_is_in_colombia (7.12, -73.12));
  g_assert_true (tst_geo_is_in_colombia (-4.2153, -69.9406));
  g_assert_true (tst_geo_is_in_colombia (12.58, -81.7));
  g_assert_true (tst_geo_is_in_colombia (4.0, -81.6));
  g_assert_false (tst_geo_is_in_colombia (-73.12, 7.12));
  g_assert_false (tst_geo_is_in_colombia (7.12, 73.12));
  g_assert_false (tst_geo_is_in_colombia (0, 0));
  g_assert_false (tst_geo_is_in_colombia (40.4, -3.7));
  g_assert_false (tst_geo_is_in_colombia (NAN, NAN));
}

/* --- the town --- */

static void
test_default_town (void)
{
  g_autoptr (TstTown) town = tst_town_new_default ();
  g_autoptr (JsonObject) json = tst_town_to_json (town);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstTown) again = tst_town_new_from_json (json, &error);
  g_autofree char *notice = tst_town_dup_notice (town, "es");
  g_autofree char *english = tst_town_dup_notice (town, "en");
  TstHash hash = tst_town_notice_hash (town, "es");
  TstHash same = tst_town_notice_hash (again, "es");
  TstHash direct = tst_hash_data (notice, strlen (notice));
  TstHash other = tst_town_notice_hash (town, "en");

  g_assert_no_error (error);
  g_assert_true (town->fictitious);
  g_assert_nonnull (strstr (town->fictitious_notice, "ficticio"));
  g_assert_cmpuint (town->comunas->len, ==, 9);
  g_assert_cmpstr (town->divipola, ==, "00000");
  g_assert_nonnull (strstr (notice, "La Alcaldía de San Jerónimo del Valle (NIT 900.000.000-0"));
  g_assert_nonnull (strstr (notice, "también puede acudir a la SIC"));
  g_assert_null (strchr (notice, '{'));
  g_assert_null (strchr (english, '{'));
  g_assert_true (tst_hash_equal (&hash, &same));
  g_assert_true (tst_hash_equal (&hash, &direct));
  g_assert_false (tst_hash_equal (&hash, &other));
  g_assert_true (again->fictitious);
}

static void
test_own_town (void)
{
  static const char own[]
      = "{\"name\":\"Villa Imaginada\",\"entity\":\"Alcaldía de {correo}\",\"nit\":\"1\",\"address\":\"a\","
        "\"email\":\"b@c.example\",\"telephone\":\"2\",\"policy_url\":\"https://c.example\"}";
  static const char *const bad[] = {
    "{\"name\":\"Solo el nombre\"}",         "{\"fictitious\":true,\"nit\":900}",
    "{\"fictitious\":true,\"lat\":\"7\"}",   "{\"fictitious\":true,\"time_zone\":\"Marte/Base\"}",
    "{\"fictitious\":true,\"comunas\":[1]}", "{\"fictitious\":1}",
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) json = tst_json_parse_object (own, -1, &error);
  g_autoptr (TstTown) town = tst_town_new_from_json (json, &error);
  g_autofree char *notice = NULL;

  g_assert_no_error (error);
  g_assert_false (town->fictitious);
  notice = tst_town_dup_notice (town, "es");
  /* A value that looks like a placeholder stays what it is. */
  g_assert_true (g_str_has_prefix (notice, "La Alcaldía de {correo} (NIT 1, a, b@c.example, 2)"));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (JsonObject) object = tst_json_parse_object (bad[i], -1, &error);

      g_assert_no_error (error);
      g_assert_null (tst_town_new_from_json (object, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
      g_clear_error (&error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/code-lists/all", test_lists);
  g_test_add_func ("/code-lists/labels", test_labels);
  g_test_add_func ("/code-lists/folding", test_folding);
  g_test_add_func ("/calendar/working-days", test_working_days);
  g_test_add_func ("/calendar/holidays", test_holidays);
  g_test_add_func ("/calendar/terms", test_terms);
  g_test_add_func ("/calendar/dates", test_dates);
  g_test_add_func ("/provisional-number/new", test_provisional_number);
  g_test_add_func ("/provisional-number/typed", test_provisional_number_typed);
  g_test_add_func ("/provisional-number/errors", test_provisional_number_errors);
  g_test_add_func ("/geo/epsg-9377", test_epsg_9377);
  g_test_add_func ("/geo/distance", test_distance);
  g_test_add_func ("/geo/country", test_country);
  g_test_add_func ("/town/default", test_default_town);
  g_test_add_func ("/town/own", test_own_town);
  return g_test_run ();
}
