/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-form-tokens-private.h"

#include "base/tst-error.h"

#include <string.h>

typedef struct
{
  const TstForm *form;
  const char *text;
  GArray *tokens;
  GError *error;
} Lexer;

#define fail(self, at, ...) _tst_form_complain ((self)->text, at, &(self)->error, __VA_ARGS__)

void
_tst_form_complain (const char *text, gsize at, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  if (*error != NULL)
    return;
  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "%s (carácter %" G_GSIZE_FORMAT " de la expresión)", what,
               (gsize) g_utf8_strlen (text, at) + 1);
}

static void
token_clear (gpointer data)
{
  g_free (((Token *) data)->text);
}

static void
take (Lexer *self, TokenType type, const char *from, gsize length, gsize at)
{
  Token token = { type, g_strndup (from, length), at };

  g_array_append_val (self->tokens, token);
}

static gboolean
name_starts (const char *p)
{
  return g_ascii_isalpha (*p) || *p == '_' || (guchar) *p >= 0x80;
}

static gboolean
name_goes_on (const char *p)
{
  return name_starts (p) || g_ascii_isdigit (*p) || *p == '-' || *p == '.';
}

/* XPath 1.0 § 3.7: after an operand, "*" multiplies and a name is an operator. */
static gboolean
after_operand (Lexer *self)
{
  const Token *last = self->tokens->len > 0 ? &g_array_index (self->tokens, Token, self->tokens->len - 1) : NULL;

  if (last == NULL)
    return FALSE;
  return last->type != TOKEN_OPERATOR || strcmp (last->text, ")") == 0 || strcmp (last->text, "]") == 0
         || strcmp (last->text, ".") == 0 || strcmp (last->text, "..") == 0;
}

static const char *
take_name (Lexer *self, const char *p)
{
  const char *start = p;

  while (name_goes_on (p))
    p++;
  if (after_operand (self))
    {
      static const char *const words[] = { "and", "or", "mod", "div" };

      for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        if ((gsize) (p - start) == strlen (words[i]) && strncmp (start, words[i], p - start) == 0)
          {
            take (self, TOKEN_OPERATOR, start, p - start, start - self->text);
            return p;
          }
      fail (self, start - self->text, "Falta un operador, como «and» o «=», antes de «%.*s»", (int) (p - start), start);
      return p;
    }
  if (*p == ':' && p[1] != ':' && (name_starts (p + 1) || p[1] == '*'))
    {
      p++;
      if (*p == '*')
        p++;
      else
        while (name_goes_on (p))
          p++;
    }
  take (self, TOKEN_NAME, start, p - start, start - self->text);
  return p;
}

static const char *
take_question (Lexer *self, const char *p)
{
  const char *end = strchr (p, '}');
  g_autofree char *name = NULL;

  if (end == NULL)
    {
      fail (self, p - self->text, "«${» no se cierra");
      return p + strlen (p);
    }
  name = g_strstrip (g_strndup (p + 2, end - p - 2));
  if (tst_form_find (self->form, name) == NULL)
    fail (self, p - self->text, "Ninguna pregunta se llama «%s»", name);
  take (self, TOKEN_QUESTION, name, strlen (name), p - self->text);
  return end + 1;
}

static const char *
take_operator (Lexer *self, const char *p)
{
  static const char *const two[] = { "//", "!=", "<=", ">=", "..", "::" };

  for (guint i = 0; i < G_N_ELEMENTS (two); i++)
    if (strncmp (p, two[i], 2) == 0)
      {
        take (self, TOKEN_OPERATOR, p, 2, p - self->text);
        return p + 2;
      }
  if (*p == '*' && !after_operand (self))
    take (self, TOKEN_NAME, p, 1, p - self->text);
  else if (strchr ("()[].@,/|+-=<>*", *p) != NULL)
    take (self, TOKEN_OPERATOR, p, 1, p - self->text);
  else
    fail (self, p - self->text, "«%.*s» no tiene sentido aquí", (int) (g_utf8_next_char (p) - p), p);
  return g_utf8_next_char (p);
}

static void
tokenise (Lexer *self)
{
  const char *p = self->text;

  while (*p != '\0' && self->error == NULL)
    {
      if (g_ascii_isspace (*p))
        p++;
      else if (strncmp (p, "\xc2\xa0", 2) == 0) /* a blank that word processors write */
        p += 2;
      else if (*p == '"' || *p == '\'')
        {
          const char *end = strchr (p + 1, *p);

          if (end == NULL)
            {
              fail (self, p - self->text, "Una comilla no se cierra");
              return;
            }
          take (self, TOKEN_LITERAL, p, end - p + 1, p - self->text);
          p = end + 1;
        }
      else if (g_ascii_isdigit (*p) || (*p == '.' && g_ascii_isdigit (p[1])))
        {
          const char *start = p;

          while (g_ascii_isdigit (*p))
            p++;
          if (*p == '.')
            p++;
          while (g_ascii_isdigit (*p))
            p++;
          take (self, TOKEN_NUMBER, start, p - start, start - self->text);
        }
      else if (p[0] == '$' && p[1] == '{')
        p = take_question (self, p);
      else if (name_starts (p))
        p = take_name (self, p);
      else
        p = take_operator (self, p);
    }
  take (self, TOKEN_END, "", 0, p - self->text);
}

GArray *
_tst_form_tokenise (const TstForm *form, const char *text, GError **error)
{
  Lexer self = { form, text, g_array_new (FALSE, FALSE, sizeof (Token)), NULL };

  g_array_set_clear_func (self.tokens, token_clear);
  tokenise (&self);
  if (self.error == NULL)
    return self.tokens;
  g_array_unref (self.tokens);
  g_propagate_error (error, self.error);
  return NULL;
}
