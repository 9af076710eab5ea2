/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "form/tst-form-expression.h"

#include <libxml/xpathInternals.h>

G_BEGIN_DECLS

/* What the files with ODK's functions share. Not for others. */

typedef struct
{
  TstFormFunction function;
  xmlXPathFunction run;
} TstFormFunctionEntry;

/* Terminated by an entry without a name. */
extern const TstFormFunctionEntry _tst_form_logic_functions[];
extern const TstFormFunctionEntry _tst_form_text_functions[];

TstFormView *_tst_form_view_of (xmlXPathParserContextPtr ctxt);
void _tst_form_push_text (xmlXPathParserContextPtr ctxt, const char *text);
void _tst_form_push_number (xmlXPathParserContextPtr ctxt, double number);
void _tst_form_push_boolean (xmlXPathParserContextPtr ctxt, gboolean truth);
char *_tst_form_object_text (xmlXPathObjectPtr object);
double _tst_form_object_number (xmlXPathObjectPtr object);
gboolean _tst_form_object_boolean (xmlXPathObjectPtr object); /* an answer is true when it is not empty */
char *_tst_form_pop_text (xmlXPathParserContextPtr ctxt);
double _tst_form_pop_number (xmlXPathParserContextPtr ctxt);
gboolean _tst_form_pop_boolean (xmlXPathParserContextPtr ctxt);
GPtrArray *_tst_form_pop_all (xmlXPathParserContextPtr ctxt, int n); /* of xmlXPathObjectPtr, as they were written */
/* Every text of the arguments from @from up to before @to: a set of nodes gives one for each. */
GPtrArray *_tst_form_texts (GPtrArray *values, guint from, guint to);
xmlNodePtr _tst_form_first_node (xmlXPathObjectPtr object); /* (nullable) */

G_END_DECLS
