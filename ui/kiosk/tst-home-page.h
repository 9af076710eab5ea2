/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

#define TST_TYPE_HOME_PAGE (tst_home_page_get_type ())
G_DECLARE_FINAL_TYPE (TstHomePage, tst_home_page, TST, HOME_PAGE, TstPage)

GtkWidget *tst_home_page_new (TstSession *session);

G_END_DECLS
