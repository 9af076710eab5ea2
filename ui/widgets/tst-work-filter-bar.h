/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-work-index.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstWorkFilterBar:
 *
 * What to look for among the works: words, nearest first, status. The same on the list and on the map.
 *
 * Signal: "changed".
 */
#define TST_TYPE_WORK_FILTER_BAR (tst_work_filter_bar_get_type ())
G_DECLARE_FINAL_TYPE (TstWorkFilterBar, tst_work_filter_bar, TST, WORK_FILTER_BAR, GtkBox)

GtkWidget *tst_work_filter_bar_new (void);
/* Labels of the statuses in this language. Once. */
void tst_work_filter_bar_fill (TstWorkFilterBar *self, const char *lang);
/* @filter's words and status; they belong to the bar and last until it changes. */
void tst_work_filter_bar_get (TstWorkFilterBar *self, TstWorkFilter *filter);
/* Whether nearest first is asked for. Offered only while a position is known. */
gboolean tst_work_filter_bar_get_near (TstWorkFilterBar *self);
void tst_work_filter_bar_offer_near (TstWorkFilterBar *self, gboolean offer);
void tst_work_filter_bar_focus (TstWorkFilterBar *self);

G_END_DECLS
