/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/tst-shot.h"
#include "widgets/tst-card-grid.h"

#include <adwaita.h>

#define CARD_WIDTH 100
#define CARD_HEIGHT 80
#define MANY 100000

typedef struct
{
  GtkWidget *window, *grid, *scrolled;
  GListStore *store;
  guint made;
} Desk;

static GtkWidget *
make_card (gpointer user_data)
{
  GtkWidget *card = gtk_button_new_with_label ("");

  gtk_widget_set_size_request (card, CARD_WIDTH, CARD_HEIGHT);
  ((Desk *) user_data)->made++;
  return card;
}

static void
fill_card (GtkWidget *card, gpointer item, gpointer user_data)
{
  g_object_set_data (G_OBJECT (card), "item", item);
}

static void
desk_open (Desk *desk, guint n)
{
  *desk = (Desk) { .store = g_list_store_new (G_TYPE_OBJECT) };
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_object_new (G_TYPE_OBJECT, NULL);

      g_object_set_data (item, "number", GUINT_TO_POINTER (i));
      g_list_store_append (desk->store, item);
    }
  desk->grid = tst_card_grid_new (make_card, fill_card, desk);
  tst_card_grid_set_model (TST_CARD_GRID (desk->grid), G_LIST_MODEL (desk->store));
  desk->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (desk->scrolled), desk->grid);
  desk->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (desk->window), desk->scrolled);
  gtk_window_set_default_size (GTK_WINDOW (desk->window), 480, 600);
  gtk_window_present (GTK_WINDOW (desk->window));
}

static void
desk_close (Desk *desk)
{
  gtk_window_destroy (GTK_WINDOW (desk->window));
  g_object_unref (desk->store);
}

static gboolean
is_full (gpointer data)
{
  TstCardGrid *grid = TST_CARD_GRID (((Desk *) data)->grid);

  return tst_card_grid_get_columns (grid) > 0 && tst_card_grid_get_n_waiting (grid) == 0 && tst_card_grid_get_card (grid, 0) != NULL;
}

static gboolean
nothing_waits (gpointer data)
{
  return tst_card_grid_get_n_waiting (TST_CARD_GRID (((Desk *) data)->grid)) == 0;
}

static GtkAdjustment *
adjustment_of (Desk *desk)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (desk->scrolled));
}

static guint
number_at (Desk *desk, guint position)
{
  GtkWidget *card = tst_card_grid_get_card (TST_CARD_GRID (desk->grid), position);

  g_assert_nonnull (card);
  return GPOINTER_TO_UINT (g_object_get_data (g_object_get_data (G_OBJECT (card), "item"), "number"));
}

/* A hundred thousand cost as many cards as can be seen. */
static void
test_recycles (void)
{
  Desk desk;
  TstCardGrid *grid;
  guint made;
  double upper;

  desk_open (&desk, MANY);
  grid = TST_CARD_GRID (desk.grid);
  tst_wait_until (is_full, &desk, 10);
  g_assert_cmpuint (tst_card_grid_get_columns (grid), ==, 4);
  g_assert_cmpuint (number_at (&desk, 5), ==, 5);
  upper = gtk_adjustment_get_upper (adjustment_of (&desk));
  g_assert_cmpfloat (upper, >, (double) MANY / 4 * CARD_HEIGHT);
  made = desk.made;
  g_assert_cmpuint (made, <=, 4 * 10);

  for (guint i = 0; i < 50; i++)
    {
      gtk_adjustment_set_value (adjustment_of (&desk), i * 97);
      tst_settle (5);
    }
  for (guint i = 1; i <= 10; i++)
    {
      gtk_adjustment_set_value (adjustment_of (&desk), upper * i / 10);
      tst_settle (5);
    }
  tst_settle (100);
  tst_wait_until (nothing_waits, &desk, 10);
  g_assert_cmpuint (number_at (&desk, MANY - 1), ==, MANY - 1);
  g_assert_null (tst_card_grid_get_card (grid, 0));
  g_assert_cmpuint (desk.made, <=, made + 8);
  g_assert_cmpfloat (gtk_adjustment_get_upper (adjustment_of (&desk)), ==, upper);
  desk_close (&desk);
}

