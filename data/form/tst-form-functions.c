/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-form-functions-private.h"

#include <math.h>
#include <string.h>

/* The functions of ODK XPath (getodk.github.io/xforms-spec § 5) for libxml2: looking up, comparing, reckoning. Those about texts and dates are in
 * tst-form-functions-text.c. */

#define MAX_STEPS 2000000 /* of one evaluation: a form must not hold the screen */

/* --- looking up --- */

static void
push_nodes (xmlXPathParserContextPtr ctxt, gboolean all)
{
  TstFormView *view = _tst_form_view_of (ctxt);
  g_autofree char *name = _tst_form_pop_text (ctxt);
  const TstQuestion *question = tst_form_find (view->form, name);
  xmlNodeSetPtr set = xmlXPathNodeSetCreate (NULL);
  g_autoptr (GPtrArray) nodes = NULL;

  if (question != NULL)
    nodes = view->nodes (view->user_data, question, all ? NULL : view->current);
  for (guint i = 0; nodes != NULL && i < nodes->len; i++)
    xmlXPathNodeSetAddUnique (set, nodes->pdata[i]);
  valuePush (ctxt, xmlXPathWrapNodeSet (set));
}

static void
fn_answer (xmlXPathParserContextPtr ctxt, int n)
{
  push_nodes (ctxt, FALSE);
}

static void
fn_all (xmlXPathParserContextPtr ctxt, int n)
{
  push_nodes (ctxt, TRUE);
}

static void
fn_current (xmlXPathParserContextPtr ctxt, int n)
{
  valuePush (ctxt, xmlXPathNewNodeSet (_tst_form_view_of (ctxt)->current));
}

static void
fn_document (xmlXPathParserContextPtr ctxt, int n)
{
  valuePush (ctxt, xmlXPathNewNodeSet ((xmlNodePtr) ctxt->context->doc));
}

static void
fn_instance (xmlXPathParserContextPtr ctxt, int n)
{
  TstFormView *view = _tst_form_view_of (ctxt);
  g_autofree char *name = _tst_form_pop_text (ctxt);
  xmlNodePtr node = view->instance (view->user_data, name);

  valuePush (ctxt, node != NULL ? xmlXPathNewNodeSet (node) : xmlXPathWrapNodeSet (xmlXPathNodeSetCreate (NULL)));
}

static void
fn_position (xmlXPathParserContextPtr ctxt, int n)
{
  g_autoptr (GPtrArray) values = _tst_form_pop_all (ctxt, n);
  xmlNodePtr node = n == 1 ? _tst_form_first_node (values->pdata[0]) : NULL;
  int place = 0;

  if (n == 0)
    {
      _tst_form_push_number (ctxt, ctxt->context->proximityPosition);
      return;
    }
  for (xmlNodePtr at = node; at != NULL; at = at->prev)
    if (at->type == XML_ELEMENT_NODE && xmlStrEqual (at->name, node->name))
      place++;
  _tst_form_push_number (ctxt, place);
}

/* indexed-repeat(answer, repeat, number[, repeat, number…]) */
static void
fn_indexed_repeat (xmlXPathParserContextPtr ctxt, int n)
{
  g_autoptr (GPtrArray) values = _tst_form_pop_all (ctxt, n);
  xmlNodeSetPtr found = xmlXPathNodeSetCreate (NULL);
  xmlXPathObjectPtr answers = values->pdata[0];

  for (int i = 0; answers->type == XPATH_NODESET && answers->nodesetval != NULL && i < answers->nodesetval->nodeNr; i++)
    {
      xmlNodePtr node = answers->nodesetval->nodeTab[i];
      gboolean within = TRUE;

      for (guint a = 1; a + 1 < values->len && within; a += 2)
        {
          xmlXPathObjectPtr repeats = values->pdata[a];
          double index = _tst_form_object_number (values->pdata[a + 1]);
          xmlNodePtr first = _tst_form_first_node (repeats);
          xmlNodePtr at = node;
          int place = 0;

          while (at != NULL && first != NULL && !xmlStrEqual (at->name, first->name))
            at = at->parent;
          for (xmlNodePtr sibling = at; sibling != NULL && first != NULL; sibling = sibling->prev)
            if (xmlStrEqual (sibling->name, first->name))
              place++;
          within = place > 0 && place == index;
        }
      if (within)
        xmlXPathNodeSetAddUnique (found, node);
    }
  valuePush (ctxt, xmlXPathWrapNodeSet (found));
}

