/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "form/tst-form.h"

G_BEGIN_DECLS

/* The words of an expression, as XPath 1.0 § 3.7 parts them, with ${questions} beside them. */

typedef enum
{
  TOKEN_END,
  TOKEN_NUMBER,
  TOKEN_LITERAL,  /* with its quotes */
  TOKEN_QUESTION, /* ${name}: the name */
  TOKEN_NAME,     /* name, prefix:name, prefix:*, or "*" where a name is meant */
  TOKEN_OPERATOR  /* and or mod div * / // | + - = != < <= > >= ( ) [ ] . .. @ , :: */
} TokenType;

typedef struct
{
  TokenType type;
  char *text;
  gsize at; /* bytes from the beginning of the expression, for messages */
} Token;

/* All of @text, the last of them TOKEN_END; a question that @form does not have is an error. (element-type Token), NULL with TST_ERROR_BAD_VALUE. */
GArray *_tst_form_tokenise (const TstForm *form, const char *text, GError **error);

/* What is wrong with the expression @text, and at which of its characters (@at: bytes). The first complaint stays: nothing is done when @error is set. */
void _tst_form_complain (const char *text, gsize at, GError **error, const char *format, ...) G_GNUC_PRINTF (4, 5);

G_END_DECLS
