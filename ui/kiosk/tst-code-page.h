/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/* Reads the town's code after the first run; works offline. Leaves when it was read. Action: code.read. */
#define TST_TYPE_CODE_PAGE (tst_code_page_get_type ())
G_DECLARE_FINAL_TYPE (TstCodePage, tst_code_page, TST, CODE_PAGE, TstPage)

GtkWidget *tst_code_page_new (TstSession *session);

G_END_DECLS
