/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstNavigation:
 *
 * The four places of the app: Inicio, Obras, Galería, Envíos. A bar at the bottom on narrow windows, a rail at the side on wide ones
 * (GtkOrientable). Property "selected" (string, one of the names, notifies). Signal "again": the place that is selected was pressed once more.
 */
#define TST_TYPE_NAVIGATION (tst_navigation_get_type ())
G_DECLARE_FINAL_TYPE (TstNavigation, tst_navigation, TST, NAVIGATION, GtkBox)

GtkWidget *tst_navigation_new (void);
void tst_navigation_add (TstNavigation *self, const char *name, const char *label, const char *icon_name);
const char *tst_navigation_get_selected (TstNavigation *self);
void tst_navigation_select (TstNavigation *self, const char *name);
/* A short text over the icon ("14"), with what it means for a screen reader; NULL takes it away. */
void tst_navigation_set_badge (TstNavigation *self, const char *name, const char *badge, const char *meaning);

G_END_DECLS