static void
fn_choice_name (xmlXPathParserContextPtr ctxt, int n)
{
  TstFormView *view = _tst_form_view_of (ctxt);
  g_autofree char *path = _tst_form_pop_text (ctxt);
  g_autofree char *value = _tst_form_pop_text (ctxt);
  const char *name = strrchr (path, '/') != NULL ? strrchr (path, '/') + 1 : path;
  const TstQuestion *question = tst_form_find (view->form, name);
  const TstChoice *choice = question != NULL ? tst_choice_list_find (tst_form_find_list (view->form, question->list), value) : NULL;
  const char *label = choice != NULL ? tst_form_words (view->form, choice->label, view->language) : NULL;

  _tst_form_push_text (ctxt, label != NULL ? label : value);
}

/* --- comparing and reckoning --- */

/* XPath 1.0 § 3.4, with dates as their day: sets of nodes compare when any of their members does. */
static gboolean
pair_is (const char *a, const char *b, gboolean numeric, char operator)
{
  double x, y;

  if (!numeric && operator == '=')
    return strcmp (a, b) == 0;
  if (!numeric && operator == '!')
    return strcmp (a, b) != 0;
  x = tst_form_text_to_number (a);
  y = tst_form_text_to_number (b);
  switch (operator)
    {
    case '=':
      return x == y;
    case '!':
      return x != y;
    case '<':
      return x < y;
    case '>':
      return x > y;
    case 'l':
      return x <= y;
    case 'g':
    default:
      return x >= y;
    }
}

static void
compare (xmlXPathParserContextPtr ctxt, char operator)
{
  g_autoptr (GPtrArray) values = _tst_form_pop_all (ctxt, 2);
  xmlXPathObjectPtr a = values->pdata[0], b = values->pdata[1];
  g_autoptr (GPtrArray) left = NULL;
  g_autoptr (GPtrArray) right = NULL;
  gboolean equality = operator == '=' || operator == '!';
  gboolean numeric = !equality || a->type == XPATH_NUMBER || b->type == XPATH_NUMBER;
  gboolean found = FALSE;

  if (equality && (a->type == XPATH_BOOLEAN || b->type == XPATH_BOOLEAN))
    {
      _tst_form_push_boolean (ctxt, (_tst_form_object_boolean (a) == _tst_form_object_boolean (b)) == (operator == '='));
      return;
    }
  left = _tst_form_texts (values, 0, 1);
  right = _tst_form_texts (values, 1, 2);
  /* An answer in a repeat that has no entry yet is an empty answer. */
  if (left->len == 0)
    g_ptr_array_add (left, g_strdup (""));
  if (right->len == 0)
    g_ptr_array_add (right, g_strdup (""));
  for (guint i = 0; i < left->len && !found; i++)
    for (guint j = 0; j < right->len && !found; j++)
      found = pair_is (left->pdata[i], right->pdata[j], numeric, operator);
  _tst_form_push_boolean (ctxt, found);
}

#define COMPARISON(name, operator)                \
  static void name (xmlXPathParserContextPtr ctxt, int n) \
  {                                               \
    compare (ctxt, operator);                     \
  }
COMPARISON (fn_equal, '=')
COMPARISON (fn_unequal, '!')
COMPARISON (fn_less, '<')
COMPARISON (fn_more, '>')
COMPARISON (fn_at_most, 'l')
COMPARISON (fn_at_least, 'g')

#define RECKONING(name, expression)               \
  static void name (xmlXPathParserContextPtr ctxt, int n) \
  {                                               \
    double b = _tst_form_pop_number (ctxt);       \
    double a = _tst_form_pop_number (ctxt);       \
    _tst_form_push_number (ctxt, (expression));   \
  }
RECKONING (fn_plus, a + b)
RECKONING (fn_minus, a - b)
RECKONING (fn_times, a *b)
RECKONING (fn_divided, a / b)
RECKONING (fn_modulo, fmod (a, b))
RECKONING (fn_pow, pow (a, b))
RECKONING (fn_atan2, atan2 (a, b))

#define OF_ONE(name, expression)                  \
  static void name (xmlXPathParserContextPtr ctxt, int n) \
  {                                               \
    double a = _tst_form_pop_number (ctxt);       \
    _tst_form_push_number (ctxt, (expression));   \
  }
