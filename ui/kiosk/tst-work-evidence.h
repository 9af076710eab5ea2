/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstWorkEvidence:
 *
 * What this tablet holds of a work: its last photograph large, the newest ones before it in a strip with their dates. Each opens the
 * viewer. Hidden while there is none.
 */
#define TST_TYPE_WORK_EVIDENCE (tst_work_evidence_get_type ())
G_DECLARE_FINAL_TYPE (TstWorkEvidence, tst_work_evidence, TST, WORK_EVIDENCE, GtkBox)

/* @page: which shows it, and over which the viewer goes; it must outlive the widget, as a page does its children. */
GtkWidget *tst_work_evidence_new (TstPage *page, const char *code);
/* Reads the list again, without waiting. */
void tst_work_evidence_reload (TstWorkEvidence *self);
/* Of TstGalleryItem, newest first. (transfer none) */
GListModel *tst_work_evidence_get_model (TstWorkEvidence *self);

G_END_DECLS
