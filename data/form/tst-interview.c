/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-interview-private.h"

#include "base/tst-error.h"

#include <math.h>
#include <sodium.h>
#include <string.h>

/* An expression may depend on one that comes after it; a circle would never end. */
#define MAX_ROUNDS 8
#define MAX_ENTRIES 500

G_DEFINE_FINAL_TYPE (TstInterview, tst_interview, G_TYPE_OBJECT)

static guint changed_signal;

static void
free_doc (gpointer doc)
{
  xmlFreeDoc (doc);
}

static void
tst_interview_finalize (GObject *object)
{
  TstInterview *self = TST_INTERVIEW (object);

  tst_form_view_clear (&self->view);
  g_clear_pointer (&self->root, _tst_answer_free);
  g_clear_pointer (&self->doc, xmlFreeDoc);
  g_clear_pointer (&self->instances, g_hash_table_unref);
  g_clear_pointer (&self->nodes, g_hash_table_unref);
  g_clear_pointer (&self->rules, g_hash_table_unref);
  g_clear_pointer (&self->form, tst_form_unref);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->view.zone, g_time_zone_unref);
  g_clear_pointer (&self->view.rand, g_rand_free);
  G_OBJECT_CLASS (tst_interview_parent_class)->finalize (object);
}

static void
tst_interview_class_init (TstInterviewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tst_interview_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_interview_init (TstInterview *self)
{
  self->rules = g_hash_table_new_full (NULL, NULL, NULL, _tst_question_rules_free);
  self->nodes = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  self->instances = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_doc);
}

TstInterview *
tst_interview_new (TstForm *form, TstClock *clock, GTimeZone *zone, const char *lang, GError **error)
{
  g_autoptr (TstInterview) self = g_object_new (TST_TYPE_INTERVIEW, NULL);

  g_return_val_if_fail (form != NULL && TST_IS_CLOCK (clock) && zone != NULL, NULL);
  self->form = tst_form_ref (form);
  self->clock = g_object_ref (clock);
  self->doc = xmlNewDoc ((const xmlChar *) "1.0");
  self->view.form = form;
  self->view.zone = g_time_zone_ref (zone);
  self->view.rand = g_rand_new ();
  self->view.language = tst_form_language (form, lang);
  self->view.nodes = _tst_interview_nodes;
  self->view.instance = _tst_interview_instance;
  self->view.user_data = self;
  if (!_tst_interview_compile (self, error))
    return NULL;
  self->root = _tst_interview_build (self, NULL, form->root, NULL, NULL);
  tst_form_view_init (&self->view, self->doc);
  _tst_interview_index (self);
  _tst_interview_settle (self);
  return g_steal_pointer (&self);
}

TstForm *
tst_interview_get_form (TstInterview *self)
{
  return self->form;
}

guint
tst_interview_get_language (TstInterview *self)
{
  return self->view.language;
}

void
tst_interview_set_language (TstInterview *self, const char *lang)
{
  GHashTableIter iter;
  gpointer rules;

  self->view.language = tst_form_language (self->form, lang);
  /* Labels are in both. */
  g_hash_table_remove_all (self->instances);
  g_hash_table_iter_init (&iter, self->rules);
  while (g_hash_table_iter_next (&iter, NULL, &rules))
    g_clear_pointer (&((TstQuestionRules *) rules)->kinds, g_free);
  _tst_interview_settle (self);
  g_signal_emit (self, changed_signal, 0);
}

/* --- what is asked and reckoned --- */

static gboolean
settle_entries (TstInterview *self, TstAnswer *parent)
{
  gboolean moved = FALSE;

  for (guint q = 0; q < parent->question->children->len; q++)
    {
      const TstQuestion *repeat = parent->question->children->pdata[q];
      TstQuestionRules *rules = _tst_interview_rules (self, repeat);
      guint first = 0, count = 0, wanted;
      double number;

      if (repeat->type != TST_QUESTION_REPEAT || rules->repeat_count == NULL)
        continue;
      number = tst_expression_to_number (rules->repeat_count, &self->view, parent->node);
      wanted = isnan (number) || number < 0 ? 0 : (guint) MIN (number, MAX_ENTRIES);
      /* They stand together, in the order of the form's questions. */
      for (guint i = 0; i < parent->children->len; i++)
        {
          TstAnswer *child = parent->children->pdata[i];
          guint place;

          if (child->question == repeat)
            count++;
          else if (g_ptr_array_find (parent->question->children, child->question, &place) && place < q)
            first = i + 1;
        }
      for (; count < wanted; count++, moved = TRUE)
        {
          TstAnswer *next = first + count < parent->children->len ? parent->children->pdata[first + count] : NULL;

          g_ptr_array_insert (parent->children, first + count,
                              _tst_interview_build (self, parent, repeat, parent->node, next != NULL ? next->node : NULL));
        }
      for (; count > wanted; count--, moved = TRUE)
        g_ptr_array_remove_index (parent->children, first + count - 1);
    }
  if (moved)
    _tst_interview_index (self);
  return moved;
}

