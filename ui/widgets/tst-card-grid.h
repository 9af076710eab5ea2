/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstCardGrid:
 *
 * A grid of cards of one size over a model of any length, in a GtkScrolledWindow. Where a card lies is arithmetic, so no card but the visible ones (and a row
 * on either side) exists; they are used again as one scrolls, a few in a frame, and what has no card yet stays empty without anything moving.
 * GtkGridView of 4.8 measures some two hundred cards and makes them all anew when its model changes.
 *
 * One stop for the tabulator; inside, arrows, Home, End, Page Up and Page Down. The card with the keyboard stays itself when it is scrolled away. Cards
 * are told by set size and position, and described as «N de M».
 */
#define TST_TYPE_CARD_GRID (tst_card_grid_get_type ())
G_DECLARE_FINAL_TYPE (TstCardGrid, tst_card_grid, TST, CARD_GRID, GtkWidget)

/* A new card: focusable, of the same size as all others. */
typedef GtkWidget *(*TstCardMake) (gpointer user_data);
/* @item: (transfer none) (nullable): what it shows from now on; NULL: nothing, let go of what it showed. */
typedef void (*TstCardFill) (GtkWidget *card, gpointer item, gpointer user_data);

GtkWidget *tst_card_grid_new (TstCardMake make, TstCardFill fill, gpointer user_data);
void tst_card_grid_set_model (TstCardGrid *self, GListModel *model); /* (nullable) */

/* Which one has, or had last, the keyboard. */
guint tst_card_grid_get_current (TstCardGrid *self);
/* Shows the card at @position; with @focus it takes the keyboard. */
void tst_card_grid_go (TstCardGrid *self, guint position, gboolean focus);

/* The card that shows @position; NULL: it has none now. (transfer none) */
GtkWidget *tst_card_grid_get_card (TstCardGrid *self, guint position);
guint tst_card_grid_get_columns (TstCardGrid *self);
/* For tests and measurements: cards in existence; visible places that wait for one. */
guint tst_card_grid_get_n_cards (TstCardGrid *self);
guint tst_card_grid_get_n_waiting (TstCardGrid *self);

G_END_DECLS
