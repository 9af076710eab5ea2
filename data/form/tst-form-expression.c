/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-form-expression.h"

#include "base/tst-error.h"
#include "form/tst-form-tokens-private.h"

#include <string.h>

/* The grammar is XPath 1.0's (www.w3.org/TR/1999/REC-xpath-19991116, § 3), read by descent and written out again for libxml2. */

#define MAX_TEXT 16384
#define MAX_DEPTH 64

struct _TstExpression
{
  char *xpath;
  xmlXPathCompExprPtr compiled;
  GPtrArray *columns; /* (nullable) of names, see tst_expression_get_columns() */
};

typedef struct
{
  const char *text;
  const GArray *tokens;
  guint next;
  guint depth;
  gboolean whole; /* ${x} means all of its answers: arguments of indexed-repeat() */
  GPtrArray *columns; /* names that stand alone */
  gboolean elsewhere; /* it looks at more of the node than those */
  GString *out;
  GError *error;
} Reader;

static void read_or (Reader *self);

#define fail(self, at, ...) _tst_form_complain ((self)->text, at, &(self)->error, __VA_ARGS__)

/* --- the grammar --- */

static const Token *
peek (Reader *self, guint ahead)
{
  return &g_array_index (self->tokens, Token, MIN (self->next + ahead, self->tokens->len - 1));
}

static gboolean
is_operator (Reader *self, guint ahead, const char *text)
{
  const Token *token = peek (self, ahead);

  return token->type == TOKEN_OPERATOR && strcmp (token->text, text) == 0;
}

static gboolean
accept (Reader *self, const char *text)
{
  if (!is_operator (self, 0, text))
    return FALSE;
  self->next++;
  return TRUE;
}

static void
expect (Reader *self, const char *text)
{
  if (!accept (self, text))
    fail (self, peek (self, 0)->at, "Falta «%s»", text);
}

/* What stands in quotes may name a question, as in jr:choice-name(${a}, '${a}'): its name is meant. */
static void
write_literal (Reader *self, const Token *token)
{
  gsize length = strlen (token->text);

  if (length > 5 && strncmp (token->text + 1, "${", 2) == 0 && token->text[length - 2] == '}')
    g_string_append_printf (self->out, "'%.*s'", (int) (length - 5), token->text + 3);
  else
    g_string_append (self->out, token->text);
}

static void
read_arguments (Reader *self, const Token *name, const TstFormFunction *function)
{
  int n = 0;

  self->next++; /* ( */
  g_string_append_c (self->out, '(');
  while (self->error == NULL && !is_operator (self, 0, ")"))
    {
      if (n > 0)
        {
          expect (self, ",");
          g_string_append_c (self->out, ',');
        }
      self->whole = strcmp (function->name, "indexed-repeat") == 0 && n != 2 && n != 4 && n != 6;
      read_or (self);
      self->whole = FALSE;
      n++;
    }
  expect (self, ")");
  g_string_append_c (self->out, ')');
  if (n < function->min || (function->max >= 0 && n > function->max))
    fail (self, name->at, "«%s» tiene %d valores entre paréntesis, y no son los que pide", name->text, n);
}

static void
read_call (Reader *self)
{
  const Token *name = peek (self, 0);
  const TstFormFunction *function = _tst_form_function_find (name->text);
  /* All others without a value tell of the node itself (position(), name()) or something else each time. */
  static const char *const steady[] = { "true", "false", "today", "now", "pi", "current", NULL };

  if (function == NULL)
    {
      fail (self, name->at, "La función «%s» no se conoce aquí", name->text);
      return;
    }
  self->next++;
  if (is_operator (self, 1, ")") && !g_strv_contains (steady, name->text))
    self->elsewhere = TRUE;
  if (function->core != NULL)
    g_string_append (self->out, function->core);
  else if (g_str_has_prefix (name->text, "jr:"))
    g_string_append_printf (self->out, "o:%s", name->text + 3);
  else
    g_string_append_printf (self->out, "o:%s", name->text);
  read_arguments (self, name, function);
}

static void
read_predicates (Reader *self)
{
  while (self->error == NULL && accept (self, "["))
    {
      self->elsewhere = TRUE;
      g_string_append_c (self->out, '[');
      read_or (self);
      expect (self, "]");
      g_string_append_c (self->out, ']');
    }
}

static void
read_step (Reader *self)
{
  const Token *token;

  if (accept (self, "."))
    g_string_append_c (self->out, '.');
  else if (accept (self, ".."))
    g_string_append (self->out, "..");
  else
    {
      if (accept (self, "@"))
        g_string_append_c (self->out, '@');
      token = peek (self, 0);
      if (token->type != TOKEN_NAME)
        {
          fail (self, token->at, token->type == TOKEN_END ? "La expresión termina antes de tiempo" : "Aquí falta un nombre");
          return;
        }
      self->next++;
      g_string_append (self->out, token->text);
      if (accept (self, "::"))
        {
          g_string_append (self->out, "::");
          read_step (self);
          return;
        }
      if (accept (self, "(")) /* node(), text() */
        {
          g_string_append (self->out, "()");
          expect (self, ")");
        }
    }
  read_predicates (self);
}

