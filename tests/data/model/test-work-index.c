/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-work-index.h"

#include <math.h>
#include <string.h>

static TstWorkIndex *
make_index (void)
{
  TstWorkIndexBuilder *builder = tst_work_index_builder_new ();
  static const struct
  {
    TstWorkEntry entry;
    const char *text;
  } rows[] = {
    { { "A-1", "Muro", "en_ejecucion", "01", "", "Obras y Taludes", 7.12, -73.12, 50, 40 }, "a 1 muro obras y taludes" },
    { { "B-2", "Puente peatonal", "terminada", "02", "", "", 7.10, -73.10, 100, 100 }, "b 2 puente peatonal" },
    { { "C-3", "Puente vehicular", "en_ejecucion", "02", "", "", NAN, NAN, NAN, NAN }, "c 3 puente vehicular" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    tst_work_index_builder_add (builder, &rows[i].entry, rows[i].text);
  return tst_work_index_builder_finish (builder);
}

static void
assert_found (TstWorkIndex *index, const TstWorkFilter *filter, const char *codes)
{
  g_autoptr (GArray) found = tst_work_index_search (index, filter);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                            tst_work_index_get (index, g_array_index (found, guint32, i)).code);
  g_assert_cmpstr (text->str, ==, codes);
}

static void
test_search (void)
{
  g_autoptr (TstWorkIndex) index = make_index ();
  guint at;

  assert_found (index, &(TstWorkFilter) { 0 }, "A-1 B-2 C-3");
  assert_found (index, &(TstWorkFilter) { .words = "puente" }, "B-2 C-3");
  assert_found (index, &(TstWorkFilter) { .words = "pu veh" }, "C-3");
  assert_found (index, &(TstWorkFilter) { .words = "veh pu" }, "C-3");
  assert_found (index, &(TstWorkFilter) { .words = "uente" }, "");
  assert_found (index, &(TstWorkFilter) { .words = "vehicular muro" }, "");
  assert_found (index, &(TstWorkFilter) { .words = "puente", .status = "terminada" }, "B-2");
  assert_found (index, &(TstWorkFilter) { .words = "comuna 2" }, "B-2 C-3");
  assert_found (index, &(TstWorkFilter) { .words = "puente comuna 02 peat" }, "B-2");
  assert_found (index, &(TstWorkFilter) { .words = "comuna 7" }, "");
  assert_found (index, &(TstWorkFilter) { .words = "comuna" }, "");
  assert_found (index, &(TstWorkFilter) { .comuna = "02" }, "B-2 C-3");
  assert_found (index, &(TstWorkFilter) { .near = TRUE, .lat = 7.10, .lon = -73.10 }, "B-2 A-1 C-3");
  assert_found (index, &(TstWorkFilter) { .near = TRUE, .lat = 7.12, .lon = -73.12 }, "A-1 B-2 C-3");

  g_assert_true (tst_work_index_find (index, "B-2", &at));
  g_assert_cmpuint (at, ==, 1);
  g_assert_false (tst_work_index_find (index, "B-22", NULL));
}

/* The one-pass search gives what looking at each work by itself gives. */
static void
test_against_plain_search (void)
{
  static const char *const parts[] = { "via", "vial", "puente", "san", "isidro", "parque", "el", "e" };
  TstWorkIndexBuilder *builder = tst_work_index_builder_new ();
  g_autoptr (TstWorkIndex) index = NULL;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *code = g_strdup_printf ("%05u", i);
      TstWorkEntry entry = { .code = code, .lat = NAN, .lon = NAN };
      GString *text = g_string_new (code);

      for (int n = g_test_rand_int_range (0, 5); n > 0; n--)
        g_string_append_printf (text, " %s", parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
      tst_work_index_builder_add (builder, &entry, text->str);
      g_ptr_array_add (texts, g_string_free (text, FALSE));
    }
  index = tst_work_index_builder_finish (builder);

  for (guint round = 0; round < 40; round++)
    {
      const char *a = parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))];
      const char *b = parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))];
      g_autofree char *words = g_strdup_printf ("%s %s", a, b);
      g_autofree char *in_a = g_strdup_printf (" %s", a);
      g_autofree char *in_b = g_strdup_printf (" %s", b);
      TstWorkFilter filter = { .words = words };
      g_autoptr (GArray) found = tst_work_index_search (index, &filter);
      guint next = 0;

      for (guint32 i = 0; i < texts->len; i++)
        if (strstr (texts->pdata[i], in_a) != NULL && strstr (texts->pdata[i], in_b) != NULL)
          {
            g_assert_cmpuint (next, <, found->len);
            g_assert_cmpuint (g_array_index (found, guint32, next), ==, i);
            next++;
          }
      g_assert_cmpuint (next, ==, found->len);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/work-index/search", test_search);
  g_test_add_func ("/model/work-index/against-plain-search", test_against_plain_search);
  return g_test_run ();
}
