/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-form-results.h"

#include "form/tst-form-values.h"
#include "model/tst-csv.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

/* Somebody who waits for a fifth. */
typedef struct
{
  JsonNode *answer; /* (nullable) */
  gint64 gone_at;   /* 0: stands */
} Member;

typedef struct
{
  const TstQuestion *question; /* (nullable): of those who answered anything at all */
  const TstChoiceList *list;   /* (nullable) */
  guint answered;
  guint *counts; /* of each choice */
  double sum;
  GArray *group; /* of Member: fewer than five */
} Tally;

struct _TstFormResults
{
  TstForm *form;
  Tally *people;
  GPtrArray *tallies; /* in the order of the form */
  gint64 last;        /* place of the newest answer */
};

static void
member_clear (gpointer data)
{
  g_clear_pointer (&((Member *) data)->answer, json_node_unref);
}

static Tally *
tally_new (const TstQuestion *question, const TstChoiceList *list)
{
  Tally *self = g_new0 (Tally, 1);

  self->question = question;
  self->list = list;
  self->group = g_array_new (FALSE, FALSE, sizeof (Member));
  g_array_set_clear_func (self->group, member_clear);
  if (list != NULL)
    self->counts = g_new0 (guint, list->choices->len);
  return self;
}

static void
tally_free (gpointer data)
{
  Tally *self = data;

  g_array_unref (self->group);
  g_free (self->counts);
  g_free (self);
}

static gboolean
is_number (const TstQuestion *question)
{
  return question->type == TST_QUESTION_INTEGER || question->type == TST_QUESTION_DECIMAL || question->type == TST_QUESTION_RANGE;
}

static void
collect (TstFormResults *self, const TstQuestion *question)
{
  if (tst_question_is_asked (question))
    g_ptr_array_add (self->tallies, tally_new (question, tst_form_find_list (self->form, question->list)));
  if (question->type == TST_QUESTION_REPEAT)
    return;
  for (guint i = 0; question->children != NULL && i < question->children->len; i++)
    collect (self, question->children->pdata[i]);
}

TstFormResults *
tst_form_results_new (TstForm *form)
{
  TstFormResults *self = g_new0 (TstFormResults, 1);

  self->form = tst_form_ref (form);
  self->people = tally_new (NULL, NULL);
  self->tallies = g_ptr_array_new_with_free_func (tally_free);
  collect (self, form->root);
  return self;
}

void
tst_form_results_free (TstFormResults *self)
{
  tally_free (self->people);
  g_ptr_array_unref (self->tallies);
  tst_form_unref (self->form);
  g_free (self);
}

/* --- adding --- */

static gboolean
count_choice (Tally *self, const char *name)
{
  for (guint i = 0; name != NULL && self->list != NULL && i < self->list->choices->len; i++)
    if (strcmp (((TstChoice *) self->list->choices->pdata[i])->name, name) == 0)
      {
        self->counts[i]++;
        return TRUE;
      }
  return FALSE;
}