static void
forget (TstAnswer *answer)
{
  if (answer->children == NULL && *_tst_answer_text (answer) != '\0')
    {
      g_free (answer->kept);
      answer->kept = g_strdup (_tst_answer_text (answer));
      _tst_answer_put (answer, "");
    }
}

static gboolean
settle_answer (TstInterview *self, TstAnswer *answer, gboolean around)
{
  TstQuestionRules *rules = _tst_interview_rules (self, answer->question);
  gboolean asked
    = around && (rules->relevant == NULL || tst_expression_to_boolean (rules->relevant, &self->view, answer->node));
  gboolean moved = asked != answer->asked;

  answer->asked = asked;
  if (!asked && moved)
    forget (answer);
  if (asked && moved && answer->kept != NULL)
    {
      _tst_answer_put (answer, answer->kept);
      g_clear_pointer (&answer->kept, g_free);
    }
  if (asked && rules->calculation != NULL)
    {
      g_autofree char *text = tst_expression_to_text (rules->calculation, &self->view, answer->node);

      moved = _tst_answer_put (answer, text) || moved;
    }
  else if (asked && rules->default_value != NULL && !answer->touched && *_tst_answer_text (answer) == '\0')
    {
      g_autofree char *text = tst_expression_to_text (rules->default_value, &self->view, answer->node);

      answer->touched = TRUE;
      moved = _tst_answer_put (answer, text) || moved;
    }
  if (answer->children != NULL)
    {
      if (asked)
        moved = settle_entries (self, answer) || moved;
      for (guint i = 0; i < answer->children->len; i++)
        moved = settle_answer (self, answer->children->pdata[i], asked) || moved;
    }
  return moved;
}

static void
settle_flags (TstInterview *self, TstAnswer *answer)
{
  TstQuestionRules *rules = _tst_interview_rules (self, answer->question);

  answer->required = answer->asked && rules->required != NULL && (self->excused & (1u << answer->question->type)) == 0
                     && tst_expression_to_boolean (rules->required, &self->view, answer->node);
  answer->read_only = rules->read_only != NULL && tst_expression_to_boolean (rules->read_only, &self->view, answer->node);
  for (guint i = 0; answer->children != NULL && i < answer->children->len; i++)
    settle_flags (self, answer->children->pdata[i]);
}

void
_tst_interview_settle (TstInterview *self)
{
  TstTimestamp now;

  tst_clock_now (self->clock, &now);
  /* Citizens' answers say no time finer than the hour (docs/architecture.md): now() does not either. */
  self->view.now_us = self->form->staff ? now.utc_us : now.utc_us - now.utc_us % ((gint64) 3600 * G_USEC_PER_SEC);
  for (guint i = 0; i < MAX_ROUNDS && settle_answer (self, self->root, TRUE); i++)
    ;
  settle_flags (self, self->root);
}

void
tst_interview_excuse (TstInterview *self, TstQuestionType type)
{
  g_return_if_fail (TST_IS_INTERVIEW (self));
  self->excused |= 1u << type;
  _tst_interview_settle (self);
}

/* --- answers --- */

const TstQuestion *
tst_answer_get_question (TstAnswer *answer)
{
  return answer->question;
}

const char *
tst_answer_get_value (TstAnswer *answer)
{
  return _tst_answer_text (answer);
}

gboolean
tst_answer_is_asked (TstAnswer *answer)
{
  return answer->asked;
}

gboolean
tst_answer_is_required (TstAnswer *answer)
{
  return answer->required;
}

gboolean
tst_answer_is_read_only (TstAnswer *answer)
{
  return answer->read_only;
}

guint
tst_answer_get_entry (TstAnswer *answer)
{
  while (answer != NULL && answer->question->type != TST_QUESTION_REPEAT)
    answer = answer->parent;
  if (answer != NULL)
    for (guint i = 0, n = 0; i < answer->parent->children->len; i++)
      {
        TstAnswer *sibling = answer->parent->children->pdata[i];

        n += sibling->question == answer->question;
        if (sibling == answer)
          return n;
      }
  return 0;
}

void
tst_interview_set (TstInterview *self, TstAnswer *answer, const char *value)
{
  g_return_if_fail (TST_IS_INTERVIEW (self) && answer != NULL && answer->children == NULL);
  answer->touched = TRUE;
  if (!_tst_answer_put (answer, value != NULL ? value : ""))
    return;
  _tst_interview_settle (self);
  g_signal_emit (self, changed_signal, 0);
}

TstAnswer *
tst_interview_find (TstInterview *self, const char *name)
{
  const TstQuestion *question = tst_form_find (self->form, name);
  GPtrArray *nodes = question != NULL ? g_hash_table_lookup (self->nodes, question) : NULL;

  return nodes != NULL && nodes->len > 0 ? ((xmlNodePtr) nodes->pdata[0])->_private : NULL;
}