OF_ONE (fn_negative, -a)
OF_ONE (fn_number, a)
OF_ONE (fn_int, trunc (a))
OF_ONE (fn_floor, floor (a))
OF_ONE (fn_ceiling, ceil (a))
OF_ONE (fn_abs, fabs (a))
OF_ONE (fn_sqrt, sqrt (a))
OF_ONE (fn_exp, exp (a))
OF_ONE (fn_exp10, pow (10, a))
OF_ONE (fn_log, log (a))
OF_ONE (fn_log10, log10 (a))
OF_ONE (fn_sin, sin (a))
OF_ONE (fn_cos, cos (a))
OF_ONE (fn_tan, tan (a))
OF_ONE (fn_asin, asin (a))
OF_ONE (fn_acos, acos (a))
OF_ONE (fn_atan, atan (a))

/* round(x) and round(x, places); halves away from nought, as ODK Collect does. Of the number as a person reads it: 2.345 is 2.35, though its
 * double lies just below. */
static void
fn_round (xmlXPathParserContextPtr ctxt, int n)
{
  double places = n == 2 ? _tst_form_pop_number (ctxt) : 0;
  double number = _tst_form_pop_number (ctxt);
  double scale = pow (10, CLAMP (trunc (places), -15, 15));
  char buffer[64];

  g_ascii_formatd (buffer, sizeof buffer, "%.14g", number * scale);
  _tst_form_push_number (ctxt, isnan (number) ? number : round (g_ascii_strtod (buffer, NULL)) / scale);
}

static void
fn_pi (xmlXPathParserContextPtr ctxt, int n)
{
  _tst_form_push_number (ctxt, G_PI);
}

static void
fn_random (xmlXPathParserContextPtr ctxt, int n)
{
  _tst_form_push_number (ctxt, g_rand_double (_tst_form_view_of (ctxt)->rand));
}

/* --- over many answers --- */

typedef enum
{
  FOLD_SUM,
  FOLD_MIN,
  FOLD_MAX
} Fold;

/* Empty answers do not count; none at all is 0 as a sum and nothing as an extreme. */
static void
fold (xmlXPathParserContextPtr ctxt, int n, Fold how)
{
  g_autoptr (GPtrArray) values = _tst_form_pop_all (ctxt, n);
  g_autoptr (GPtrArray) texts = _tst_form_texts (values, 0, values->len);
  double result = how == FOLD_SUM ? 0 : NAN;

  for (guint i = 0; i < texts->len; i++)
    {
      double number = tst_form_text_to_number (texts->pdata[i]);

      if (*(const char *) texts->pdata[i] == '\0')
        continue;
      if (how == FOLD_SUM)
        result += number;
      else if (isnan (result) || (how == FOLD_MIN ? number < result : number > result))
        result = number;
    }
  _tst_form_push_number (ctxt, result);
}

static void
fn_sum (xmlXPathParserContextPtr ctxt, int n)
{
  fold (ctxt, n, FOLD_SUM);
}

static void
fn_min (xmlXPathParserContextPtr ctxt, int n)
{
  fold (ctxt, n, FOLD_MIN);
}

static void
fn_max (xmlXPathParserContextPtr ctxt, int n)
{
  fold (ctxt, n, FOLD_MAX);
}

static void
fn_count_non_empty (xmlXPathParserContextPtr ctxt, int n)
{
  g_autoptr (GPtrArray) values = _tst_form_pop_all (ctxt, n);
  g_autoptr (GPtrArray) texts = _tst_form_texts (values, 0, values->len);
  guint count = 0;

  for (guint i = 0; i < texts->len; i++)
    count += *(const char *) texts->pdata[i] != '\0';
  _tst_form_push_number (ctxt, count);
}

/* checklist(min, max, answers…): between how many of them are yes; -1: no such bound. weighted-checklist has a weight after each. */
static void
checklist (xmlXPathParserContextPtr ctxt, int n, guint step)
{
  g_autoptr (GPtrArray) values = _tst_form_pop_all (ctxt, n);
  double least = _tst_form_object_number (values->pdata[0]), most = _tst_form_object_number (values->pdata[1]);
  double total = 0;

  for (guint i = 2; i + step <= values->len; i += step)
    {
      g_autofree char *text = _tst_form_object_text (values->pdata[i]);

      if (g_ascii_strcasecmp (text, "true") == 0 || strcmp (text, "1") == 0 || g_ascii_strcasecmp (text, "yes") == 0
          || strcmp (text, "OK") == 0)
        total += step == 2 ? _tst_form_object_number (values->pdata[i + 1]) : 1;
    }
  _tst_form_push_boolean (ctxt, (least < 0 || total >= least) && (most < 0 || total <= most));
}

