/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-interview-private.h"

#include "base/tst-error.h"

#include <math.h>
#include <string.h>

/* What an answer may be, what is offered, and answers as JSON. */

/* --- words --- */

/* ${name} in a label stands for what was answered: of a choice, its label. */
static char *
fill_in (TstInterview *self, TstAnswer *answer, const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (text == NULL)
    return NULL;
  while (*text != '\0')
    {
      const char *end = text[0] == '$' && text[1] == '{' ? strchr (text, '}') : NULL;
      g_autofree char *name = end != NULL ? g_strstrip (g_strndup (text + 2, end - text - 2)) : NULL;
      const TstQuestion *question = name != NULL ? tst_form_find (self->form, name) : NULL;

      if (question == NULL)
        {
          g_string_append_c (out, *text++);
          continue;
        }
      else
        {
          g_autoptr (GPtrArray) nodes = _tst_interview_nodes (self, question, answer->node);
          const char *value = nodes->len > 0 ? _tst_answer_text (((xmlNodePtr) nodes->pdata[0])->_private) : "";
          const TstChoice *choice = question->type == TST_QUESTION_ONE
                                      ? tst_choice_list_find (tst_form_find_list (self->form, question->list), value)
                                      : NULL;
          const char *label = choice != NULL ? tst_form_words (self->form, choice->label, self->view.language) : NULL;

          g_string_append (out, label != NULL ? label : value);
          text = end + 1;
        }
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
tst_interview_dup_label (TstInterview *self, TstAnswer *answer)
{
  return fill_in (self, answer, tst_form_words (self->form, answer->question->label, self->view.language));
}

char *
tst_interview_dup_hint (TstInterview *self, TstAnswer *answer)
{
  return fill_in (self, answer, tst_form_words (self->form, answer->question->hint, self->view.language));
}

char *
tst_interview_dup_message (TstInterview *self, TstAnswer *answer, TstAnswerProblem problem)
{
  const TstWords words = problem == TST_ANSWER_CONSTRAINT ? answer->question->constraint_message
                         : problem == TST_ANSWER_MISSING  ? answer->question->required_message
                                                          : NULL;

  return fill_in (self, answer, tst_form_words (self->form, words, self->view.language));
}

/* --- choices --- */

/* All that @item says in @columns, in one text. */
static char *
dup_kind (xmlNodePtr item, const GPtrArray *columns)
{
  GString *kind = g_string_new (NULL);

  for (guint i = 0; i < columns->len; i++)
    for (xmlNodePtr column = item->children; column != NULL; column = column->next)
      if (g_str_equal (columns->pdata[i], (const char *) column->name))
        {
          xmlChar *text = xmlNodeGetContent (column);

          /* Nothing that XML can hold looks like these two. */
          g_string_append_printf (kind, "%u\x1f%s\x1e", i, (const char *) text);
          xmlFree (text);
        }
  return g_string_free (kind, FALSE);
}

/* Towns in a list of thousands share a few regions: what the filter says of one is remembered for all of its kind. */
static void
sort_into_kinds (TstQuestionRules *rules, xmlNodePtr top, guint n_choices)
{
  const GPtrArray *columns = tst_expression_get_columns (rules->choice_filter);
  g_autoptr (GHashTable) known = NULL;
  guint at = 0;

  if (columns == NULL || rules->kinds != NULL)
    return;
  known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  rules->kinds = g_new (guint, n_choices);
  rules->n_kinds = 0;
  for (xmlNodePtr item = top->children->children; item != NULL; item = item->next)
    {
      char *kind = dup_kind (item, columns);
      gpointer number;

      if (!g_hash_table_lookup_extended (known, kind, NULL, &number))
        {
          number = GUINT_TO_POINTER (rules->n_kinds++);
          g_hash_table_insert (known, kind, number);
        }
      else
        g_free (kind);
      rules->kinds[at++] = GPOINTER_TO_UINT (number);
    }
}

static void
add_filtered (TstInterview *self, TstAnswer *answer, const TstChoiceList *list, GPtrArray *choices)
{
  TstQuestionRules *rules = _tst_interview_rules (self, answer->question);
  xmlNodePtr top = _tst_interview_instance (self, list->name);
  g_autofree gint8 *verdicts = NULL; /* by kind: 0 not asked yet, 1 yes, -1 no */
  guint at = 0;

  sort_into_kinds (rules, top, list->choices->len);
  if (rules->kinds != NULL)
    verdicts = g_new0 (gint8, rules->n_kinds);
  for (xmlNodePtr item = top->children->children; item != NULL; item = item->next, at++)
    {
      gint8 verdict = verdicts != NULL ? verdicts[rules->kinds[at]] : 0;

      if (verdict == 0)
        verdict = tst_expression_matches (rules->choice_filter, &self->view, item, answer->node, at + 1, list->choices->len) ? 1 : -1;
      if (verdicts != NULL)
        verdicts[rules->kinds[at]] = verdict;
      if (verdict > 0)
        g_ptr_array_add (choices, item->_private);
    }
}

GPtrArray *
tst_interview_get_choices (TstInterview *self, TstAnswer *answer)
{
  const TstChoiceList *list = tst_form_find_list (self->form, answer->question->list);
  TstExpression *filter = _tst_interview_rules (self, answer->question)->choice_filter;
  GPtrArray *choices = g_ptr_array_new ();

  if (list == NULL)
    return choices;
  if (filter == NULL)
    for (guint i = 0; i < list->choices->len; i++)
      g_ptr_array_add (choices, list->choices->pdata[i]);
  else
    add_filtered (self, answer, list, choices);
  if (answer->question->randomize)
    {
      /* The same order each time for the same person: it hangs on where the answer lies in memory. */
      g_autoptr (GRand) rand = g_rand_new_with_seed (GPOINTER_TO_UINT (answer) ^ 0x5eed);

      for (guint i = choices->len; i > 1; i--)
        {
          guint j = g_rand_int_range (rand, 0, i);
          gpointer kept = choices->pdata[i - 1];

          choices->pdata[i - 1] = choices->pdata[j];
          choices->pdata[j] = kept;
        }
    }
  return choices;
}

static gboolean
is_offered (TstInterview *self, TstAnswer *answer, const char *name)
{
  const TstChoiceList *list = tst_form_find_list (self->form, answer->question->list);
  const TstChoice *choice = tst_choice_list_find (list, name);
  TstExpression *filter = _tst_interview_rules (self, answer->question)->choice_filter;
  guint at = 1;

  if (choice == NULL || filter == NULL)
    return choice != NULL;
  for (xmlNodePtr item = _tst_interview_instance (self, list->name)->children->children; item != NULL; item = item->next, at++)
    if (item->_private == choice)
      return tst_expression_matches (filter, &self->view, item, answer->node, at, list->choices->len);
  return FALSE;
}

/* --- what is wrong --- */

static TstAnswerProblem
problem_of_type (TstInterview *self, TstAnswer *answer, const char *text)
{
  const TstQuestion *question = answer->question;

  switch (question->type)
    {
    case TST_QUESTION_INTEGER:
      return tst_form_is_integer (text) ? TST_ANSWER_FINE : TST_ANSWER_NOT_A_NUMBER;
    case TST_QUESTION_DECIMAL:
      return tst_form_is_decimal (text) ? TST_ANSWER_FINE : TST_ANSWER_NOT_A_NUMBER;
    case TST_QUESTION_RANGE:
      {
        double number = tst_form_text_to_number (text);
        double steps = (number - question->start) / question->step;

        if (!tst_form_is_decimal (text))
          return TST_ANSWER_NOT_A_NUMBER;
        return number >= MIN (question->start, question->end) && number <= MAX (question->start, question->end)
                   && fabs (steps - round (steps)) < 1e-6
                 ? TST_ANSWER_FINE
                 : TST_ANSWER_OUT_OF_RANGE;
      }
    case TST_QUESTION_DATE:
      return tst_form_is_date (text) ? TST_ANSWER_FINE : TST_ANSWER_NOT_A_DATE;
    case TST_QUESTION_TIME:
      return tst_form_is_time (text) ? TST_ANSWER_FINE : TST_ANSWER_NOT_A_DATE;
    case TST_QUESTION_DATETIME:
      return strlen (text) > 10 && text[10] == 'T' && !isnan (tst_form_text_to_number (text)) ? TST_ANSWER_FINE : TST_ANSWER_NOT_A_DATE;
    case TST_QUESTION_GEOPOINT:
      return tst_form_is_geopoint (text) ? TST_ANSWER_FINE : TST_ANSWER_UNREADABLE;
    case TST_QUESTION_ACKNOWLEDGE:
      return strcmp (text, "OK") == 0 ? TST_ANSWER_FINE : TST_ANSWER_UNREADABLE;
    case TST_QUESTION_ONE:
      return is_offered (self, answer, text) ? TST_ANSWER_FINE : TST_ANSWER_NOT_OFFERED;
    case TST_QUESTION_MULTIPLE:
    case TST_QUESTION_RANK:
      {
        g_auto (GStrv) words = tst_form_split (text);

        for (guint i = 0; words[i] != NULL; i++)
          {
            if (!is_offered (self, answer, words[i]))
              return TST_ANSWER_NOT_OFFERED;
            for (guint j = 0; j < i; j++)
              if (strcmp (words[i], words[j]) == 0)
                return TST_ANSWER_UNREADABLE;
          }
        return TST_ANSWER_FINE;
      }
    case TST_QUESTION_GROUP:
    case TST_QUESTION_REPEAT:
    case TST_QUESTION_NOTE:
    case TST_QUESTION_TEXT:
    case TST_QUESTION_IMAGE:
    case TST_QUESTION_AUDIO:
    case TST_QUESTION_BARCODE:
    case TST_QUESTION_CALCULATE:
    case TST_N_QUESTION_TYPES:
    default:
      return TST_ANSWER_FINE;
    }
}

TstAnswerProblem
tst_interview_get_problem (TstInterview *self, TstAnswer *answer)
{
  TstQuestionRules *rules = _tst_interview_rules (self, answer->question);
  const char *text = _tst_answer_text (answer);
  TstAnswerProblem problem;

  if (!answer->asked || !tst_question_is_asked (answer->question))
    return TST_ANSWER_FINE;
  if (*text == '\0')
    return answer->required ? TST_ANSWER_MISSING : TST_ANSWER_FINE;
  problem = problem_of_type (self, answer, text);
  if (problem == TST_ANSWER_FINE && rules->constraint != NULL
      && !tst_expression_to_boolean (rules->constraint, &self->view, answer->node))
    return TST_ANSWER_CONSTRAINT;
  return problem;
}

static TstAnswer *
first_problem (TstInterview *self, TstAnswer *answer, TstAnswerProblem *problem)
{
  TstAnswer *found;

  if (!answer->asked)
    return NULL;
  *problem = tst_interview_get_problem (self, answer);
  if (*problem != TST_ANSWER_FINE)
    return answer;
  for (guint i = 0; answer->children != NULL && i < answer->children->len; i++)
    if ((found = first_problem (self, answer->children->pdata[i], problem)) != NULL)
      return found;
  return NULL;
}

TstAnswer *
tst_interview_first_problem (TstInterview *self, TstAnswerProblem *problem)
{
  TstAnswerProblem own;
  TstAnswer *answer = first_problem (self, self->root, &own);

  if (problem != NULL)
    *problem = answer != NULL ? own : TST_ANSWER_FINE;
  return answer;
}

/* Answers that were loaded and are not asked lie in "kept". */
static TstAnswer *
first_unasked (TstAnswer *answer)
{
  TstAnswer *found;

  if (!answer->asked && answer->kept != NULL && answer->question->calculation == NULL)
    return answer;
  for (guint i = 0; answer->children != NULL && i < answer->children->len; i++)
    if ((found = first_unasked (answer->children->pdata[i])) != NULL)
      return found;
  return NULL;
}

gboolean
tst_interview_check (TstInterview *self, GError **error)
{
  TstAnswerProblem problem;
  TstAnswer *answer = tst_interview_first_problem (self, &problem);

  if (answer != NULL)
    {
      static const char *const reasons[] = {
        [TST_ANSWER_MISSING] = "it must be answered",
        [TST_ANSWER_NOT_A_NUMBER] = "a number is wanted",
        [TST_ANSWER_NOT_A_DATE] = "a date such as 2026-03-27 is wanted",
        [TST_ANSWER_NOT_OFFERED] = "it is none of the choices",
        [TST_ANSWER_OUT_OF_RANGE] = "it is outside of the range or between its steps",
        [TST_ANSWER_CONSTRAINT] = "the form does not allow this answer",
        [TST_ANSWER_UNREADABLE] = "it is not written as its type wants",
      };

      g_set_error (error, TST_ERROR, problem == TST_ANSWER_MISSING ? TST_ERROR_MISSING_FIELD : TST_ERROR_BAD_VALUE,
                   "%s: %s. Nothing was saved.", answer->question->name, reasons[problem]);
      return FALSE;
    }
  answer = first_unasked (self->root);
  if (answer != NULL)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "%s: with the other answers the form does not ask this. Nothing was saved.",
                   answer->question->name);
      return FALSE;
    }
  return TRUE;
}

