/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-page-renderer.h"

G_DEFINE_INTERFACE (TstPageRenderer, tst_page_renderer, G_TYPE_OBJECT)

static void
tst_page_renderer_default_init (TstPageRendererInterface *iface)
{
}

GBytes *
tst_page_renderer_render (TstPageRenderer *self, const char *page, JsonObject *model, GError **error)
{
  g_return_val_if_fail (TST_IS_PAGE_RENDERER (self), NULL);
  return TST_PAGE_RENDERER_GET_IFACE (self)->render (self, page, model, error);
}

GBytes *
tst_page_renderer_asset (TstPageRenderer *self, const char *name, const char **mime, const char **etag)
{
  g_return_val_if_fail (TST_IS_PAGE_RENDERER (self), NULL);
  return TST_PAGE_RENDERER_GET_IFACE (self)->asset (self, name, mime, etag);
}