static void
fn_checklist (xmlXPathParserContextPtr ctxt, int n)
{
  checklist (ctxt, n, 1);
}

static void
fn_weighted_checklist (xmlXPathParserContextPtr ctxt, int n)
{
  checklist (ctxt, n, 2);
}

/* --- yes and no --- */

static void
fn_both (xmlXPathParserContextPtr ctxt, int n)
{
  gboolean b = _tst_form_pop_boolean (ctxt);
  gboolean a = _tst_form_pop_boolean (ctxt);

  _tst_form_push_boolean (ctxt, a && b);
}

static void
fn_either (xmlXPathParserContextPtr ctxt, int n)
{
  gboolean b = _tst_form_pop_boolean (ctxt);
  gboolean a = _tst_form_pop_boolean (ctxt);

  _tst_form_push_boolean (ctxt, a || b);
}

static void
fn_not (xmlXPathParserContextPtr ctxt, int n)
{
  _tst_form_push_boolean (ctxt, !_tst_form_pop_boolean (ctxt));
}

static void
fn_boolean (xmlXPathParserContextPtr ctxt, int n)
{
  _tst_form_push_boolean (ctxt, _tst_form_pop_boolean (ctxt));
}

static void
fn_boolean_from_string (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *text = _tst_form_pop_text (ctxt);

  _tst_form_push_boolean (ctxt, g_ascii_strcasecmp (text, "true") == 0 || strcmp (text, "1") == 0);
}

static void
fn_if (xmlXPathParserContextPtr ctxt, int n)
{
  xmlXPathObjectPtr otherwise = valuePop (ctxt), then = valuePop (ctxt);
  gboolean truth = _tst_form_pop_boolean (ctxt);

  valuePush (ctxt, truth ? then : otherwise);
  xmlXPathFreeObject (truth ? otherwise : then);
}

static void
fn_coalesce (xmlXPathParserContextPtr ctxt, int n)
{
  g_autoptr (GPtrArray) values = _tst_form_pop_all (ctxt, n);

  for (guint i = 0; i < values->len; i++)
    {
      g_autofree char *text = _tst_form_object_text (values->pdata[i]);

      if (*text != '\0' || i + 1 == values->len)
        {
          _tst_form_push_text (ctxt, text);
          return;
        }
    }
}

/* once(x): what the answer has already, else x. */
static void
fn_once (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *fresh = _tst_form_pop_text (ctxt);
  xmlChar *value = xmlNodeGetContent (_tst_form_view_of (ctxt)->current);

  _tst_form_push_text (ctxt, value != NULL && *value != '\0' ? (const char *) value : fresh);
  xmlFree (value);
}

