/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "report/tst-pdf.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* The document as a file for the length of a test, and what a tool says of it. */
typedef struct
{
  char *path;
} Paper;

static void
paper_open (Paper *paper, TstPdf *pdf)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = tst_pdf_finish (pdf, &error);
  int fd = g_file_open_tmp ("test-pdf-XXXXXX.pdf", &paper->path, NULL);

  g_assert_no_error (error);
  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_file_set_contents (paper->path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
}

static void
paper_close (Paper *paper)
{
  const char *keep = g_getenv ("TESTIGO_KEEP_PDF");

  if (keep != NULL)
    {
      g_autofree char *command = g_strdup_printf ("cp %s %s", paper->path, keep);
      g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
    }
  g_unlink (paper->path);
  g_free (paper->path);
}

static char *
ask (const Paper *paper, const char *tool, const char *after)
{
  g_autofree char *command = g_strdup_printf ("%s %s %s", tool, paper->path, after);
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  int status = -1;

  g_spawn_command_line_sync (command, &output, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  return output;
}

#define assert_contains(text, part) g_assert_nonnull (strstr ((text), (part)))

static GBytes *
jpeg (guint width, guint height)
{
  TstPicture picture = { width, height, g_malloc0 ((gsize) width * height * 3) };
  g_autoptr (GError) error = NULL;
  GBytes *bytes;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        guint8 *pixel = picture.pixels + 3 * ((gsize) y * width + x);

        pixel[0] = 255 * x / width;
        pixel[1] = 255 * y / height;
        pixel[2] = 120;
      }
  bytes = tst_picture_to_jpeg (&picture, 85, &error);
  g_assert_no_error (error);
  g_free (picture.pixels);
  return bytes;
}

static void
test_words (void)
{
  static const char *const titles[] = { "Compromiso", "Responsable", "Fecha", NULL };
  static const char *const cells[] = { "Reparar el andén del costado norte y volver a sembrar los árboles", "Consorcio Vías", "15 de abril", NULL };
  static const double weights[] = { 3, 1.5, 1 };
  g_autoptr (TstPdf) pdf = tst_pdf_new ("Acta de visita", "Villa Luz · ficticia", "es");
  g_autofree char *text = NULL;
  g_autofree char *info = NULL;
  g_autofree char *fonts = NULL;
  g_autofree char *pages = NULL;
  Paper paper;

  tst_pdf_text (pdf, TST_PDF_TITLE, "Acta de visita");
  tst_pdf_fact (pdf, "Obra", "Puente de la calle 35 «El Ñame»");
  tst_pdf_fact (pdf, "Nada", NULL);
  tst_pdf_bar (pdf, "Programado", 60, 0x1d6f7a);
  tst_pdf_bar (pdf, "Observado", 47.5, 0x1d6f7a);
  tst_pdf_bar (pdf, "Financiero", NAN, 0x1d6f7a);
  tst_pdf_text (pdf, TST_PDF_HEADING, "Compromisos");
  tst_pdf_table_begin (pdf, titles, weights);
  for (guint i = 0; i < 60; i++)
    tst_pdf_table_row (pdf, cells);
  tst_pdf_table_end (pdf);
  g_assert_true (tst_pdf_qr (pdf, "TESTIGO-ACTA1:abc", 30, "Cabezas de la cadena"));
  g_assert_cmpuint (tst_pdf_get_n_pages (pdf), >=, 3);
  pages = g_strdup_printf ("Página 1 de %u", tst_pdf_get_n_pages (pdf));
  paper_open (&paper, pdf);

  text = ask (&paper, "pdftotext -layout", "-");
  assert_contains (text, "Acta de visita");
  assert_contains (text, "Puente de la calle 35 «El Ñame»");
  assert_contains (text, "60 %");
  assert_contains (text, "47,5 %");
  assert_contains (text, pages);
  g_assert_null (strstr (text, "Nada"));
  /* The titles of the columns stand on every page that the table goes over. */
  {
    g_auto (GStrv) parts = g_strsplit (text, "Responsable", -1);

    g_assert_cmpuint (g_strv_length (parts), >=, 3);
  }
  info = ask (&paper, "pdfinfo", "");
  assert_contains (info, "Title:           Acta de visita");
  assert_contains (info, "A4");
  /* Embedded, so that it looks the same anywhere, and with the way back to letters. */
  fonts = ask (&paper, "pdffonts", "");
  {
    g_auto (GStrv) lines = g_strsplit (fonts, "\n", -1);

    for (guint i = 2; lines[i] != NULL && *lines[i] != '\0'; i++)
      assert_contains (lines[i], " yes yes yes ");
  }
  paper_close (&paper);
}

static void
test_pictures (void)
{
  g_autoptr (GBytes) wide = jpeg (640, 480);
  g_autoptr (GBytes) tall = jpeg (480, 800);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("GIF89a", 6);
  g_autoptr (TstPdf) pdf = tst_pdf_new ("Fotos", NULL, "en");
  g_autofree char *list = NULL;
  g_autofree char *text = NULL;
  Paper paper;

  for (guint i = 0; i < 5; i++)
    {
      g_assert_true (tst_pdf_add_picture (pdf, wide, "General view"));
      g_assert_true (tst_pdf_add_picture (pdf, tall, "Work front"));
    }
  g_assert_false (tst_pdf_add_picture (pdf, nothing, "x"));
  g_assert_true (tst_pdf_add_signature (pdf, NULL, "Contractor · did not wish to sign", 20));
  g_assert_false (tst_pdf_add_signature (pdf, nothing, "x", 20));
  tst_pdf_text (pdf, TST_PDF_TEXT, "After the pictures");
  paper_open (&paper, pdf);
  list = ask (&paper, "pdfimages -list", "");
  /* As they were, not decoded and packed anew. */
  assert_contains (list, "jpeg");
  text = ask (&paper, "pdftotext", "-");
  assert_contains (text, "Work front");
  assert_contains (text, "After the pictures");
  assert_contains (text, "Page 1 of");
  paper_close (&paper);
}

static void
test_long_text (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (TstPdf) pdf = tst_pdf_new ("Largo", NULL, "es");
  g_autofree char *found = NULL;
  Paper paper;

  for (guint i = 0; i < 600; i++)
    g_string_append_printf (text, "Frase número %u de una novedad muy larga. ", i);
  tst_pdf_text (pdf, TST_PDF_TEXT, text->str);
  g_assert_cmpuint (tst_pdf_get_n_pages (pdf), >=, 2);
  paper_open (&paper, pdf);
  found = ask (&paper, "pdftotext", "-");
  assert_contains (found, "número 0 de");
  assert_contains (found, "599 de");
  paper_close (&paper);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pdf/words", test_words);
  g_test_add_func ("/pdf/pictures", test_pictures);
  g_test_add_func ("/pdf/long-text", test_long_text);
  return g_test_run ();
}
