/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "web/tst-template-filter.h"

G_BEGIN_DECLS

/* What the parser makes and the renderer walks. Nothing of it changes after tst_template_set_link(). */

typedef struct _TstTemplate TstTemplate;
typedef struct _TstNode TstNode;

typedef enum
{
  TST_NODE_TEXT,
  TST_NODE_VALUE,
  TST_NODE_SECTION,
  TST_NODE_PARTIAL,
  TST_NODE_SCRIPT, /* the element that loads one of our own modules, written by the engine as a whole */
} TstNodeKind;

typedef struct
{
  char *literal; /* or a path: */
  gboolean from_root;
  char **names; /* empty: the item itself */
} TstArg;

struct _TstNode
{
  TstNodeKind kind;
  TstTemplate *owner;
  guint line;
  char *text; /* TST_NODE_TEXT: HTML; TST_NODE_SCRIPT: the asset; else what stands between the braces */
  const TstFilter *filter;
  gboolean inverted;
  TstArg args[TST_TEMPLATE_MAX_ARGS];
  guint n_args;
  GPtrArray *children; /* TST_NODE_SECTION */
  TstTemplate *partial;
};

struct _TstTemplate
{
  char *name;
  GPtrArray *nodes;
  int visit; /* while linking: 1 being visited, 2 done */
};

struct _TstTemplateSet
{
  GHashTable *templates;
  gboolean linked;
};

G_END_DECLS
