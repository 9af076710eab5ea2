/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "form/tst-form-values.h"
#include "form/tst-form.h"

#include <libxml/xpath.h>

G_BEGIN_DECLS

/**
 * TstExpression:
 *
 * An expression of an XLSForm (ODK XPath, getodk.github.io/xforms-spec), made ready once and evaluated many times. libxml2 does the XPath; what its
 * core cannot do is written anew before it sees it: ${name} becomes a look-up of the question, comparisons and sums go through functions that
 * understand dates and empty answers, and ODK's functions stand in a namespace of their own (tst-form-functions.c).
 */
typedef struct _TstExpression TstExpression;

/**
 * tst_expression_new:
 * @form: the form whose questions ${…} may name; it outlives the expression
 * @text: as it stands in the sheet
 *
 * Errors: TST_ERROR_BAD_VALUE with what is wrong and where, in Spanish, for whoever wrote the sheet (an unknown question, a function that does not exist, a bracket that is not closed).
 */
TstExpression *tst_expression_new (const TstForm *form, const char *text, GError **error);
void tst_expression_free (TstExpression *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstExpression, tst_expression_free)
/* For tests: what libxml2 is given. */
const char *tst_expression_get_xpath (const TstExpression *self);

/**
 * tst_expression_get_columns:
 *
 * What a filter of choices looks at: the names of columns beside answers and plain values. Two choices that are alike in these are alike to the filter.
 *
 * Returns: (nullable) (element-type utf8) (transfer none): NULL when that cannot be told of it (a path, a place in the list, something random)
 */
const GPtrArray *tst_expression_get_columns (const TstExpression *self);

/**
 * TstFormView:
 *
 * What an expression is evaluated against; the interview implements it. Nodes are of the interview's document, questions by pointer.
 */
typedef struct
{
  const TstForm *form;
  xmlXPathContextPtr xpath; /* made by tst_form_view_init() */
  xmlNodePtr current;       /* the answer that the expression belongs to */
  guint language;
  gint64 now_us;            /* UTC */
  GTimeZone *zone;
  GRand *rand;
  /* All nodes of @question, in the order of the document, or only those that stand in the same repeat as @from (NULL: all). */
  GPtrArray *(*nodes) (gpointer user_data, const TstQuestion *question, xmlNodePtr from);
  /* The node "root" of a list of choices, as instance() gives it; NULL if there is none. */
  xmlNodePtr (*instance) (gpointer user_data, const char *list);
  gpointer user_data;
} TstFormView;

/* Registers the functions on a fresh context for @document; view->xpath then belongs to the caller (tst_form_view_clear()). */
void tst_form_view_init (TstFormView *view, xmlDocPtr document);
void tst_form_view_clear (TstFormView *view);

/* Evaluates with @node as "." and current(). What cannot be evaluated (a bad pattern, too much work) is the empty text, FALSE, no nodes. */
char *tst_expression_to_text (const TstExpression *self, TstFormView *view, xmlNodePtr node);
gboolean tst_expression_to_boolean (const TstExpression *self, TstFormView *view, xmlNodePtr node);
double tst_expression_to_number (const TstExpression *self, TstFormView *view, xmlNodePtr node); /* NAN: none */
/* The same with @node as "." and @current as current(): filters of choices, of which @node is the @place-th (from 1) of @n. */
gboolean tst_expression_matches (const TstExpression *self, TstFormView *view, xmlNodePtr node, xmlNodePtr current, guint place, guint n);

typedef struct
{
  const char *name; /* as the sheet writes it */
  int min, max;     /* arguments; max -1: any number */
  const char *core; /* (nullable) left to libxml2 under this name */
} TstFormFunction;
const TstFormFunction *_tst_form_function_find (const char *name);

#define TST_FORM_NAMESPACE "urn:testigo:form"

G_END_DECLS
