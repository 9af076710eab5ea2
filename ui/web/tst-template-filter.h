/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "web/tst-template.h"

G_BEGIN_DECLS

#define TST_TEMPLATE_MAX_ARGS 4

/* Where a filter's output may stand. The engine escapes it there in any case. */
typedef enum
{
  TST_FILTER_TEXT = 1 << 0,      /* text and ordinary attributes */
  TST_FILTER_URL = 1 << 1,       /* a whole address, at the start of an address attribute */
  TST_FILTER_URL_PART = 1 << 2,  /* after the beginning of an address */
  TST_FILTER_PREDICATE = 1 << 3, /* asks yes or no: for sections */
} TstFilterPlaces;

/* One argument, resolved: a text written in the template, or a node of the model (which may be missing). */
typedef struct
{
  const char *literal;
  JsonNode *node;
} TstFilterArg;

typedef struct
{
  const char *name;
  TstFilterPlaces places;
  guint min_args, max_args;
  /* Appends unescaped text to @out (a predicate: answers). Nothing sensible in the arguments: nothing out. */
  gboolean (*apply) (GString *out, const TstFilterArg *args, guint n_args, const TstTemplateEnv *env);
} TstFilter;

const TstFilter *tst_template_filter_find (const char *name);

/* An address made safe for an attribute; "about:invalid" unless it is https:, http:, mailto: or relative. */
char *tst_template_safe_url (const char *url);

G_END_DECLS
