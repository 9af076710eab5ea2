/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-form.h"

#include <string.h>

static const char *const type_names[TST_N_QUESTION_TYPES] = {
  [TST_QUESTION_GROUP] = "group",           [TST_QUESTION_REPEAT] = "repeat",
  [TST_QUESTION_NOTE] = "note",             [TST_QUESTION_TEXT] = "text",
  [TST_QUESTION_INTEGER] = "integer",       [TST_QUESTION_DECIMAL] = "decimal",
  [TST_QUESTION_DATE] = "date",             [TST_QUESTION_TIME] = "time",
  [TST_QUESTION_DATETIME] = "datetime",     [TST_QUESTION_ONE] = "select_one",
  [TST_QUESTION_MULTIPLE] = "select_multiple", [TST_QUESTION_RANK] = "rank",
  [TST_QUESTION_RANGE] = "range",           [TST_QUESTION_ACKNOWLEDGE] = "acknowledge",
  [TST_QUESTION_IMAGE] = "image",           [TST_QUESTION_AUDIO] = "audio",
  [TST_QUESTION_GEOPOINT] = "geopoint",     [TST_QUESTION_BARCODE] = "barcode",
  [TST_QUESTION_CALCULATE] = "calculate",
};

const char *
tst_question_type_name (TstQuestionType type)
{
  g_return_val_if_fail ((guint) type < TST_N_QUESTION_TYPES, NULL);
  return type_names[type];
}

gboolean
tst_question_type_parse (const char *name, TstQuestionType *type)
{
  for (guint i = 0; name != NULL && i < TST_N_QUESTION_TYPES; i++)
    if (strcmp (type_names[i], name) == 0)
      {
        *type = (TstQuestionType) i;
        return TRUE;
      }
  return FALSE;
}

/* --- lists --- */

static void
choice_free (gpointer data)
{
  TstChoice *self = data;

  g_free (self->name);
  g_strfreev (self->label);
  g_clear_pointer (&self->columns, g_hash_table_unref);
  g_free (self);
}

static void
list_free (gpointer data)
{
  TstChoiceList *self = data;

  g_free (self->name);
  g_ptr_array_unref (self->choices);
  g_free (self);
}

TstChoiceList *
tst_form_ensure_list (TstForm *self, const char *name)
{
  TstChoiceList *list = g_hash_table_lookup (self->lists, name);

  if (list == NULL)
    {
      list = g_new0 (TstChoiceList, 1);
      list->name = g_strdup (name);
      list->choices = g_ptr_array_new_with_free_func (choice_free);
      g_hash_table_insert (self->lists, list->name, list);
    }
  return list;
}

TstChoice *
tst_choice_list_add (TstChoiceList *self, const char *name)
{
  TstChoice *choice = g_new0 (TstChoice, 1);

  choice->name = g_strdup (name);
  g_ptr_array_add (self->choices, choice);
  return choice;
}

const TstChoiceList *
tst_form_find_list (const TstForm *self, const char *name)
{
  return name != NULL ? g_hash_table_lookup (self->lists, name) : NULL;
}

const TstChoice *
tst_choice_list_find (const TstChoiceList *self, const char *name)
{
  for (guint i = 0; self != NULL && name != NULL && i < self->choices->len; i++)
    {
      const TstChoice *choice = self->choices->pdata[i];

      if (strcmp (choice->name, name) == 0)
        return choice;
    }
  return NULL;
}

/* --- questions --- */

TstQuestion *
tst_question_new (TstQuestionType type, const char *name)
{
  TstQuestion *self = g_new0 (TstQuestion, 1);

  self->type = type;
  self->name = g_strdup (name);
  if (type == TST_QUESTION_GROUP || type == TST_QUESTION_REPEAT)
    self->children = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_question_free);
  if (type == TST_QUESTION_RANGE)
    {
      self->start = 0;
      self->end = 10;
      self->step = 1;
    }
  return self;
}

