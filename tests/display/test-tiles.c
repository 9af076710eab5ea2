/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-tiles.h"

#include <adwaita.h>

#define GAP 10

/* A tile of @words that break between words only. */
static GtkWidget *
make_tile (const char *words)
{
  GtkWidget *label = gtk_label_new (words);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  return label;
}

static int
height_for (GtkWidget *tiles, int width)
{
  int height;

  gtk_widget_measure (tiles, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  return height;
}

static void
test_columns (void)
{
  GtkWidget *tiles = g_object_ref_sink (tst_tiles_new (2, GAP));
  GtkWidget *children[3];
  int least, one, row;

  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    tst_tiles_append (TST_TILES (tiles), children[i] = make_tile (i == 1 ? "Compromisos" : "Fotos"));
  gtk_widget_measure (children[1], GTK_ORIENTATION_HORIZONTAL, -1, &one, NULL, NULL, NULL);
  gtk_widget_measure (children[1], GTK_ORIENTATION_VERTICAL, one, &row, NULL, NULL, NULL);
  gtk_widget_measure (tiles, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, ==, one);
  /* The longest word fits into each column, and into one a pixel less it does not. */
  g_assert_cmpint (height_for (tiles, 2 * one + GAP), ==, 2 * row + GAP);
  g_assert_cmpint (height_for (tiles, 2 * one + GAP - 1), ==, 3 * row + 2 * GAP);

  gtk_widget_allocate (tiles, 500, 200, -1, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    {
      graphene_rect_t bounds;

      g_assert_true (gtk_widget_compute_bounds (children[i], tiles, &bounds));
      g_assert_cmpfloat (bounds.size.width, ==, (500 - GAP) / 2);
      g_assert_cmpfloat (bounds.size.height, ==, (200 - GAP) / 2);
      g_assert_cmpfloat (bounds.origin.x, ==, i == 1 ? (500 + GAP) / 2 : 0);
      g_assert_cmpfloat (bounds.origin.y, ==, i == 2 ? (200 + GAP) / 2 : 0);
    }
  /* A row has its bound, and what is left over is shared out. */
  tst_tiles_set_most (TST_TILES (tiles), 60);
  gtk_widget_allocate (tiles, 500, 200, -1, NULL);
  {
    graphene_rect_t bounds;

    g_assert_true (gtk_widget_compute_bounds (children[0], tiles, &bounds));
    g_assert_cmpfloat (bounds.size.height, ==, 60);
    g_assert_cmpfloat (bounds.origin.y, ==, (200 - 2 * 60 - GAP) / 2);
  }
  /* What is hidden takes no place. */
  gtk_widget_set_visible (children[2], FALSE);
  g_assert_cmpint (height_for (tiles, 500), ==, row);
  g_object_unref (tiles);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/tiles/columns", test_columns);
  return g_test_run ();
}
