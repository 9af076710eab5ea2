/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"
#include "widgets/tst-work-button.h"

G_BEGIN_DECLS

/**
 * TstWorkAges:
 *
 * Tells the rows of works that are shown how old the last evidence of each is («Última evidencia hace 3 días», «Sin evidencias en esta tableta»). It asks for
 * the shown ones only, one question at a time however quickly one types, remembers the answers, and asks again when something was captured or
 * came down. Main thread only.
 */
#define TST_TYPE_WORK_AGES (tst_work_ages_get_type ())
G_DECLARE_FINAL_TYPE (TstWorkAges, tst_work_ages, TST, WORK_AGES, GObject)

/* Belongs to the page whose rows it fills, which drops it in its dispose. */
TstWorkAges *tst_work_ages_new (TstSession *session);
/* The rows that are shown now (TstWorkButton with their works set); in place of those of the last call. */
void tst_work_ages_fill (TstWorkAges *self, GtkWidget *const *buttons, guint n);

G_END_DECLS
