/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-fixture.h"

#include "web/tst-web-renderer.h"

#include <string.h>

/* Pages over many leaves: the sums of /libro are those of one query over all, and twice the leaves are twice the work and no more; the gallery's
 * first page costs the same. */

typedef struct
{
  gint64 from, to;
} Range;

/* Of ten leaves in a row: six photographs (one each pending, withheld and retired, three published), an attendance, a survey, one whose content is
 * missing, one of central's own. Half came in March, half in April, in the town's time. */
static gboolean
add_leaves (TstStore *store, gpointer data, GError **error)
{
  const Range *range = data;
  g_autofree char *numbers = g_strdup_printf (
    "WITH RECURSIVE n (i) AS (SELECT %" G_GINT64_FORMAT " UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %" G_GINT64_FORMAT ")", range->from, range->to);
  g_autofree char *leaves = g_strdup_printf (
    "%s INSERT INTO leaf (idx, text_hash, note, device, chain, seq, id, kind, utc_s, body_hash, received_s, body_state)"
    " SELECT i, CAST (printf ('hash of %%024d', i) AS BLOB), x'', CASE i %% 10 WHEN 9 THEN 'c' ELSE 'd' END, CASE i %% 10 WHEN 9 THEN 'central' ELSE 'field' END,"
    " i + 1, printf ('item-%%08d', i), CASE i %% 10 WHEN 6 THEN 'attendance' WHEN 7 THEN 'survey' WHEN 9 THEN 'decision' ELSE 'evidence' END, 1774000000 + i,"
    " randomblob (32), CASE WHEN i %% 2 = 0 THEN 1774000000 ELSE 1776000000 END, CASE i %% 10 WHEN 8 THEN 'missing' ELSE 'here' END FROM n",
    numbers);
  g_autofree char *items = g_strdup_printf (
    "%s INSERT INTO item (id, text_hash, device, kind, type, utc_s, state, taken_s) SELECT printf ('item-%%08d', i), CAST (printf ('hash of %%024d', i) AS BLOB), 'd',"
    " CASE i %% 10 WHEN 6 THEN 'attendance' WHEN 7 THEN 'survey' ELSE 'evidence' END, 'photo', 0,"
    " CASE i %% 10 WHEN 0 THEN 'pending' WHEN 1 THEN 'withheld' WHEN 2 THEN 'retired' WHEN 6 THEN 'sealed' WHEN 7 THEN 'sealed' ELSE 'published' END, 0"
    " FROM n WHERE i %% 10 < 8",
    numbers);

  return tst_store_exec (store, leaves, error) && tst_store_exec (store, items, error);
}

static gboolean
read_steps (TstStore *store, gpointer data, GError **error)
{
  *(guint64 *) data = tst_store_get_steps (store);
  return TRUE;
}

/* What a page asks of the database, in steps of SQLite's machine: other programs that run beside this one do not change it. */
static guint64
steps_of (Fixture *f, TstPageRenderer *renderer, const char *path, char **html)
{
  TstStore *store = tst_central_get_store (f->central);
  g_autoptr (TstPublicRoutes) routes = tst_public_routes_new (f->central, renderer);
  guint64 before = 0;
  guint64 after = 0;

  g_assert_true (tst_store_read (store, read_steps, &before, NULL));
  g_assert_cmpuint (fixture_get (routes, path, html), ==, 200);
  g_assert_true (tst_store_read (store, read_steps, &after, NULL));
  g_assert_cmpuint (after, >, before);
  return after - before;
}

static void
assert_row (const char *html, const char *month, const char *numbers)
{
  const char *at = strstr (html, month);
  g_autofree char *row = at ? g_strndup (at, strcspn (at, "\n")) : NULL;

  g_assert_nonnull (row);
  if (!g_str_has_suffix (row, numbers))
    g_error ("%s", row);
}

static void
test_large (void)
{
  Fixture f;
  static const gint64 sizes[] = { 4000, 40000 };
  guint64 ledger[G_N_ELEMENTS (sizes)], gallery[G_N_ELEMENTS (sizes)];
  Range range = { 0, 0 };

  fixture_open (&f, NULL);
  g_autoptr (TstPageRenderer) renderer = TST_PAGE_RENDERER (tst_web_renderer_new ());
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *html = NULL;
      g_autofree char *pictures = NULL;

      fixture_assert_value (&f, i == 0 ? "0" : "4000", "SELECT count (*) FROM leaf");
      range.from = range.to;
      range.to = sizes[i];
      g_assert_true (tst_store_write (tst_central_get_store (f.central), add_leaves, &range, NULL));
      ledger[i] = steps_of (&f, renderer, "/libro", &html);
      gallery[i] = steps_of (&f, renderer, "/galeria", &pictures);
      if (i == 1)
        {
          assert_row (html, "abril de 2026", "<td>16.000</td><td>8.000</td><td>0</td><td>4.000</td><td>0</td><td>4.000</td><td>0</td></tr>");
          assert_row (html, "marzo de 2026", "<td>20.000</td><td>4.000</td><td>4.000</td><td>0</td><td>4.000</td><td>4.000</td><td class=\"mal\">4.000</td></tr>");
        }
    }
  /* Each leaf for each leaf would be a hundred times as much. */
  g_test_message ("ledger: %" G_GUINT64_FORMAT " steps of 4,000 leaves, %" G_GUINT64_FORMAT " of 40,000", ledger[0], ledger[1]);
  g_assert_cmpuint (ledger[1], <, 12 * ledger[0]);
  /* A page of the gallery reads its own photographs and no others. */
  g_test_message ("gallery: %" G_GUINT64_FORMAT " steps of 4,000 leaves, %" G_GUINT64_FORMAT " of 40,000", gallery[0], gallery[1]);
  g_assert_cmpuint (gallery[1], <, 2 * gallery[0]);
  fixture_close (&f);
}