static void
read_steps (Reader *self)
{
  while (self->error == NULL)
    {
      if (accept (self, "//"))
        g_string_append (self->out, "//");
      else if (accept (self, "/"))
        g_string_append_c (self->out, '/');
      else
        return;
      read_step (self);
    }
}

/* A path that begins at the node: the name of a column and nothing more, or it may lead anywhere. */
static void
read_relative (Reader *self)
{
  static const char *const further[] = { "/", "//", "::", "(", "[" };
  const Token *token = peek (self, 0);
  gboolean alone = token->type == TOKEN_NAME && strpbrk (token->text, "*:") == NULL;

  for (guint i = 0; i < G_N_ELEMENTS (further); i++)
    alone = alone && !is_operator (self, 1, further[i]);
  if (!alone)
    self->elsewhere = TRUE;
  else if (!g_ptr_array_find_with_equal_func (self->columns, token->text, g_str_equal, NULL))
    g_ptr_array_add (self->columns, g_strdup (token->text));
  read_step (self);
  read_steps (self);
}

static void
read_path (Reader *self)
{
  const Token *token = peek (self, 0);

  switch (token->type)
    {
    case TOKEN_NUMBER:
      self->next++;
      g_string_append (self->out, token->text);
      return;
    case TOKEN_LITERAL:
      self->next++;
      write_literal (self, token);
      return;
    case TOKEN_QUESTION:
      self->next++;
      g_string_append_printf (self->out, "o:%s('%s')", self->whole ? "all" : "answer", token->text);
      read_predicates (self);
      read_steps (self);
      return;
    case TOKEN_NAME:
      if (is_operator (self, 1, "(") && strcmp (token->text, "node") != 0 && strcmp (token->text, "text") != 0)
        {
          read_call (self);
          read_predicates (self);
          read_steps (self);
        }
      else
        read_relative (self);
      return;
    case TOKEN_OPERATOR:
      if (accept (self, "("))
        {
          g_string_append_c (self->out, '(');
          read_or (self);
          expect (self, ")");
          g_string_append_c (self->out, ')');
          read_predicates (self);
          read_steps (self);
        }
      else if (is_operator (self, 0, "/") || is_operator (self, 0, "//"))
        {
          /* Of the interview's document, in a predicate over a list of choices too. */
          g_string_append (self->out, "o:document()");
          read_steps (self);
        }
      else
        read_relative (self);
      return;
    case TOKEN_END:
    default:
      fail (self, token->at, "La expresión termina antes de tiempo");
    }
}

static void
read_union (Reader *self)
{
  read_path (self);
  while (self->error == NULL && accept (self, "|"))
    {
      g_string_append_c (self->out, '|');
      read_path (self);
    }
}

static void
read_unary (Reader *self)
{
  if (accept (self, "-"))
    {
      g_string_append (self->out, "o:negative(");
      read_unary (self);
      g_string_append_c (self->out, ')');
    }
  else
    read_union (self);
}

typedef struct
{
  const char *operator;
  const char *function;
} Operation;

/* a OP b OP c, from the left: f(f(a,b),c). */
static void
read_binary (Reader *self, void (*operand) (Reader *), const Operation *operations, guint n_operations)
{
  gsize start = self->out->len;

  operand (self);
  while (self->error == NULL)
    {
      guint i;

      for (i = 0; i < n_operations && !is_operator (self, 0, operations[i].operator); i++)
        ;
      if (i == n_operations)
        return;
      self->next++;
      g_string_insert_c (self->out, start, '(');
      g_string_insert (self->out, start, operations[i].function);
      g_string_append_c (self->out, ',');
      operand (self);
      g_string_append_c (self->out, ')');
    }
}

static void
read_multiplicative (Reader *self)
{
  static const Operation operations[] = { { "*", "o:times" }, { "div", "o:divided" }, { "mod", "o:modulo" } };

  read_binary (self, read_unary, operations, G_N_ELEMENTS (operations));
}

static void
read_additive (Reader *self)
{
  static const Operation operations[] = { { "+", "o:plus" }, { "-", "o:minus" } };

  read_binary (self, read_multiplicative, operations, G_N_ELEMENTS (operations));
}

static void
read_relational (Reader *self)
{
  static const Operation operations[]
    = { { "<=", "o:at-most" }, { ">=", "o:at-least" }, { "<", "o:less" }, { ">", "o:more" } };

  read_binary (self, read_additive, operations, G_N_ELEMENTS (operations));
}

