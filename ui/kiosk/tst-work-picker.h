/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstWorkPicker:
 *
 * Chooses one work, by name, code or neighbourhood, nearest first where the position is known. Signal "picked" (string code, string title; both
 * NULL for none); then it leaves by itself.
 */
#define TST_TYPE_WORK_PICKER (tst_work_picker_get_type ())
G_DECLARE_FINAL_TYPE (TstWorkPicker, tst_work_picker, TST, WORK_PICKER, TstPage)

GtkWidget *tst_work_picker_new (TstSession *session);

G_END_DECLS
