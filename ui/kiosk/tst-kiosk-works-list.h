/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstKioskWorksList:
 *
 * The works of the town for a citizen, by street, neighbourhood or name, and on the map that needs no network. Signal "picked" (string code, string
 * title).
 */
#define TST_TYPE_KIOSK_WORKS_LIST (tst_kiosk_works_list_get_type ())
G_DECLARE_FINAL_TYPE (TstKioskWorksList, tst_kiosk_works_list, TST, KIOSK_WORKS_LIST, GtkBox)

/* @with_map: the map above the list. */
GtkWidget *tst_kiosk_works_list_new (TstSession *session, const char *lang, gboolean with_map);
/* What the QR of a work says (its address, …/obras/CODE, or the code alone): "picked" when there is such a work here, else FALSE. */
gboolean tst_kiosk_works_list_take_code (TstKioskWorksList *self, const char *text);

G_END_DECLS
