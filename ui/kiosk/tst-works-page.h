/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

#define TST_TYPE_WORKS_PAGE (tst_works_page_get_type ())
G_DECLARE_FINAL_TYPE (TstWorksPage, tst_works_page, TST, WORKS_PAGE, TstPage)

GtkWidget *tst_works_page_new (TstSession *session);

G_END_DECLS
