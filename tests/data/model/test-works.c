/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "full-work.h"

#include "model/tst-work.h"
#include "model/tst-works-import.h"

#include "base/tst-error.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

/* --- the work itself --- */

static void
test_json (void)
{
  g_autoptr (TstWork) work = full_work ();
  g_autoptr (TstWork) copy = tst_work_copy (work);
  g_autofree char *text = tst_work_to_text (work);
  g_autofree char *copy_text = tst_work_to_text (copy);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) from_text = tst_json_parse_object (text, -1, &error);
  g_autoptr (JsonObject) internal = tst_work_to_json (work, TRUE);
  g_autoptr (JsonObject) public = tst_work_to_json (work, FALSE);
  g_autoptr (TstWork) again = NULL;
  g_autoptr (TstWork) third = NULL;
  g_autofree char *again_text = NULL;
  g_autofree char *third_text = NULL;

  g_assert_no_error (error);
  again = tst_work_from_json (from_text, &error);
  g_assert_no_error (error);
  again_text = tst_work_to_text (again);
  g_assert_cmpstr (again_text, ==, text);
  g_assert_cmpstr (copy_text, ==, text);
  third = tst_work_from_json (internal, &error);
  g_assert_no_error (error);
  third_text = tst_work_to_text (third);
  g_assert_cmpstr (third_text, ==, text);
  g_assert_nonnull (strstr (text, "\"lat\":7.1193,"));
  g_assert_true (json_object_has_member (internal, "risk_unfinished"));
  g_assert_false (json_object_has_member (public, "risk_unfinished"));
  g_assert_false (json_object_has_member (public, "bpin"));
  g_assert_cmpint (json_object_get_int_member (public, "physical_observed_pct"), ==, 45);

  again->barrio = g_strdup ("Centro");
  g_free (again_text);
  again_text = tst_work_to_text (again);
  g_assert_cmpstr (again_text, !=, text);
  tst_work_clear (again);
  g_assert_true (isnan (again->lat) && again->code == NULL && again->contracts->len == 0);
}

static void
test_feature (void)
{
  g_autoptr (TstWork) work = full_work ();
  g_autoptr (JsonObject) feature = tst_work_to_feature (work, FALSE);
  JsonObject *properties = tst_json_object (feature, "properties");

  g_assert_cmpstr (tst_json_string (tst_json_object (feature, "geometry"), "type"), ==, "LineString");
  g_assert_false (json_object_has_member (properties, "lat"));
  g_assert_false (json_object_has_member (properties, "wkt"));
  g_assert_false (json_object_has_member (properties, "risk_unfinished"));
  g_assert_cmpstr (tst_json_string (properties, "code"), ==, "OB-001");
}

static void
test_validation (void)
{
  static const struct
  {
    const char *json;
    int code;
  } bad[] = {
    { "{\"title\":\"a\"}", TST_ERROR_MISSING_FIELD },
    { "{\"code\":\"a\"}", TST_ERROR_MISSING_FIELD },
    { "{\"code\":\"a\",\"title\":\"\"}", TST_ERROR_MISSING_FIELD },
    { "{\"code\":\"a\",\"title\":\"b\",\"status\":\"no\"}", TST_ERROR_BAD_VALUE },
    { "{\"code\":\"a\",\"title\":\"b\",\"lat\":7}", TST_ERROR_BAD_VALUE },
    { "{\"code\":\"a\",\"title\":\"b\",\"lat\":91,\"lon\":0}", TST_ERROR_BAD_VALUE },
    { "{\"code\":\"a\",\"title\":\"b\",\"lat\":\"7\",\"lon\":\"-73\"}", TST_ERROR_BAD_VALUE },
    { "{\"code\":\"a\",\"title\":\"b\",\"budget\":-1}", TST_ERROR_BAD_VALUE },
    { "{\"code\":\"a\",\"title\":\"b\",\"financial_pct\":101}", TST_ERROR_BAD_VALUE },
    { "{\"code\":\"a\",\"title\":\"b\",\"start_planned\":\"27/03/2026\"}", TST_ERROR_BAD_VALUE },
    { "{\"code\":\"a\",\"title\":\"b\",\"secop_url\":\"javascript:alert(1)\"}", TST_ERROR_BAD_VALUE },
    { "{\"code\":\"a\",\"title\":\"b\\u0007\"}", TST_ERROR_BAD_VALUE },
    { "{\"code\":\"a\",\"title\":\"b\",\"wkt\":\"POINT\"}", TST_ERROR_BAD_VALUE },
    { "{\"code\":\"a\",\"title\":\"b\",\"contracts\":[1]}", TST_ERROR_BAD_VALUE },
    { "{\"code\":\"a\",\"title\":\"b\",\"contracts\":[{\"url\":\"data:x\"}]}", TST_ERROR_BAD_VALUE },
    { "{\"code\":3,\"title\":\"b\"}", TST_ERROR_BAD_VALUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) json = tst_json_parse_object (bad[i].json, -1, &error);

      g_assert_no_error (error);
      g_assert_null (tst_work_from_json (json, &error));
      g_assert_error (error, TST_ERROR, bad[i].code);
    }
}