static GtkWidget *
focused (Desk *desk)
{
  return gtk_window_get_focus (GTK_WINDOW (desk->window));
}

/* The card with the keyboard stays itself wherever one scrolls; one stop for the tabulator. */
static void
test_keyboard (void)
{
  Desk desk;
  TstCardGrid *grid;
  GtkWidget *card;

  desk_open (&desk, 1000);
  grid = TST_CARD_GRID (desk.grid);
  tst_wait_until (is_full, &desk, 10);
  g_assert_true (gtk_widget_child_focus (desk.grid, GTK_DIR_TAB_FORWARD));
  g_assert_true (focused (&desk) == tst_card_grid_get_card (grid, 0));
  g_assert_false (gtk_widget_child_focus (desk.grid, GTK_DIR_TAB_FORWARD));

  tst_card_grid_go (grid, 999, TRUE);
  card = focused (&desk);
  g_assert_true (card == tst_card_grid_get_card (grid, 999));
  g_assert_cmpuint (tst_card_grid_get_current (grid), ==, 999);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment_of (&desk)), >, 10000);
  gtk_adjustment_set_value (adjustment_of (&desk), 0);
  tst_settle (200);
  g_assert_true (focused (&desk) == card);
  g_assert_true (tst_card_grid_get_card (grid, 999) == card);
  g_assert_cmpuint (number_at (&desk, 999), ==, 999);
  tst_card_grid_go (grid, 3, TRUE);
  g_assert_cmpuint (tst_card_grid_get_current (grid), ==, 3);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment_of (&desk)), ==, 0);
  desk_close (&desk);
}

/* What comes and goes above does not move what one looks at; nothing is shown twice. */
static void
test_changes (void)
{
  Desk desk;
  TstCardGrid *grid;
  GObject *fresh[4];
  double value, top;

  desk_open (&desk, 1000);
  grid = TST_CARD_GRID (desk.grid);
  tst_wait_until (is_full, &desk, 10);
  tst_card_grid_go (grid, 500, TRUE);
  tst_settle (200);
  value = gtk_adjustment_get_value (adjustment_of (&desk));
  for (guint i = 0; i < 4; i++)
    {
      fresh[i] = g_object_new (G_TYPE_OBJECT, NULL);
      g_object_set_data (fresh[i], "number", GUINT_TO_POINTER (5000 + i));
    }
  g_list_store_splice (desk.store, 0, 0, (gpointer *) fresh, 4);
  tst_settle (200);
  /* One row came above. */
  top = gtk_adjustment_get_value (adjustment_of (&desk)) - value;
  g_assert_cmpfloat (top, >, CARD_HEIGHT);
  g_assert_cmpfloat (top, <, 2 * CARD_HEIGHT);
  g_assert_cmpuint (tst_card_grid_get_current (grid), ==, 504);
  g_assert_cmpuint (number_at (&desk, 504), ==, 500);
  g_assert_true (focused (&desk) == tst_card_grid_get_card (grid, 504));

  g_list_store_remove (desk.store, 504);
  tst_settle (200);
  g_assert_cmpuint (number_at (&desk, 504), ==, 501);
  g_assert_true (focused (&desk) == tst_card_grid_get_card (grid, 504));
  for (guint i = 500; i < 510; i++)
    for (guint j = i + 1; j < 510; j++)
      if (tst_card_grid_get_card (grid, i) != NULL)
        g_assert_true (tst_card_grid_get_card (grid, i) != tst_card_grid_get_card (grid, j));
  g_list_store_remove_all (desk.store);
  tst_settle (100);
  g_assert_null (tst_card_grid_get_card (grid, 0));
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment_of (&desk)), ==, 0);
  for (guint i = 0; i < 4; i++)
    g_object_unref (fresh[i]);
  desk_close (&desk);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/card-grid/recycles", test_recycles);
  g_test_add_func ("/card-grid/keyboard", test_keyboard);
  g_test_add_func ("/card-grid/changes", test_changes);
  return g_test_run ();
}
