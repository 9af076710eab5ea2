/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

#define TST_TYPE_OUTBOX_PAGE (tst_outbox_page_get_type ())
G_DECLARE_FINAL_TYPE (TstOutboxPage, tst_outbox_page, TST, OUTBOX_PAGE, TstPage)

GtkWidget *tst_outbox_page_new (TstSession *session);

G_END_DECLS
