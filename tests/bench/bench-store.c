/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-store.h"

#include "image-fixtures.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

static const char *const kinds[] = { "Mejoramiento de la vía", "Construcción del parque", "Alcantarillado del sector", "Puente sobre la quebrada",
                                     "Cubierta de la escuela", "Muro de contención", "Acueducto veredal", "Polideportivo" };
static const char *const statuses[] = { "planeada", "contratacion", "por_iniciar", "en_ejecucion", "suspendida", "terminada", "liquidada" };

static void
write_works (const char *path, guint n)
{
  g_autoptr (GString) out = g_string_sized_new (n * 160);
  g_autoptr (GError) error = NULL;

  g_string_append (out, "code,title,sector,status,comuna,barrio,lat,lon,contractor,physical_planned_pct,physical_observed_pct\n");
  for (guint i = 0; i < n; i++)
    g_string_append_printf (out, "OB-%06u,%s %u,Vías,%s,%02u,Barrio %u,6.%04u,-75.%04u,Consorcio Ficticio %u,%u,%u\n", i,
                            kinds[i % G_N_ELEMENTS (kinds)], i, statuses[i % G_N_ELEMENTS (statuses)], i % 9 + 1, i % 300,
                            (i * 37) % 10000, (i * 91) % 10000, i % 500, i % 101, (i * 3) % 101);
  if (!g_file_set_contents (path, out->str, out->len, &error))
    g_error ("%s", error->message);
}

static void
write_jpeg (const char *path, guint number)
{
  g_autoptr (FixtureExif) exif = fixture_exif_new (FALSE);
  g_autofree char *name = g_strdup_printf ("camera %u", number);
  g_autoptr (GBytes) block = NULL;
  g_autoptr (GBytes) jpeg = NULL;

  fixture_exif_text (exif, FIXTURE_IFD_MAIN, 0x0110, name);
  fixture_exif_text (exif, FIXTURE_IFD_EXIF, 0x9003, "2026:03:27 10:00:00");
  block = fixture_exif_block (exif);
  jpeg = fixture_jpeg (640, 480, block);
  g_assert_true (g_file_set_contents_full (path, g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg), G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
fill (TstFieldBook *book, const char *folder, guint works, guint captures)
{
  g_autofree char *csv = g_build_filename (folder, "works.csv", NULL);
  g_autofree char *jpeg = g_build_filename (folder, "photo.jpg", NULL);
  TstEventSpec event = { .type = "visita_obra", .title = "Visita de medición", .work = "OB-000001" };
  TstImportCounts counts;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  write_works (csv, works);
  if (!tst_field_book_import_works (book, csv, NULL, NULL, &counts, NULL, &error))
    g_error ("%s", error->message);
  g_assert_cmpuint (counts.added, ==, works);
  id = tst_field_book_open_event (book, &event, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < captures; i++)
    {
      TstPhotoSpec spec = { .event_id = id, .work = "OB-000001", .phase = "durante", .caption = "Avance de la calzada",
                            .display_name = "foto.jpg" };
      TstPhotoResult result = { 0 };

      write_jpeg (jpeg, i);
      if (!tst_field_book_add_photo (book, &spec, jpeg, &result, NULL, &error))
        g_error ("%s", error->message);
      tst_photo_result_clear (&result);
    }
  g_unlink (jpeg);
  g_unlink (csv);
}

TstFieldBook *
bench_store_open (const char *folder, guint works, guint captures)
{
  g_autofree char *done = g_build_filename (folder, "..", NULL);
  g_autofree char *mark = g_strdup_printf ("%s-%u-%u.made", folder, works, captures);
  g_autoptr (TstClock) clock = tst_clock_new_system ();
  g_autoptr (GError) error = NULL;
  TstFieldBook *book;

  if (g_file_test (mark, G_FILE_TEST_EXISTS))
    book = tst_field_book_open (folder, clock, &error);
  else
    {
      g_mkdir_with_parents (done, 0700);
      book = tst_field_book_create (folder, "medición", clock, &error);
      if (book != NULL)
        fill (book, folder, works, captures);
    }
  if (book == NULL)
    g_error ("%s: %s", folder, error->message);
  g_assert_true (g_file_set_contents (mark, "", 0, NULL));
  return book;
}

void
bench_photos_make (const char *folder, guint n)
{
  g_autoptr (GBytes) jpeg = fixture_jpeg (4000, 3000, NULL);
  gsize length;
  const guint8 *data = g_bytes_get_data (jpeg, &length);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s/foto-%04u.jpg", folder, i);
      g_autoptr (GByteArray) out = g_byte_array_sized_new (length + 64);
      char text[32] = { 0 };
      const guint8 comment[4] = { 0xff, 0xfe, 0, 2 + sizeof text };

      /* A comment of its own after the first marker: other bytes, the same picture. */
      g_snprintf (text, sizeof text, "photograph %u", i);
      g_byte_array_append (out, data, 2);
      g_byte_array_append (out, comment, sizeof comment);
      g_byte_array_append (out, (const guint8 *) text, sizeof text);
      g_byte_array_append (out, data + 2, length - 2);
      g_assert_true (g_file_set_contents_full (name, (const char *) out->data, out->len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    }
}
