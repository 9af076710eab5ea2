/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Follows the HTML of a template while it is parsed, so that the engine knows in what place a value stands. It accepts
 * only a strict subset: double-quoted attributes, no comments, no script and style elements, no style and on…
 * attributes. What it cannot place, it refuses: that is what makes escaping by construction hold.
 */

typedef enum
{
  TST_HTML_DATA,     /* between tags */
  TST_HTML_TAG_OPEN, /* after '<' */
  TST_HTML_TAG_NAME,
  TST_HTML_TAG, /* in a tag, between attributes */
  TST_HTML_ATTR_NAME,
  TST_HTML_ATTR_EQ, /* after '=': a double quote must follow */
  TST_HTML_ATTR_VALUE,
  TST_HTML_DECL, /* <!doctype … */
} TstHtmlState;

typedef enum
{
  TST_HTML_URL_NONE,  /* the attribute holds no address */
  TST_HTML_URL_EMPTY, /* an address, nothing of it written yet: a whole one may come */
  TST_HTML_URL_SAFE,  /* its beginning is settled: components may come */
  TST_HTML_URL_MIXED, /* cannot tell: nothing may come */
} TstHtmlUrl;

/* A plain value: copy it to remember a place. */
typedef struct
{
  TstHtmlState state;
  TstHtmlUrl url;
  char name[24];      /* of the element or attribute being read */
  char attribute[24]; /* whose value is being read */
  gboolean glued;     /* a template tag ended a name: no name character may follow at once */
  gboolean end_tag;
  guint pre; /* depth of <pre> */
} TstHtmlGuard;

/**
 * tst_html_guard_feed:
 * @at: (out): how far it was read
 * @why: (out) (transfer full): what is refused, in English, for the author of the template
 *
 * Returns: %FALSE if the text leaves the subset
 */
gboolean tst_html_guard_feed (TstHtmlGuard *self, const char *text, gsize len, gsize *at, char **why);

/* To be called where a template tag stands: ends a name being read. */
void tst_html_guard_pause (TstHtmlGuard *self);

/* A value was written here: the address is no longer empty. */
void tst_html_guard_wrote (TstHtmlGuard *self);

/* Whether a section ends in the place where it began (@other): then going through it or not makes no difference. */
gboolean tst_html_guard_join (TstHtmlGuard *self, const TstHtmlGuard *other);

G_END_DECLS
