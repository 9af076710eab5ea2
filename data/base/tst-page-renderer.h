/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstPageRenderer:
 *
 * How central gets pages without seeing ui: sync/central builds a model of plain JSON, the implementation in ui/web turns
 * it into HTML from templates; app joins them. Any thread.
 */
#define TST_TYPE_PAGE_RENDERER (tst_page_renderer_get_type ())
G_DECLARE_INTERFACE (TstPageRenderer, tst_page_renderer, TST, PAGE_RENDERER, GObject)

struct _TstPageRendererInterface
{
  GTypeInterface parent;
  GBytes *(*render) (TstPageRenderer *self, const char *page, JsonObject *model, GError **error);
  GBytes *(*asset) (TstPageRenderer *self, const char *name, const char **mime, const char **etag);
};

/* @page is a template's name ("inicio", "obra", …; ui/web/README.md lists each page's model). UTF-8 HTML. */
GBytes *tst_page_renderer_render (TstPageRenderer *self, const char *page, JsonObject *model, GError **error);
/* Style, icons, scripts by file name: (transfer full) (nullable). @mime and @etag are static. */
GBytes *tst_page_renderer_asset (TstPageRenderer *self, const char *name, const char **mime, const char **etag);

G_END_DECLS
