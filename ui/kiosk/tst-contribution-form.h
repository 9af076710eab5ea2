/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstContributionForm:
 *
 * A citizen's contribution, written down with the help of staff; then its receipt, with the number large. Nothing of it is kept as a draft: what a
 * citizen says is readable by central alone, and the form says so. The form is wiped the moment it is saved.
 *
 * Properties: "number" (string, NULL until saved; notifies). Actions: form.save, form.finish.
 */
#define TST_TYPE_CONTRIBUTION_FORM (tst_contribution_form_get_type ())
G_DECLARE_FINAL_TYPE (TstContributionForm, tst_contribution_form, TST, CONTRIBUTION_FORM, TstPage)

/* @work: (nullable) */
GtkWidget *tst_contribution_form_new (TstSession *session, const char *event_id, const char *work);

G_END_DECLS
