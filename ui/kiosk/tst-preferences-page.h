/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/* Language, size of text, look, motion, network, ground map, the town's code, and who works here. */
#define TST_TYPE_PREFERENCES_PAGE (tst_preferences_page_get_type ())
G_DECLARE_FINAL_TYPE (TstPreferencesPage, tst_preferences_page, TST, PREFERENCES_PAGE, TstPage)

GtkWidget *tst_preferences_page_new (TstSession *session);

G_END_DECLS