static gboolean
add_works (TstStore *store, gpointer data, GError **error)
{
  const Range *range = data;
  g_autofree char *works = g_strdup_printf (
    "WITH RECURSIVE n (i) AS (SELECT %" G_GINT64_FORMAT " UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %" G_GINT64_FORMAT ")"
    " INSERT INTO work (code, rev, gone, content, search, status, comuna) SELECT printf ('OB-%%06d', i), i, 0,"
    " printf ('{\"code\":\"OB-%%06d\",\"title\":\"Obra %%d\",\"status\":\"en_ejecucion\",\"description\":\"%%0500d\"}', i, i, 0), 'obra', 'en_ejecucion', i %% 22"
    " FROM n",
    range->from, range->to);

  return tst_store_exec (store, works, error);
}

static void
test_many_works (void)
{
  Fixture f;
  static const gint64 sizes[] = { 2000, 20000 };
  static const struct
  {
    const char *path;
    guint most; /* times the steps for ten times as many: ten would be just, a hundred is each for each */
  } pages[] = { { "/", 12 }, { "/obras?estado=en_ejecucion", 12 }, { "/obras?pagina=80", 12 }, { "/descargas/obras.csv", 12 } };
  guint64 took[G_N_ELEMENTS (pages)];
  Range range = { 0, 0 };

  fixture_open (&f, NULL);
  g_autoptr (TstPageRenderer) renderer = TST_PAGE_RENDERER (tst_web_renderer_new ());
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      range.from = range.to;
      range.to = sizes[i];
      g_assert_true (tst_store_write (tst_central_get_store (f.central), add_works, &range, NULL));
      for (guint at = 0; at < G_N_ELEMENTS (pages); at++)
        {
          g_autofree char *text = NULL;
          guint64 steps = steps_of (&f, renderer, pages[at].path, &text);

          g_test_message ("%s of %d works: %" G_GUINT64_FORMAT " steps", pages[at].path, (int) sizes[i], steps);
          if (i == 0)
            took[at] = steps;
          else
            g_assert_cmpuint (steps, <, pages[at].most * took[at]);
        }
    }
  fixture_close (&f);
}

static gboolean
add_waiting (TstStore *store, gpointer data, GError **error)
{
  return tst_store_exec (store,
                         "INSERT INTO work (code, rev, gone, content, search, status) SELECT column1, 1, 0, json_object ('code', column1, 'title', 'Obra ' || column1,"
                         " 'status', column2), 'obra', column2 FROM (VALUES ('W-1', 'en_ejecucion'), ('W-2', 'suspendida'), ('W-3', 'en_ejecucion'),"
                         " ('W-4', 'terminada'), ('W-5', 'inconclusa'), ('W-6', 'en_ejecucion'));"
                         "INSERT INTO item (id, text_hash, device, kind, type, utc_s, state, work, taken_s) SELECT 'item ' || column1, CAST (column1 AS BLOB), 'd', 'evidence',"
                         " 'photo', 0, column3, column2, column4 FROM (VALUES ('1', 'W-1', 'published', 2000000), ('2', 'W-2', 'withheld', 4000000000),"
                         " ('3', 'W-3', 'published', 4000000000), ('4', 'W-3', 'published', 1), ('5', 'W-5', 'published', 1000000))",
                         error);
}

/* Works under way without recent evidence: those without any, then those that wait the longest. */
static void
test_waiting (void)
{
  static const char *const order[] = { ">Obra W-2<", ">Obra W-6<", ">Obra W-5<", ">Obra W-1<" };
  Fixture f;
  g_autofree char *html = NULL;
  const char *at, *waiting;

  fixture_open (&f, NULL);
  g_autoptr (TstPageRenderer) renderer = TST_PAGE_RENDERER (tst_web_renderer_new ());
  TstPublicRoutes *routes = tst_public_routes_new (f.central, renderer);
  g_assert_true (tst_store_write (tst_central_get_store (f.central), add_waiting, NULL, NULL));
  g_assert_cmpuint (fixture_get (routes, "/", &html), ==, 200);
  at = waiting = strstr (html, order[0]);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      at = at != NULL ? strstr (at, order[i]) : NULL;
      if (at == NULL)
        g_error ("%s is not in its place: %s", order[i], html);
    }
  g_assert_null (strstr (waiting, "Obra W-3"));
  g_assert_null (strstr (html, "Obra W-4"));
  tst_public_routes_free (routes);
  fixture_close (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/large-site/large", test_large);
  g_test_add_func ("/large-site/many-works", test_many_works);
  g_test_add_func ("/large-site/waiting", test_waiting);
  return g_test_run ();
}