/* --- JSON --- */

static void
write_answer (TstAnswer *answer, JsonObject *to)
{
  const char *text = _tst_answer_text (answer);
  const char *name = answer->question->name;

  if (!answer->asked)
    return;
  if (answer->question->type == TST_QUESTION_REPEAT)
    {
      JsonObject *entry = json_object_new ();

      if (!json_object_has_member (to, name))
        json_object_set_array_member (to, name, json_array_new ());
      json_array_add_object_element (json_object_get_array_member (to, name), entry);
      to = entry;
    }
  for (guint i = 0; answer->children != NULL && i < answer->children->len; i++)
    write_answer (answer->children->pdata[i], to);
  if (answer->children != NULL || answer->question->type == TST_QUESTION_NOTE || *text == '\0')
    return;
  switch (answer->question->type)
    {
    case TST_QUESTION_INTEGER:
    case TST_QUESTION_DECIMAL:
    case TST_QUESTION_RANGE:
      {
        double number = tst_form_text_to_number (text);

        if (isnan (number))
          json_object_set_string_member (to, name, text); /* a draft keeps what was typed */
        else if (number == trunc (number) && fabs (number) < 1e15)
          json_object_set_int_member (to, name, (gint64) number);
        else
          json_object_set_double_member (to, name, number);
        return;
      }
    case TST_QUESTION_MULTIPLE:
    case TST_QUESTION_RANK:
      {
        g_auto (GStrv) words = tst_form_split (text);
        JsonArray *array = json_array_new ();

        for (guint i = 0; words[i] != NULL; i++)
          json_array_add_string_element (array, words[i]);
        json_object_set_array_member (to, name, array);
        return;
      }
    case TST_QUESTION_ACKNOWLEDGE:
      json_object_set_boolean_member (to, name, TRUE);
      return;
    case TST_QUESTION_GROUP:
    case TST_QUESTION_REPEAT:
    case TST_QUESTION_NOTE:
    case TST_QUESTION_TEXT:
    case TST_QUESTION_DATE:
    case TST_QUESTION_TIME:
    case TST_QUESTION_DATETIME:
    case TST_QUESTION_ONE:
    case TST_QUESTION_IMAGE:
    case TST_QUESTION_AUDIO:
    case TST_QUESTION_GEOPOINT:
    case TST_QUESTION_BARCODE:
    case TST_QUESTION_CALCULATE:
    case TST_N_QUESTION_TYPES:
    default:
      json_object_set_string_member (to, name, text);
    }
}

