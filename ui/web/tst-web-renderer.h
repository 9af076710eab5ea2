/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-page-renderer.h"

G_BEGIN_DECLS

/**
 * TstWebRenderer:
 *
 * The public pages from the templates compiled into the program. Parsed once; rendering may run on any thread.
 * README.md beside this file lists the pages and their models.
 */
#define TST_TYPE_WEB_RENDERER (tst_web_renderer_get_type ())
G_DECLARE_FINAL_TYPE (TstWebRenderer, tst_web_renderer, TST, WEB_RENDERER, GObject)

/* A template that does not parse is our own bug: the program ends and names file and line. */
TstWebRenderer *tst_web_renderer_new (void);

/* (transfer none) (array zero-terminated=1): the pages that have a template, sorted; partials are not among them. */
const char *const *tst_web_renderer_pages (void);

G_END_DECLS
