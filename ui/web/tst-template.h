/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * A small logic-light template language over JSON (README.md has its grammar). There is no raw form: each value is
 * escaped for the place where it stands, and a template that puts a value where it cannot be made safe does not parse.
 */

typedef struct _TstTemplateSet TstTemplateSet;
typedef struct _TstTemplateCoverage TstTemplateCoverage;

/* What filters need besides the model. Borrowed during one rendering. */
typedef struct
{
  GTimeZone *zone;
  GDateTime *now;
  const char *page;                             /* name of the page being rendered */
  const char *base_url;                         /* no final slash */
  const char *(*asset_etag) (const char *name); /* (nullable) */
} TstTemplateEnv;

TstTemplateSet *tst_template_set_new (void);
void tst_template_set_free (TstTemplateSet *self);

/**
 * tst_template_set_add:
 * @name: what others call it by, such as "obra"
 * @text: UTF-8 HTML with tags
 *
 * Returns: %FALSE with %TST_ERROR_BAD_VALUE and "name.html:line: why" if it does not parse
 */
gboolean tst_template_set_add (TstTemplateSet *self, const char *name, const char *text, GError **error);

/* Joins templates to the partials that they name; once, after all were added. After it any thread may render. */
gboolean tst_template_set_link (TstTemplateSet *self, GError **error);

/**
 * tst_template_set_render:
 * @root: the model, an object
 * @coverage: (nullable): notes what was reached and found
 *
 * What is absent from the model comes out as nothing.
 * Returns: (transfer full): HTML; %TST_ERROR_NOT_FOUND if there is no such template
 */
GBytes *tst_template_set_render (TstTemplateSet *self, const char *name, JsonNode *root,
                                 const TstTemplateEnv *env, TstTemplateCoverage *coverage, GError **error);

/* For the lint: which tags no model ever reached, and which names no model ever had. */
TstTemplateCoverage *tst_template_coverage_new (void);
void tst_template_coverage_free (TstTemplateCoverage *self);
/* Returns: (transfer full) (element-type utf8): "name.html:line: …", sorted; empty when all is covered. */
GPtrArray *tst_template_coverage_report (TstTemplateCoverage *self, TstTemplateSet *set);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstTemplateSet, tst_template_set_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstTemplateCoverage, tst_template_coverage_free)

G_END_DECLS