JsonObject *
tst_interview_to_json (TstInterview *self)
{
  JsonObject *object = json_object_new ();

  for (guint i = 0; i < self->root->children->len; i++)
    write_answer (self->root->children->pdata[i], object);
  return object;
}

static char *
text_of (JsonNode *node)
{
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          JsonNode *element = json_array_get_element (array, i);

          if (!JSON_NODE_HOLDS_VALUE (element) || json_node_get_value_type (element) != G_TYPE_STRING)
            return NULL;
          g_string_append_printf (text, "%s%s", i > 0 ? " " : "", json_node_get_string (element));
        }
      return g_string_free (g_steal_pointer (&text), FALSE);
    }
  if (!JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node) ? "OK" : "");
  return tst_form_number_to_text (json_node_get_double (node));
}

static gboolean load_object (TstInterview *self, TstAnswer *within, JsonObject *answers, GError **error);

static gboolean
bad_value (GError **error, const char *name)
{
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "%s: the answer is not of the kind that the form wants. Nothing was saved.", name);
  return FALSE;
}

/* The answer called @name inside @within, not looking into entries of repeats further in. */
static TstAnswer *
find_within (TstAnswer *within, const char *name)
{
  TstAnswer *found = NULL;

  for (guint i = 0; within->children != NULL && i < within->children->len && found == NULL; i++)
    {
      TstAnswer *child = within->children->pdata[i];

      if (strcmp (child->question->name, name) == 0)
        return child;
      if (child->question->type == TST_QUESTION_GROUP)
        found = find_within (child, name);
    }
  return found;
}

