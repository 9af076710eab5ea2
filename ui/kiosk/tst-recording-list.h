/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstRecordingList:
 *
 * The films and voice notes of an event, newest first, kept up to date; each opens its page on the stack around it. Hidden while there are none.
 *
 * Property "n-recordings" (uint, notifies).
 */
#define TST_TYPE_RECORDING_LIST (tst_recording_list_get_type ())
G_DECLARE_FINAL_TYPE (TstRecordingList, tst_recording_list, TST, RECORDING_LIST, GtkWidget)

GtkWidget *tst_recording_list_new (TstSession *session, const char *event_id);

G_END_DECLS