static void
test_search_text (void)
{
  g_autoptr (TstWork) work = full_work ();
  g_autofree char *text = NULL;

  work->barrio = g_strdup ("El Peñón");
  text = tst_work_search_text (work);
  g_assert_nonnull (strstr (text, "parque la ceiba fase 2"));
  g_assert_nonnull (strstr (text, "el penon"));
}

/* --- numbers and dates --- */

static void
test_numbers (void)
{
  static const struct
  {
    const char *text;
    gboolean money;
    double value;
  } good[] = {
    { "1500000", TRUE, 1500000 },
    { "1.500.000", TRUE, 1500000 },
    { "1,500,000", TRUE, 1500000 },
    { "$ 1.500.000", TRUE, 1500000 },
    { "1.234.567,89", TRUE, 1234567.89 },
    { "1,234,567.89", TRUE, 1234567.89 },
    { "12.500", TRUE, 12500 },
    { "12,500", TRUE, 12500 },
    { "12.500", FALSE, 12.5 },
    { "12.50", TRUE, 12.5 },
    { "1234567.125", TRUE, 1234567.125 },
    { "0.500", TRUE, 0.5 },
    { "45,5", FALSE, 45.5 },
    { "45.5 %", FALSE, 45.5 },
    { "-73,1227", FALSE, -73.1227 },
    { "\xe2\x88\x92"
      "73.1227",
      FALSE, -73.1227 },
    { "+7.1", FALSE, 7.1 },
    { "1.5E+9", TRUE, 1.5e9 },
    { "1 500 000", TRUE, 1500000 },
    { "1\xc2\xa0"
      "500\xc2\xa0"
      "000,50",
      TRUE, 1500000.5 },
    { "2'000.000", TRUE, 2000000 },
    { "COP 300", TRUE, 300 },
    { "0", TRUE, 0 },
  };
  static const char *const bad[]
      = { "",    "-",    "abc",   "1.2.3", "12.34.567",    "1,2,3.4",       "nan",
          "inf", "0x10", "7°12'", "1e",    "--1",          "1-2",           "5%%",
          "$",   "1.",   ".",     NULL,    "-73.126.6000", "1.234,567,890", "1e999" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      double value = NAN;

      if (!tst_number_parse (good[i].text, good[i].money, &value) || value != good[i].value)
        g_error ("\"%s\" was read as %f", good[i].text, value);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      double value;

      if (tst_number_parse (bad[i], TRUE, &value))
        g_error ("\"%s\" was taken for %f", bad[i], value);
    }
}

static void
test_date_texts (void)
{
  static const struct
  {
    const char *text;
    TstDateOrder order;
    const char *iso;
  } good[] = {
    { "2026-03-27", TST_DAY_FIRST, "2026-03-27" },
    { "2026-03-27T00:00:00.000", TST_DAY_FIRST, "2026-03-27" },
    { "2026-03-27T15:04:05-05:00", TST_MONTH_FIRST, "2026-03-27" },
    { "2026/3/7", TST_DAY_FIRST, "2026-03-07" },
    { "27/03/2026", TST_DAY_FIRST, "2026-03-27" },
    { "3/4/2026", TST_DAY_FIRST, "2026-04-03" },
    { "3/4/2026", TST_MONTH_FIRST, "2026-03-04" },
    { "03/27/2026 12:00:00 AM", TST_MONTH_FIRST, "2026-03-27" },
    { "27-03-2026", TST_DAY_FIRST, "2026-03-27" },
    { "27.03.2026", TST_DAY_FIRST, "2026-03-27" },
  };
  static const char *const bad[] = { "",          "2026",        "2026-02-30",  "31/02/2026",
                                     "27/03/26",  "27 de marzo", "2026-03-27x", "123/04/2026",
                                     "0026-01-01" };
  char iso[11];

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_assert_true (tst_date_text_parse (good[i].text, good[i].order, iso));
      g_assert_cmpstr (iso, ==, good[i].iso);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (tst_date_text_parse (bad[i], TST_DAY_FIRST, iso));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/works/json", test_json);
  g_test_add_func ("/works/feature", test_feature);
  g_test_add_func ("/works/validation", test_validation);
  g_test_add_func ("/works/search-text", test_search_text);
  g_test_add_func ("/works-import/numbers", test_numbers);
  g_test_add_func ("/works-import/dates", test_date_texts);
  return g_test_run ();
}
