/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/* Who works on this tablet: the list, a new person, a new PIN for whoever forgot theirs. Needs the open vault. */
#define TST_TYPE_STAFF_PAGE (tst_staff_page_get_type ())
G_DECLARE_FINAL_TYPE (TstStaffPage, tst_staff_page, TST, STAFF_PAGE, TstPage)

GtkWidget *tst_staff_page_new (TstSession *session);

G_END_DECLS