static void
read_equality (Reader *self)
{
  static const Operation operations[] = { { "=", "o:equal" }, { "!=", "o:unequal" } };

  read_binary (self, read_relational, operations, G_N_ELEMENTS (operations));
}

static void
read_and (Reader *self)
{
  static const Operation operations[] = { { "and", "o:both" } };

  read_binary (self, read_equality, operations, G_N_ELEMENTS (operations));
}

static void
read_or (Reader *self)
{
  static const Operation operations[] = { { "or", "o:either" } };

  if (++self->depth > MAX_DEPTH)
    fail (self, peek (self, 0)->at, "Hay demasiados paréntesis dentro de otros");
  else
    read_binary (self, read_and, operations, G_N_ELEMENTS (operations));
  self->depth--;
}

/* --- the expression --- */

TstExpression *
tst_expression_new (const TstForm *form, const char *text, GError **error)
{
  Reader reader = { .text = text };
  g_autoptr (GArray) tokens = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  TstExpression *self = NULL;

  if (strlen (text) > MAX_TEXT || !g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "La expresión es demasiado larga o no es texto");
      return NULL;
    }
  tokens = _tst_form_tokenise (form, text, error);
  if (tokens == NULL)
    return NULL;
  reader.tokens = tokens;
  reader.out = out;
  reader.columns = g_ptr_array_new_with_free_func (g_free);
  read_or (&reader);
  if (reader.error == NULL && peek (&reader, 0)->type != TOKEN_END)
    fail (&reader, peek (&reader, 0)->at, "«%s» sobra aquí", peek (&reader, 0)->text);
  if (reader.error == NULL)
    {
      self = g_new0 (TstExpression, 1);
      self->xpath = g_strdup (out->str);
      self->compiled = xmlXPathCompile ((const xmlChar *) out->str);
      if (self->compiled == NULL)
        {
          fail (&reader, 0, "La expresión no se entiende");
          g_clear_pointer (&self, tst_expression_free);
        }
      else if (!reader.elsewhere)
        self->columns = g_ptr_array_ref (reader.columns);
    }
  g_ptr_array_unref (reader.columns);
  if (reader.error != NULL)
    g_propagate_error (error, reader.error);
  return self;
}

void
tst_expression_free (TstExpression *self)
{
  g_free (self->xpath);
  if (self->compiled != NULL)
    xmlXPathFreeCompExpr (self->compiled);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  g_free (self);
}

const char *
tst_expression_get_xpath (const TstExpression *self)
{
  return self->xpath;
}

const GPtrArray *
tst_expression_get_columns (const TstExpression *self)
{
  return self->columns;
}

static xmlXPathObjectPtr
evaluate (const TstExpression *self, TstFormView *view, xmlNodePtr node, xmlNodePtr current, guint place, guint n)
{
  view->current = current;
  view->xpath->node = node;
  view->xpath->proximityPosition = (int) place;
  view->xpath->contextSize = (int) n;
  view->xpath->opCount = 0;
  return xmlXPathCompiledEval (self->compiled, view->xpath);
}

char *
tst_expression_to_text (const TstExpression *self, TstFormView *view, xmlNodePtr node)
{
  xmlXPathObjectPtr result = evaluate (self, view, node, node, 1, 1);
  char *text;

  if (result == NULL)
    return g_strdup ("");
  if (result->type == XPATH_NUMBER)
    text = tst_form_number_to_text (result->floatval);
  else
    {
      xmlChar *value = xmlXPathCastToString (result);

      text = g_strdup (value != NULL ? (const char *) value : "");
      xmlFree (value);
    }
  xmlXPathFreeObject (result);
  return text;
}

/* A text is true when it is not empty, an answer likewise; "there is such a node" is not what a form means. */
static gboolean
as_boolean (xmlXPathObjectPtr result)
{
  xmlChar *value;
  gboolean truth;

  if (result->type != XPATH_NODESET)
    return xmlXPathCastToBoolean (result);
  value = xmlXPathCastToString (result);
  truth = value != NULL && *value != '\0';
  xmlFree (value);
  return truth;
}

gboolean
tst_expression_matches (const TstExpression *self, TstFormView *view, xmlNodePtr node, xmlNodePtr current, guint place, guint n)
{
  xmlXPathObjectPtr result = evaluate (self, view, node, current, place, n);
  gboolean truth = result != NULL && as_boolean (result);

  if (result != NULL)
    xmlXPathFreeObject (result);
  return truth;
}

gboolean
tst_expression_to_boolean (const TstExpression *self, TstFormView *view, xmlNodePtr node)
{
  return tst_expression_matches (self, view, node, node, 1, 1);
}

double
tst_expression_to_number (const TstExpression *self, TstFormView *view, xmlNodePtr node)
{
  g_autofree char *text = tst_expression_to_text (self, view, node);

  return tst_form_text_to_number (text);
}
