/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-fixture.h"

#include "base/tst-error.h"
#include "central/tst-public-export.h"
#include "central/tst-public-links.h"
#include "web/tst-web-renderer.h"

#include <string.h>

static char *
to_file (const char *path, const char *query, gpointer user_data)
{
  return g_str_has_prefix (path, "/vivo") ? NULL : tst_links_file (path, query, !strchr (path, '.'));
}

static void
test_files (void)
{
  static const struct
  {
    const char *path, *query;
    gboolean page;
    const char *file;
  } cases[] = {
    { "/", NULL, TRUE, "index.html" },
    { "/obras", NULL, TRUE, "obras/index.html" },
    { "/obras/SJV 2026/1", NULL, TRUE, "obras/SJV 2026/1/index.html" },
    { "/obras", "estado=terminada&pagina=2", TRUE, "obras/_estado=terminada,pagina=2/index.html" },
    { "/media/ab/640.jpg", NULL, FALSE, "media/ab/640.jpg" },
    { "/obras/..", NULL, TRUE, NULL },
    { "/../../etc/passwd", NULL, FALSE, NULL },
    { "//", NULL, FALSE, NULL },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *file = tst_links_file (cases[i].path, cases[i].query, cases[i].page);
      g_assert_cmpstr (file, ==, cases[i].file);
    }
  /* Two queries that differ only in what a file's name cannot hold. */
  g_autofree char *one = tst_links_file ("/obras", "q=a%2Fb", TRUE);
  g_autofree char *other = tst_links_file ("/obras", "q=a%3Fb", TRUE);
  g_assert_cmpstr (one, !=, other);
}

static void
test_rewrite (void)
{
  static const struct
  {
    const char *html, *out;
  } cases[] = {
    { "<a href=\"/obras\">x</a>", "<a href=\"../../obras/\">x</a>" },
    { "<a href=\"/\">x</a>", "<a href=\"../../\">x</a>" },
    { "<a href=\"/obras?comuna=01&amp;pagina=2#lista\">", "<a href=\"../../obras/_comuna=01,pagina=2/#lista\">" },
    { "<a href=\"/obras/A%20B\">", "<a href=\"../../obras/A%20B/\">" },
    { "<img src=\"/m/a.jpg\" srcset=\"/m/a.jpg 320w, /m/b.jpg 640w\">", "<img src=\"../../m/a.jpg\" srcset=\"../../m/a.jpg 320w, ../../m/b.jpg 640w\">" },
    { "<a href=\"/vivo?x=1\">", "<a href=\"https://a.example/vivo?x=1\">" },
    { "<a href=\"https://otro.example/obras\">", "<a href=\"https://otro.example/obras\">" },
    { "<a href=\"//otro.example/\">", "<a href=\"//otro.example/\">" },
    { "<p>href=\"/no\" en el texto</p>", "<p>href=\"/no\" en el texto</p>" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *out = tst_links_rewrite (cases[i].html, "evidencia/1/index.html", "https://a.example", to_file, NULL);
      g_assert_cmpstr (out, ==, cases[i].out);
    }
}

/* What was taken back is in no file of the next export; a folder of somebody else's is left alone. */
static void
test_export (void)
{
  Fixture f;
  FixtureDevice field;
  g_autoptr (GError) error = NULL;
  TstExportResult result = { 0 };

  fixture_open (&f, NULL);
  fixture_device_init (&f, &field, TST_CHAIN_FIELD);
  FixtureRecord *note = fixture_add (&f, &field, TST_KIND_EVIDENCE, "{'type':'note','text':'canario-de-exportar'}");
  {
    g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, note->id, NULL);
    fixture_assert_code (codes, note->id, "ok");
  }
  g_autoptr (TstWebRenderer) renderer = tst_web_renderer_new ();
  g_autofree char *folder = g_build_filename (f.base, "copia", NULL);
  g_autofree char *page = g_build_filename (folder, "evidencia", note->id, "index.html", NULL);
  g_autofree char *foreign = g_build_filename (f.base, "ajena", NULL);
  g_autofree char *kept = g_build_filename (foreign, "carta.txt", NULL);

  g_assert_true (tst_public_export (f.central, TST_PAGE_RENDERER (renderer), folder, NULL, NULL, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (result.pages, >, 10);
  g_assert_true (g_file_test (page, G_FILE_TEST_EXISTS));
  {
    g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_RETIRE, "calidad", note->id, NULL);
    fixture_assert_code (codes, note->id, "ok");
  }
  g_assert_true (tst_public_export (f.central, TST_PAGE_RENDERER (renderer), folder, "https://copia.example", NULL, &result, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (page, G_FILE_TEST_EXISTS));
  g_autofree char *search = g_strdup_printf ("grep -rq canario-de-exportar '%s'", folder);
  g_assert_cmpint (system (search), !=, 0);

  g_assert_cmpint (g_mkdir_with_parents (foreign, 0700), ==, 0);
  g_assert_true (g_file_set_contents (kept, "x", 1, NULL));
  g_assert_false (tst_public_export (f.central, TST_PAGE_RENDERER (renderer), foreign, NULL, NULL, &result, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  fixture_record_free (note);
  fixture_device_clear (&field);
  fixture_close (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/public-links/files", test_files);
  g_test_add_func ("/public-links/rewrite", test_rewrite);
  g_test_add_func ("/public-links/export", test_export);
  return g_test_run ();
}