void
tst_question_free (TstQuestion *self)
{
  g_free (self->name);
  g_strfreev (self->label);
  g_strfreev (self->hint);
  g_strfreev (self->constraint_message);
  g_strfreev (self->required_message);
  g_free (self->list);
  g_free (self->relevant);
  g_free (self->constraint);
  g_free (self->calculation);
  g_free (self->required);
  g_free (self->read_only);
  g_free (self->choice_filter);
  g_free (self->repeat_count);
  g_free (self->default_value);
  g_free (self->appearance);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_free (self);
}

gboolean
tst_form_add (TstForm *self, TstQuestion *parent, TstQuestion *question)
{
  if (g_hash_table_contains (self->by_name, question->name))
    {
      tst_question_free (question);
      return FALSE;
    }
  question->parent = parent;
  g_ptr_array_add (parent->children, question);
  g_hash_table_insert (self->by_name, question->name, question);
  return TRUE;
}

gboolean
tst_question_is_asked (const TstQuestion *self)
{
  return self->type != TST_QUESTION_GROUP && self->type != TST_QUESTION_REPEAT && self->type != TST_QUESTION_NOTE
         && self->type != TST_QUESTION_CALCULATE;
}

gboolean
tst_question_has_appearance (const TstQuestion *self, const char *word)
{
  gsize length = strlen (word);

  for (const char *at = self->appearance; at != NULL && (at = strstr (at, word)) != NULL; at += length)
    if ((at == self->appearance || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' '))
      return TRUE;
  return FALSE;
}

const TstQuestion *
tst_question_get_repeat (const TstQuestion *self)
{
  for (const TstQuestion *q = self->parent; q != NULL; q = q->parent)
    if (q->type == TST_QUESTION_REPEAT)
      return q;
  return NULL;
}

static guint
count_in (const TstQuestion *self)
{
  guint n = tst_question_is_asked (self) ? 1 : 0;

  for (guint i = 0; self->children != NULL && i < self->children->len; i++)
    n += count_in (self->children->pdata[i]);
  return n;
}

guint
tst_form_count_questions (const TstForm *self)
{
  return count_in (self->root);
}

/* --- the form --- */

TstForm *
tst_form_new (const char *code)
{
  TstForm *self = g_new0 (TstForm, 1);

  self->ref_count = 1;
  self->code = g_strdup (code);
  self->version = g_strdup ("");
  self->languages = g_ptr_array_new_with_free_func (g_free);
  self->lists = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, list_free);
  self->root = tst_question_new (TST_QUESTION_GROUP, "");
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

TstForm *
tst_form_ref (TstForm *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
tst_form_unref (TstForm *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_free (self->code);
  g_free (self->version);
  g_ptr_array_unref (self->languages);
  g_strfreev (self->title);
  g_strfreev (self->intro);
  g_hash_table_unref (self->lists);
  g_hash_table_unref (self->by_name);
  tst_question_free (self->root);
  g_free (self);
}

const TstQuestion *
tst_form_find (const TstForm *self, const char *name)
{
  return name != NULL ? g_hash_table_lookup (self->by_name, name) : NULL;
}

guint
tst_form_language (const TstForm *self, const char *lang)
{
  for (guint i = 0; lang != NULL && i < self->languages->len; i++)
    if (strcmp (self->languages->pdata[i], lang) == 0)
      return i;
  return self->default_language;
}

void
tst_form_set_words (const TstForm *self, TstWords *words, guint language, const char *text)
{
  g_return_if_fail (language < self->languages->len);
  if (*words == NULL)
    {
      *words = g_new0 (char *, self->languages->len + 1);
      for (guint i = 0; i < self->languages->len; i++)
        (*words)[i] = g_strdup ("");
    }
  g_free ((*words)[language]);
  (*words)[language] = g_strdup (text);
}

const char *
tst_form_words (const TstForm *self, const TstWords words, guint language)
{
  if (words == NULL)
    return NULL;
  if (language < self->languages->len && *words[language] != '\0')
    return words[language];
  if (*words[self->default_language] != '\0')
    return words[self->default_language];
  for (guint i = 0; i < self->languages->len; i++)
    if (*words[i] != '\0')
      return words[i];
  return NULL;
}
