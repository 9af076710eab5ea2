/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstWorkVisits:
 *
 * Of a work: its viewpoints, nearest first, with their last picture and its date, each the way back to its spot; and its visits, contributions and
 * commitments as a timeline, newest first. Hidden while there is nothing of it.
 *
 * Properties: "n-viewpoints", "n-moments" (uint, notify).
 */
#define TST_TYPE_WORK_VISITS (tst_work_visits_get_type ())
G_DECLARE_FINAL_TYPE (TstWorkVisits, tst_work_visits, TST, WORK_VISITS, GtkBox)

/* @page: over which pages go; it must outlive the widget, as a page does its children. */
GtkWidget *tst_work_visits_new (TstPage *page, const char *code);
void tst_work_visits_reload (TstWorkVisits *self); /* without waiting */

G_END_DECLS
