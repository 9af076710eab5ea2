/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/* How it is used in a few sentences, the keyboard's shortcuts, and what program this is. */
#define TST_TYPE_HELP_PAGE (tst_help_page_get_type ())
G_DECLARE_FINAL_TYPE (TstHelpPage, tst_help_page, TST, HELP_PAGE, TstPage)

GtkWidget *tst_help_page_new (TstSession *session);

G_END_DECLS
