/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/* One work: its facts, its evidence so far, its contributions and commitments. */
#define TST_TYPE_WORK_PAGE (tst_work_page_get_type ())
G_DECLARE_FINAL_TYPE (TstWorkPage, tst_work_page, TST, WORK_PAGE, TstPage)

GtkWidget *tst_work_page_new (TstSession *session, const char *code);

G_END_DECLS