static const char *
text_of (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

/* TRUE when the person answered it, in a way that the form knows. */
static gboolean
count_answer (Tally *self, JsonNode *node)
{
  const TstQuestion *question = self->question;
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  gboolean counted = FALSE;

  if (is_number (question))
    {
      if (!JSON_NODE_HOLDS_VALUE (node) || (json_node_get_value_type (node) != G_TYPE_INT64 && json_node_get_value_type (node) != G_TYPE_DOUBLE))
        return FALSE;
      self->sum += json_node_get_double (node);
      return TRUE;
    }
  if (question->type == TST_QUESTION_ONE)
    {
      const char *name = text_of (node);

      if (!count_choice (self, name))
        return FALSE;
      self->sum += g_ascii_strtod (name, NULL);
      return TRUE;
    }
  if (question->type == TST_QUESTION_RANK)
    return array != NULL && json_array_get_length (array) > 0 && count_choice (self, text_of (json_array_get_element (array, 0)));
  if (question->type == TST_QUESTION_MULTIPLE)
    {
      for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
        {
          const char *name = text_of (json_array_get_element (array, i));
          gboolean twice = FALSE;

          for (guint j = 0; j < i && !twice; j++)
            twice = g_strcmp0 (text_of (json_array_get_element (array, j)), name) == 0;
          counted = (!twice && count_choice (self, name)) || counted;
        }
      return counted;
    }
  return TRUE;
}

/* Five who are all still there are counted together; five of whom one has gone since are gone together. */
static void
close_group (Tally *self)
{
  gboolean whole = TRUE;

  for (guint i = 0; i < self->group->len; i++)
    whole = whole && g_array_index (self->group, Member, i).gone_at == 0;
  for (guint i = 0; whole && i < self->group->len; i++)
    {
      JsonNode *answer = g_array_index (self->group, Member, i).answer;

      if (self->question == NULL || (answer != NULL && count_answer (self, answer)))
        self->answered++;
    }
  g_array_set_size (self->group, 0);
}

/* Who belongs to which group is told by what was answered, never by what the form makes of it: a newer version must not put anybody elsewhere. */
static void
join (Tally *self, JsonNode *answer, gint64 at, gint64 gone_at)
{
  const Member member = { answer != NULL ? json_node_ref (answer) : NULL, gone_at };

  for (guint i = self->group->len; i > 0; i--)
    {
      gint64 gone = g_array_index (self->group, Member, i - 1).gone_at;

      if (gone != 0 && gone < at)
        g_array_remove_index (self->group, i - 1);
    }
  g_array_append_val (self->group, member);
  if (self->group->len == TST_FORM_RESULTS_STEP)
    close_group (self);
}

void
tst_form_results_add_at (TstFormResults *self, JsonObject *answers, gint64 at, gint64 gone_at)
{
  self->last = at;
  join (self->people, NULL, at, gone_at);
  for (guint i = 0; i < self->tallies->len; i++)
    {
      Tally *tally = self->tallies->pdata[i];
      JsonNode *node = json_object_get_member (answers, tally->question->name);

      if (node != NULL)
        join (tally, node, at, gone_at);
    }
}

void
tst_form_results_add (TstFormResults *self, JsonObject *answers)
{
  tst_form_results_add_at (self, answers, self->last + 1, 0);
}

/* --- showing --- */

/* Which choices of a question about the person, or that may be about it for all one knows, are hidden: those of one to four, and, while what is hidden could be reckoned back from the whole,
 * the smallest of the others. */
static gboolean *
hidden_choices (const TstForm *form, const Tally *self)
{
  guint n = self->list->choices->len;
  gboolean *hidden = g_new0 (gboolean, MAX (n, 1));
  guint n_hidden = 0, sum = 0;

  if (!self->question->sensitive && !form->unmarked)
    return hidden;
  for (guint i = 0; i < n; i++)
    if (self->counts[i] > 0 && self->counts[i] < TST_FORM_RESULTS_STEP)
      {
        hidden[i] = TRUE;
        n_hidden++;
        sum += self->counts[i];
      }
  while (n_hidden > 0 && (n_hidden == 1 || sum < TST_FORM_RESULTS_STEP))
    {
      guint smallest = n;

      for (guint i = 0; i < n; i++)
        if (!hidden[i] && (smallest == n || self->counts[i] < self->counts[smallest]))
          smallest = i;
      if (smallest == n)
        break;
      hidden[smallest] = TRUE;
      n_hidden++;
      sum += self->counts[smallest];
    }
  return hidden;
}

/* The highest of choices that are called 1, 2, 3 …; 0 when they are called otherwise. */
static guint
scale_of (const Tally *self)
{
  if (self->question->type != TST_QUESTION_ONE || self->list->choices->len < 3)
    return 0;
  for (guint i = 0; i < self->list->choices->len; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i + 1);

      if (strcmp (((TstChoice *) self->list->choices->pdata[i])->name, name) != 0)
        return 0;
    }
  return self->list->choices->len;
}

static double
rounded (double number)
{
  return round (number * 10) / 10;
}

