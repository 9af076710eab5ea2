/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-print.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <qrencode.h>

#define MM (72.0 / 25.4)
#define WIDTH (80 * MM)
#define HEIGHT (120 * MM)
#define MARGIN (6 * MM)
#define QR_SIDE (44 * MM)

gboolean
tst_kiosk_print_is_there (TstSession *session)
{
  g_autofree char *printer = g_settings_get_string (tst_session_get_settings (session), "kiosk-printer");
  g_autofree char *lp = *printer != '\0' ? g_find_program_in_path ("lp") : NULL;

  return lp != NULL;
}

static cairo_status_t
append (void *pdf, const unsigned char *data, unsigned int size)
{
  g_byte_array_append (pdf, data, size);
  return CAIRO_STATUS_SUCCESS;
}

/* Returns the height that it took. */
static double
write_text (cairo_t *cr, double y, const char *text, const char *font)
{
  PangoLayout *layout = pango_cairo_create_layout (cr);
  PangoFontDescription *description = pango_font_description_from_string (font);
  int height;

  pango_layout_set_font_description (layout, description);
  pango_layout_set_width (layout, (int) ((WIDTH - 2 * MARGIN) * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_set_text (layout, text, -1);
  pango_layout_get_size (layout, NULL, &height);
  cairo_move_to (cr, MARGIN, y);
  pango_cairo_show_layout (cr, layout);
  pango_font_description_free (description);
  g_object_unref (layout);
  return height / (double) PANGO_SCALE + 2 * MM;
}

static void
draw_code (cairo_t *cr, double x, double y, const char *address)
{
  QRcode *code = QRcode_encodeString8bit (address, 0, QR_ECLEVEL_M);
  double module = code != NULL ? QR_SIDE / code->width : 0;

  for (int row = 0; code != NULL && row < code->width; row++)
    for (int column = 0; column < code->width; column++)
      if (code->data[row * code->width + column] & 1)
        cairo_rectangle (cr, x + column * module, y + row * module, module, module);
  cairo_fill (cr);
  if (code != NULL)
    QRcode_free (code);
}

GBytes *
tst_kiosk_print_draw (const char *town, const char *number, const char *address, const char *text)
{
  GByteArray *pdf = g_byte_array_new ();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (append, pdf, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  double y = MARGIN;

  y += write_text (cr, y, town, "Sans Bold 11");
  /* In one line: it is copied by hand. */
  y += write_text (cr, y, number, "Sans Bold 10.5");
  draw_code (cr, (WIDTH - QR_SIDE) / 2, y, address);
  y += QR_SIDE + 3 * MM;
  y += write_text (cr, y, text, "Sans 9");
  write_text (cr, y, address, "Sans 7");
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  cairo_surface_destroy (surface);
  return g_byte_array_free_to_bytes (pdf);
}

static void
on_handed_over (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* What went to the printer is not for the log either: the code alone. */
  if (!g_subprocess_communicate_finish (G_SUBPROCESS (source), result, NULL, NULL, &error))
    g_warning ("a receipt was not printed: %s %d", g_quark_to_string (error->domain), error->code);
}

gboolean
tst_kiosk_print_receipt (TstSession *session, const char *number, const char *text)
{
  TstFieldBook *book = tst_session_get_book (session);
  g_autofree char *printer = g_settings_get_string (tst_session_get_settings (session), "kiosk-printer");
  g_autoptr (TstTownKeys) town = book != NULL ? tst_field_book_dup_town_keys (book) : NULL;
  g_autofree char *address = NULL;
  g_autoptr (GBytes) page = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) lp = NULL;

  if (book == NULL || *printer == '\0' || printer[0] == '-')
    return FALSE;
  address = town != NULL ? g_strdup_printf ("%s%saportes/%s", town->url, g_str_has_suffix (town->url, "/") ? "" : "/", number) : g_strdup (number);
  page = tst_kiosk_print_draw (tst_field_book_get_profile (book)->entity, number, address, text);
  lp = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, "lp",
                         "-d", printer, "-t", "Testigo", "-", NULL);
  if (lp == NULL)
    return FALSE;
  g_subprocess_communicate_async (lp, page, NULL, on_handed_over, NULL);
  return TRUE;
}
