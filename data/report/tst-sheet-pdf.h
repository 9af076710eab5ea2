/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-town.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * tst_sheet_pdf_make:
 * @title: of the event
 * @people: (element-type JsonObject): as tst_event_sheet_read() gives them
 *
 * The attendance sheet to be printed or handed in: who, document, on whose behalf, when, whether they signed. In memory only; whoever asked gives it to a printer or
 * to a place that staff chose. No sensitive answer is on it: those go to the data officer alone. Blocks.
 *
 * Returns: (transfer full): a PDF; TST_ERROR_FAILED.
 */
GBytes *tst_sheet_pdf_make (const TstTown *town, const char *title, GPtrArray *people, const char *lang, GError **error);

G_END_DECLS