static JsonObject *
show (TstFormResults *self, const Tally *tally, guint language)
{
  const char *text = tst_form_words (self->form, tally->question->label, language);
  JsonObject *object = json_object_new ();
  JsonArray *options = json_array_new ();
  gboolean few = tally->answered < TST_FORM_RESULTS_STEP;

  json_object_set_string_member (object, "name", tally->question->name);
  json_object_set_string_member (object, "text", text != NULL ? text : tally->question->name);
  json_object_set_int_member (object, "answered", tally->answered);
  json_object_set_boolean_member (object, "few", few);
  json_object_set_array_member (object, "options", options);
  if (few)
    return object;
  if (tally->list != NULL)
    {
      g_autofree gboolean *hidden = hidden_choices (self->form, tally);
      guint scale = scale_of (tally);
      gboolean whole = TRUE;

      for (guint i = 0; i < tally->list->choices->len; i++)
        {
          const TstChoice *choice = tally->list->choices->pdata[i];
          const char *label = tst_form_words (self->form, choice->label, language);
          JsonObject *option = json_object_new ();

          json_object_set_string_member (option, "name", choice->name);
          json_object_set_string_member (option, "label", label != NULL ? label : choice->name);
          whole = whole && !hidden[i];
          if (hidden[i])
            json_object_set_boolean_member (option, "hidden", TRUE);
          else
            {
              json_object_set_int_member (option, "count", tally->counts[i]);
              json_object_set_double_member (option, "pct", rounded (100.0 * tally->counts[i] / tally->answered));
            }
          json_array_add_object_element (options, option);
        }
      /* With an average what is hidden could be reckoned back. */
      if (scale > 0 && !tally->question->sensitive && whole)
        {
          json_object_set_double_member (object, "mean", rounded (tally->sum / tally->answered));
          json_object_set_int_member (object, "mean_of", scale);
        }
    }
  else if (is_number (tally->question) && !tally->question->sensitive)
    {
      json_object_set_double_member (object, "mean", rounded (tally->sum / tally->answered));
      if (tally->question->type == TST_QUESTION_RANGE)
        json_object_set_double_member (object, "mean_of", MAX (tally->question->start, tally->question->end));
    }
  return object;
}

JsonObject *
tst_form_results_to_json (TstFormResults *self, guint language)
{
  const char *title = tst_form_words (self->form, self->form->title, language);
  JsonObject *object = json_object_new ();
  JsonArray *questions = json_array_new ();

  json_object_set_string_member (object, "code", self->form->code);
  json_object_set_string_member (object, "title", title != NULL ? title : self->form->code);
  json_object_set_int_member (object, "responses", self->people->answered);
  for (guint i = 0; i < self->tallies->len; i++)
    json_array_add_object_element (questions, show (self, self->tallies->pdata[i], language));
  json_object_set_array_member (object, "questions", questions);
  return object;
}

static void
csv_row (TstCsvWriter *writer, JsonObject *question, JsonObject *option)
{
  gboolean shown = option != NULL && !tst_json_bool (option, "hidden", FALSE);

  tst_csv_writer_text (writer, tst_json_string (question, "name"));
  tst_csv_writer_text (writer, tst_json_string (question, "text"));
  tst_csv_writer_text (writer, option != NULL ? tst_json_string (option, "name") : NULL);
  tst_csv_writer_text (writer, option != NULL ? tst_json_string (option, "label") : NULL);
  if (shown)
    tst_csv_writer_int (writer, tst_json_int (option, "count", 0));
  else
    tst_csv_writer_text (writer, NULL);
  tst_csv_writer_double (writer, shown ? tst_json_double (option, "pct", NAN) : NAN);
  tst_csv_writer_int (writer, tst_json_int (question, "answered", 0));
  tst_csv_writer_double (writer, tst_json_double (question, "mean", NAN));
  tst_csv_writer_end_row (writer);
}

char *
tst_form_results_to_csv (TstFormResults *self, guint language)
{
  static const char *const headings[] = { "question", "text", "choice", "label", "count", "pct", "answered", "mean" };
  g_autoptr (JsonObject) results = tst_form_results_to_json (self, language);
  JsonArray *questions = json_object_get_array_member (results, "questions");
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (TstCsvWriter) writer = tst_csv_writer_new (text);

  for (guint i = 0; i < G_N_ELEMENTS (headings); i++)
    tst_csv_writer_text (writer, headings[i]);
  tst_csv_writer_end_row (writer);
  for (guint i = 0; i < json_array_get_length (questions); i++)
    {
      JsonObject *question = json_array_get_object_element (questions, i);
      JsonArray *options = json_object_get_array_member (question, "options");

      if (json_array_get_length (options) == 0)
        csv_row (writer, question, NULL);
      for (guint o = 0; o < json_array_get_length (options); o++)
        csv_row (writer, question, json_array_get_object_element (options, o));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