/* --- entries --- */

/* Where the entries of @repeat are: in the first place that has any room for them. */
static TstAnswer *
home_of (TstInterview *self, const TstQuestion *repeat)
{
  GPtrArray *nodes = g_hash_table_lookup (self->nodes, repeat->parent);

  return nodes != NULL && nodes->len > 0 ? ((xmlNodePtr) nodes->pdata[0])->_private : NULL;
}

guint
tst_interview_count_entries (TstInterview *self, const TstQuestion *repeat)
{
  TstAnswer *home = home_of (self, repeat);
  guint n = 0;

  for (guint i = 0; home != NULL && i < home->children->len; i++)
    n += ((TstAnswer *) home->children->pdata[i])->question == repeat;
  return n;
}

static void
after_entries (TstInterview *self)
{
  _tst_interview_index (self);
  _tst_interview_settle (self);
  g_signal_emit (self, changed_signal, 0);
}

void
tst_interview_add_entry (TstInterview *self, const TstQuestion *repeat)
{
  TstAnswer *home = home_of (self, repeat);
  TstAnswer *next;
  guint at = 0;

  g_return_if_fail (repeat->type == TST_QUESTION_REPEAT && repeat->repeat_count == NULL);
  if (home == NULL || tst_interview_count_entries (self, repeat) >= MAX_ENTRIES)
    return;
  for (guint i = 0; i < home->children->len; i++)
    {
      const TstQuestion *question = ((TstAnswer *) home->children->pdata[i])->question;
      guint place, own;

      g_ptr_array_find (home->question->children, question, &place);
      g_ptr_array_find (home->question->children, repeat, &own);
      if (place <= own)
        at = i + 1;
    }
  next = at < home->children->len ? home->children->pdata[at] : NULL;
  g_ptr_array_insert (home->children, at, _tst_interview_build (self, home, repeat, home->node, next != NULL ? next->node : NULL));
  after_entries (self);
}

void
tst_interview_remove_entry (TstInterview *self, const TstQuestion *repeat, guint entry)
{
  TstAnswer *home = home_of (self, repeat);
  guint n = 0;

  g_return_if_fail (repeat->type == TST_QUESTION_REPEAT && repeat->repeat_count == NULL);
  for (guint i = 0; home != NULL && i < home->children->len; i++)
    if (((TstAnswer *) home->children->pdata[i])->question == repeat && ++n == entry)
      {
        g_ptr_array_remove_index (home->children, i);
        after_entries (self);
        return;
      }
}

/* --- steps --- */

static gboolean
is_shown (const TstAnswer *answer)
{
  return answer->asked && answer->question->type != TST_QUESTION_CALCULATE && !tst_question_has_appearance (answer->question, "hidden");
}

/* All that may be asked, asked now or not: an answer of the same step may bring it on. */
static void
collect (TstAnswer *answer, GPtrArray *step, gboolean *asked)
{
  if (answer->question->type == TST_QUESTION_CALCULATE || tst_question_has_appearance (answer->question, "hidden"))
    return;
  if (answer->children == NULL)
    {
      g_ptr_array_add (step, answer);
      *asked = *asked || answer->asked;
    }
  for (guint i = 0; answer->children != NULL && i < answer->children->len; i++)
    collect (answer->children->pdata[i], step, asked);
}

static void
add_steps (TstInterview *self, TstAnswer *answer, GPtrArray *steps)
{
  if (!is_shown (answer))
    return;
  if (answer->children == NULL || tst_question_has_appearance (answer->question, "field-list"))
    {
      GPtrArray *step = g_ptr_array_new ();
      gboolean asked = FALSE;

      collect (answer, step, &asked);
      if (asked)
        g_ptr_array_add (steps, step);
      else
        g_ptr_array_unref (step);
    }
  else
    for (guint i = 0; i < answer->children->len; i++)
      add_steps (self, answer->children->pdata[i], steps);
  /* After the last entry: is there another one? */
  if (answer->question->type == TST_QUESTION_REPEAT && answer->question->repeat_count == NULL)
    {
      guint place;
      TstAnswer *next = NULL;

      if (g_ptr_array_find (answer->parent->children, answer, &place) && place + 1 < answer->parent->children->len)
        next = answer->parent->children->pdata[place + 1];
      if (next == NULL || next->question != answer->question)
        {
          GPtrArray *step = g_ptr_array_new ();

          g_ptr_array_add (step, answer);
          g_ptr_array_add (steps, step);
        }
    }
}

GPtrArray *
tst_interview_get_steps (TstInterview *self)
{
  GPtrArray *steps = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);

  for (guint i = 0; i < self->root->children->len; i++)
    add_steps (self, self->root->children->pdata[i], steps);
  return steps;
}
