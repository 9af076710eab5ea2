/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstEventForm:
 *
 * Opens an event or a visit, or joins one that another tablet opened. When it is saved the form leaves and the event's page takes its place.
 * What was typed is kept as a draft until then.
 *
 * Actions: form.save, form.join, form.work.
 */
#define TST_TYPE_EVENT_FORM (tst_event_form_get_type ())
G_DECLARE_FINAL_TYPE (TstEventForm, tst_event_form, TST, EVENT_FORM, TstPage)

/* @work and @work_title: (nullable): the work that it is about. */
GtkWidget *tst_event_form_new (TstSession *session, const char *work, const char *work_title);

G_END_DECLS
