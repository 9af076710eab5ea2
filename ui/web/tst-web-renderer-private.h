/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "web/tst-template.h"
#include "web/tst-web-renderer.h"

G_BEGIN_DECLS

/* For the lint: as render, and notes in @coverage what was reached. */
GBytes *tst_web_renderer_render_covered (TstWebRenderer *self, const char *page, JsonNode *model,
                                         TstTemplateCoverage *coverage, GError **error);
TstTemplateSet *tst_web_renderer_get_templates (TstWebRenderer *self);

G_END_DECLS
