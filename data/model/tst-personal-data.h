/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Personal data in what people write: suggestions for whoever decides, never a decision. And covering parts of a text so that nobody
 * can say that more than that was done to it. Any thread. */

typedef enum
{
  TST_PERSONAL_PHONE,    /* "phone" */
  TST_PERSONAL_EMAIL,    /* "email" */
  TST_PERSONAL_DOCUMENT, /* "document": a number that may be somebody's */
  TST_PERSONAL_NAME      /* "name": after «soy», «me llamo», «mi nombre es» */
} TstPersonalKind;
const char *tst_personal_kind_name (TstPersonalKind kind);

typedef struct
{
  gsize start, end; /* bytes */
  TstPersonalKind kind;
} TstPersonalSpan;

/* @text is UTF-8. (element-type TstPersonalSpan), in order and apart from each other. */
GArray *tst_personal_find (const char *text);

/* What stands for a part that was covered: five blocks, however long it was. */
#define TST_COVERED "\342\226\210\342\226\210\342\226\210\342\226\210\342\226\210"

/**
 * tst_text_covered:
 * @edited: @original with parts of it replaced by one block or more
 *
 * Returns: (transfer full) (nullable): @edited with each row of blocks made one TST_COVERED and "\n" for line ends, or NULL when it
 * is anything else than @original with parts covered
 */
char *tst_text_covered (const char *original, const char *edited);

G_END_DECLS
