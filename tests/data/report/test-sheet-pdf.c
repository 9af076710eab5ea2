/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-town.h"
#include "report/tst-sheet-pdf.h"

#include <glib/gstdio.h>
#include <string.h>

/* Two hundred invented people, each third with an organisation, each tenth a minor, half of them signed. */
static GPtrArray *
make_people (guint n)
{
  GPtrArray *people = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

  for (guint i = 0; i < n; i++)
    {
      JsonObject *person = json_object_new ();
      g_autofree char *name = g_strdup_printf ("Persona Inventada de Nombre Largo %03u", i + 1);
      g_autofree char *document = g_strdup_printf ("9000%03u", i + 1);

      json_object_set_string_member (person, "full_name", name);
      json_object_set_string_member (person, "id_type", i % 10 == 9 ? "TI" : "CC");
      json_object_set_string_member (person, "id_no", document);
      json_object_set_string_member (person, "actor_type", "ciudadania");
      if (i % 3 == 0)
        json_object_set_string_member (person, "organisation", "Junta de Acción Comunal El Mirador");
      if (i % 10 == 9)
        json_object_set_string_member (person, "guardian_name", "Acudiente Inventada");
      if (i % 2 == 0)
        json_object_set_string_member (person, "signature", "iVBORw0KGgo=");
      json_object_set_string_member (person, "phone", "3000000000");
      json_object_set_string_member (person, "ethnicity", "06");
      json_object_set_string_member (person, "checked_in_at", "2026-11-28T19:05:00Z");
      g_ptr_array_add (people, person);
    }
  return people;
}

/* What Poppler reads, in the order of the page. TESTIGO_KEEP_PDF=FILE keeps the document. */
static char *
read_back (GBytes *pdf)
{
  g_autofree char *path = NULL;
  g_autofree char *command = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("test-sheet-XXXXXX.pdf", &path, NULL), status = -1;
  char *text = NULL;

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_file_set_contents (path, g_bytes_get_data (pdf, NULL), g_bytes_get_size (pdf), &error);
  g_assert_no_error (error);
  if (g_getenv ("TESTIGO_KEEP_PDF") != NULL)
    g_file_set_contents (g_getenv ("TESTIGO_KEEP_PDF"), g_bytes_get_data (pdf, NULL), g_bytes_get_size (pdf), NULL);
  command = g_strdup_printf ("pdftotext -layout %s -", path);
  g_spawn_command_line_sync (command, &text, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_unlink (path);
  return text;
}

static guint
count (const char *text, const char *part)
{
  guint n = 0;

  for (const char *at = strstr (text, part); at != NULL; at = strstr (at + 1, part))
    n++;
  return n;
}

static char *
make_of (GPtrArray *people, const char *lang)
{
  g_autoptr (TstTown) town = tst_town_new_default ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) pdf = tst_sheet_pdf_make (town, "Feria de prueba", people, lang, &error);

  g_assert_no_error (error);
  return read_back (pdf);
}

static char *
make (guint n, const char *lang)
{
  g_autoptr (GPtrArray) people = make_people (n);

  return make_of (people, lang);
}

static void
test_two_hundred (void)
{
  g_autofree char *text = make (200, "es");

  g_assert_nonnull (strstr (text, "Feria de prueba"));
  g_assert_nonnull (strstr (text, "200 registros"));
  for (guint i = 1; i <= 200; i++)
    {
      g_autofree char *document = g_strdup_printf ("9000%03u", i);

      g_assert_cmpuint (count (text, document), ==, 1);
    }
  g_assert_cmpuint (count (text, "autoriza:"), ==, 20);
  /* In the town's time, not in that of the machine. */
  g_assert_cmpuint (count (text, "14:05"), ==, 200);
  /* The day of them all is said once. */
  g_assert_cmpuint (count (text, "2026-11-28"), ==, 1);
  /* No more than a sheet needs: neither contacts nor sensitive answers. */
  g_assert_null (strstr (text, "3000000000"));
  g_assert_null (strstr (text, "Afro"));
  /* The heading of the table and the footer stand on each page. */
  g_assert_cmpuint (count (text, "Documento"), >, 3);
  g_assert_cmpuint (count (text, "datos personales"), ==, count (text, "\f"));
}

static void
test_few (void)
{
  g_autofree char *none = make (0, "es");
  g_autofree char *one = make (1, "en");

  g_assert_nonnull (strstr (none, "0 registros"));
  g_assert_nonnull (strstr (one, "1 sign-in on"));
  g_assert_nonnull (strstr (one, "9000001"));
}

/* The same instant of UTC is another day in the town: each row says its own. */
static void
test_two_days (void)
{
  g_autoptr (GPtrArray) people = make_people (3);
  g_autofree char *text = NULL;

  json_object_set_string_member (people->pdata[2], "checked_in_at", "2026-11-29T05:05:00Z");
  text = make_of (people, "es");
  g_assert_cmpuint (count (text, "2026-11-28"), ==, 2);
  g_assert_cmpuint (count (text, "2026-11-29"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sheet-pdf/two-hundred", test_two_hundred);
  g_test_add_func ("/sheet-pdf/few", test_few);
  g_test_add_func ("/sheet-pdf/two-days", test_two_days);
  return g_test_run ();
}