const TstFormFunctionEntry _tst_form_logic_functions[] = {
  { { "answer", 1, 1 }, fn_answer },
  { { "all", 1, 1 }, fn_all },
  { { "current", 0, 0 }, fn_current },
  { { "document", 0, 0 }, fn_document },
  { { "instance", 1, 1 }, fn_instance },
  { { "position", 0, 1 }, fn_position },
  { { "indexed-repeat", 3, 7 }, fn_indexed_repeat },
  { { "choice-name", 2, 2 }, fn_choice_name },
  { { "equal", 2, 2 }, fn_equal },
  { { "unequal", 2, 2 }, fn_unequal },
  { { "less", 2, 2 }, fn_less },
  { { "more", 2, 2 }, fn_more },
  { { "at-most", 2, 2 }, fn_at_most },
  { { "at-least", 2, 2 }, fn_at_least },
  { { "plus", 2, 2 }, fn_plus },
  { { "minus", 2, 2 }, fn_minus },
  { { "times", 2, 2 }, fn_times },
  { { "divided", 2, 2 }, fn_divided },
  { { "modulo", 2, 2 }, fn_modulo },
  { { "negative", 1, 1 }, fn_negative },
  { { "both", 2, 2 }, fn_both },
  { { "either", 2, 2 }, fn_either },
  { { "not", 1, 1 }, fn_not },
  { { "boolean", 1, 1 }, fn_boolean },
  { { "boolean-from-string", 1, 1 }, fn_boolean_from_string },
  { { "if", 3, 3 }, fn_if },
  { { "coalesce", 1, -1 }, fn_coalesce },
  { { "once", 1, 1 }, fn_once },
  { { "number", 1, 1 }, fn_number },
  { { "int", 1, 1 }, fn_int },
  { { "floor", 1, 1 }, fn_floor },
  { { "ceiling", 1, 1 }, fn_ceiling },
  { { "round", 1, 2 }, fn_round },
  { { "abs", 1, 1 }, fn_abs },
  { { "sqrt", 1, 1 }, fn_sqrt },
  { { "pow", 2, 2 }, fn_pow },
  { { "exp", 1, 1 }, fn_exp },
  { { "exp10", 1, 1 }, fn_exp10 },
  { { "log", 1, 1 }, fn_log },
  { { "log10", 1, 1 }, fn_log10 },
  { { "sin", 1, 1 }, fn_sin },
  { { "cos", 1, 1 }, fn_cos },
  { { "tan", 1, 1 }, fn_tan },
  { { "asin", 1, 1 }, fn_asin },
  { { "acos", 1, 1 }, fn_acos },
  { { "atan", 1, 1 }, fn_atan },
  { { "atan2", 2, 2 }, fn_atan2 },
  { { "pi", 0, 0 }, fn_pi },
  { { "random", 0, 0 }, fn_random },
  { { "sum", 1, 1 }, fn_sum },
  { { "min", 1, -1 }, fn_min },
  { { "max", 1, -1 }, fn_max },
  { { "count-non-empty", 1, 1 }, fn_count_non_empty },
  { { "checklist", 3, -1 }, fn_checklist },
  { { "weighted-checklist", 4, -1 }, fn_weighted_checklist },
  { { NULL } },
};

/* --- the table --- */

/* libxml2's own are right as they are. */
static const TstFormFunction core_functions[] = {
  { "count", 1, 1, "count" }, { "last", 0, 0, "last" }, { "true", 0, 0, "true" }, { "false", 0, 0, "false" }, { "name", 0, 1, "name" },
  { "local-name", 0, 1, "local-name" },
};

/* Ours alone: a sheet that writes them means something else. */
static gboolean
is_internal (const char *name)
{
  static const char *const internal[] = { "answer", "all", "document", "equal", "unequal", "less", "more", "at-most", "at-least", "plus",
                                          "minus", "times", "divided", "modulo", "negative", "both", "either", "choice-name", NULL };

  return g_strv_contains (internal, name);
}

const TstFormFunction *
_tst_form_function_find (const char *name)
{
  const TstFormFunctionEntry *const tables[] = { _tst_form_logic_functions, _tst_form_text_functions };
  const char *plain = g_str_equal (name, "jr:choice-name") ? "choice-name" : name;

  if (plain == name && is_internal (name))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (core_functions); i++)
    if (strcmp (core_functions[i].name, plain) == 0)
      return &core_functions[i];
  for (guint t = 0; t < G_N_ELEMENTS (tables); t++)
    for (const TstFormFunctionEntry *entry = tables[t]; entry->function.name != NULL; entry++)
      if (strcmp (entry->function.name, plain) == 0)
        return &entry->function;
  return NULL;
}

static void
be_quiet (void *data, xmlErrorPtr error)
{
  /* An expression that cannot be evaluated is an empty answer; libxml2 would print what the person typed. */
}

void
tst_form_view_init (TstFormView *view, xmlDocPtr document)
{
  const TstFormFunctionEntry *const tables[] = { _tst_form_logic_functions, _tst_form_text_functions };

  view->xpath = xmlXPathNewContext (document);
  view->xpath->userData = view;
  view->xpath->error = be_quiet;
  view->xpath->opLimit = MAX_STEPS;
  xmlXPathRegisterNs (view->xpath, (const xmlChar *) "o", (const xmlChar *) TST_FORM_NAMESPACE);
  for (guint t = 0; t < G_N_ELEMENTS (tables); t++)
    for (const TstFormFunctionEntry *entry = tables[t]; entry->function.name != NULL; entry++)
      xmlXPathRegisterFuncNS (view->xpath, (const xmlChar *) entry->function.name, (const xmlChar *) TST_FORM_NAMESPACE, entry->run);
}

void
tst_form_view_clear (TstFormView *view)
{
  g_clear_pointer (&view->xpath, xmlXPathFreeContext);
}
