/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "widgets/tst-signature-pad.h"

#include <adwaita.h>
#include <string.h>

static GtkWidget *window;

static TstSignaturePad *
make_pad (void)
{
  GtkWidget *pad = tst_signature_pad_new ();

  window = adw_window_new ();
  adw_window_set_content (ADW_WINDOW (window), pad);
  gtk_window_set_default_size (GTK_WINDOW (window), 640, 300);
  gtk_window_present (GTK_WINDOW (window));
  tst_settle (100);
  return TST_SIGNATURE_PAD (pad);
}

static void
scribble (TstSignaturePad *pad, double step)
{
  tst_signature_pad_begin (pad, 40, 120);
  for (double x = 40; x < 500; x += step)
    tst_signature_pad_line_to (pad, x, 120 + ((int) x % 80) - 40);
}

static void
counted (guint *n)
{
  ++*n;
}

static void
test_picture (void)
{
  TstSignaturePad *pad = make_pad ();
  g_autoptr (GBytes) png = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GError) error = NULL;
  guint notified = 0;

  g_signal_connect_swapped (pad, "notify::empty", G_CALLBACK (counted), &notified);
  g_assert_true (tst_signature_pad_is_empty (pad));
  g_assert_null (tst_signature_pad_to_png (pad));
  scribble (pad, 4);
  g_assert_false (tst_signature_pad_is_empty (pad));
  g_assert_cmpuint (notified, ==, 1);
  png = tst_signature_pad_to_png (pad);
  texture = gdk_texture_new_from_bytes (png, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_texture_get_width (texture), ==, 640);
  g_assert_cmpint (gdk_texture_get_height (texture), ==, 240);
  g_assert_cmpuint (g_bytes_get_size (png), <, 60 * 1024); /* what a record takes */
  tst_signature_pad_clear (pad);
  g_assert_true (tst_signature_pad_is_empty (pad));
  g_assert_cmpuint (notified, ==, 2);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The picture holds pixels and nothing else: no text, no time, nothing that tells how quickly it was drawn. */
static void
test_nothing_else (void)
{
  TstSignaturePad *pad = make_pad ();
  g_autoptr (GBytes) png = NULL;
  const guint8 *data;
  gsize size;

  scribble (pad, 4);
  png = tst_signature_pad_to_png (pad);
  data = g_bytes_get_data (png, &size);
  for (gsize at = 8; at + 12 <= size;)
    {
      guint32 length = (guint32) data[at] << 24 | data[at + 1] << 16 | data[at + 2] << 8 | data[at + 3];
      char name[5] = { 0 };

      memcpy (name, data + at + 4, 4);
      g_assert_true (strcmp (name, "IHDR") == 0 || strcmp (name, "IDAT") == 0 || strcmp (name, "IEND") == 0 || strcmp (name, "bKGD") == 0);
      at += 12 + length;
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_slow_is_quick (void)
{
  TstSignaturePad *pad = make_pad ();
  g_autoptr (GBytes) once = NULL;
  g_autoptr (GBytes) thrice = NULL;

  scribble (pad, 4);
  once = tst_signature_pad_to_png (pad);
  tst_signature_pad_clear (pad);
  tst_signature_pad_begin (pad, 40, 120);
  for (double x = 40; x < 500; x += 4)
    for (guint i = 0; i < 3; i++) /* a hand that rests */
      tst_signature_pad_line_to (pad, x, 120 + ((int) x % 80) - 40);
  thrice = tst_signature_pad_to_png (pad);
  g_assert_true (g_bytes_equal (once, thrice));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/signature-pad/picture", test_picture);
  g_test_add_func ("/signature-pad/nothing-else", test_nothing_else);
  g_test_add_func ("/signature-pad/slow-is-quick", test_slow_is_quick);
  return g_test_run ();
}
