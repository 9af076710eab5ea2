/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstFormsPage:
 *
 * The questionnaires that this tablet has, which of them the kiosk offers, and the import of an XLSForm workbook with what it leaves out or what has to
 * be mended, by sheet, row and column. Properties: "n-forms" (uint, notifies), "n-findings" (uint, of the newest import, notifies).
 */
#define TST_TYPE_FORMS_PAGE (tst_forms_page_get_type ())
G_DECLARE_FINAL_TYPE (TstFormsPage, tst_forms_page, TST, FORMS_PAGE, TstPage)

GtkWidget *tst_forms_page_new (TstSession *session);
/* As if the person had chosen it. */
void tst_forms_page_import (TstFormsPage *self, const char *path);

G_END_DECLS