static gboolean
load_entries (TstInterview *self, TstAnswer *within, const TstQuestion *repeat, JsonNode *node, GError **error)
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = array != NULL ? json_array_get_length (array) : 0, at = 0;

  if (array == NULL)
    return bad_value (error, repeat->name);
  /* How many there are may hang on an answer that was just read. */
  if (repeat->repeat_count != NULL)
    _tst_interview_settle (self);
  else
    {
      while (tst_interview_count_entries (self, repeat) < n && tst_interview_count_entries (self, repeat) < 500)
        tst_interview_add_entry (self, repeat);
      while (tst_interview_count_entries (self, repeat) > n)
        tst_interview_remove_entry (self, repeat, tst_interview_count_entries (self, repeat));
    }
  for (guint i = 0; i < within->children->len; i++)
    {
      TstAnswer *entry = within->children->pdata[i];

      if (entry->question != repeat)
        continue;
      if (at >= n)
        break;
      if (!JSON_NODE_HOLDS_OBJECT (json_array_get_element (array, at)))
        return bad_value (error, repeat->name);
      if (!load_object (self, entry, json_array_get_object_element (array, at), error))
        return FALSE;
      at++;
    }
  return at == n || bad_value (error, repeat->name);
}

static gboolean
load_object (TstInterview *self, TstAnswer *within, JsonObject *answers, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (answers);

  for (GList *l = names; l != NULL; l = l->next)
    {
      const char *name = l->data;
      const TstQuestion *question = tst_form_find (self->form, name);
      JsonNode *node = json_object_get_member (answers, name);
      TstAnswer *answer;
      g_autofree char *text = NULL;

      if (question == NULL || question->type == TST_QUESTION_GROUP || question->type == TST_QUESTION_NOTE)
        {
          g_set_error (error, TST_ERROR, TST_ERROR_UNKNOWN_FIELD, "The form has no question called \"%s\". Nothing was saved.", name);
          return FALSE;
        }
      if (question->type == TST_QUESTION_REPEAT)
        {
          TstAnswer *home = within;

          if (question->parent != within->question)
            home = find_within (within, question->parent->name);
          if (home == NULL)
            return bad_value (error, name);
          if (!load_entries (self, home, question, node, error))
            return FALSE;
          continue;
        }
      answer = find_within (within, name);
      text = text_of (node);
      if (answer == NULL || text == NULL)
        return bad_value (error, name);
      if (question->calculation != NULL)
        continue; /* reckoned, not told */
      answer->touched = TRUE;
      if (answer->asked)
        _tst_answer_put (answer, text);
      else
        {
          g_free (answer->kept);
          answer->kept = *text != '\0' ? g_strdup (text) : NULL;
        }
    }
  return TRUE;
}

gboolean
tst_interview_load (TstInterview *self, JsonObject *answers, GError **error)
{
  if (!load_object (self, self->root, answers, error))
    return FALSE;
  _tst_interview_settle (self);
  g_signal_emit_by_name (self, "changed");
  return TRUE;
}
